// The official CVE feed of Kubernetes (JSON Feed 1.1, kubernetes.io/docs/reference/issues-security/official-cve-feed/index.json).
//
// It says which flaws the project announced, when, the summary, a CVSS vector in its prose and, since 2025, `status` (open, fixed).
// Versions stand in prose only and are not read from it: they come from the OSV feed and the project's own catalogue of
// preconditions. So these records add names, dates and severity to what others say.
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

bool recognises(std::string_view, std::string_view head) {
  return base::trim(head).starts_with('{') && head.contains("jsonfeed.org/version") && head.contains("\"_kubernetes_io\"");
}

bool wants(std::string_view name) { return name.ends_with(".json"); }

// The first CVSS vector in a text.
std::string vector_in(std::string_view text) {
  const size_t at = text.find("CVSS:3.");
  if (at == text.npos) {
    return {};
  }
  text = text.substr(at, 120);
  const size_t end = text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:./");
  std::string out(text.substr(0, end));
  while (out.ends_with('.') || out.ends_with('/')) {
    out.pop_back();
  }
  return out;
}

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  const JsonView items = json.root().get("items");
  if (items.kind() != JsonKind::array) {
    return base::fail(base::ErrorKind::input, "the feed has no `items`", document.place);
  }
  size_t index = 0;
  for (const JsonView& item : items.items()) {
    const std::string place = "items[" + std::to_string(index++) + "]";
    Advisory a;
    a.id = advisory_name(item.get("id").text());
    if (!is_cve(a.id)) {
      BULKHEAD_CHECK(sink.skip(document, place, "no CVE id"));
      continue;
    }
    a.published = checked_date(item.get("date_published").text());
    a.summary = short_summary(item.get("summary").text());
    if (std::string vector = vector_in(item.get("content_text").string().value_or("")); !vector.empty()) {
      a.cvss.push_back(std::move(vector));
    }
    if (const std::string status = item.get("status").text(); status == "open" || status == "fixed" || status == "unknown") {
      BULKHEAD_CHECK(sink.add(Fact{"k8s_status", a.id, status}));
    }
    BULKHEAD_CHECK(sink.add(a));
  }
  return sink.date(checked_date(json.root().path("_kubernetes_io", "updated_at").text()));
}

}  // namespace

extern constinit const Source k8s_feed{
    .name = "k8s_feed",
    .title = "Official CVE feed of Kubernetes",
    .publisher = "Kubernetes, security response committee",
    .licence = "CC-BY 4.0 (kubernetes.io)",
    .rank = 18,
    .single = true,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
