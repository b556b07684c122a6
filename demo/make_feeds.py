#!/usr/bin/env python3
"""Picks the demo's advisory feeds out of whole ones: make_feeds.py --data FOLDER [--bulkhead PROGRAM] [--out FOLDER]

The rule knows components and flaws, not the story: kept is every record of whatever version that names
  - a package that some image of the demo holds (SBOMs in demo/images, and with --bulkhead the image archives there), or
  - a program that runs nodes: Kubernetes and its parts, containerd, runc, etcd, the Linux kernel,
and then everything that the side feeds (KEV, EPSS, exploits, CVE records, kernel ranges) say of the flaws so named and of the flaws in
the escape catalogue and the table of Kubernetes preconditions. Formats stay those of the feeds. FOLDER is laid out as data/feeds.SOURCE says.
Same input, same bytes.
"""
import argparse
import gzip
import io
import json
import pathlib
import re
import subprocess
import tarfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
RELEASES = {"bookworm", "bullseye"}
KERNEL_STREAMS = ["6.1.73", "6.12.102"]
NODE_PACKAGES = {
    ("Go", name) for name in ("k8s.io/kubernetes", "k8s.io/apiserver", "k8s.io/kubelet", "k8s.io/kube-proxy", "k8s.io/ingress-nginx", "github.com/containerd/containerd",
                              "github.com/containerd/containerd/v2", "github.com/opencontainers/runc", "go.etcd.io/etcd", "go.etcd.io/etcd/v3", "go.etcd.io/etcd/server/v3")
}
ECOSYSTEM_OF_TYPE = {"golang": "Go", "npm": "npm", "maven": "Maven"}
LIFE_CYCLES = ["containerd", "debian", "docker-engine", "etcd", "go", "kubernetes", "linux-kernel", "nginx", "nodejs", "openssl", "postgresql", "python", "spring-boot", "spring-framework", "tomcat"]
CVE = re.compile(r"CVE-\d{4}-\d{4,}")


# ---- which components
def package(kind, name, source):
    """(ecosystem of the feeds, package) of a component by its purl type, its name as the ecosystem prints it and its source package."""
    if kind == "deb":
        return "Debian", source or name
    return (ECOSYSTEM_OF_TYPE[kind], name) if kind in ECOSYSTEM_OF_TYPE else None


def components(images, bulkhead):
    found = set(NODE_PACKAGES)
    for sbom in sorted(images.glob("*.cdx.json")):
        for component in json.loads(sbom.read_text())["components"]:
            kind = component.get("purl", "pkg:/").removeprefix("pkg:").split("/", 1)[0]
            named = {p["name"]: p["value"] for p in component.get("properties", [])}
            name = f"{component['group']}{':' if kind == 'maven' else '/'}{component['name']}" if component.get("group") else component["name"]
            found.add(package(kind, name, named.get("bulkhead:source_name")))
    for archive in sorted(images.glob("*.tar")) if bulkhead else []:
        lines = subprocess.run([bulkhead, "components", archive, "--format", "jsonl"], check=True, capture_output=True, text=True).stdout.splitlines()
        found |= {package(c["type"], c["name"], c["source_name"]) for c in map(json.loads, lines)}
    return found - {None}


# ---- reading and writing containers
def zip_documents(path):
    with zipfile.ZipFile(path) as file:
        for name in sorted(file.namelist()):
            yield name, file.read(name)


def tar_zst_documents(path):
    data = subprocess.run(["zstd", "-dc", "--long=27", path], check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for member in sorted((m for m in tar.getmembers() if m.isfile()), key=lambda m: m.name):
            yield member.name, tar.extractfile(member).read()


def write_zip(path, documents):
    with zipfile.ZipFile(path, "w") as file:
        for name, data in sorted(documents):
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            file.writestr(info, data, compresslevel=9)


def write_tar_zst(path, documents):
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in sorted(documents):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    path.write_bytes(subprocess.run(["zstd", "-19", "-c", "-q"], input=plain.getvalue(), check=True, capture_output=True).stdout)


def write_gzip(path, data):
    path.write_bytes(gzip.compress(data, compresslevel=9, mtime=0))


# ---- flaws
def flaw_ids(record):
    return {i for i in [record["id"], *record.get("aliases", []), *record.get("related", [])] if CVE.fullmatch(i)}


def pick_osv(data, out, wanted):
    """Writes Go.zip, npm.zip, Maven.zip; records of GitHub's own mirror only where the first has none for the id. Returns the CVEs."""
    cves = set()
    withdrawn = {line.split("\t")[1] for line in (data / "osv/ghsa/withdrawn-by-summary.tsv").read_text().splitlines() if "\t" in line}
    # Many jars do not say their group: a Maven artifact's own name is enough to keep a record.
    artifacts = {name.rsplit(":", 1)[-1] for kind, name in wanted if kind == "Maven"}
    for ecosystem in ("Go", "Maven", "npm"):
        chosen, ids = [], set()
        for container in (zip_documents(data / f"osv/{ecosystem}.zip"), tar_zst_documents(data / f"osv/ghsa/{ecosystem}.tar.zst") if ecosystem != "Go" else ()):
            for name, content in container:
                if not name.endswith(".json"):
                    continue
                record = json.loads(content)
                names = {(a["package"]["ecosystem"].split(":")[0], a["package"]["name"]) for a in record.get("affected", []) if "package" in a}
                named = names & wanted or (ecosystem == "Maven" and any(name.rsplit(":", 1)[-1] in artifacts for _, name in names))
                if record["id"] in ids | withdrawn or not named:
                    continue
                ids.add(record["id"])
                cves |= flaw_ids(record)
                chosen.append((pathlib.PurePath(name).name, content))
        write_zip(out / f"{ecosystem}.zip", chosen)
        print(f"{ecosystem}.zip: {len(chosen)} records")
    return cves


def pick_debian(data, out, wanted):
    tracker = json.loads(gzip.decompress((data / "debian/tracker-derived.json.gz").read_bytes()))
    sources = {name for kind, name in wanted if kind == "Debian"}
    chosen = {}
    for source in sorted(sources & tracker.keys()):
        for cve, entry in sorted(tracker[source].items()):
            releases = {r: facts for r, facts in entry["releases"].items() if r in RELEASES}
            if releases:
                chosen.setdefault(source, {})[cve] = dict(entry, releases=releases)
    write_gzip(out / "debian-tracker.json.gz", json.dumps(chosen, separators=(",", ":"), sort_keys=True).encode())
    print(f"debian-tracker.json.gz: {sum(map(len, chosen.values()))} entries of {len(chosen)} of {len(sources)} source packages")
    return {cve for entries in chosen.values() for cve in entries if CVE.fullmatch(cve)}


def version(text):
    return tuple(int(n) for n in re.findall(r"\d+", text)) if text and "-rc" not in text else ()


def touches(dyad, kernel):
    """Whether one of a kernel CVE's pairs of (introduced, fixed) holds this kernel.

    A version of three numbers speaks of its own stable stream only; where some pair ends in the kernel's stream, that one decides,
    else the first release above in which it was fixed.
    """
    at, stream, pairs = version(kernel), version(kernel)[:2], []
    for line in dyad.decode().splitlines():
        if not line.startswith("#") and line.count(":") >= 3:
            introduced, _, fixed, _ = line.split(":")[:4]
            begin, end = version(introduced), version(fixed) if fixed != "0" else (10**6,)
            if len(begin) < 3 or begin[:2] == stream or begin[0] == 2:
                pairs.append((begin, end))
    own = [end for begin, end in pairs if begin <= at and len(end) > 2 and end[:2] == stream]
    ends = own or [end for begin, end in pairs if begin <= at and end > at]
    return bool(ends) and at < min(ends)


def pick_kernel(data, out, catalogue_cves):
    chosen = []
    for name, content in tar_zst_documents(data / "kernel/cna-vulns-dyad.tar.zst"):
        cve = pathlib.PurePath(name).stem
        if name.endswith(".dyad") and (cve in catalogue_cves or any(touches(content, kernel) for kernel in KERNEL_STREAMS)):
            chosen.append((name, content))
    write_tar_zst(out / "kernel-dyads.tar.zst", chosen)
    print(f"kernel-dyads.tar.zst: {len(chosen)} records")
    return {pathlib.PurePath(name).stem for name, _ in chosen}


def pick_side_feeds(data, out, cves):
    kev = json.loads((data / "kev/known_exploited_vulnerabilities.json").read_text())
    kev["vulnerabilities"] = [v for v in kev["vulnerabilities"] if v["cveID"] in cves]
    kev["count"] = len(kev["vulnerabilities"])
    (out / "known_exploited_vulnerabilities.json").write_text(json.dumps(kev, indent=1, ensure_ascii=False) + "\n")
    lines = gzip.decompress((data / "epss/epss_scores-2026-07-02-derived.csv.gz").read_bytes()).decode().splitlines()
    epss = [line for line in lines if not line.startswith("CVE-") or line.split(",")[0] in cves]
    write_gzip(out / "epss_scores-2026-07-02.csv.gz", ("\n".join(epss) + "\n").encode())
    lines = gzip.decompress((data / "exploits/cve-exploits.jsonl.gz").read_bytes()).decode().splitlines()
    exploits = [line for line in lines if json.loads(line)["cve"] in cves]
    write_gzip(out / "cve-exploits.jsonl.gz", ("\n".join(exploits) + "\n").encode())
    records = [(n, c) for n, c in tar_zst_documents(data / "vulnrichment/vulnrichment.tar.zst") if pathlib.PurePath(n).stem in cves]
    write_tar_zst(out / "vulnrichment.tar.zst", records)
    print(f"KEV {kev['count']}, EPSS {len(epss) - 2}, exploits {len(exploits)}, CVE records {len(records)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=HERE.parent / "data/feeds")
    parser.add_argument("--images", type=pathlib.Path, default=HERE / "images", help="folder of SBOMs and image archives")
    parser.add_argument("--bulkhead", help="reads the image archives there with this program")
    arguments = parser.parse_args()
    out, data = arguments.out, arguments.data
    (out / "lifecycle").mkdir(parents=True, exist_ok=True)
    wanted = components(arguments.images, arguments.bulkhead)
    print(f"{len(wanted)} packages")
    tables = [path.read_text() for path in sorted((HERE.parent / "data").rglob("*")) if path.name in ("escape-catalogue.json", "k8s-cve-preconditions.json")]
    catalogue = {cve for text in tables for cve in CVE.findall(text)}
    cves = pick_osv(data, out, wanted) | pick_debian(data, out, wanted) | catalogue
    cves |= pick_kernel(data, out, catalogue) & catalogue  # a kernel flaw outside the catalogue makes no step; its side records stay out
    pick_side_feeds(data, out, cves)
    for product in LIFE_CYCLES:
        (out / "lifecycle" / f"{product}.json").write_bytes((data / f"lifecycle/api/{product}.json").read_bytes())


if __name__ == "__main__":
    main()
