#!/usr/bin/env python3
"""Runs the published weaknesses: published_weaknesses.py PROGRAM TOP [PUBLISHER or NAME…]

Each file of tests/published states one weakness that others published, in manifests of ours, with a head of comment lines:

  # weakness: its name at the source
  # source: repository, path and commit that we read, licence
  # steps: ROW=open, ROW     steps that the manifests, alone as they are, must give; without a state: open or unknown
  # from: ROW ns/name        of this row only steps that start there count
  # to: ROW ns/name          of this row only steps that lead there count
  # subjects: N              the steps must start from so many different workloads
  # harden: old => new       (any number) the smallest change of the source's own advice; in that twin every row of `steps` is absent
  # twin keeps: ROW: why     rows that stay in the twin
  # absent: ROW, …           rows that must not appear in the manifests as they are, with `# reason:`
  # no row: why              a weakness that is none of a step; only listed

A step that is cut counts as absent. Prints the table of weaknesses with -v.
"""
import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import tempfile


def read(path):
    head, body = {}, []
    for line in path.read_text().splitlines():
        key = re.match(r"# ([a-z ]+): ?(.*)$", line) if not body else None
        if key:
            head.setdefault(key[1], []).append(key[2])
        else:
            body.append(line)
    return head, "\n".join(body) + "\n"


def steps_of(program, manifests):
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "case.yaml").write_text(manifests)
        done = subprocess.run([program, "steps", "--quiet", "--from-manifests", folder, "--format", "jsonl"], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"exit {done.returncode}: {done.stderr}")
    return [step for step in map(json.loads, done.stdout.splitlines()) if step["state"] != "cut"]


def end(step, which):
    return f"{step[which]['namespace']}/{step[which]['name']}"


def of_row(steps, row, head):
    found = [step for step in steps if step["step"] == row]
    for key in ("from", "to"):
        for line in head.get(key, []):
            of, place = line.split()
            found = [step for step in found if of != row or end(step, key) == place]
    return found


def check(program, path):
    head, body = read(path)
    problems = []
    if not head.get("weakness") or not head.get("source"):
        problems.append("says no weakness or no source")
    if "no row" in head:
        return head, problems
    steps = steps_of(program, body)
    for row in [row.strip() for row in ",".join(head.get("absent", [])).split(",") if row.strip()]:
        if of_row(steps, row, head):
            problems.append(f"{row} must be absent")
    wanted = [row.strip().split("=") for row in ",".join(head.get("steps", [])).split(",") if row.strip()]
    for row, *state in wanted:
        found = of_row(steps, row, head)
        if not found:
            problems.append(f"no step {row}")
        elif state and all(step["state"] != state[0] for step in found):
            problems.append(f"{row} is {found[0]['state']}, not {state[0]}: {'; '.join(found[0]['facts'])}")
        subjects = int(head.get("subjects", ["0"])[0])
        starts = {end(step, "from") for step in found}
        if len(starts) < subjects:
            problems.append(f"{row} starts from {len(starts)} places, not {subjects}")
    if "harden" in head:
        twin = body
        for change in head["harden"]:
            old, new = (part.replace("\\n", "\n") for part in change.split(" => "))
            if old.rstrip("\n") not in twin:
                problems.append(f"nothing to harden: {old}")
            twin = twin.replace(old, new)
        keeps = [line.split(":")[0] for line in head.get("twin keeps", [])]
        rest = steps_of(program, twin)
        for row, *_ in wanted:
            for step in of_row(rest, row, head) if row not in keeps else []:
                problems.append(f"{row} is still {step['state']} in the twin: {'; '.join(step['facts'])}")
    return head, problems


def main():
    arguments = [word for word in sys.argv[1:] if word != "-v"]
    program, top, names = arguments[0], pathlib.Path(arguments[1]) / "tests/published", arguments[2:]
    files = [path for path in sorted(top.glob("*/*.yaml")) if not names or path.stem in names or path.parent.name in names]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda path: check(program, path), files))
    failed = 0
    for path, (head, problems) in zip(files, results):
        for problem in problems:
            print(f"{path.relative_to(top)}: {problem}")
        failed += bool(problems)
        if "-v" in sys.argv and not problems:
            seen = head.get("steps") or ["absent: " + head["absent"][0] + " (" + head["reason"][0] + ")"] if "no row" not in head else ["no row: " + head["no row"][0]]
            print(f"{path.relative_to(top)}: {head['weakness'][0]}: {seen[0]}")
    listed = sum("no row" in head for head, _ in results)
    print(f"{len(files)} published weaknesses: {len(files) - listed - failed} right, {failed} wrong, {listed} listed as no step of a cluster")
    sys.exit(1 if failed or not files else 0)


main()
