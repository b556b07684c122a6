#!/usr/bin/env python3
"""`bulkhead policy check` on the manifests that Kubernetes publishes for Pod Security.

k8s.io/pod-security-admission carries test/testdata/LEVEL/vMINOR/{pass,fail}/*.yaml, made by its own test for every version; they
are got from the Go module proxy (Apache-2.0, Kubernetes authors). Where Go is not there the test is skipped.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys

MODULE = "k8s.io/pod-security-admission@v0.36.3"


def main():
    if not shutil.which("go"):
        print("no Go here")
        return 77
    pathlib.Path("go.mod").write_text("module fixtures\n\ngo 1.24\n")
    done = subprocess.run(["go", "mod", "download", "-json", MODULE], capture_output=True, text=True)
    if done.returncode:
        print(f"{MODULE} could not be got")
        return 77
    data = pathlib.Path(json.loads(done.stdout)["Dir"], "test", "testdata")
    wrong = asked = 0
    for level in ("baseline", "restricted"):
        for folder in sorted((data / level).iterdir()):
            files = sorted(map(str, folder.glob("*/*.yaml")))
            if not files:
                continue
            run = subprocess.run([os.environ["BULKHEAD"], "policy", "check", "--standard", level, "--k8s-version", folder.name, "--format", "json", *files],
                                 capture_output=True, text=True, check=True)
            verdicts = {}
            for result in json.loads(run.stdout)["results"]:
                verdicts.setdefault(result["file"], []).append(result)
            for file in files:
                asked += 1
                expected = "allowed" if pathlib.Path(file).parent.name == "pass" else "denied"
                got = [x["verdict"] for x in verdicts.get(file, [])]
                if got != [expected]:
                    wrong += 1
                    if wrong <= 10:
                        print(f"{file}: expected {expected}, got {verdicts.get(file)}")
    print(f"{asked} published manifests of {MODULE}, {wrong} disagreements")
    return 1 if wrong or not asked else 0


if __name__ == "__main__":
    sys.exit(main())
