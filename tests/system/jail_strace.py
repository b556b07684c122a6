#!/usr/bin/env python3
"""The worker's attempts to connect, exec, write or fork fail, as the kernel itself reports it to strace."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

if not shutil.which("strace"):
    print("skipped: strace is not installed")
    sys.exit(77)
program = os.environ["BULKHEAD"]
with tempfile.TemporaryDirectory() as folder:
    log = os.path.join(folder, "log")
    # A leak check at exit cannot run under ptrace.
    subprocess.run(["strace", "-f", "-o", log, program, "version", "--check"], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env=dict(os.environ, ASAN_OPTIONS="detect_leaks=0"))
    lines = open(log).read().splitlines()

worker = next(line.split()[0] for line in lines if '"--bulkhead-worker"' in line)
own = [line for line in lines if line.startswith(worker)]
loaded = next((i for i, line in enumerate(own) if re.search(r"seccomp\(SECCOMP_SET_MODE_FILTER|PR_SET_SECCOMP", line)), None)
assert loaded is not None, "no seccomp filter was loaded"
after = own[loaded + 1:]
for call in (r"socket\(", r"execve\(", r"openat\(.*O_CREAT", r"openat\(.*passwd", r"(clone|fork|vfork)\("):
    seen = [line for line in after if re.search(call, line)]
    assert seen, f"the worker never tried {call}"
    for line in seen:
        assert re.search(r"= -1 E(PERM|ACCES)", line), f"not refused: {line}"
print(f"{len(after)} calls after the filter; connect, exec, create, open and fork refused")
