#!/usr/bin/env python3
"""Writes a CycloneDX document of N components that the feeds know best: the dense case for matching.

    generate_sbom.py --tracker tracker.json.gz --osv npm.zip PyPI.zip Maven.zip Go.zip [--components N] [--fleet] -o FILE

Every ecosystem takes its share of N (a Debian image with Node, Python, Java and Go parts: 58 % Debian, 25 % npm, 5 % each of the
rest), its packages in the order of how many records name them, the most first. A package's version is the middle one of those that
its records name as introduced, fixed or last affected; a Debian package's is the middle one of its fixed versions in bookworm: half of
what is known about it is fixed, half is not. --fleet gives N distinct pairs of package and version instead: every version that records
name, again and again with a suffix of its own where that is not enough. The same input gives the same bytes.
"""
import argparse
import collections
import gzip
import json
import pathlib
import sys
import urllib.parse
import zipfile

SHARES = {"Debian": 58, "npm": 25, "PyPI": 6, "Maven": 6, "Go": 5}
TYPES = {"npm": "npm", "PyPI": "pypi", "Maven": "maven", "Go": "golang"}


def purl(ecosystem, name, version):
    if ecosystem == "Debian":
        return f"pkg:deb/debian/{name}@{urllib.parse.quote(version, safe='.-~')}?distro=debian-12&upstream={name}"
    path = name.replace(":", "/") if ecosystem == "Maven" else name
    return f"pkg:{TYPES[ecosystem]}/{urllib.parse.quote(path, safe='/.-_~')}@{urllib.parse.quote(version, safe='.-~')}"


def debian(path):
    packages = {}
    tracker = json.loads(gzip.open(path).read() if path.endswith(".gz") else pathlib.Path(path).read_bytes())
    for name, flaws in tracker.items():
        versions = []
        for flaw in flaws.values():
            fixed = flaw.get("releases", {}).get("bookworm", {}).get("fixed_version")
            if fixed and fixed != "0":
                versions.append(fixed)
        if versions:
            packages[name] = versions
    return packages


def osv(paths):
    out = collections.defaultdict(lambda: collections.defaultdict(list))
    for path in paths:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.namelist():
                record = json.loads(archive.read(entry))
                for affected in record.get("affected", []):
                    package = affected.get("package", {})
                    for events in (r["events"] for r in affected.get("ranges", []) if r["type"] != "GIT"):
                        for event in events:
                            for version in event.values():
                                if version not in ("0", "*") and package.get("ecosystem") in TYPES:
                                    out[package["ecosystem"]][package["name"]].append(version)
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tracker", required=True)
    parser.add_argument("--osv", nargs="+", default=[])
    parser.add_argument("--components", type=int, default=1000)
    parser.add_argument("--fleet", action="store_true")
    parser.add_argument("-o", "--output", required=True)
    options = parser.parse_args()
    known = {**osv(options.osv), "Debian": debian(options.tracker)}
    components = []
    for ecosystem, share in SHARES.items():
        wanted = options.components * share // 100
        packages = sorted(known.get(ecosystem, {}).items(), key=lambda item: (-len(item[1]), item[0]))
        pairs = []
        if options.fleet:
            distinct = [(name, version) for name, versions in packages for version in sorted(set(versions))]
            turn = 0
            while distinct and len(pairs) < wanted:
                suffix = "" if turn == 0 else f"+fleet{turn}"
                pairs += [(name, version + suffix) for name, version in distinct[:wanted - len(pairs)]]
                turn += 1
        else:
            pairs = [(name, sorted(versions)[len(versions) // 2]) for name, versions in packages[:wanted]]
        for name, version in pairs:
            group, _, short = name.rpartition(":") if ecosystem == "Maven" else ("", "", name)
            component = {"type": "library", "name": short, "version": version, "purl": purl(ecosystem, name, version)}
            components.append({**component, "group": group} if group else component)
    document = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": components}
    pathlib.Path(options.output).write_text(json.dumps(document, separators=(",", ":")))
    print(f"{len(components)} components", file=sys.stderr)


main()
