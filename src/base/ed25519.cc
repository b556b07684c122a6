#include "base/ed25519.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/hash.h"

namespace bulkhead::base {
namespace {

constexpr size_t kSignatureBytes = 64;

EVP_PKEY* raw(const std::shared_ptr<void>& key) { return static_cast<EVP_PKEY*>(key.get()); }

std::shared_ptr<void> owned(EVP_PKEY* key) {
  return {key, [](void* k) { EVP_PKEY_free(static_cast<EVP_PKEY*>(k)); }};
}

struct BioFree {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using Bio = std::unique_ptr<BIO, BioFree>;
struct DigestFree {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Digest = std::unique_ptr<EVP_MD_CTX, DigestFree>;

int no_password(char*, int, int, void*) { return 0; }

Result<std::string> id_of(EVP_PKEY* key) {
  unsigned char bytes[32];
  size_t size = sizeof bytes;
  if (EVP_PKEY_get_raw_public_key(key, bytes, &size) != 1 || size != sizeof bytes) {
    return fail(ErrorKind::internal, "a key without its public half");
  }
  return sha256_hex(std::string_view(reinterpret_cast<const char*>(bytes), size)).substr(0, 16);
}

template <typename Read>
Result<std::shared_ptr<void>> read_pem(std::string_view pem, std::string_view where, const char* what, Read read) {
  if (pem.size() > kMaxKeyFile) {
    return fail(ErrorKind::limit, "a key file is not that large", std::string(where));
  }
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  EVP_PKEY* key = bio == nullptr ? nullptr : read(bio.get());
  ERR_clear_error();
  if (key == nullptr) {
    return fail(ErrorKind::input, std::string("holds no ") + what + " (PEM, not encrypted)", std::string(where));
  }
  std::shared_ptr<void> out = owned(key);
  if (EVP_PKEY_get_id(key) != EVP_PKEY_ED25519) {
    return fail(ErrorKind::input, "the key is of another kind than Ed25519", std::string(where));
  }
  return out;
}

Result<std::string> written(const Bio& bio, int done) {
  char* data = nullptr;
  const long size = bio == nullptr ? 0 : BIO_get_mem_data(bio.get(), &data);
  if (done != 1 || size <= 0) {
    return fail(ErrorKind::internal, "cannot write a key");
  }
  return std::string(data, static_cast<size_t>(size));
}

}  // namespace

Result<VerifyKey> VerifyKey::from_pem(std::string_view pem, std::string_view where) {
  VerifyKey out;
  BULKHEAD_TRY(out.key_,
               read_pem(pem, where, "public key", [](BIO* bio) { return PEM_read_bio_PUBKEY(bio, nullptr, no_password, nullptr); }));
  BULKHEAD_TRY(out.id_, id_of(raw(out.key_)));
  return out;
}

bool VerifyKey::verify(std::string_view message, std::string_view signature) const {
  const Digest context(EVP_MD_CTX_new());
  const bool good = signature.size() == kSignatureBytes && context != nullptr &&
                    EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, raw(key_)) == 1 &&
                    EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                                     reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1;
  ERR_clear_error();
  return good;
}

Result<SigningKey> SigningKey::generate() {
  SigningKey out;
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  if (key == nullptr) {
    return fail(ErrorKind::internal, "cannot make a key");
  }
  out.public_.key_ = owned(key);
  BULKHEAD_TRY(out.public_.id_, id_of(key));
  return out;
}

Result<SigningKey> SigningKey::from_pem(std::string_view pem, std::string_view where) {
  SigningKey out;
  BULKHEAD_TRY(out.public_.key_,
               read_pem(pem, where, "private key", [](BIO* bio) { return PEM_read_bio_PrivateKey(bio, nullptr, no_password, nullptr); }));
  BULKHEAD_TRY(out.public_.id_, id_of(raw(out.public_.key_)));
  return out;
}

Result<std::string> SigningKey::private_pem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  return written(bio, PEM_write_bio_PKCS8PrivateKey(bio.get(), raw(public_.key_), nullptr, nullptr, 0, nullptr, nullptr));
}

Result<std::string> SigningKey::public_pem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  return written(bio, PEM_write_bio_PUBKEY(bio.get(), raw(public_.key_)));
}

Result<std::string> SigningKey::sign(std::string_view message) const {
  const Digest context(EVP_MD_CTX_new());
  unsigned char signature[kSignatureBytes];
  size_t size = sizeof signature;
  if (context == nullptr || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, raw(public_.key_)) != 1 ||
      EVP_DigestSign(context.get(), signature, &size, reinterpret_cast<const unsigned char*>(message.data()), message.size()) != 1) {
    ERR_clear_error();
    return fail(ErrorKind::internal, "cannot sign");
  }
  return std::string(reinterpret_cast<const char*>(signature), size);
}

}  // namespace bulkhead::base
