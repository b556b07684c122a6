"""A cluster of strange but possible objects: make_strange.py FILE.tar [RULES] [UNREAD KIND…] (made by hand; see strange_objects.test)."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from snapshot_file import write_snapshot

LONG = "a" * 63
KEY = ("p" * 59 + ".") * 4 + "q" * 13 + "/" + "k" * 63  # a label key at the API's limits: 253 + 1 + 63
rules = int(sys.argv[2])
objects = [{"kind": "Namespace", "metadata": {"name": "shop", "labels": {KEY: LONG}}}, {"kind": "ServiceAccount", "metadata": {"namespace": "shop", "name": "default"}}]
for name in ("web", "db", "x" * 253):
    objects.append({"kind": "Pod", "metadata": {"namespace": "shop", "name": name, "labels": {"app": name[:63], KEY: LONG},
                                                "ownerReferences": [{"kind": "ReplicaSet", "name": "gone", "uid": "1", "controller": True}] if name == "db" else []},
                    "spec": {"containers": [{"name": "c", "image": "i"}]}, "status": {"phase": "Running", "podIP": f"10.0.0.{len(name) % 250 + 1}"}})
objects += [
    {"kind": "ReplicaSet", "metadata": {"namespace": "shop", "name": "round", "ownerReferences": [{"kind": "ReplicaSet", "name": "round", "uid": "2", "controller": True}]},
     "spec": {"replicas": 1, "selector": {}, "template": {"metadata": {}, "spec": {"containers": []}}}},
    {"kind": "NetworkPolicy", "metadata": {"namespace": "shop", "name": "of-nobody"}, "spec": {"podSelector": {"matchLabels": {"app": "nobody"}}}},
    {"kind": "NetworkPolicy", "metadata": {"namespace": "gone", "name": "nowhere"}, "spec": {"podSelector": {}}},
    {"kind": "NetworkPolicy", "metadata": {"namespace": "shop", "name": "db"}, "spec": {"podSelector": {"matchLabels": {"app": "db", KEY: LONG}}, "ingress": [
        {"from": [{"ipBlock": {"cidr": f"{10 + i // 65536}.{i // 256 % 256}.{i % 256}.0/24"}}, {"podSelector": {"matchLabels": {"app": f"r{i}"}}}]} for i in range(rules)]}},
    {"kind": "NetworkPolicy", "apiVersion": "projectcalico.org/v3", "metadata": {"namespace": "shop", "name": "default.db"}, "spec": {
        "selector": "app == 'web'", "ingress": [{"action": "Deny", "source": {"selector": f"app == 'r{i}'"}} for i in range(rules)] + [{"action": "Allow"}]}},
    {"kind": "NetworkPolicy", "apiVersion": "projectcalico.org/v3", "metadata": {"namespace": "shop", "name": "default.odd"}, "spec": {
        "selector": "app ==", "ingress": [{"action": "Deny"}]}},
    {"kind": "RoleBinding", "metadata": {"namespace": "shop", "name": "to-nothing"}, "roleRef": {"kind": "Role", "name": "gone"}, "subjects": [{"kind": "User", "name": "alice"}]},
    {"kind": "RoleBinding", "metadata": {"namespace": "shop", "name": "of-nothing"}, "roleRef": {"kind": "ClusterRole", "name": "reader"}, "subjects": []},
    {"kind": "ClusterRole", "metadata": {"name": "reader"}, "rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}]},
]
write_snapshot(sys.argv[1], objects, unread=sys.argv[3:])
