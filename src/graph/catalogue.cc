#include "graph/catalogue.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "base/yaml.h"

namespace bulkhead::graph {
namespace {

using base::JsonView;

template <typename T>
using Words = std::pair<std::string_view, T>;

constexpr std::array<Words<From>, 6> kFrom = {{{"internet", From::internet},
                                               {"network", From::network},
                                               {"workload", From::workload},
                                               {"identity", From::identity},
                                               {"node", From::node},
                                               {"control-plane", From::control_plane}}};
constexpr std::array<Words<To>, 19> kTo = {{{"own_node", To::own_node},
                                            {"own_identity", To::own_identity},
                                            {"named_secret", To::named_secret},
                                            {"node_pods", To::node_pods},
                                            {"cloud", To::cloud},
                                            {"shared_volume", To::shared_volume},
                                            {"siblings", To::siblings},
                                            {"link", To::link},
                                            {"control_plane", To::control_plane},
                                            {"secrets", To::secrets},
                                            {"new_pod", To::new_pod},
                                            {"workloads", To::workloads},
                                            {"placed_pods", To::placed_pods},
                                            {"ports", To::ports},
                                            {"listener", To::listener},
                                            {"service_accounts", To::service_accounts},
                                            {"identities", To::identities},
                                            {"nodes", To::nodes},
                                            {"function", To::function}}};
constexpr std::array<Words<Each>, 4> kEach = {
    {{"once", Each::once}, {"container", Each::container}, {"mount", Each::mount}, {"secret", Each::secret}}};

template <typename T, size_t N>
const T* word(const std::array<Words<T>, N>& words, std::string_view text) {
  for (const auto& [name, value] : words) {
    if (name == text) return &value;
  }
  return nullptr;
}
template <typename T, size_t N>
std::string_view name_of(const std::array<Words<T>, N>& words, T value) {
  for (const auto& [name, one] : words) {
    if (one == value) return name;
  }
  return "?";
}

constexpr std::array<std::string_view, 14> kKeys = {"id",        "title",  "text",        "from",   "to",     "each",     "scope",
                                                    "technique", "tactic", "coefficient", "cut_by", "source", "function", "when"};

base::Result<StepRow> parse_row(JsonView view, std::string_view file) {
  const auto refuse = [&](std::string what, std::string cause = {}) {
    return base::fail(base::ErrorKind::input, std::move(what), std::string(file), std::move(cause));
  };
  StepRow row;
  std::string unknown_key;
  view.each([&](std::string_view key, JsonView) {
    if (std::ranges::find(kKeys, key) == kKeys.end()) unknown_key = key;
  });
  if (!unknown_key.empty()) return refuse("unknown key in a step row", unknown_key);
  row.id = view.get("id").text();
  row.title = view.get("title").text();
  row.text = std::string(base::trim(view.get("text").text()));
  row.technique = view.get("technique").text();
  row.tactic = view.get("tactic").text();
  row.coefficient = view.get("coefficient").text();
  row.source = view.get("source").text();
  row.function = view.get("function").text();
  row.cut_by = view.get("cut_by").texts();
  row.cluster_scope = view.get("scope").text("namespace") == "cluster";
  for (const auto& [key, value] :
       {std::pair{"id", &row.id}, {"title", &row.title}, {"text", &row.text}, {"technique", &row.technique}, {"source", &row.source}}) {
    if (value->empty()) return refuse("step row without a key", key);
  }
  if (base::lower_ascii(row.id) + ".yaml" != file.substr(file.rfind('/') + 1)) return refuse("file and id differ", row.id);
  const From* from = word(kFrom, view.get("from").text());
  const To* to = word(kTo, view.get("to").text());
  const Each* each = word(kEach, view.get("each").text("once"));
  if (!from || !to || !each) return refuse("unknown from, to or each", view.get("from").text() + " → " + view.get("to").text());
  row.from = *from;
  row.to = *to;
  row.each = *each;
  if (JsonView when = view.get("when")) {
    BULKHEAD_TRY(row.when, parse_expression(when, file));
    row.has_when = true;
    std::string bad;
    each_field(row.when, [&](std::string_view object, std::string_view field) {
      if (std::ranges::none_of(known_fields(), [&](const FieldName& known) { return known.object == object && known.field == field; })) {
        bad = std::string(object) + "." + std::string(field);
      }
    });
    if (!bad.empty()) return refuse("precondition names a field that does not exist", bad);
  }
  if (row.has_when == !row.function.empty()) return refuse("a row has either `when` or `function`", row.id);
  if ((row.to == To::function) != !row.function.empty()) return refuse("`to: function` goes with `function`", row.id);
  return row;
}

std::string_view to_kind(const StepRow& row) {
  switch (row.to) {
    case To::own_node:
    case To::nodes: return "node";
    case To::own_identity:
    case To::service_accounts:
    case To::identities: return "identity";
    case To::named_secret:
    case To::secrets:
    case To::cloud: return "asset";
    case To::node_pods:
    case To::workloads:
    case To::placed_pods:
    case To::new_pod:
    case To::siblings:
    case To::link:
    case To::ports:
    case To::listener:
    case To::shared_volume: return "workload";
    case To::control_plane: return "control-plane";
    case To::function: break;
  }
  return row.id.starts_with("ESC_") ? "node" : "workload";
}

}  // namespace

base::Result<Catalogue> Catalogue::parse(std::span<const base::EmbeddedFile> files) {
  Catalogue out;
  for (const base::EmbeddedFile& file : files) {
    if (!file.name.starts_with("steps/")) continue;
    BULKHEAD_TRY(auto documents, base::parse_yaml(file.content, {}, file.name));
    for (const base::JsonDocument& document : documents) {
      BULKHEAD_TRY(auto row, parse_row(document.root(), file.name));
      out.rows_.push_back(std::move(row));
    }
  }
  std::ranges::sort(out.rows_, {}, &StepRow::id);
  for (size_t i = 1; i < out.rows_.size(); ++i) {
    if (out.rows_[i - 1].id == out.rows_[i].id) return base::fail(base::ErrorKind::input, "step id given twice", out.rows_[i].id);
  }
  return out;
}

base::Result<Catalogue> Catalogue::load() { return parse(embedded_files()); }

const StepRow* Catalogue::find(std::string_view id) const {
  auto at = std::ranges::lower_bound(rows_, id, {}, &StepRow::id);
  return at != rows_.end() && at->id == id ? &*at : nullptr;
}

std::string step_page(const StepRow& row) {
  std::string out = "# " + row.id + ": " + row.title + "\n\n" + row.text + "\n\n";
  out += "| | |\n|---|---|\n";
  out += "| From → to | " + std::string(name_of(kFrom, row.from)) + " → " + std::string(to_kind(row)) + " |\n";
  out += "| ATT&CK | " + row.technique + (row.tactic.empty() ? "" : " (" + row.tactic + ")") + " |\n";
  if (row.has_when) {
    out += "| When | " + base::replace_all(describe(row.when), "|", "\\|") + " |\n";
    if (row.each != Each::once) out += "| Asked of | each " + std::string(name_of(kEach, row.each)) + " of the pod |\n";
    if (row.from == From::identity)
      out += std::string("| Asked in | ") + (row.cluster_scope ? "the whole cluster" : "each namespace") + " |\n";
  } else {
    out += "| When | decided by the function `" + row.function + "` |\n";
  }
  out +=
      "| Chance | " + (row.coefficient.empty() ? "certain once the precondition holds" : "coefficient `" + row.coefficient + "`") + " |\n";
  out += "| Cut by | " + base::join(row.cut_by, "; ") + " |\n";
  out += "| Source | " + row.source + " |\n\n";
  out += "A precondition that could not be read makes the step `unknown`: it counts in the ceiling of the risk, never as safe.\n\n";
  const std::string file = base::lower_ascii(row.id);
  if (row.function == "kubernetes_flaw") {
    return out + "Examples: a folder per flaw below [data/kubernetes/fixtures](../../data/kubernetes/fixtures). Rows: "
                 "[data/kubernetes/checks.yaml](../../data/kubernetes/checks.yaml) and [data/steps/" + file + ".yaml](../../data/steps/" + file +
           ".yaml). This page is generated from the latter.\n";
  }
  out += "Examples: [vulnerable](../../data/steps/fixtures/" + file + "/vulnerable.yaml), [near miss](../../data/steps/fixtures/" + file +
         "/near_miss.yaml), [mitigated](../../data/steps/fixtures/" + file + "/mitigated.yaml). Row: [data/steps/" + file +
         ".yaml](../../data/steps/" + file + ".yaml). This page is generated from the row.\n";
  return out;
}

std::string catalogue_page(const Catalogue& catalogue) {
  std::string out =
      "# Steps\n\nEvery step of the attack graph, generated from the rows under data/steps by `bulkhead steps --catalogue docs/steps`.\n"
      "How to add one: [adding a step](../adding-a-step.md).\n\n| Step | From → to | What |\n|---|---|---|\n";
  for (const StepRow& row : catalogue.rows()) {
    out += "| [" + row.id + "](" + base::lower_ascii(row.id) + ".md) | " + std::string(name_of(kFrom, row.from)) + " → " +
           std::string(to_kind(row)) + " | " + row.title + " |\n";
  }
  return out;
}

}  // namespace bulkhead::graph
