#!/usr/bin/env python3
"""`bulkhead access least-privilege` and `access unused` against a real API server and its own audit log.

A user with every right does a few dozen random things, which the server's audit log records. Bulkhead proposes roles from the log;
they replace the user's rights. Then SubjectAccessReview must allow exactly what was done: everything in the log, and of
BULKHEAD_QUERIES (2,000) other questions none. `access unused` must then find nothing unused, and of one more right just that.
"""
import json
import os
import pathlib
import random
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "cluster"), str(HERE.parent)]
import api as cluster_api
from snapshot_file import write_snapshot

RBAC = "/apis/rbac.authorization.k8s.io/v1"
USER = 'team:robot "7" # {x}'
KINDS = [("", "v1", "configmaps"), ("", "v1", "secrets"), ("", "v1", "serviceaccounts"), ("apps", "v1", "deployments"), ("batch", "v1", "jobs")]
VERBS = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"]
NAMES = ["one", "two", "three.a", "web"]


def place(group, version, resource, namespace, name=""):
    root = f"/apis/{group}/{version}" if group else f"/api/{version}"
    return f"{root}/{'namespaces/' + namespace + '/' if namespace else ''}{resource}{'/' + name if name else ''}"


def main():
    bulkhead, count = os.environ["BULKHEAD"], int(os.environ.get("BULKHEAD_QUERIES", "2000"))
    r = random.Random(int(os.environ.get("BULKHEAD_SEED", "1")))
    pathlib.Path("policy.yaml").write_text("apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{level: Metadata}]\n")
    here = pathlib.Path.cwd()
    os.environ["BULKHEAD_API_FLAGS"] = f"--audit-policy-file={here}/policy.yaml --audit-log-path={here}/audit.log"
    api = cluster_api.start("api")
    try:
        for namespace in ("red", "green"):
            api.make("/api/v1/namespaces", {"metadata": {"name": namespace}})
        api.make(f"{RBAC}/clusterrolebindings", {"metadata": {"name": "robot-all"}, "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": USER}],
                                                 "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"}})
        done = set()

        def act(method, path, body=None):
            data = json.dumps(body) if body is not None else None
            kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
            api.connection.request(method, path, data, {"Content-Type": kind, "Impersonate-User": USER})
            answer = api.connection.getresponse()
            answer.read()
            assert answer.status != 403, (method, path, answer.status)

        for _ in range(40):
            group, version, resource = r.choice(KINDS)
            namespace, name, verb = r.choice(["red", "green", "green", ""]), r.choice(NAMES), r.choice([v for v in VERBS if v != "watch"])
            if not namespace:
                verb = "list"
            one = name if verb in ("get", "update", "patch", "delete") else ""
            path = place(group, version, resource, namespace, one)
            kind = {"configmaps": "ConfigMap", "secrets": "Secret", "serviceaccounts": "ServiceAccount", "deployments": "Deployment", "jobs": "Job"}[resource]
            body = {"apiVersion": f"{group}/{version}" if group else version, "kind": kind, "metadata": {"name": name, "namespace": namespace}}
            method = {"get": "GET", "list": "GET", "create": "POST", "update": "PUT", "patch": "PATCH", "delete": "DELETE", "deletecollection": "DELETE"}[verb]
            act(method, path, body if verb in ("create", "update") else {"metadata": {}} if verb == "patch" else None)
            done.add((verb, namespace, group, resource, "", one))
        act("GET", "/api/v1/namespaces/red")
        done.add(("get", "red", "", "namespaces", "", "red"))
        act("GET", "/api/v1/namespaces/green/pods/web/log")
        done.add(("get", "green", "", "pods", "log", "web"))
        act("POST", "/api/v1/namespaces/green/serviceaccounts/one/token", {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}})
        done.add(("create", "green", "", "serviceaccounts", "token", "one"))
        act("GET", "/healthz")
        time.sleep(1)

        yaml = subprocess.run([bulkhead, "access", "least-privilege", f"user:{USER}", "--audit-log", "audit.log"], capture_output=True, text=True, check=True).stdout
        pathlib.Path("roles.yaml").write_text(yaml)
        status, _ = api.ask("DELETE", f"{RBAC}/clusterrolebindings/robot-all")
        assert status == 200
        kubectl = f"{os.environ['BULKHEAD_CLUSTER']}/kubectl"
        subprocess.run([kubectl, f"--kubeconfig={os.environ['BULKHEAD_CLUSTER']}/admin.kubeconfig", "apply", "-f", "roles.yaml"], check=True, stdout=subprocess.DEVNULL)
        time.sleep(1)

        def may(verb, namespace, group, resource, sub, name):
            spec = {"user": USER, "groups": ["system:authenticated"], "resourceAttributes": {
                "verb": verb, "namespace": namespace, "group": group, "resource": resource, "subresource": sub, "name": name}}
            return api.make("/apis/authorization.k8s.io/v1/subjectaccessreviews", {"spec": spec})["status"]["allowed"]

        wrong = [f"was done and is refused: {q}" for q in sorted(done) if not may(*q)]
        more = 0
        while more < count:
            group, _, resource = r.choice(KINDS + [("", "v1", "pods"), ("", "v1", "namespaces")])
            q = (r.choice(VERBS), r.choice(["red", "green", "", "default"]), group, resource, r.choice(["", "", "log", "token", "status"]), r.choice(["", *NAMES, "red"]))
            # Done, or covered by what was done: a list everywhere is one in each namespace, one without a name is one with it.
            covered = any(d[0] == q[0] and d[1] in ("", q[1]) and d[2:5] == q[2:5] and d[5] in ("", q[5]) for d in done)
            more += 1
            if may(*q) != covered:
                wrong.append(f"{'covered and refused' if covered else 'not done and allowed'}: {q}")
        for line in wrong[:20]:
            print(line)

        def objects():
            return [o for kind in ("clusterroles", "clusterrolebindings", "roles", "rolebindings") for o in api.items(f"{RBAC}/{kind}")]

        def unused():
            write_snapshot("rbac.tar", objects())
            out = subprocess.run([bulkhead, "access", "unused", "--subject", f"user:{USER}", "--audit-log", "audit.log", "--snapshot", "rbac.tar", "--format", "json"],
                                 capture_output=True, text=True, check=True).stdout
            return json.loads(out)["unused"]

        left = unused()
        if left:
            wrong.append("unused, though the roles hold only what was used")
            print(left)
        api.make(f"{RBAC}/namespaces/red/roles", {"metadata": {"name": "more"}, "rules": [{"verbs": ["get", "patch"], "apiGroups": [""], "resources": ["endpoints"]}]})
        api.make(f"{RBAC}/namespaces/red/rolebindings", {"metadata": {"name": "more"}, "subjects": [{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": USER}],
                                                         "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "more"}})
        found = [(u["namespace"], u["right"], u["verbs"]) for u in unused()]
        if found != [("red", "endpoints", ["get", "patch"])]:
            wrong.append(f"unused: {found}")
    finally:
        cluster_api.stop()
    print(f"{len(done)} things done, {count} other questions, {len(wrong)} disagreements")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
