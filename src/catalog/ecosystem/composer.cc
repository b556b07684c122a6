// PHP packages that Composer installed: vendor/composer/installed.json.
//
// Version 1 of Composer writes an array of packages, version 2 an object with "packages". A package's version is the one its author
// gave it ("v5.4.0"); a development branch ("dev-main") is listed as it stands. Metapackages hold no code and are not listed.
// Source: Composer's src/Composer/Repository/FilesystemRepository.php (write) and its documentation, "The composer.json schema".
#include "base/json.h"
#include "base/text.h"
#include "catalog/cataloger.h"
#include "catalog/internal/purl.h"

namespace bulkhead::catalog::ecosystem {
namespace {

bool wants(std::string_view path, uint64_t, std::string_view) {
  return path.ends_with("/composer/installed.json") || path == "composer/installed.json";
}

base::Status read(const FileView& file, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(file.bytes, file.limits, file.path));
  const base::JsonView root = document.root();
  const base::JsonView packages = root.kind() == base::JsonKind::array ? root : root.get("packages");
  if (packages.kind() != base::JsonKind::array) {
    return base::fail(base::ErrorKind::input, "lists no packages", std::string(file.path));
  }
  for (const base::JsonView& item : packages.items()) {
    const std::string name = item.get("name").text();
    const std::string version = item.get("version").text();
    if (item.get("type").string() == "metapackage") {
      continue;
    }
    if (name.empty() || version.empty()) {
      sink.unread(model::CoverageNote::State::error, "", "lists a package without a name or a version");
      continue;
    }
    model::Component c;
    c.type = "composer";
    c.name = name;
    c.version = version;
    const size_t slash = name.find('/');
    c.purl = slash == std::string::npos ? make_purl("composer", "", name, version)
                                        : make_purl("composer", name.substr(0, slash), name.substr(slash + 1), version);
    c.licenses = item.get("license").texts();
    sink.component(std::move(c));
  }
  return {};
}

}  // namespace

extern constinit const Cataloger composer{.name = "composer",
                                          .purl_type = "composer",
                                          .reads = "vendor/composer/installed.json",
                                          .wants = wants,
                                          .wants_digests = nullptr,
                                          .announces = nullptr,
                                          .read = read,
                                          .finish = nullptr};

}  // namespace bulkhead::catalog::ecosystem
