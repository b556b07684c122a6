#include "access/internal/exposure.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "access/internal/known_software.h"
#include "access/internal/route_forwarding.h"

namespace bulkhead::access::internal {
namespace {

using model::Tri;

std::string full_name(const model::ObjectMeta& meta) { return meta.ns + "/" + meta.name; }

class Finder {
 public:
  explicit Finder(const ExposureInput& input) : in_(input), cluster_(input.cluster) {
    // Public addresses cut at the ranges of the ingress rules, so that one address of each range stands for it.
    for (const AddressRange& range : public_addresses().ranges()) {
      for (const AddressRange& part : partition(range, input.policies.ingress_cidrs())) public_parts_.push_back(part);
    }
    for (const model::Node& node : cluster_.nodes) {
      for (const auto* list : {&node.external_ips, &node.internal_ips}) {
        for (const std::string& ip : *list) {
          const auto address = parse_address(ip);
          if (address && public_addresses().contains(*address)) public_node_ = true;
        }
      }
    }
  }

  ExposureResult run() {
    for (const model::Service& service : cluster_.services) from_service(service);
    for (size_t i = 0; i < cluster_.pods.size(); ++i) from_pod(i);
    index_entrances();
    for (const model::Ingress& ingress : cluster_.ingresses) from_ingress(ingress);
    const auto find_row = [&](const std::string& controller) { return row_of(controller); };
    const auto forward = [&](const Forwarding& one) { from_forwarding(one); };
    find_route_forwardings(cluster_, find_row, forward);
    sort_and_unite();
    return std::move(out_);
  }

 private:
  // What the policies say to a client on the internet, limited to `sources` where given.
  Tri from_internet(size_t pod, int32_t port, std::string_view protocol, const AddressSet* sources) const {
    const bool isolated = in_.policies.isolates(pod, true) || !in_.policies.policies_read();
    if (!isolated && sources == nullptr) return Tri::yes;
    Tri any = Tri::no;
    for (const AddressRange& part : public_parts_) {
      if (sources != nullptr && sources->intersect(AddressSet(part)).empty()) continue;
      const Allowed allowed = in_.policies.effective(Peer::of_range(part), Peer::of_pod(pod));
      any = any || port_verdict(allowed, port, protocol);
      if (any == Tri::yes) break;
    }
    return any;
  }

  std::string policies_of(size_t pod) const {
    std::string text;
    for (const uint32_t number : in_.policies.ingress_of(pod)) {
      text += (text.empty() ? "admitted by NetworkPolicy " : ", ") + full_name(cluster_.network_policies[number].meta);
    }
    for (const uint32_t number : in_.policies.tiers().taking(pod, true)) {
      const model::TierPolicy& policy = cluster_.tier_policies[number];
      text += (text.empty() ? "admitted by " : ", ") + policy.kind + " " + (policy.ns.empty() ? "" : policy.ns + "/") + policy.name;
    }
    return text.empty() ? "no NetworkPolicy selects the pod" : text;
  }

  void add(Exposure::Kind kind, std::string via, size_t pod, int32_t port, const std::string& protocol, Tri way, std::string_view way_note,
           const AddressSet* sources = nullptr) {
    if (!PolicyIndex::active(cluster_.pods[pod])) return;
    const Tri admitted = from_internet(pod, port, protocol, sources);
    const Tri verdict = way && admitted;
    if (verdict == Tri::no) return;
    std::string because;
    if (way == Tri::unknown) {
      because = way_note;
    } else if (admitted == Tri::unknown) {
      because = in_.policies.policies_read() ? "policies cut it, but whether they are enforced or what they mean is not known"
                                             : "NetworkPolicies were not read";
    } else {
      because = policies_of(pod);
    }
    out_.exposures.push_back({kind, std::move(via), pod, port, protocol, verdict, std::move(because), SIZE_MAX});
  }

  Tri by_node() const { return public_node_ ? Tri::yes : Tri::unknown; }
  static constexpr std::string_view kNodeNote = "no node with a public address is known";

  void from_service(const model::Service& service) {
    const bool balanced = service.type == "LoadBalancer";
    const bool on_nodes = balanced || service.type == "NodePort";
    if (!on_nodes && service.external_ips.empty()) return;
    std::optional<AddressSet> sources;
    for (const std::string& text : service.load_balancer_source_ranges) {
      const auto range = parse_cidr(text);
      if (!range) {
        sources.reset();  // unread, so it limits nothing
        break;
      }
      if (!sources) sources.emplace();
      sources->add(*range);
    }
    bool internal = false;
    for (const auto& [annotation, value] : known_software().internal_load_balancers) {
      const auto found = service.meta.annotations.find(annotation);
      internal = internal || (found != service.meta.annotations.end() && found->second == value);
    }
    Tri balancer = Tri::yes;
    if (!service.load_balancer_ingress.empty()) {
      // A private address alone may still be mapped to a public one.
      const bool all_private = std::ranges::all_of(service.load_balancer_ingress, [](const std::string& text) {
        const auto address = parse_address(text);
        return address && !public_addresses().contains(*address);
      });
      if (all_private) balancer = Tri::unknown;
    }
    const std::string via = "Service " + full_name(service.meta);
    for (const model::ServicePort& port : service.ports) {
      for (const ServiceTarget& target : in_.services.targets(service, port)) {
        if (balanced && !internal) {
          add(Exposure::Kind::load_balancer, via, target.pod, target.port, port.protocol, balancer,
              "the load balancer's address is private", sources ? &*sources : nullptr);
        }
        if (on_nodes && port.node_port != 0) {
          add(Exposure::Kind::node_port, via, target.pod, target.port, port.protocol, by_node(), kNodeNote);
        }
        if (!service.external_ips.empty()) add(Exposure::Kind::external_ip, via, target.pod, target.port, port.protocol, Tri::yes, "");
      }
    }
  }

  void from_pod(size_t index) {
    const model::Pod& pod = cluster_.pods[index];
    for (const model::Container& container : pod.spec.containers) {
      for (const model::ContainerPort& port : container.ports) {
        const std::string via = "Pod " + full_name(pod.meta);
        if (pod.spec.host_network) {
          add(Exposure::Kind::host_network, via, index, port.port, port.protocol, by_node(), kNodeNote);
        } else if (port.host_port != 0) {
          add(Exposure::Kind::host_port, via, index, port.port, port.protocol, by_node(), kNodeNote);
        }
      }
    }
  }

  // ---- Ingress
  const model::IngressClass* class_of(const model::Ingress& ingress, std::string& name) const {
    name = ingress.class_name;
    const auto legacy = ingress.meta.annotations.find("kubernetes.io/ingress.class");
    if (name.empty() && legacy != ingress.meta.annotations.end()) name = legacy->second;
    for (const model::IngressClass& candidate : cluster_.ingress_classes) {
      if (name.empty() ? candidate.is_default : candidate.meta.name == name) {
        name = candidate.meta.name;
        return &candidate;
      }
    }
    return nullptr;
  }

  static const IngressControllerRow* row_of(const model::IngressClass* ingress_class, const std::string& name) {
    for (const IngressControllerRow& row : known_software().ingress_controllers) {
      const bool fits = ingress_class != nullptr ? std::ranges::find(row.controllers, ingress_class->controller) != row.controllers.end()
                                                 : std::ranges::find(row.classes, name) != row.classes.end();
      if (fits) return &row;
    }
    return nullptr;
  }

  const std::vector<size_t>& controllers_of(const IngressControllerRow& row) {
    const auto [entry, fresh] = controllers_.try_emplace(&row);
    if (!fresh) return entry->second;
    for (size_t i = 0; i < cluster_.pods.size(); ++i) {
      const model::Pod& pod = cluster_.pods[i];
      if (!PolicyIndex::active(pod)) continue;
      const bool by_labels = std::ranges::any_of(row.labels, [&](const model::Labels& labels) {
        return std::ranges::all_of(labels, [&](const auto& l) {
          const auto found = pod.meta.labels.find(l.first);
          return found != pod.meta.labels.end() && found->second == l.second;
        });
      });
      const bool by_image = std::ranges::any_of(pod.spec.containers, [&](const model::Container& c) {
        return c.kind == model::Container::Kind::regular &&
               std::ranges::any_of(row.images, [&](const std::string& image) { return image_is(c.image, image); });
      });
      if (by_labels || by_image) entry->second.push_back(i);
    }
    return entry->second;
  }

  void index_entrances() {
    for (const Exposure& exposure : out_.exposures) {
      Tri& best = entrance_[exposure.pod];
      best = best || exposure.verdict;
    }
  }

  // By the API's text the Service's port; common controllers (ingress-nginx) take the target's port too.
  static bool names_port(const model::IntOrName& wanted, const model::ServicePort& port) {
    if (wanted.number) return port.port == *wanted.number || port.target.number == *wanted.number;
    return !wanted.name.empty() && (port.name == wanted.name || port.target.name == wanted.name);
  }

  static const IngressControllerRow* row_of(const std::string& controller) {
    for (const IngressControllerRow& row : known_software().ingress_controllers) {
      if (std::ranges::find(row.controllers, controller) != row.controllers.end()) return &row;
    }
    return nullptr;
  }

  void from_ingress(const model::Ingress& ingress) {
    std::string class_name;
    const model::IngressClass* ingress_class = class_of(ingress, class_name);
    Forwarding forwarding;
    forwarding.via = "Ingress " + full_name(ingress.meta) + (class_name.empty() ? "" : " (class " + class_name + ")");
    forwarding.object = "Ingress " + full_name(ingress.meta);
    forwarding.row = row_of(ingress_class, class_name);
    const auto add_backend = [&](const model::IngressBackend& backend) {
      forwarding.backends.push_back(
          {ingress.meta.ns, backend.service, [&backend](const model::ServicePort& port) { return names_port(backend.port, port); }});
    };
    if (ingress.default_backend) add_backend(*ingress.default_backend);
    for (const model::Ingress::Rule& rule : ingress.rules) add_backend(rule.backend);
    from_forwarding(forwarding);
  }

  void from_forwarding(const Forwarding& forwarding) {
    const IngressControllerRow* row = forwarding.row;
    std::vector<size_t> controllers = forwarding.controllers;
    if (controllers.empty() && row != nullptr && !row->outside) controllers = controllers_of(*row);
    std::set<std::tuple<size_t, int32_t>> done;
    for (const Forwarding::Backend& backend : forwarding.backends) {
      const model::Service* service = in_.services.find(backend.ns, backend.service);
      if (service == nullptr) continue;
      for (const model::ServicePort& port : service->ports) {
        if (!backend.takes(port)) continue;
        for (const ServiceTarget& target : in_.services.targets(*service, port)) {
          if (!done.insert({target.pod, target.port}).second) continue;
          out_.backends.push_back({forwarding.object, target.pod, target.port, forwarding.protocol, controllers});
          add_forwarded(forwarding, target, controllers);
        }
      }
    }
  }

  void add_forwarded(const Forwarding& forwarding, const ServiceTarget& target, const std::vector<size_t>& controllers) {
    const IngressControllerRow* row = forwarding.row;
    Exposure exposure{Exposure::Kind::ingress, forwarding.via, target.pod, target.port, forwarding.protocol, Tri::unknown, "", SIZE_MAX};
    if (row != nullptr && row->outside) {
      // The balancer's own addresses are the cloud's; whether an ipBlock admits them is not known.
      exposure.verdict = from_internet(target.pod, target.port, forwarding.protocol, nullptr) == Tri::yes ? Tri::yes : Tri::unknown;
      exposure.because = row->name + " forwards from outside the cluster";
    } else if (controllers.empty()) {
      exposure.because = row == nullptr ? "the Ingress controller is not known" : "no pod of " + row->name + " was found";
    } else {
      // One pod of the controller stands for it: the one that lets the most through.
      Tri best = Tri::no;
      for (const size_t controller : controllers) {
        const auto entrance = entrance_.find(controller);
        Tri way = entrance == entrance_.end() ? Tri::no : entrance->second;
        if (way == Tri::no && !cluster_.was_read("", "services")) way = Tri::unknown;
        const Allowed allowed = in_.policies.effective(Peer::of_pod(controller), Peer::of_pod(target.pod));
        const Tri verdict = way && port_verdict(allowed, target.port, forwarding.protocol);
        if (verdict > best || exposure.through_pod == SIZE_MAX) exposure.through_pod = controller;
        best = best || verdict;
        if (best == Tri::yes) break;
      }
      if (best == Tri::no) return;
      exposure.verdict = best;
      exposure.because = "forwarded by " + full_name(cluster_.pods[exposure.through_pod].meta);
    }
    if (forwarding.attached == Tri::unknown) {
      exposure.verdict = Tri::unknown;
      exposure.because = forwarding.attached_note;
    }
    out_.exposures.push_back(std::move(exposure));
  }

  void sort_and_unite() {
    const auto key = [](const Exposure& e) { return std::tie(e.pod, e.port, e.protocol, e.kind, e.via, e.through_pod); };
    std::ranges::stable_sort(out_.exposures, {}, key);
    const auto repeated = std::ranges::unique(out_.exposures, [&](const Exposure& a, const Exposure& b) { return key(a) == key(b); });
    out_.exposures.erase(repeated.begin(), repeated.end());
  }

  const ExposureInput& in_;
  const model::Cluster& cluster_;
  std::vector<AddressRange> public_parts_;
  bool public_node_ = false;
  std::map<const IngressControllerRow*, std::vector<size_t>> controllers_;
  std::map<size_t, Tri> entrance_;
  ExposureResult out_;
};

}  // namespace

Tri port_verdict(const Allowed& effective, int32_t port, std::string_view protocol) {
  return effective.certain.contains(port, protocol) ? Tri::yes : effective.possible.contains(port, protocol) ? Tri::unknown : Tri::no;
}

ExposureResult find_exposures(const ExposureInput& input) { return Finder(input).run(); }

}  // namespace bulkhead::access::internal
