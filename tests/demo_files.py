#!/usr/bin/env python3
"""The demo's files belong together: snapshot, image digests, SBOMs, archive and feeds. Needs the zstd program.

- every image of a pod is in demo/images under the digest that the pod reports, but for the one that is left out on purpose;
- no content of a Secret or a ConfigMap and no trace of the machine that made them is in any of the files;
- every feed's records can be read, and the folder stays small.
"""
import gzip
import hashlib
import json
import pathlib
import sys
import tarfile
import zipfile

from mutate_snapshot import Snapshot

TOP = pathlib.Path(__file__).resolve().parent.parent
LEFT_OUT = {"registry.shop.example/ci/builder:0.9"}
MOST_BYTES = {"demo": 15_000_000, "data/feeds": 6_000_000}
wrong = []


def check(good, text):
    if not good:
        wrong.append(text)


def property_of(sbom, name):
    return [p["value"] for p in sbom["metadata"].get("properties", []) + sbom.get("properties", []) if p["name"] == name]


def main():
    snapshot = Snapshot(TOP / "demo/shop.snapshot.tar.zst")
    digests = json.loads((TOP / "demo/images/digests.json").read_text())
    known = {}
    for path in sorted((TOP / "demo/images").glob("*.cdx.json")):
        sbom = json.loads(path.read_text())
        for reference in property_of(sbom, "bulkhead:reference"):
            known[reference] = property_of(sbom, "bulkhead:manifest_digest")[0]
    for path in sorted((TOP / "demo/images").glob("*.tar")):
        with tarfile.open(path) as tar:
            for entry in json.load(tar.extractfile("index.json"))["manifests"]:
                manifest = tar.extractfile("blobs/sha256/" + entry["digest"].removeprefix("sha256:")).read()
                check("sha256:" + hashlib.sha256(manifest).hexdigest() == entry["digest"], f"{path.name}: its manifest has another digest")
                known[entry["annotations"]["io.containerd.image.name"]] = entry["digest"]
    check(known == digests, f"digests.json and demo/images differ: {set(known.items()) ^ set(digests.items())}")

    used = set()
    for pod in snapshot.of("pods"):
        name = pod["metadata"]["name"]
        check(pod["status"]["phase"] == "Running" and pod["spec"].get("nodeName"), f"pod {name} does not run")
        for status in pod["status"]["containerStatuses"]:
            used.add(status["image"])
            if status["image"] not in LEFT_OUT:
                check(status["imageID"].rpartition("@")[2] == known.get(status["image"]), f"pod {name}: {status['imageID']} is not in demo/images")
    check(used & LEFT_OUT == LEFT_OUT and not LEFT_OUT & known.keys(), "the image left out on purpose")
    kernels = {o["status"]["nodeInfo"]["kernelVersion"] for o in snapshot.of("nodes")}
    check(len(snapshot.of("nodes")) == 4 and len(kernels) == 2, f"four nodes and two kernels: {kernels}")
    check(not any(r["state"] == "error" for r in snapshot.meta["resources"]), "a list of the snapshot ended in an error")

    for name, objects in snapshot.objects.items():
        for o in objects:
            check(o.get("kind") not in ("Secret", "ConfigMap") or not {"data", "stringData", "binaryData"} & o.keys(), f"{name}: contents of {o['metadata']['name']}")
    everything = b"".join(json.dumps(o).encode() for objects in snapshot.objects.values() for o in objects)
    for path in sorted((TOP / "demo/images").glob("*.json")):
        everything += path.read_bytes()
    for trace in (b"not-a-real", b"PRIVATE KEY", b"/root/.cache", b"/home/", b"/work/"):
        check(trace not in everything, f"'{trace.decode()}' stands in the snapshot or an SBOM")

    feeds = TOP / "data/feeds"
    for ecosystem in ("Go", "Maven", "npm"):
        with zipfile.ZipFile(feeds / f"{ecosystem}.zip") as file:
            for entry in file.namelist():
                record = json.loads(file.read(entry))
                check(any(a.get("package", {}).get("ecosystem") == ecosystem for a in record["affected"]), f"{ecosystem}.zip: {entry}")
    tracker = json.loads(gzip.decompress((feeds / "debian-tracker.json.gz").read_bytes()))
    check(all(entry["releases"] for flaws in tracker.values() for entry in flaws.values()), "debian-tracker.json.gz: an entry without a release")
    kev = json.loads((feeds / "known_exploited_vulnerabilities.json").read_text())
    check(kev["count"] == len(kev["vulnerabilities"]), "the KEV catalogue's count")
    for folder, most in MOST_BYTES.items():
        size = sum(p.stat().st_size for p in (TOP / folder).rglob("*") if p.is_file() and "out" not in p.parts)
        check(size < most, f"{folder} holds {size} bytes")
    print("\n".join(wrong) or f"{len(known)} images, {len(snapshot.of('pods'))} pods")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
