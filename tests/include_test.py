#!/usr/bin/env python3
"""Holds every #include "room/…" under src/ against the table of rooms in CMakeLists.txt (bulkhead_room(NAME MAY …)).

Also: a room's internal/ headers are its own; no source knows a CVE id; sources over 800 lines are refused.
"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
table = {}
for name, may in re.findall(r"bulkhead_room\((\w+)\s+MAY\s+(.*?)(?:\s+LINK\b|\))", (root / "CMakeLists.txt").read_text(), re.S):
    table[name] = set(may.replace('"', "").split()) | {name}

problems = []
checked = 0
for path in sorted((root / "src").rglob("*")):
    if path.suffix not in (".h", ".cc", ".def"):
        continue
    room = path.relative_to(root / "src").parts[0]
    if room not in table:
        problems.append(f"{path}: no room '{room}' in CMakeLists.txt")
        continue
    text = path.read_text()
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        if not match:
            continue
        checked += 1
        parts = match.group(1).split("/")
        if len(parts) < 2 or parts[0] not in table:
            problems.append(f"{path}:{number}: include by room: {line.strip()}")
        elif parts[0] not in table[room]:
            problems.append(f"{path}:{number}: room '{room}' may not include '{parts[0]}'")
        elif "internal" in parts and parts[0] != room:
            problems.append(f"{path}:{number}: internal header of room '{parts[0]}'")
    if not path.name.endswith("_test.cc"):
        if found := re.search(r"CVE-\d{4}-\d{4,}", text):
            problems.append(f"{path}: {found.group(0)} stands in a source; knowledge belongs in data/")
        if text.count("\n") > 800:
            problems.append(f"{path}: over 800 lines; split it")

if checked < 30:
    problems.append(f"only {checked} includes seen: is the pattern still right?")
print("\n".join(problems) or f"{checked} includes follow the table of {len(table)} rooms")
sys.exit(1 if problems else 0)
