"""Writes API objects as a Bulkhead snapshot, so that a test can make a cluster by hand.

The format is the one of docs/snapshot-format.md: a tar of objects/<group>_<version>_<resource>.jsonl and, last, meta.json.
"""
import io
import json
import tarfile

# kind → (group, version, resource)
KINDS = {
    "Namespace": ("", "v1", "namespaces"),
    "Node": ("", "v1", "nodes"),
    "Pod": ("", "v1", "pods"),
    "Service": ("", "v1", "services"),
    "ServiceAccount": ("", "v1", "serviceaccounts"),
    "Deployment": ("apps", "v1", "deployments"),
    "ReplicaSet": ("apps", "v1", "replicasets"),
    "DaemonSet": ("apps", "v1", "daemonsets"),
    "StatefulSet": ("apps", "v1", "statefulsets"),
    "NetworkPolicy": ("networking.k8s.io", "v1", "networkpolicies"),
    "Ingress": ("networking.k8s.io", "v1", "ingresses"),
    "IngressClass": ("networking.k8s.io", "v1", "ingressclasses"),
    "ClusterRole": ("rbac.authorization.k8s.io", "v1", "clusterroles"),
    "ClusterRoleBinding": ("rbac.authorization.k8s.io", "v1", "clusterrolebindings"),
    "Role": ("rbac.authorization.k8s.io", "v1", "roles"),
    "RoleBinding": ("rbac.authorization.k8s.io", "v1", "rolebindings"),
}
# Kinds of add-ons, by the group that the object's apiVersion names; written only where there is such an object.
ADD_ONS = {
    ("policy.networking.k8s.io", "AdminNetworkPolicy"): ("v1alpha1", "adminnetworkpolicies"),
    ("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"): ("v1alpha1", "baselineadminnetworkpolicies"),
    ("policy.networking.k8s.io", "ClusterNetworkPolicy"): ("v1alpha2", "clusternetworkpolicies"),
    ("projectcalico.org", "NetworkPolicy"): ("v3", "networkpolicies"),
    ("projectcalico.org", "GlobalNetworkPolicy"): ("v3", "globalnetworkpolicies"),
    ("projectcalico.org", "Tier"): ("v3", "tiers"),
    ("cilium.io", "CiliumNetworkPolicy"): ("v2", "ciliumnetworkpolicies"),
    ("cilium.io", "CiliumClusterwideNetworkPolicy"): ("v2", "ciliumclusterwidenetworkpolicies"),
}


def write_snapshot(path, objects, server_version="v1.33.13", unread=()):
    """`unread`: kinds whose list is marked forbidden and left out."""
    lists, add_ons = {kind: [] for kind in KINDS}, {}
    for item in objects:
        key = (item.get("apiVersion", "").partition("/")[0], item["kind"])
        (add_ons.setdefault(key, []) if key in ADD_ONS else lists[item["kind"]]).append(item)
    kinds = [(*where, lists[kind], kind in unread) for kind, where in KINDS.items()] + \
            [(key[0], *ADD_ONS[key], items, key[1] in unread) for key, items in sorted(add_ons.items())]
    resources = []
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
        def add(name, data):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))

        for group, version, resource, items, missing in kinds:
            state = "forbidden" if missing else "read"
            items = [] if missing else items
            resources.append({"group": group, "version": version, "resource": resource, "state": state, "count": len(items), "resource_version": "1", "message": ""})
            lines = "".join(json.dumps(dict(item, apiVersion=f"{group}/{version}" if group else version)) + "\n" for item in items)
            add(f"objects/{group or 'core'}_{version}_{resource}.jsonl", lines.encode())
        meta = {"schema": "bulkhead.snapshot/1", "name": "by hand", "source": "api", "server_version": server_version, "platform": "linux/amd64",
                "collected_at": "2026-01-01T00:00:00Z", "collector": "a test", "redacted": False, "torn": False, "resources": resources, "problems": []}
        add("meta.json", json.dumps(meta).encode())
