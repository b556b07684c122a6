#!/usr/bin/env python3
"""layers_umoci.py [COUNT [SEED]]: layer semantics held against umoci (Debian package umoci), an independent unpacker.

Makes COUNT random images of one to five small layers: files, folders, symbolic links among folders, hard links to this and lower
layers, whiteouts, opaque whiteouts, files over folders and folders over files. Each is unpacked by `umoci unpack`, and the
components that Bulkhead finds in the image must be those that it finds in the unpacked folder (`dir:`), path by path. Images that
umoci itself refuses to unpack are counted and passed over.
"""
import io
import json
import pathlib
import random
import subprocess
import os
import shutil
import sys
import tarfile
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import image_maker  # noqa: E402

FOLDERS = ["a", "b", "a/b", "b/a", "a/c", "l", "l/b", "a/l"]


def layer(rng, number, below):
    """A layer's tar. `below`: paths of files written by this and lower layers, for hard links."""
    out = io.BytesIO()
    taken = set()
    with tarfile.open(fileobj=out, mode="w") as tar:
        def add(path, kind=tarfile.REGTYPE, data=b"", link=""):
            if path in taken:
                return False
            taken.add(path)
            info = tarfile.TarInfo(path)
            info.type, info.size, info.mode, info.linkname = kind, len(data), 0o755, link
            tar.addfile(info, io.BytesIO(data) if kind == tarfile.REGTYPE else None)
            return True

        for step in range(rng.randint(1, 7)):
            folder = rng.choice(FOLDERS)
            what = rng.random()
            package = f"{folder}/node_modules/p{rng.randint(0, 3)}"
            if what < 0.45:
                text = json.dumps({"name": f"n{number}-{step}", "version": "1.0.0"}).encode()
                if add(f"{package}/package.json", data=text):
                    below.append(f"{package}/package.json")
            elif what < 0.55 and below:
                target = rng.choice(below)
                add(f"{package}/package.json", tarfile.LNKTYPE, link=target)
            elif what < 0.65:
                add(folder, tarfile.SYMTYPE, link=rng.choice(["a", "b", "/b", "../a", "c", "."]))
            elif what < 0.72:
                add(folder, tarfile.DIRTYPE)
            elif what < 0.78:
                add(folder, data=b"a file")
            elif what < 0.92:
                head, _, tail = rng.choice([folder, package, f"{folder}/node_modules"]).rpartition("/")
                add((head + "/" if head else "") + ".wh." + tail)
            else:
                add(f"{folder}/.wh..wh..opq")
    return out.getvalue()


def components(program, source):
    done = subprocess.run([program, "components", source], capture_output=True, text=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {(row["name"], tuple(row["paths"])) for row in rows}, done.stderr


def main():
    if not shutil.which("umoci"):
        print("skipped: umoci is not installed")
        sys.exit(77)
    program = os.environ["BULKHEAD"]
    count, seed = int(sys.argv[1]) if len(sys.argv) > 1 else 100, int(sys.argv[2]) if len(sys.argv) > 2 else 1
    passed = failed = refused = 0
    for i in range(count):
        rng = random.Random(seed * 1_000_003 + i)
        below = []
        layers = [layer(rng, n, below) for n in range(rng.randint(1, 5))]
        with tempfile.TemporaryDirectory() as folder:
            image_maker.make(f"{folder}/image", layers, "folder", rng.choice(["none", "gzip"]), "x:1")
            done = subprocess.run(["umoci", "unpack", "--rootless", "--image", f"{folder}/image:1", f"{folder}/bundle"], capture_output=True, text=True)
            if done.returncode != 0:
                refused += 1
                continue
            expected, _ = components(program, f"dir:{folder}/bundle/rootfs")
            found, errors = components(program, f"{folder}/image")
            if expected == found:
                passed += 1
                continue
            failed += 1
            print(f"seed {seed} image {i}: only umoci: {sorted(expected - found)}; only bulkhead: {sorted(found - expected)}\n{errors}")
            for n, data in enumerate(layers):
                print(f"  layer {n}:", [(m.type.decode(), m.name, m.linkname) for m in tarfile.open(fileobj=io.BytesIO(data))])
    print(f"{refused} images refused by umoci\n{passed} passed, {failed} failed")
    sys.exit(1 if failed or passed < count // 3 else 0)


main()
