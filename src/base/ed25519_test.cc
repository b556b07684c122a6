// Against the test vectors of RFC 8032, section 7.1.
#include "base/ed25519.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/hash.h"

namespace bulkhead::base {
namespace {

std::string from_hex(std::string_view hex) {
  std::string out;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return out;
}

// RFC 8410: the seed and the public key behind fixed DER heads.
std::string private_pem(std::string_view seed) {
  return "-----BEGIN PRIVATE KEY-----\n" + encode_base64(from_hex("302e020100300506032b657004220420") + from_hex(seed)) +
         "\n-----END PRIVATE KEY-----\n";
}
std::string public_pem(std::string_view key) {
  return "-----BEGIN PUBLIC KEY-----\n" + encode_base64(from_hex("302a300506032b6570032100") + from_hex(key)) +
         "\n-----END PUBLIC KEY-----\n";
}

struct Vector {
  const char *seed, *key, *message, *signature;
};
constexpr Vector kVectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
     "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
     "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
     "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
};

TEST(Ed25519, GivesTheSignaturesOfTheSpecification) {
  for (const Vector& v : kVectors) {
    const auto key = SigningKey::from_pem(private_pem(v.seed), "vector");
    ASSERT_TRUE(key) << key.error().text();
    const std::string message = from_hex(v.message);
    const auto signature = key->sign(message);
    ASSERT_TRUE(signature);
    EXPECT_EQ(to_hex(*signature), v.signature);
    const auto open = VerifyKey::from_pem(public_pem(v.key), "vector");
    ASSERT_TRUE(open) << open.error().text();
    EXPECT_EQ(open->id(), key->id());
    EXPECT_EQ(open->id(), sha256_hex(from_hex(v.key)).substr(0, 16));
    EXPECT_TRUE(open->verify(message, *signature));
    EXPECT_FALSE(open->verify(message + "x", *signature));
    for (size_t i = 0; i < signature->size(); ++i) {
      std::string bad = *signature;
      bad[i] = static_cast<char>(bad[i] ^ 1);
      EXPECT_FALSE(open->verify(message, bad));
    }
    EXPECT_FALSE(open->verify(message, signature->substr(0, 63)));
  }
}

TEST(Ed25519, KeysComeBackFromTheirText) {
  const auto key = SigningKey::generate();
  ASSERT_TRUE(key);
  const auto again = SigningKey::from_pem(*key->private_pem(), "made");
  const auto open = VerifyKey::from_pem(*key->public_pem(), "made");
  ASSERT_TRUE(again && open);
  EXPECT_EQ(again->id(), key->id());
  EXPECT_TRUE(open->verify("text", *again->sign("text")));
  EXPECT_FALSE(VerifyKey::from_pem(public_pem(kVectors[0].key), "other")->verify("text", *key->sign("text")));
}

TEST(Ed25519, RefusesWhatIsNoSuchKey) {
  EXPECT_EQ(VerifyKey::from_pem("", "none").error().kind, ErrorKind::input);
  EXPECT_EQ(SigningKey::from_pem("-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----\n", "cut").error().kind, ErrorKind::input);
  EXPECT_EQ(SigningKey::from_pem(std::string(kMaxKeyFile + 1, 'x'), "long").error().kind, ErrorKind::limit);
  // An X25519 key looks the same but for its kind.
  const std::string other = "-----BEGIN PUBLIC KEY-----\n" + encode_base64(from_hex("302a300506032b656e032100") + std::string(32, '\x09')) +
                            "\n-----END PUBLIC KEY-----\n";
  EXPECT_NE(VerifyKey::from_pem(other, "x25519").error().what.find("Ed25519"), std::string::npos);
}

}  // namespace
}  // namespace bulkhead::base
