// endoflife.date's API (v0): one JSON array a product, in a file named after it ("debian.json"). Fields `eol`, `support`,
// `extendedSupport` are a date, or true (ended), or false (not ended).
#include "advisory/source.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory::source {
namespace {

using base::JsonKind;
using base::JsonView;

bool recognises(std::string_view, std::string_view head) {
  return base::trim(head).starts_with('[') && head.contains("\"cycle\"") && (head.contains("\"eol\"") || head.contains("\"releaseDate\""));
}

bool wants(std::string_view name) { return name.ends_with(".json") && !name.ends_with("all.json"); }

std::string date_or_word(JsonView v) {
  if (v.kind() == JsonKind::boolean) {
    return v.flag() ? "ended" : "never";
  }
  return checked_date(v.text());
}

std::string word(JsonView v) { return short_summary(v.text()).substr(0, 80); }

base::Status parse(const Document& document, const base::Limits& limits, Sink& sink) {
  BULKHEAD_TRY(const base::JsonDocument json, base::JsonDocument::parse(document.bytes, limits, document.place));
  if (json.root().kind() != JsonKind::array) {
    return base::fail(base::ErrorKind::input, "a product's life cycle must be a JSON array", document.place);
  }
  const std::string_view file = document.name.substr(document.name.rfind('/') + 1);
  const std::string product(file.substr(0, file.find('.')));
  size_t index = 0;
  for (const JsonView& item : json.root().items()) {
    Cycle c{product,
            word(item.get("cycle")),
            word(item.get("codename")),
            checked_date(item.get("releaseDate").text()),
            date_or_word(item.get("support")),
            date_or_word(item.get("eol")),
            date_or_word(item.get("extendedSupport")),
            word(item.get("latest"))};
    if (c.cycle.empty()) {
      BULKHEAD_CHECK(sink.skip(document, "[" + std::to_string(index) + "]", "a cycle without a name"));
    } else {
      BULKHEAD_CHECK(sink.date(checked_date(item.get("latestReleaseDate").text())));
      BULKHEAD_CHECK(sink.add(c));
    }
    ++index;
  }
  return {};
}

}  // namespace

extern constinit const Source life_cycle{
    .name = "life_cycle",
    .title = "End of support of products' releases",
    .publisher = "endoflife.date",
    .licence = "MIT",
    .rank = 60,
    .single = false,
    .recognises = recognises,
    .wants = wants,
    .parse = parse,
};

}  // namespace bulkhead::advisory::source
