#!/usr/bin/env python3
"""rpm's databases against rpm itself.

- packages built here with rpmbuild (epoch, subpackage, other source name, configuration file, module label) and installed with
  `rpm --root` into sqlite; `bulkhead components` must give what `rpm -qa` gives, and see a changed file as `rpm -V` does;
- ten Berkeley DB databases of CentOS 5 to 8 (test data of Go module github.com/knqyf263/go-rpmdb), read by rpm's own bdb_ro;
- one of them written to sqlite by `rpmdb --importdb`;
- a write-ahead log that SQLite left behind.

Needs rpm, rpmbuild, go (for the module). Skips without rpm; says so where the module cannot be had.
"""
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys

PROGRAM = os.environ["BULKHEAD"]
HERE = pathlib.Path.cwd()
MODULE = "github.com/knqyf263/go-rpmdb@v0.0.0-20210911072402-73bd0ce46c49"
QUERY = r"%{NAME}\t%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\t%{SOURCERPM}\t%{ARCH}\t%{MODULARITYLABEL}\n"
SPEC = """
Name: shop-src
Version: 1.4
Release: 2.el9
Epoch: 3
Summary: s
License: MIT
Vendor: Red Hat, Inc.
ModularityLabel: shop:rhel9:9040:abc
%description
d
%package -n libshop
Summary: s
%description -n libshop
d
%package -n shop-data
Summary: s
Version: 7
Epoch: 0
BuildArch: noarch
%description -n shop-data
d
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/etc %{buildroot}/usr/share/shop %{buildroot}/usr/lib64
cp PROGRAM %{buildroot}/usr/bin/shop
echo conf > %{buildroot}/etc/shop.conf
echo data > %{buildroot}/usr/share/shop/data
echo lib > %{buildroot}/usr/lib64/libshop.so.1
ln -s libshop.so.1 %{buildroot}/usr/lib64/libshop.so
%files -n libshop
/usr/lib64/libshop.so*
/usr/bin/shop
%config(noreplace) /etc/shop.conf
%files -n shop-data
/usr/share/shop
"""


def run(*command, **more):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL, **more).stdout


def rpm(root, backend, *arguments, tool="rpm", **more):
    return run(tool, "--root", str(root), "--define", f"_db_backend {backend}", "--define", "_dbpath /var/lib/rpm", *arguments, **more)


def release(root, identity, version):
    (root / "etc").mkdir(parents=True, exist_ok=True)
    (root / "etc/os-release").write_text(f'ID="{identity}"\nVERSION_ID="{version}"\nPRETTY_NAME="{identity} {version}"\n')


def inventory(root):
    done = subprocess.run([PROGRAM, "components", f"dir:{root}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def expected(lines):
    """rpm's answer as purl-independent tuples; a package installed twice in the same version is one component."""
    out = set()
    for line in lines.splitlines():
        name, version, source, arch, module = (field.replace("(none)", "") for field in line.split("\t"))
        stream = ":".join(module.split(":")[:2]) if module else ""
        out.add((name, version, source, arch, stream))
    return out


def found(components):
    from urllib.parse import unquote

    out = set()
    for c in components:
        if c["type"] != "rpm":
            continue
        query = dict(part.split("=", 1) for part in c["purl"].partition("?")[2].split("&") if part)
        out.add((c["name"], c["version"], unquote(query.get("upstream", "")), c["arch"].replace("(none)", ""), unquote(query.get("rpmmod", ""))))
    return out


def compare(name, root, backend):
    # An epoch of 0 that is written down is the same as none (rpm compares them as equal); components leave it out.
    want = expected(rpm(root, backend, "-qa", "--qf", QUERY).replace("\t0:", "\t"))
    components, errors = inventory(root)
    have = found(components)
    assert "not read" not in errors, f"{name}: {errors}"
    assert want and have == want, f"{name}: missing {sorted(want - have)[:5]}, too many {sorted(have - want)[:5]}"
    print(f"{name}: {len(want)} packages agree")
    return components


def built():
    top = HERE / "build"
    top.mkdir()
    (top / "shop.spec").write_text(SPEC.replace("PROGRAM", "/bin/true"))
    run("rpmbuild", "-bb", "--define", f"_topdir {top}", "--define", "_build_id_links none", "--define", "__os_install_post %{nil}",
        "--define", "debug_package %{nil}", "--define", "__brp_mangle_shebangs true", str(top / "shop.spec"))
    packages = [str(path) for path in sorted(top.glob("RPMS/*/*.rpm"))]
    assert len(packages) == 2, packages
    root = HERE / "built"
    release(root, "rhel", "9.4")
    (root / "var/lib/rpm").mkdir(parents=True)
    rpm(root, "sqlite", "-i", "--nodeps", "--noscripts", "--ignorearch", "--ignoreos", *packages)
    components = compare("built here, sqlite", root, "sqlite")
    library = next(c for c in components if c["name"] == "libshop")
    assert library["grade"] == "files_match", library
    assert library["source_name"] == "shop-src" and library["source_version"] == "3:1.4-2.el9", library
    (root / "etc/shop.conf").write_text("mine")  # a configuration file may change
    components, errors = inventory(root)
    assert next(c for c in components if c["name"] == "libshop")["grade"] == "files_match" and "tampering" not in errors, errors
    with open(root / "usr/bin/shop", "ab") as program:
        program.write(b"\0")
    components, errors = inventory(root)
    assert next(c for c in components if c["name"] == "libshop")["grade"] == "claimed"
    assert "tampering: package_file_changed: usr/bin/shop" in errors, errors
    print("built here: changed configuration is none, a changed program is a sign of tampering")


def write_ahead_log():
    root = HERE / "wal"
    release(root, "rhel", "9.4")
    folder = root / "var/lib/rpm"
    folder.mkdir(parents=True)
    shutil.copy(HERE / "built/var/lib/rpm/rpmdb.sqlite", folder / "rpmdb.sqlite")
    scratch = HERE / "scratch.sqlite"
    shutil.copy(folder / "rpmdb.sqlite", scratch)
    database = sqlite3.connect(scratch)
    database.execute("pragma journal_mode=wal")
    database.execute("pragma wal_autocheckpoint=0")
    name, blob = "libshop", b""
    for (blob,) in database.execute("select blob from Packages"):
        if name.encode() + b"\0" in blob:
            break
    database.execute("insert into Packages(blob) values(?)", (blob.replace(b"libshop\0", b"libnews\0"),))
    database.commit()
    shutil.copy(scratch, folder / "rpmdb.sqlite")
    shutil.copy(f"{scratch}-wal", folder / "rpmdb.sqlite-wal")
    names = {c["name"] for c in inventory(root)[0]}
    assert "libnews" in names, names
    (folder / "rpmdb.sqlite-wal").unlink()
    assert "libnews" not in {c["name"] for c in inventory(root)[0]}
    print("write-ahead log: its commits count")


def module_databases():
    if shutil.which("go") is None:
        return "no go here"
    scratch = HERE / "module"
    scratch.mkdir()
    (scratch / "go.mod").write_text("module scratch\n")
    done = subprocess.run(["go", "mod", "download", "-json", MODULE], cwd=scratch, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if done.returncode != 0:
        return f"{MODULE} cannot be had"
    for folder in sorted((pathlib.Path(json.loads(done.stdout)["Dir"]) / "pkg/testdata").glob("centos*")):
        root = HERE / folder.name
        release(root, "centos", folder.name[6])
        (root / "var/lib/rpm").mkdir(parents=True)
        shutil.copy(folder / "Packages", root / "var/lib/rpm/Packages")
        os.chmod(root / "var/lib/rpm/Packages", 0o644)
        compare(f"{folder.name}, Berkeley DB", root, "bdb_ro")
    headers = subprocess.run(["rpmdb", "--root", str(HERE / "centos8-modularitylabel"), "--define", "_db_backend bdb_ro", "--define",
                              "_dbpath /var/lib/rpm", "--exportdb"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
    root = HERE / "imported"
    release(root, "centos", "8")
    (root / "var/lib/rpm").mkdir(parents=True)
    subprocess.run(["rpmdb", "--root", str(root), "--define", "_db_backend sqlite", "--define", "_dbpath /var/lib/rpm", "--importdb"],
                   input=headers, stderr=subprocess.DEVNULL, check=True)
    compare("centos8-modularitylabel, imported into sqlite", root, "sqlite")
    return ""


def main():
    if shutil.which("rpmbuild") is None:
        print("no rpm and rpmbuild here")
        return 77
    built()
    write_ahead_log()
    if why := module_databases():
        print(f"Berkeley DB databases not compared: {why}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
