#!/usr/bin/env python3
"""Compares `bulkhead tool cvss` with PyPI's cvss package: every base vector of 2.0, 3.0 and 3.1, and random full vectors of all versions.

    cvss_oracle.py [--bulkhead PROGRAM] [--count N] [--seed S] [--golden FILE] [--cache DIR]

PROGRAM is $BULKHEAD where it is not given.

The package takes 3.1's Roundup as the exact ceiling, the specification (Appendix A) rounds to five decimals first; a difference
that comes from this alone would be printed like any other: there is none among these vectors.
Exit code 0: no disagreement; 1: some; 77: the package is not to be had.
"""
import argparse
import itertools
import json
import os
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "version_oracles"))
import tools  # noqa: E402

V2 = {"AV": "L A N", "AC": "H M L", "Au": "M S N", "C": "N P C", "I": "N P C", "A": "N P C"}
V2_MORE = {"E": "U POC F H ND", "RL": "OF TF W U ND", "RC": "UC UR C ND", "CDP": "N L LM MH H ND", "TD": "N L M H ND",
           "CR": "L M H ND", "IR": "L M H ND", "AR": "L M H ND"}
V3 = {"AV": "N A L P", "AC": "L H", "PR": "N L H", "UI": "N R", "S": "U C", "C": "N L H", "I": "N L H", "A": "N L H"}
V3_MORE = {"E": "X U P F H", "RL": "X O T W U", "RC": "X U R C", "CR": "X L M H", "IR": "X L M H", "AR": "X L M H", "MAV": "X N A L P",
           "MAC": "X L H", "MPR": "X N L H", "MUI": "X N R", "MS": "X U C", "MC": "X N L H", "MI": "X N L H", "MA": "X N L H"}
V4 = {"AV": "N A L P", "AC": "L H", "AT": "N P", "PR": "N L H", "UI": "N P A", "VC": "H L N", "VI": "H L N", "VA": "H L N",
      "SC": "H L N", "SI": "H L N", "SA": "H L N"}
V4_MORE = {"E": "X A P U", "CR": "X H M L", "IR": "X H M L", "AR": "X H M L", "MAV": "X N A L P", "MAC": "X L H", "MAT": "X N P",
           "MPR": "X N L H", "MUI": "X N P A", "MVC": "X H L N", "MVI": "X H L N", "MVA": "X H L N", "MSC": "X H L N",
           "MSI": "X S H L N", "MSA": "X S H L N", "S": "X N P", "AU": "X N Y", "R": "X A U I", "V": "X D C", "RE": "X L M H",
           "U": "X Clear Green Amber Red"}
PREFIX = {"2": "", "3.0": "CVSS:3.0/", "3.1": "CVSS:3.1/", "4": "CVSS:4.0/"}

ORACLE = """
import sys
from cvss import CVSS2, CVSS3, CVSS4
for line in sys.stdin:
    vector = line.strip()
    kind = CVSS4 if vector.startswith("CVSS:4") else CVSS3 if vector.startswith("CVSS:3") else CVSS2
    try:
        print(*kind(vector).scores())
    except Exception:
        print("!")
"""


def every(metrics, prefix):
    values = [[f"{name}:{value}" for value in allowed.split()] for name, allowed in metrics.items()]
    return [prefix + "/".join(fields) for fields in itertools.product(*values)]


def some(base, more, prefix, rng, count):
    result = []
    for _ in range(count):
        fields = [f"{name}:{rng.choice(allowed.split())}" for name, allowed in base.items()]
        share = rng.choice([0.1, 0.4, 0.8, 1.0])
        fields += [f"{name}:{rng.choice(allowed.split())}" for name, allowed in more.items() if rng.random() < share]
        text = prefix + "/".join(fields)
        if rng.random() < 0.02:  # malformed ones too
            at = rng.randrange(len(text))
            text = text[:at] + rng.choice(["", "/", "X", "Q"]) + text[at + 1:]
        result.append(text)
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bulkhead", default=os.environ.get("BULKHEAD", "bulkhead"))
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--golden")
    parser.add_argument("--cache", default=os.path.expanduser("~/.cache/bulkhead-oracles"))
    options = parser.parse_args()
    cache = pathlib.Path(options.cache)
    cache.mkdir(parents=True, exist_ok=True)
    try:
        python, version = tools.python_venv(cache, "venv-cvss", "cvss")
    except tools.Missing as why:
        print(f"skipped: {why}")
        sys.exit(77)
    rng = random.Random(options.seed)
    vectors = every(V2, PREFIX["2"]) + every(V3, PREFIX["3.0"]) + every(V3, PREFIX["3.1"])
    vectors += some(V2, V2_MORE, PREFIX["2"], rng, options.count)
    vectors += some(V3, V3_MORE, PREFIX["3.0"], rng, options.count) + some(V3, V3_MORE, PREFIX["3.1"], rng, options.count)
    vectors += some(V4, V4_MORE, PREFIX["4"], rng, options.count)
    text = "".join(vector + "\n" for vector in vectors)
    theirs = subprocess.run([python, "-c", ORACLE], input=text, capture_output=True, text=True, check=True).stdout.splitlines()
    ours = subprocess.run([options.bulkhead, "tool", "cvss"], input=text, capture_output=True, text=True, check=True).stdout.splitlines()
    wrong = 0
    rows = []
    for vector, answer, line in zip(vectors, theirs, ours, strict=True):
        document = json.loads(line)
        if "error" in document:
            mine = "!"
        elif "score" in document:
            mine = f"{document['score']:.1f}"
        else:
            mine = " ".join(str(document[key]) for key in ("base", "temporal", "environmental"))
        if mine != answer:
            wrong += 1
            if wrong <= 20:
                print(f"  {vector}: {version} says {answer}, bulkhead {line}")
        rows.append((vector, answer))
    print(f"{len(vectors)} vectors against PyPI {version}: {wrong} disagreements")
    if options.golden and not wrong:
        chosen = sorted(rng.sample(rows, 600))
        pathlib.Path(options.golden).write_text("".join(f"{vector}\t{answer}\n" for vector, answer in chosen))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
