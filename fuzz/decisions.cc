// Files of decisions: what passes the check is written as JSON and read again to the same decision, with the same id.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/yaml.h"
#include "match/decision.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bulkhead;
  const auto documents = base::parse_yaml({reinterpret_cast<const char*>(data), size}, {}, "fuzz");
  if (!documents) {
    return 0;
  }
  for (const base::JsonDocument& document : *documents) {
    for (const base::JsonView& item : document.root().get("decisions").items()) {
      const auto decision = match::decision_from_json(item, "fuzz");
      if (!decision) {
        continue;
      }
      base::JsonWriter w;
      match::write_decision(w, *decision);
      const auto text = base::JsonDocument::parse(w.str());
      const auto again = text ? match::decision_from_json(text->root(), "again") : match::decision_from_json({}, "again");
      if (!again || again->id != decision->id || again->reason != decision->reason) {
        std::abort();
      }
    }
  }
  return 0;
}
