#include "model/inventory.h"

#include <array>

namespace bulkhead::model {
namespace {

constexpr std::array kGrades = {"claimed", "files_match", "content_identified", "loaded"};
constexpr std::array kRoles = {"code", "headers", "docs", "debug", "kernel", "data"};
constexpr std::array kStates = {"read", "skipped", "error"};

template <typename Enum, size_t N>
Enum from_name(const std::array<const char*, N>& names, std::string_view name) {
  for (size_t i = 0; i < N; ++i) {
    if (name == names[i]) {
      return static_cast<Enum>(i);
    }
  }
  return static_cast<Enum>(0);
}

void write_labels(base::JsonWriter& w, const std::map<std::string, std::string>& labels) {
  w.begin_object();
  for (const auto& [key, value] : labels) {
    w.member(key, value);
  }
  w.end_object();
}

Component component_from_json(base::JsonView view) {
  Component c;
  c.purl = view.get("purl").text();
  c.type = view.get("type").text();
  c.name = view.get("name").text();
  c.version = view.get("version").text();
  c.source_name = view.get("source_name").text();
  c.source_version = view.get("source_version").text();
  c.arch = view.get("arch").text();
  c.distro = view.get("distro").text();
  c.role = from_name<ComponentRole>(kRoles, view.get("role").string().value_or("code"));
  c.grade = from_name<Grade>(kGrades, view.get("grade").string().value_or("claimed"));
  c.paths = view.get("paths").texts();
  c.layer = view.get("layer").text();
  c.layer_command = view.get("layer_command").text();
  c.cataloger = view.get("cataloger").text();
  c.licenses = view.get("licenses").texts();
  c.program = view.get("program").flag();
  return c;
}

}  // namespace

const char* grade_name(Grade grade) { return kGrades[static_cast<size_t>(grade)]; }
const char* role_name(ComponentRole role) { return kRoles[static_cast<size_t>(role)]; }

void write_component(base::JsonWriter& w, const Component& c) {
  w.begin_object();
  w.member("purl", c.purl).member("type", c.type).member("name", c.name).member("version", c.version);
  w.member("source_name", c.source_name).member("source_version", c.source_version);
  w.member("paths", c.paths).member("layer", c.layer).member("grade", grade_name(c.grade)).member("cataloger", c.cataloger);
  w.member("arch", c.arch).member("distro", c.distro).member("role", role_name(c.role)).member("layer_command", c.layer_command);
  w.member("licenses", c.licenses).member("program", c.program);
  w.end_object();
}

std::string to_json(const Inventory& inventory) {
  base::JsonWriter w;
  w.begin_object();
  w.member("schema", "bulkhead.inventory/1").member("subject", inventory.subject).member("references", inventory.references);
  w.member("manifest_digest", inventory.manifest_digest).member("config_digest", inventory.config_digest);
  w.member("layer_digests", inventory.layer_digests).member("has_config", inventory.has_config);
  w.key("config").begin_object();
  const ImageConfig& config = inventory.config;
  w.member("user", config.user).member("exposed_ports", config.exposed_ports).member("entrypoint", config.entrypoint);
  w.member("command", config.command).member("created", config.created).member("architecture", config.architecture);
  w.member("working_dir", config.working_dir).key("labels");
  write_labels(w, config.labels);
  w.end_object();
  w.member("distro_id", inventory.distro_id)
      .member("distro_version", inventory.distro_version)
      .member("distro_name", inventory.distro_name);
  w.member("complete", inventory.complete);
  w.key("components").begin_array();
  for (const Component& component : inventory.components) {
    write_component(w, component);
  }
  w.end_array().key("coverage").begin_array();
  for (const CoverageNote& note : inventory.coverage) {
    w.begin_object()
        .member("state", kStates[static_cast<size_t>(note.state)])
        .member("what", note.what)
        .member("why", note.why)
        .end_object();
  }
  w.end_array().key("tampering").begin_array();
  for (const TamperSign& sign : inventory.tampering) {
    w.begin_object().member("check", sign.check).member("path", sign.path).member("detail", sign.detail).end_object();
  }
  w.end_array().end_object();
  return w.take();
}

base::Result<Inventory> inventory_from_json(std::string_view json, const base::Limits& limits) {
  BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(json, limits, "inventory"));
  const base::JsonView root = document.root();
  if (root.get("schema").string() != "bulkhead.inventory/1") {
    return base::fail(base::ErrorKind::input, "not a bulkhead.inventory/1 document");
  }
  Inventory inventory;
  inventory.subject = root.get("subject").text();
  inventory.references = root.get("references").texts();
  inventory.manifest_digest = root.get("manifest_digest").text();
  inventory.config_digest = root.get("config_digest").text();
  inventory.layer_digests = root.get("layer_digests").texts();
  inventory.has_config = root.get("has_config").flag();
  const base::JsonView config = root.get("config");
  inventory.config.user = config.get("user").text();
  inventory.config.exposed_ports = config.get("exposed_ports").texts();
  inventory.config.entrypoint = config.get("entrypoint").texts();
  inventory.config.command = config.get("command").texts();
  inventory.config.created = config.get("created").text();
  inventory.config.architecture = config.get("architecture").text();
  inventory.config.working_dir = config.get("working_dir").text();
  config.get("labels").each([&](std::string_view key, base::JsonView value) { inventory.config.labels.emplace(key, value.text()); });
  inventory.distro_id = root.get("distro_id").text();
  inventory.distro_version = root.get("distro_version").text();
  inventory.distro_name = root.get("distro_name").text();
  inventory.complete = root.get("complete").flag();
  for (const base::JsonView& item : root.get("components").items()) {
    inventory.components.push_back(component_from_json(item));
  }
  for (const base::JsonView& item : root.get("coverage").items()) {
    inventory.coverage.push_back({from_name<CoverageNote::State>(kStates, item.get("state").string().value_or("error")),
                                  item.get("what").text(), item.get("why").text()});
  }
  for (const base::JsonView& item : root.get("tampering").items()) {
    inventory.tampering.push_back({item.get("check").text(), item.get("path").text(), item.get("detail").text()});
  }
  return inventory;
}

}  // namespace bulkhead::model
