// CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy. Source: Cilium documentation, "Layer 3 Examples", "Layer 4 Examples",
// "Deny Policies", "Host Policies", and the CRD cilium.io/v2.
//
// Selectors of endpoints name labels by their source: "k8s:app", "any:app" and "app" are the pod's label; the namespace, its
// labels and the service account are labels of the pod too. A selector of a namespaced policy means that namespace unless it
// names one. A rule without any peer but with ports means every peer; one with neither means none (it only isolates).
// L7 rules leave the connection open and speak of its contents; they are taken as allowed. What a name resolves to (toFQDNs,
// toServices, toGroups), mutual authentication and server names are unknown.
#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "kube/internal/end_selector.h"
#include "kube/internal/object_reader.h"

namespace bulkhead::kube {
namespace {

using model::EndCondition;
using model::EndSelector;
using model::TierPolicy;
using model::TierPort;
using model::TierRule;
using Of = EndSelector::Of;

constexpr std::string_view kNamespace = "io.kubernetes.pod.namespace";
constexpr std::string_view kNamespaceLabels = "io.cilium.k8s.namespace.labels.";
constexpr std::string_view kAccount = "io.cilium.k8s.policy.serviceaccount";
constexpr std::string_view kClusterName = "io.cilium.k8s.policy.cluster";

class CiliumReader {
 public:
  CiliumReader(TierPolicy& policy, std::string where) : policy_(policy), where_(std::move(where)) {}

  void read(const Fields& spec) {
    if (spec.has("nodeSelector")) {  // of the node's own traffic; pods are not selected
      policy_.subject.op = EndSelector::Op::nothing;
      unclear("nodeSelector (policies of hosts)");
      return;
    }
    policy_.subject = endpoints(spec.object("endpointSelector"), "endpointSelector", true);
    policy_.on_ingress = spec.has("ingress") || spec.has("ingressDeny");
    policy_.on_egress = spec.has("egress") || spec.has("egressDeny");
    const Fields enable = spec.object("enableDefaultDeny");
    policy_.ingress_default_deny = enable.flag("ingress", true);
    policy_.egress_default_deny = enable.flag("egress", true);
    for (const char* list : {"ingressDeny", "ingress"}) rules(spec, list, policy_.ingress, false);
    for (const char* list : {"egressDeny", "egress"}) rules(spec, list, policy_.egress, true);
  }

 private:
  void unclear(std::string what) { policy_.not_understood.push_back(where_ + "." + std::move(what)); }

  EndSelector requirement(std::string_view key, const std::string& op, const std::vector<std::string>& values, const std::string& where) {
    if (const auto [source, rest] = base::split_once(key, ':'); rest) {
      if (source != "k8s" && source != "any") {
        unclear(where + ": label source " + std::string(source));
        return end_unknown();
      }
      key = *rest;
    }
    if (key == kNamespace) return end_requirement(op, Of::namespace_name, "", values);
    if (key == kAccount) return end_requirement(op, Of::account_name, "", values);
    if (key.starts_with(kNamespaceLabels)) return end_requirement(op, Of::ns, std::string(key.substr(kNamespaceLabels.size())), values);
    if (key == kClusterName) {
      if (op == "Exists") return {};
      unclear(where + ": " + std::string(kClusterName));
      return end_unknown();
    }
    if (op != "In" && op != "NotIn" && op != "Exists" && op != "DoesNotExist") unclear(where + ": operator " + op);
    return end_requirement(op, Of::pod, std::string(key), values);
  }

  EndSelector endpoints(const Fields& selector, const std::string& where, bool subject = false) {
    const model::LabelSelector read = read_selector(selector);
    std::vector<EndSelector> parts;
    bool names_namespace = false;
    const auto note = [&](std::string_view key) {
      const auto [source, rest] = base::split_once(key, ':');
      const std::string_view plain = rest ? *rest : key;
      names_namespace = names_namespace || plain == kNamespace || plain.starts_with(kNamespaceLabels);
    };
    for (const auto& [key, value] : read.match_labels) {
      note(key);
      parts.push_back(requirement(key, "In", {value}, where));
    }
    for (const model::LabelSelectorRequirement& e : read.match_expressions) {
      note(e.key);
      parts.push_back(requirement(e.key, e.op, e.values, where));
    }
    if (!policy_.ns.empty() && (subject || !names_namespace)) parts.push_back(end_in(Of::namespace_name, "", {policy_.ns}));
    return end_all(std::move(parts));
  }

  static EndCondition outside(std::vector<std::string> cidrs, std::vector<std::string> except = {}) {
    EndCondition out;
    out.cidrs = std::move(cidrs);
    out.except = std::move(except);
    out.cidrs_take_pods = false;
    return out;
  }

  void peers(const Fields& from, TierRule& rule, bool egress, const std::string& where) {
    const std::string to = egress ? "to" : "from";
    const auto key = [&](const char* name) { return to + name; };
    size_t kinds = 0;
    const auto named = [&](const std::string& name) {
      const bool there = from.has(name.c_str());
      kinds += there ? 1 : 0;
      return there;
    };
    if (const std::string name = key("Endpoints"); named(name)) {
      for (const Fields& one : from.list(name.c_str())) rule.peers.emplace_back().pods = endpoints(one, where + "." + name);
    }
    if (const std::string name = key("Entities"); named(name)) {
      for (const std::string& entity : from.texts(name.c_str())) {
        static constexpr std::string_view kKnown[] = {"all",         "world",  "world-ipv4", "world-ipv6",     "cluster", "host", "init",
                                                      "remote-node", "health", "unmanaged",  "kube-apiserver", "ingress", "none"};
        EndCondition& out = rule.peers.emplace_back();
        out.entity = entity;
        if (std::ranges::find(kKnown, entity) == std::end(kKnown)) {
          out.unknown = "entity " + entity;
          unclear(where + "." + name + " " + entity);
        }
      }
    }
    if (const std::string name = key("CIDR"); named(name)) {
      for (const std::string& cidr : from.texts(name.c_str()))
        rule.peers.push_back(outside({cidr.find('/') == std::string::npos ? whole(cidr) : cidr}));
    }
    if (const std::string name = key("CIDRSet"); named(name)) {
      for (const Fields& one : from.list(name.c_str())) {
        EndCondition out = outside({one.text("cidr")}, one.texts("except"));
        if (one.has("cidrGroupRef") || one.has("cidrGroupSelector")) {
          out = outside({});
          out.unknown = "cidrGroupRef";
          unclear(where + "." + name + ".cidrGroupRef");
        }
        rule.peers.push_back(std::move(out));
      }
    }
    // What these mean depends on facts outside the API, or on ones that are not read.
    for (const char* other : {"Requires", "Groups", "Nodes", "Services", "FQDNs"}) {
      const std::string name = key(other);
      if (!named(name)) continue;
      if (name == "toFQDNs") {
        EndCondition out = outside({"0.0.0.0/0", "::/0"});
        out.unknown = name;
        rule.peers.push_back(std::move(out));
      } else {
        rule.peers.emplace_back().unknown = name;
      }
      unclear(where + "." + name);
    }
    rule.any_peer = kinds == 0;
    if (kinds > 1 && !from.has(key("FQDNs").c_str())) {
      rule.unknown = "several kinds of peers in one rule";
      unclear(where + ": several kinds of peers in one rule");
    }
  }
  static std::string whole(const std::string& address) { return address + (address.find(':') == std::string::npos ? "/32" : "/128"); }

  void ports(const Fields& from, TierRule& rule, const std::string& where) {
    rule.any_port = !from.has("toPorts") && !from.has("icmps");
    for (const Fields& group : from.list("toPorts")) {
      for (const char* part : {"serverNames", "listener", "terminatingTLS", "originatingTLS"}) {
        if (!group.has(part)) continue;
        if (std::string_view(part) == "serverNames") rule.unknown = part;
        unclear(where + ".toPorts." + part);
      }
      const std::vector<Fields> list = group.list("ports");
      if (list.empty()) rule.ports.emplace_back();  // L7 rules only: every port
      for (const Fields& one : list) {
        TierPort port;
        port.protocol = one.text("protocol");
        if (port.protocol == "ANY") port.protocol.clear();
        const std::string text = one.text("port");
        int32_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error == std::errc() && end == text.data() + text.size() && number >= 0 && number <= 65535) {
          if (number != 0) {
            port.first = number;
            port.last = std::max(number, one.port("endPort"));
          }
        } else if (!text.empty()) {
          port.name = text;
        }
        rule.ports.push_back(std::move(port));
      }
    }
  }

  void rules(const Fields& spec, const char* list, std::vector<TierRule>& into, bool egress) {
    size_t number = 0;
    for (const Fields& from : spec.list(list)) {
      const std::string where = std::string(list) + "[" + std::to_string(number++) + "]";
      TierRule rule;
      rule.action = std::string_view(list).ends_with("Deny") ? TierRule::Action::deny : TierRule::Action::allow;
      peers(from, rule, egress, where);
      ports(from, rule, where);
      if (from.has("authentication") && from.object("authentication").text("mode") != "disabled") {
        rule.unknown = "authentication";
        unclear(where + ".authentication");
      }
      if (rule.any_peer && rule.any_port) rule.any_peer = false;  // takes no peer
      into.push_back(std::move(rule));
    }
  }

  TierPolicy& policy_;
  std::string where_;
};

}  // namespace

std::vector<TierPolicy> read_cilium_policies(const Fields& object, bool cluster_wide) {
  const model::ObjectMeta meta = read_meta(object);
  std::vector<TierPolicy> out;
  const auto add = [&](const Fields& spec, const std::string& where) {
    TierPolicy& policy = out.emplace_back();
    policy.dialect = TierPolicy::Dialect::cilium;
    policy.kind = cluster_wide ? "CiliumClusterwideNetworkPolicy" : "CiliumNetworkPolicy";
    policy.ns = meta.ns;
    policy.name = meta.name;
    CiliumReader(policy, where).read(spec);
  };
  if (object.has("spec")) add(object.object("spec"), "spec");
  size_t number = 0;
  for (const Fields& spec : object.list("specs")) add(spec, "specs[" + std::to_string(number++) + "]");
  return out;
}

}  // namespace bulkhead::kube
