#!/usr/bin/env python3
"""bulkhead snapshot of a real cluster holds what `kubectl get -A -o json` shows; the reader role of deploy/ is enough and no more.

Objects are made of the demo's manifests. Compared: every resource's objects, field by field but for what a snapshot leaves out.
$KUBECONFIG_OF_A_CLUSTER uses a running cluster instead of one of its own.
"""
import json
import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
BULKHEAD = os.environ["BULKHEAD"]
METADATA_ONLY = {"configmaps", "secrets", "customresourcedefinitions"}
LEFT_OUT = {"caBundle", "parameters"}  # of webhooks and aggregated APIs; of StorageClasses
# Changed by the server between two readings.
MOVING = {"resourceVersion", "managedFields", "generation", "status", "lastHeartbeatTime"}


def settled(value):
    if isinstance(value, dict):
        return {k: settled(v) for k, v in value.items() if k not in MOVING | LEFT_OUT and k != "kubectl.kubernetes.io/last-applied-configuration"}
    return [settled(v) for v in value] if isinstance(value, list) else value


def read_snapshot(path):
    tar = path.with_suffix(".tar")
    tar.write_bytes(subprocess.run(["zstd", "-qdc", path], check=True, capture_output=True).stdout)
    text = lambda name: subprocess.run(["tar", "-xOf", tar, name], capture_output=True, text=True).stdout
    meta = json.loads(text("meta.json"))
    objects = {}
    for row in meta["resources"]:
        name = f"objects/{row['group'] or 'core'}_{row['version']}_{row['resource']}.jsonl"
        objects[row["resource"] + ("." + row["group"] if row["group"] else "")] = [json.loads(line) for line in text(name).splitlines()]
    return meta, objects, tar.read_bytes()


def main():
    own = os.environ.get("KUBECONFIG_OF_A_CLUSTER")
    if not own and not os.environ.get("BULKHEAD_KUBE"):
        print("no server programs")
        return 77
    if not own:
        if subprocess.run([HERE / "cluster/up.sh", os.environ["BULKHEAD_KUBE"], "ctl"]).returncode:
            return 1
        own = os.environ["BULKHEAD_CLUSTER"] + "/admin.kubeconfig"
    environment = dict(os.environ, KUBECONFIG=own)
    wrong = []

    def kubectl(*arguments, check=True):
        done = subprocess.run(["kubectl", *arguments], env=environment, capture_output=True, text=True)
        if check and done.returncode:
            sys.exit(f"kubectl {' '.join(map(str, arguments))}: {done.stderr}")
        return done.stdout

    def snapshot(*arguments, config=own):
        output = pathlib.Path("real.tar.zst")
        output.unlink(missing_ok=True)
        done = subprocess.run([BULKHEAD, "snapshot", "--kubeconfig", config, "-o", output, *arguments], capture_output=True, text=True)
        return done.returncode, done.stderr, output

    kubectl("apply", "-f", TOP / "deploy/reader-role.yaml")
    for manifest in sorted((TOP / "demo/manifests").glob("*.yaml")):
        kubectl("apply", "-f", manifest, check=False)
    for _ in range(50):  # controllers make the pods
        if kubectl("get", "pods", "-A", "--no-headers", check=False).count("\n") > 20:
            break
        time.sleep(0.3)
    time.sleep(3)

    code, errors, output = snapshot()
    if code:
        sys.exit(f"snapshot: exit code {code}\n{errors}")
    meta, objects, tar = read_snapshot(output)
    if meta["server_version"] != json.loads(kubectl("version", "-o", "json"))["serverVersion"]["gitVersion"]:
        wrong.append(f"server version {meta['server_version']}")
    total = 0
    for resource, ours in objects.items():
        theirs = json.loads(kubectl("get", resource, "-A", "-o", "json"))["items"]
        total += len(theirs)
        if resource.split(".")[0] in METADATA_ONLY:
            theirs = [{"apiVersion": o["apiVersion"], "kind": o["kind"], "metadata": o["metadata"]} for o in theirs]
        key = lambda o: (o["metadata"].get("namespace", ""), o["metadata"]["name"])
        a, b = {key(o): settled(o) for o in ours}, {key(o): settled(o) for o in theirs}
        if list(a) != sorted(a):
            wrong.append(f"{resource}: not sorted")
        if a != b:
            wrong.append(f"{resource}: differs in {[k for k in a.keys() | b.keys() if a.get(k) != b.get(k)][:5]}")
    if b"managedFields" in tar or b"last-applied-configuration" in tar:
        wrong.append("managedFields or last-applied-configuration were kept")
    if "secrets" in objects:
        wrong.append("Secrets were listed without being asked for")

    # The reader role: everything is read; secrets stay closed, and who asks for them is told.
    token = kubectl("create", "token", "-n", "bulkhead", "reader").strip()
    config = json.loads(kubectl("config", "view", "--raw", "--minify", "--flatten", "-o", "json"))
    config["users"][0]["user"] = {"token": token}
    pathlib.Path("reader.kubeconfig").write_text(json.dumps(config))
    code, errors, output = snapshot("--strict", config="reader.kubeconfig")
    if code:
        wrong.append(f"the reader role is not enough: exit code {code}\n{errors}")
    elif {r["resource"]: r["count"] for r in read_snapshot(output)[0]["resources"]} != {r["resource"]: r["count"] for r in meta["resources"]}:
        wrong.append("the reader role reads another number of objects")
    code, errors, _ = snapshot("--secret-names", "--strict", config="reader.kubeconfig")
    if code != 4 or "cannot list secrets" not in errors or "--serviceaccount=bulkhead:reader" not in errors:
        wrong.append(f"secrets with the reader role: exit code {code}\n{errors}")
    for verb, resource in (("get", "secrets"), ("list", "secrets"), ("get", "nodes/proxy"), ("create", "pods/exec"), ("create", "pods"), ("delete", "pods")):
        if kubectl("auth", "can-i", verb, resource, "-A", "--token", token, "--as=system:serviceaccount:bulkhead:reader", check=False).strip() != "no":
            wrong.append(f"the reader role may {verb} {resource}")

    # Secrets' names, on request, and never more.
    kubectl("create", "secret", "generic", "hidden", "-n", "bulkhead", "--from-literal=password=hunter2hunter2", check=False)
    code, errors, output = snapshot("--secret-names")
    meta, objects, tar = read_snapshot(output)
    if code or not any(o["metadata"]["name"] == "hidden" for o in objects["secrets"]) or b"aHVudGVyMmh1bnRlcjI" in tar or b"hunter2" in tar:
        wrong.append(f"--secret-names: exit code {code}, {len(objects['secrets'])} names\n{errors}")

    print("\n".join(wrong) if wrong else f"{len(objects)} kinds, {total} objects equal")
    return 1 if wrong else 0


sys.exit(main())
