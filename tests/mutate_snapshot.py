#!/usr/bin/env python3
"""Writes a changed copy of a recorded cluster: mutate_snapshot.py IN.tar.zst OUT.tar.zst CHANGE [CHANGE...]

  rename                                  every object of the users gets another name, consistently (names that Kubernetes or an add-on is
                                          known by stay: KEPT_*, and all in kube-system); --map FILE writes {old: new}
  policy-matches-nothing:NS/NAME          the NetworkPolicy's podSelector matches no pod
  peer-matches-nothing:NS/NAME            every podSelector in its `from` and `to` peers matches no pod
  pod-label:NS/OWNER:KEY=VALUE            that label of the pods of a Deployment, StatefulSet or DaemonSet (and of its template)
  kernel:NODE=VERSION                     nodeInfo.kernelVersion
  forbidden:GROUP/RESOURCE                as if the list had been answered with 403 (core group: "/secrets")

Used by tests that compare what Bulkhead says before and after. Knows only the snapshot's format and the Kubernetes API, shares no code
with the program. Needs the zstd program.
"""
import hashlib
import io
import json
import subprocess
import sys
import tarfile

KEPT_NAMES = {"default", "kube-system", "kube-public", "kube-node-lease", "kubernetes", "cluster-admin", "admin", "edit", "view", "nginx",
              "calico-node", "kube-proxy", "coredns", "kube-dns", "kube-root-ca.crt", "extension-apiserver-authentication",
              "kube-apiserver-legacy-service-account-token-tracking"}
KEPT_PREFIXES = ("system:", "system-", "kubeadm:")
NO_MATCH = {"matchLabels": {"nobody.test/none": "none"}}
# Kinds whose names the API itself or a group name defines; they are nobody's to choose.
KEPT_KINDS = {"APIService", "CustomResourceDefinition", "IngressClass", "StorageClass", "CSIDriver", "RuntimeClass"}
# Strings below these keys name an object, whatever object holds them.
NAME_KEYS = {"namespace", "nodeName", "serviceAccountName", "serviceAccount", "secretName", "claimName", "volumeName", "scName"}
# Objects below these keys are references: their "name" names an object.
REFERENCE_KEYS = {"roleRef", "subjects", "ownerReferences", "targetRef", "secretKeyRef", "configMapKeyRef", "secretRef", "configMapRef", "imagePullSecrets",
                  "secrets", "service", "claimRef", "involvedObject"}
NAME_LABELS = {"kubernetes.io/metadata.name", "kubernetes.io/hostname", "kubernetes.io/service-name", "statefulset.kubernetes.io/pod-name"}


class Snapshot:
    def __init__(self, path):
        plain = subprocess.run(["zstd", "-dc", path], check=True, capture_output=True).stdout
        with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
            self.files = {m.name: tar.extractfile(m).read() for m in tar.getmembers() if m.isfile()}
        self.meta = json.loads(self.files.pop("meta.json"))
        read = {name: [json.loads(line) for line in data.splitlines()] for name, data in self.files.items()}
        self.kubelets = read.pop("kubelet_configs.jsonl", None)  # {"node", "config"}, not API objects
        self.objects = read

    def write(self, path):
        files = {name: "".join(json.dumps(o, separators=(",", ":")) + "\n" for o in objects).encode() for name, objects in self.objects.items()}
        if self.kubelets is not None:
            files["kubelet_configs.jsonl"] = "".join(json.dumps(k) + "\n" for k in self.kubelets).encode()
        files["meta.json"] = json.dumps(self.meta, indent=1).encode()
        plain = io.BytesIO()
        with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for name in sorted(files):
                info = tarfile.TarInfo(name)
                info.size, info.mode = len(files[name]), 0o600
                tar.addfile(info, io.BytesIO(files[name]))
        subprocess.run(["zstd", "-q", "-f", "-o", path], input=plain.getvalue(), check=True)

    def of(self, resource):
        """Objects of a resource by its plural name, whatever its group."""
        return [o for name, objects in self.objects.items() if name.rsplit("_", 1)[-1] == resource + ".jsonl" for o in objects]

    def one(self, resource, place):
        namespace, _, name = place.rpartition("/")
        found = [o for o in self.of(resource) if o["metadata"]["name"] == name and o["metadata"].get("namespace", "") == namespace]
        if len(found) != 1:
            sys.exit(f"mutate_snapshot.py: {len(found)} {resource} are called {place}")
        return found[0]


# ---- changes
def new_name(old):
    return "n" + hashlib.sha256(old.encode()).hexdigest()[:10]


def rename(snapshot):
    names = {o["metadata"]["name"] for objects in snapshot.objects.values() for o in objects if o.get("kind") not in KEPT_KINDS}
    for pod in snapshot.of("pods") + snapshot.of("cronjobs"):  # Secrets and ConfigMaps may be known only by what refers to them
        names |= referred(pod)
    mapping = {n: new_name(n) for n in sorted(names) if n not in KEPT_NAMES and not n.startswith(KEPT_PREFIXES)}
    kept = {o["metadata"]["name"] for objects in snapshot.objects.values() for o in objects
            if o.get("kind") in KEPT_KINDS or o["metadata"].get("namespace") == "kube-system"}
    mapping = {old: new for old, new in mapping.items() if old not in kept}
    for objects in snapshot.objects.values():
        for o in objects:
            if o.get("kind") not in KEPT_KINDS:
                o["metadata"]["name"] = mapping.get(o["metadata"]["name"], o["metadata"]["name"])
            if o["metadata"].get("generateName"):
                o["metadata"]["generateName"] = mapping.get(o["metadata"]["generateName"].rstrip("-"), o["metadata"]["generateName"].rstrip("-")) + "-"
            walk(o, mapping)
    for kubelet in snapshot.kubelets or []:
        kubelet["node"] = mapping.get(kubelet["node"], kubelet["node"])
    return mapping


def referred(value, key=""):
    found = set()
    if isinstance(value, dict):
        if key in REFERENCE_KEYS and "name" in value:
            found.add(value["name"])
        for k, v in value.items():
            found |= {v} if k in NAME_KEYS and isinstance(v, str) and k not in ("namespace", "nodeName") else referred(v, k)
    elif isinstance(value, list):
        for item in value:
            found |= referred(item, key)
    return found


def walk(value, mapping, key="", parent=""):
    if isinstance(value, list):
        for i, item in enumerate(value):
            if isinstance(item, str):
                if key == "resourceNames":
                    value[i] = mapping.get(item, item)
            else:
                walk(item, mapping, key, parent)
        return
    if not isinstance(value, dict):
        return
    # A node selector's term and a label selector's expression name values of a label.
    if value.get("key") in NAME_LABELS and "values" in value:
        value["values"] = [mapping.get(v, v) for v in value["values"]]
    for k, v in list(value.items()):
        if isinstance(v, str):
            in_reference = k == "name" and (key in REFERENCE_KEYS or (key == "configMap" and parent in ("volumes", "sources")) or (key == "secret" and parent == "sources"))
            if k in NAME_KEYS or k in NAME_LABELS or in_reference:
                value[k] = mapping.get(v, v)
            elif k == "address" and value.get("type") == "Hostname":
                value[k] = mapping.get(v, v)
        else:
            walk(v, mapping, k, key)


def policy_matches_nothing(snapshot, place):
    snapshot.one("networkpolicies", place)["spec"]["podSelector"] = NO_MATCH


def peer_matches_nothing(snapshot, place):
    spec = snapshot.one("networkpolicies", place)["spec"]
    for rule, side in [(r, "from") for r in spec.get("ingress", [])] + [(r, "to") for r in spec.get("egress", [])]:
        for peer in rule.get(side, []):
            if "podSelector" in peer:
                peer["podSelector"] = NO_MATCH


def pod_label(snapshot, place, key, value):
    namespace, _, owner = place.rpartition("/")
    changed = 0
    for resource in ("deployments", "statefulsets", "daemonsets", "replicasets"):
        for o in snapshot.of(resource):
            owners = {r["name"] for r in o["metadata"].get("ownerReferences", [])}
            if o["metadata"].get("namespace") == namespace and owner in owners | {o["metadata"]["name"]}:
                o["spec"]["template"]["metadata"].setdefault("labels", {})[key] = value
                o["spec"]["selector"].setdefault("matchLabels", {})[key] = value
                changed += 1
                for pod in snapshot.of("pods"):
                    if any(r.get("uid") == o["metadata"]["uid"] for r in pod["metadata"].get("ownerReferences", [])):
                        pod["metadata"].setdefault("labels", {})[key] = value
    if not changed:
        sys.exit(f"mutate_snapshot.py: no workload {place}")


def kernel(snapshot, node, version):
    snapshot.one("nodes", node)["status"]["nodeInfo"]["kernelVersion"] = version


def forbidden(snapshot, group, resource):
    for entry in snapshot.meta["resources"]:
        if (entry["group"], entry["resource"]) == (group, resource):
            entry.update(state="forbidden", count=0)
            for name in [n for n in snapshot.objects if n == f"objects/{group or 'core'}_{entry['version']}_{resource}.jsonl"]:
                del snapshot.objects[name]
            return
    sys.exit(f"mutate_snapshot.py: the snapshot knows no resource {group}/{resource}")


def apply(snapshot, change):
    """Applies one change as written on the command line; returns the name mapping of `rename`, else {}."""
    kind, _, rest = change.partition(":")
    if kind == "rename":
        return rename(snapshot)
    if kind == "policy-matches-nothing":
        policy_matches_nothing(snapshot, rest)
    elif kind == "peer-matches-nothing":
        peer_matches_nothing(snapshot, rest)
    elif kind == "pod-label":
        place, _, label = rest.partition(":")
        pod_label(snapshot, place, *label.split("=", 1))
    elif kind == "kernel":
        kernel(snapshot, *rest.split("=", 1))
    elif kind == "forbidden":
        forbidden(snapshot, *rest.split("/", 1))
    else:
        sys.exit(f"mutate_snapshot.py: no change '{kind}'\n{__doc__}")
    return {}


def main():
    arguments = sys.argv[1:]
    map_file = arguments.pop(arguments.index("--map") + 1) if "--map" in arguments else None
    arguments = [a for a in arguments if a != "--map"]
    if len(arguments) < 3:
        sys.exit(__doc__)
    snapshot, mapping = Snapshot(arguments[0]), {}
    for change in arguments[2:]:
        mapping |= apply(snapshot, change)
    snapshot.write(arguments[1])
    if map_file:
        with open(map_file, "w", encoding="utf-8") as file:
            json.dump(mapping, file, indent=1)


if __name__ == "__main__":
    main()
