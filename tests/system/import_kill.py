#!/usr/bin/env python3
"""kill -9 of `bulkhead db import` at random moments: the old database must open and be the old one or the whole new one.

import_kill.py [TIMES [SEED [FEED…]]]    the program is $BULKHEAD; the feeds imported are the bundled ones unless others are named
"""
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time


def feeds_of(program, database):
    done = subprocess.run([program, "db", "info", "--db", database, "--as-of", "2026-11-24"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"the database does not open after a kill: {done.stderr}")
    info = json.loads(done.stdout)
    return sorted((f["feed"], f["sha256"]) for f in info["feeds"]), info["affected"]


def main():
    top = pathlib.Path(__file__).resolve().parent.parent.parent
    program = os.environ["BULKHEAD"]
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    old = str(top / "tests/findings/kev.json")
    new = sys.argv[3:] or [str(p) for p in sorted((top / "data/feeds").iterdir())]
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        database = os.path.join(folder, "advisories.db")
        first = subprocess.run([program, "db", "import", "--quiet", old, "--db", database], capture_output=True, text=True)
        if first.returncode != 0:
            sys.exit(first.stderr)
        before = feeds_of(program, database)
        reference = os.path.join(folder, "reference.db")
        with open(database, "rb") as source, open(reference, "wb") as copy:
            copy.write(source.read())
        start = time.monotonic()
        done = subprocess.run([program, "db", "import", "--quiet", *new, "--db", reference], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(done.stderr)
        whole = time.monotonic() - start
        after = feeds_of(program, reference)
        with open(database, "rb") as f:
            old_bytes = f.read()
        with open(reference, "rb") as f:
            new_bytes = f.read()
        kept = replaced = 0
        for _ in range(times):
            with open(database, "wb") as f:
                f.write(old_bytes)
            process = subprocess.Popen([program, "db", "import", "--quiet", *new, "--db", database], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL, start_new_session=True)
            # Half of the kills fall into the last fifth, where the new file is written and renamed.
            moment = rng.uniform(0, whole) if rng.random() < 0.5 else rng.uniform(0.8 * whole, 1.05 * whole)
            time.sleep(moment)
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
            with open(database, "rb") as f:
                now = f.read()
            if now == old_bytes:
                kept += 1
            elif now == new_bytes:
                replaced += 1
            else:
                sys.exit(f"neither the old database nor the new one after a kill at {moment:.3f} s (seed {seed})")
            state = feeds_of(program, database)
            if state not in (before, after):
                sys.exit(f"the database says something else after a kill at {moment:.3f} s (seed {seed})")
        print(f"{times} kills over {whole:.2f} s: {kept} times the old database, {replaced} times the whole new one (seed {seed})")


main()
