#include <map>
#include <set>

#include "base/hash.h"
#include "base/json.h"
#include "sbom/cyclonedx.h"
#include "sbom/internal/component_name.h"
#include "sbom/internal/serial_number.h"

namespace bulkhead::sbom {
namespace {

class Properties {
 public:
  explicit Properties(base::JsonWriter& w) : w_(w) {}
  void add(std::string_view name, std::string_view value) {
    if (!open_) {
      w_.key("properties").begin_array();
      open_ = true;
    }
    w_.begin_object().member("name", std::string("bulkhead:").append(name)).member("value", value).end_object();
  }
  void add_some(std::string_view name, std::string_view value) {
    if (!value.empty()) {
      add(name, value);
    }
  }
  void add_all(std::string_view name, const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      add(name, value);
    }
  }
  void close() {
    if (open_) {
      w_.end_array();
    }
  }

 private:
  base::JsonWriter& w_;
  bool open_ = false;
};

const char* state_name(model::CoverageNote::State state) {
  return state == model::CoverageNote::State::read ? "read" : state == model::CoverageNote::State::skipped ? "skipped" : "error";
}

void write_metadata(base::JsonWriter& w, const model::Inventory& inventory) {
  w.key("metadata").begin_object();
  w.key("tools").begin_object().key("components").begin_array();
  w.begin_object().member("type", "application").member("name", "bulkhead").end_object();
  w.end_array().end_object();
  w.key("component").begin_object().member("bom-ref", "subject").member("type", inventory.layer_digests.empty() ? "file" : "container");
  w.member("name", inventory.references.empty() ? inventory.subject : inventory.references.front());
  if (!inventory.manifest_digest.empty()) {
    w.member("version", inventory.manifest_digest);
  }
  w.end_object();
  Properties p(w);
  p.add_some("subject", inventory.subject);
  p.add_all("reference", inventory.references);
  p.add_some("manifest_digest", inventory.manifest_digest);
  p.add_some("config_digest", inventory.config_digest);
  p.add_all("layer_digest", inventory.layer_digests);
  std::map<std::string, std::string> commands;
  for (const model::Component& c : inventory.components) {
    if (!c.layer.empty() && !c.layer_command.empty()) {
      commands.emplace(c.layer, c.layer_command);
    }
  }
  for (const auto& [layer, command] : commands) {
    p.add("layer_command:" + layer, command);
  }
  if (inventory.has_config) {
    const model::ImageConfig& config = inventory.config;
    p.add("config:user", config.user);  // its presence says that the configuration was read
    p.add_all("config:exposed_port", config.exposed_ports);
    p.add_all("config:entrypoint", config.entrypoint);
    p.add_all("config:command", config.command);
    for (const auto& [key, value] : config.labels) {
      p.add("config:label:" + key, value);
    }
    p.add_some("config:created", config.created);
    p.add_some("config:architecture", config.architecture);
    p.add_some("config:working_dir", config.working_dir);
  }
  p.add("complete", inventory.complete ? "true" : "false");
  for (const model::CoverageNote& note : inventory.coverage) {
    if (note.state != model::CoverageNote::State::read) {
      base::JsonWriter value;
      value.begin_object().member("state", state_name(note.state)).member("what", note.what).member("why", note.why).end_object();
      p.add("coverage", value.str());
    }
  }
  for (const model::TamperSign& sign : inventory.tampering) {
    base::JsonWriter value;
    value.begin_object().member("check", sign.check).member("path", sign.path).member("detail", sign.detail).end_object();
    p.add("tampering", value.str());
  }
  p.close();
  w.end_object();
}

void write_one(base::JsonWriter& w, const model::Component& c, const std::string& reference) {
  w.begin_object().member("bom-ref", reference).member("type", "library");
  const auto parts = model::parse_purl(c.purl);
  const bool plain = parts && component_name(*parts) == c.name;
  if (plain && !parts->name_space.empty() && (c.type == "npm" || c.type == "maven")) {
    w.member("group", parts->name_space).member("name", parts->name);
  } else {
    w.member("name", c.name);
  }
  if (!c.version.empty()) {
    w.member("version", c.version);
  }
  if (!c.licenses.empty()) {
    w.key("licenses").begin_array();
    for (const std::string& license : c.licenses) {
      w.begin_object().key("license").begin_object().member("name", license).end_object().end_object();
    }
    w.end_array();
  }
  w.member("purl", c.purl);
  if (!c.paths.empty()) {
    w.key("evidence").begin_object().key("occurrences").begin_array();
    for (const std::string& path : c.paths) {
      w.begin_object().member("location", path).end_object();
    }
    w.end_array().end_object();
  }
  Properties p(w);
  if (!plain) {
    p.add("name", c.name);  // the purl's form lost its letter case
  }
  p.add_some("source_name", c.source_name);
  p.add_some("source_version", c.source_version);
  p.add_some("arch", c.arch);
  p.add_some("distro", c.distro);
  p.add("role", model::role_name(c.role));
  p.add("grade", model::grade_name(c.grade));
  p.add_some("cataloger", c.cataloger);
  p.add_some("program", c.program ? "true" : "");
  p.add_some("layer", c.layer);
  p.close();
  w.end_object();
}

void write_components(base::JsonWriter& w, const model::Inventory& inventory) {
  w.key("components").begin_array();
  if (!inventory.distro_id.empty()) {
    w.begin_object().member("bom-ref", "os").member("type", "operating-system").member("name", inventory.distro_id);
    if (!inventory.distro_version.empty()) {
      w.member("version", inventory.distro_version);
    }
    if (!inventory.distro_name.empty()) {
      w.member("description", inventory.distro_name);
    }
    w.end_object();
  }
  std::set<std::string> used;
  for (const model::Component& c : inventory.components) {
    std::string reference = c.purl;
    for (int number = 2; !used.insert(reference).second; ++number) {
      reference = c.purl + "#" + std::to_string(number);
    }
    write_one(w, c, reference);
  }
  w.end_array();
}

}  // namespace

std::string serial_number(std::string_view content) {
  std::string hex = base::sha256_hex(content).substr(0, 32);
  hex[12] = '8';
  hex[16] = "89ab"[(hex[16] <= '9' ? hex[16] - '0' : hex[16] - 'a' + 10) & 3];
  return "urn:uuid:" + hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" + hex.substr(20);
}

std::string write_cyclonedx(const model::Inventory& inventory) {
  const auto write = [&](std::string_view serial) {
    base::JsonWriter w(true);
    w.begin_object()
        .member("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json")
        .member("bomFormat", "CycloneDX")
        .member("specVersion", "1.6");
    if (!serial.empty()) {
      w.member("serialNumber", serial);
    }
    w.member("version", 1);
    write_metadata(w, inventory);
    write_components(w, inventory);
    w.end_object();
    return w.take() + "\n";
  };
  return write(serial_number(write({})));
}

}  // namespace bulkhead::sbom
