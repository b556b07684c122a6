#!/usr/bin/env python3
"""`bulkhead policy check` against Pod Security admission of a real API server.

A namespace for each level and each version from v1.0 to the server's own; BULKHEAD_PODS (1,200) random pods, each sent as a
dry run to some of them. Where the server refuses a pod for another reason than Pod Security, the pod is not a pod and is left out.
"""
import json
import os
import pathlib
import random
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "cluster"))
import api as cluster_api


def maybe(r, target, key, values, chance):
    if r.random() < chance:
        value = r.choice(values)
        target[key] = value(r) if callable(value) else value


def seccomp(r):
    kind = r.choice(["RuntimeDefault", "RuntimeDefault", "Localhost", "Unconfined"])
    return {"type": kind, "localhostProfile": "x.json"} if kind == "Localhost" else {"type": kind}


def app_armor(r):
    kind = r.choice(["RuntimeDefault", "Localhost", "Unconfined"])
    return {"type": kind, "localhostProfile": "x"} if kind == "Localhost" else {"type": kind}


def se_linux(r):
    options = {}
    maybe(r, options, "type", ["container_t", "container_init_t", "container_kvm_t", "container_engine_t", "spc_t", ""], 0.8)
    maybe(r, options, "level", ["s0:c123,c456"], 0.3)
    maybe(r, options, "user", ["sysadm_u", ""], 0.15)
    maybe(r, options, "role", ["sysadm_r", ""], 0.15)
    return options


def capabilities(r):
    result = {}
    maybe(r, result, "drop", [["ALL"], ["ALL"], ["NET_RAW"], ["all"], ["CHOWN", "ALL"]], 0.85)
    maybe(r, result, "add", [["NET_BIND_SERVICE"], ["CHOWN"], ["NET_RAW"], ["SYS_ADMIN"], ["net_bind_service"], ["CAP_CHOWN"], ["KILL", "NET_BIND_SERVICE"]], 0.3)
    return result


def handler(r):
    if r.random() < 0.5:
        result = {"port": 80}
        maybe(r, result, "host", ["127.0.0.1", "10.0.0.1"], 0.3)
        return {"httpGet": result}
    result = {"port": 80}
    maybe(r, result, "host", ["localhost", "10.0.0.1"], 0.3)
    return {"tcpSocket": result}


def container(r, name, strictness, ephemeral=False):
    context = {}
    good = r.random() < strictness
    maybe(r, context, "privileged", [True, False], 0.0 if good else 0.15)
    maybe(r, context, "allowPrivilegeEscalation", [False] if good else [False, True], 0.98 if good else 0.6)
    maybe(r, context, "runAsNonRoot", [True] if good else [True, False], 0.5)
    maybe(r, context, "runAsUser", [1000] if good else [0, 1000], 0.3)
    maybe(r, context, "seccompProfile", [{"type": "RuntimeDefault"}] if good else [seccomp], 0.5)
    maybe(r, context, "appArmorProfile", [app_armor], 0.02 if good else 0.1)
    maybe(r, context, "seLinuxOptions", [se_linux], 0.05 if good else 0.15)
    maybe(r, context, "procMount", ["Default", "Unmasked"], 0.03 if good else 0.08)
    maybe(r, context, "capabilities", [{"drop": ["ALL"]}] if good else [capabilities], 0.98 if good else 0.7)
    result = {"name": name, "image": "example.com/i"}
    if context or r.random() < 0.5:
        result["securityContext"] = context
    if not ephemeral:
        if r.random() < 0.15:
            port = {"containerPort": 8080}
            maybe(r, port, "hostPort", [8080], 0.3)
            result["ports"] = [port]
        maybe(r, result, "livenessProbe", [handler], 0.1)
        maybe(r, result, "lifecycle", [lambda x: {"preStop": {"httpGet": {"port": 80, "host": x.choice(["", "10.0.0.1"])}}}], 0.05)
    return result


def volume(r, i):
    kinds = [("emptyDir", {}), ("emptyDir", {}), ("configMap", {"name": "c"}), ("secret", {"secretName": "s"}), ("downwardAPI", {"items": []}), ("projected", {"sources": []}),
             ("persistentVolumeClaim", {"claimName": "p"}), ("csi", {"driver": "d"}), ("ephemeral", {"volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}}),
             ("hostPath", {"path": "/x"}), ("nfs", {"server": "s", "path": "/p"}), ("iscsi", {"targetPortal": "1.2.3.4", "iqn": "iqn.2001-04.com.example:x", "lun": 0}), ("fc", {"targetWWNs": ["w"], "lun": 0}),
             ("gitRepo", {"repository": "https://example.com/r"}), (None, None)]
    kind, source = r.choice(kinds)
    return {"name": f"v{i}"} if kind is None else {"name": f"v{i}", kind: source}


def random_pod(r, index):
    strictness = r.choice([0.0, 0.5, 1.0, 1.0])
    good = r.random() < strictness
    spec = {"containers": [container(r, f"c{i}", strictness) for i in range(r.choice([1, 1, 2]))]}
    if r.random() < 0.25:
        spec["initContainers"] = [container(r, "init", strictness)]
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        maybe(r, spec, key, [True, False], 0.0 if good else 0.06)
    if not any(spec.get(k) for k in ("hostNetwork", "hostPID", "hostIPC")):
        maybe(r, spec, "hostUsers", [False, True], 0.15)
    if r.random() < 0.25:
        spec["volumes"] = [volume(r, i) for i in range(r.choice([1, 2]))]
    context = {}
    maybe(r, context, "runAsNonRoot", [True] if good else [True, False], 0.8 if good else 0.4)
    maybe(r, context, "runAsUser", [1000] if good else [0, 1000], 0.3)
    maybe(r, context, "seccompProfile", [{"type": "RuntimeDefault"}] if good else [seccomp], 0.8 if good else 0.4)
    maybe(r, context, "appArmorProfile", [app_armor], 0.0 if good else 0.1)
    maybe(r, context, "seLinuxOptions", [se_linux], 0.0 if good else 0.1)
    maybe(r, context, "sysctls", [lambda x: [{"name": x.choice(["kernel.shm_rmid_forced", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_rmem",
                                                                  "net.ipv4.ip_unprivileged_port_start", "kernel.msgmax", "net.core.somaxconn"]), "value": "1"}]], 0.08 if good else 0.12)
    maybe(r, context, "windowsOptions", [{"hostProcess": False}], 0.0 if good else 0.03)
    if context or r.random() < 0.5:
        spec["securityContext"] = context
    annotations = {}
    if r.random() < 0.1:
        annotations["seccomp.security.alpha.kubernetes.io/pod"] = r.choice(["runtime/default", "docker/default", "unconfined", "localhost/x", ""])
    if r.random() < 0.1:
        annotations["container.seccomp.security.alpha.kubernetes.io/c0"] = r.choice(["runtime/default", "unconfined", "localhost/x"])
    if r.random() < 0.08 and "appArmorProfile" not in spec["containers"][0].get("securityContext", {}):
        annotations["container.apparmor.security.beta.kubernetes.io/c0"] = r.choice(["runtime/default", "localhost/x", "unconfined"])
    if r.random() < 0.08:
        spec, annotations = windows_pod(r), {}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"pod-{index}", "annotations": annotations}, "spec": spec}


def windows_pod(r):
    """The API refuses the Linux fields in a pod that says it is for Windows."""
    containers = [{"name": "c0", "image": "example.com/i", "securityContext": {}}]
    maybe(r, containers[0]["securityContext"], "runAsNonRoot", [True, False], 0.7)
    spec = {"os": {"name": "windows"}, "containers": containers}
    if r.random() < 0.3:
        spec["hostNetwork"] = True
        spec["securityContext"] = {"windowsOptions": {"hostProcess": True, "runAsUserName": "NT AUTHORITY\\SYSTEM"}}
    return spec


def main():
    bulkhead = os.environ["BULKHEAD"]
    count, seed = int(os.environ.get("BULKHEAD_PODS", "1200")), int(os.environ.get("BULKHEAD_SEED", "1"))
    r = random.Random(seed)
    api = cluster_api.start("ctl")
    cases, invalid = {}, 0
    try:
        version = api.ask("GET", "/version")[1]
        minors = range(int(version["minor"].rstrip("+")) + 1)
        places = [(level, minor) for level in ("baseline", "restricted") for minor in minors]
        for level, minor in places:
            labels = {"pod-security.kubernetes.io/enforce": level, "pod-security.kubernetes.io/enforce-version": f"v1.{minor}"}
            api.make("/api/v1/namespaces", {"metadata": {"name": f"{level}-{minor}", "labels": labels}})
        for level, minor in places:
            for _ in range(100):
                if api.ask("GET", f"/api/v1/namespaces/{level}-{minor}/serviceaccounts/default")[0] == 200:
                    break
                time.sleep(0.1)
        pods = pathlib.Path("pods")
        pods.mkdir()
        index = 0
        while len(cases) < count:
            pod = random_pod(r, index)
            answers = {}
            edges = [m for m in (0, 7, 8, 18, 19, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33) if m in minors]
            for level, minor in {(r.choice(["baseline", "restricted", "restricted"]), r.choice(edges)) for _ in range(4)}:
                status, answer = api.ask("POST", f"/api/v1/namespaces/{level}-{minor}/pods?dryRun=All", pod)
                if status == 201:
                    answers[level, minor] = "allowed"
                elif status == 403 and "violates PodSecurity" in answer["message"]:
                    answers[level, minor] = "denied"
                else:
                    answers, index = None, index + 1
                    invalid += 1
                    if invalid <= 3:
                        print("left out:", answer.get("message", "")[:200])
                    break
            if answers:
                (pods / f"pod-{index}.json").write_text(json.dumps(pod))
                cases[f"pods/pod-{index}.json"] = answers
                index += 1
    finally:
        cluster_api.stop()
    wrong = asked = denied = 0
    for level, minor in places:
        files = [f for f, answers in cases.items() if (level, minor) in answers]
        if not files:
            continue
        done = subprocess.run([bulkhead, "policy", "check", "--standard", level, "--k8s-version", f"v1.{minor}", "--format", "json", *files], capture_output=True, text=True, check=True)
        results = json.loads(done.stdout)["results"]
        assert [x["file"] for x in results] == files, "one result a file, in order"
        for result in results:
            asked += 1
            expected = cases[result["file"]][level, minor]
            denied += expected == "denied"
            if result["verdict"] != expected:
                wrong += 1
                if wrong <= 10:
                    print(f"{level} v1.{minor}: the server says {expected}, Bulkhead {result['verdict']} {result['violations']}\n  {pathlib.Path(result['file']).read_text()}")
    print(f"{len(cases)} pods (seed {seed}; {invalid} left out as no valid pods), {asked} verdicts, {denied} denied, {wrong} disagreements")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
