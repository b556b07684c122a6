#!/usr/bin/env python3
"""Runs the fixtures of every row of the step catalogue: steps_fixtures.py PROGRAM TOP [--part K/N] [ROW…]

vulnerable.yaml must give a step of the row that is open or unknown, near_miss.yaml and mitigated.yaml none that is (a cut one is
right). Only what touches namespace `case`, its node or service account counts; near_miss may differ from vulnerable in a few lines only.
Rows that are a way to write the graph (ONE_OF) have no fixtures; those of K8S_FLAW are data/kubernetes/fixtures; an image with a
malicious package is no manifest (tests/scenario/risk/malicious_image.test), nor is what a kubelet says of itself (src/graph/open_doors_test.cc).
--part takes every Nth row from the Kth on, so that N runs share the work.
"""
import argparse
import difflib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

WITHOUT = {"ONE_OF", "K8S_FLAW", "EXT_IMAGE", "EXT_KUBELET", "NET_KUBELET"}
# Of these rows some steps stand for flaws that nobody knows yet or runc's unseen version, which no manifest closes: the surface tells.
ALIAS = {"NET_RESIDUAL": "NET_FLAW"}  # fixtures carry no images: an unread image makes who can connect a step of NET_FLAW
SURFACE = {"ESC_KERNEL": "syscalls", "ESC_RUNTIME": "host_network_root"}


def steps_of(program, row, manifest):
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "case.yaml").write_bytes(manifest.read_bytes())
        done = subprocess.run([program, "steps", "--from-manifests", folder, "--format", "jsonl", "--row", ALIAS.get(row, row)], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{manifest}: exit {done.returncode}: {done.stderr}")
    out = []
    for line in done.stdout.splitlines():
        step = json.loads(line)
        ends = (step["from"], step["to"])
        if step["state"] == "cut" or any(end["namespace"] == "kube-system" for end in ends):
            continue
        if row in SURFACE and not (step["to"]["id"].endswith("/" + SURFACE[row]) and step["from"]["kind"] == "workload"):
            continue
        if row in ("NET_FLAW", "NET_RESIDUAL") and step["from"]["id"].startswith("entry:"):
            continue  # the flaw itself; the step before it says who can connect
        if row == "NODE_PODS" and step["from"]["name"] != "n1":
            continue
        if any(end["namespace"] == "case" or end["kind"] in ("node", "asset", "identity") for end in ends) or row == "EXT_ETCD":
            out.append(step)
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("top", type=pathlib.Path)
    parser.add_argument("--part", default="1/1")
    parser.add_argument("row", nargs="*")
    options = parser.parse_args()
    program, top = options.program, options.top
    only = {name.upper() for name in options.row}
    part, parts = (int(number) for number in options.part.split("/"))
    problems = []
    checked = 0
    for path in sorted((top / "data/steps").glob("*.yaml"))[part - 1::parts]:
        row = re.search(r"^id: (\w+)$", path.read_text(), re.M).group(1)
        if row in WITHOUT or (only and row not in only):
            continue
        folder = top / "data/steps/fixtures" / path.stem
        files = {name: folder / f"{name}.yaml" for name in ("vulnerable", "near_miss", "mitigated")}
        if missing := [str(file) for file in files.values() if not file.exists()]:
            problems.append(f"{row}: no {', '.join(missing)}")
            continue
        found = {name: steps_of(program, row, file) for name, file in files.items()}
        if not found["vulnerable"]:
            problems.append(f"{row}: vulnerable.yaml gives no such step")
        for name in ("near_miss", "mitigated"):
            for step in found[name]:
                problems.append(f"{row}: {name}.yaml gives {step['id']} ({step['state']}): {'; '.join(step['facts'])}")
        changed = [line for line in difflib.ndiff(files["vulnerable"].read_text().splitlines(), files["near_miss"].read_text().splitlines()) if line[0] == "-"]
        if len(changed) > 2 and row not in ("NODE_USER_ROOT", "CP_ALL", "REPLICA"):
            problems.append(f"{row}: near_miss.yaml differs from vulnerable.yaml in {len(changed)} lines")
        checked += 1
    print("\n".join(problems) or f"{checked} rows: vulnerable gives the step, near miss and mitigated do not")
    sys.exit(1 if problems else 0)


main()
