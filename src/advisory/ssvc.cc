#include <algorithm>
#include <array>

#include "advisory/internal/ssvc.h"
#include "advisory/record.h"
#include "base/text.h"

namespace bulkhead::advisory {

std::optional<std::string> ssvc_value(base::JsonView content) {
  static constexpr std::array kKeys = {"exploitation", "automatable", "technicalimpact"};
  static constexpr std::array<std::array<const char*, 3>, 3> kWords = {
      {{"none", "poc", "active"}, {"yes", "no", "no"}, {"partial", "total", "total"}}};
  std::array<std::string, 3> found;
  for (const base::JsonView& option : content.get("options").items()) {
    option.each([&](std::string_view key, base::JsonView value) {
      const std::string name = base::replace_all(base::lower_ascii(key), " ", "");
      const std::string word = base::lower_ascii(value.text());
      for (size_t i = 0; i < kKeys.size(); ++i) {
        if (name == kKeys[i] && std::find(kWords[i].begin(), kWords[i].end(), word) != kWords[i].end()) {
          found[i] = word;
        }
      }
    });
  }
  if (found[0].empty() || found[1].empty() || found[2].empty()) {
    return std::nullopt;
  }
  return found[0] + " " + found[1] + " " + found[2] + " " + checked_date(content.get("timestamp").text());
}

}  // namespace bulkhead::advisory
