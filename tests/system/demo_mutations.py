#!/usr/bin/env python3
"""Changes of the demo's cluster must change what Bulkhead says, and only as they should: demo_mutations.py [PROGRAM]

The recorded snapshot is changed by mutate_snapshot.py (no shared code with the program) and read again:
- renaming every object consistently changes nothing but names;
- a NetworkPolicy whose selector matches nothing opens ways to what it closed, and only there; the risk does not fall;
- a pod label that no selector names any more opens the way in and closes the way on;
- nodes on a fixed kernel lose the ways out through kernel flaws, and the plan its kernel updates;
- a list that was refused (policies, rights) never lowers the ceiling, and --strict says 4.
"""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / "tests"))
from mutate_snapshot import Snapshot, apply  # noqa: E402

DEMO = TOP / "demo/shop.snapshot.tar.zst"
FEEDS = [*sorted((TOP / "data/feeds").iterdir()), TOP / "data/escape/escape-catalogue.json", TOP / "data/kubernetes/k8s-cve-preconditions.json"]
OLD_NODES = ("worker-2", "worker-3")
FIXED_KERNEL = "6.12.102-flatcar"
AS_OF = "2026-11-24"
TRIALS = 4096
wrong = []


def check(good, text):
    print(("ok      " if good else "NOT OK  ") + text)
    if not good:
        wrong.append(text)


class Program:
    def __init__(self, path, folder):
        self.path, self.folder = path, folder
        self.database = folder / "advisories.db"
        self.run("db", "import", *FEEDS, "--db", self.database)

    def run(self, *arguments, code=0):
        done = subprocess.run([self.path, *map(str, arguments)], capture_output=True, text=True)
        if done.returncode != code:
            sys.exit(f"{' '.join(map(str, arguments))}: exit code {done.returncode}, expected {code}\n{done.stderr}")
        return done.stdout

    def flags(self, snapshot):
        return ["--snapshot", snapshot, "--images", TOP / "demo/images", "--db", self.database, "--as-of", AS_OF]

    def changed(self, *changes):
        snapshot, mapping = Snapshot(DEMO), {}
        for change in changes:
            mapping |= apply(snapshot, change)
        path = self.folder / (re.sub(r"\W+", "-", "_".join(changes)) + ".tar.zst")
        snapshot.write(path)
        return path, mapping

    def steps(self, snapshot):
        """The graph of the cluster alone: no image is read, so that every reachable workload may be entered."""
        return [json.loads(line) for line in self.run("steps", "--format", "jsonl", "--snapshot", snapshot, "--as-of", AS_OF).splitlines()]

    def scan(self, snapshot, *more):
        return json.loads(self.run("scan", "--format", "json", "--trials", TRIALS, *self.flags(snapshot), *more))


def end(position):
    return (position["kind"], position.get("namespace", ""), position["name"], position.get("node", ""))


def live(steps):
    """Steps that are walked, by what they are: row, both ends, flaws."""
    return collections.Counter((s["step"], end(s["from"]), end(s["to"]), tuple(sorted(s["flaws"])), s["state"]) for s in steps if s["state"] != "cut")


def rename(text, mapping):
    return re.sub(r"[A-Za-z0-9][A-Za-z0-9.-]*", lambda m: mapping.get(m[0], m[0]), text)


def risks(scan):
    return {a["name"]: a for a in scan["attackers"] if a["on"]}


def risk_not_lower(before, after, what):
    for name, b in risks(before).items():
        a = risks(after)[name]
        check(a["risk"]["ci95"][1] >= b["risk"]["ci95"][0], f"{what}: the risk from the {name} attacker is not lower ({b['risk']['mean']:.2f} → {a['risk']['mean']:.2f})")


def to_workload(steps, place, sources=None):
    """Live network steps into a workload from other workloads, by their origin's place."""
    namespace, name = place.split("/")
    return {f"{s['from']['namespace']}/{s['from']['name']}" for s in steps
            if s["state"] != "cut" and s["step"].startswith("NET_") and s["from"]["kind"] == "workload" and (s["to"].get("namespace"), s["to"]["name"]) == (namespace, name)}


def main():
    with tempfile.TemporaryDirectory() as folder:
        program = Program(sys.argv[1] if len(sys.argv) > 1 else os.environ["BULKHEAD"], pathlib.Path(folder))
        steps, scan = program.steps(DEMO), program.scan(DEMO)
        check(scan == program.scan(DEMO, "--threads", 1), "the same answer twice, and with one thread")

        path, mapping = program.changed("rename")
        renamed = program.steps(path)
        wanted = collections.Counter({tuple(rename(json.dumps(part), mapping) for part in key): n for key, n in live(steps).items()})
        got = collections.Counter({tuple(json.dumps(part) for part in key): n for key, n in live(renamed).items()})
        check(wanted == got, f"renamed: the same {sum(wanted.values())} live steps")
        for key in list((wanted - got).keys())[:3] + list((got - wanted).keys())[:3]:
            print("        ", key)
        again = program.scan(path)
        for name, b in risks(scan).items():
            a = risks(again)[name]
            check(a["risk"]["ci95"][0] <= b["risk"]["ci95"][1] and b["risk"]["ci95"][0] <= a["risk"]["ci95"][1] and abs(a["ceiling"] - b["ceiling"]) <= 0.05 * max(b["ceiling"], 1e-9),
                  f"renamed: the risk from the {name} attacker agrees ({b['risk']['mean']:.3f}, {a['risk']['mean']:.3f})")
        check([[x["kind"] for x in p["actions"]] for p in again["plan"]][:1] == [[x["kind"] for x in p["actions"]] for p in scan["plan"]][:1], "renamed: the plan begins with the same kind of action")

        path, _ = program.changed("policy-matches-nothing:shop/orders-db")
        opened = program.steps(path)
        before, after = to_workload(steps, "shop/orders-db"), to_workload(opened, "shop/orders-db")
        check("ci/runner" not in before and {"ci/runner", "shop/web", "shop/api"} <= after, f"policy of orders-db off: new origins {sorted(after - before)}")
        elsewhere = {k for k in (live(opened) - live(steps)) if k[2][1:3] != ("shop", "orders-db") and k[1][1:3] != ("shop", "orders-db")}
        check(not elsewhere, f"policy of orders-db off: nothing else opens ({len(elsewhere)})")
        risk_not_lower(scan, program.scan(path), "policy of orders-db off")

        path, _ = program.changed("pod-label:shop/orders:app=other")
        relabelled = program.steps(path)
        check("ci/runner" not in to_workload(steps, "shop/orders") and "ci/runner" in to_workload(relabelled, "shop/orders"), "orders relabelled: its own policy no longer closes it")
        check("shop/orders" in to_workload(steps, "shop/orders-db") and "shop/orders" not in to_workload(relabelled, "shop/orders-db"), "orders relabelled: the database's policy shuts it out")

        path, _ = program.changed(*(f"kernel:{node}={FIXED_KERNEL}" for node in OLD_NODES))
        fixed = program.scan(path)
        kernels = lambda answer: sorted(x["title"] for p in answer["plan"] for x in p["actions"] if x["kind"] == "update-kernel")
        check(any(node in title for title in kernels(scan) for node in OLD_NODES), f"old kernels: the plan updates them ({kernels(scan)})")
        check(not any(node in title for title in kernels(fixed) for node in OLD_NODES), f"kernels updated: the plan no longer does ({kernels(fixed)})")
        for name, b in risks(scan).items():
            check(risks(fixed)[name]["risk"]["ci95"][0] <= b["risk"]["ci95"][1], f"kernels updated: the risk from the {name} attacker is not higher")

        for refused in ("networking.k8s.io/networkpolicies", "rbac.authorization.k8s.io/clusterrolebindings", "rbac.authorization.k8s.io/rolebindings", "rbac.authorization.k8s.io/clusterroles",
                        "rbac.authorization.k8s.io/roles"):
            path, _ = program.changed(f"forbidden:{refused}")
            unread = program.scan(path)
            for name, b in risks(scan).items():
                check(risks(unread)[name]["ceiling"] >= b["ceiling"] - 1e-9, f"{refused} refused: the {name} ceiling is not lower ({b['ceiling']:.3f} → {risks(unread)[name]['ceiling']:.3f})")
            program.run("scan", "--strict", *program.flags(path), code=4)
            check(True, f"{refused} refused: --strict exits 4")
    print(f"{len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
