// Installed npm packages: node_modules/NAME/package.json and node_modules/@SCOPE/NAME/package.json, wherever node_modules is.
//
// Only the package.json at a package's own top counts: deeper ones (dist/esm/package.json) switch module systems, and lock
// files tell what was asked for, not what is there. A package.json outside of node_modules is somebody's source tree or the
// application itself, which no advisory names; it is no component. Name and version are the file's, not the folder's, since an
// alias installs under another name.
// Source: npm documentation, package.json ("name", "version"); Node.js, "Loading from node_modules folders".
#include "base/json.h"
#include "base/text.h"
#include "catalog/cataloger.h"
#include "catalog/internal/purl.h"

namespace bulkhead::catalog::ecosystem {
namespace {

constexpr uint64_t kMaxBytes = 8 << 20;

bool wants(std::string_view path, uint64_t, std::string_view) {
  if (!path.ends_with("/package.json")) {
    return false;
  }
  const auto parent = [](std::string_view p) { return p.substr(0, p.rfind('/') == std::string_view::npos ? 0 : p.rfind('/')); };
  const auto last = [](std::string_view p) { return p.substr(p.rfind('/') == std::string_view::npos ? 0 : p.rfind('/') + 1); };
  const std::string_view package = parent(path);
  std::string_view above = parent(package);
  if (last(above).starts_with('@')) {
    above = parent(above);
  }
  return last(above) == "node_modules" && !last(package).starts_with('.');
}

std::vector<std::string> licenses_of(base::JsonView root) {
  std::vector<std::string> out;
  const base::JsonView license = root.get("license");
  if (const auto text = license.string()) {
    out.emplace_back(*text);
  } else if (const auto type = license.get("type").string()) {
    out.emplace_back(*type);
  }
  return out;
}

base::Status read(const FileView& file, Sink& sink) {
  if (file.bytes.size() > kMaxBytes) {
    return base::fail(base::ErrorKind::limit, "a package.json is larger than " + base::human_bytes(kMaxBytes), std::string(file.path));
  }
  std::string_view text = file.bytes;
  if (text.starts_with("\xef\xbb\xbf")) {
    text.remove_prefix(3);
  }
  BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(text, file.limits, file.path));
  const base::JsonView root = document.root();
  model::Component c;
  c.name = root.get("name").text();
  c.version = root.get("version").text();
  if (c.name.empty() || c.version.empty()) {
    return {};  // a stub for a module system, or a test's fixture
  }
  c.type = "npm";
  const size_t slash = c.name.starts_with('@') ? c.name.find('/') : std::string::npos;
  c.purl = slash == std::string::npos ? make_purl("npm", "", c.name, c.version)
                                      : make_purl("npm", c.name.substr(0, slash), c.name.substr(slash + 1), c.version);
  c.licenses = licenses_of(root);
  sink.component(std::move(c));
  return {};
}

}  // namespace

extern constinit const Cataloger npm{.name = "npm",
                                     .purl_type = "npm",
                                     .reads = "node_modules/**/package.json of installed packages",
                                     .wants = wants,
                                     .wants_digests = nullptr,
                                     .announces = nullptr,
                                     .read = read,
                                     .finish = nullptr};

}  // namespace bulkhead::catalog::ecosystem
