#!/usr/bin/env python3
"""Findings (JSON lines on standard input) as short lines: flaw, component, status, fixed version, what else counts."""
import json
import sys

for line in sys.stdin:
    f = json.loads(line)
    extra = [word for word, true in (("runs no code", f["runs_no_code"]), ("known exploited", f["kev"])) if true]
    decided = f.get("disposition", {})
    if decided.get("origin", "").startswith("vex "):
        extra.append("vex " + decided["status"])
    print(" ".join(filter(None, [f["id"], f["component"], f["status"], f["fixed_version"]])) + (" (" + ", ".join(extra) + ")" if extra else ""))
