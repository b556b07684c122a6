#include "advisory/distribution.h"

#include <algorithm>
#include <array>
#include <memory>

#include <re2/re2.h>

#include "advisory/embedded.h"
#include "base/text.h"

namespace bulkhead::advisory {
namespace {

constexpr size_t kMaxName = 300;  // bytes; longer texts name no release

struct Rule {
  std::unique_ptr<RE2> pattern;
  std::string ecosystems;
};

const std::vector<Rule>& rules() {
  static const auto kRules = [] {
    std::vector<Rule> out;
    for (const std::string_view line : base::split(embedded_text("advisory/distributions.tsv"), '\n')) {
      const auto columns = base::split(line, '\t');
      if (columns.size() == 2 && !line.starts_with('#')) {
        out.push_back({std::make_unique<RE2>(columns[0], RE2::Quiet), std::string(columns[1])});
      }
    }
    return out;
  }();
  return kRules;
}

}  // namespace

std::vector<std::string> ecosystems_of_release(std::string_view name) {
  std::vector<std::string> out;
  if (name.empty() || name.size() > kMaxName) {
    return out;
  }
  for (const Rule& rule : rules()) {
    std::array<re2::StringPiece, 3> groups;
    if (!rule.pattern->ok() ||
        !rule.pattern->Match(name, 0, name.size(), RE2::ANCHOR_BOTH, groups.data(),
                             std::min<int>(rule.pattern->NumberOfCapturingGroups() + 1, static_cast<int>(groups.size())))) {
      continue;
    }
    std::string text;
    if (rule.pattern->Rewrite(&text, rule.ecosystems, groups.data(), static_cast<int>(groups.size()))) {
      for (const std::string_view one : base::split(text, '|')) {
        out.emplace_back(one);
      }
    }
    return out;
  }
  return out;
}

}  // namespace bulkhead::advisory
