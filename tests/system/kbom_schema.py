#!/usr/bin/env python3
"""The bill of materials of a cluster is valid CycloneDX 1.6, by the format's own JSON schema as the official Python library ships it.

Needs cyclonedx-python-lib with its validation extra; skipped where it is not installed. Fed with hand-made manifests of many kinds of
component and with hostile names.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator
except ImportError:
    print("cyclonedx-python-lib[json-validation] is not installed")
    sys.exit(77)

PODS = {
    "kube-apiserver-cp": "registry.k8s.io/kube-apiserver:v1.33.13",
    "etcd-cp": "registry.k8s.io/etcd:3.5.21-0",
    "coredns": "registry.k8s.io/coredns/coredns:v1.12.0@sha256:40384aa1f5ea6bfdc77997d243aec73da05f27aed0c5e9d65bfa98933c519d97",
    "cilium": "quay.io/cilium/cilium:v1.17.1",
    "controller": "registry.k8s.io/ingress-nginx/controller:v1.12.1",
    "odd": "quay.io/argoproj/argocd:v2.1\u202e\"><\\",
}


def main():
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    objects = [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "kube-system"},
                "spec": {"containers": [{"name": "c", "image": image}]}} for name, image in PODS.items()]
    objects.append({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}, "spec": {},
                    "status": {"nodeInfo": {"kubeletVersion": "v1.33.13", "osImage": "Talos (v1.11.2)", "kernelVersion": "6.12.48-talos",
                                            "containerRuntimeVersion": "containerd://2.1.4", "operatingSystem": "linux"}}})
    objects.append({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n2"}})
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "all.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
        run = [os.environ["BULKHEAD"], "components", "cluster", "--from-manifests", folder, "--quiet", "--format", "cyclonedx-json"]
        text = subprocess.run(run, check=True, capture_output=True, text=True).stdout
        if subprocess.run(run, check=True, capture_output=True, text=True).stdout != text:
            sys.exit("two runs gave different bytes")
        error = validator.validate_str(text)
        if error is not None:
            sys.exit(f"not valid: {error}")
        print(f"valid, {len(json.loads(text)['components'])} components")


main()
