#!/usr/bin/env python3
"""src/kube/testdata/manifests/server.json is what a real API server makes of objects.yaml today.

The unit test ManifestDefaults holds Bulkhead's own defaults against that file; this test holds the file against a server.
`manifest_defaults.py --record` writes it anew. $KUBECONFIG_OF_A_CLUSTER uses a running cluster instead of one of its own.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent.parent / "src/kube/testdata/manifests"
# The server's own choice each time, and read by nobody here.
RANDOM = {"uid", "creationTimestamp", "resourceVersion", "managedFields", "lastPhaseTransitionTime", "clusterIP", "clusterIPs", "deletionTimestamp"}


def settled(value):
    if isinstance(value, dict):
        return {k: settled(v) for k, v in value.items() if k not in RANDOM and k != "kubectl.kubernetes.io/last-applied-configuration"}
    if isinstance(value, list):
        return [settled(v) for v in value]
    return re.sub(r"^kube-api-access-[a-z0-9]{5}$", "kube-api-access", value) if isinstance(value, str) else value


def main():
    own = os.environ.get("KUBECONFIG_OF_A_CLUSTER")
    if not own and not os.environ.get("BULKHEAD_KUBE"):
        print("no server programs")
        return 77
    if not own and subprocess.run([HERE / "cluster/up.sh", os.environ["BULKHEAD_KUBE"], "ctl"]).returncode:
        return 1
    kubectl = ["kubectl", "--kubeconfig", own] if own else [HERE / "cluster/kubectl"]

    def run(*arguments, text=None):
        done = subprocess.run([*kubectl, *arguments], input=text, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"kubectl {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    documents = (DATA / "objects.yaml").read_text().split("\n---\n")
    # What admission of the others looks at must be there; the rest is only tried.
    first = [d for d in documents if re.search(r"^kind: (Namespace|ServiceAccount)$", d, re.M)]
    for document in first:
        run("apply", "-f", "-", text=document)
    for _ in range(100):
        if subprocess.run([*kubectl, "-n", "defaults", "get", "serviceaccount", "default"], capture_output=True).returncode == 0:
            break
        time.sleep(0.2)
    items = []
    for document in documents:
        verb = "apply" if document in first else "create"
        items.append(settled(json.loads(run(verb, "--dry-run=server", "-o", "json", "-f", "-", text=document))))
    found = json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=1, sort_keys=True) + "\n"
    if "--record" in sys.argv:
        (DATA / "server.json").write_text(found)
        return 0
    if found == (DATA / "server.json").read_text():
        return 0
    old = json.loads((DATA / "server.json").read_text())["items"]
    for a, b in zip(old, items):
        if a != b:
            print(f"{a['kind']} {a['metadata']['name']} differs:\n  recorded {json.dumps(a, sort_keys=True)}\n  server   {json.dumps(b, sort_keys=True)}")
    return 1


sys.exit(main())
