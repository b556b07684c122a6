#!/usr/bin/env python3
"""Policies of add-ons against brute force: tier_policy_brute_force.py PROGRAM DIALECT [COUNT] [SEED]

DIALECT is admin (AdminNetworkPolicy, BaselineAdminNetworkPolicy), cluster (ClusterNetworkPolicy), calico or cilium. Makes COUNT random clusters with NetworkPolicies
and policies of that dialect, and asks of every pair of peers and every port that could matter whether it is allowed: once by
reading `bulkhead net connections`, once by walking the policies one by one as the dialect's documentation says, below.
"""
import functools
import ipaddress
import pathlib
import random
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import network_brute_force as plain
from snapshot_file import write_snapshot

PROTOCOLS = plain.PROTOCOLS
ALLOW, DENY, PASS = "Allow", "Deny", "Pass"


@functools.cache
def inside(address, cidr):
    network, ip = ipaddress.ip_network(cidr, strict=False), ipaddress.ip_address(address)
    return ip.version == network.version and ip in network


def port_named(target, name, protocol, number):
    return target["kind"] == "pod" and any(p["name"] == name and p["protocol"] == protocol and p["containerPort"] == number for p in target["ports"])


def kubernetes_says(cluster, pod, other, target, direction, protocol, number):
    """None: no NetworkPolicy isolates the pod; else whether a rule admits it."""
    section, peers = ("ingress", "from") if direction == "Ingress" else ("egress", "to")
    isolated = False
    for policy in cluster["policies"]:
        spec = policy["spec"]
        if policy["metadata"]["namespace"] != pod["namespace"] or direction not in plain.policy_types(spec) or not plain.selector_matches(spec["podSelector"], pod["labels"]):
            continue
        isolated = True
        for rule in spec.get(section, []):
            if plain.peer_selected(cluster, policy, rule.get(peers, []), other) and plain.port_selected(rule.get("ports", []), target, protocol, number):
                return True
    return False if isolated else None


# ---------------------------------------------------------------- AdminNetworkPolicy
class Admin:
    """'The lower the priority value the higher the precedence … Pass … evaluated by NetworkPolicies … or BaselineAdminNetworkPolicy.'"""

    def __init__(self, r, cluster):
        self.cluster = cluster
        self.objects, self.admin, self.baseline = [], [], None
        for i, priority in enumerate(r.sample(range(100), r.randrange(1, 5))):
            policy = {"kind": "AdminNetworkPolicy", "apiVersion": "policy.networking.k8s.io/v1alpha1", "metadata": {"name": f"admin-{i}"}, "spec": self.spec(r, [ALLOW, DENY, PASS])}
            policy["spec"]["priority"] = priority
            self.admin.append(policy)
        self.admin.sort(key=lambda p: p["spec"]["priority"])
        self.objects += self.admin
        if r.random() < 0.6:
            self.baseline = {"kind": "BaselineAdminNetworkPolicy", "apiVersion": "policy.networking.k8s.io/v1alpha1", "metadata": {"name": "default"}, "spec": self.spec(r, [ALLOW, DENY])}
            self.objects.append(self.baseline)

    @staticmethod
    def pods(r):
        if r.random() < 0.5:
            return {"namespaces": plain.random_namespace_selector(r)}
        return {"pods": {"namespaceSelector": plain.random_namespace_selector(r), "podSelector": plain.random_selector(r)}}

    def spec(self, r, actions):
        spec = {"subject": self.pods(r)}
        for section, peers in (("ingress", "from"), ("egress", "to")):
            if r.random() < 0.8:
                spec[section] = [self.rule(r, actions, peers) for _ in range(r.randrange(1, 4))]
        return spec

    def rule(self, r, actions, peers):
        rule = {"action": r.choice(actions), peers: []}
        for _ in range(r.choice([1, 1, 2])):
            if peers == "to" and r.random() < 0.4:
                rule[peers].append({"networks": [plain.random_block(r)["cidr"] for _ in range(r.choice([1, 2]))]})
            else:
                rule[peers].append(self.pods(r))
        if r.random() < 0.7:
            rule["ports"] = []
            for _ in range(r.choice([1, 2])):
                kind = r.randrange(3)
                if kind == 0:
                    rule["ports"].append({"portNumber": {"protocol": r.choice(PROTOCOLS), "port": r.choice([53, 80, 443, 8080])}})
                elif kind == 1:
                    rule["ports"].append({"portRange": {"protocol": r.choice(PROTOCOLS), "start": r.choice([1, 80]), "end": r.choice([90, 8080, 65535])}})
                else:
                    rule["ports"].append({"namedPort": r.choice(["http", "dns", "web"])})
        return rule

    def takes(self, pods, other):
        if other["kind"] != "pod" or other["hostNetwork"]:
            return False
        labels = self.cluster["namespaces"][other["namespace"]]
        if "namespaces" in pods:
            return plain.selector_matches(pods["namespaces"], labels)
        return plain.selector_matches(pods["pods"]["namespaceSelector"], labels) and plain.selector_matches(pods["pods"]["podSelector"], other["labels"])

    def first(self, policy, direction, pod, other, target, protocol, number):
        spec = policy["spec"]
        if not self.takes(spec["subject"], pod):
            return None
        section, peers = ("ingress", "from") if direction == "Ingress" else ("egress", "to")
        for rule in spec.get(section, []):
            if not any(any(inside(other["address"], n) for n in peer["networks"]) if "networks" in peer else self.takes(peer, other) for peer in rule[peers]):
                continue
            ports = rule.get("ports")
            if ports is None or any(self.port(p, target, protocol, number) for p in ports):
                return rule["action"]
        return None

    @staticmethod
    def port(port, target, protocol, number):
        if "portNumber" in port:
            return port["portNumber"]["protocol"] == protocol and port["portNumber"]["port"] == number
        if "portRange" in port:
            return port["portRange"]["protocol"] == protocol and port["portRange"]["start"] <= number <= port["portRange"]["end"]
        return port_named(target, port["namedPort"], protocol, number)

    def allows(self, direction, pod, other, target, protocol, number):
        for policy in self.admin:
            action = self.first(policy, direction, pod, other, target, protocol, number)
            if action in (ALLOW, DENY):
                return action == ALLOW
            if action == PASS:
                break
        said = kubernetes_says(self.cluster, pod, other, target, direction, protocol, number)
        if said is not None:
            return said
        return not self.baseline or self.first(self.baseline, direction, pod, other, target, protocol, number) != DENY


# ---------------------------------------------------------------- ClusterNetworkPolicy
class Cluster(Admin):
    """'Policy tiers are evaluated in the following order: Admin tier, NetworkPolicy tier, Baseline tier … Policies with lower priority
    values have higher precedence … Pass: skips all further rules in the current tier … If a given connection wasn't allowed or denied
    by any of the tiers, … all pods can communicate with each other.'"""

    def __init__(self, r, cluster):
        self.cluster, self.objects = cluster, []
        self.tiers = {"Admin": [], "Baseline": []}
        for i in range(r.randrange(1, 7)):
            spec = self.spec(r, ["Accept", DENY, PASS])
            spec["tier"] = r.choice(["Admin", "Admin", "Baseline"])
            spec["priority"] = r.choice([p for p in range(0, 1001, 7) if all(p != q["spec"]["priority"] for q in self.objects)])
            policy = {"kind": "ClusterNetworkPolicy", "apiVersion": "policy.networking.k8s.io/v1alpha2", "metadata": {"name": f"cluster-{i}"}, "spec": spec}
            self.objects.append(policy)
            self.tiers[spec["tier"]].append(policy)

    def rule(self, r, actions, peers):
        rule = super().rule(r, actions, peers)
        rule.pop("ports", None)
        if r.random() < 0.7:
            rule["protocols"] = []
            for _ in range(r.choice([1, 2])):
                kind, word = r.randrange(4), r.choice(["tcp", "udp", "sctp"])
                if kind == 0:
                    rule["protocols"].append({word: {"destinationPort": {"number": r.choice([53, 80, 443, 8080])}}})
                elif kind == 1:
                    rule["protocols"].append({word: {"destinationPort": {"range": {"start": r.choice([1, 80]), "end": r.choice([90, 8080, 65535])}}}})
                elif kind == 2:
                    rule["protocols"].append({word: {}})
                else:
                    rule["protocols"].append({"destinationNamedPort": r.choice(["http", "dns", "web"])})
        return rule

    def first(self, policy, direction, pod, other, target, protocol, number):
        """The ports of the older form, for the walk of the older policies."""
        return super().first({"spec": {key: [{**rule, **({"ports": rule["protocols"]} if "protocols" in rule else {})} for rule in value]
                                       if key in ("ingress", "egress") else value for key, value in policy["spec"].items()}},
                             direction, pod, other, target, protocol, number)

    @staticmethod
    def port(match, target, protocol, number):
        if "destinationNamedPort" in match:
            return port_named(target, match["destinationNamedPort"], protocol, number)
        if protocol.lower() not in match:
            return False
        port = match[protocol.lower()].get("destinationPort")
        if port is None:
            return True
        return port["number"] == number if "number" in port else port["range"]["start"] <= number <= port["range"]["end"]

    def decided(self, tier, *connection):
        for policy in sorted(self.tiers[tier], key=lambda p: p["spec"]["priority"]):
            action = self.first(policy, *connection)
            if action:
                return {"Accept": True, DENY: False, PASS: None}[action]
        return None

    def allows(self, *connection):
        direction, pod, other, target, protocol, number = connection
        said = self.decided("Admin", *connection)
        if said is None:
            said = kubernetes_says(self.cluster, pod, other, target, direction, protocol, number)
        if said is None:
            said = self.decided("Baseline", *connection)
        return said is not False


# ---------------------------------------------------------------- Calico
class Calico:
    """'Policies are applied in order of tier, then of order, lowest first; none is last … the first rule that matches is applied …
    Pass skips to the next tier … if policies of a tier apply and no rule matches, its default action (Deny)'; NetworkPolicies
    are of the tier default, order 1000."""

    def __init__(self, r, cluster):
        self.cluster, self.policies = cluster, []
        self.tiers = [("security", 10, "Deny"), ("default", 1_000_000, "Deny")]
        if r.random() < 0.4:
            self.tiers.insert(1, ("team", 20, r.choice(["Pass", "Deny"])))
        self.objects = [{"kind": "Tier", "apiVersion": "projectcalico.org/v3", "metadata": {"name": n}, "spec": {"order": o, "defaultAction": d}} for n, o, d in self.tiers]
        orders = r.sample([1, 5, 100, 999, 1001, 2000, 3000], 5)
        for i in range(r.randrange(1, 6)):
            namespace = f"n{r.randrange(3)}" if r.random() < 0.5 else None
            spec = {"tier": r.choice(self.tiers)[0], "selector": self.selector(r)}
            if r.random() < 0.85:
                spec["order"] = orders[i]
            if namespace is None and r.random() < 0.4:
                spec["namespaceSelector"] = self.namespace_selector(r)
            if r.random() < 0.6:
                spec["types"] = r.choice([["Ingress"], ["Egress"], ["Ingress", "Egress"]])
            for section in ("ingress", "egress"):
                if r.random() < 0.7:
                    spec[section] = [self.rule(r) for _ in range(r.randrange(1, 4))]
            meta = {"name": f"{spec['tier']}.p{i}"}
            if namespace:
                meta["namespace"] = namespace
            self.policies.append({"kind": "NetworkPolicy" if namespace else "GlobalNetworkPolicy", "apiVersion": "projectcalico.org/v3", "metadata": meta, "spec": spec})
        self.objects += self.policies

    # A selector is text; what it means is worked out below by Python's own words.
    def selector(self, r, depth=0):
        kind = r.randrange(10)
        key, value = r.choice("abc"), r.choice("xyz")
        if depth < 2 and kind < 3:
            return f"({self.selector(r, depth + 1)} {r.choice(['&&', '||'])} {self.selector(r, depth + 1)})"
        return r.choice([f"{key} == '{value}'", f"{key} != '{value}'", f"has({key})", f"!has({key})", "all()", f"{key} in {{'x','y'}}", f"{key} not in {{ 'z' }}",
                         f"{key} starts with '{value}'", f"!({key} == '{value}')", f"{key} contains '{value}'"])

    def namespace_selector(self, r):
        return r.choice([self.selector(r), "projectcalico.org/name == 'n1'", "kubernetes.io/metadata.name in {'n0','n2'}"])

    @classmethod
    def holds(cls, selector, labels):
        return cls.holds_of(selector, tuple(sorted(labels.items())))  # the same few selectors and pods meet for every port that is asked

    @staticmethod
    @functools.cache
    def holds_of(selector, pairs):
        labels, text = dict(pairs), selector
        tests = [(r"([\w./-]+)\s+not in\s+\{([^}]*)\}", lambda m: repr(labels.get(m[1]) not in re.findall(r"'([^']*)'", m[2]))),
                 (r"([\w./-]+)\s+in\s+\{([^}]*)\}", lambda m: repr(labels.get(m[1]) in re.findall(r"'([^']*)'", m[2]))),
                 (r"([\w./-]+)\s*==\s*'([^']*)'", lambda m: repr(labels.get(m[1]) == m[2])),
                 (r"([\w./-]+)\s*!=\s*'([^']*)'", lambda m: repr(labels.get(m[1]) != m[2])),
                 (r"([\w./-]+)\s+starts with\s+'([^']*)'", lambda m: repr(m[1] in labels and labels[m[1]].startswith(m[2]))),
                 (r"([\w./-]+)\s+contains\s+'([^']*)'", lambda m: repr(m[1] in labels and m[2] in labels[m[1]])),
                 (r"has\(([\w./-]+)\)", lambda m: repr(m[1] in labels)), (r"all\(\)", lambda m: "True")]
        for pattern, meaning in tests:
            text = re.sub(pattern, meaning, text)
        return eval(text.replace("&&", " and ").replace("||", " or ").replace("!", " not "))  # only True, False, and, or, not are left

    def end(self, r, namespaced_hint=True):
        end = {}
        if r.random() < 0.5:
            end["selector"] = self.selector(r)
        if r.random() < 0.25:
            end["namespaceSelector"] = self.namespace_selector(r)
        if r.random() < 0.2:
            end["notSelector"] = self.selector(r)
        if r.random() < 0.25:
            end["nets"] = [plain.random_block(r)["cidr"] for _ in range(r.choice([1, 2]))]
        if r.random() < 0.15:
            end["notNets"] = [plain.random_block(r)["cidr"]]
        if r.random() < 0.1:
            end["serviceAccounts"] = {"names": [r.choice(["default", "other"])]}
        return end

    def rule(self, r):
        rule = {"action": r.choice([ALLOW, ALLOW, DENY, DENY, PASS, "Log"])}
        if r.random() < 0.8:
            rule["source"] = self.end(r)
        if r.random() < 0.5:
            rule["destination"] = self.end(r)
        if r.random() < 0.6:
            rule["protocol"] = r.choice(list(PROTOCOLS) + [6, 17, "ICMP"])
            if rule["protocol"] != "ICMP":
                where = rule.setdefault("destination", {})
                if r.random() < 0.6:
                    where["ports"] = r.sample([53, 80, "8000:8100", "http", "dns", 443], r.choice([1, 2]))
                elif r.random() < 0.3:
                    where["notPorts"] = [r.choice([80, "1:1024", "http"])]
        elif r.random() < 0.1:
            rule["notProtocol"] = r.choice(PROTOCOLS)
        return rule

    def end_holds(self, policy, end, who):
        namespace = policy["metadata"].get("namespace")
        plain_pod = who["kind"] == "pod" and not who["hostNetwork"]
        positive = any(k in end for k in ("selector", "namespaceSelector", "serviceAccounts"))
        if positive:
            if not plain_pod:
                return False
            if "selector" in end and not self.holds(end["selector"], who["labels"]):
                return False
            if "serviceAccounts" in end and "default" not in end["serviceAccounts"]["names"]:
                return False
            if "namespaceSelector" in end:
                labels = dict(self.cluster["namespaces"][who["namespace"]], **{"projectcalico.org/name": who["namespace"]})
                if not self.holds(end["namespaceSelector"], labels):
                    return False
            elif namespace and who["namespace"] != namespace:
                return False
        if "notSelector" in end and plain_pod and self.holds(end["notSelector"], who["labels"]):
            return False
        if "nets" in end and not any(inside(who["address"], n) for n in end["nets"]):
            return False
        return not any(inside(who["address"], n) for n in end.get("notNets", []))

    @staticmethod
    def port_holds(ports, target, protocol, number):
        for port in ports:
            if isinstance(port, int):
                if port == number:
                    return True
            elif ":" in port:
                low, high = map(int, port.split(":"))
                if low <= number <= high:
                    return True
            elif port_named(target, port, protocol, number):
                return True
        return False

    def rule_holds(self, policy, rule, source, target, protocol, number):
        names = {6: "TCP", 17: "UDP"}
        if "protocol" in rule and names.get(rule["protocol"], rule["protocol"]) != protocol:
            return False
        if rule.get("notProtocol") == protocol:
            return False
        if not self.end_holds(policy, rule.get("source", {}), source) or not self.end_holds(policy, rule.get("destination", {}), target):
            return False
        where = rule.get("destination", {})
        if "ports" in where and not self.port_holds(where["ports"], target, protocol, number):
            return False
        return "notPorts" not in where or not self.port_holds(where["notPorts"], target, protocol, number)

    def allows(self, direction, pod, other, target, protocol, number):
        source = other if direction == "Ingress" else pod
        section = direction.lower()
        for tier, _, at_end in self.tiers:
            places = []
            for policy in self.policies:
                spec, namespace = policy["spec"], policy["metadata"].get("namespace")
                types = spec.get("types") or ((["Ingress"] if spec.get("ingress") or not spec.get("egress") else []) + (["Egress"] if spec.get("egress") else []))
                labels = dict(self.cluster["namespaces"][pod["namespace"]], **{"projectcalico.org/name": pod["namespace"]})
                if spec["tier"] != tier or direction not in types or (namespace and namespace != pod["namespace"]) or not self.holds(spec["selector"], pod["labels"]):
                    continue
                if "namespaceSelector" in spec and not self.holds(spec["namespaceSelector"], labels):
                    continue
                places.append((spec.get("order", float("inf")), policy["metadata"]["name"], policy))
            said = kubernetes_says(self.cluster, pod, other, target, direction, protocol, number) if tier == "default" else None
            if said is not None:
                places.append((1000, "knp.default", None))
            if not places:
                continue
            verdict = None
            for _, _, policy in sorted(places, key=lambda p: p[:2]):
                if policy is None:
                    verdict = ALLOW if said else None
                else:
                    verdict = next((rule["action"] for rule in policy["spec"].get(section, []) if rule["action"] != "Log" and self.rule_holds(policy, rule, source, target, protocol, number)), None)
                if verdict:
                    break
            verdict = verdict or at_end
            if verdict != PASS:
                return verdict == ALLOW
        return True


# ---------------------------------------------------------------- Cilium
class Cilium:
    """'Deny policies take precedence over allow policies'; 'if any rule selects an endpoint and has an ingress section, the endpoint
    enters default deny at ingress'; NetworkPolicies are enforced beside, what either allows is allowed."""

    def __init__(self, r, cluster):
        self.cluster, self.policies = cluster, []
        for i in range(r.randrange(1, 5)):
            namespace = f"n{r.randrange(3)}" if r.random() < 0.6 else None
            spec = {"endpointSelector": self.selector(r)}
            for section, word in (("ingress", "from"), ("egress", "to")):
                for ending in ("", "Deny"):
                    if r.random() < (0.7 if not ending else 0.35):
                        spec[section + ending] = [self.rule(r, word, ending) for _ in range(r.randrange(1, 3))]
            if r.random() < 0.15:
                spec["enableDefaultDeny"] = {r.choice(["ingress", "egress"]): False}
            meta = {"name": f"c{i}"}
            if namespace:
                meta["namespace"] = namespace
            self.policies.append({"kind": "CiliumNetworkPolicy" if namespace else "CiliumClusterwideNetworkPolicy", "apiVersion": "cilium.io/v2", "metadata": meta, "spec": spec})
        self.objects = self.policies

    @staticmethod
    def selector(r, namespaces=False):
        selector = {}
        if r.random() < 0.6:
            selector["matchLabels"] = {r.choice(["", "k8s:", "any:"]) + r.choice("ab"): r.choice("xyz")}
        if r.random() < 0.3:
            operator = r.choice(["In", "NotIn", "Exists", "DoesNotExist"])
            e = {"key": r.choice("abc"), "operator": operator}
            if operator in ("In", "NotIn"):
                e["values"] = sorted(r.sample("xyz", r.choice([1, 2])))
            selector["matchExpressions"] = [e]
        if namespaces and r.random() < 0.35:
            key, value = r.choice([("k8s:io.kubernetes.pod.namespace", r.choice(["n0", "n1", "n2"])), ("io.cilium.k8s.namespace.labels." + r.choice("ab"), r.choice("xyz")),
                                   ("k8s:io.cilium.k8s.policy.serviceaccount", "default")])
            selector.setdefault("matchLabels", {})[key] = value
        return selector

    def rule(self, r, word, ending):
        rule, kind = {}, r.randrange(6)
        if kind == 0:
            rule[word + "Endpoints"] = [self.selector(r, True) for _ in range(r.choice([0, 1, 1, 2]))]
        elif kind == 1:
            rule[word + "Entities"] = [r.choice(["all", "world", "cluster", "none", "host", "remote-node", "world-ipv4"]) for _ in range(r.choice([1, 2]))]
        elif kind == 2:
            rule[word + "CIDR"] = [plain.random_block(r)["cidr"] for _ in range(r.choice([1, 2]))]
        elif kind == 3:
            rule[word + "CIDRSet"] = [plain.random_block(r)]
        elif kind == 4:
            rule[word + "Endpoints"] = [self.selector(r, True)]
        if r.random() < 0.6:
            ports = []
            for _ in range(r.choice([1, 2])):
                port = {"port": r.choice(["53", "80", "443", "8000", "http", "dns"]), "protocol": r.choice(list(PROTOCOLS) + ["ANY"])}
                if port["port"] == "8000":
                    port["endPort"] = r.choice([8000, 8080, 9000])
                ports.append(port)
            rule["toPorts"] = [{"ports": ports}]
        return rule

    def labels(self, pod):
        out = dict(pod["labels"], **{"io.kubernetes.pod.namespace": pod["namespace"], "io.cilium.k8s.policy.serviceaccount": "default"})
        for key, value in self.cluster["namespaces"][pod["namespace"]].items():
            out["io.cilium.k8s.namespace.labels." + key] = value
        return out

    def takes(self, policy, selector, pod, subject=False):
        bare = {"matchLabels": {k.removeprefix("k8s:").removeprefix("any:"): v for k, v in selector.get("matchLabels", {}).items()},
                "matchExpressions": selector.get("matchExpressions", [])}
        names = any(k == "io.kubernetes.pod.namespace" or k.startswith("io.cilium.k8s.namespace.labels.") for k in bare["matchLabels"])
        namespace = policy["metadata"].get("namespace")
        if namespace and (subject or not names) and pod["namespace"] != namespace:
            return False
        return plain.selector_matches(bare, self.labels(pod))

    def entity(self, name, pod, other):
        if name in ("all", "none"):
            return name == "all"
        outside = other["kind"] != "pod"
        if name.startswith("world"):
            return outside and (name == "world" or ipaddress.ip_address(other["address"]).version == 4)
        if name == "cluster":
            return not outside
        if outside or not other["hostNetwork"]:
            return False
        return (other["node"] == pod["node"]) == (name == "host")

    def rule_holds(self, policy, rule, word, pod, other, target, protocol, number):
        outside, managed = other["kind"] != "pod", other["kind"] == "pod" and not other["hostNetwork"]
        ports = rule.get("toPorts")
        if word + "Endpoints" in rule:
            if not managed or not any(self.takes(policy, s, other) for s in rule[word + "Endpoints"]):
                return False
        elif word + "Entities" in rule:
            if not any(self.entity(e, pod, other) for e in rule[word + "Entities"]):
                return False
        elif word + "CIDR" in rule:
            if not (outside or (self.blocks_take_nodes and not managed)) or not any(inside(other["address"], c) for c in rule[word + "CIDR"]):
                return False
        elif word + "CIDRSet" in rule:
            if not (outside or (self.blocks_take_nodes and not managed)) or not any(plain.in_block(other["address"], b) for b in rule[word + "CIDRSet"]):
                return False
        elif ports is None:
            return False
        if ports is None:
            return True
        for port in ports[0]["ports"]:
            if port["protocol"] not in ("ANY", protocol):
                continue
            if port["port"].isdigit():
                if int(port["port"]) <= number <= port.get("endPort", int(port["port"])):
                    return True
            elif port_named(target, port["port"], protocol, number):
                return True
        return False

    # Whether blocks of addresses take nodes is a setting that the API does not show. Bulkhead takes each such rule as unknown by
    # itself and shows as open what may be: denials that do not hold, allowances that do.
    blocks_take_nodes = False

    def allows(self, direction, pod, other, target, protocol, number):
        section, word = ("ingress", "from") if direction == "Ingress" else ("egress", "to")
        said = kubernetes_says(self.cluster, pod, other, target, direction, protocol, number)
        isolated, admitted = said is not None, bool(said)
        for policy in self.policies:
            spec = policy["spec"]
            if not self.takes(policy, spec["endpointSelector"], pod, True):
                continue
            self.blocks_take_nodes = False
            if any(self.rule_holds(policy, rule, word, pod, other, target, protocol, number) for rule in spec.get(section + "Deny", [])):
                return False
            self.blocks_take_nodes = True
            if section in spec or section + "Deny" in spec:
                isolated = isolated or spec.get("enableDefaultDeny", {}).get(section, True)
            admitted = admitted or any(self.rule_holds(policy, rule, word, pod, other, target, protocol, number) for rule in spec.get(section, []))
        return admitted or not isolated


DIALECTS = {"admin": Admin, "cluster": Cluster, "calico": Calico, "cilium": Cilium}


def allowed(dialect, source, target, protocol, number):
    if source["kind"] == "pod" and target["kind"] == "pod" and source["hostNetwork"] and source["node"] == target["node"]:
        return True
    for direction, pod, other in (("Egress", source, target), ("Ingress", target, source)):
        if pod["kind"] == "pod" and not pod["hostNetwork"] and not dialect.allows(direction, pod, other, target, protocol, number):
            return False
    return True


def all_cidrs(value, key=None):
    if isinstance(value, dict):
        for k, v in value.items():
            yield from all_cidrs(v, k)
    elif isinstance(value, list):
        for v in value:
            yield from all_cidrs(v, key)
    elif isinstance(value, str) and key in ("cidr", "except", "networks", "nets", "notNets", "fromCIDR", "toCIDR"):
        yield value


def addresses(policies, r):
    found = {"0.0.0.0", "255.255.255.255", "1.2.3.4", str(ipaddress.IPv4Address(r.getrandbits(32)))}
    for cidr in all_cidrs(policies):
        network = ipaddress.ip_network(cidr)
        for edge in (int(network.network_address), int(network.broadcast_address)):
            for near in (edge - 1, edge, edge + 1):
                if 0 <= near < 1 << network.max_prefixlen:
                    found.add(str(ipaddress.ip_address(near)) if network.version == 4 else str(ipaddress.IPv6Address(near)))
    found = sorted(found)
    return found if len(found) < 40 else r.sample(found, 40)


def check(program, name, r, folder):
    cluster = plain.random_cluster(r)
    dialect = DIALECTS[name](r, cluster)
    snapshot = f"{folder}/cluster.tar"
    nodes = [{"kind": "Node", "metadata": {"name": f"node-{i}"}} for i in range(2)]
    accounts = [{"kind": "ServiceAccount", "metadata": {"namespace": f"n{i}", "name": "default"}} for i in range(3)]
    write_snapshot(snapshot, cluster["objects"] + dialect.objects + nodes + accounts)
    pods, into, out_of = plain.read_list(program, snapshot)
    policies = cluster["policies"] + dialect.objects
    numbers = sorted(set(r.sample([1, 52, 53, 54, 79, 80, 81, 90, 91, 442, 443, 444, 1024, 7999, 8000, 8001, 8080, 8081, 8100, 8101, 65535, 4321], 12)) |
                     {p["containerPort"] for pod in cluster["pods"] for p in pod["ports"]})
    asked = 0
    pairs = [(a, b) for a in cluster["pods"] for b in cluster["pods"] if a is not b]
    pairs += [pair for a in addresses(policies, r) for pod in cluster["pods"] for pair in (({"kind": "external", "address": a}, pod), (pod, {"kind": "external", "address": a}))]
    for source, target in pairs:
        inwards, outwards = source["kind"] == "external", target["kind"] == "external"
        label = lambda p: f"{p['namespace']}/{p['name']}[Pod]"
        if inwards or outwards:
            ip = ipaddress.ip_address((source if inwards else target)["address"])
            rows, who = (into, label(target)) if inwards else (out_of, label(source))
            if ip.version == 6 and not any(first.version == 6 for first, *_ in rows):
                continue
            hits = [ports for first, last, peer, ports in rows if peer == who and first.version == ip.version and first <= ip <= last]
            assert len(hits) <= 1, f"ranges overlap at {ip}"
            ports = hits[0] if hits else {}
        else:
            ports = pods.get((label(source), label(target)), {})
        for protocol in PROTOCOLS:
            for number in numbers:
                asked += 1
                expected = allowed(dialect, source, target, protocol, number)
                got = any(first <= number <= last for first, last in ports.get(protocol, []))
                if expected != got:
                    import json
                    raise SystemExit(f"{source} → {target}\n{protocol} {number}: the documentation says {expected}, Bulkhead {got}\n"
                                     f"{json.dumps(policies)}\nnamespaces: {cluster['namespaces']}")
    return asked


def main():
    program, name = sys.argv[1], sys.argv[2]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 10
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    asked = 0
    with tempfile.TemporaryDirectory() as folder:
        for i in range(count):
            r = random.Random(seed * 1_000_003 + i)
            try:
                asked += check(program, name, r, folder)
            except SystemExit as wrong:
                raise SystemExit(f"set {i} of seed {seed}: {wrong}") from None
    print(f"{name}: {count} policy sets, {asked} connections asked, no disagreement (seed {seed})")


if __name__ == "__main__":
    main()
