#!/usr/bin/env python3
"""go_binaries.py FILE…: modules of Go programs as Bulkhead finds them, held against `go version -m` (needs Go).

Without files: every program below Go's own folder (GOROOT), which `go version` can read.
"""
import json
import pathlib
import shutil
import subprocess
import os
import sys
import tempfile


def expected(path):
    text = subprocess.run(["go", "version", "-m", path], capture_output=True, text=True).stdout
    if not text.strip():
        return None
    modules = []
    lines = text.splitlines()
    for line in lines[1:]:
        parts = line.split("\t")
        version = "" if len(parts) < 4 or parts[3] == "(devel)" else parts[3]
        if parts[1] in ("mod", "dep"):
            modules.append((parts[2], version))
        elif parts[1] == "=>":
            modules[-1] = (parts[2], version)
        elif parts[1] == "path" and parts[2].startswith("cmd/"):
            modules.append(("toolchain", lines[0].split(": go")[1].split()[0]))
    return sorted(modules + [("stdlib", lines[0].split(": go")[1].split()[0])])


def main():
    if not shutil.which("go"):
        print("skipped: no Go here")
        sys.exit(77)
    program, files = os.environ["BULKHEAD"], sys.argv[1:]
    if not files:
        root = pathlib.Path(subprocess.run(["go", "env", "GOROOT"], capture_output=True, text=True, check=True).stdout.strip())
        files = [str(p) for p in sorted(root.rglob("*")) if p.is_file() and p.open("rb").read(4) == b"\x7fELF"]
    passed = failed = 0
    for path in files:
        want = expected(path)
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(path, folder)
            done = subprocess.run([program, "components", "dir:" + folder], capture_output=True, text=True)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        found = sorted((row["name"], row["version"]) for row in rows) or None
        if found == want:
            passed += 1
        else:
            failed += 1
            print(f"{path}: go version -m {want}, bulkhead {found}\n{done.stderr}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


main()
