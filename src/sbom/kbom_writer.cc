#include "base/json.h"
#include "model/purl.h"
#include "sbom/internal/serial_number.h"
#include "sbom/kbom.h"

namespace bulkhead::sbom {
namespace {

using model::ClusterComponent;

void property(base::JsonWriter& w, std::string_view name, std::string_view value) {
  if (!value.empty()) {
    w.begin_object().member("name", std::string("bulkhead:").append(name)).member("value", value).end_object();
  }
}

const char* type_of(const ClusterComponent& c) {
  return c.kind == "os" ? "operating-system" : c.image.empty() ? "application" : "container";
}

// A container's last path element is its name in a purl of type oci; the whole repository is a qualifier.
std::string_view repository_of(std::string_view image) {
  image = image.substr(0, image.find('@'));
  const size_t slash = image.rfind('/');
  return image.substr(0, image.find(':', slash == std::string_view::npos ? 0 : slash));
}

std::string tag_of(std::string_view image) {
  const std::string_view named = image.substr(0, image.find('@'));
  const size_t length = repository_of(image).size();
  return named.size() > length ? std::string(named.substr(length + 1)) : std::string();
}

void write_component(base::JsonWriter& w, const ClusterComponent& c, size_t number, const std::map<std::string, std::string>& ends) {
  w.begin_object().member("bom-ref", c.kind + "-" + std::to_string(number)).member("type", type_of(c));
  if (!c.vendor.empty()) {
    w.key("supplier").begin_object().member("name", c.vendor).end_object();
  }
  w.member("name", c.name);
  if (!c.version.empty()) {
    w.member("version", c.version);
  }
  if (c.digest.starts_with("sha256:") && c.digest.size() == 71) {
    w.key("hashes").begin_array();
    w.begin_object().member("alg", "SHA-256").member("content", c.digest.substr(7)).end_object();
    w.end_array();
  }
  if (const std::string purl = purl_of(c); !purl.empty()) {
    w.member("purl", purl);
  }
  w.key("properties").begin_array();
  property(w, "kind", c.kind);
  property(w, "how", c.how);
  property(w, "evidence", c.evidence);
  property(w, "vendor", c.vendor);
  property(w, "image", c.image);
  if (const auto end = ends.find(c.name + " " + c.version); end != ends.end()) {
    property(w, "support_ends", end->second);
  }
  for (const std::string& place : c.places) {
    property(w, "place", place);
  }
  w.end_array().end_object();
}

}  // namespace

std::string purl_of(const ClusterComponent& c) {
  model::Purl parts;
  if (!c.image.empty() && c.digest.starts_with("sha256:")) {
    const std::string_view repository = repository_of(c.image);
    const size_t slash = repository.rfind('/');
    parts.type = "oci";
    parts.name = repository.substr(slash == std::string_view::npos ? 0 : slash + 1);
    parts.version = c.digest;
    parts.qualifiers = {{"repository_url", std::string(repository)}};
    if (const std::string tag = tag_of(c.image); !tag.empty()) {
      parts.qualifiers.emplace_back("tag", tag);
    }
  } else {
    parts.type = "generic";
    parts.name = c.name;
    parts.version = c.version;
  }
  const auto purl = model::make_purl(std::move(parts));
  return purl ? model::to_text(*purl) : std::string();
}

std::string write_kbom(const model::Cluster& cluster, const std::vector<ClusterComponent>& components,
                       const std::map<std::string, std::string>& support_ends) {
  const auto write = [&](std::string_view serial) {
    base::JsonWriter w(true);
    w.begin_object()
        .member("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json")
        .member("bomFormat", "CycloneDX")
        .member("specVersion", "1.6");
    if (!serial.empty()) {
      w.member("serialNumber", serial);
    }
    w.member("version", 1).key("metadata").begin_object();
    w.key("tools").begin_object().key("components").begin_array();
    w.begin_object().member("type", "application").member("name", "bulkhead").end_object();
    w.end_array().end_object();
    w.key("component").begin_object().member("bom-ref", "cluster").member("type", "platform");
    w.member("name", cluster.name.empty() ? std::string("cluster") : cluster.name);
    if (!cluster.server_version.empty()) {
      w.member("version", cluster.server_version);
    }
    w.end_object().end_object();
    w.key("components").begin_array();
    for (size_t i = 0; i < components.size(); ++i) {
      write_component(w, components[i], i, support_ends);
    }
    w.end_array().end_object();
    return w.take() + "\n";
  };
  return write(serial_number(write({})));
}

}  // namespace bulkhead::sbom
