// Java archives: .jar .war .ear .jpi .hpi .par .rar, and archives inside them ("a.war!/WEB-INF/lib/x.jar").
//
// What an archive says of itself, best first: every META-INF/maven/*/*/pom.properties (a shaded jar holds those of all it
// swallowed); the manifest's names (Jenkins' Group-Id and Short-Name, Implementation-Title); the file name ARTIFACT-VERSION.jar.
// internal/java_groups.h says where the group comes from then. Without one, no advisory by coordinates can match the component: the
// coverage says so.
// Sources: Maven Archiver documentation (pom.properties), JAR File Specification (manifest; continuation lines), OSGi Core 3.2.1.
//
// Limits: Limits::nested_archives deep; file_bytes per inner archive; 4 GiB of inner archives unpacked per outer file; 1 MiB per
// properties file or manifest. A broken inner archive is noted and does not hide the others.
#include <algorithm>
#include <optional>
#include <set>

#include "base/text.h"
#include "base/zip.h"
#include "catalog/cataloger.h"
#include "catalog/internal/java_groups.h"
#include "catalog/internal/purl.h"

namespace bulkhead::catalog::ecosystem {
namespace {

constexpr std::string_view kEndings[] = {".jar", ".war", ".ear", ".jpi", ".hpi", ".par", ".rar"};
constexpr uint64_t kMaxText = 1 << 20;
constexpr uint64_t kMaxInner = 4ULL << 30;

bool is_archive(std::string_view path) {
  return std::ranges::any_of(kEndings, [&](std::string_view ending) {
    return path.size() > ending.size() && base::iequals_ascii(path.substr(path.size() - ending.size()), ending);
  });
}

// Some ".rar" or ".par" files are something else; a zip starts with a local header, an empty one with its end record, and a
// self-starting jar with a shell script.
bool wants(std::string_view path, uint64_t, std::string_view head) {
  return is_archive(path) && (head.empty() || head.starts_with("PK") || head.starts_with("#!"));
}

struct Coordinates {
  std::string group;
  std::string artifact;
  std::string version;
  auto operator<=>(const Coordinates&) const = default;
};

using Fields = std::map<std::string, std::string, std::less<>>;

// "key=value" or "key: value"; '#' and '!' start comments. Escapes and continuation lines do not occur in pom.properties.
Fields read_properties(std::string_view text) {
  Fields out;
  for (std::string_view line : base::split(text, '\n')) {
    line = base::trim(line);
    const size_t at = line.find_first_of("=:");
    if (line.empty() || line.front() == '#' || line.front() == '!' || at == std::string_view::npos) {
      continue;
    }
    out[std::string(base::trim(line.substr(0, at)))] = base::trim(line.substr(at + 1));
  }
  return out;
}

// The main section only; a line that starts with a blank goes on from the one before.
Fields read_manifest(std::string_view text) {
  Fields out;
  std::string* last = nullptr;
  for (std::string_view line : base::split(text, '\n')) {
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    if (line.empty()) {
      break;
    }
    if (line.front() == ' ') {
      if (last != nullptr && last->size() < kMaxText) {
        last->append(line.substr(1));
      }
      continue;
    }
    const auto [key, value] = base::split_once(line, ':');
    last = value ? &(out[base::lower_ascii(base::trim(key))] = base::trim(*value)) : nullptr;
  }
  return out;
}

std::string_view stem_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  const std::string_view name = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
  return name.substr(0, name.rfind('.'));
}

// "commons-lang3-3.12.0" → {commons-lang3, 3.12.0}: the version starts at the first "-DIGIT".
std::pair<std::string, std::string> split_stem(std::string_view stem) {
  for (size_t at = stem.find('-'); at != std::string_view::npos; at = stem.find('-', at + 1)) {
    if (at + 1 < stem.size() && stem[at + 1] >= '0' && stem[at + 1] <= '9') {
      return {std::string(stem.substr(0, at)), std::string(stem.substr(at + 1))};
    }
  }
  return {std::string(stem), ""};
}

bool is_coordinate(std::string_view text) {
  return !text.empty() && text.size() <= 256 && text.find_first_of(" \t/\\:@${}") == std::string_view::npos && base::valid_utf8(text);
}

std::string first_of(const Fields& fields, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    if (const auto found = fields.find(key); found != fields.end() && !found->second.empty()) {
      return found->second;
    }
  }
  return {};
}

std::optional<Coordinates> from_manifest(const Fields& manifest, std::string_view path, const ClassFolders& folders) {
  if (manifest.contains("short-name") && manifest.contains("plugin-version")) {  // a Jenkins plug-in
    std::string version = first_of(manifest, {"plugin-version"});
    version = version.substr(0, version.find(' '));
    return Coordinates{first_of(manifest, {"group-id"}), first_of(manifest, {"short-name"}), std::move(version)};
  }
  const auto [name, name_version] = split_stem(stem_of(path));
  Coordinates out;
  out.artifact = name;
  out.version =
      name_version.empty() ? first_of(manifest, {"implementation-version", "bundle-version", "specification-version"}) : name_version;
  const std::string title = first_of(manifest, {"implementation-title"});
  if (name_version.empty() && is_coordinate(title) && !is_coordinate(name)) {
    out.artifact = title;
  }
  std::string symbolic = first_of(manifest, {"bundle-symbolicname"});
  symbolic = base::trim(std::string_view(symbolic).substr(0, symbolic.find(';')));
  out.group = java_group(out.artifact, folders, symbolic, first_of(manifest, {"implementation-vendor-id"}));
  if (!is_coordinate(out.artifact) || !is_coordinate(out.version)) {
    return std::nullopt;
  }
  return out;
}

class ArchiveReader {
 public:
  ArchiveReader(const base::Limits& limits, Sink& sink) : limits_(limits), sink_(sink) {}

  // `inner`: "" for the file itself, else "!/WEB-INF/lib/x.jar".
  base::Status read(std::string_view bytes, const std::string& path, const std::string& inner, uint32_t depth) {
    BULKHEAD_TRY(const base::ZipReader zip, base::ZipReader::open(bytes, limits_, path + inner));
    std::set<Coordinates> poms;
    std::optional<Coordinates> own;
    ClassFolders folders;
    for (const base::ZipMember& member : zip.members()) {
      add_class_folders(member.name, folders);
    }
    std::string buffer;
    for (const base::ZipMember& member : zip.members()) {
      const bool pom = member.name.starts_with("META-INF/maven/") && member.name.ends_with("/pom.properties");
      const bool manifest = member.name == "META-INF/MANIFEST.MF";
      if (!pom && !manifest) {
        continue;
      }
      const auto text = zip.read(member, kMaxText, buffer);
      if (!text) {
        sink_.unread(model::CoverageNote::State::error, inner + "!/" + std::string(member.name), text.error().text());
      } else if (pom) {
        const Fields fields = read_properties(*text);
        Coordinates found{first_of(fields, {"groupId"}), first_of(fields, {"artifactId"}), first_of(fields, {"version"})};
        if (is_coordinate(found.group) && is_coordinate(found.artifact) && is_coordinate(found.version)) {
          poms.insert(std::move(found));
        }
      } else {
        own = from_manifest(read_manifest(*text), path + inner, folders);
      }
    }
    if (!own) {
      const auto [name, version] = split_stem(stem_of(path + inner));
      if (is_coordinate(name) && is_coordinate(version)) {
        own = Coordinates{java_group(name, folders, {}, {}), name, version};
      }
    }
    for (const Coordinates& coordinates : poms) {
      add(coordinates, inner);
    }
    // The archive's own name counts where no pom.properties speaks of it.
    const auto same = [&](const Coordinates& pom) { return own->artifact == pom.artifact; };
    if (own && (poms.empty() || (!own->group.empty() && std::ranges::none_of(poms, same)))) {
      add(*own, inner);
      if (own->group.empty()) {
        sink_.remark(inner,
                     "no Maven group is known for " + own->artifact + " " + own->version + ": advisories by coordinates cannot match it");
      }
    } else if (poms.empty() && has_classes(zip)) {
      sink_.unread(model::CoverageNote::State::skipped, inner, "holds classes, but neither its manifest nor its name says what it is");
    }
    read_inner(zip, path, inner, depth);
    return {};
  }

 private:
  static bool has_classes(const base::ZipReader& zip) {
    return std::ranges::any_of(zip.members(), [](const base::ZipMember& member) { return member.name.ends_with(".class"); });
  }

  void add(const Coordinates& coordinates, const std::string& inner) {
    model::Component c;
    c.type = "maven";
    c.name = coordinates.group.empty() ? coordinates.artifact : coordinates.group + ":" + coordinates.artifact;
    c.version = coordinates.version;
    c.purl = make_purl("maven", coordinates.group, coordinates.artifact, coordinates.version);
    if (!inner.empty()) {
      c.paths.push_back(inner);
    }
    sink_.component(std::move(c));
  }

  void read_inner(const base::ZipReader& zip, const std::string& path, const std::string& inner, uint32_t depth) {
    std::string buffer;
    for (const base::ZipMember& member : zip.members()) {
      if (!is_archive(member.name)) {
        continue;
      }
      const std::string place = inner + "!/" + std::string(member.name);
      if (depth >= limits_.nested_archives) {
        sink_.unread(model::CoverageNote::State::skipped, place,
                     "archives are nested deeper than the limit of " + std::to_string(limits_.nested_archives));
        continue;
      }
      if (place.size() > limits_.path_bytes) {
        sink_.unread(model::CoverageNote::State::skipped, inner,
                     "an inner archive's path is longer than the limit of " + base::human_bytes(limits_.path_bytes));
        continue;
      }
      unpacked_ += member.unpacked;
      if (unpacked_ > kMaxInner || member.unpacked > kMaxInner) {
        sink_.unread(model::CoverageNote::State::skipped, place, "inner archives unpack to more than " + base::human_bytes(kMaxInner));
        return;
      }
      const auto content = zip.read(member, limits_.file_bytes, buffer);
      if (!content) {
        sink_.unread(model::CoverageNote::State::error, place, content.error().text());
      } else if (!content->starts_with("PK") && !content->starts_with("#!")) {
        sink_.remark(place, "is named like an archive, but is none");
      } else if (const base::Status status = read(*content, path, place, depth + 1); !status) {
        sink_.unread(model::CoverageNote::State::error, place, status.error().text());
      }
    }
  }

  const base::Limits& limits_;
  Sink& sink_;
  uint64_t unpacked_ = 0;
};

base::Status read(const FileView& file, Sink& sink) {
  return ArchiveReader(file.limits, sink).read(file.bytes, std::string(file.path), "", 0);
}

}  // namespace

extern constinit const Cataloger java{.name = "java",
                                      .purl_type = "maven",
                                      .reads = ".jar, .war, .ear, .jpi, .hpi, .par, .rar and those inside them",
                                      .wants = wants,
                                      .wants_digests = nullptr,
                                      .announces = nullptr,
                                      .read = read,
                                      .finish = nullptr};

}  // namespace bulkhead::catalog::ecosystem
