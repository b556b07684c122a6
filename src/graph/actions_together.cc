// In a large graph, actions of one kind that a team would take together are offered together as well.
//
// With a thousand workloads there are a thousand equal ways to a node, and closing one of them removes nothing that anybody would
// notice. What people do there is one change for all: a namespace's manifests, one shared role, one policy template, every node
// pool. So like actions are joined per namespace and over the cluster; what the joint action cuts is what its parts cut, its
// effort grows with the number of objects (effort.scale), and its patch says the change once and lists the objects. The parts
// stay on offer.
#include <algorithm>

#include "base/text.h"
#include "graph/internal/builder.h"

namespace bulkhead::graph {

using model::Action;
using model::ActionKind;

namespace {

constexpr size_t kFewest = 3;     // parts that make a joint action
constexpr size_t kListed = 50;    // objects in the patch's list
constexpr size_t kMayBreak = 20;  // lines of what may break

// "seccomp" of "pod-hardening:seccomp:shop/Deployment/api": the change without the object.
std::string change_of(const Action& action) {
  const std::vector<std::string_view> parts = base::split(action.id, ':');
  return std::string(parts.size() > 2 ? parts[1] : parts[0]);
}

struct Joint {
  std::string id, title, how;  // `title` without the number of objects
  std::vector<size_t> parts;   // indices of actions
};

using Joints = std::map<std::string, Joint>;

void join(Joints& joints, const std::string& id, const std::string& title, const std::string& how, size_t part) {
  Joint& joint = joints[id];
  joint.id = id;
  joint.title = title;
  joint.how = how;
  joint.parts.push_back(part);
}

// Where "what" of a title begins: "shop/api: seccomp RuntimeDefault".
std::string words_of(const Action& action) {
  const size_t colon = action.title.find(": ");
  return colon == std::string::npos ? action.title : action.title.substr(colon + 2);
}

std::string namespace_of(const Action& action) {
  if (action.objects.empty()) return {};
  const std::string& object = action.objects.front();  // "Deployment shop/api"
  const size_t blank = object.find(' '), slash = object.find('/');
  return blank == std::string::npos || slash == std::string::npos ? std::string() : object.substr(blank + 1, slash - blank - 1);
}

void add_joint(Builder& b, const Joint& joint) {
  const std::vector<Action>& all = b.graph.actions;
  const Action& first = all[joint.parts.front()];
  Action made{.id = joint.id, .kind = first.kind, .lead = first.lead, .effort = first.effort, .patch_kind = "text"};
  std::set<std::string> breaks, objects;
  std::set<std::string> flaws;
  made.weight = 0;
  for (const size_t part : joint.parts) {
    const Action& one = all[part];
    made.cuts.insert(made.cuts.end(), one.cuts.begin(), one.cuts.end());
    objects.insert(one.objects.begin(), one.objects.end());
    breaks.insert(one.may_break.begin(), one.may_break.end());
    flaws.insert(one.flaws.begin(), one.flaws.end());
    made.weight += one.weight;
  }
  std::ranges::sort(made.cuts);
  made.cuts.erase(std::unique(made.cuts.begin(), made.cuts.end()), made.cuts.end());
  made.objects.assign(objects.begin(), objects.end());
  made.flaws.assign(flaws.begin(), flaws.end());
  for (const std::string& line : breaks) {
    if (made.may_break.size() == kMayBreak) {
      made.may_break.push_back(std::to_string(breaks.size() - kMayBreak) + " more");
      break;
    }
    made.may_break.push_back(line);
  }
  made.title = joint.title + " (" + std::to_string(made.objects.size()) + ")";
  made.patch = joint.how + "\n";
  for (size_t i = 0; i < std::min(kListed, made.objects.size()); ++i) made.patch += "  " + made.objects[i] + "\n";
  if (made.objects.size() > kListed) made.patch += "  and " + std::to_string(made.objects.size() - kListed) + " more\n";
  made.patch += "The change for one of them: bulkhead explain " + first.id + "\n";
  b.graph.actions.push_back(std::move(made));
}

}  // namespace

void joint_actions(Builder& b) {
  if (!b.compact) return;
  Joints joints;
  for (size_t i = 0; i < b.graph.actions.size(); ++i) {
    const Action& action = b.graph.actions[i];
    const std::string ns = namespace_of(action);
    switch (action.kind) {
      case ActionKind::pod_hardening:
      case ActionKind::token: {
        const std::string change = change_of(action);
        const std::string what = change == "host-path" ? "no hostPath volumes" : words_of(action);
        const std::string prefix = action.kind == ActionKind::token ? "token:" : "pod-hardening:" + change + ":";
        const std::string how = "Change the pod templates (" + what + ") of:";
        join(joints, prefix + ns + "/*", ns + ", every workload that lacks it: " + what, how, i);
        join(joints, prefix + "*", "Every workload that lacks it: " + what, how, i);
        break;
      }
      case ActionKind::network_policy:
        join(joints, "network-policy:" + ns + "/*", "Network policies: " + ns + " lets in only what it must", "Add the policies:", i);
        join(joints, "network-policy:*", "Network policies: every workload lets in only what it must", "Add the policies:", i);
        break;
      case ActionKind::rbac: {
        // "… (Role deployer), or narrow the role"
        const size_t open = action.title.rfind('('), close = action.title.rfind(')');
        if (open == std::string::npos || close == std::string::npos || close < open) break;
        const std::string role = action.title.substr(open + 1, close - open - 1);
        join(joints, "rbac:" + base::replace_all(role, " ", ":") + ":*", "Narrow " + role + ", or remove its bindings",
             "Give the role only what its subjects use, or remove:", i);
        break;
      }
      case ActionKind::update_kernel:
        join(joints, "update-kernel:*", "Every node pool: kernel with the fixes", "Bring to a fixed kernel, one node at a time:", i);
        break;
      default: break;
    }
  }
  std::set<std::vector<size_t>> seen;  // a cluster of one namespace needs no second name for it
  for (const auto& [id, joint] : joints) {
    if (joint.parts.size() < (id == "update-kernel:*" ? 2 : kFewest) || !seen.insert(joint.parts).second) continue;
    add_joint(b, joint);
  }
}

}  // namespace bulkhead::graph
