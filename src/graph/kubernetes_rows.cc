// data/kubernetes/checks.yaml: which facts a flaw of Kubernetes' own programs needs, and where it leads.
#include <algorithm>
#include <array>

#include "base/yaml.h"
#include "graph/catalogue.h"
#include "graph/knowledge.h"

namespace bulkhead::graph {
namespace {

using base::ErrorKind;
using base::JsonView;
using Step = KubernetesRow::Step;

constexpr std::string_view kFile = "kubernetes/checks.yaml";

base::Result<Step> parse_step(JsonView view, const std::string& where) {
  static constexpr std::array<std::pair<std::string_view, Step::By>, 4> kBy = {
      {{"rights", Step::By::rights}, {"pod", Step::By::pod}, {"node", Step::By::node}, {"reach", Step::By::reach}}};
  static constexpr std::array<std::pair<std::string_view, Step::To>, 4> kTo = {{{"node", Step::To::node},
                                                                                {"nodes", Step::To::nodes},
                                                                                {"control_plane", Step::To::control_plane},
                                                                                {"component", Step::To::component}}};
  Step step;
  const auto by = std::ranges::find(kBy, view.get("by").text(), &std::pair<std::string_view, Step::By>::first);
  const auto to = std::ranges::find(kTo, view.get("to").text(), &std::pair<std::string_view, Step::To>::first);
  if (by == kBy.end() || to == kTo.end()) return base::fail(ErrorKind::input, "a step needs by and to", where, view.dump());
  step.by = by->second;
  step.to = to->second;
  step.technique = view.get("technique").text();
  for (const JsonView& one : view.get("rights").items()) {
    BULKHEAD_TRY(RightAsked right, parse_right(one.get("can"), where));
    step.rights.push_back(std::move(right));
  }
  if (step.by == Step::By::pod) {
    BULKHEAD_TRY(step.pod, parse_expression(view.get("pod"), where));
  }
  if ((step.by == Step::By::rights) == step.rights.empty() || step.technique.empty())
    return base::fail(ErrorKind::input, "`by: rights` goes with rights, and every step with a technique", where);
  return step;
}

base::Status check_fields(const Expression& when, const std::string& where) {
  std::string bad;
  each_field(when, [&](std::string_view object, std::string_view field) {
    if (std::ranges::none_of(known_fields(), [&](const FieldName& known) { return known.object == object && known.field == field; }))
      bad = std::string(object) + "." + std::string(field);
  });
  if (!bad.empty()) return base::fail(ErrorKind::input, "precondition names a field that does not exist", where, bad);
  return {};
}

}  // namespace

base::Result<std::vector<KubernetesRow>> load_kubernetes_rows() {
  std::vector<KubernetesRow> out;
  std::string_view content;
  for (const base::EmbeddedFile& file : embedded_files()) {
    if (file.name == kFile) content = file.content;
  }
  BULKHEAD_TRY(const auto documents, base::parse_yaml(content, {}, kFile));
  if (documents.size() != 1) return base::fail(ErrorKind::input, "data file is not one document", std::string(kFile));
  for (const JsonView& item : documents.front().root().get("rows").items()) {
    KubernetesRow row;
    row.id = item.get("id").text();
    const std::string where = std::string(kFile) + ": " + row.id;
    row.outside = item.get("outside").text();
    row.mitigation = item.get("mitigation").text();
    if (row.id.empty() || item.get("why").text().empty()) return base::fail(ErrorKind::input, "a row lacks id or why", where);
    if (const JsonView when = item.get("when")) {
      BULKHEAD_TRY(row.when, parse_expression(when, where));
      BULKHEAD_CHECK(check_fields(row.when, where));
      row.has_when = true;
    }
    if (const JsonView step = item.get("step")) {
      BULKHEAD_TRY(row.step, parse_step(step, where));
      if (row.step.by == Step::By::pod) BULKHEAD_CHECK(check_fields(row.step.pod, where));
    }
    out.push_back(std::move(row));
  }
  std::ranges::sort(out, {}, &KubernetesRow::id);
  for (size_t i = 1; i < out.size(); ++i) {
    if (out[i - 1].id == out[i].id) return base::fail(ErrorKind::input, "a flaw has two rows", std::string(kFile), out[i].id);
  }
  return out;
}

}  // namespace bulkhead::graph
