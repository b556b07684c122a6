#!/usr/bin/env python3
"""Pairs a second through `bulkhead tool version SCHEME`: version_tool.py BULKHEAD [--pairs N]

Pairs are the readable ones of each scheme's golden file, repeated. The target is a million a second for each scheme.
"""
import argparse
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bulkhead")
    parser.add_argument("--pairs", type=int, default=2_000_000)
    options = parser.parse_args()
    slow = False
    for file in sorted((HERE.parent / "src/model/version/testdata").glob("*/pairs.tsv")):
        rows = [line.split(b"\t") for line in file.read_bytes().split(b"\n") if line]
        lines = b"".join(a + b"\t" + b + b"\n" for a, sign, b in rows if sign != b"!")
        count = lines.count(b"\n")
        times = options.pairs // count + 1
        start = time.monotonic()
        done = subprocess.run([options.bulkhead, "tool", "version", file.parent.name], input=lines * times, stdout=subprocess.PIPE, check=True)
        seconds = time.monotonic() - start
        if done.stdout.count(b"\n") != count * times:
            sys.exit(f"{file.parent.name}: {count * times} pairs, {done.stdout.count(10)} answers")
        rate = count * times / seconds
        slow = slow or rate < 1e6
        print(f"{file.parent.name:<12}{rate / 1e6:7.2f} M pairs/s")
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
