// Calico's NetworkPolicy, GlobalNetworkPolicy, Tier, NetworkSet, GlobalNetworkSet. Source: Calico documentation, resource
// definitions of projectcalico.org/v3 ("NetworkPolicy", "GlobalNetworkPolicy", "Tier", "NetworkSet").
//
// Of a namespaced policy, a rule's selector or service accounts without a namespaceSelector mean the policy's namespace; notSelector
// and the blocks of addresses do not. Policies for hosts before translation (preDNAT, doNotTrack) do not take pods.
#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "kube/calico_selector.h"
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

class CalicoReader {
 public:
  explicit CalicoReader(TierPolicy& policy) : policy_(policy) {}

  void read(const Fields& spec) {
    std::vector<EndSelector> subject{selector(spec, "selector", Of::pod, "spec.selector")};
    subject.push_back(selector(spec, "namespaceSelector", Of::ns, "spec.namespaceSelector"));
    subject.push_back(selector(spec, "serviceAccountSelector", Of::account, "spec.serviceAccountSelector"));
    if (!policy_.ns.empty()) subject.push_back(end_in(Of::namespace_name, "", {policy_.ns}));
    policy_.subject = end_all(std::move(subject));
    if (spec.flag("preDNAT", false) || spec.flag("doNotTrack", false)) policy_.subject.op = EndSelector::Op::nothing;
    const std::vector<std::string> types = spec.texts("types");
    const auto has = [&](std::string_view type) { return std::ranges::find(types, type) != types.end(); };
    // The API's default: Egress when there are egress rules; Ingress when there are ingress rules, or none of either.
    const bool in = !spec.list("ingress").empty(), out = !spec.list("egress").empty();
    policy_.on_ingress = types.empty() ? in || !out : has("Ingress");
    policy_.on_egress = types.empty() ? out : has("Egress");
    policy_.ingress = rules(spec, "ingress", true);
    policy_.egress = rules(spec, "egress", false);
  }

 private:
  void unclear(std::string what) { policy_.not_understood.push_back(std::move(what)); }

  EndSelector selector(const Fields& from, const char* key, Of of, const std::string& where) {
    auto parsed = parse_calico_selector(from.text(key), of);
    if (parsed) return *std::move(parsed);
    unclear(where + ": " + parsed.error().text());
    return end_unknown();
  }

  // What a rule says of one end; `ports` are the caller's.
  EndCondition end(const Fields& from, int ip_version, const std::string& where) {
    EndCondition out;
    out.ip_version = ip_version;
    const bool by_labels = !base::trim(from.text("selector")).empty(), by_namespace = !base::trim(from.text("namespaceSelector")).empty();
    const Fields accounts = from.object("serviceAccounts");
    std::vector<EndSelector> parts;
    if (by_labels) parts.push_back(selector(from, "selector", Of::pod, where + ".selector"));
    if (accounts) {
      if (const std::vector<std::string> names = accounts.texts("names"); !names.empty())
        parts.push_back(end_in(Of::account_name, "", names));
      parts.push_back(selector(accounts, "selector", Of::account, where + ".serviceAccounts.selector"));
    }
    if (by_namespace) {
      parts.push_back(selector(from, "namespaceSelector", Of::ns, where + ".namespaceSelector"));
    } else if (!policy_.ns.empty() && (by_labels || accounts)) {
      parts.push_back(end_in(Of::namespace_name, "", {policy_.ns}));
    }
    if (by_labels || accounts || by_namespace) out.pods = end_all(std::move(parts));
    if (!base::trim(from.text("notSelector")).empty()) out.not_pods = selector(from, "notSelector", Of::pod, where + ".notSelector");
    out.cidrs = blocks(from, "nets");
    out.except = blocks(from, "notNets");
    for (const char* other : {"services", "domains"}) {
      if (!from.has(other)) continue;
      out.unknown = other;
      unclear(where + "." + other);
    }
    return out;
  }
  static std::vector<std::string> blocks(const Fields& from, const char* key) {
    std::vector<std::string> out = from.texts(key);
    for (std::string& cidr : out) {
      if (cidr.find('/') == std::string::npos) cidr += cidr.find(':') == std::string::npos ? "/32" : "/128";
    }
    return out;
  }

  // "TCP", "ICMP", 6 … as TierPort has it.
  std::string protocol(const Fields& from, const char* key, const std::string& where) {
    const base::JsonView value = from.view().get(key);
    std::string text = value.text();
    if (const auto number = value.integer()) text = std::to_string(*number);
    for (const auto& [number, name] : {std::pair{"6", "TCP"}, std::pair{"17", "UDP"}, std::pair{"132", "SCTP"}}) {
      if (text == number) text = name;
    }
    for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    if (text.empty()) unclear(where + "." + key);
    return text;
  }

  std::vector<TierPort> ports(const Fields& from, const char* key, const std::string& protocol, const std::string& where) {
    std::vector<TierPort> out;
    for (const base::JsonView& item : from.view().get(key).items()) {
      TierPort port;
      port.protocol = protocol;
      std::string text = item.text();
      if (const auto number = item.integer()) text = std::to_string(*number);
      const auto [low, high] = base::split_once(text, ':');
      const auto first = base::parse_u64(low), last = high ? base::parse_u64(*high) : first;
      if (first && last && *first <= 65535 && *last <= 65535) {
        port.first = static_cast<int32_t>(*first);
        port.last = static_cast<int32_t>(*last);
        if (port.first == 0 && port.last == 0) continue;
      } else if (!text.empty() && !high) {
        port.name = text;
      } else {
        unclear(where + "." + key);
        continue;
      }
      out.push_back(std::move(port));
    }
    return out;
  }

  std::vector<TierRule> rules(const Fields& spec, const char* list, bool ingress) {
    std::vector<TierRule> out;
    size_t number = 0;
    for (const Fields& from : spec.list(list)) {
      const std::string where = std::string("spec.") + list + "[" + std::to_string(number++) + "]";
      TierRule rule;
      std::string action = from.text("action");
      for (char& c : action) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
      if (action == "log") continue;  // writes a line and goes on
      if (action == "deny") {
        rule.action = TierRule::Action::deny;
      } else if (action == "pass" || action == "next-tier") {
        rule.action = TierRule::Action::pass;
      } else if (action != "allow") {
        rule.unknown = "action";
        unclear(where + ".action");
      }
      const auto ip_version = static_cast<int>(from.number("ipVersion").value_or(0));
      const Fields source = from.object("source"), destination = from.object("destination");
      EndCondition far = end(ingress ? source : destination, ip_version, where + (ingress ? ".source" : ".destination"));
      EndCondition own = end(ingress ? destination : source, 0, where + (ingress ? ".destination" : ".source"));
      rule.any_peer = far == EndCondition();
      if (!rule.any_peer) rule.peers.push_back(std::move(far));
      if (!(own == EndCondition())) rule.own.push_back(std::move(own));

      std::string over;
      if (from.has("protocol")) {
        over = protocol(from, "protocol", where);
        rule.any_port = false;
      }
      if (source.has("ports") || source.has("notPorts")) {  // the client's port: some connections have it, some do not
        rule.unknown = "source.ports";
        unclear(where + ".source.ports");
      }
      if (destination.has("ports") && destination.view().get("ports").size() > 0) {
        rule.any_port = false;
        rule.ports = ports(destination, "ports", over, where);
      } else if (!rule.any_port) {
        rule.ports.emplace_back().protocol = over;
      }
      rule.not_ports = ports(destination, "notPorts", over, where);
      if (from.has("notProtocol")) rule.not_ports.emplace_back().protocol = protocol(from, "notProtocol", where);
      if (from.has("http")) {
        rule.unknown = "http";
        unclear(where + ".http");
      }
      out.push_back(std::move(rule));
    }
    return out;
  }

  TierPolicy& policy_;
};

// Stored objects are named TIER.NAME; shown ones are, too, but in older versions those of the default tier are not.
std::string plain_name(std::string name, const std::string& tier) {
  if (name.starts_with(tier + ".")) name.erase(0, tier.size() + 1);
  return name;
}

}  // namespace

TierPolicy read_calico_policy(const Fields& object, bool global) {
  const model::ObjectMeta meta = read_meta(object);
  const Fields spec = object.object("spec");
  TierPolicy policy;
  policy.dialect = TierPolicy::Dialect::calico;
  policy.kind = global ? "Calico GlobalNetworkPolicy" : "Calico NetworkPolicy";
  policy.ns = meta.ns;
  policy.tier = spec.text("tier");
  if (policy.tier.empty()) policy.tier = "default";
  policy.name = plain_name(meta.name, policy.tier);
  policy.order = spec.view().get("order").number();
  CalicoReader(policy).read(spec);
  return policy;
}

model::PolicyTier read_calico_tier(const Fields& object) {
  const Fields spec = object.object("spec");
  return {read_meta(object).name, spec.view().get("order").number(), spec.text("defaultAction") == "Pass"};
}

model::AddressGroup read_calico_set(const Fields& object) {
  const model::ObjectMeta meta = read_meta(object);
  return {meta.ns, meta.name, meta.labels, object.object("spec").texts("nets")};
}

}  // namespace bulkhead::kube
