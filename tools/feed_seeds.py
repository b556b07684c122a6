#!/usr/bin/env python3
"""Makes the seeds of the fuzz target advisory_feed out of the importers' fixtures: one line "row document", then the document.

Usage: tools/feed_seeds.py   (in the source tree; replaces fuzz/corpus/advisory_feed)
"""
import pathlib
import shutil

LARGEST = 16 << 10  # bytes of a seed: larger ones only slow the fuzzer
root = pathlib.Path(__file__).resolve().parent.parent
fixtures = root / "src/advisory/source/testdata"
corpus = root / "fuzz/corpus/advisory_feed"

source = (corpus / "SOURCE").read_text()
shutil.rmtree(corpus)
corpus.mkdir(parents=True)
(corpus / "SOURCE").write_text(source)
for path in sorted(fixtures.rglob("*")):
    parts = path.relative_to(fixtures).parts
    if not path.is_file() or len(parts) < 3 or path.stat().st_size > LARGEST:
        continue
    data = path.read_bytes()
    if b"\0" in data[:512]:
        continue  # an archive: its entries are what the parser sees
    seed = corpus / "-".join((parts[0], *parts[1:])).replace("/", "-")
    seed.write_bytes(f"{parts[0]} {'/'.join(parts[2:])}\n".encode() + data)
