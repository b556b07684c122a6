"""make_cluster.py FILE [KIND…]: two pods, one policy, one binding; the lists of the KINDs are marked forbidden."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from snapshot_file import write_snapshot


def pod(name):
    return {"kind": "Pod", "metadata": {"namespace": "shop", "name": name, "labels": {"app": name}}, "spec": {"containers": [{"name": "c", "image": "i"}]}, "status": {"phase": "Running"}}


write_snapshot(sys.argv[1], [
    {"kind": "Namespace", "metadata": {"name": "shop"}}, pod("web"), pod("db"),
    {"kind": "NetworkPolicy", "metadata": {"namespace": "shop", "name": "db"}, "spec": {"podSelector": {"matchLabels": {"app": "db"}}, "policyTypes": ["Ingress"]}},
    {"kind": "ClusterRole", "metadata": {"name": "all"}, "rules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}]},
    {"kind": "ClusterRoleBinding", "metadata": {"name": "admins"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "all"},
     "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "alice"}]},
], unread=sys.argv[2:])
