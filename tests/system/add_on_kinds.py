#!/usr/bin/env python3
"""Kinds of add-ons as a real API server serves them: one group with kinds of different versions, one kind in three groups.

Makes CustomResourceDefinitions named as those of the Gateway API (HTTPRoute in v1, TCPRoute in v1alpha2 only), of Calico's two groups and
of AdminNetworkPolicy, with an object each; records the cluster; every kind must be read whole, and its object mean what it says.
"""
import json
import os
import subprocess
import sys
import tarfile
import time
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "cluster"))
import api as cluster_api

KINDS = [("gateway.networking.k8s.io", ["v1", "v1beta1"], "httproutes", "HTTPRoute", True), ("gateway.networking.k8s.io", ["v1alpha2"], "tcproutes", "TCPRoute", True),
         ("projectcalico.org", ["v3"], "networkpolicies", "NetworkPolicy", True), ("crd.projectcalico.org", ["v1"], "networkpolicies", "NetworkPolicy", True),
         ("policy.networking.k8s.io", ["v1alpha1"], "adminnetworkpolicies", "AdminNetworkPolicy", False)]


def main():
    api = cluster_api.start("api")
    try:
        for group, versions, plural, kind, namespaced in KINDS:
            schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
            meta = {"name": f"{plural}.{group}", "annotations": {"api-approved.kubernetes.io": "unapproved, a test"}}
            api.make("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {"metadata": meta, "spec": {
                "group": group, "scope": "Namespaced" if namespaced else "Cluster", "names": {"plural": plural, "singular": kind.lower(), "kind": kind, "listKind": kind + "List"},
                "versions": [{"name": v, "served": True, "storage": v == versions[0], "schema": schema} for v in versions]}})
        for group, versions, plural, kind, namespaced in KINDS:
            spec = {"priority": 1, "subject": {"namespaces": {}}, "ingress": [{"action": "Deny", "from": [{"namespaces": {}}]}]} if not namespaced else \
                {"selector": "app == 'a'", "types": ["Ingress"]} if kind == "NetworkPolicy" else {"parentRefs": [{"name": "gone"}]}
            path = f"/apis/{group}/{versions[0]}/{'namespaces/default/' if namespaced else ''}{plural}"
            for _ in range(60):
                status, answer = api.ask("POST", path, {"apiVersion": f"{group}/{versions[0]}", "kind": kind, "metadata": {"name": "one"}, "spec": spec})
                if status == 201:
                    break
                time.sleep(0.5)
            assert status == 201, answer
        time.sleep(1)
        subprocess.run([os.environ["BULKHEAD"], "snapshot", "--kubeconfig", f"{os.environ['BULKHEAD_CLUSTER']}/admin.kubeconfig", "-o", "c.tar.zst"], check=True)
    finally:
        cluster_api.stop()
    plain = subprocess.run(["zstd", "-dc", "c.tar.zst"], check=True, capture_output=True).stdout
    pathlib.Path("c.tar").write_bytes(plain)
    with tarfile.open("c.tar") as tar:
        meta = json.load(tar.extractfile("meta.json"))
    wrong = 0
    for group, versions, plural, kind, _ in KINDS:
        found = [r for r in meta["resources"] if r["group"] == group and r["resource"] == plural]
        good = len(found) == 1 and found[0]["state"] == "read" and found[0]["count"] == 1 and found[0]["version"] == versions[0]
        wrong += not good
        print(f"{'read' if good else 'WRONG'}: {plural}.{group}: {found}")
    said = json.loads(subprocess.run([os.environ["BULKHEAD"], "net", "connections", "--snapshot", "c.tar.zst", "--format", "json"], check=True, capture_output=True, text=True).stdout)
    kinds = [e["policies"] for e in said["enforcement"]]
    wrong += kinds != ["AdminNetworkPolicies", "Calico's policies"]
    print(f"policies: {kinds}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
