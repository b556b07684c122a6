#include "base/hash.h"

#include <openssl/evp.h>

#include <algorithm>

namespace bulkhead::base {

struct Hasher::Impl {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~Impl() { EVP_MD_CTX_free(context); }
};

Hasher::Hasher(HashKind kind) : impl_(std::make_unique<Impl>()) {
  const EVP_MD* algorithm = kind == HashKind::md5      ? EVP_md5()
                            : kind == HashKind::sha1   ? EVP_sha1()
                            : kind == HashKind::sha256 ? EVP_sha256()
                                                       : EVP_sha512();
  EVP_DigestInit_ex(impl_->context, algorithm, nullptr);
}

Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::update(std::string_view bytes) { EVP_DigestUpdate(impl_->context, bytes.data(), bytes.size()); }

std::string Hasher::finish_hex() {
  char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  EVP_DigestFinal_ex(impl_->context, reinterpret_cast<unsigned char*>(digest), &length);
  return to_hex(std::string_view(digest, length));
}

void Hasher::finish_into(std::span<uint8_t> out) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  EVP_DigestFinal_ex(impl_->context, digest, &length);
  std::copy_n(digest, std::min<size_t>(length, out.size()), out.begin());
}

std::string hash_hex(HashKind kind, std::string_view bytes) {
  Hasher hasher(kind);
  hasher.update(bytes);
  return hasher.finish_hex();
}

std::string to_hex(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(2 * bytes.size());
  for (const char c : bytes) {
    out += kHex[static_cast<uint8_t>(c) >> 4];
    out += kHex[c & 15];
  }
  return out;
}

}  // namespace bulkhead::base
