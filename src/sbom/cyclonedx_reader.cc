#include <algorithm>
#include <map>

#include "base/json.h"
#include "base/text.h"
#include "model/package_role.h"
#include "sbom/cyclonedx.h"
#include "sbom/internal/component_name.h"

namespace bulkhead::sbom {
namespace {

constexpr uint32_t kMaxNesting = 32;  // components inside components
constexpr size_t kNamedUnread = 100;

using Properties = std::multimap<std::string, std::string, std::less<>>;

Properties properties_of(base::JsonView view) {
  Properties out;
  for (const base::JsonView& item : view.get("properties").items()) {
    out.emplace(item.get("name").text(), item.get("value").text());
  }
  return out;
}

std::string one(const Properties& properties, std::string_view name) {
  const auto found = properties.find(name);  // the first of equal keys, as the document has them
  return found == properties.end() ? std::string() : found->second;
}

std::vector<std::string> all(const Properties& properties, std::string_view name) {
  std::vector<std::string> out;
  for (auto [at, end] = properties.equal_range(name); at != end; ++at) {
    out.push_back(at->second);
  }
  return out;
}

model::Grade grade_from(std::string_view name) {
  for (const model::Grade grade : {model::Grade::files_match, model::Grade::content_identified, model::Grade::loaded}) {
    if (name == model::grade_name(grade)) {
      return grade;
    }
  }
  return model::Grade::claimed;
}

std::optional<model::ComponentRole> role_from(std::string_view name) {
  for (const model::ComponentRole role : {model::ComponentRole::code, model::ComponentRole::headers, model::ComponentRole::docs,
                                          model::ComponentRole::debug, model::ComponentRole::kernel, model::ComponentRole::data}) {
    if (name == model::role_name(role)) {
      return role;
    }
  }
  return std::nullopt;
}

// "debian-12", "debian-12.4", "ubuntu-22.04" → "debian:12", "debian:12", "ubuntu:22.04": Debian's point releases are one release.
std::string release_of(std::string_view id, std::string_view version) {
  if (id == "debian") {
    version = version.substr(0, version.find('.'));
  }
  return id.empty() || version.empty() ? std::string() : std::string(id) + ":" + std::string(version);
}

std::string distro_of(const model::Purl& purl) {
  const std::string_view value = purl.qualifier("distro");
  const size_t dash = value.find('-');
  return dash == std::string_view::npos ? release_of(purl.name_space, value) : release_of(value.substr(0, dash), value.substr(dash + 1));
}

void set_source(model::Component& c, const model::Purl& purl, const Properties& properties) {
  c.source_name = one(properties, "bulkhead:source_name");
  c.source_version = one(properties, "bulkhead:source_version");
  if (!c.source_name.empty() || (c.type != "deb" && c.type != "rpm" && c.type != "apk")) {
    return;
  }
  const auto [upstream, upstream_version] = base::split_once(purl.qualifier("upstream"), '@');
  if (!upstream.empty()) {
    c.source_name = upstream;
    c.source_version = upstream_version.value_or("");
  } else if (const std::string source = one(properties, "aquasecurity:trivy:SrcName"); !source.empty()) {
    c.source_name = source;
    const std::string epoch = one(properties, "aquasecurity:trivy:SrcEpoch");
    const std::string revision = one(properties, "aquasecurity:trivy:SrcRelease");
    c.source_version = one(properties, "aquasecurity:trivy:SrcVersion");
    if (!c.source_version.empty()) {
      c.source_version = (epoch.empty() || epoch == "0" ? "" : epoch + ":") + c.source_version + (revision.empty() ? "" : "-" + revision);
    }
  } else {
    c.source_name = one(properties, "syft:metadata:source");
    c.source_version = one(properties, "syft:metadata:sourceVersion");
  }
  if (c.type == "deb" && c.source_name.empty()) {
    c.source_name = c.name;
  }
  if (c.type == "deb" && c.source_version.empty()) {
    c.source_version = c.version;
  }
}

std::vector<std::string> paths_of(base::JsonView view, const Properties& properties) {
  std::vector<std::string> paths;
  for (const base::JsonView& occurrence : view.path("evidence", "occurrences").items()) {
    paths.push_back(occurrence.get("location").text());
  }
  if (paths.empty()) {
    for (const auto& [name, value] : properties) {
      if ((name.starts_with("syft:location:") && name.ends_with(":path")) || name == "aquasecurity:trivy:FilePath") {
        paths.push_back(value);
      }
    }
  }
  for (std::string& path : paths) {
    path.erase(0, path.find_first_not_of('/'));
  }
  return paths;
}

std::string layer_of(const Properties& properties) {
  for (const char* name : {"bulkhead:layer", "syft:location:0:layerID", "aquasecurity:trivy:LayerDiffID"}) {
    if (const std::string layer = one(properties, name); !layer.empty()) {
      return layer;
    }
  }
  return {};
}

class Reader {
 public:
  Reader(const base::Limits& limits, model::Inventory& inventory) : limits_(limits), inventory_(inventory) {}

  base::Status read(base::JsonView root, std::string_view where) {
    read_metadata(root.get("metadata"));
    BULKHEAD_CHECK(read_components(root.get("components"), where, 0));
    const std::string release = release_of(inventory_.distro_id, inventory_.distro_version);
    for (model::Component& c : inventory_.components) {
      if (c.distro.empty() && c.type == "deb" && !release.empty() && c.purl.starts_with("pkg:deb/" + inventory_.distro_id + "/")) {
        c.distro = release;
      }
      if (const auto command = commands_.find(c.layer); command != commands_.end()) {
        c.layer_command = command->second;
      }
    }
    if (unread_ > kNamedUnread) {
      inventory_.coverage.push_back({model::CoverageNote::State::skipped, "more components",
                                     base::with_thousands(unread_ - kNamedUnread) + " further components have no purl"});
    }
    std::ranges::stable_sort(inventory_.components, [](const model::Component& a, const model::Component& b) {
      return std::tie(a.purl, a.paths, a.cataloger) < std::tie(b.purl, b.paths, b.cataloger);
    });
    return {};
  }

 private:
  void read_metadata(base::JsonView metadata) {
    const Properties p = properties_of(metadata);
    const base::JsonView subject = metadata.get("component");
    inventory_.references = all(p, "bulkhead:reference");
    inventory_.manifest_digest = one(p, "bulkhead:manifest_digest");
    inventory_.config_digest = one(p, "bulkhead:config_digest");
    inventory_.layer_digests = all(p, "bulkhead:layer_digest");
    const bool own = p.contains("bulkhead:complete");
    if (!own && subject.get("type").string() == "container") {
      // Others name the image in metadata.component and its digest as the version.
      if (const std::string name = subject.get("name").text(); !name.empty()) {
        inventory_.references.push_back(name);
      }
      if (const std::string version = subject.get("version").text(); version.starts_with("sha256:")) {
        inventory_.manifest_digest = version;
      }
    }
    inventory_.has_config = p.contains("bulkhead:config:user");
    model::ImageConfig& config = inventory_.config;
    config.user = one(p, "bulkhead:config:user");
    config.exposed_ports = all(p, "bulkhead:config:exposed_port");
    config.entrypoint = all(p, "bulkhead:config:entrypoint");
    config.command = all(p, "bulkhead:config:command");
    config.created = one(p, "bulkhead:config:created");
    config.architecture = one(p, "bulkhead:config:architecture");
    config.working_dir = one(p, "bulkhead:config:working_dir");
    constexpr std::string_view kLabel = "bulkhead:config:label:";
    constexpr std::string_view kCommand = "bulkhead:layer_command:";
    for (const auto& [name, value] : p) {
      if (name.starts_with(kLabel)) {
        config.labels.emplace(name.substr(kLabel.size()), value);
      } else if (name.starts_with(kCommand)) {
        commands_.emplace(name.substr(kCommand.size()), value);
      }
    }
    if (one(p, "bulkhead:complete") == "false") {
      inventory_.complete = false;
    }
    for (const std::string& text : all(p, "bulkhead:coverage")) {
      if (const auto note = base::JsonDocument::parse(text, limits_)) {
        const bool skipped = note->root().get("state").string() == "skipped";
        inventory_.coverage.push_back({skipped ? model::CoverageNote::State::skipped : model::CoverageNote::State::error,
                                       note->root().get("what").text(), note->root().get("why").text()});
      }
    }
    for (const std::string& text : all(p, "bulkhead:tampering")) {
      if (const auto sign = base::JsonDocument::parse(text, limits_)) {
        inventory_.tampering.push_back(
            {sign->root().get("check").text(), sign->root().get("path").text(), sign->root().get("detail").text()});
      }
    }
  }

  base::Status read_components(base::JsonView list, std::string_view where, uint32_t depth) {
    if (depth > kMaxNesting) {
      return base::fail(base::ErrorKind::limit, "components are nested deeper than " + std::to_string(kMaxNesting), std::string(where));
    }
    for (const base::JsonView& view : list.items()) {
      const std::string kind = view.get("type").text();
      if (kind == "operating-system") {
        read_system(view);
      } else if (kind != "file" || view.get("purl")) {
        read_one(view);
      }
      if (inventory_.components.size() > limits_.components) {
        return base::fail(base::ErrorKind::limit,
                          "holds more than the limit of " + base::with_thousands(limits_.components) + " components", std::string(where));
      }
      BULKHEAD_CHECK(read_components(view.get("components"), where, depth + 1));
    }
    return {};
  }

  void read_system(base::JsonView view) {
    const Properties p = properties_of(view);
    const std::string id = one(p, "syft:distro:id");
    const std::string version = one(p, "syft:distro:versionID");
    inventory_.distro_id = id.empty() ? base::lower_ascii(view.get("name").text()) : id;
    inventory_.distro_version = version.empty() ? view.get("version").text() : version;
    inventory_.distro_name = view.get("description").text();
  }

  void read_one(base::JsonView view) {
    const auto purl = model::parse_purl(view.get("purl").string().value_or(""));
    if (!purl) {
      inventory_.complete = false;
      if (++unread_ <= kNamedUnread) {
        const std::string name = view.get("name").text() + " " + view.get("version").text();
        inventory_.coverage.push_back(
            {model::CoverageNote::State::skipped, "component " + name, view.get("purl") ? purl.error().text() : "has no purl"});
      }
      return;
    }
    const Properties p = properties_of(view);
    model::Component c;
    c.purl = model::to_text(*purl);
    c.type = purl->type;
    c.name = one(p, "bulkhead:name");
    if (c.name.empty()) {
      c.name = component_name(*purl);
    }
    c.version = purl->version.empty() ? view.get("version").text() : purl->version;
    if (const std::string_view epoch = purl->qualifier("epoch");
        !epoch.empty() && epoch != "0" && c.version.find(':') == std::string::npos) {
      c.version = std::string(epoch) + ":" + c.version;
    }
    set_source(c, *purl, p);
    c.arch = purl->qualifier("arch");
    if (const std::string arch = one(p, "bulkhead:arch"); !arch.empty()) {
      c.arch = arch;
    }
    c.distro = one(p, "bulkhead:distro");
    if (c.distro.empty()) {
      c.distro = distro_of(*purl);
    }
    c.role = role_from(one(p, "bulkhead:role")).value_or(c.type == "deb" ? model::deb_role(c.name, "") : model::ComponentRole::code);
    c.grade = grade_from(one(p, "bulkhead:grade"));
    c.program = one(p, "bulkhead:program") == "true";
    c.paths = paths_of(view, p);
    c.layer = layer_of(p);
    c.cataloger = one(p, "bulkhead:cataloger");
    if (c.cataloger.empty()) {
      c.cataloger = "cyclonedx";
    }
    for (const base::JsonView& item : view.get("licenses").items()) {
      const base::JsonView license = item.get("license");
      for (const base::JsonView text : {item.get("expression"), license.get("id"), license.get("name")}) {
        if (text.string()) {
          c.licenses.push_back(text.text());
          break;
        }
      }
    }
    inventory_.components.push_back(std::move(c));
  }

  const base::Limits& limits_;
  model::Inventory& inventory_;
  std::map<std::string, std::string> commands_;
  size_t unread_ = 0;
};

}  // namespace

base::Result<model::Inventory> read_cyclonedx(std::string_view text, const base::Limits& limits, std::string_view where) {
  if (text.starts_with("\xef\xbb\xbf")) {
    text.remove_prefix(3);
  }
  BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(text, limits, where));
  const base::JsonView root = document.root();
  if (root.get("bomFormat").string() != "CycloneDX") {
    const bool spdx = static_cast<bool>(root.get("spdxVersion"));
    return base::fail(base::ErrorKind::input,
                      spdx ? "is an SPDX document, which is not read yet" : "is JSON, but no CycloneDX document (no bomFormat)",
                      std::string(where));
  }
  model::Inventory inventory;
  BULKHEAD_CHECK(Reader(limits, inventory).read(root, where));
  return inventory;
}

}  // namespace bulkhead::sbom
