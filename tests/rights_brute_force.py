#!/usr/bin/env python3
"""Rights against brute force: rights_brute_force.py PROGRAM [COUNT] [SEED]

Makes COUNT random sets of roles and bindings, and works out every question over small pools of words by reading rule after rule as
"Using RBAC Authorization" has it, below. `access can-i`, `who-can`, `rights` and `unused` must each say the same: a right is listed
if and only if it is given; with a log in which half of the questions were asked and allowed, exactly the rest is unused.
"""
import itertools
import json
import pathlib
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from snapshot_file import write_snapshot

VERBS, GROUPS, NAMES, NAMESPACES = ["get", "list", "update"], ["", "apps"], ["", "one"], ["", "red", "green"]
RESOURCES = ["pods", "pods/exec", "things", "things/scale"]
SUBJECTS = {"user:alice": ("alice", {"system:authenticated"}), "group:team": ("", {"team", "system:authenticated"}),
            "sa:red/robot": ("system:serviceaccount:red:robot", {"system:serviceaccounts", "system:serviceaccounts:red", "system:authenticated"})}
BOUND = [{"kind": "User", "name": "alice"}, {"kind": "Group", "name": "team"}, {"kind": "ServiceAccount", "namespace": "red", "name": "robot"},
         {"kind": "Group", "name": "system:serviceaccounts:red"}, {"kind": "User", "name": "system:serviceaccount:red:robot"}]


def rule(r):
    out = {"verbs": r.sample(VERBS + ["*"], r.choice([1, 2])), "apiGroups": r.sample(GROUPS + ["*"], r.choice([1, 2])),
           "resources": r.sample(RESOURCES + ["*", "*/scale"], r.choice([1, 2]))}
    if r.random() < 0.3:
        out["resourceNames"] = ["one"]
    return out


def cluster(r):
    objects = [{"kind": "Namespace", "metadata": {"name": n}} for n in NAMESPACES[1:]]
    # "/things" could be a URL: here a role that nobody has names it.
    objects.append({"kind": "ClusterRole", "metadata": {"name": "words"}, "rules": [{"verbs": ["get"], "apiGroups": [""], "resources": RESOURCES}]})
    for i in range(4):
        objects.append({"kind": "ClusterRole", "metadata": {"name": f"c{i}"}, "rules": [rule(r) for _ in range(r.randrange(3))]})
        objects.append({"kind": "Role", "metadata": {"namespace": r.choice(NAMESPACES[1:]), "name": f"r{i}"}, "rules": [rule(r) for _ in range(r.randrange(3))]})
    for i in range(3):
        objects.append({"kind": "ClusterRoleBinding", "metadata": {"name": f"cb{i}"}, "subjects": r.sample(BOUND, r.choice([1, 2])),
                        "roleRef": {"kind": "ClusterRole", "name": f"c{r.randrange(5)}"}})
    for i in range(5):
        kind = r.choice(["Role", "ClusterRole"])
        objects.append({"kind": "RoleBinding", "metadata": {"namespace": r.choice(NAMESPACES[1:]), "name": f"b{i}"}, "subjects": r.sample(BOUND, r.choice([1, 2])),
                        "roleRef": {"kind": kind, "name": kind[0].lower() + str(r.randrange(5))}})
    return objects


def named(subject, who):
    user, groups = who
    if subject["kind"] == "Group":
        return subject["name"] in groups
    name = subject["name"] if subject["kind"] == "User" else f"system:serviceaccount:{subject['namespace']}:{subject['name']}"
    return user == name


def allows(rule, verb, group, resource, name):
    """'verbs, apiGroups, resources: * is all'; '*/sub is that subresource of every resource'; resourceNames need a name."""
    if not {verb, "*"} & set(rule["verbs"]) or not {group, "*"} & set(rule["apiGroups"]):
        return False
    if not ({resource, "*"} & set(rule["resources"]) or ("/" in resource and "*/" + resource.split("/")[1] in rule["resources"])):
        return False
    return not rule.get("resourceNames") or name in rule["resourceNames"]


def granted(objects, who, namespace, verb, group, resource, name):
    roles = {(o["kind"], o["metadata"].get("namespace", ""), o["metadata"]["name"]): o["rules"] for o in objects if o["kind"] in ("Role", "ClusterRole")}
    for binding in objects:
        if not binding["kind"].endswith("Binding") or not any(named(s, who) for s in binding["subjects"]):
            continue
        own = binding["metadata"].get("namespace", "")
        if own and own != namespace:
            continue
        ref = binding["roleRef"]
        rules = roles.get((ref["kind"], own if ref["kind"] == "Role" else "", ref["name"]), [])
        if any(allows(rule, verb, group, resource, name) for rule in rules):
            return True
    return False


def run(program, *words, stdin=None):
    done = subprocess.run([program, "access", *words], input=stdin, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def covered(rights, namespace, verb, group, resource, name):
    for right in rights:
        if right["namespace"] not in ("", namespace) or (right["name"] and right["name"] != name) or right["url"]:
            continue
        one = {"verbs": list(right["verbs"]), "apiGroups": [right["group"]], "resources": [right["resource"]]}
        if allows(one, verb, group, resource, name):
            return True
    return False


def check(program, r, folder):
    objects = cluster(r)
    write_snapshot(f"{folder}/c.tar", objects)
    questions = list(itertools.product(NAMESPACES, VERBS, GROUPS, RESOURCES, NAMES))
    for subject, who in SUBJECTS.items():
        rights = json.loads(run(program, "rights", subject, "--snapshot", f"{folder}/c.tar", "--format", "json"))["rights"]
        lines = "".join(f"{subject}\t{v}\t{g}/{res}{':' + n if n else ''}\t{ns}\n" for ns, v, g, res, n in questions)
        answers = run(program, "can-i", "--stdin", "--snapshot", f"{folder}/c.tar", stdin=lines).split()
        for question, answer in zip(questions, answers, strict=True):
            expected = granted(objects, who, *question)
            assert answer == ("yes" if expected else "no"), (subject, question, expected, answer, objects)
            assert covered(rights, *question) == expected, (subject, question, expected, rights, objects)
    ns, verb, group, resource, name = r.choice(questions)
    wanted = f"{group}/{resource}{':' + name if name else ''}"
    who_can = json.loads(run(program, "who-can", verb, wanted, *(["-n", ns] if ns else []), "--snapshot", f"{folder}/c.tar", "--format", "json"))["subjects"]
    for subject in BOUND:
        text = f"sa:{subject['namespace']}/{subject['name']}" if subject["kind"] == "ServiceAccount" else f"{subject['kind'].lower()}:{subject['name']}"
        text = {"user:system:serviceaccount:red:robot": "sa:red/robot"}.get(text, text)
        alone = ("system:serviceaccount:red:robot", set()) if text == "sa:red/robot" else ("", {subject["name"]}) if subject["kind"] == "Group" else (subject["name"], set())
        expected = granted(objects, alone, ns, verb, group, resource, name)
        assert (text in [s["subject"] for s in who_can]) == expected, (text, ns, verb, wanted, who_can, objects)
    # A log of half of what alice may do: the rights that none of it needs are unused, the others are not.
    done = [q for q in questions if granted(objects, ("alice", set()), *q) and r.random() < 0.5]
    with open(f"{folder}/audit.log", "w") as log:
        for ns, verb, group, resource, name in done:
            plain, _, sub = resource.partition("/")
            log.write(json.dumps({"verb": verb, "user": {"username": "alice"}, "objectRef": {"resource": plain, "subresource": sub, "apiGroup": group, "namespace": ns, "name": name}}) + "\n")
    unused = json.loads(run(program, "unused", "--subject", "user:alice", "--audit-log", f"{folder}/audit.log", "--snapshot", f"{folder}/c.tar", "--format", "json"))["unused"]
    for right in json.loads(run(program, "rights", "user:alice", "--snapshot", f"{folder}/c.tar", "--format", "json"))["rights"]:
        text = f"{right['group'] + '/' if right['group'] else ''}{right['resource']}{':' + right['name'] if right['name'] else ''}"
        for verb in right["verbs"]:
            used = any(covered([dict(right, verbs=[verb])], ns, v, g, res, "" if v == "list" else n) for ns, v, g, res, n in done)
            said = any(u["namespace"] == right["namespace"] and u["right"] == text and verb in u["verbs"] for u in unused)
            assert said != used, (right, verb, used, unused, done)
    return len(questions) * len(SUBJECTS)


def main():
    program, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    asked = 0
    with tempfile.TemporaryDirectory() as folder:
        for i in range(count):
            asked += check(program, random.Random(seed * 1_000_003 + i), folder)
    print(f"{count} sets of roles, {asked} questions, no disagreement (seed {seed})")


if __name__ == "__main__":
    main()
