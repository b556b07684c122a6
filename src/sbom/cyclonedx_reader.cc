#include "base/json.h"
#include "base/text.h"
#include "sbom/cyclonedx.h"
#include "sbom/internal/inventory_builder.h"

namespace bulkhead::sbom {
namespace {

constexpr uint32_t kMaxNesting = 32;  // components inside components

Properties properties_of(base::JsonView view) {
  Properties out;
  for (const base::JsonView& item : view.get("properties").items()) {
    out.emplace(item.get("name").text(), item.get("value").text());
  }
  return out;
}

class Reader {
 public:
  Reader(const base::Limits& limits, model::Inventory& inventory, std::string_view where)
      : limits_(limits), inventory_(inventory), where_(where), builder_(limits, inventory, "cyclonedx", where) {}

  base::Status read(base::JsonView root) {
    read_metadata(root.get("metadata"));
    BULKHEAD_CHECK(read_components(root.get("components"), 0));
    builder_.finish();
    return {};
  }

 private:
  void read_metadata(base::JsonView metadata) {
    const Properties p = properties_of(metadata);
    const base::JsonView subject = metadata.get("component");
    inventory_.references = all_properties(p, "bulkhead:reference");
    inventory_.manifest_digest = one_property(p, "bulkhead:manifest_digest");
    inventory_.config_digest = one_property(p, "bulkhead:config_digest");
    inventory_.layer_digests = all_properties(p, "bulkhead:layer_digest");
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
    config.user = one_property(p, "bulkhead:config:user");
    config.exposed_ports = all_properties(p, "bulkhead:config:exposed_port");
    config.entrypoint = all_properties(p, "bulkhead:config:entrypoint");
    config.command = all_properties(p, "bulkhead:config:command");
    config.created = one_property(p, "bulkhead:config:created");
    config.architecture = one_property(p, "bulkhead:config:architecture");
    config.working_dir = one_property(p, "bulkhead:config:working_dir");
    constexpr std::string_view kLabel = "bulkhead:config:label:";
    constexpr std::string_view kCommand = "bulkhead:layer_command:";
    for (const auto& [name, value] : p) {
      if (name.starts_with(kLabel)) {
        config.labels.emplace(name.substr(kLabel.size()), value);
      } else if (name.starts_with(kCommand)) {
        builder_.layer_commands().emplace(name.substr(kCommand.size()), value);
      }
    }
    if (one_property(p, "bulkhead:complete") == "false") {
      inventory_.complete = false;
    }
    for (const std::string& text : all_properties(p, "bulkhead:coverage")) {
      if (const auto note = base::JsonDocument::parse(text, limits_)) {
        const bool skipped = note->root().get("state").string() == "skipped";
        inventory_.coverage.push_back({skipped ? model::CoverageNote::State::skipped : model::CoverageNote::State::error,
                                       note->root().get("what").text(), note->root().get("why").text()});
      }
    }
    for (const std::string& text : all_properties(p, "bulkhead:tampering")) {
      if (const auto sign = base::JsonDocument::parse(text, limits_)) {
        inventory_.tampering.push_back(
            {sign->root().get("check").text(), sign->root().get("path").text(), sign->root().get("detail").text()});
      }
    }
  }

  base::Status read_components(base::JsonView list, uint32_t depth) {
    if (depth > kMaxNesting) {
      return base::fail(base::ErrorKind::limit, "components are nested deeper than " + std::to_string(kMaxNesting), std::string(where_));
    }
    for (const base::JsonView& view : list.items()) {
      const std::string kind = view.get("type").text();
      if (kind == "operating-system") {
        read_system(view);
      } else if (kind == "library" || view.get("purl") || !is_no_software(kind)) {
        BULKHEAD_CHECK(read_one(view));
      }
      BULKHEAD_CHECK(read_components(view.get("components"), depth + 1));
    }
    return {};
  }

  // Component types of CycloneDX that no advisory is about.
  static bool is_no_software(std::string_view kind) {
    return kind == "file" || kind == "cryptographic-asset" || kind == "data" || kind == "device" || kind == "machine-learning-model";
  }

  void read_system(base::JsonView view) {
    const Properties p = properties_of(view);
    const std::string id = one_property(p, "syft:distro:id");
    const std::string version = one_property(p, "syft:distro:versionID");
    inventory_.distro_id = id.empty() ? base::lower_ascii(view.get("name").text()) : id;
    inventory_.distro_version = version.empty() ? view.get("version").text() : version;
    inventory_.distro_name = view.get("description").text();
  }

  base::Status read_one(base::JsonView view) {
    SbomItem item;
    item.purl = view.get("purl").text();
    item.name = view.get("name").text();
    item.version = view.get("version").text();
    item.properties = properties_of(view);
    for (const base::JsonView& occurrence : view.path("evidence", "occurrences").items()) {
      item.paths.push_back(occurrence.get("location").text());
    }
    for (const base::JsonView& entry : view.get("licenses").items()) {
      const base::JsonView license = entry.get("license");
      for (const base::JsonView text : {entry.get("expression"), license.get("id"), license.get("name")}) {
        if (text.string()) {
          item.licenses.push_back(text.text());
          break;
        }
      }
    }
    return builder_.add(std::move(item));
  }

  const base::Limits& limits_;
  model::Inventory& inventory_;
  const std::string_view where_;
  InventoryBuilder builder_;
};

}  // namespace

base::Result<model::Inventory> read_cyclonedx(std::string_view text, const base::Limits& limits, std::string_view where) {
  if (text.starts_with("\xef\xbb\xbf")) {
    text.remove_prefix(3);
  }
  BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(text, limits, where));
  const base::JsonView root = document.root();
  if (root.get("bomFormat").string() != "CycloneDX") {
    return base::fail(base::ErrorKind::input, "is JSON, but no CycloneDX document (no bomFormat)",
                      std::string(where));
  }
  model::Inventory inventory;
  BULKHEAD_CHECK(Reader(limits, inventory, where).read(root));
  return inventory;
}

}  // namespace bulkhead::sbom
