#include <algorithm>
#include <memory>

#include <re2/re2.h>

#include "advisory/embedded.h"
#include "advisory/internal/kernel_reach.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::advisory {
namespace {

struct Rule {
  std::string name, needs, why;  // name: the class
  std::unique_ptr<RE2> vector, scenario, unless, files;  // null: not asked
};

std::unique_ptr<RE2> expression(std::string_view text) {
  return text.empty() ? nullptr : std::make_unique<RE2>(std::string(text), RE2::Quiet);
}

const std::vector<Rule>& rules() {
  static const auto kRules = [] {
    std::vector<Rule> out;
    for (const std::string_view line : base::split(embedded_text("kernel/reach.tsv"), '\n')) {
      const auto c = base::split(line, '\t');
      if (c.size() == 7 && !line.starts_with('#')) {
        out.push_back({std::string(c[0]), std::string(c[1]), std::string(c[6]), expression(c[2]), expression(c[3]), expression(c[4]),
                       expression(c[5])});
      }
    }
    return out;
  }();
  return kRules;
}

bool beside_code(const std::string& file) {
  return file.starts_with("include/") || file.starts_with("tools/testing/") || file.starts_with("Documentation/");
}

bool holds(const Rule& rule, const std::vector<std::string>& files, const std::string& vector, const std::string& scenario) {
  if ((rule.vector && !RE2::PartialMatch(vector, *rule.vector)) || (rule.scenario && !RE2::PartialMatch(scenario, *rule.scenario)) ||
      (rule.unless && RE2::PartialMatch(scenario, *rule.unless))) {
    return false;
  }
  return rule.files && !files.empty() &&
         std::all_of(files.begin(), files.end(), [&](const std::string& file) { return RE2::PartialMatch(file, *rule.files); });
}

}  // namespace

std::string kernel_reach(const KernelFlaw& flaw) {
  std::vector<std::string> files;
  std::copy_if(flaw.files.begin(), flaw.files.end(), std::back_inserter(files), [](const std::string& f) { return !beside_code(f); });
  if (files.empty()) {
    files = flaw.files;
  }
  // Only what the CNA says of the way in and of the rights: the other sentences name capabilities in passing.
  std::string scenario;
  for (const std::string_view line : base::split(flaw.scenario, '\n')) {
    if (line.starts_with("AV:") || line.starts_with("PR:")) {
      scenario.append(line).append("\n");
    }
  }
  base::JsonWriter w;
  w.begin_object();
  int64_t number = 0;
  for (const Rule& rule : rules()) {
    ++number;
    if (holds(rule, files, flaw.vector, scenario)) {
      w.member("class", rule.name).member("needs", rule.needs).member("rule", number).member("why", rule.why).end_object();
      return w.take();
    }
  }
  w.member("class", "unknown").member("needs", "").member("rule", static_cast<int64_t>(0)).member("why", "").end_object();
  return w.take();
}

}  // namespace bulkhead::advisory
