#!/usr/bin/env python3
"""dpkg_roots.py [NAME…]: holds `bulkhead components dir:ROOT --format tsv` against `dpkg-query -W` on real Debian roots.

Ten roots are made by debootstrap (as root; network or a mirror in $BULKHEAD_MIRROR) and kept under ~/.cache/bulkhead/roots, so that
later runs are quick. Two of them are changed afterwards, by dpkg itself, so that packages stand in other states than installed:
one is removed but not purged (config-files), one is unpacked only. For every package that dpkg-query lists, name, version, source
name and source version must be the same, and nothing else may be listed as deb.
"""
import os
import pathlib
import subprocess
import sys

CACHE = pathlib.Path(os.environ.get("BULKHEAD_CACHE", pathlib.Path.home() / ".cache/bulkhead")) / "roots"
# name: suite, packages beyond minbase
ROOTS = {
    "bookworm-minbase": ("bookworm", ""),
    "bookworm-web": ("bookworm", "nginx,curl,ca-certificates,openssl,logrotate"),
    "bookworm-build": ("bookworm", "build-essential,git,python3,pkg-config,libssl-dev"),
    "bookworm-data": ("bookworm", "postgresql,redis-server,sqlite3"),
    "bookworm-large": ("bookworm", "openjdk-17-jre-headless,nodejs,git,python3-pip,nginx,postgresql-client,imagemagick,ffmpeg,vim,openssh-server"),
    "bullseye-minbase": ("bullseye", ""),
    "bullseye-logs": ("bullseye", "rsyslog,cron,less"),
    "trixie-minbase": ("trixie", ""),
    "trixie-tools": ("trixie", "strace,gdb,tcpdump,iproute2,nftables,sudo"),
    "trixie-kernel": ("trixie", "linux-image-amd64,linux-libc-dev,manpages-dev,fonts-dejavu-core"),
}
# Commands inside a root after it was made, each leaving a package in another state.
CHANGES = {
    "bookworm-web": [["dpkg", "--remove", "logrotate"]],
    "bullseye-logs": [["dpkg", "--force-depends", "--remove", "rsyslog"]],
    "trixie-tools": [["sh", "-c", "printf 'Package: odd\\nVersion: 1:2.0+x~rc1-3\\nArchitecture: all\\nSource: odd-source (9:1.5)\\nMaintainer: Nobody <nobody@example.org>\\n"
                      "Depends: not-there\\nDescription: unpacked only\\n' >/tmp/control && mkdir -p /tmp/odd/DEBIAN && cp /tmp/control /tmp/odd/DEBIAN/control && "
                      "dpkg-deb -b /tmp/odd /tmp/odd.deb && dpkg --unpack /tmp/odd.deb"]],
}
FORMAT = "${Package}\t${Version}\t${source:Package}\t${source:Version}\n"


def make(name):
    root = CACHE / name
    if (root / ".complete").exists():
        return root
    suite, packages = ROOTS[name]
    subprocess.run(["rm", "-rf", str(root)], check=True)
    root.parent.mkdir(parents=True, exist_ok=True)
    command = ["debootstrap", "--variant=minbase"] + (["--include=" + packages] if packages else []) + [suite, str(root)]
    if os.environ.get("BULKHEAD_MIRROR"):
        command.append(os.environ["BULKHEAD_MIRROR"])
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    for change in CHANGES.get(name, []):
        subprocess.run(["chroot", str(root)] + change, check=True, stdout=subprocess.DEVNULL)
    (root / ".complete").touch()
    return root


def main():
    program, names = os.environ["BULKHEAD"], sys.argv[1:] or list(ROOTS)
    failed = 0
    for name in names:
        root = make(name)
        listed = subprocess.run(["dpkg-query", f"--admindir={root}/var/lib/dpkg", "-W", "-f", FORMAT], check=True, capture_output=True, text=True).stdout
        expected = sorted(listed.splitlines())
        done = subprocess.run([program, "components", f"dir:{root}", "--format", "tsv"], capture_output=True, text=True)
        found = sorted(line.split("\t", 1)[1] for line in done.stdout.splitlines() if line.startswith("deb\t"))
        ok = done.returncode == 0 and found == expected
        failed += not ok
        print(f"{'ok  ' if ok else 'FAIL'} {name}: {len(expected)} packages of dpkg-query, {len(found)} of bulkhead" + ("" if done.returncode == 0 else f", exit {done.returncode}"))
        if not ok:
            for line in sorted(set(expected) ^ set(found))[:20]:
                print(("  only dpkg-query: " if line in expected else "  only bulkhead:   ") + line)
            print(done.stderr, end="")
    print(f"{len(names) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
