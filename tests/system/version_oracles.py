#!/usr/bin/env python3
"""Compares Bulkhead's version schemes with each ecosystem's own tool.

    version_oracles.py [--bulkhead PROGRAM] [--pairs N] [--seed S] [--collected DIR] [--golden DIR] [--cache DIR] [SCHEME…]

PROGRAM is $BULKHEAD where it is not given.

The tools come from the package registries (Debian: tools/packages-oracles.txt; npm, PyPI, Maven Central, crates.io, the Go module proxy)
into the cache folder. A scheme whose tool is not to be had is skipped with the reason. Versions are real ones (DIR/<scheme>.txt from --collected, one a
line, and the short lists below) and mutations of them; a pair is mostly a version and a near relative of it, since far ones are
ordered by their first number already. --golden writes a sample of the tool's answers for the unit tests. --npm-ranges FILE writes
node-semver's answers to --pairs pairs of version and range; the unit test NpmRange reads them from $BULKHEAD_NPM_RANGE_CASES.

Exit code 0: no disagreement; 1: some, each printed; 77: nothing could be compared.
"""
import argparse
import os
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "version_oracles"))
import generate  # noqa: E402
import tools  # noqa: E402


def ask(command, pairs, environment=None):
    text = "".join(f"{a}\t{b}\n" for a, b in pairs)
    answer = subprocess.run(command, input=text.encode("utf-8", "surrogateescape"), stdout=subprocess.PIPE, check=True,
                            env=dict(os.environ, **(environment or {})))
    lines = answer.stdout.decode("utf-8", "surrogateescape").split("\n")[:-1]
    if len(lines) != len(pairs):
        raise RuntimeError(f"{command[0]}: {len(pairs)} pairs asked, {len(lines)} answers")
    return lines


def write_golden(folder, scheme, description, pairs, signs, rng):
    """A sample with as many ties, refusals and orders as there are, up to 400 lines."""
    by_sign = {}
    for pair, sign in zip(pairs, signs):
        by_sign.setdefault(sign, []).append(pair)
    rows = []
    for sign, members in sorted(by_sign.items()):
        members = sorted(set(members))
        rows += [(a, sign, b) for a, b in rng.sample(members, min(len(members), 60 if sign == "!" else 120))]
    target = pathlib.Path(folder, scheme)
    target.mkdir(parents=True, exist_ok=True)
    (target / "pairs.tsv").write_bytes("".join(f"{a}\t{s}\t{b}\n" for a, s, b in rows).encode("utf-8", "surrogateescape"))
    (target / "SOURCE").write_text(
        f"pairs.tsv: answers of {description} to pairs made by tests/system/version_oracles.py --golden\n"
        "(real versions and mutations of them; the answers are the tool's, \"!\" where it refuses).\n"
        "Licence: facts, Apache-2.0 as this project.\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bulkhead", default=os.environ.get("BULKHEAD", "bulkhead"))
    parser.add_argument("schemes", nargs="*")
    parser.add_argument("--pairs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--collected")
    parser.add_argument("--golden")
    parser.add_argument("--npm-ranges")
    parser.add_argument("--cache", default=os.path.expanduser("~/.cache/bulkhead-oracles"))
    options = parser.parse_args()
    cache = pathlib.Path(options.cache)
    cache.mkdir(parents=True, exist_ok=True)
    if options.npm_ranges:
        cases = generate.npm_range_cases(options.pairs, random.Random(options.seed))
        tool = tools.node(cache, "npm_range.js")
        answers = ask(tool.command, cases, tool.environment)
        pathlib.Path(options.npm_ranges).write_text("".join(f"{v}\t{r}\t{answer}\n" for (v, r), answer in zip(cases, answers)))
        return
    compared = disagreements = 0
    for scheme in options.schemes or sorted(tools.TOOLS):
        rng = random.Random(f"{options.seed} {scheme}")
        collected = []
        if options.collected and pathlib.Path(options.collected, scheme + ".txt").exists():
            collected = pathlib.Path(options.collected, scheme + ".txt").read_text(errors="surrogateescape").split("\n")
        pairs, known = generate.pairs(scheme, options.pairs, rng, [v for v in collected if v and "\t" not in v])
        try:
            tool = tools.TOOLS[scheme](cache)
        except tools.Missing as why:
            print(f"{scheme}: skipped: {why}")
            continue
        signs = known if tool.command is None else ask(tool.command, pairs, tool.environment)
        ours = ["!" if line.startswith("error") else line for line in ask([options.bulkhead, "tool", "version", scheme], pairs)]
        wrong = [(a, b, theirs, mine) for (a, b), theirs, mine in zip(pairs, signs, ours) if theirs != mine]
        compared += 1
        disagreements += len(wrong)
        counts = {sign: signs.count(sign) for sign in "<=>!"}
        print(f"{scheme}: {len(pairs)} pairs against {tool.description}: {counts}, {len(wrong)} disagreements", flush=True)
        for a, b, theirs, mine in wrong[:20]:
            print(f"  {a!r} {b!r}: tool {theirs}, bulkhead {mine}")
        if options.golden and not wrong:
            write_golden(options.golden, scheme, tool.description, pairs, signs, rng)
    print(f"{compared} schemes compared, {disagreements} disagreements")
    sys.exit(77 if compared == 0 else 1 if disagreements else 0)


if __name__ == "__main__":
    main()
