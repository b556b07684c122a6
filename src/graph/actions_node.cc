// Actions that rebuild or update: images with fixed versions, node kernels, container runtimes.
//
// An update cuts the steps of the flaws for which a fixed version is known. It cuts no residual step: the next version has its
// own unknown flaws.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "graph/internal/entry.h"
#include "model/purl.h"
#include "model/version.h"

namespace bulkhead::graph {

using model::Action;
using model::ActionKind;
using model::Finding;

namespace {

void push_unique(std::vector<std::string>& list, const std::string& text) {
  if (std::ranges::find(list, text) == list.end()) list.push_back(text);
}

// The larger of two versions by the order of the component's ecosystem, else by dotted numbers; where neither can tell, both are named.
std::string larger(const std::string& a, const std::string& b, std::string_view purl = {}) {
  if (a.empty() || a == b) return b;
  const std::string_view type = purl.starts_with("pkg:") ? purl.substr(4, purl.find('/') - 4) : std::string_view{};
  if (const model::Scheme* scheme = type.empty() ? nullptr : model::scheme_for_purl_type(type)) {
    if (auto order = scheme->compare(a, b)) return *order < 0 ? b : a;
  }
  const auto order = compare_dotted(a, b);
  if (!order) return a + " and " + b;
  return *order < 0 ? b : a;
}

// The packages of the image that carry the flaw; a distribution's source package gives several.
std::vector<const Finding*> findings_of(const ImageFacts& image, const std::string& id) {
  std::vector<const Finding*> out;
  for (const Finding& f : image.findings) {
    if (f.id == id && !f.runs_no_code) out.push_back(&f);
  }
  return out;
}

// Direct evidence of exploitation before its prediction.
using Urgency = std::pair<model::ExploitEvidence, double>;
Urgency urgency_of(const Finding& f) { return {f.exploit, f.epss}; }

// "org.apache.logging.log4j:log4j-core 2.14.1"; of a distribution's package the name alone, since the image tells the distribution.
std::string component_words(const std::string& purl) {
  const auto parts = model::parse_purl(purl);
  if (!parts) return purl;
  const bool distribution = parts->type == "deb" || parts->type == "rpm" || parts->type == "apk";
  const std::string name = distribution ? parts->name : parts->full_name();
  return parts->version.empty() ? name : name + " " + parts->version;
}

}  // namespace

void image_actions(Builder& b) {
  std::map<std::string, const ImageFacts*> by_reference;
  for (const ImageFacts& image : b.input.images) by_reference[image.reference] = &image;
  for (const auto& [reference, steps] : b.image_steps) {
    auto at = by_reference.find(reference);
    if (at == by_reference.end()) continue;
    Action action{.id = "rebuild-image:" + reference,
                  .kind = ActionKind::rebuild_image,
                  .lead = "lead.rebuild",
                  .effort = "effort.medium",
                  .patch_kind = "text"};
    std::map<std::string, std::string> upgrades;  // component → version
    std::map<std::string, Urgency> urgency;       // of the component's worst flaw
    std::map<std::string, std::vector<const Finding*>> known;
    for (uint32_t step : steps) {
      const model::Step& one = b.graph.steps[step];
      std::map<std::string, std::string> needed;
      const bool fixed = !one.flaws.empty() && std::ranges::all_of(one.flaws, [&](const std::string& id) {
        auto [found, fresh] = known.try_emplace(id);
        if (fresh) found->second = findings_of(*at->second, id);
        for (const Finding* f : found->second) {
          if (f->fixed_version.empty()) return false;
          const std::string component = purl_without_qualifiers(f->purl);
          needed[component] = larger(needed[component], f->fixed_version, component);
          urgency[component] = std::max(urgency[component], urgency_of(*f));
        }
        return !found->second.empty();
      });
      if (!fixed) continue;
      action.cuts.push_back(step);
      for (const std::string& id : one.flaws) push_unique(action.flaws, id);
      for (const auto& [component, version] : needed) upgrades[component] = larger(upgrades[component], version, component);
    }
    if (action.cuts.empty()) continue;
    std::string patch = "Rebuild " + reference + " with:\n";
    // The title names the upgrade that mends the most urgent flaw.
    auto most = upgrades.begin();
    for (auto upgrade = upgrades.begin(); upgrade != upgrades.end(); ++upgrade) {
      patch += "  " + upgrade->first + " → " + upgrade->second + "\n";
      if (urgency[upgrade->first] > urgency[most->first]) most = upgrade;
    }
    action.title = "Rebuild " + reference + ": " + component_words(most->first) + " → " + most->second +
                   (upgrades.size() > 1 ? " and " + std::to_string(upgrades.size() - 1) + " more" : "");
    action.patch = std::move(patch);
    action.objects = {"image " + reference};
    for (const Template& t : b.templates) {
      for (const model::Container& c : b.pod(t.pod).spec.containers) {
        if (b.image(c) == at->second) push_unique(action.objects, t.key);
      }
    }
    std::ranges::sort(action.flaws);
    b.graph.actions.push_back(std::move(action));
  }
}

void node_actions(Builder& b) {
  struct Pool {
    std::vector<std::string> nodes;
    std::vector<uint32_t> cuts;
    std::vector<std::string> flaws;
    std::string from, target, os;
    bool kernel = true;
  };
  std::map<std::string, Pool> pools;
  for (const Builder::NodeFlawStep& one : b.node_flaw_steps) {
    if (one.fixed_version.empty()) continue;
    const NodeView& node = b.nodes[one.node];
    if (!node.node) continue;
    const std::string from =
        one.kernel ? node.node->kernel_version : one.component + (one.component == node.runtime ? " " + node.runtime_version : "");
    const std::string id = one.kernel ? "update-kernel:" + from + "@" + node.node->os_image
                                      : "update-" + one.component + ":" + from + "@" + node.node->os_image;
    Pool& pool = pools[id];
    pool.kernel = one.kernel;
    pool.from = from;
    pool.os = node.node->os_image;
    push_unique(pool.nodes, node.name);
    pool.cuts.push_back(one.step);
    for (const std::string& flaw : one.flaws) push_unique(pool.flaws, flaw);
    pool.target = larger(pool.target, one.fixed_version);
  }
  for (auto& [id, pool] : pools) {
    Action action{.id = id,
                  .kind = pool.kernel ? ActionKind::update_kernel : ActionKind::update_component,
                  .lead = "lead.node_image",
                  .effort = "effort.high",
                  .patch_kind = "text"};
    std::ranges::sort(pool.nodes);
    const std::string nodes = base::join(pool.nodes, ", ");
    const bool many = pool.nodes.size() > 4;
    action.title = (many ? std::to_string(pool.nodes.size()) + " nodes" : nodes) + ": " + (pool.kernel ? "kernel " : "") + pool.from +
                   " → " + pool.target;
    action.patch = "Bring " + nodes + " (" + pool.os + ") to " + (pool.kernel ? "kernel " : "") + pool.target +
                   " or later, one at a time: cordon, drain, update, uncordon.\n";
    for (const std::string& node : pool.nodes) action.objects.push_back("Node " + node);
    action.cuts = std::move(pool.cuts);
    action.flaws = std::move(pool.flaws);
    std::ranges::sort(action.flaws);
    action.weight = std::max<uint64_t>(1, pool.nodes.size());
    action.may_break = {"every pod of these nodes moves once"};
    b.graph.actions.push_back(std::move(action));
  }
}

}  // namespace bulkhead::graph
