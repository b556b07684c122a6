#!/usr/bin/env python3
"""demo/record.sh makes the demo's cluster again on a real control plane, and what it records is what is committed.

Names of pods, uids and times differ from run to run, and the scheduler may place a pod on the other node of its pool; everything that
a person wrote is the same: objects by kind, namespace and (owner's) name, their specs, rights, policies, and how many pods run.
"""
import collections
import json
import os
import pathlib
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / "tests"))
from mutate_snapshot import Snapshot  # noqa: E402

WRITTEN = ("namespaces", "nodes", "serviceaccounts", "roles", "rolebindings", "clusterroles", "clusterrolebindings", "networkpolicies", "ingresses", "services", "deployments",
           "statefulsets", "daemonsets", "cronjobs", "persistentvolumes")
BY_THE_SERVER = {"uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "clusterIP", "clusterIPs", "nodePort", "healthCheckNodePort", "status", "claimRef"}


def written(value):
    if isinstance(value, dict):
        return {k: written(v) for k, v in value.items() if k not in BY_THE_SERVER}
    return [written(v) for v in value] if isinstance(value, list) else value


def shape(snapshot):
    objects = {}
    for resource in WRITTEN:
        for o in snapshot.of(resource):
            objects[resource, o["metadata"].get("namespace", ""), o["metadata"]["name"]] = written(o)
    pods = collections.Counter()
    for pod in snapshot.of("pods"):
        owner = (pod["metadata"].get("ownerReferences") or [{"kind": "Pod", "name": pod["metadata"]["name"]}])[0]
        images = tuple((s["image"], s["imageID"], s["state"].keys() == {"running"}) for s in pod["status"]["containerStatuses"])
        pods[pod["metadata"]["namespace"], owner["kind"], owner["name"], images] += 1
    nodes = {n["metadata"]["name"]: n["status"]["nodeInfo"] for n in snapshot.of("nodes")}
    return objects, pods, nodes


def main():
    if not os.environ.get("BULKHEAD_KUBE"):
        print("no server programs")
        return 77
    done = subprocess.run([TOP / "demo/record.sh", "again.tar.zst"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        print(done.stdout)
        return done.returncode
    committed, again = shape(Snapshot(TOP / "demo/shop.snapshot.tar.zst")), shape(Snapshot("again.tar.zst"))
    bad = 0
    for what, a, b in zip(("objects", "pods", "nodes"), committed, again):
        for key in sorted(set(a) | set(b), key=str):
            if a.get(key) != b.get(key):
                bad += 1
                print(f"{what} {key}:\n  committed {json.dumps(a.get(key), sort_keys=True)}\n  recorded  {json.dumps(b.get(key), sort_keys=True)}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
