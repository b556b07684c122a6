#include "sbom/internal/inventory_builder.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "model/package_role.h"
#include "model/purl.h"
#include "sbom/internal/component_name.h"

namespace bulkhead::sbom {
namespace {

constexpr size_t kNamedUnread = 100;

bool is_distribution(std::string_view type) { return type == "deb" || type == "rpm" || type == "apk"; }

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

// The ID of os-release where a tool or a purl calls the distribution otherwise.
std::string_view os_id(std::string_view name) {
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"redhat", "rhel"}, {"oracle", "ol"}, {"amazon", "amzn"}, {"alma", "almalinux"}, {"cbl-mariner", "mariner"},
      {"opensuse.leap", "opensuse-leap"}, {"opensuse.tumbleweed", "opensuse-tumbleweed"}, {"suse linux enterprise server", "sles"}};
  for (const auto& [from, to] : kNames) {
    if (name == from) {
      return to;
    }
  }
  return name;
}

// "debian-12", "debian-12.4", "ubuntu-22.04" → "debian:12", "debian:12", "ubuntu:22.04": Debian's point releases are one release.
std::string release_of(std::string_view id, std::string_view version) {
  if (id == "debian") {
    version = version.substr(0, version.find('.'));
  }
  return id.empty() || version.empty() ? std::string() : std::string(os_id(id)) + ":" + std::string(version);
}

// "debian-12", "opensuse-leap-15.5"; trivy leaves the name out ("3.16.0").
std::string distro_of(const model::Purl& purl) {
  const std::string_view value = purl.qualifier("distro");
  const size_t dash = value.rfind('-');
  return dash == std::string_view::npos ? release_of(purl.name_space, value) : release_of(value.substr(0, dash), value.substr(dash + 1));
}

// "bash-5.1.8-6.el9.src.rpm" → {bash, 5.1.8-6.el9}.
std::pair<std::string, std::string> source_of_rpm(std::string_view file) {
  for (const std::string_view ending : {".nosrc.rpm", ".src.rpm"}) {
    if (file.ends_with(ending)) {
      file.remove_suffix(ending.size());
      const size_t release = file.rfind('-');
      const size_t dash = release == std::string_view::npos || release == 0 ? std::string_view::npos : file.rfind('-', release - 1);
      if (dash != std::string_view::npos && dash > 0) {
        return {std::string(file.substr(0, dash)), std::string(file.substr(dash + 1))};
      }
    }
  }
  return {};
}

void set_source(model::Component& c, const model::Purl& purl, const Properties& properties) {
  c.source_name = one_property(properties, "bulkhead:source_name");
  c.source_version = one_property(properties, "bulkhead:source_version");
  if (!c.source_name.empty() || !is_distribution(c.type)) {
    return;
  }
  const auto [upstream, upstream_version] = base::split_once(purl.qualifier("upstream"), '@');
  if (auto [name, version] = source_of_rpm(upstream); !name.empty()) {
    c.source_name = std::move(name);
    c.source_version = std::move(version);
    if (const size_t colon = c.version.find(':'); colon != std::string::npos && c.version.substr(colon + 1) == c.source_version) {
      c.source_version = c.version;  // one spec file, one epoch
    }
  } else if (!upstream.empty()) {
    c.source_name = upstream;
    c.source_version = upstream_version.value_or("");
  } else if (const std::string source = one_property(properties, "aquasecurity:trivy:SrcName"); !source.empty()) {
    c.source_name = source;
    const std::string epoch = one_property(properties, "aquasecurity:trivy:SrcEpoch");
    const std::string revision = one_property(properties, "aquasecurity:trivy:SrcRelease");
    c.source_version = one_property(properties, "aquasecurity:trivy:SrcVersion");
    if (!c.source_version.empty()) {
      c.source_version = (epoch.empty() || epoch == "0" ? "" : epoch + ":") + c.source_version + (revision.empty() ? "" : "-" + revision);
    }
  } else {
    c.source_name = one_property(properties, "syft:metadata:source");
    c.source_version = one_property(properties, "syft:metadata:sourceVersion");
  }
  // In Debian and Alpine a package without a stated source is its own; Alpine's have one version with it.
  const bool same = c.type == "deb" || c.type == "apk";
  if (same && c.source_name.empty()) {
    c.source_name = c.name;
  }
  if (same && c.source_version.empty()) {
    c.source_version = c.version;
  }
}

std::string layer_of(const Properties& properties) {
  for (const char* name : {"bulkhead:layer", "syft:location:0:layerID", "aquasecurity:trivy:LayerDiffID"}) {
    if (const std::string layer = one_property(properties, name); !layer.empty()) {
      return layer;
    }
  }
  return {};
}

// syft before 0.70 wrote Alpine's packages as "pkg:alpine/NAME", a type that there is not.
base::Result<model::Purl> parse(std::string_view text) {
  base::Result<model::Purl> purl = model::parse_purl(text);
  if (purl && purl->type == "alpine") {
    purl->type = "apk";
    purl->name_space = "alpine";
    return model::make_purl(*std::move(purl));
  }
  return purl;
}

model::ComponentRole role_of(const model::Component& c) {
  return c.type == "deb"   ? model::deb_role(c.name, "")
         : c.type == "apk" ? model::apk_role(c.name)
         : c.type == "rpm" ? model::rpm_role(c.name)
                           : model::ComponentRole::code;
}

}  // namespace

std::string one_property(const Properties& properties, std::string_view name) {
  const auto found = properties.find(name);  // the first of equal keys, as the document has them
  return found == properties.end() ? std::string() : found->second;
}

std::vector<std::string> all_properties(const Properties& properties, std::string_view name) {
  std::vector<std::string> out;
  for (auto [at, end] = properties.equal_range(name); at != end; ++at) {
    out.push_back(at->second);
  }
  return out;
}

base::Status InventoryBuilder::add(SbomItem item) {
  const auto purl = parse(item.purl);
  if (!purl) {
    inventory_.complete = false;
    if (++unread_ <= kNamedUnread) {
      inventory_.coverage.push_back({model::CoverageNote::State::skipped, "component " + item.name + " " + item.version,
                                     item.purl.empty() ? "has no purl" : purl.error().text()});
    }
    return {};
  }
  const Properties& p = item.properties;
  model::Component c;
  c.purl = model::to_text(*purl);
  c.type = purl->type;
  c.name = one_property(p, "bulkhead:name");
  if (c.name.empty()) {
    c.name = component_name(*purl);
  }
  c.version = purl->version.empty() ? std::move(item.version) : purl->version;
  if (const std::string_view epoch = purl->qualifier("epoch");
      !epoch.empty() && epoch != "0" && c.version.find(':') == std::string::npos) {
    c.version = std::string(epoch) + ":" + c.version;
  }
  set_source(c, *purl, p);
  c.arch = purl->qualifier("arch");
  if (const std::string arch = one_property(p, "bulkhead:arch"); !arch.empty()) {
    c.arch = arch;
  }
  c.distro = one_property(p, "bulkhead:distro");
  if (c.distro.empty()) {
    c.distro = distro_of(*purl);
  }
  c.role = role_from(one_property(p, "bulkhead:role")).value_or(role_of(c));
  c.grade = grade_from(one_property(p, "bulkhead:grade"));
  // Syft names the main module of the binary that a Go module was found in.
  c.program = one_property(p, "bulkhead:program") == "true" || one_property(p, "syft:metadata:mainModule") == c.name;
  c.paths = std::move(item.paths);
  if (c.paths.empty()) {
    for (const auto& [name, value] : p) {
      if ((name.starts_with("syft:location:") && name.ends_with(":path")) || name == "aquasecurity:trivy:FilePath") {
        c.paths.push_back(value);
      }
    }
  }
  for (std::string& path : c.paths) {
    path.erase(0, path.find_first_not_of('/'));
  }
  c.layer = layer_of(p);
  c.cataloger = one_property(p, "bulkhead:cataloger");
  if (c.cataloger.empty()) {
    c.cataloger = format_;
  }
  c.licenses = std::move(item.licenses);
  inventory_.components.push_back(std::move(c));
  if (inventory_.components.size() > limits_.components) {
    return base::fail(base::ErrorKind::limit, "holds more than the limit of " + base::with_thousands(limits_.components) + " components",
                      std::string(where_));
  }
  return {};
}

void InventoryBuilder::finish() {
  const std::string release = release_of(inventory_.distro_id, inventory_.distro_version);
  for (model::Component& c : inventory_.components) {
    const bool ours = c.type == "deb" ? c.purl.starts_with("pkg:deb/" + inventory_.distro_id + "/") : is_distribution(c.type);
    if (c.distro.empty() && ours && !release.empty()) {
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
}

}  // namespace bulkhead::sbom
