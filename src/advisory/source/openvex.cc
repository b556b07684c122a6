// OpenVEX documents (openvex.dev, 0.0.1 and 0.2.0): statements of a publisher about flaws in products.
//
// 0.0.1 has the flaw's name and the products as plain texts and subcomponents beside them; 0.2.0 has objects with @id,
// identifiers and subcomponents inside each product. A statement without products speaks of what carries the document (an
// attestation) and cannot be kept here. "affected" and "fixed" are kept, too: only "not_affected" needs a reason.
#include "advisory/source.h"
#include "advisory/vex.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

constexpr size_t kMaxIdentifiers = 20'000;  // of one statement

bool recognises(std::string_view, std::string_view head) {
  return base::trim(head).starts_with('{') && head.contains("\"@context\"") && head.contains("openvex.dev/ns");
}

// A VEX repository (the VEX Repo specification) holds lists beside its documents.
bool wants(std::string_view name) {
  const std::string_view file = name.substr(name.rfind('/') + 1);
  return file.ends_with(".json") && file != "index.json" && file != "manifest.json" && file != "vex-repository.json";
}

bool usable(std::string_view text) {
  return !text.empty() && text.size() < 2000 && text.find('\n') == text.npos &&
         (text.starts_with("pkg:") || text.starts_with("cpe:"));
}

// A text, or an object with "@id" and "identifiers" {"purl", "cpe23", "cpe22"}; the purl is preferred.
std::string identifier(JsonView v) {
  if (const auto text = v.string()) {
    return usable(*text) ? std::string(*text) : std::string();
  }
  for (const std::string& text : {v.path("identifiers", "purl").text(), v.get("@id").text(), v.path("identifiers", "cpe23").text(),
                                  v.path("identifiers", "cpe22").text()}) {
    if (usable(text)) {
      return text;
    }
  }
  return {};
}

// Also "2025-03-26 02:44:10.025070": UTC without saying so.
std::string moment_of(JsonView v) {
  const std::string text = v.text();
  const std::string date = checked_date(text);
  return date.empty() && !text.empty() ? checked_date(base::replace_all(text, " ", "T") + "Z") : date;
}

void add(std::vector<std::string>& out, std::string text) {
  if (!text.empty() && out.size() < kMaxIdentifiers) {
    out.push_back(std::move(text));
  }
}

std::vector<std::string> flaw_names(JsonView vulnerability) {
  std::vector<std::string> texts;
  if (vulnerability.kind() == JsonKind::object) {
    texts = vulnerability.get("aliases").texts();
    texts.insert(texts.begin(), vulnerability.get("name").text());
  } else {
    texts = {vulnerability.text()};
  }
  std::vector<std::string> out;
  for (const std::string& text : texts) {
    std::string name = advisory_name(text);
    if (!name.empty() && !name.contains("://") && std::find(out.begin(), out.end(), name) == out.end()) {  // Canonical lists pages
      out.push_back(std::move(name));
    }
  }
  return out;
}

base::Status read_statement(JsonView item, VexStatement head, const Document& document, const std::string& place, Sink& sink) {
  VexStatement& s = head;
  s.flaws = flaw_names(item.get("vulnerability"));
  s.status = item.get("status").text();
  s.justification = vex_justification(item.get("justification").text());
  s.words = short_summary(item.get("impact_statement").text(item.get("action_statement").text()));
  if (const std::string date = moment_of(item.get("timestamp")); !date.empty()) {
    s.date = date;
  }
  if (s.flaws.empty() || !vex_status(s.status)) {
    return sink.skip(document, place, s.flaws.empty() ? "names no flaw" : "its status is none of OpenVEX's");
  }
  for (const JsonView& part : item.get("subcomponents").items()) {  // 0.0.1
    add(s.subcomponents, identifier(part));
  }
  const std::vector<std::string> beside = s.subcomponents;
  size_t kept = 0;
  for (const JsonView& product : item.get("products").items()) {
    VexStatement one = s;
    add(one.products, identifier(product));
    for (const JsonView& part : product.get("subcomponents").items()) {
      add(one.subcomponents, identifier(part));
    }
    // A product whose parts cannot be named must not become a statement about the whole product.
    if (one.products.empty() || (product.get("subcomponents").size() > 0 && one.subcomponents.size() == beside.size())) {
      continue;
    }
    ++kept;
    BULKHEAD_CHECK(sink.add(one));
  }
  return kept > 0 ? base::Status{} : sink.skip(document, place, "names no product by purl or CPE");
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  const JsonView root = json.root();
  const JsonView about = root.get("metadata") ? root.get("metadata") : root;  // Canonical puts the document's members there
  if (root.get("statements").kind() != JsonKind::array || !about.get("@context").text().contains("openvex.dev/ns")) {
    return base::fail(base::ErrorKind::input, "an OpenVEX document needs `@context` and `statements`", document.place);
  }
  VexStatement head;
  head.document = short_summary(about.get("@id").text());
  head.author = short_summary(about.get("author").text());
  const std::string updated = moment_of(about.get("last_updated"));
  head.date = updated.empty() ? moment_of(about.get("timestamp")) : updated;
  size_t index = 0;
  for (const JsonView& item : root.get("statements").items()) {
    BULKHEAD_CHECK(read_statement(item, head, document, "statements[" + std::to_string(index++) + "]", sink));
  }
  return sink.date(head.date);
}

}  // namespace

extern constinit const Source openvex{
    .name = "openvex",
    .title = "OpenVEX statements: single documents and VEX repositories",
    .publisher = "whoever signs as author: vendors' VEX hubs, Canonical",
    .licence = "each publisher's: Apache-2.0 (Aqua), CC-BY 4.0 (Rancher), CC-BY-SA 4.0 (Canonical)",
    .rank = 70,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
