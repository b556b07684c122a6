#include <algorithm>
#include <set>

#include "base/json.h"
#include "base/text.h"
#include "model/purl.h"
#include "sbom/internal/inventory_builder.h"
#include "sbom/internal/spdx_annotation.h"
#include "sbom/spdx.h"

namespace bulkhead::sbom {
namespace {

bool is_hex_digest(std::string_view text) {
  return text.size() == 64 && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// The first annotation of ours: what follows `mark`.
std::string own_annotation(base::JsonView element, std::string_view mark) {
  for (const base::JsonView& annotation : element.get("annotations").items()) {
    const std::string_view comment = annotation.get("comment").string().value_or("");
    if (annotation.get("annotator").string() == kSpdxAnnotator && comment.starts_with(mark)) {
      return std::string(comment.substr(mark.size()));
    }
  }
  return {};
}

class Reader {
 public:
  Reader(const base::Limits& limits, model::Inventory& inventory, std::string_view where)
      : limits_(limits), where_(where), inventory_(inventory), builder_(limits, inventory, "spdx", where) {}

  base::Status read(base::JsonView root) {
    const std::string own = own_annotation(root, kSpdxInventoryMark);
    if (!own.empty()) {
      BULKHEAD_TRY(inventory_, model::inventory_from_json(own, limits_));
      inventory_.components.clear();
    }
    find_described(root);
    for (const base::JsonView& package : root.get("packages").items()) {
      const std::string component = own_annotation(package, kSpdxComponentMark);
      if (!component.empty()) {
        BULKHEAD_CHECK(add_own(component));
      } else if (own.empty()) {
        BULKHEAD_CHECK(add(package));
      }
    }
    if (own.empty() && inventory_.components.empty()) {
      inventory_.complete = false;
      inventory_.coverage.push_back({model::CoverageNote::State::skipped, "packages", "the document names none that can be looked up"});
    }
    builder_.finish();
    return {};
  }

 private:
  void find_described(base::JsonView root) {
    for (const std::string& id : root.get("documentDescribes").texts()) {
      described_.insert(id);
    }
    for (const base::JsonView& relation : root.get("relationships").items()) {
      if (relation.get("relationshipType").string() == "DESCRIBES" && relation.get("spdxElementId").string() == "SPDXRef-DOCUMENT") {
        described_.insert(relation.get("relatedSpdxElement").text());
      }
    }
  }

  base::Status add_own(const std::string& json) {
    BULKHEAD_TRY(const model::Inventory one,
                 model::inventory_from_json("{\"schema\":\"bulkhead.inventory/1\",\"components\":[" + json + "]}", limits_));
    inventory_.components.insert(inventory_.components.end(), one.components.begin(), one.components.end());
    if (inventory_.components.size() > limits_.components) {
      return base::fail(base::ErrorKind::limit, "holds more than the limit of " + base::with_thousands(limits_.components) + " components",
                        std::string(where_));
    }
    return {};
  }

  base::Status add(base::JsonView package) {
    SbomItem item;
    item.name = package.get("name").text();
    item.version = package.get("versionInfo").text();
    const std::string id = package.get("SPDXID").text();
    const std::string purpose = package.get("primaryPackagePurpose").text();
    for (const base::JsonView& reference : package.get("externalRefs").items()) {
      if (reference.get("referenceType").string() == "purl" && item.purl.empty()) {
        item.purl = reference.get("referenceLocator").text();
      }
    }
    if (purpose == "OPERATING-SYSTEM" || id.starts_with("SPDXRef-OperatingSystem-")) {
      inventory_.distro_id = base::lower_ascii(item.name);
      inventory_.distro_version = item.version;
      return {};
    }
    if (item.purl.starts_with("pkg:oci/") || item.purl.starts_with("pkg:docker/") || id.starts_with("SPDXRef-ContainerImage-") ||
        purpose == "CONTAINER") {
      return {};  // the image itself, or one of its manifests
    }
    const bool layer = item.name.starts_with("sha256:") || is_hex_digest(item.name);
    const bool subject = described_.size() == 1 && described_.contains(id);
    if (item.purl.empty() && (layer || subject || id.starts_with("SPDXRef-Application-") || purpose == "APPLICATION")) {
      return {};
    }
    for (const char* field : {"licenseDeclared", "licenseConcluded"}) {
      const std::string license = package.get(field).text();
      if (!license.empty() && license != "NOASSERTION" && license != "NONE") {
        item.licenses.push_back(license);
        break;
      }
    }
    read_words(package, item);
    return builder_.add(std::move(item));
  }

  // syft: "acquired package info from DPKG DB: /var/lib/dpkg/status, /usr/share/doc/x/copyright"; trivy: "built package from: NAME VERSION",
  // and "LayerDiffID: sha256:…" among attribution texts or annotations.
  static void read_words(base::JsonView package, SbomItem& item) {
    const std::string info = package.get("sourceInfo").text();
    constexpr std::string_view kBuilt = "built package from: ";
    if (info.starts_with(kBuilt)) {
      const auto [name, version] = base::split_once(std::string_view(info).substr(kBuilt.size()), ' ');
      item.properties.emplace("bulkhead:source_name", name);
      item.properties.emplace("bulkhead:source_version", version.value_or(""));
    } else if (const size_t colon = info.find(": /"); info.starts_with("acquired package info") && colon != std::string::npos) {
      for (const std::string_view path : base::split(std::string_view(info).substr(colon + 2), ',')) {
        if (const std::string_view trimmed = base::trim(path); trimmed.starts_with('/')) {
          item.paths.emplace_back(trimmed);
        }
      }
      std::ranges::sort(item.paths);
    }
    std::vector<std::string> texts = package.get("attributionTexts").texts();
    for (const base::JsonView& annotation : package.get("annotations").items()) {
      texts.push_back(annotation.get("comment").text());
    }
    constexpr std::string_view kLayer = "LayerDiffID: ";
    for (const std::string& text : texts) {
      if (text.starts_with(kLayer)) {
        item.properties.emplace("bulkhead:layer", base::trim(std::string_view(text).substr(kLayer.size())));
      }
    }
  }

  const base::Limits& limits_;
  const std::string_view where_;
  model::Inventory& inventory_;
  InventoryBuilder builder_;
  std::set<std::string> described_;
};

}  // namespace

base::Result<model::Inventory> read_spdx(std::string_view json, const base::Limits& limits, std::string_view where) {
  BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(json, limits, where));
  const base::JsonView root = document.root();
  const std::string version = root.get("spdxVersion").text();
  if (!version.starts_with("SPDX-2.")) {
    return base::fail(base::ErrorKind::input,
                      version.empty() ? "is JSON, but no SPDX document (no spdxVersion)" : "is of version " + version + "; SPDX 2 is read",
                      std::string(where));
  }
  model::Inventory inventory;
  BULKHEAD_CHECK(Reader(limits, inventory, where).read(root));
  return inventory;
}

}  // namespace bulkhead::sbom
