#include <algorithm>
#include <set>

#include "base/hash.h"
#include "base/json.h"
#include "sbom/internal/spdx_annotation.h"
#include "sbom/spdx.h"

namespace bulkhead::sbom {
namespace {

constexpr const char* kUnknownTime = "1970-01-01T00:00:00Z";
constexpr const char* kNotSaid = "NOASSERTION";
constexpr size_t kSecondsEnd = 19;  // of "2026-01-01T00:00:00"

// SPDX takes whole seconds in UTC only.
std::string time_of(const model::Inventory& inventory) {
  const std::string& text = inventory.config.created;
  const auto digits = [&](size_t from, size_t to) {
    return std::all_of(text.begin() + static_cast<ptrdiff_t>(from), text.begin() + static_cast<ptrdiff_t>(to),
                       [](char c) { return c >= '0' && c <= '9'; });
  };
  const bool fits = text.size() > kSecondsEnd && text.ends_with('Z') && digits(0, 4) && text[4] == '-' && digits(5, 7) && text[7] == '-' &&
                    digits(8, 10) && text[10] == 'T' && digits(11, 13) && text[13] == ':' && digits(14, 16) && text[16] == ':' &&
                    digits(17, 19);
  return fits ? text.substr(0, kSecondsEnd) + "Z" : kUnknownTime;
}

class Writer {
 public:
  explicit Writer(const model::Inventory& inventory) : inventory_(inventory), time_(time_of(inventory)) {}

  std::string write(std::string_view document_namespace) {
    const std::string name = inventory_.references.empty() ? inventory_.subject : inventory_.references.front();
    w_.begin_object()
        .member("spdxVersion", "SPDX-2.3")
        .member("dataLicense", "CC0-1.0")
        .member("SPDXID", "SPDXRef-DOCUMENT")
        .member("name", name.empty() ? "inventory" : name)
        .member("documentNamespace", document_namespace);
    w_.key("creationInfo").begin_object().member("created", time_).key("creators").begin_array().value(kSpdxAnnotator).end_array();
    w_.end_object();
    model::Inventory frame = inventory_;
    frame.components.clear();
    std::erase_if(frame.coverage, [](const model::CoverageNote& note) { return note.state == model::CoverageNote::State::read; });
    annotate(std::string(kSpdxInventoryMark) + model::to_json(frame));
    w_.key("packages").begin_array();
    write_subject(name.empty() ? "inventory" : name);
    for (const model::Component& component : inventory_.components) {
      write_package(component);
    }
    w_.end_array();
    w_.key("relationships").begin_array();
    relate("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Subject");
    for (const std::string& id : contained_) {
      relate("SPDXRef-Subject", "CONTAINS", id);
    }
    w_.end_array().end_object();
    return w_.take() + "\n";
  }

 private:
  void annotate(const std::string& comment) {
    w_.key("annotations").begin_array().begin_object();
    w_.member("annotationDate", time_).member("annotationType", "OTHER").member("annotator", kSpdxAnnotator).member("comment", comment);
    w_.end_object().end_array();
  }

  void begin_package(std::string_view name, const std::string& id) {
    w_.begin_object()
        .member("name", name)
        .member("SPDXID", id)
        .member("downloadLocation", kNotSaid)
        .member("filesAnalyzed", false)
        .member("licenseConcluded", kNotSaid)
        .member("licenseDeclared", kNotSaid)
        .member("copyrightText", kNotSaid);
  }

  void write_subject(const std::string& name) {
    begin_package(name, "SPDXRef-Subject");
    w_.member("primaryPackagePurpose", inventory_.layer_digests.empty() ? "OTHER" : "CONTAINER");
    if (!inventory_.manifest_digest.empty()) {
      w_.member("versionInfo", inventory_.manifest_digest);
    }
    w_.end_object();
    if (!inventory_.distro_id.empty()) {
      begin_package(inventory_.distro_id, "SPDXRef-OperatingSystem");
      w_.member("primaryPackagePurpose", "OPERATING-SYSTEM");
      if (!inventory_.distro_version.empty()) {
        w_.member("versionInfo", inventory_.distro_version);
      }
      w_.end_object();
      contained_.push_back("SPDXRef-OperatingSystem");
    }
  }

  void write_package(const model::Component& c) {
    const std::string stem = "SPDXRef-Package-" + base::sha256_hex(c.purl).substr(0, 16);
    std::string id = stem;
    for (int number = 2; !used_.insert(id).second; ++number) {
      id = stem + "-" + std::to_string(number);
    }
    contained_.push_back(id);
    begin_package(c.name, id);
    if (!c.version.empty()) {
      w_.member("versionInfo", c.version);
    }
    if (!c.licenses.empty()) {
      std::string text;
      for (const std::string& license : c.licenses) {
        text += (text.empty() ? "" : "; ") + license;
      }
      w_.member("licenseComments", text);  // as the package states it; often no SPDX expression
    }
    w_.key("externalRefs").begin_array().begin_object();
    w_.member("referenceCategory", "PACKAGE-MANAGER").member("referenceType", "purl").member("referenceLocator", c.purl);
    w_.end_object().end_array();
    base::JsonWriter component;
    model::write_component(component, c);
    annotate(std::string(kSpdxComponentMark) + component.take());
    w_.end_object();
  }

  void relate(std::string_view from, std::string_view kind, std::string_view to) {
    w_.begin_object().member("spdxElementId", from).member("relationshipType", kind).member("relatedSpdxElement", to).end_object();
  }

  const model::Inventory& inventory_;
  const std::string time_;
  base::JsonWriter w_{true};
  std::set<std::string> used_;
  std::vector<std::string> contained_;
};

}  // namespace

std::string write_spdx(const model::Inventory& inventory) {
  // The namespace must be the document's own: the digest of what it says.
  return Writer(inventory).write("https://bulkhead.invalid/spdx/" + base::sha256_hex(Writer(inventory).write("")));
}

}  // namespace bulkhead::sbom
