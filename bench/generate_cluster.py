#!/usr/bin/env python3
"""Makes a synthetic cluster of realistic shape as a snapshot file, to measure how the program scales.

    generate_cluster.py --pods N -o FILE.tar.zst [--seed S] [--base SNAPSHOT] [--images FILE] [--pods-per-node N]
                        [--policies N] [--bindings N]

The objects look as an API server gives them after its defaulting and controllers: owner references, endpoint slices, template
hashes, projected token volumes. What every cluster has (the server's own roles, bindings, API services, system namespaces) is
taken from --base, a snapshot recorded from a real server (by default the demo's). Workloads use the images of --images
(a JSON object: reference → digest; by default the demo's), so that findings of the demo's database apply.

Shape: about 100 pods a node (--pods-per-node), 40 a namespace, 3 replicas a Deployment, 5 DaemonSets; half of the namespaces have a
default-deny policy and allowances; a dozen operators have wide rights. --policies and --bindings set how many
NetworkPolicies and bindings there are, spread over the namespaces.

What makes it like a real cluster, and not a thousand copies of the worst case:
- applications run application images, most of them one with few known flaws; the images of control-plane and node software run
  where such software runs, and nowhere else;
- one web tier in three has an Ingress of its own, the others are reached from inside;
- what Pod Security would refuse in a namespace is not in it: dangerous pods (3 %) stand only where no level is enforced, and
  pods of a restricted namespace meet that level;
- who may create pods is who deploys: about one workload in a hundred.
The same arguments give the same bytes. Needs python3 ≥ 3.11 and the program zstd.
"""
import argparse
import io
import json
import pathlib
import random
import subprocess
import sys
import tarfile

HERE = pathlib.Path(__file__).resolve().parent
TIME = "2026-11-24T00:00:00Z"
KERNELS = [("6.12.102-flatcar", "Flatcar Container Linux by Kinvolk 4593.2.5 (Oklo)", "containerd://2.1.5"),
           ("6.1.85-flatcar", "Flatcar Container Linux by Kinvolk 3815.2.2 (Oklo)", "containerd://1.7.13"),
           ("5.15.0-105-generic", "Ubuntu 22.04.4 LTS", "containerd://1.7.2"),
           ("6.1.0-18-cloud-amd64", "Debian GNU/Linux 12 (bookworm)", "containerd://1.6.20")]
TIERS = ["web", "api", "worker", "cache", "db", "queue", "auth", "search", "billing", "report", "gateway", "sync"]
PORTS = {"web": 8080, "api": 8081, "cache": 6379, "db": 5432, "queue": 5672, "auth": 8443, "search": 9200, "gateway": 8000}
# Application images of --images by how often they run: most teams rebuild on a current base, a few do not.
APPLICATIONS = [("shop/orders:", 60), ("shop/web:", 12), ("shop/api:", 12), ("orders-db:", 8), ("payments/gateway:", 5), ("payments/ledger:", 2), ("ci/runner:", 1)]
TOKEN_MOUNT = {"name": "kube-api-access", "readOnly": True, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}
TOKEN_VOLUME = {"name": "kube-api-access", "projected": {"sources": [
    {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
    {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}}], "defaultMode": 420}}


class Cluster:
    def __init__(self, rng, base, images):
        self.rng = rng
        self.objects = {path: list(lines) for path, lines in base.items()}
        self.images = sorted(images.items())
        self.applications = [(row, weight) for row in self.images for part, weight in APPLICATIONS if part in row[0]] or [(row, 1) for row in self.images]
        self.level = {}  # Pod Security level that a namespace enforces
        self.next_address = 0
        self.nodes = []
        self.node_number = {}
        self.load = {}
        self.pods = 0
        self.deferred = []

    def add(self, group, version, resource, api_version, kind, name, namespace=None, labels=None, owner=None, **fields):
        path = f"{group or 'core'}_{version}_{resource}"
        rows = self.objects.setdefault(path, [])
        metadata = {"name": name, "uid": self.uid(), "resourceVersion": str(1000 + len(rows)), "creationTimestamp": TIME}
        if namespace:
            metadata["namespace"] = namespace
        if labels:
            metadata["labels"] = labels
        if owner:
            metadata["ownerReferences"] = [{"apiVersion": owner[0], "kind": owner[1], "name": owner[2], "uid": owner[3],
                                            "controller": True, "blockOwnerDeletion": True}]
        annotations = fields.pop("annotations", None)
        if annotations:
            metadata["annotations"] = annotations
        rows.append({"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields})
        return metadata["uid"]

    def uid(self):
        bits = f"{self.rng.getrandbits(128):032x}"
        return f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-8{bits[17:20]}-{bits[20:]}"

    def hash(self, length=10):
        return "".join(self.rng.choice("bcdfghjklmnpqrstvwxz2456789") for _ in range(length))

    def address(self):
        self.next_address += 1
        n = self.next_address
        return f"10.{128 + (n >> 16)}.{n >> 8 & 255}.{n & 255}"

    def node_for(self, tolerant=False):
        names = self.nodes if tolerant else self.workers
        name = min(self.rng.sample(names, min(3, len(names))), key=lambda n: self.load[n])
        self.load[name] += 1
        return name


def node(cluster, name, control, rng):
    kernel, image, runtime = rng.choices(KERNELS, [5, 2, 2, 1])[0]
    labels = {"kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux", "kubernetes.io/hostname": name,
              "topology.kubernetes.io/zone": rng.choice(["a", "b", "c"])}
    spec = {"podCIDR": "10.128.0.0/24"}
    if control:
        labels["node-role.kubernetes.io/control-plane"] = ""
        spec["taints"] = [{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}]
    index = len(cluster.nodes)
    cluster.add("", "v1", "nodes", "v1", "Node", name, labels=labels, spec=spec, status={
        "capacity": {"cpu": "16", "memory": "64Gi", "pods": "150"}, "allocatable": {"cpu": "15", "memory": "60Gi", "pods": "150"},
        "conditions": [{"type": "Ready", "status": "True", "lastHeartbeatTime": TIME, "lastTransitionTime": TIME}],
        "addresses": [{"type": "InternalIP", "address": f"10.20.{index >> 8}.{index & 255}"}, {"type": "Hostname", "address": name}],
        "nodeInfo": {"machineID": f"{rng.getrandbits(128):032x}", "kernelVersion": kernel, "osImage": image, "containerRuntimeVersion": runtime,
                     "kubeletVersion": "v1.33.13", "kubeProxyVersion": "v1.33.13", "operatingSystem": "linux", "architecture": "amd64"}})
    cluster.node_number[name] = index
    cluster.nodes.append(name)
    cluster.load[name] = 0


def security(rng, danger, level=None):
    """(pod securityContext, container securityContext, pod fields, volumes, mounts)"""
    danger = danger and level in (None, "privileged")
    if danger:
        kind = rng.choice(["privileged", "host_path", "socket", "host_network", "sys_admin"])
        if kind == "privileged":
            return {}, {"privileged": True}, {}, [], []
        if kind == "host_path":
            path = rng.choice(["/", "/var/log", "/var/lib/kubelet", "/etc"])
            return {}, {}, {}, [{"name": "host", "hostPath": {"path": path, "type": ""}}], [{"name": "host", "mountPath": "/host"}]
        if kind == "socket":
            path = "/run/containerd/containerd.sock"
            return {}, {"runAsUser": 0}, {}, [{"name": "runtime", "hostPath": {"path": path, "type": "Socket"}}], [{"name": "runtime", "mountPath": path}]
        if kind == "host_network":
            return {}, {}, {"hostNetwork": True, "hostPID": rng.random() < 0.5}, [], []
        return {}, {"capabilities": {"add": ["SYS_ADMIN"]}}, {}, [], []
    roll = 0 if level == "restricted" else rng.random()
    if roll < 0.5:
        return ({"runAsNonRoot": True, "runAsUser": 10001, "seccompProfile": {"type": "RuntimeDefault"}},
                {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}, {}, [], [])
    if roll < 0.65:
        return {"runAsUser": 1000}, {"allowPrivilegeEscalation": False}, {}, [], []
    return {}, {"runAsUser": 0} if roll > 0.92 else {}, {}, [], []


def template(cluster, rng, name, account, labels, danger=False, level=None):
    own = [row for row in cluster.images if f"/{name}:" in row[0]]  # calico-node, kube-proxy, … run their own image
    applications, weights = zip(*cluster.applications)
    image, digest = rng.choice(own) if own else rng.choices(applications, weights)[0]
    pod_context, context, fields, volumes, mounts = security(rng, danger, level)
    container = {"name": name, "image": image, "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}}, "imagePullPolicy": "IfNotPresent",
                 "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File", "securityContext": context}
    tier = name.split("-")[0]
    if tier in PORTS:
        container["ports"] = [{"name": "main", "containerPort": PORTS[tier], "protocol": "TCP"}]
    if rng.random() < 0.4:
        container["env"] = [{"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": f"{name}-credentials", "key": "password"}}},
                            {"name": "LEVEL", "value": "info"}]
    if rng.random() < 0.3:
        volumes = volumes + [{"name": "secret", "secret": {"secretName": f"{name}-tls", "defaultMode": 420}}]
        mounts = mounts + [{"name": "secret", "readOnly": True, "mountPath": "/etc/tls"}]
    if rng.random() < 0.7:  # the token is mounted unless somebody turned it off
        volumes, mounts = volumes + [TOKEN_VOLUME], mounts + [TOKEN_MOUNT]
    else:
        fields = dict(fields, automountServiceAccountToken=False)
    if mounts:
        container["volumeMounts"] = mounts
    spec = {"containers": [container], "restartPolicy": "Always", "terminationGracePeriodSeconds": 30, "dnsPolicy": "ClusterFirst",
            "serviceAccountName": account, "serviceAccount": account, "securityContext": pod_context, "schedulerName": "default-scheduler", **fields}
    if volumes:
        spec["volumes"] = volumes
    return {"metadata": {"labels": labels}, "spec": spec}, digest


def pod(cluster, namespace, name, made, digest, owner, on_node):
    spec = dict(made["spec"], nodeName=on_node, priority=0, enableServiceLinks=True, preemptionPolicy="PreemptLowerPriority", tolerations=[
        {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300},
        {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}])
    index = cluster.node_number[on_node]
    host = f"10.20.{index >> 8}.{index & 255}"
    address = host if spec.get("hostNetwork") else cluster.address()
    container = spec["containers"][0]
    repository = container["image"].rsplit(":", 1)[0]
    uid = cluster.add("", "v1", "pods", "v1", "Pod", name, namespace, made["metadata"]["labels"], owner, spec=spec, status={
        "phase": "Running", "conditions": [{"type": "Ready", "status": "True", "lastProbeTime": None, "lastTransitionTime": TIME}], "hostIP": host,
        "podIP": address, "podIPs": [{"ip": address}], "startTime": TIME, "qosClass": "Burstable", "containerStatuses": [
            {"name": container["name"], "state": {"running": {"startedAt": TIME}}, "lastState": {}, "ready": True, "restartCount": 0, "started": True,
             "image": container["image"], "imageID": f"{repository}@{digest}", "containerID": f"containerd://{cluster.rng.getrandbits(256):064x}"}]})
    cluster.pods += 1
    return {"addresses": [address], "conditions": {"ready": True, "serving": True, "terminating": False},
            "targetRef": {"kind": "Pod", "namespace": namespace, "name": name, "uid": uid}, "nodeName": on_node}


def deployment(cluster, rng, namespace, name, account, replicas):
    labels = {"app": name, "tier": name.split("-")[0]}
    made, digest = template(cluster, rng, name, account, labels, rng.random() < 0.03, cluster.level.get(namespace))
    uid = cluster.add("apps", "v1", "deployments", "apps/v1", "Deployment", name, namespace, labels, annotations={"deployment.kubernetes.io/revision": "3"},
                      spec={"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": made, "strategy": {"type": "RollingUpdate"}},
                      status={"replicas": replicas, "readyReplicas": replicas, "availableReplicas": replicas})
    endpoints = []
    for revision in (1, 2, 3):  # two old revisions kept, as the controller does
        mark = cluster.hash()
        marked = {"metadata": {"labels": dict(labels, **{"pod-template-hash": mark})}, "spec": made["spec"]}
        count = replicas if revision == 3 else 0
        set_uid = cluster.add("apps", "v1", "replicasets", "apps/v1", "ReplicaSet", f"{name}-{mark}", namespace, marked["metadata"]["labels"],
                              ("apps/v1", "Deployment", name, uid), annotations={"deployment.kubernetes.io/revision": str(revision)},
                              spec={"replicas": count, "selector": {"matchLabels": marked["metadata"]["labels"]}, "template": marked},
                              status={"replicas": count})
        for _ in range(count):
            endpoints.append(pod(cluster, namespace, f"{name}-{mark}-{cluster.hash(5)}", marked, digest,
                                 ("apps/v1", "ReplicaSet", f"{name}-{mark}", set_uid), cluster.node_for()))
    tier = name.split("-")[0]
    if tier not in PORTS:
        return
    port = {"name": "main", "protocol": "TCP", "port": 80 if tier == "web" else PORTS[tier], "targetPort": "main"}
    kind = "LoadBalancer" if rng.random() < 0.02 else "NodePort" if rng.random() < 0.03 else "ClusterIP"
    if kind != "ClusterIP":
        port["nodePort"] = 30000 + rng.randrange(2767)
    service = cluster.add("", "v1", "services", "v1", "Service", name, namespace, labels, spec={
        "ports": [port], "selector": {"app": name}, "clusterIP": cluster.address(), "type": kind, "sessionAffinity": "None"},
        status={"loadBalancer": {"ingress": [{"ip": "203.0.113.7"}]} if kind == "LoadBalancer" else {}})
    cluster.add("discovery.k8s.io", "v1", "endpointslices", "discovery.k8s.io/v1", "EndpointSlice", f"{name}-{cluster.hash(5)}", namespace,
                {"kubernetes.io/service-name": name}, ("v1", "Service", name, service), addressType="IPv4", endpoints=endpoints,
                ports=[{"name": "main", "protocol": "TCP", "port": PORTS[tier]}])
    if tier in ("web", "gateway") and rng.random() < 0.33:
        cluster.add("networking.k8s.io", "v1", "ingresses", "networking.k8s.io/v1", "Ingress", name, namespace, spec={
            "ingressClassName": "nginx", "rules": [{"host": f"{name}.{namespace}.example", "http": {"paths": [
                {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": name, "port": {"name": "main"}}}}]}}]}, status={"loadBalancer": {}})


def recorded_deployment(cluster, recorded):
    """A deployment of --base (CoreDNS, the ingress controller) with pods on this cluster's nodes."""
    meta, spec = recorded["metadata"], recorded["spec"]
    namespace, name, mark = meta["namespace"], meta["name"], cluster.hash()
    labels = dict(spec["template"]["metadata"]["labels"], **{"pod-template-hash": mark})
    marked = {"metadata": {"labels": labels}, "spec": spec["template"]["spec"]}
    container = marked["spec"]["containers"][0]
    digest = dict(cluster.images).get(container["image"], "sha256:" + "0" * 64)
    numbers = {port["name"]: port["containerPort"] for port in container.get("ports", [])}
    uid = cluster.add("apps", "v1", "replicasets", "apps/v1", "ReplicaSet", f"{name}-{mark}", namespace, labels,
                      ("apps/v1", "Deployment", name, meta["uid"]), spec={"replicas": spec["replicas"], "selector": {"matchLabels": labels},
                                                                          "template": marked}, status={"replicas": spec["replicas"]})
    endpoints = [pod(cluster, namespace, f"{name}-{mark}-{cluster.hash(5)}", marked, digest, ("apps/v1", "ReplicaSet", f"{name}-{mark}", uid),
                     cluster.node_for()) for _ in range(spec["replicas"])]
    for service in list(cluster.objects["core_v1_services"]):
        selector = service["spec"].get("selector")
        if service["metadata"]["namespace"] == namespace and selector and selector.items() <= labels.items():
            owner = service["metadata"]
            cluster.add("discovery.k8s.io", "v1", "endpointslices", "discovery.k8s.io/v1", "EndpointSlice", f"{owner['name']}-{cluster.hash(5)}", namespace,
                        {"kubernetes.io/service-name": owner["name"]}, ("v1", "Service", owner["name"], owner["uid"]), addressType="IPv4",
                        endpoints=endpoints, ports=[{"name": port["name"], "protocol": port["protocol"], "port": numbers.get(port["targetPort"], port["targetPort"])} for port in service["spec"]["ports"]])


def daemon_set(cluster, rng, namespace, name, account, danger, labels=None):
    labels = labels or {"k8s-app": name}
    made, digest = template(cluster, rng, name, account, labels, danger)
    if name in ("calico-node", "kube-proxy", "node-exporter"):
        made["spec"]["hostNetwork"] = True
    uid = cluster.add("apps", "v1", "daemonsets", "apps/v1", "DaemonSet", name, namespace, labels,
                      spec={"selector": {"matchLabels": labels}, "template": made}, status={"numberReady": len(cluster.nodes)})
    for on_node in cluster.nodes:
        cluster.load[on_node] += 1
        pod(cluster, namespace, f"{name}-{cluster.hash(5)}", made, digest, ("apps/v1", "DaemonSet", name, uid), on_node)


def static_pods(cluster, rng):
    """The control plane, as kubeadm lays it: mirror pods owned by their node."""
    for on_node in cluster.nodes:
        if not on_node.startswith("control-"):
            continue
        owner = next(o["metadata"] for o in cluster.objects["core_v1_nodes"] if o["metadata"]["name"] == on_node)
        for name in ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"):
            made, digest = template(cluster, rng, name, "default", {"component": name, "tier": "control-plane"})
            made["spec"].update(hostNetwork=True, automountServiceAccountToken=False, volumes=[{"name": "pki", "hostPath": {"path": "/etc/kubernetes/pki"}}])
            made["spec"]["containers"][0]["volumeMounts"] = [{"name": "pki", "readOnly": True, "mountPath": "/etc/kubernetes/pki"}]
            pod(cluster, "kube-system", f"{name}-{on_node}", made, digest, ("v1", "Node", on_node, owner["uid"]), on_node)


def account(cluster, name, namespace):
    have = cluster.objects.get("core_v1_serviceaccounts", []) if namespace == "kube-system" else []
    if namespace == "kube-system" and any(o["metadata"]["name"] == name and o["metadata"]["namespace"] == namespace for o in have):
        return name  # recorded with --base
    cluster.add("", "v1", "serviceaccounts", "v1", "ServiceAccount", name, namespace)
    return name


def bind(cluster, kind, name, role_kind, role, subject, namespace=None):
    cluster.add("rbac.authorization.k8s.io", "v1", "clusterrolebindings" if kind == "ClusterRoleBinding" else "rolebindings",
                "rbac.authorization.k8s.io/v1", kind, name, namespace, subjects=[{"kind": "ServiceAccount", "name": subject[1], "namespace": subject[0]}],
                roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": role_kind, "name": role})


def operators(cluster, rng):
    """What a platform team installs: each in its namespace, with the rights such programs usually ask for."""
    rules = {"cert-manager": [(["get", "list", "watch", "create", "update"], [""], ["secrets"])],
             "argocd": [(["*"], ["*"], ["*"])],
             "prometheus": [(["get", "list", "watch"], [""], ["nodes", "nodes/proxy", "services", "endpoints", "pods"])],
             "external-secrets": [(["get", "list", "watch", "create", "update", "patch"], [""], ["secrets"])],
             "keda": [(["get", "list", "watch", "update"], ["apps"], ["deployments", "deployments/scale"])],
             "velero": [(["*"], ["*"], ["*"])],
             "kyverno": [(["get", "list", "watch"], ["*"], ["*"])],
             "descheduler": [(["get", "list", "watch"], [""], ["pods", "nodes"]), (["create"], [""], ["pods/eviction"])],
             "tekton": [(["create", "delete", "get", "list"], [""], ["pods"]), (["create"], [""], ["pods/exec"])],
             "cluster-autoscaler": [(["get", "list", "watch", "update", "patch"], [""], ["nodes", "pods"])],
             "external-dns": [(["get", "list", "watch"], ["", "networking.k8s.io"], ["services", "ingresses"])],
             "metrics-server": [(["get", "list", "watch"], [""], ["nodes", "nodes/metrics", "pods"])]}
    for name, rows in rules.items():
        namespace(cluster, name, "privileged")
        account(cluster, name, name)
        cluster.add("rbac.authorization.k8s.io", "v1", "clusterroles", "rbac.authorization.k8s.io/v1", "ClusterRole", f"{name}-controller",
                    rules=[{"verbs": verbs, "apiGroups": groups, "resources": resources} for verbs, groups, resources in rows])
        bind(cluster, "ClusterRoleBinding", f"{name}-controller", "ClusterRole", f"{name}-controller", (name, name))
        deployment(cluster, rng, name, f"{name}-controller", name, rng.choice([1, 1, 2]))
    namespace(cluster, "node-agents", "privileged")
    for name, danger in (("log-agent", True), ("node-exporter", False), ("csi-node", True)):
        account(cluster, name, "node-agents")
        daemon_set(cluster, rng, "node-agents", name, name, danger)


def namespace(cluster, name, level):
    labels = {"kubernetes.io/metadata.name": name}
    cluster.level[name] = level
    if level:
        labels["pod-security.kubernetes.io/enforce"] = level
    cluster.add("", "v1", "namespaces", "v1", "Namespace", name, labels=labels, spec={"finalizers": ["kubernetes"]}, status={"phase": "Active"})
    account(cluster, "default", name)


def policies(cluster, rng, name):
    api = "networking.k8s.io/v1"
    cluster.add("networking.k8s.io", "v1", "networkpolicies", api, "NetworkPolicy", "default-deny", name,
                spec={"podSelector": {}, "policyTypes": ["Ingress", "Egress"]})
    cluster.add("networking.k8s.io", "v1", "networkpolicies", api, "NetworkPolicy", "allow-dns", name, spec={
        "podSelector": {}, "policyTypes": ["Egress"], "egress": [
            {"to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}], "ports": [{"protocol": "UDP", "port": 53}]}]})
    for source, target in (("web", "api"), ("api", "db"), ("api", "cache"), ("worker", "queue"), ("gateway", "web")):
        cluster.add("networking.k8s.io", "v1", "networkpolicies", api, "NetworkPolicy", f"{source}-to-{target}", name, spec={
            "podSelector": {"matchLabels": {"tier": target}}, "policyTypes": ["Ingress"],
            "ingress": [{"from": [{"podSelector": {"matchLabels": {"tier": source}}}], "ports": [{"protocol": "TCP", "port": PORTS[target]}]}]})
        cluster.add("networking.k8s.io", "v1", "networkpolicies", api, "NetworkPolicy", f"{source}-from-{target}", name, spec={
            "podSelector": {"matchLabels": {"tier": source}}, "policyTypes": ["Egress"],
            "egress": [{"to": [{"podSelector": {"matchLabels": {"tier": target}}}], "ports": [{"protocol": "TCP", "port": PORTS[target]}]}]})
    cluster.add("networking.k8s.io", "v1", "networkpolicies", api, "NetworkPolicy", "allow-ingress-controller", name, spec={
        "podSelector": {"matchExpressions": [{"key": "tier", "operator": "In", "values": ["web", "gateway"]}]}, "policyTypes": ["Ingress"],
        "ingress": [{"from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}}]}]})


def team(cluster, rng, index, limit, policies_wanted):
    """One namespace of an application team."""
    name = f"team-{index:03d}"
    namespace(cluster, name, rng.choice([None, None, "baseline", "restricted", "privileged"]))
    if rng.random() < 0.5 and (not policies_wanted or len(cluster.objects["networking.k8s.io_v1_networkpolicies"]) < policies_wanted):
        policies(cluster, rng, name)
    cluster.add("rbac.authorization.k8s.io", "v1", "roles", "rbac.authorization.k8s.io/v1", "Role", "reader", name,
                rules=[{"verbs": ["get", "list", "watch"], "apiGroups": [""], "resources": ["configmaps", "pods"]}])
    cluster.add("rbac.authorization.k8s.io", "v1", "roles", "rbac.authorization.k8s.io/v1", "Role", "deployer", name,
                rules=[{"verbs": ["*"], "apiGroups": ["", "apps"], "resources": ["pods", "deployments", "secrets"]}])
    for number, tier in enumerate(rng.choices(TIERS, k=rng.randrange(9, 17))):
        if cluster.pods >= limit:
            return
        workload = f"{tier}-{number}"
        used = "default"
        if rng.random() < 0.6:
            used = account(cluster, workload, name)
            if rng.random() < 0.3:
                role = "deployer" if rng.random() < 0.06 else "reader"
                bind(cluster, "RoleBinding", f"{workload}-{role}", "Role", role, (name, workload), name)
        deployment(cluster, rng, name, workload, used, min(rng.choice([1, 2, 2, 3, 3, 3, 4, 6]), limit - cluster.pods))


def fill(cluster, rng, teams, policies_wanted, bindings_wanted):
    """More policies (another namespace's workers may reach one tier) and bindings (accounts that read), up to a number."""
    have = len(cluster.objects["networking.k8s.io_v1_networkpolicies"])
    for number in range(have, policies_wanted):
        target, source = rng.randrange(teams), rng.randrange(teams)
        cluster.add("networking.k8s.io", "v1", "networkpolicies", "networking.k8s.io/v1", "NetworkPolicy", f"from-team-{source:03d}-{number}",
                    f"team-{target:03d}", spec={"podSelector": {"matchLabels": {"tier": rng.choice(TIERS)}}, "policyTypes": ["Ingress"], "ingress": [
                        {"from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": f"team-{source:03d}"}},
                                   "podSelector": {"matchLabels": {"tier": "worker"}}}], "ports": [{"protocol": "TCP", "port": 8080}]}]})
    have = sum(len(cluster.objects[f"rbac.authorization.k8s.io_v1_{kind}"]) for kind in ("rolebindings", "clusterrolebindings"))
    for number in range(have, bindings_wanted):
        team = f"team-{rng.randrange(teams):03d}"
        bind(cluster, "RoleBinding", f"reader-{number}", "Role", "reader", (team, account(cluster, f"reader-{number}", team)), team)


def read_snapshot(path):
    """Objects by file, and meta.json."""
    data = subprocess.run(["zstd", "-dc", str(path)], stdout=subprocess.PIPE, check=True).stdout
    objects, meta = {}, None
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for entry in tar:
            text = tar.extractfile(entry).read().decode()
            if entry.name == "meta.json":
                meta = json.loads(text)
            elif entry.name.startswith("objects/"):
                objects[entry.name[len("objects/"):-len(".jsonl")]] = [json.loads(line) for line in text.splitlines()]
    return objects, meta


def write_snapshot(path, objects, meta):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        def put(name, data):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o600
            tar.addfile(entry, io.BytesIO(data))
        for name in sorted(objects):
            rows = sorted(objects[name], key=lambda o: (o["metadata"].get("namespace", ""), o["metadata"]["name"]))
            put(f"objects/{name}.jsonl", "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows).encode())
        put("meta.json", (json.dumps(meta, indent=2) + "\n").encode())
    subprocess.run(["zstd", "-q", "-f", "-3", "-o", str(path)], input=buffer.getvalue(), check=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pods", type=int, required=True)
    parser.add_argument("-o", "--output", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pods-per-node", type=int, default=100)
    parser.add_argument("--policies", type=int, default=0)
    parser.add_argument("--bindings", type=int, default=0)
    parser.add_argument("--base", default=HERE.parent / "demo/shop.snapshot.tar.zst")
    parser.add_argument("--images", default=HERE.parent / "demo/images/digests.json")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    base, meta = read_snapshot(options.base)
    kept = {"default", "kube-system", "kube-public", "kube-node-lease", "ingress-nginx", None}
    workloads = {"core_v1_nodes", "core_v1_pods", "apps_v1_replicasets", "apps_v1_daemonsets", "apps_v1_statefulsets",
                 "discovery.k8s.io_v1_endpointslices", "batch_v1_jobs", "batch_v1_cronjobs", "core_v1_persistentvolumes"}
    base = {name: [o for o in rows if o["metadata"].get("namespace") in kept and
                   (not name.endswith("namespaces") or o["metadata"]["name"] in kept)] if name not in workloads else []
            for name, rows in base.items()}
    cluster = Cluster(rng, base, json.loads(pathlib.Path(options.images).read_text()))
    for number in range(max(1, -(-options.pods // options.pods_per_node))):
        node(cluster, f"worker-{number}", False, rng)
    cluster.workers = list(cluster.nodes)
    for number in range(3):
        node(cluster, f"control-{number}", True, rng)
    operators(cluster, rng)
    daemon_set(cluster, rng, "kube-system", "kube-proxy", "kube-proxy", True)
    account(cluster, "calico-node", "kube-system")
    daemon_set(cluster, rng, "kube-system", "calico-node", "calico-node", True)
    static_pods(cluster, rng)
    for recorded in list(cluster.objects["apps_v1_deployments"]):
        if recorded["metadata"]["namespace"] in kept:
            recorded_deployment(cluster, recorded)
    index = 0
    while cluster.pods < options.pods:
        team(cluster, rng, index, options.pods, options.policies)
        index += 1
    fill(cluster, rng, index, options.policies, options.bindings)
    for row in meta["resources"]:
        name = f"{row['group'] or 'core'}_{row['version']}_{row['resource']}"
        if row["state"] == "read":
            row["count"] = len(cluster.objects.get(name, []))
    meta.update(name=f"synthetic-{options.pods}", collected_at=TIME)
    write_snapshot(options.output, cluster.objects, meta)
    total = sum(len(rows) for rows in cluster.objects.values())
    print(f"{options.output}: {cluster.pods} pods, {len(cluster.nodes)} nodes, {index} team namespaces, {total} objects", file=sys.stderr)


if __name__ == "__main__":
    main()
