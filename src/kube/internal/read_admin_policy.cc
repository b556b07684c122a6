// AdminNetworkPolicy, BaselineAdminNetworkPolicy and, with other words for the same, ClusterNetworkPolicy.
// Source: network-policy-api, policy.networking.k8s.io API reference of v1alpha1, and of v1alpha2 for ClusterNetworkPolicy.
#include <algorithm>

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

class AdminReader {
 public:
  AdminReader(TierPolicy& policy, bool baseline, bool cluster) : policy_(policy), baseline_(baseline), cluster_(cluster) {}

  void read(const Fields& spec) {
    const Fields subject = spec.object("subject");
    policy_.subject = pods_of(subject, "spec.subject");
    // Older versions of the API called the peers' lists the same.
    policy_.on_ingress = spec.has("ingress");
    policy_.on_egress = spec.has("egress");
    policy_.ingress = rules(spec, "ingress", "from");
    policy_.egress = rules(spec, "egress", "to");
  }

 private:
  void unclear(std::string where) { policy_.not_understood.push_back(std::move(where)); }

  // {namespaces: SELECTOR} or {pods: {namespaceSelector, podSelector}}; anything else is unknown.
  EndSelector pods_of(const Fields& peer, const std::string& where) {
    EndSelector out = end_unknown();
    size_t members = 0;
    std::string strange;
    peer.view().each([&](std::string_view key, base::JsonView) {
      ++members;
      if (key != "namespaces" && key != "pods") strange = key;
    });
    if (members == 1 && peer.has("namespaces")) {
      out = labels(peer, "namespaces", Of::ns, where);
    } else if (members == 1 && peer.has("pods")) {
      const Fields pods = peer.object("pods");
      out = end_all({labels(pods, "namespaceSelector", Of::ns, where + ".pods"), labels(pods, "podSelector", Of::pod, where + ".pods")});
    } else {
      unclear(where + (strange.empty() ? ": neither namespaces nor pods" : "." + strange));
    }
    return out;
  }

  EndSelector labels(const Fields& parent, const char* key, Of of, const std::string& where) {
    const Fields selector = parent.object(key);
    std::string strange;
    selector.view().each([&](std::string_view member, base::JsonView) {
      if (member != "matchLabels" && member != "matchExpressions") strange = member;  // sameLabels of the first drafts
    });
    if (!strange.empty()) {
      unclear(where + "." + key + "." + strange);
      return end_unknown();
    }
    const model::LabelSelector read = read_selector(selector);
    if (!read.valid()) unclear(where + "." + key + ": an operator that the API lacks");
    return end_from_labels(read, of);
  }

  EndCondition peer(const Fields& from, const std::string& where) {
    EndCondition out;
    if (from.has("networks")) {
      out.cidrs = from.texts("networks");
      if (out.cidrs.empty()) out.unknown = "networks";
    } else if (from.has("nodes")) {
      out.nodes = labels(from, "nodes", Of::node, where);
    } else if (from.has("domainNames")) {
      out.unknown = "domainNames";
      unclear(where + ".domainNames");
    } else {
      out.pods = pods_of(from, where);
    }
    return out;
  }

  // ClusterNetworkPolicy: {tcp: {destinationPort: {number} or {range}}}, udp, sctp, or {destinationNamedPort}.
  void protocol_match(const Fields& from, TierRule& rule, const std::string& where) {
    TierPort out;
    static constexpr std::pair<const char*, const char*> kProtocols[] = {{"tcp", "TCP"}, {"udp", "UDP"}, {"sctp", "SCTP"}};
    const auto which = std::ranges::find_if(kProtocols, [&](const auto& one) { return from.has(one.first); });
    if (which == std::end(kProtocols) && from.has("destinationNamedPort")) {
      out.name = from.text("destinationNamedPort");
    } else if (which != std::end(kProtocols)) {
      out.protocol = which->second;
      const Fields match = from.object(which->first), destination = match.object("destinationPort");
      std::string strange;
      match.view().each([&](std::string_view key, base::JsonView) {
        if (key != "destinationPort") strange = key;
      });
      if (destination && destination.has("number")) {
        out.first = out.last = destination.port("number");
      } else if (const Fields range = destination.object("range")) {
        out.first = range.port("start");
        out.last = range.port("end");
      } else if (match.has("destinationPort") || !strange.empty()) {
        rule.unknown = where;
        return unclear(where + "." + which->first + (strange.empty() ? ".destinationPort: no port of a known form" : "." + strange));
      }
    } else {
      rule.unknown = where;
      return unclear(where + ": no protocol of a known form");
    }
    rule.ports.push_back(std::move(out));
  }

  void port(const Fields& from, TierRule& rule, const std::string& where) {
    TierPort out;
    if (const Fields number = from.object("portNumber")) {
      out.protocol = protocol(number);
      out.first = out.last = number.port("port");
    } else if (const Fields range = from.object("portRange")) {
      out.protocol = protocol(range);
      out.first = range.port("start");
      out.last = range.port("end");
    } else if (from.has("namedPort")) {
      out.name = from.text("namedPort");
    } else {
      rule.unknown = where;
      unclear(where + ": no port of a known form");
      return;
    }
    rule.ports.push_back(std::move(out));
  }
  static std::string protocol(const Fields& from) {
    std::string out = from.text("protocol");
    return out.empty() ? "TCP" : out;
  }

  std::vector<TierRule> rules(const Fields& spec, const char* list, const char* peers) {
    std::vector<TierRule> out;
    for (const Fields& from : spec.list(list)) {
      const std::string where = std::string("spec.") + list + "[" + std::to_string(out.size()) + "]";
      TierRule& rule = out.emplace_back();
      const std::string action = from.text("action");
      if (action == "Deny") {
        rule.action = TierRule::Action::deny;
      } else if (action == "Pass" && (cluster_ || !baseline_)) {
        rule.action = TierRule::Action::pass;
      } else if (action != (cluster_ ? "Accept" : "Allow")) {
        rule.unknown = "action " + action;
        unclear(where + ".action " + action);
      }
      rule.any_peer = false;
      for (const Fields& one : from.list(peers)) rule.peers.push_back(peer(one, where + "." + peers));
      if (rule.peers.empty()) {
        rule.unknown = "no peer";  // the API server refuses it
        unclear(where + ": no peer");
      }
      const char* const list_of_ports = cluster_ ? "protocols" : "ports";
      const std::vector<Fields> ports = from.list(list_of_ports);
      rule.any_port = ports.empty();
      for (const Fields& one : ports) {
        if (cluster_) {
          protocol_match(one, rule, where + ".protocols");
        } else {
          port(one, rule, where + ".ports");
        }
      }
      if (const char* other = cluster_ ? "ports" : "protocols"; from.has(other)) {  // of another version of the API
        rule.unknown = other;
        unclear(where + "." + other);
      }
    }
    return out;
  }

  TierPolicy& policy_;
  bool baseline_, cluster_;
};

}  // namespace

TierPolicy read_admin_policy(const Fields& object, std::string_view kind) {
  TierPolicy policy;
  policy.kind = kind;
  policy.name = read_meta(object).name;
  const Fields spec = object.object("spec");
  const bool cluster = kind == "ClusterNetworkPolicy";
  const std::string tier = cluster ? spec.text("tier") : kind == "BaselineAdminNetworkPolicy" ? "Baseline" : "Admin";
  if (tier != "Admin" && tier != "Baseline") {  // where it stands is not known, so neither is what it decides
    policy.subject = end_unknown();
    policy.on_ingress = policy.on_egress = true;
    TierRule any;
    any.unknown = "tier " + tier;
    any.action = TierRule::Action::deny;
    policy.ingress = policy.egress = {any};
    any.action = TierRule::Action::allow;
    policy.ingress.push_back(any);
    policy.egress.push_back(any);
    policy.not_understood.push_back("spec.tier " + tier);
    return policy;
  }
  const bool baseline = tier == "Baseline";
  policy.dialect = baseline ? TierPolicy::Dialect::baseline : TierPolicy::Dialect::admin;
  if (cluster || !baseline) policy.order = static_cast<double>(spec.number("priority").value_or(0));
  AdminReader(policy, baseline, cluster).read(spec);
  return policy;
}

}  // namespace bulkhead::kube
