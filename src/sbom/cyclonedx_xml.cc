#include "base/json.h"
#include "base/text.h"
#include "base/xml.h"
#include "sbom/cyclonedx.h"

namespace bulkhead::sbom {
namespace {

constexpr std::string_view kRoots[] = {"bom"};

// The JSON form of one component: the elements and attributes that the reader of JSON knows, under the same names.
class Translator {
 public:
  std::string run(const base::XmlElement& bom) {
    w_.begin_object().member("bomFormat", "CycloneDX");
    const base::XmlElement& metadata = bom.child("metadata");
    w_.key("metadata").begin_object();
    if (const base::XmlElement& subject = metadata.child("component"); !subject.name.empty()) {
      w_.key("component");
      component(subject);
    }
    properties(metadata);
    w_.end_object();
    components(bom);
    w_.end_object();
    return w_.take();
  }

 private:
  void component(const base::XmlElement& e) {
    w_.begin_object().member("type", e.attribute("type"));
    for (const char* name : {"group", "name", "version", "description", "purl"}) {
      if (const base::XmlElement& field = e.child(name); !field.name.empty()) {
        w_.member(name, field.trimmed());
      }
    }
    w_.key("licenses").begin_array();
    for (const base::XmlElement& license : e.child("licenses").children) {
      w_.begin_object();
      if (license.name == "expression") {
        w_.member("expression", license.trimmed());
      } else {
        w_.key("license").begin_object();
        for (const char* name : {"id", "name"}) {
          if (const base::XmlElement& field = license.child(name); !field.name.empty()) {
            w_.member(name, field.trimmed());
          }
        }
        w_.end_object();
      }
      w_.end_object();
    }
    w_.end_array();
    w_.key("evidence").begin_object().key("occurrences").begin_array();
    for (const base::XmlElement& occurrence : e.child("evidence").child("occurrences").children) {
      w_.begin_object().member("location", occurrence.child("location").trimmed()).end_object();
    }
    w_.end_array().end_object();
    properties(e);
    components(e);
    w_.end_object();
  }

  void properties(const base::XmlElement& e) {
    w_.key("properties").begin_array();
    for (const base::XmlElement& property : e.child("properties").children) {
      w_.begin_object().member("name", property.attribute("name")).member("value", property.trimmed()).end_object();
    }
    w_.end_array();
  }

  void components(const base::XmlElement& e) {
    w_.key("components").begin_array();
    for (const base::XmlElement& child : e.child("components").children) {
      if (child.name == "component") {
        component(child);
      }
    }
    w_.end_array();
  }

  base::JsonWriter w_;
};

}  // namespace

base::Result<model::Inventory> read_cyclonedx_xml(std::string_view text, const base::Limits& limits, std::string_view where) {
  std::string json;
  BULKHEAD_CHECK(base::each_xml_element(text, kRoots, limits, where, [&](const base::XmlElement& bom) -> base::Status {
    if (json.empty()) {
      json = Translator().run(bom);
    }
    return {};
  }));
  if (json.empty()) {
    return base::fail(base::ErrorKind::input, "is XML, but no CycloneDX document (no element bom)", std::string(where));
  }
  return read_cyclonedx(json, limits, where);
}

}  // namespace bulkhead::sbom
