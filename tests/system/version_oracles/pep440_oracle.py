"""PyPI's packaging: lines A<TAB>B in, a sign out, "!" where it refuses one."""
import sys

from packaging.version import InvalidVersion, Version

for line in sys.stdin.buffer.read().decode("utf-8", "surrogateescape").split("\n")[:-1]:
    try:
        a, b = map(Version, line.split("\t"))
        print("<" if a < b else ">" if a > b else "=")
    except InvalidVersion:
        print("!")
