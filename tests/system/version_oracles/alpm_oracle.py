"""Lines A<TAB>B in, a sign out, by libalpm's own alpm_pkg_vercmp."""
import ctypes
import sys

alpm = ctypes.CDLL(sys.argv[1])
alpm.alpm_pkg_vercmp.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
alpm.alpm_pkg_vercmp.restype = ctypes.c_int
for line in sys.stdin.buffer:
    a, b = line.rstrip(b"\n").split(b"\t")
    order = alpm.alpm_pkg_vercmp(a, b)
    sys.stdout.write("!\n" if not a or not b else "<\n" if order < 0 else ">\n" if order > 0 else "=\n")
