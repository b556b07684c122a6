#!/usr/bin/env python3
"""Plays the kubelets of the demo cluster: settle.py KUBECTL KUBECONFIG nodes MANIFEST | pods DIGESTS

There are no machines behind the demo's nodes, so what a kubelet would report is written here through the status subresource: `nodes`
writes each node's addresses, conditions and nodeInfo as MANIFEST gives them; `pods` waits until the scheduler has placed every pod and
then reports it running, with an address out of its node's range and the digests of the images that build_images.py made (DIGESTS, its
digests.json). The load balancer's name comes from here as well. Standard library only; YAML is read by kubectl.
"""
import hashlib
import json
import subprocess
import sys
import time

NOW = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
LOAD_BALANCER = {"hostname": "shop-1a2b3c.lb.cloud.example"}  # clouds name their balancers; any address here would be somebody's or reserved


def kubectl(*arguments, text=None):
    done = subprocess.run([sys.argv[1], "--kubeconfig", sys.argv[2], *arguments], input=text, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"settle.py: kubectl {' '.join(arguments[:4])}: {done.stderr.strip()}")
    return done.stdout


def patch_status(kind, name, status, namespace=None):
    where = ["-n", namespace] if namespace else []
    kubectl("patch", kind, name, *where, "--subresource=status", "--type=merge", "-p", json.dumps({"status": status}))


def settle_nodes(manifest):
    created = kubectl("create", "--dry-run=client", "-o", "json", "-f", manifest)
    decoder, at, nodes = json.JSONDecoder(), 0, []
    while at < len(created):
        value, at = decoder.raw_decode(created, at)
        nodes += value["items"] if value["kind"] == "List" else [value]
        at += len(created[at:]) - len(created[at:].lstrip())
    for node in nodes:
        status = dict(node["status"], capacity={"cpu": "4", "memory": "16Gi", "pods": "110"}, allocatable={"cpu": "4", "memory": "15Gi", "pods": "110"})
        status["conditions"] = [{"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "kubelet is posting ready status",
                                 "lastHeartbeatTime": NOW, "lastTransitionTime": NOW}]
        patch_status("node", node["metadata"]["name"], status)
    deadline = time.monotonic() + 60
    while "node.kubernetes.io/not-ready" in kubectl("get", "nodes", "-o", "json"):  # the node controller takes the taint off
        if time.monotonic() > deadline:
            sys.exit("settle.py: the nodes keep their not-ready taint")
        time.sleep(0.3)


def placed_pods():
    deadline = time.monotonic() + 90
    while True:
        pods = json.loads(kubectl("get", "pods", "-A", "-o", "json"))["items"]
        waiting = [p["metadata"]["name"] for p in pods if "nodeName" not in p["spec"]]
        wanted = json.loads(kubectl("get", "deployments,statefulsets,daemonsets", "-A", "-o", "json"))["items"]
        missing = 0
        for owner in wanted:
            status, spec = owner.get("status", {}), owner.get("spec", {})
            made = status.get("currentNumberScheduled", 0) if owner["kind"] == "DaemonSet" else status.get("replicas", 0)
            asked = status.get("desiredNumberScheduled", 0) or 1 if owner["kind"] == "DaemonSet" else spec.get("replicas", 1)
            missing += max(0, asked - made)
        if not waiting and not missing:
            return sorted(pods, key=lambda p: (p["metadata"]["namespace"], p["metadata"]["name"]))
        if time.monotonic() > deadline:
            sys.exit(f"settle.py: after 90 s {missing} pods are missing and these are not placed: {' '.join(waiting)}")
        time.sleep(0.5)


def settle_pods(digests):
    nodes = {n["metadata"]["name"]: n for n in json.loads(kubectl("get", "nodes", "-o", "json"))["items"]}
    next_host = dict.fromkeys(nodes, 2)
    for pod in placed_pods():
        name, namespace, spec = pod["metadata"]["name"], pod["metadata"]["namespace"], pod["spec"]
        node = nodes[spec["nodeName"]]
        host = next(a["address"] for a in node["status"]["addresses"] if a["type"] == "InternalIP")
        if spec.get("hostNetwork"):
            address = host
        else:
            address = node["spec"]["podCIDR"].rsplit(".", 1)[0] + f".{next_host[spec['nodeName']]}"
            next_host[spec["nodeName"]] += 1
        statuses = []
        for container in spec["containers"]:
            image = container["image"]
            # An image that was not built has a digest all the same: made of its name, it points to nothing.
            digest = digests.get(image) or "sha256:" + hashlib.sha256(image.encode()).hexdigest()
            statuses.append({"name": container["name"], "image": image, "imageID": image.rsplit(":", 1)[0] + "@" + digest, "ready": True, "started": True,
                             "restartCount": 0, "state": {"running": {"startedAt": NOW}},
                             "containerID": "containerd://" + hashlib.sha256(f"{pod['metadata']['uid']}/{container['name']}".encode()).hexdigest()})
        conditions = [{"type": t, "status": "True", "lastTransitionTime": NOW} for t in ("PodScheduled", "Initialized", "ContainersReady", "Ready")]
        patch_status("pod", name, {"phase": "Running", "hostIP": host, "hostIPs": [{"ip": host}], "podIP": address, "podIPs": [{"ip": address}],
                                   "startTime": NOW, "conditions": conditions, "containerStatuses": statuses}, namespace)
    for service in json.loads(kubectl("get", "services", "-A", "-o", "json"))["items"]:
        if service["spec"]["type"] == "LoadBalancer":
            patch_status("service", service["metadata"]["name"], {"loadBalancer": {"ingress": [LOAD_BALANCER]}}, service["metadata"]["namespace"])
    wait_for_ready()


def wait_for_ready():
    """Until the controllers have seen it: workloads at their full number, addresses in the EndpointSlices."""
    deadline = time.monotonic() + 60
    while True:
        short = []
        for owner in json.loads(kubectl("get", "deployments,statefulsets,daemonsets", "-A", "-o", "json"))["items"]:
            status = owner["status"]
            asked = status.get("desiredNumberScheduled") if owner["kind"] == "DaemonSet" else owner["spec"]["replicas"]
            ready = status.get("numberReady", 0) if owner["kind"] == "DaemonSet" else status.get("readyReplicas", 0)
            if ready != asked:
                short.append(owner["metadata"]["name"])
        if not short:
            return
        if time.monotonic() > deadline:
            sys.exit(f"settle.py: not ready after 60 s: {' '.join(short)}")
        time.sleep(0.5)


def main():
    what, file = sys.argv[3], sys.argv[4]
    if what == "nodes":
        settle_nodes(file)
    elif what == "pods":
        with open(file, encoding="utf-8") as stream:
            settle_pods(json.load(stream))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
