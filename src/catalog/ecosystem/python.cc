// Python distributions: *.dist-info/METADATA with its RECORD, *.egg-info/PKG-INFO, *.egg-info files, *.egg/EGG-INFO/PKG-INFO.
//
// Name and version are those of the metadata's head (fields up to the first blank line); the package URL has the name normalised.
// RECORD lists the installed files with their SHA-256: where all that are there match, the grade is files_match. People strip and
// patch installed packages, so that a difference is only remarked; but metadata that differs from its own RECORD was changed after
// the installation, and with it what scanners read: that is a sign of tampering.
// Sources: PyPA specifications "Core metadata", "Recording installed projects", "Names and normalization" (PEP 503); setuptools,
// "The Internal Structure of Python Eggs".
#include <algorithm>

#include "base/base64.h"
#include "base/hash.h"
#include "base/text.h"
#include "catalog/cataloger.h"
#include "catalog/internal/file_check.h"
#include "catalog/internal/purl.h"

namespace bulkhead::catalog::ecosystem {
namespace {

constexpr std::string_view kMetadata = ".dist-info/METADATA";
constexpr std::string_view kRecord = ".dist-info/RECORD";
constexpr std::string_view kNames[] = {kMetadata, kRecord, ".egg-info/PKG-INFO", ".egg/EGG-INFO/PKG-INFO", ".egg-info"};
constexpr uint64_t kMaxHead = 1 << 20;  // of the metadata's fields; the description behind them may be longer

bool wants(std::string_view path, uint64_t, std::string_view) {
  return std::ranges::any_of(kNames, [&](std::string_view name) { return path.ends_with(name); });
}

uint8_t wants_digests(std::string_view path) {
  return path.find("/site-packages/") != std::string_view::npos || path.find("/dist-packages/") != std::string_view::npos
             ? base::kDigestSha256
             : 0;
}

struct Metadata {
  std::string_view name;
  std::string_view version;
  std::string_view license;
};

Metadata read_head(std::string_view text) {
  Metadata out;
  std::string_view classic;
  for (std::string_view rest = text.substr(0, kMaxHead); !rest.empty();) {
    const size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    if (line.empty()) {
      break;
    }
    const auto [key, value] = base::split_once(line, ':');
    if (!value || line.front() == ' ' || line.front() == '\t') {
      continue;
    }
    std::string_view* field = base::iequals_ascii(key, "name")                 ? &out.name
                              : base::iequals_ascii(key, "version")            ? &out.version
                              : base::iequals_ascii(key, "license-expression") ? &out.license
                              : base::iequals_ascii(key, "license")            ? &classic
                                                                               : nullptr;
    if (field != nullptr && field->empty()) {
      *field = base::trim(*value);
    }
  }
  if (out.license.empty() && classic != "UNKNOWN") {
    out.license = classic;
  }
  return out;
}

// PEP 503: runs of '-', '_' and '.' are one '-'.
std::string normal_name(std::string_view name) {
  std::string out;
  for (const char c : base::lower_ascii(name)) {
    if (c != '-' && c != '_' && c != '.') {
      out += c;
    } else if (!out.ends_with('-')) {
      out += '-';
    }
  }
  return out;
}

// The fields of one line of comma-separated values; quotes as RFC 4180 has them.
std::vector<std::string> csv_fields(std::string_view line) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') {
      if (quoted && i + 1 < line.size() && line[i + 1] == '"') {
        out.back() += line[++i];
      } else {
        quoted = !quoted;
      }
    } else if (line[i] == ',' && !quoted) {
      out.emplace_back();
    } else {
      out.back() += line[i];
    }
  }
  return out;
}

// "a/site-packages" + "../../bin/x" → "bin/x"; empty where it leaves the root.
std::string join_path(std::string_view folder, std::string_view relative) {
  if (relative.starts_with('/')) {
    return std::string(relative.substr(1));
  }
  std::vector<std::string> names;
  for (const std::string_view part : {folder, relative}) {
    for (const std::string_view name : base::split(part, '/')) {
      if (name == "..") {
        if (names.empty()) {
          return {};
        }
        names.pop_back();
      } else if (!name.empty() && name != ".") {
        names.emplace_back(name);
      }
    }
  }
  return base::join(names, "/");
}

class Distributions {
 public:
  Distributions(const KeptFiles& files, const base::FileTree& tree, const base::Limits& limits, Sink& sink)
      : files_(files), tree_(tree), limits_(limits), sink_(sink), check_(tree, sink) {}

  void read_all() {
    uint64_t count = 0;
    for (const auto& [path, bytes] : files_.by_path) {
      if (path.ends_with(kRecord)) {
        continue;
      }
      if (++count > limits_.components) {
        sink_.unread(model::CoverageNote::State::error, path, "over the limit of " + base::with_thousands(limits_.components) + " components");
        return;
      }
      read_one(path, bytes);
    }
  }

 private:
  void read_one(const std::string& path, std::string_view bytes) {
    const Metadata metadata = read_head(bytes);
    if (metadata.name.empty() || metadata.version.empty() || !base::valid_utf8(metadata.name) || !base::valid_utf8(metadata.version)) {
      sink_.unread(model::CoverageNote::State::error, path, "is no Python metadata: it states no name or no version");
      return;
    }
    model::Component c;
    c.type = "pypi";
    c.name = metadata.name;
    c.version = metadata.version;
    c.purl = make_purl("pypi", "", normal_name(metadata.name), metadata.version);
    if (!metadata.license.empty() && base::valid_utf8(metadata.license)) {
      c.licenses = {std::string(metadata.license)};
    }
    c.paths = {path};
    const base::FileNode* node = tree_.find(path);
    if (node != nullptr && node->layer < tree_.layers().size()) {
      c.layer = tree_.layers()[node->layer].id;
      c.layer_command = tree_.layers()[node->layer].how;
    }
    if (path.ends_with(kMetadata)) {
      const std::string stem = path.substr(0, path.size() - kMetadata.size());
      if (const auto record = files_.by_path.find(stem + std::string(kRecord)); record != files_.by_path.end()) {
        compare(c, path, bytes, stem, record->second);
      }
    }
    sink_.component(std::move(c));
  }

  void compare(model::Component& c, const std::string& path, std::string_view metadata, const std::string& stem, std::string_view record) {
    const std::string folder = stem.substr(0, stem.rfind('/') == std::string::npos ? 0 : stem.rfind('/'));
    for (std::string_view line : base::split(record, '\n')) {
      const std::vector<std::string> fields = csv_fields(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
      constexpr std::string_view kAlgorithm = "sha256=";
      if (fields.size() < 2 || !fields[1].starts_with(kAlgorithm)) {
        continue;
      }
      // base64url without padding
      std::string text = base::replace_all(base::replace_all(fields[1].substr(kAlgorithm.size()), "-", "+"), "_", "/");
      text.resize((text.size() + 3) / 4 * 4, '=');
      const auto digest = base::decode_base64(text);
      const std::string file = join_path(folder, fields[0]);
      if (!digest || file.empty()) {
        continue;
      }
      if (file == path && base::sha256_hex(metadata) != base::to_hex(*digest)) {
        sink_.tampering("package_metadata_changed", path, "differs from what its RECORD says was installed: name or version may be false");
      }
      check_.expect(file, base::kDigestSha256, base::to_hex(*digest));
    }
    check_.close_language(c);
  }

  const KeptFiles& files_;
  const base::FileTree& tree_;
  const base::Limits& limits_;
  Sink& sink_;
  FileCheck check_;
};

base::Status finish(const KeptFiles& files, const base::FileTree& tree, const Distro&, const base::Limits& limits, Sink& sink) {
  Distributions(files, tree, limits, sink).read_all();
  return {};
}

}  // namespace

extern constinit const Cataloger python{.name = "python",
                                        .purl_type = "pypi",
                                        .reads = "*.dist-info/METADATA and RECORD, *.egg-info, *.egg-info/PKG-INFO, *.egg/EGG-INFO/PKG-INFO",
                                        .wants = wants,
                                        .wants_digests = wants_digests,
                                        .announces = nullptr,
                                        .read = nullptr,
                                        .finish = finish};

}  // namespace bulkhead::catalog::ecosystem
