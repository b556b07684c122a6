"""PyPI's semver (strictly 2.0.0): lines A<TAB>B in, a sign out, "!" where it refuses one."""
import sys

from semver import Version

for line in sys.stdin.buffer.read().decode("utf-8", "surrogateescape").split("\n")[:-1]:
    a, b = line.split("\t")
    try:
        order = Version.parse(a).compare(b)
        print("<=>"[order + 1])
    except ValueError:
        print("!")
