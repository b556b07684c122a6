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


def write_snapshot(path, objects, server_version="v1.33.13", unread=()):
    """`unread`: kinds whose list is marked forbidden and left out."""
    lists = {kind: [] for kind in KINDS}
    for item in objects:
        lists[item["kind"]].append(item)
    resources = []
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
        def add(name, data):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))

        for kind, (group, version, resource) in KINDS.items():
            state = "forbidden" if kind in unread else "read"
            items = [] if kind in unread else lists[kind]
            resources.append({"group": group, "version": version, "resource": resource, "state": state, "count": len(items), "resource_version": "1", "message": ""})
            lines = "".join(json.dumps(dict(item, apiVersion=f"{group}/{version}" if group else version)) + "\n" for item in items)
            add(f"objects/{group or 'core'}_{version}_{resource}.jsonl", lines.encode())
        meta = {"schema": "bulkhead.snapshot/1", "name": "by hand", "source": "api", "server_version": server_version, "platform": "linux/amd64",
                "collected_at": "2026-01-01T00:00:00Z", "collector": "a test", "redacted": False, "torn": False, "resources": resources, "problems": []}
        add("meta.json", json.dumps(meta).encode())
