#!/usr/bin/env python3
"""Damaged feeds of every kind: cut, with flipped bits, claiming 4 GiB. Each import must end with exit 0 (what was damaged was one
record, skipped and counted, or text) or 3 with the file's name, within bounded memory, never by a signal, and the old database stays.

feed_damage.py [ROUNDS [SEED [FOLDER_OF_FEEDS]]]    the program is $BULKHEAD
"""
import gzip
import io
import json
import os
import pathlib
import random
import resource
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile

MEMORY_KIB = 1 << 20  # largest process of one import


def claims(folder):
    """Archives that claim or unpack to 4 GiB."""
    name = os.path.join(folder, "claim.zip")
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("GHSA-x.json", '{"id":"GHSA-x","modified":"2024-01-01T00:00:00Z","affected":[]}')
    data = bytearray(pathlib.Path(name).read_bytes())
    central = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, central + 24, 0xFFFFFFF0)
    struct.pack_into("<I", data, 22, 0xFFFFFFF0)
    pathlib.Path(name).write_bytes(data)
    yield name
    name = os.path.join(folder, "claim.tar")
    with tarfile.open(name, "w") as t:
        info = tarfile.TarInfo("GHSA-y.json")
        info.size = 10
        t.addfile(info, io.BytesIO(b"{\"id\":1}  "))
    data = bytearray(pathlib.Path(name).read_bytes())
    data[124:136] = b"40000000000\0"
    data[148:156] = b"        "
    data[148:156] = b"%06o\0 " % sum(data[:512])
    pathlib.Path(name).write_bytes(data)
    yield name
    name = os.path.join(folder, "bomb.json.gz")
    with gzip.open(name, "wb", 9) as g:
        g.write(b'{"id":"GHSA-z","modified":"2024-01-01T00:00:00Z","affected":[],"details":"')
        block = b"A" * (1 << 24)
        for _ in range(64):
            g.write(block)
    yield name


def main():
    top = pathlib.Path(__file__).resolve().parent.parent.parent
    program = os.environ["BULKHEAD"]
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    feeds = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else top / "tests/findings"
    rng = random.Random(seed)
    refused = taken = 0
    with tempfile.TemporaryDirectory() as folder:
        database = os.path.join(folder, "advisories.db")
        good = [p for p in sorted(feeds.rglob("*")) if p.is_file() and p.suffix != ".md" and p.name not in ("SOURCE", "sbom.cdx.json")]
        subprocess.run([program, "db", "import", "--quiet", str(good[0]), "--db", database], check=True, stdout=subprocess.DEVNULL)

        def attempt(path, must_fail):
            nonlocal refused, taken
            before = pathlib.Path(database).read_bytes()
            done = subprocess.run([program, "db", "import", "--quiet", path, "--db", database], capture_output=True, text=True, timeout=300)
            if done.returncode == 3:
                refused += 1
                if os.path.basename(path) not in done.stderr:
                    sys.exit(f"the error does not name {path}: {done.stderr} (seed {seed})")
                if pathlib.Path(database).read_bytes() != before:
                    sys.exit(f"a refused import changed the database: {path}")
            elif done.returncode == 0 and not must_fail:
                taken += 1
                json.loads(done.stdout)
                pathlib.Path(database).write_bytes(before)
            else:
                sys.exit(f"exit {done.returncode} for {path}: {done.stderr} (seed {seed})")
            if must_fail:
                print(f"{os.path.basename(path)}: {done.stderr.strip()}")

        for path in claims(folder):
            attempt(path, True)
        for feed in good:
            data = feed.read_bytes()
            for _ in range(rounds):
                for kind in ("cut", "flip"):
                    bad = bytearray(data)
                    if kind == "cut":
                        del bad[rng.randrange(len(bad)):]
                    else:
                        for _ in range(rng.choice((1, 3, 30))):
                            bad[rng.randrange(len(bad))] ^= 1 << rng.randrange(8)
                    path = os.path.join(folder, f"{kind}-{feed.name}")
                    pathlib.Path(path).write_bytes(bad)
                    attempt(path, False)
                    os.unlink(path)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        if peak > MEMORY_KIB:
            sys.exit(f"an import took {peak} KiB")
        print(f"{refused} damaged feeds refused by name, {taken} read with the damage skipped or harmless; largest process {peak} KiB (seed {seed})")


main()
