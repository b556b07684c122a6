// Digests of bytes (OpenSSL). Streams: call update as often as needed, then finish once.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace bulkhead::base {

enum class HashKind { md5, sha1, sha256, sha512 };  // md5 and sha1 only because package databases record them

class Hasher {
 public:
  explicit Hasher(HashKind kind);
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;

  void update(std::string_view bytes);
  std::string finish_hex();  // lower case; the hasher is used up
  // The digest itself into the first bytes of `out`, as many as fit; the hasher is used up.
  void finish_into(std::span<uint8_t> out);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

std::string hash_hex(HashKind kind, std::string_view bytes);
inline std::string sha256_hex(std::string_view bytes) { return hash_hex(HashKind::sha256, bytes); }
std::string to_hex(std::string_view bytes);

}  // namespace bulkhead::base
