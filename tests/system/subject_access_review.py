#!/usr/bin/env python3
"""`bulkhead access can-i --stdin` against SubjectAccessReview of a real API server.

Makes random ClusterRoles (aggregated ones too), Roles and bindings beside the server's own, records the cluster, and asks
BULKHEAD_QUERIES (10,000) random questions both ways. Every answer must be the same.
"""
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
NAMESPACES = ["red", "green", "blue"]
VERBS = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "impersonate", "bind", "escalate", "use", "approve", "*"]
GROUPS = ["", "apps", "batch", "networking.k8s.io", "rbac.authorization.k8s.io", "example.com", "plain", "*"]
RESOURCES = ["pods", "pods/exec", "pods/log", "pods/ephemeralcontainers", "secrets", "configmaps", "services", "nodes", "nodes/proxy", "namespaces", "serviceaccounts",
             "serviceaccounts/token", "deployments", "deployments/scale", "statefulsets/scale", "jobs", "ingresses", "networkpolicies", "roles", "clusterroles", "widgets", "widgets/status",
             "users", "groups"]
RULE_RESOURCES = RESOURCES + ["*", "*", "*/scale", "*/exec", "*/status", "pods/*"]
NAMES = ["db", "web", "tls", "admin", "system:node", "a.b-c"]
PATHS = ["/healthz", "/healthz/etcd", "/livez", "/metrics", "/metrics/slis", "/api", "/api/v1", "/apis", "/apis/apps", "/version", "/logs", "/logs/x", "/openapi/v2", "/custom", "/custom/deep/path"]
RULE_PATHS = PATHS + ["*", "/healthz/*", "/custom*", "/custom/*", "/apis/*", "/me*"]
USERS = ["alice", "bob", "carol", "team:lead", "dave@example.com"]
TEAMS = ["developers", "operators", "oidc:audit", "empty-team"]
ACCOUNTS = ["default", "builder", "runner"]


def some(r, pool, most):
    return sorted({r.choice(pool) for _ in range(r.randrange(1, most + 1))})


def random_rule(r, cluster_wide):
    if cluster_wide and r.random() < 0.2:
        return {"verbs": some(r, ["get", "post", "put", "*"], 2), "nonResourceURLs": some(r, RULE_PATHS, 3)}
    rule = {"verbs": some(r, VERBS, 4), "apiGroups": some(r, GROUPS, 3), "resources": some(r, RULE_RESOURCES, 4)}
    if r.random() < 0.3:
        rule["resourceNames"] = some(r, NAMES, 3)
    return rule


def random_subjects(r):
    subjects = []
    for _ in range(r.randrange(1, 4)):
        kind = r.randrange(10)
        if kind < 4:
            subjects.append({"kind": "ServiceAccount", "namespace": r.choice(NAMESPACES), "name": r.choice(ACCOUNTS)})
        elif kind < 7:
            name = r.choice(USERS) if r.random() < 0.8 else f"system:serviceaccount:{r.choice(NAMESPACES)}:{r.choice(ACCOUNTS)}"
            subjects.append({"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": name})
        else:
            pool = TEAMS[:3] * 3 + ["system:serviceaccounts"] + [f"system:serviceaccounts:{n}" for n in NAMESPACES] + ["system:unauthenticated"]
            subjects.append({"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": r.choice(pool)})
    return subjects


def fill(api, r):
    for name in NAMESPACES:
        api.make("/api/v1/namespaces", {"metadata": {"name": name}})
    for i in range(40):
        role = {"metadata": {"name": f"cr-{i}", "labels": {"bundle": r.choice("xyz"), "part": r.choice("pq")}}, "rules": [random_rule(r, True) for _ in range(r.randrange(0, 4))]}
        api.make(f"{RBAC}/clusterroles", role)
    for i in range(8):
        selectors = [{"matchLabels": {"bundle": r.choice("xyz")}}] if r.random() < 0.5 else [{"matchExpressions": [{"key": "bundle", "operator": "In", "values": ["x"]}, {"key": "part", "operator": "NotIn", "values": ["p"]}]}]
        if i % 3 == 2:
            selectors = [{"matchLabels": {"tier": "sum"}}]  # of the sums before it
        api.make(f"{RBAC}/clusterroles", {"metadata": {"name": f"sum-{i}", "labels": {"tier": "sum"} if i % 3 == 0 else {}}, "aggregationRule": {"clusterRoleSelectors": selectors}, "rules": []})
    for namespace in NAMESPACES:
        for i in range(10):
            api.make(f"{RBAC}/namespaces/{namespace}/roles", {"metadata": {"name": f"r-{i}"}, "rules": [random_rule(r, False) for _ in range(r.randrange(0, 4))]})
    cluster_roles = [f"cr-{i}" for i in range(40)] + [f"sum-{i}" for i in range(8)] + ["view", "edit", "admin", "missing"]
    for i in range(22):
        api.make(f"{RBAC}/clusterrolebindings", {"metadata": {"name": f"crb-{i}"}, "subjects": random_subjects(r),
                                                 "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": r.choice(cluster_roles)}})
    for namespace in NAMESPACES:
        for i in range(14):
            kind, name = ("ClusterRole", r.choice(cluster_roles)) if r.random() < 0.5 else ("Role", r.choice([f"r-{n}" for n in range(10)] + ["missing"]))
            api.make(f"{RBAC}/namespaces/{namespace}/rolebindings", {"metadata": {"name": f"rb-{i}"}, "subjects": random_subjects(r),
                                                                   "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name}})


def settled(api):
    """The objects, once the controller has filled the aggregated roles and leaves them."""
    before = None
    for _ in range(60):
        objects = [o for r in ("clusterroles", "clusterrolebindings", "roles", "rolebindings") for o in api.items(f"{RBAC}/{r}")] + api.items("/api/v1/namespaces")
        versions = [o["metadata"]["resourceVersion"] for o in objects if o["kind"] == "ClusterRole"]
        if versions == before and all(o.get("rules") for o in objects if o["metadata"]["name"] in ("view", "edit", "admin")):
            return objects
        before = versions
        time.sleep(1)
    raise SystemExit("the aggregated roles do not settle")


# A question: the words for Bulkhead, and the review for the server.
def subject(r, objects):
    kind = r.randrange(10)
    if kind < 4 or (kind < 6 and not objects):
        namespace, name = r.choice(NAMESPACES), r.choice(ACCOUNTS)
        return account(namespace, name)
    if kind < 6:  # whoever the server's own bindings name
        binding = r.choice([o for o in objects if o["kind"].endswith("Binding") and o.get("subjects")])
        of = r.choice(binding["subjects"])
        if of["kind"] == "ServiceAccount":
            return account(of["namespace"], of["name"])
        if of["kind"] == "User" and not of["name"].startswith("system:serviceaccount:"):
            return f"user:{of['name']}", {"user": of["name"], "groups": ["system:authenticated"]}
        return subject(r, objects)
    if kind < 8:
        name = r.choice(USERS)
        return f"user:{name}", {"user": name, "groups": ["system:authenticated"]}
    name = r.choice(TEAMS + ["system:unauthenticated", "system:masters"])
    groups = [name] if name == "system:unauthenticated" else [name, "system:authenticated"]
    return f"group:{name}", {"groups": groups}


def account(namespace, name):
    groups = ["system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated"]
    return f"sa:{namespace}/{name}", {"user": f"system:serviceaccount:{namespace}:{name}", "groups": groups}


def question(r, rules, objects):
    words, spec = subject(r, objects)
    rule = r.choice(rules) if r.random() < 0.6 else {}
    if rule.get("nonResourceURLs") or (not rule and r.random() < 0.15):
        path = r.choice(rule.get("nonResourceURLs", PATHS)).rstrip("*") or "/"
        path = path + r.choice(["", "", "x", "/x"]) if path != "/" else "/"
        if path.count("/") == 1 and path not in PATHS and path != "/":
            path += "/x"
        verb = r.choice([v for v in rule.get("verbs", ["get", "post"]) if v != "*"] or ["get"])
        return f"{words}\t{verb}\t{path}\t", dict(spec, nonResourceAttributes={"path": path, "verb": verb})
    verb = r.choice([v for v in rule.get("verbs", VERBS[:-1]) if v != "*"] or ["delete"])
    group = r.choice([g for g in rule.get("apiGroups", GROUPS[:-1]) if g != "*"] or ["example.com", ""])
    resource = r.choice([x for x in rule.get("resources", RESOURCES) if not x.startswith("*") and not x.endswith("*")] or RESOURCES)
    if r.random() < 0.15:
        resource = resource.partition("/")[0] + r.choice(["/scale", "/exec", "/status"])
    name = r.choice(rule.get("resourceNames", NAMES)) if r.random() < 0.5 else ""
    namespace = r.choice(NAMESPACES + ["kube-system", "", ""])
    plain, _, sub = resource.partition("/")
    attributes = {"verb": verb, "group": group, "resource": plain, "subresource": sub, "name": name, "namespace": namespace}
    return f"{words}\t{verb}\t{group}/{resource}{':' + name if name else ''}\t{namespace}", dict(spec, resourceAttributes=attributes)


def main():
    bulkhead = os.environ["BULKHEAD"]
    count, seed = int(os.environ.get("BULKHEAD_QUERIES", "10000")), int(os.environ.get("BULKHEAD_SEED", "1"))
    r = random.Random(seed)
    api = cluster_api.start("ctl")
    try:
        fill(api, r)
        objects = settled(api)
        write_snapshot("rbac.tar", objects)
        rules = [rule for o in objects if o["kind"] in ("Role", "ClusterRole") for rule in o.get("rules") or [] if o["metadata"]["name"][:2] in ("cr", "r-", "su") or r.random() < 0.3]
        questions = [question(r, rules, objects) for _ in range(count)]
        began = time.monotonic()
        expected = []
        for _, spec in questions:
            status = api.make("/apis/authorization.k8s.io/v1/subjectaccessreviews", {"spec": spec})["status"]
            expected.append("yes" if status["allowed"] else "no")
        took = time.monotonic() - began
    finally:
        cluster_api.stop()
    lines = "".join(line + "\n" for line, _ in questions)
    done = subprocess.run([bulkhead, "access", "can-i", "--stdin", "--snapshot", "rbac.tar"], input=lines, capture_output=True, text=True, check=True)
    got = done.stdout.splitlines()
    wrong = [(q[0], q[1], e, g) for q, e, g in zip(questions, expected, got, strict=True) if e != g]
    for line, spec, e, g in wrong[:20]:
        print(f"{line!r}: the server says {e}, Bulkhead {g}\n  {spec}")
    print(f"{count} questions (seed {seed}), {expected.count('yes')} yes, {len(wrong)} disagreements; the server took {took:.1f} s")
    many = (lines * (1_000_000 // count + 1)).encode()
    began = time.monotonic()
    subprocess.run([bulkhead, "access", "can-i", "--stdin", "--snapshot", "rbac.tar"], input=many, stdout=subprocess.DEVNULL, check=True)
    print(f"{len(questions) * (1_000_000 // count + 1)} questions in {time.monotonic() - began:.2f} s, start and snapshot included")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
