#!/usr/bin/env python3
"""Draws docs/scale.svg from docs/scale.tsv: cost of snapshot → attack graph against the size of the cluster, on two logarithmic axes.

    scale_plot.py                 draw from the table
    scale_plot.py --measure BULKHEAD [PODS…]   measure first (GNU time), write the table, then draw

Clusters are those of generate_cluster.py, seed 1, kept in ${TMPDIR:-/tmp}; 150,000 pods stand on 5,000 nodes with 10,000 policies
and 50,000 bindings. A straight line of slope one is growth in proportion. Needs python3 ≥ 3.11, `time` and `zstd`.
"""
import math
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
DOCS = HERE.parent / "docs"
SIZES = [300, 1000, 3000, 10000, 30000, 150000]
LARGE = ["--pods-per-node", "30", "--policies", "10000", "--bindings", "50000"]


def measure(program, sizes):
    folder = pathlib.Path(os.environ.get("TMPDIR", "/tmp"))
    rows = []
    for pods in sizes:
        snapshot = folder / f"bulkhead-cluster-{pods}.tar.zst"
        if not snapshot.exists():
            subprocess.run([sys.executable, HERE / "generate_cluster.py", "--pods", str(pods), *(LARGE if pods >= 100000 else []), "-o", snapshot], check=True)
        note = folder / "bulkhead-cost"
        subprocess.run(["/usr/bin/time", "-o", note, "-f", "%e %U %S %M", program, "steps", "--snapshot", snapshot, "--row", "NONE", "--quiet"],
                       check=True, stdout=subprocess.DEVNULL)
        wall, user, system, memory = note.read_text().split()
        rows.append((pods, float(wall), float(user) + float(system), int(memory) // 1024))
        print(*rows[-1], sep="\t")
    text = "# pods\twall s\tCPU s\tpeak MiB: `bulkhead steps --snapshot … --row NONE` (snapshot → attack graph), release build, 2 cores\n"
    (DOCS / "scale.tsv").write_text(text + "".join("\t".join(map(str, (p, w, round(c, 2), m))) + "\n" for p, w, c, m in rows))


def draw():
    rows = [tuple(map(float, line.split("\t"))) for line in (DOCS / "scale.tsv").read_text().splitlines() if not line.startswith("#")]
    left, top, width, height = 60, 20, 460, 300
    low = [math.log10(min(row[0] for row in rows)) - 0.1, -1.0]
    high = [math.log10(max(row[0] for row in rows)) + 0.1, math.log10(max(max(row[2], row[3] / 100) for row in rows)) + 0.2]

    def at(x, y):
        return (left + width * (math.log10(x) - low[0]) / (high[0] - low[0]), top + height * (high[1] - math.log10(max(y, 0.1))) / (high[1] - low[1]))

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 180}" height="{top + height + 50}" font-family="sans-serif" font-size="12">',
           '<rect width="100%" height="100%" fill="white"/>']
    for power in range(math.ceil(low[0]), math.floor(high[0]) + 1):
        x = at(10 ** power, 1)[0]
        out.append(f'<line x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{top + height}" stroke="#ddd"/>'
                   f'<text x="{x:.1f}" y="{top + height + 18}" text-anchor="middle">{10 ** power:,}</text>')
    for power in range(math.ceil(low[1]), math.floor(high[1]) + 1):
        y = at(10 ** low[0], 10 ** power)[1]
        out.append(f'<line x1="{left}" y1="{y:.1f}" x2="{left + width}" y2="{y:.1f}" stroke="#ddd"/>'
                   f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{10.0 ** power:g}</text>')
    for column, scale, colour, name in ((2, 1, "#0b62a4", "CPU seconds"), (3, 0.01, "#b5482a", "peak memory, in 100 MiB")):
        points = [at(row[0], row[column] * scale) for row in rows]
        out.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        out.append(f'<text x="{points[-1][0] + 8:.1f}" y="{points[-1][1] + (-2 if column == 2 else 12):.1f}" fill="{colour}">{name}</text>')
    middle = next((row for row in rows if row[0] >= 10000), rows[0])
    start, end = rows[0][0], rows[-1][0]
    line = [at(x, middle[2] * x / middle[0]) for x in (start, end)]
    out.append(f'<line x1="{line[0][0]:.1f}" y1="{line[0][1]:.1f}" x2="{line[1][0]:.1f}" y2="{line[1][1]:.1f}" stroke="#888" stroke-dasharray="4 4"/>'
               f'<text x="{left + 8}" y="{top + 14}" fill="#666">dashed: in proportion to the pods</text>')
    out.append(f'<text x="{left + width / 2}" y="{top + height + 40}" text-anchor="middle">pods</text></svg>')
    (DOCS / "scale.svg").write_text("\n".join(out) + "\n")


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] == "--measure":
        measure(sys.argv[2], [int(size) for size in sys.argv[3:]] or SIZES)
    draw()
