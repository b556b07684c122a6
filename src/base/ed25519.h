// Ed25519 signatures (RFC 8032) over bytes, with keys as PEM files that other tools read: private keys PKCS#8, public keys
// SubjectPublicKeyInfo (RFC 8410). Check one by hand: openssl pkeyutl -verify -pubin -inkey KEY.pub -rawin -in FILE -sigfile SIG.
//
// Errors: ErrorKind::input for text that is no such key (an encrypted key is refused, nobody is asked for a password).
// Threads: keys may be used by many threads at once.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace bulkhead::base {

inline constexpr size_t kMaxKeyFile = 16 << 10;  // bytes

class VerifyKey {
 public:
  static Result<VerifyKey> from_pem(std::string_view pem, std::string_view where);
  bool verify(std::string_view message, std::string_view signature) const;
  // The first 16 hexadecimal digits of the SHA-256 of the raw public key.
  const std::string& id() const { return id_; }

 private:
  friend class SigningKey;
  std::shared_ptr<void> key_;  // shared: copies of a key are the same key
  std::string id_;
};

class SigningKey {
 public:
  static Result<SigningKey> generate();
  static Result<SigningKey> from_pem(std::string_view pem, std::string_view where);
  Result<std::string> private_pem() const;
  Result<std::string> public_pem() const;
  Result<std::string> sign(std::string_view message) const;  // 64 bytes
  const std::string& id() const { return public_.id_; }
  const VerifyKey& public_key() const { return public_; }

 private:
  VerifyKey public_;  // holds the whole key pair
};

}  // namespace bulkhead::base
