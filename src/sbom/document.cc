#include "sbom/document.h"

#include "base/json.h"
#include "base/text.h"
#include "sbom/cyclonedx.h"
#include "sbom/spdx.h"

namespace bulkhead::sbom {
namespace {

constexpr std::string_view kTagValueMark = "SPDXVersion:";
constexpr size_t kHeadLines = 4096;  // bytes in which a tag-value document states its version

std::string_view without_mark(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) {
    text.remove_prefix(3);
  }
  return text;
}

bool is_tag_value(std::string_view text) {
  const std::string_view head = text.substr(0, kHeadLines);
  return head.starts_with(kTagValueMark) || head.find("\nSPDXVersion:") != std::string_view::npos;
}

// The predicate of an in-toto statement; empty where the document is none.
base::JsonView statement_predicate(base::JsonView root) {
  return root.get("_type").text().starts_with("https://in-toto.io/Statement/") ? root.get("predicate") : base::JsonView();
}

}  // namespace

bool looks_like_sbom(std::string_view head) {
  head = base::trim(without_mark(head));
  return head.starts_with('{') || head.starts_with('<') || is_tag_value(head);
}

base::Result<model::Inventory> read_sbom(std::string_view text, const base::Limits& limits, std::string_view where) {
  text = without_mark(text);
  const std::string_view start = base::trim(text.substr(0, kHeadLines));
  if (start.starts_with('<')) {
    return read_cyclonedx_xml(text, limits, where);
  }
  if (!start.starts_with('{') && is_tag_value(text)) {
    return read_spdx_tag_value(text, limits, where);
  }
  std::string inner;
  bool spdx = false;
  {
    BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(text, limits, where));
    base::JsonView root = document.root();
    if (const base::JsonView predicate = statement_predicate(root)) {
      root = predicate.get("Data") ? predicate.get("Data") : predicate;  // cosign's older form has one level more
      inner = root.string() ? root.text() : root.dump();
      if (inner.find("in-toto.io/Statement") != std::string::npos && root.get("_type")) {
        return base::fail(base::ErrorKind::input, "is an in-toto statement inside an in-toto statement", std::string(where));
      }
    }
    if (const std::string context = root.get("@context").text(); context.find("spdx.org/rdf/3") != std::string::npos) {
      return base::fail(base::ErrorKind::input, "is an SPDX 3 document, which is not read; SPDX 2.3 and CycloneDX are", std::string(where));
    }
    spdx = static_cast<bool>(root.get("spdxVersion")) || inner.find("\"spdxVersion\"") != std::string::npos;
  }
  const std::string_view whole = inner.empty() ? text : std::string_view(inner);
  return spdx ? read_spdx(whole, limits, where) : read_cyclonedx(whole, limits, where);
}

}  // namespace bulkhead::sbom
