#!/usr/bin/env python3
"""On a real node: what `bulkhead steps` calls open works in a pod of ours, and what it calls cut does not.

A cluster with one real node (containerd, runc, kubelet) runs in namespaces of its own. Each case is a pair of pods or of service
accounts that differ in one field. Bulkhead reads a snapshot of that very cluster. Then each of the pair tries a harmless proof: to read
a marker file that we put on the node, a marker object through the API, or the greeting of the runtime. The proof must succeed exactly
where Bulkhead says that the step is open, and both answers must occur in every pair. Nothing here exploits a flaw.
Skipped, with the reason, where a node cannot run: without root, namespaces, mounts or control groups of one's own.
"""
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "cluster"), str(HERE.parent)]
BOX = "registry.local/box:1"
RBAC = "rbac.authorization.k8s.io"
MARKER = "marker-7f3a"
NODE_FILE = "/etc/kubernetes/pki/marker"  # in the node's own mount namespace: no other process sees it
LIST_SECRETS = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["list", "get"]}


def host_path(path, **mount):
    return {"volumes": [{"name": "host", "hostPath": {"path": path}}]}, {"volumeMounts": [{"name": "host", "mountPath": "/host", **mount}]}


def root(**context):
    return {"securityContext": {"runAsUser": 0, **context}}


def socket(**context):
    spec, container = host_path("/run/containerd", readOnly=True)
    return spec, {**container, "securityContext": context}


NODE, NEIGHBOUR, HOLDER, SECRET = "node:node-1", "workload:proof/Pod/neighbour@node-1", "identity:sa:proof/holder", "asset:secret:proof/marker"
TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"
# Per pair: the row of the catalogue; (pod, container) of the pod that is open and of its near miss; where the step leads; the proof,
# run in the pod.
PODS = {
    "writes": ("HOSTPATH_WRITE", host_path("/etc/kubernetes"), host_path("/etc/kubernetes", readOnly=True), NODE,
               f"echo {MARKER} > /host/written-by-$HOSTNAME"),
    "reads": ("HOSTPATH_READ", host_path("/etc/kubernetes", readOnly=True), host_path("/etc/cni", readOnly=True), NODE,
              f"grep {MARKER} /host/pki/marker"),
    "enters": ("CE_NSENTER", ({"hostPID": True}, root(privileged=True)), ({"hostPID": True}, root()), NODE,
               f"nsenter -t 1 -m -- grep {MARKER} {NODE_FILE}"),
    "looks": ("HOST_PID", ({"hostPID": True}, {}), ({"hostPID": False}, {}), NEIGHBOUR,
              f"cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep '^OF_THE_NEIGHBOUR={MARKER}$'"),
    # The socket is open to root's group too, so a user alone is no near miss.
    "calls": ("RUNTIME_SOCK", socket(runAsUser=1000, runAsGroup=0), socket(runAsUser=1000, runAsGroup=1000), NODE,
              "node_proof_socket /host/containerd.sock"),
    "holds": ("MOUNTED_TOKEN", ({"serviceAccountName": "holder", "automountServiceAccountToken": True}, {}), ({"serviceAccountName": "holder"}, {}), HOLDER,
              f"wget -q --no-check-certificate -O - --header \"Authorization: Bearer $(cat {TOKEN})\" "
              f"https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT/api/v1/namespaces/proof/secrets/marker | grep '\"name\": \"marker\"'"),
}
# Per pair: the row; the rule of the role of the one that is open and of its near miss; where the step leads; the proof, kubectl with
# that account's token.
ACCOUNTS = {
    "lists": ("SECRET_LIST", {"apiGroups": [""], "resources": ["secrets"], "verbs": ["list"]},
              {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["list"]}, SECRET,
              ["get", "secrets", "--field-selector=metadata.name=marker", "-o", "name"]),
    "gets": ("SECRET_GET", {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["marker"], "verbs": ["get"]},
             {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["marker2"], "verbs": ["get"]}, SECRET, ["get", "secret", "marker", "-o", "name"]),
    # The right to get is enough (WebSocket); kubectl also wants to read the pod.
    "execs": ("POD_EXEC", {"apiGroups": [""], "resources": ["pods", "pods/exec"], "verbs": ["get"]},
              {"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get"]}, NEIGHBOUR,
              ["exec", "neighbour", "--", "grep", MARKER, "/tmp/marker"]),
    "requests": ("TOKEN_REQUEST", {"apiGroups": [""], "resources": ["serviceaccounts/token"], "verbs": ["create"]},
                 {"apiGroups": [""], "resources": ["serviceaccounts"], "verbs": ["create"]}, HOLDER, ["create", "token", "holder"]),
    "plays": ("IMPERSONATE_SA", {"apiGroups": [""], "resources": ["serviceaccounts"], "verbs": ["impersonate"]},
              {"apiGroups": [""], "resources": ["serviceaccounts"], "verbs": ["get"]}, HOLDER,
              ["get", "secret", "marker", "-o", "name", "--as=system:serviceaccount:proof:holder"]),
}


def skip(why):
    print(why)
    sys.exit(77)


def box_image(path):
    """The one image: busybox and the program that greets a socket."""
    import image_maker

    if not os.access("/usr/bin/busybox", os.X_OK):
        skip("no /usr/bin/busybox here: apt-get install -y --no-install-recommends busybox-static")
    folder = pathlib.Path("box")
    (folder / "bin").mkdir(parents=True)
    (folder / "tmp").mkdir()
    (folder / "tmp/marker").write_text(MARKER + "\n")
    shutil.copy("/usr/bin/busybox", folder / "bin/busybox")
    for name in ("cat", "grep", "nsenter", "sh", "sleep", "tr", "wget"):
        (folder / "bin" / name).symlink_to("busybox")
    subprocess.run(["gcc", "-Os", "-static", "-s", "-o", folder / "bin/node_proof_socket", HERE / "node_proof_socket.c"], check=True)
    image_maker.make(path, [image_maker.pack(folder)], name=BOX, extra={"Cmd": ["/bin/sleep", "1000000"], "Env": ["PATH=/bin"]})


def outer():
    if not os.environ.get("BULKHEAD_KUBE"):
        skip("no server programs")
    box_image("box.tar")
    os.environ["BULKHEAD_IMAGES"] = str(pathlib.Path("box.tar").resolve())
    os.execv(HERE / "cluster/inside", ["inside", sys.executable, __file__, "inside"])


def pod(name, both=({}, {}), **more):
    spec, container = both
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "proof"},
            "spec": {"automountServiceAccountToken": False, "terminationGracePeriodSeconds": 0, **spec,
                     "containers": [{"name": "c", "image": BOX, "imagePullPolicy": "Never", **root(), **container, **more}]}}


def account(name, rule):
    def of(kind, group="", **more):
        return {"apiVersion": f"{group}/v1" if group else "v1", "kind": kind, "metadata": {"name": name, "namespace": "proof"}, **more}

    return [of("ServiceAccount"), of("Role", RBAC, rules=[rule]),
            of("RoleBinding", RBAC, roleRef={"apiGroup": RBAC, "kind": "Role", "name": name},
               subjects=[{"kind": "ServiceAccount", "name": name, "namespace": "proof"}])]


def objects():
    first = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "proof", "labels": {"pod-security.kubernetes.io/enforce": "privileged"}}},
             {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "marker", "namespace": "proof"}, "stringData": {"marker": MARKER}}]
    made = first + account("holder", LIST_SECRETS)
    pods = [pod("neighbour", env=[{"name": "OF_THE_NEIGHBOUR", "value": MARKER}])]
    for name, (_, one, other, _, _) in PODS.items():
        pods += [pod(f"{name}-open", one), pod(f"{name}-miss", other)]
    for name, (_, one, other, _, _) in ACCOUNTS.items():
        made += account(f"{name}-open", one) + account(f"{name}-miss", other)
    return made, pods


def verdict(steps, row, start, end):
    """What Bulkhead says of that row between these positions: open, cut (not there counts so) or unknown."""
    states = {step["state"] for step in steps if (step["step"], step["from"]["id"], step["to"]["id"]) == (row, start, end)}
    return "open" if "open" in states else "unknown" if "unknown" in states else "cut"


def inside():
    programs, cluster = os.environ["BULKHEAD_KUBE"], os.environ["BULKHEAD_CLUSTER"]
    began = time.monotonic()
    up = subprocess.run([HERE / "cluster/up.sh", programs, "node"])
    if up.returncode:
        return up.returncode
    admin = [f"{programs}/kubectl", "--kubeconfig", f"{cluster}/admin.kubeconfig", "-n", "proof"]

    def kubectl(*arguments, **more):
        return subprocess.run([*admin, *arguments], capture_output=True, text=True, timeout=60, **more)

    def apply(items):
        done = kubectl("apply", "-f", "-", input=json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
        if done.returncode:
            sys.exit(f"kubectl apply: {done.stderr}")

    pathlib.Path(NODE_FILE).parent.mkdir()
    pathlib.Path(NODE_FILE).write_text(MARKER + "\n")
    made, pods = objects()
    apply(made)
    for _ in range(100):  # a controller makes it, and pods need it
        if kubectl("get", "serviceaccount", "default").returncode == 0:
            break
        time.sleep(0.1)
    apply(pods)
    deadline = time.monotonic() + 60
    while True:
        items = json.loads(kubectl("get", "pods", "-o", "json").stdout)["items"]
        if len(items) == len(pods) and all(item["status"].get("phase") == "Running" for item in items):
            break
        if time.monotonic() > deadline:
            events = kubectl("get", "events", "--field-selector=type=Warning", "-o", "jsonpath={range .items[*]}{.message}{\"\\n\"}{end}").stdout.splitlines()
            skip(f"pods do not run here: {events[-1] if events else 'no event says why'}")
        time.sleep(0.3)
    print(f"{len(pods)} pods run after {time.monotonic() - began:.1f} s")

    bulkhead = os.environ["BULKHEAD"]
    subprocess.run([bulkhead, "snapshot", "--kubeconfig", f"{cluster}/admin.kubeconfig", "--secret-names", "--quiet", "-o", "node.tar.zst"], check=True)
    text = subprocess.run([bulkhead, "steps", "--snapshot", "node.tar.zst", "--quiet", "--format", "jsonl"], check=True, capture_output=True, text=True).stdout
    steps = [json.loads(line) for line in text.splitlines()]

    def proved_by_pod(name, proof):
        done = kubectl("exec", name, "--", "sh", "-c", proof)
        if name.startswith("writes"):
            written = pathlib.Path(f"/etc/kubernetes/written-by-{name}")
            return (done.returncode == 0 and written.exists() and written.read_text() == MARKER + "\n"), done.stderr
        return done.returncode == 0, done.stderr

    def proved_by_account(name, proof):
        token = kubectl("create", "token", name).stdout.strip()
        bare = pathlib.Path(f"{name}.kubeconfig")
        bare.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:443", "certificate-authority": f"{cluster}/keys/cluster-ca.crt"}}],
            "users": [{"name": "u", "user": {"token": token}}], "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}]}))
        done = subprocess.run([f"{programs}/kubectl", "--kubeconfig", bare, "-n", "proof", *proof], capture_output=True, text=True, timeout=60)
        return done.returncode == 0 and done.stdout.strip() != "", done.stderr

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        cases = []
        for table, prove, kind in ((PODS, proved_by_pod, "workload:proof/Pod/{}@node-1"), (ACCOUNTS, proved_by_account, "identity:sa:proof/{}")):
            for name, (row, _, _, end, proof) in table.items():
                for side in ("open", "miss"):
                    full = f"{name}-{side}"
                    cases.append((row, full, verdict(steps, row, kind.format(full), end), pool.submit(prove, full, proof)))
        wrong = []
        for row, name, said, future in cases:
            works, errors = future.result()
            line = f"{row:16} {name:16} bulkhead says {said:8} the proof {'works' if works else 'fails'}"
            print(line)
            if said != ("open" if works else "cut"):
                wrong.append(f"WRONG {line}: {errors.strip()}")
            if name.endswith("-open") != (said == "open"):
                wrong.append(f"WRONG {line}: the pair should differ")
    print("\n".join(wrong) if wrong else f"{len(cases)} proofs agree, {time.monotonic() - began:.1f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(inside() if sys.argv[1:] == ["inside"] else outer())
