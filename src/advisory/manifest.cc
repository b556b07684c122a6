#include "advisory/manifest.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>

#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory {
namespace {

using base::ErrorKind;
using base::JsonView;
using base::JsonWriter;
using base::Result;

constexpr std::string_view kMark = "BHadSig1";
constexpr size_t kFooter = 16;
constexpr size_t kMaxParts = 100'000;
constexpr size_t kMaxDeltas = 1'000;

bool is_digest(std::string_view text) { return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos; }

bool is_file_name(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  return !text.empty() && text.size() <= 200 && text.front() != '.' && std::ranges::all_of(text, plain);
}

std::unexpected<base::Error> wrong(std::string_view where, const std::string& what) {
  return base::fail(ErrorKind::input, "not a manifest that this program can read", std::string(where), what);
}

void write_parts(JsonWriter& w, const std::vector<Part>& parts) {
  w.key("parts").begin_array();
  for (const Part& p : parts) {
    w.begin_object().member("part", p.key).member("source", p.source).member("file", p.file).member("sha256", p.sha256);
    w.member("date", p.date).member("records", p.records).member("skipped", p.skipped).end_object();
  }
  w.end_array();
}

Result<uint64_t> count(JsonView v, const char* what, std::string_view where) {
  const auto number = v.integer();
  if (!number || *number < 0) {
    return wrong(where, std::string(what) + " is no count");
  }
  return static_cast<uint64_t>(*number);
}

Result<std::vector<Part>> read_parts(JsonView v, std::string_view where) {
  if (v.size() > kMaxParts) {
    return wrong(where, "too many parts");
  }
  std::vector<Part> out;
  for (const JsonView& item : v.items()) {
    Part& p = out.emplace_back();
    p.key = item.get("part").text();
    p.source = item.get("source").text();
    p.file = item.get("file").text();
    p.sha256 = item.get("sha256").text();
    p.date = item.get("date").text();
    BULKHEAD_TRY(p.records, count(item.get("records"), "records of a part", where));
    BULKHEAD_TRY(p.skipped, count(item.get("skipped"), "skipped records of a part", where));
  }
  return out;
}

Result<MirrorFile> read_file_entry(JsonView v, std::string_view where) {
  MirrorFile f;
  f.file = v.get("file").text();
  f.sha256 = v.get("sha256").text();
  f.from = v.get("from").text();
  BULKHEAD_TRY(f.bytes, count(v.get("bytes"), "bytes of a file", where));
  if (!is_file_name(f.file) || !is_digest(f.sha256) || (!f.from.empty() && !is_digest(f.from))) {
    return wrong(where, "a file without a proper name or digest");
  }
  return f;
}

// The document, its schema checked.
Result<base::JsonDocument> document_of(std::string_view json, std::string_view schema, std::string_view where) {
  auto document = base::JsonDocument::parse(json, {}, where);
  if (!document) {
    return wrong(where, document.error().cause.empty() ? document.error().what : document.error().cause);
  }
  if (document->root().get("schema").text() != schema) {
    return wrong(where, "it is no " + std::string(schema));
  }
  return document;
}

}  // namespace

Result<SignedText> SignedText::parse(std::string_view text, std::string_view where) {
  if (text.size() > kMaxSignedText) {
    return base::fail(ErrorKind::limit, "a manifest is not that large", std::string(where));
  }
  const size_t end = text.find('\n');
  if (end == text.npos) {
    return wrong(where, "there is no signature line");
  }
  SignedText out;
  out.payload = text.substr(0, end);
  const auto line = base::JsonDocument::parse(text.substr(end + 1), {}, where);
  if (!line) {
    return wrong(where, "its signature line is no JSON");
  }
  out.key = line->root().get("key").text();
  const auto signature = base::decode_base64(line->root().get("signature").text());
  if (out.key.empty() || !signature || signature->size() != 64) {
    return wrong(where, "its signature line has no key or no signature of 64 bytes");
  }
  out.signature = *signature;
  return out;
}

Result<SignedText> SignedText::sign(std::string payload, const base::SigningKey& key) {
  SignedText out;
  out.payload = std::move(payload);
  out.key = key.id();
  BULKHEAD_TRY(out.signature, key.sign(out.payload));
  return out;
}

std::string SignedText::text() const {
  JsonWriter w;
  w.begin_object().member("key", key).member("signature", base::encode_base64(signature)).end_object();
  return payload + "\n" + w.str() + "\n";
}

std::vector<Part> parts_of(const std::vector<Feed>& feeds) {
  std::vector<Part> out;
  for (const Feed& f : feeds) {
    out.push_back({f.key, f.source, f.file, f.sha256, f.date, f.records, f.skipped});
  }
  std::sort(out.begin(), out.end(), [](const Part& a, const Part& b) { return a.key < b.key; });
  return out;
}

std::string to_json(const DatabaseManifest& m) {
  JsonWriter w;
  w.begin_object().member("schema", "bulkhead.db_manifest/1").member("serial", m.serial).member("created", base::format_moment(m.serial));
  w.key("pages").begin_object().member("bytes", m.bytes).member("sha256", m.sha256).end_object();
  write_parts(w, m.parts);
  w.end_object();
  return w.take();
}

Result<DatabaseManifest> database_manifest_from_json(std::string_view json, std::string_view where) {
  BULKHEAD_TRY(const base::JsonDocument document, document_of(json, "bulkhead.db_manifest/1", where));
  const JsonView v = document.root();
  DatabaseManifest m;
  BULKHEAD_TRY(const uint64_t serial, count(v.get("serial"), "its serial", where));
  m.serial = static_cast<base::Moment>(serial);
  BULKHEAD_TRY(m.bytes, count(v.path("pages", "bytes"), "its size", where));
  m.sha256 = v.path("pages", "sha256").text();
  if (!is_digest(m.sha256)) {
    return wrong(where, "it has no digest");
  }
  BULKHEAD_TRY(m.parts, read_parts(v.get("parts"), where));
  return m;
}

std::string to_json(const MirrorManifest& m) {
  JsonWriter w;
  const auto file = [&](const MirrorFile& f) {
    w.begin_object().member("file", f.file).member("bytes", f.bytes).member("sha256", f.sha256);
    if (!f.from.empty()) {
      w.member("from", f.from);
    }
    w.end_object();
  };
  w.begin_object().member("schema", "bulkhead.db_mirror/1").member("serial", m.serial).member("created", base::format_moment(m.serial));
  w.key("database").begin_object().member("bytes", m.bytes).member("sha256", m.sha256).end_object().key("whole");
  file(m.whole);
  w.key("deltas").begin_array();
  for (const MirrorFile& delta : m.deltas) {
    file(delta);
  }
  w.end_array();
  write_parts(w, m.parts);
  w.end_object();
  return w.take();
}

Result<MirrorManifest> mirror_manifest_from_json(std::string_view json, std::string_view where) {
  BULKHEAD_TRY(const base::JsonDocument document, document_of(json, "bulkhead.db_mirror/1", where));
  const JsonView v = document.root();
  MirrorManifest m;
  BULKHEAD_TRY(const uint64_t serial, count(v.get("serial"), "its serial", where));
  m.serial = static_cast<base::Moment>(serial);
  BULKHEAD_TRY(m.bytes, count(v.path("database", "bytes"), "its size", where));
  m.sha256 = v.path("database", "sha256").text();
  if (!is_digest(m.sha256) || v.get("deltas").size() > kMaxDeltas) {
    return wrong(where, "it has no digest, or too many deltas");
  }
  BULKHEAD_TRY(m.whole, read_file_entry(v.get("whole"), where));
  for (const JsonView& item : v.get("deltas").items()) {
    BULKHEAD_TRY(MirrorFile delta, read_file_entry(item, where));
    if (delta.from.empty()) {
      return wrong(where, "a delta that starts from nothing");
    }
    m.deltas.push_back(std::move(delta));
  }
  BULKHEAD_TRY(m.parts, read_parts(v.get("parts"), where));
  return m;
}

Result<std::optional<Trailer>> read_trailer(int fd, const std::string& where) {
  struct stat info{};
  if (::fstat(fd, &info) != 0) {
    return base::fail_errno(errno, "cannot look at", where);
  }
  char footer[kFooter];
  if (info.st_size < static_cast<off_t>(kFooter) || ::pread(fd, footer, kFooter, info.st_size - static_cast<off_t>(kFooter)) != kFooter ||
      std::string_view(footer + 8, 8) != kMark) {
    return std::optional<Trailer>();
  }
  uint64_t length = 0;
  for (int i = 7; i >= 0; --i) {
    length = length << 8 | static_cast<uint8_t>(footer[i]);
  }
  if (length > kMaxSignedText || length + kFooter > static_cast<uint64_t>(info.st_size)) {
    return base::fail(ErrorKind::input, "the database's signature is broken", where, "its length does not fit");
  }
  std::string text(length, '\0');
  const off_t at = info.st_size - static_cast<off_t>(kFooter + length);
  if (::pread(fd, text.data(), length, at) != static_cast<ssize_t>(length)) {
    return base::fail_errno(errno, "cannot read", where);
  }
  Trailer out;
  out.bytes = length + kFooter;
  auto parsed = SignedText::parse(text, where);
  if (!parsed) {
    return base::fail(ErrorKind::input, "the database's signature is broken", where, parsed.error().cause);
  }
  out.text = *std::move(parsed);
  return std::optional(std::move(out));
}

std::string trailer_bytes(const SignedText& signed_text) {
  std::string out = signed_text.text();
  const uint64_t length = out.size();
  for (int i = 0; i < 8; ++i) {
    out += static_cast<char>(length >> (8 * i) & 0xFF);
  }
  return out.append(kMark);
}

std::vector<Shrunk> shrunk_parts(const std::vector<Part>& before, const std::vector<Part>& after, double max_percent, bool gone_counts) {
  std::map<std::string_view, uint64_t> now;
  for (const Part& p : after) {
    now[p.key] = p.records;
  }
  std::vector<Shrunk> out;
  for (const Part& p : before) {
    const auto at = now.find(p.key);
    if (at == now.end() && !gone_counts) {
      continue;
    }
    const uint64_t left = at == now.end() ? 0 : at->second;
    if (static_cast<double>(left) < static_cast<double>(p.records) * (1 - max_percent / 100)) {
      out.push_back({p.key, p.records, left});
    }
  }
  return out;
}

std::string shrunk_text(const std::vector<Shrunk>& shrunk) {
  std::string out;
  for (size_t i = 0; i < shrunk.size() && i < 5; ++i) {
    const Shrunk& s = shrunk[i];
    out += (out.empty() ? "" : "; ") + s.part + " went from " + base::with_thousands(s.before) + " records to " +
           base::with_thousands(s.after);
  }
  return shrunk.size() > 5 ? out + "; and " + std::to_string(shrunk.size() - 5) + " more" : out;
}

}  // namespace bulkhead::advisory
