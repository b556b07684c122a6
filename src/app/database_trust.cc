#include "app/database_trust.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"

namespace bulkhead::app {
namespace {

using base::ErrorKind;
using base::Result;

constexpr uint64_t kMaxVerified = 64 << 10;  // bytes of the file that remembers
constexpr size_t kMaxVerifiedLines = 64;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string folder(const char* own, const char* below_home) {
  const std::string set = variable(own);
  const std::string home = variable("HOME");
  return (!set.empty() ? set : (home.empty() ? "." : home) + below_home) + "/bulkhead";
}

// One line that names this very state of a file and what its pages' digest was.
std::string verified_line(const struct stat& info, const std::string& sha256) {
  const auto time = [](const timespec& t) { return std::to_string(t.tv_sec) + "." + std::to_string(t.tv_nsec); };
  return std::to_string(info.st_dev) + " " + std::to_string(info.st_ino) + " " + std::to_string(info.st_size) + " " + time(info.st_mtim) +
         " " + time(info.st_ctim) + " " + sha256;
}

std::vector<std::string> verified_lines() {
  std::vector<std::string> out;
  const std::string text = base::read_file(cache_folder() + "/verified", kMaxVerified).value_or("");
  for (const std::string_view line : base::split(text, '\n')) {
    if (!line.empty()) {
      out.emplace_back(line);
    }
  }
  return out;
}

// Not being able to remember costs time, no truth.
void remember(const std::string& line) {
  std::vector<std::string> lines = verified_lines();
  lines.push_back(line);
  if (lines.size() > kMaxVerifiedLines) {
    lines.erase(lines.begin(), lines.end() - kMaxVerifiedLines);
  }
  std::error_code error;
  std::filesystem::create_directories(cache_folder(), error);
  (void)base::write_file_atomic(cache_folder() + "/verified", base::join(lines, "\n") + "\n", 0600);
}

Result<std::string> digest_of_pages(int fd, uint64_t bytes, const std::string& path) {
  base::Hasher hasher(base::HashKind::sha256);
  std::string piece(1 << 20, '\0');
  for (uint64_t at = 0; at < bytes;) {
    const ssize_t got = ::pread(fd, piece.data(), std::min<uint64_t>(piece.size(), bytes - at), static_cast<off_t>(at));
    if (got < 0 && errno != EINTR) {
      return base::fail_errno(errno, "cannot read", path);
    }
    if (got == 0) {
      return base::fail(ErrorKind::input, "the database is cut off", path);
    }
    if (got > 0) {
      hasher.update(std::string_view(piece.data(), static_cast<size_t>(got)));
      at += static_cast<uint64_t>(got);
    }
  }
  return hasher.finish_hex();
}

base::Status check_pages(int fd, const advisory::DatabaseManifest& manifest, const std::string& path) {
  struct stat info{};
  if (::fstat(fd, &info) != 0) {
    return base::fail_errno(errno, "cannot look at", path);
  }
  const std::string line = verified_line(info, manifest.sha256);
  const std::vector<std::string> known = verified_lines();
  if (std::ranges::find(known, line) != known.end()) {
    return {};
  }
  BULKHEAD_TRY(const std::string found, digest_of_pages(fd, manifest.bytes, path));
  if (found != manifest.sha256) {
    return base::fail(ErrorKind::input, "the database is not what was signed", path,
                      "its digest is " + found + ", signed was " + manifest.sha256);
  }
  remember(line);
  return {};
}

}  // namespace

std::string configuration_folder() { return folder("XDG_CONFIG_HOME", "/.config"); }
std::string cache_folder() { return folder("XDG_CACHE_HOME", "/.cache"); }

Result<Keyring> Keyring::load(const std::vector<std::string>& named) {
  std::vector<std::string> files = named;
  if (files.empty()) {
    if (const std::string one = variable("BULKHEAD_DB_KEY"); !one.empty()) {
      files.push_back(one);
    }
    std::error_code error;
    std::vector<std::string> kept;
    for (const auto& entry : std::filesystem::directory_iterator(configuration_folder() + "/keys", error)) {
      if (entry.path().extension() == ".pub") {
        kept.push_back(entry.path().string());
      }
    }
    std::sort(kept.begin(), kept.end());
    files.insert(files.end(), kept.begin(), kept.end());
  }
  Keyring out;
  for (const std::string& file : files) {
    BULKHEAD_TRY(const std::string pem, base::read_file(file, base::kMaxKeyFile));
    BULKHEAD_TRY(base::VerifyKey key, base::VerifyKey::from_pem(pem, file));
    out.keys_.push_back(std::move(key));
  }
  return out;
}

Keyring::Answer Keyring::check(const advisory::SignedText& text) const {
  Answer answer = Answer::unknown_key;
  for (const base::VerifyKey& key : keys_) {
    if (key.id() == text.key) {
      if (key.verify(text.payload, text.signature)) {
        return Answer::good;
      }
      answer = Answer::bad;
    }
  }
  return answer;
}

Result<Origin> check_origin(const std::string& path, const Keyring& keys) {
  BULKHEAD_TRY(const base::UniqueFd fd, base::open_read(path));
  BULKHEAD_TRY(const std::optional<advisory::Trailer> trailer, advisory::read_trailer(fd.get(), path));
  Origin out;
  if (!trailer) {
    return out;
  }
  out.key = trailer->text.key;
  const Keyring::Answer answer = keys.check(trailer->text);
  if (answer == Keyring::Answer::bad) {
    return base::fail(ErrorKind::input, "the database's signature is wrong", path, "signed in the name of key " + out.key);
  }
  out.state = answer == Keyring::Answer::good ? Origin::State::good : Origin::State::unknown_key;
  BULKHEAD_TRY(out.manifest, advisory::database_manifest_from_json(trailer->text.payload, path));
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0 || out.manifest->bytes + trailer->bytes != static_cast<uint64_t>(info.st_size)) {
    return base::fail(ErrorKind::input, "the database is not what was signed", path, "its size is another");
  }
  if (out.state == Origin::State::good) {
    BULKHEAD_CHECK(check_pages(fd.get(), *out.manifest, path));
  }
  return out;
}

std::string origin_text(const Origin& origin) {
  switch (origin.state) {
    case Origin::State::good: return "signed by " + origin.key + " on " + base::format_moment(origin.manifest->serial);
    case Origin::State::unknown_key: return "signed by " + origin.key + ", which is none of your keys: not checked";
    case Origin::State::unsigned_file: break;
  }
  return "unsigned";
}

}  // namespace bulkhead::app
