#!/usr/bin/env python3
"""Looks for errors of the matching by a second way: reads the publishers' files itself, asks the ecosystems' own tools for the order of
versions, and says every difference from `bulkhead findings`.

brute_force.py debian ROOT TRACKER [LISTS_TAR] FINDINGS.jsonl    a Debian root: the security tracker's JSON (and DSA/DLA lists) with dpkg
brute_force.py osv ECOSYSTEM FINDINGS.jsonl SBOM.json FEED…      components of one language: OSV records with the ecosystem's order
brute_force.py sbom ECOSYSTEM COUNT OUT.json FEED…               makes the SBOM for the above: versions at and beside every range's ends

FINDINGS.jsonl is of `bulkhead findings SOURCE --db DATABASE --as-of DATE --format jsonl`. Nothing here is taken from Bulkhead's code.
Exit code 1 where there is a difference that no rule of docs/matching.md explains. zstd archives need the program zstd.
"""
import collections
import functools
import gzip
import io
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import zipfile


# --- versions

@functools.cache
def dpkg_less(a, b):
    return subprocess.run(["dpkg", "--compare-versions", a, "lt", b]).returncode == 0


def semver_key(text):
    """semver.org 2.0.0, section 11. Go and npm both use it; a leading v and missing parts are allowed."""
    text = text.removeprefix("v").split("+")[0]
    core, _, pre = text.partition("-")
    numbers = [int(x) for x in core.split(".")]
    numbers += [0] * (3 - len(numbers))
    parts = [(0, int(x), "") if x.isdigit() else (1, 0, x) for x in pre.split(".")] if pre else [(2, 0, "")]
    return numbers, parts


def pep440_key(text):
    from packaging.version import Version
    return Version(text)


def gem_key(text):
    """RubyGems, Gem::Version#<=>: letters come before numbers, trailing zeros do not count."""
    parts = [(1, int(x), "") if x.isdigit() else (0, 0, x) for x in re.findall(r"[0-9]+|[a-z]+", text.replace("-", ".pre."), re.I)]
    while parts and parts[-1] == (1, 0, ""):
        parts.pop()
    out = []
    for i, part in enumerate(parts):  # zeros before a letter do not count either: 1.0.a is 1.a
        if part == (1, 0, "") and all(p == (1, 0, "") for p in parts[i:next((j for j in range(i, len(parts)) if parts[j][0] == 0), i)]):
            if any(p[0] == 0 for p in parts[i:]):
                continue
        out.append(part)
    return out + [(1, 0, "")] * (20 - len(out))


KEYS = {"npm": semver_key, "Go": semver_key, "crates.io": semver_key, "PyPI": pep440_key, "RubyGems": gem_key}
TYPES = {"npm": "npm", "Go": "golang", "crates.io": "cargo", "PyPI": "pypi", "RubyGems": "gem"}


def name_of(ecosystem, name):
    return re.sub(r"[-_.]+", "-", name).lower() if ecosystem == "PyPI" else name


# Whom docs/matching.md believes where two records of one flaw judge one package; equals add up.
RANKS = {"GHSA": 20, "GO": 20, "RUSTSEC": 20, "RUBYSEC": 20, "MAL": 20, "PYSEC": 22, "NSWG": 40, "RETIREJS": 45}
# Flaws of these count for the program alone, never for what was built with a package of it.
PROGRAMS = {line.split("\t")[0] for line in (pathlib.Path(__file__).resolve().parents[2] / "data/match/program_modules.tsv").read_text().splitlines()
            if line and not line.startswith("#")}


# --- feeds

def documents(path):
    path = str(path)
    if path.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist()):
                if name.endswith(".json"):
                    yield json.loads(archive.read(name))
    else:
        data = subprocess.run(["zstd", "-dc", "--long=27", path], check=True, capture_output=True).stdout if path.endswith(".zst") \
            else pathlib.Path(path).read_bytes()
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for member in archive:
                if member.isfile() and member.name.endswith(".json"):
                    yield json.loads(archive.extractfile(member).read())


class Flaws:
    """Names of one flaw, joined as the OSV schema says: aliases are symmetric and transitive."""

    def __init__(self):
        self.up = {}

    def root(self, name):
        while self.up.setdefault(name, name) != name:
            self.up[name] = self.up[self.up[name]]
            name = self.up[name]
        return name

    def join(self, a, b):
        self.up[self.root(a)] = self.root(b)


def inside(key, record, version):
    """yes, or no, by the schema's evaluation algorithm."""
    if version in record.get("versions", []):
        return True
    ranges = record.get("ranges", [])
    # Go: "introduced 0" alone stands for versions that Go does not know, the project's own stand beside it.
    if [each["events"] for each in ranges] == [[{"introduced": "0"}]]:
        ranges = record.get("ecosystem_specific", {}).get("custom_ranges") or ranges
    for each in ranges:
        if each["type"] == "GIT":
            continue
        vulnerable = False
        events = []
        for event in each["events"]:
            for kind, text in event.items():
                events.append((text, kind))
        try:
            # "0" is below every version; of equal versions the later in the record counts.
            order = sorted(((t != "0", None if t == "0" else key(t), t, k) for t, k in events), key=functools.cmp_to_key(
                lambda a, b: (a[0] > b[0]) - (a[0] < b[0]) or (0 if not a[0] else (a[1] > b[1]) - (a[1] < b[1]))))
        except (ValueError, TypeError):
            return None
        ours = key(version)
        for _, at, text, kind in order:
            if kind == "introduced" and (text == "0" or ours >= at):
                vulnerable = True
            elif kind == "fixed" and ours >= at:
                vulnerable = False
            elif kind == "last_affected" and ours > at:
                vulnerable = False
        if vulnerable:
            return True
    return False


def read_osv(ecosystem, feeds):
    flaws = Flaws()
    by_package = collections.defaultdict(list)
    for feed in feeds:
        for d in documents(feed):
            # GitHub's archive lacks the field and says it in the summary.
            if d.get("withdrawn") or re.match(r"(withdrawn|duplicate advisory|withdrawn advisory)\b", d.get("summary", ""), re.I):
                continue
            aliases = d.get("aliases") or []
            if sum(a.startswith("CVE-") for a in aliases) <= 3:
                for alias in aliases:
                    flaws.join(d["id"], alias)
            for affected in d.get("affected") or []:
                package = affected.get("package") or {}
                if package.get("ecosystem", "").split(":")[0].lower() == ecosystem.lower():
                    by_package[name_of(ecosystem, package["name"])].append((d["id"], affected))
    return flaws, by_package


# --- the comparisons

def read_findings(path):
    return [json.loads(line) for line in open(path)]


def report(missing, extra, total):
    for title, items in (("missing (the feed says affected, Bulkhead does not)", missing), ("extra (Bulkhead says affected, the feed does not)", extra)):
        print(f"{title}: {len(items)}")
        for item in sorted(items)[:40]:
            print("  ", *item)
    print(f"agreed: {total}")
    return 1 if missing or extra else 0


def debian(root, tracker_path, *rest):
    lists, findings_path = (rest[0], rest[1]) if len(rest) == 2 else (None, rest[0])
    codename = re.search(r"VERSION_CODENAME=(\w+)", (pathlib.Path(root) / "etc/os-release").read_text())[1]
    tracker = json.load(gzip.open(tracker_path) if tracker_path.endswith(".gz") else open(tracker_path))
    fixes = collections.defaultdict(dict)  # source -> flaw -> fixed version, by the lists of advisories
    if lists:
        data = subprocess.run(["zstd", "-dc", "--long=27", lists], check=True, capture_output=True).stdout
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for member in archive:
                if not member.isfile():
                    continue
                names = []
                for line in archive.extractfile(member).read().decode().splitlines():
                    if line.startswith("["):
                        names = []
                    elif line.startswith("\t{"):
                        names = line.strip().strip("{}").split()
                    elif m := re.match(r"\t\[(\w+)\] - (\S+) ([^<\s]\S*)", line):
                        if m[1] == codename:
                            for name in names:
                                if name not in fixes[m[2]] or dpkg_less(fixes[m[2]][name], m[3]):
                                    fixes[m[2]][name] = m[3]
    expected = {}
    for stanza in (pathlib.Path(root) / "var/lib/dpkg/status").read_text().split("\n\n"):
        fields = dict(re.findall(r"^(Package|Version|Source|Status|Architecture): (.*)$", stanza, re.M))
        if not fields.get("Status", "").endswith(" installed"):
            continue
        source, version = fields.get("Source", fields["Package"]), fields["Version"]
        if m := re.fullmatch(r"(\S+) \((\S+)\)", source):
            source, version = m[1], m[2]
        else:
            version = re.sub(r"\+b\d+$", "", version)
        if source == "linux" and fields["Package"].startswith("linux-image"):
            continue
        for flaw, entry in tracker.get(source, {}).items():
            state = entry["releases"].get(codename)
            if state is None:
                continue
            fixed = state.get("fixed_version")
            if state["status"] == "open" or fixed and fixed != "0" and dpkg_less(version, fixed):
                expected[(fields["Package"], flaw)] = fixed if state["status"] == "resolved" else ""
        for flaw, fixed in fixes.get(source, {}).items():
            known = tracker.get(source, {}).get(flaw, {}).get("releases", {}).get(codename)
            if known is None and dpkg_less(version, fixed):
                expected[(fields["Package"], flaw)] = fixed
    got = {}
    for f in read_findings(findings_path):
        if f["purl"].startswith("pkg:deb/"):
            package = f["purl"].split("/")[2].split("@")[0].replace("%2B", "+")
            key = next(((package, n) for n in [f["id"], *f["aliases"]] if (package, n) in expected), (package, f["id"]))
            if key in got:
                print("twice:", key)
            got[key] = f["fixed_version"]
    wrong_fix = [(k, expected[k], got[k]) for k in expected.keys() & got.keys() if (expected[k] or "") != got[k]]
    print("fixed versions that differ:", len(wrong_fix), wrong_fix[:10])
    return report(expected.keys() - got.keys(), got.keys() - expected.keys(), len(expected.keys() & got.keys())) or bool(wrong_fix)


def osv(ecosystem, findings_path, sbom_path, *feeds):
    flaws, by_package = read_osv(ecosystem, feeds)
    key = KEYS[ecosystem]
    expected, unread = set(), set()
    for c in json.load(open(sbom_path))["components"]:
        purl = c["purl"]
        name = c["name"] if not c.get("group") else c["group"] + "/" + c["name"]
        if ecosystem == "Go" and name in PROGRAMS:
            continue
        verdicts = collections.defaultdict(dict)  # flaw -> rank -> answers
        for record, affected in by_package.get(name_of(ecosystem, name), []):
            try:
                answer = inside(key, affected, c["version"])
            except (ValueError, TypeError):
                answer = None
            verdicts[flaws.root(record)].setdefault(RANKS.get(record.split("-")[0], 50), []).append(answer)
        for flaw, by_rank in verdicts.items():
            answers = by_rank[min(by_rank)]
            if True in answers:
                expected.add((name, c["version"], flaw))
            elif None in answers:
                unread.add((name, c["version"], flaw))
    got, unsure, repeated = set(), set(), 0
    for f in read_findings(findings_path):
        name, version = f["component"].rsplit(" ", 1)
        item = (name, version, flaws.root(f["id"]))
        repeated += item in got
        (unsure if f["status"] == "unknown" else got).add(item)
    print("findings told twice:", repeated, " records with a version that this script cannot read:", len(unread))
    print("unknown to Bulkhead (a version that its scheme cannot read, or equal sources that cannot be read):", len(unsure & expected))
    expected -= unsure
    if pathlib.Path(str(findings_path) + ".missing").parent.is_dir():
        pathlib.Path(str(findings_path) + ".missing").write_text("".join("\t".join(x) + "\n" for x in sorted(expected - got - unread)))
    return report(expected - got - unread, got - expected - unread, len(expected & got))


def make_sbom(ecosystem, count, out, *feeds):
    _, by_package = read_osv(ecosystem, feeds)
    key = KEYS[ecosystem]
    picked = set()
    for name, records in sorted(by_package.items()):
        for _, affected in records:
            ends = list(affected.get("versions", []))[:2]
            for each in affected.get("ranges", []):
                ends += [text for event in each["events"] for text in event.values() if text != "0"] if each["type"] != "GIT" else []
            for end in ends:
                for version in (end, end + "-rc.1" if ecosystem in ("npm", "Go", "crates.io") and "-" not in end else end + ".1"):
                    try:
                        key(version)
                    except (ValueError, TypeError):
                        continue
                    picked.add((name, version))
    chosen = sorted(picked)[::max(1, len(picked) // int(count))]
    components = []
    for name, version in chosen:
        group, _, short = name.rpartition("/")
        spelt = "/".join(x.replace("@", "%40") for x in name.split("/"))
        shown = "v" + version.removeprefix("v") if ecosystem == "Go" else version
        c = {"type": "library", "name": short, "version": shown, "purl": f"pkg:{TYPES[ecosystem]}/{spelt}@{shown.replace('+', '%2B')}"}
        components.append(c | ({"group": group} if group else {}))
    json.dump({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": components}, open(out, "w"), indent=1)
    print(len(components), "components")
    return 0


if __name__ == "__main__":
    sys.exit({"debian": debian, "osv": osv, "sbom": make_sbom}[sys.argv[1]](*sys.argv[2:]))
