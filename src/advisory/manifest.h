// What a signed database, and a mirror of databases, says of itself: parts, digests, ages, a serial; signed with Ed25519.
//
// Signed text is two lines: the manifest as one line of JSON, and {"key": id, "signature": base64} over that line without its line
// break. A signed database carries it behind its last SQLite page, followed by a footer: its length (8 bytes, little-endian) and
// the mark "BHadSig1". A mirror has it as the file manifest.json. docs/advisory-database.md shows both.
//
// Limits: kMaxSignedText. Errors: ErrorKind::input with the part that does not fit. Threads: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "advisory/content.h"
#include "base/clock.h"
#include "base/ed25519.h"

namespace bulkhead::advisory {

inline constexpr size_t kMaxSignedText = 8U << 20;  // bytes

struct SignedText {
  std::string payload;    // the first line
  std::string key;        // id of the key that signed it
  std::string signature;  // 64 bytes

  static base::Result<SignedText> parse(std::string_view text, std::string_view where);
  static base::Result<SignedText> sign(std::string payload, const base::SigningKey& key);
  std::string text() const;
};

// One feed: its source can be replaced alone. From Feed.
struct Part {
  std::string key, source, file, sha256, date;
  uint64_t records = 0, skipped = 0;
};
std::vector<Part> parts_of(const std::vector<Feed>& feeds);

// "bulkhead.db_manifest/1": inside a signed database.
struct DatabaseManifest {
  base::Moment serial = 0;  // moment of signing; a later state has a larger one
  uint64_t bytes = 0;       // of the SQLite pages, that is without manifest and footer
  std::string sha256;       // of those
  std::vector<Part> parts;
};
std::string to_json(const DatabaseManifest& manifest);
base::Result<DatabaseManifest> database_manifest_from_json(std::string_view json, std::string_view where);

// A file of a mirror. `from`: of a delta, digest of the whole file that it starts from.
struct MirrorFile {
  std::string file;
  uint64_t bytes = 0;
  std::string sha256;
  std::string from;
};
// "bulkhead.db_mirror/1".
struct MirrorManifest {
  base::Moment serial = 0;  // the database's
  uint64_t bytes = 0;       // of the whole database file, signature and all
  std::string sha256;       // of that file
  MirrorFile whole;         // the same, packed with zstd
  std::vector<MirrorFile> deltas;
  std::vector<Part> parts;
};
std::string to_json(const MirrorManifest& manifest);
// Names of files are single path segments of letters, digits, '.', '_' and '-': anything else is refused.
base::Result<MirrorManifest> mirror_manifest_from_json(std::string_view json, std::string_view where);

// --- the signature at the end of a database file
struct Trailer {
  SignedText text;
  uint64_t bytes = 0;  // of text and footer together
};
// nullopt: the file has none. Error: the mark is there, but what it stands for is not.
base::Result<std::optional<Trailer>> read_trailer(int fd, const std::string& where);
std::string trailer_bytes(const SignedText& text);

// A part that lost more than a share of its records, or all of it.
struct Shrunk {
  std::string part;
  uint64_t before = 0, after = 0;
};
std::vector<Shrunk> shrunk_parts(const std::vector<Part>& before, const std::vector<Part>& after, double max_percent, bool gone_counts);
// "osv/Go.zip went from 4,291 records to 12".
std::string shrunk_text(const std::vector<Shrunk>& shrunk);

}  // namespace bulkhead::advisory
