#!/usr/bin/env python3
"""`bulkhead net connections` against brute force: network_brute_force.py PROGRAM [COUNT] [SEED]

Makes COUNT random clusters with NetworkPolicies and asks, for every pair of peers and every port that could matter (each number
that a policy or a pod names, and its neighbours), whether the connection is allowed: once by reading Bulkhead's list, once by
reading the API reference of networking.k8s.io/v1 word by word, below. External addresses are tried at every edge of every CIDR.
"""
import csv
import io
import ipaddress
import pathlib
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from snapshot_file import write_snapshot

PROTOCOLS = ("TCP", "UDP", "SCTP")


# ---------------------------------------------------------------- the API's text
def selector_matches(selector, labels):
    """LabelSelector: 'matchLabels and matchExpressions are ANDed. An empty label selector matches all objects.'"""
    for key, value in selector.get("matchLabels", {}).items():
        if labels.get(key) != value:
            return False
    for e in selector.get("matchExpressions", []):
        have, values = labels.get(e["key"]), e.get("values", [])
        if e["operator"] == "In" and (have is None or have not in values):
            return False
        if e["operator"] == "NotIn" and have is not None and have in values:
            return False
        if e["operator"] == "Exists" and have is None:
            return False
        if e["operator"] == "DoesNotExist" and have is not None:
            return False
    return True


def in_block(address, block):
    """'cidr … except is a slice of CIDRs that should not be included within an IP Block.'"""
    ip = ipaddress.ip_address(address)

    def inside(cidr):
        network = ipaddress.ip_network(cidr)
        return network.version == ip.version and ip in network

    return inside(block["cidr"]) and not any(inside(e) for e in block.get("except", []))


def peer_selected(cluster, policy, peers, other):
    if not peers:
        return True  # 'If this field is empty or missing, this rule matches all sources'
    for peer in peers:
        if "ipBlock" in peer:
            address = other["address"]
            if address and in_block(address, peer["ipBlock"]):
                return True
            continue
        if other["kind"] != "pod" or other["hostNetwork"]:
            continue
        if "namespaceSelector" in peer:
            if not selector_matches(peer["namespaceSelector"], cluster["namespaces"][other["namespace"]]):
                continue
        elif other["namespace"] != policy["metadata"]["namespace"]:
            continue
        if "podSelector" in peer and not selector_matches(peer["podSelector"], other["labels"]):
            continue
        return True
    return False


def port_selected(ports, target, protocol, number):
    if not ports:
        return True  # 'If this field is empty or missing, this rule matches all ports'
    for port in ports:
        if port.get("protocol", "TCP") != protocol:
            continue
        wanted = port.get("port")
        if wanted is None:
            return True  # 'If this field is not provided, this matches all port names and numbers.'
        if isinstance(wanted, str):
            if target["kind"] == "pod" and any(p["name"] == wanted and p["protocol"] == protocol and p["containerPort"] == number for p in target["ports"]):
                return True
        elif wanted <= number <= port.get("endPort", wanted):
            return True
    return False


def policy_types(spec):
    """'If this field is not specified, it will default based on the existence of ingress or egress rules; policies that contain an
    egress section are assumed to affect egress, and all policies … are assumed to affect ingress.'"""
    return spec.get("policyTypes") or ["Ingress"] + (["Egress"] if spec.get("egress") else [])


def direction_allows(cluster, pod, other, target, direction, protocol, number):
    if pod["hostNetwork"]:
        return True
    section, peers = ("ingress", "from") if direction == "Ingress" else ("egress", "to")
    isolated = False
    for policy in cluster["policies"]:
        spec = policy["spec"]
        if policy["metadata"]["namespace"] != pod["namespace"] or direction not in policy_types(spec) or not selector_matches(spec["podSelector"], pod["labels"]):
            continue
        isolated = True
        for rule in spec.get(section, []):
            if peer_selected(cluster, policy, rule.get(peers, []), other) and port_selected(rule.get("ports", []), target, protocol, number):
                return True
    return not isolated


def allowed(cluster, source, target, protocol, number):
    if source["kind"] == "pod" and target["kind"] == "pod" and source["hostNetwork"] and source["node"] == target["node"]:
        return True  # 'traffic to and from the node where a Pod is running is always allowed'
    if source["kind"] == "pod" and not direction_allows(cluster, source, target, target, "Egress", protocol, number):
        return False
    return target["kind"] != "pod" or direction_allows(cluster, target, source, target, "Ingress", protocol, number)


# ---------------------------------------------------------------- random clusters
def random_selector(r):
    kind = r.random()
    if kind < 0.2:
        return {}
    selector = {}
    if kind < 0.75:
        selector["matchLabels"] = {r.choice("ab"): r.choice("xyz") for _ in range(r.choice([1, 1, 2]))}
    if kind > 0.6:
        operator = r.choice(["In", "NotIn", "Exists", "DoesNotExist"])
        e = {"key": r.choice("abc"), "operator": operator}
        if operator in ("In", "NotIn"):
            e["values"] = sorted(r.sample("xyz", r.choice([1, 2])))
        selector["matchExpressions"] = [e]
    return selector


def random_namespace_selector(r):
    if r.random() < 0.25:
        return {"matchLabels": {"kubernetes.io/metadata.name": r.choice(["n0", "n1", "n2"])}}
    return random_selector(r)


def random_block(r):
    if r.random() < 0.15:
        prefix = r.choice([16, 32, 64])
        network = ipaddress.ip_network((int(ipaddress.ip_address("2001:db8::")) + (r.randrange(4) << 96), prefix), strict=False)
    else:
        base = r.choice(["10.0.0.0", "10.0.1.0", "10.1.0.0", "192.168.0.0", "172.16.0.0", "8.8.8.0", "0.0.0.0", "255.255.255.0"])
        network = ipaddress.ip_network((base, r.choice([0, 1, 8, 12, 16, 22, 24, 29, 32])), strict=False)
    block = {"cidr": str(network)}
    if r.random() < 0.5 and network.prefixlen < network.max_prefixlen:
        longer = min(network.max_prefixlen, network.prefixlen + r.choice([1, 2, 8]))
        start = int(network.network_address) + (r.randrange(1 << (longer - network.prefixlen)) << (network.max_prefixlen - longer))
        block["except"] = [str(ipaddress.ip_network((start, longer)))]
    return block


def random_peer(r):
    kind = r.randrange(10)
    if kind < 3:
        return {"podSelector": random_selector(r)}
    if kind < 5:
        return {"namespaceSelector": random_namespace_selector(r)}
    if kind < 7:
        return {"podSelector": random_selector(r), "namespaceSelector": random_namespace_selector(r)}
    return {"ipBlock": random_block(r)}


def random_port(r):
    port = {}
    if r.random() < 0.8:
        port["protocol"] = r.choice(PROTOCOLS)
    kind = r.random()
    if kind < 0.45:
        port["port"] = r.choice([1, 53, 80, 443, 8080, 65535, r.randrange(1, 65536)])
    elif kind < 0.65:
        port["port"] = r.choice([1, 80, 8000, 30000])
        port["endPort"] = r.choice([p for p in (80, 8080, 32767, 65535) if p >= port["port"]])
    elif kind < 0.9:
        port["port"] = r.choice(["http", "dns", "web"])
    return port


def random_rule(r, peers):
    rule = {}
    if r.random() < 0.8:
        rule[peers] = [random_peer(r) for _ in range(r.choice([0, 1, 1, 2, 3]))]
    if r.random() < 0.7:
        rule["ports"] = [random_port(r) for _ in range(r.choice([0, 1, 1, 2, 3]))]
    return rule


def random_cluster(r):
    cluster = {"namespaces": {}, "pods": [], "policies": [], "objects": []}
    for i in range(3):
        name = f"n{i}"
        labels = {k: r.choice("xyz") for k in "abc" if r.random() < 0.5}
        cluster["objects"].append({"kind": "Namespace", "metadata": {"name": name, "labels": dict(labels)}})
        cluster["namespaces"][name] = dict(labels, **{"kubernetes.io/metadata.name": name})
    for i in range(r.randrange(3, 9)):
        host = r.random() < 0.12
        node = r.randrange(2)
        pod = {"kind": "pod", "namespace": f"n{r.randrange(3)}", "name": f"p{i}", "labels": {k: r.choice("xyz") for k in "abc" if r.random() < 0.6},
               "hostNetwork": host, "node": f"node-{node}", "address": f"192.168.0.{node + 1}" if host else f"10.{r.randrange(2)}.{r.randrange(3)}.{i + 1}",
               "ports": [{"name": name, "protocol": r.choice(PROTOCOLS), "containerPort": r.choice([53, 80, 8080, 9000 + i])}
                         for name in ("http", "dns", "web") if r.random() < 0.6]}
        cluster["pods"].append(pod)
        cluster["objects"].append({"kind": "Pod", "metadata": {"namespace": pod["namespace"], "name": pod["name"], "labels": pod["labels"], "uid": f"u{i}"},
                                   "spec": {"nodeName": pod["node"], "hostNetwork": host, "containers": [{"name": "c", "image": "i", "ports": pod["ports"]}]},
                                   "status": {"phase": "Running", "hostIP": f"192.168.0.{node + 1}", "podIP": pod["address"], "podIPs": [{"ip": pod["address"]}]}})
    # Pods that ended keep their address for a while and take no part.
    cluster["objects"].append({"kind": "Pod", "metadata": {"namespace": "n0", "name": "done", "labels": {"a": "x"}},
                               "spec": {"containers": [{"name": "c", "image": "i"}]}, "status": {"phase": r.choice(["Succeeded", "Failed"])}})
    for i in range(r.randrange(0, 7)):
        spec = {"podSelector": random_selector(r)}
        types = r.choice([None, None, ["Ingress"], ["Egress"], ["Ingress", "Egress"]])
        if types:
            spec["policyTypes"] = types
        for section, peers in (("ingress", "from"), ("egress", "to")):
            if r.random() < 0.7:
                spec[section] = [random_rule(r, peers) for _ in range(r.choice([0, 1, 1, 2]))]
                if r.random() < 0.015:  # a long list, mostly of address blocks
                    spec[section] += [{peers: [{"ipBlock": random_block(r)}, *([random_peer(r)] if r.random() < 0.2 else [])], "ports": [random_port(r)]} for _ in range(36)]
        policy = {"kind": "NetworkPolicy", "metadata": {"namespace": f"n{r.randrange(3)}", "name": f"policy-{i}"}, "spec": spec}
        cluster["policies"].append(policy)
        cluster["objects"].append(policy)
    return cluster


# ---------------------------------------------------------------- what could matter
def numbers_of(value, key=None):
    if isinstance(value, dict):
        for k, v in value.items():
            yield from numbers_of(v, k)
    elif isinstance(value, list):
        for v in value:
            yield from numbers_of(v, key)
    elif isinstance(value, int) and key in ("port", "endPort", "containerPort"):
        yield value


def cidrs_of(policies, section):
    for policy in policies:
        for rule in policy["spec"].get(section, []):
            for peer in rule.get("from", []) + rule.get("to", []):
                block = peer.get("ipBlock")
                if block:
                    yield block["cidr"]
                    yield from block.get("except", [])


def addresses_of(policies, r):
    found = {"0.0.0.0", "255.255.255.255", "1.2.3.4", str(ipaddress.IPv4Address(r.getrandbits(32)))}
    v6 = False
    for cidr in list(cidrs_of(policies, "ingress")) + list(cidrs_of(policies, "egress")):
        network = ipaddress.ip_network(cidr)
        v6 = v6 or network.version == 6
        for edge in (int(network.network_address), int(network.broadcast_address)):
            for near in (edge - 1, edge, edge + 1):
                if 0 <= near < 1 << network.max_prefixlen:
                    found.add(str(ipaddress.ip_address(near)) if network.version == 4 else str(ipaddress.IPv6Address(near)))
    return sorted(found)


# ---------------------------------------------------------------- Bulkhead's list
def parse_connections(text):
    """"TCP 80,8080-8090,UDP 53" → {protocol: [(first, last)]}"""
    if text == "All Connections":
        return {p: [(1, 65535)] for p in PROTOCOLS}
    result, protocol = {}, None
    for part in text.split(","):
        if " " in part:
            protocol, part = part.split(" ")
        first, _, last = part.partition("-")
        result.setdefault(protocol, []).append((int(first), int(last or first)))
    return result


def read_list(program, snapshot):
    done = subprocess.run([program, "net", "connections", "--snapshot", snapshot, "--format", "csv"], capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise SystemExit(f"net connections: exit code {done.returncode}: {done.stderr}")
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert rows[0] == ["src", "dst", "conn"], rows[0]
    pods, into, out_of = {}, [], []
    for source, target, conn in rows[1:]:
        ports = parse_connections(conn)
        if source.endswith("[External]") or target.endswith("[External]"):
            inwards = source.endswith("[External]")
            first, last = (source if inwards else target)[:-len("[External]")].split("-")
            (into if inwards else out_of).append((ipaddress.ip_address(first), ipaddress.ip_address(last), target if inwards else source, ports))
        else:
            pods[source, target] = ports
    return pods, into, out_of


def check(program, cluster, r, folder):
    snapshot = f"{folder}/cluster.tar"
    write_snapshot(snapshot, cluster["objects"])
    pods, into, out_of = read_list(program, snapshot)
    numbers = sorted({n + d for n in list(numbers_of(cluster["policies"])) + [p for pod in cluster["pods"] for p in numbers_of(pod["ports"])] + [1, 65535, 4321]
                      for d in (-1, 0, 1) if 1 <= n + d <= 65535})
    externals = [{"kind": "external", "address": a} for a in addresses_of(cluster["policies"], r)]

    def said(ports, protocol, number):
        return any(first <= number <= last for first, last in ports.get(protocol, []))

    def find(rows, address, peer):
        ip = ipaddress.ip_address(address)
        hits = [ports for first, last, who, ports in rows if who == peer and first.version == ip.version and first <= ip <= last]
        assert len(hits) <= 1, f"{peer}: ranges overlap at {address}"
        return hits[0] if hits else {}

    v6_in = any(ipaddress.ip_network(c).version == 6 for c in cidrs_of(cluster["policies"], "ingress"))
    v6_out = any(ipaddress.ip_network(c).version == 6 for c in cidrs_of(cluster["policies"], "egress"))
    asked = 0
    for pod in cluster["pods"]:
        name = f"{pod['namespace']}/{pod['name']}[Pod]"
        others = [(other, pods.get((name, f"{other['namespace']}/{other['name']}[Pod]"), {}), pod, other) for other in cluster["pods"] if other is not pod]
        for external in externals:
            v6 = ":" in external["address"]
            if not v6 or v6_in:
                others.append((external, find(into, external["address"], name), external, pod))
            if not v6 or v6_out:
                others.append((external, find(out_of, external["address"], name), pod, external))
        for _, ports, source, target in others:
            for protocol in PROTOCOLS:
                for number in numbers:
                    asked += 1
                    expected, got = allowed(cluster, source, target, protocol, number), said(ports, protocol, number)
                    if expected != got:
                        raise SystemExit(f"{source} → {target}\n{protocol} {number}: the API's text says {expected}, Bulkhead {got}\npolicies: {cluster['policies']}\nnamespaces: {cluster['namespaces']}")
    return asked


def main():
    program = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    asked = 0
    with tempfile.TemporaryDirectory() as folder:
        for i in range(count):
            r = random.Random(seed * 1_000_003 + i)
            try:
                asked += check(program, random_cluster(r), r, folder)
            except SystemExit as wrong:
                raise SystemExit(f"set {i} of seed {seed}: {wrong}") from None
    print(f"{count} policy sets, {asked} connections asked, no disagreement (seed {seed})")


if __name__ == "__main__":
    main()
