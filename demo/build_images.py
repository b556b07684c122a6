#!/usr/bin/env python3
"""Builds the demo's container images without a container engine: build_images.py [--cache FOLDER] [--bulkhead PROGRAM] [NAME...]

Real packages out of the public registries: Debian (debootstrap and apt in a chroot), npm, Maven Central, Go modules. The versions are old
on purpose: Debian's suites without their security updates, applications pinned in image/. Each becomes an OCI archive
CACHE/images/NAME.tar whose layers carry the history a Dockerfile would leave. With --bulkhead each archive's SBOM goes to
images/NAME.cdx.json, and the archives small enough (SHIPPED) to images/NAME.tar. images/digests.json maps references to manifest digests.

Needs root (chroot), debootstrap, Go >= 1.24, npm, mvn. Same packages in, same bytes out: entries sorted, times fixed, what installers
leave of this machine removed. Where no upstream image could be made of the registries, a Debian package stands in; the table says so.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

from oci import ImageWriter, Tree

HERE = pathlib.Path(__file__).resolve().parent
MIRROR = "http://deb.debian.org/debian"
REGISTRY = "registry.shop.example/"
SHIPPED = ["orders"]
KUBERNETES = "v1.33.13"

# name: reference, then how it is made. `debian`: suite and packages; `static`: a few Debian data packages without dpkg's database, as in
# Google's distroless images; `go_install` or `go_build`: the program; `copy`: function that fills /app.
IMAGES = {
    "ingress-nginx": {"ref": "platform/ingress-nginx:1.22.1", "debian": ("bookworm", ["nginx-light", "ca-certificates"]), "user": "101", "ports": ["80/tcp", "443/tcp"],
                      "entrypoint": ["/usr/sbin/nginx", "-g", "daemon off;"], "stands_for": "ingress-nginx's controller: Debian's nginx without the controller program"},
    "calico-node": {"ref": "platform/calico-node:v3.28.0", "debian": ("bookworm", ["bird2", "conntrack", "ipset", "iptables", "kmod"]), "entrypoint": ["/usr/sbin/bird", "-f"],
                    "stands_for": "calico/node: the Debian packages of the tools that it runs, without Calico's own program"},
    "web": {"ref": "shop/web:4.2.0", "debian": ("bookworm", ["nodejs", "ca-certificates"]), "app": "npm", "user": "1000", "ports": ["3000/tcp"], "entrypoint": ["node", "/app/server.js"]},
    "api": {"ref": "shop/api:2.3.1", "debian": ("bullseye", ["openjdk-11-jre-headless"]), "app": "boot_jar", "ports": ["8080/tcp"], "entrypoint": ["java", "-jar", "/app/api.jar"]},
    "orders": {"ref": "shop/orders:1.8.0", "static": "bookworm", "go_build": "orders", "user": "65532", "ports": ["8090/tcp"], "entrypoint": ["/orders"]},
    "orders-db": {"ref": "shop/orders-db:13", "debian": ("bullseye", ["postgresql-13"]), "user": "postgres", "ports": ["5432/tcp"],
                  "entrypoint": ["/usr/lib/postgresql/13/bin/postgres", "-D", "/var/lib/postgresql/13/main"]},
    "backup": {"ref": "shop/backup:1.0", "debian": ("bookworm", ["postgresql-client"]), "entrypoint": ["/bin/sh"]},
    "gateway": {"ref": "payments/gateway:3.0.2", "static": "bookworm", "go_build": "gateway", "user": "65532", "ports": ["8443/tcp"], "entrypoint": ["/gateway"]},
    "ledger": {"ref": "payments/ledger:1.1.0", "debian": ("bookworm", ["openjdk-17-jre-headless"]), "app": "war", "user": "1000", "ports": ["8080/tcp"],
               "entrypoint": ["java", "-jar", "/app/tomcat-runner.jar", "/app/ledger.war"]},
    "runner": {"ref": "ci/runner:2022.4", "debian": ("bullseye", ["ca-certificates", "curl", "docker.io", "git", "make", "openssh-client", "python3-requests"]),
               "entrypoint": ["/usr/bin/python3"]},
    "node-exporter": {"ref": "monitoring/node-exporter:v1.9.0", "static": "bookworm", "go_install": "github.com/prometheus/node_exporter@v1.9.0", "user": "65534",
                      "ports": ["9100/tcp"], "entrypoint": ["/node_exporter"]},
    "coredns": {"ref": "platform/coredns:v1.11.1", "static": "bookworm", "go_install": "github.com/coredns/coredns@v1.11.1", "ports": ["53/tcp", "53/udp"], "entrypoint": ["/coredns"]},
    "etcd": {"ref": "platform/etcd:3.4.23", "debian": ("bookworm", ["etcd-server"]), "entrypoint": ["/usr/bin/etcd"]},
} | {
    name: {"ref": f"platform/{name}:{KUBERNETES}", "static": "bookworm", "kubernetes": name, "entrypoint": [f"/{name}"]}
    for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
} | {
    "kube-proxy": {"ref": f"platform/kube-proxy:{KUBERNETES}", "debian": ("bookworm", ["conntrack", "iptables", "kmod"]), "kubernetes": "kube-proxy",
                   "entrypoint": ["/usr/local/bin/kube-proxy"]},
}
STATIC_PACKAGES = ["base-files", "ca-certificates", "media-types", "netbase"]


def run(*command, **more):
    done = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
    if done.returncode != 0:
        sys.exit(f"build_images.py: {' '.join(str(c) for c in command[:6])} failed:\n{done.stdout[-3000:]}")
    return done.stdout


# ---- Debian
def debian_base(cache, suite):
    root = cache / f"base-{suite}"
    if not (root / ".done").exists():
        shutil.rmtree(root, ignore_errors=True)
        run("debootstrap", "--variant=minbase", suite, root, MIRROR)
        (root / "etc/apt/sources.list").write_text(f"deb {MIRROR} {suite} main\n")
        (root / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
        (root / "usr/sbin/policy-rc.d").chmod(0o755)
        forget_machine(root)
        (root / ".done").touch()
    return root


def forget_machine(root):
    """What installing leaves of this machine and this day."""
    for pattern in ("var/cache/apt/archives/*.deb", "var/cache/apt/*.bin", "var/lib/apt/lists/*", "var/log/**/*", "var/cache/ldconfig/*", "var/cache/debconf/*-old", "var/lib/dpkg/*-old",
                    "etc/*-", "etc/machine-id", "etc/resolv.conf", "etc/hostname", "etc/ssl/certs/java/cacerts", "var/lib/dbus/machine-id", "root/.*history", "tmp/*", "run/*"):
        for path in sorted(root.glob(pattern), reverse=True):
            if path.is_symlink() or path.is_file():
                path.unlink()
            elif path.is_dir() and pattern.startswith(("var/lib/apt", "tmp", "run")):
                shutil.rmtree(path)
    shadow = root / "etc/shadow"
    shadow.write_text(re.sub(r"^([^:]*:[^:]*):\d+:", r"\1:19000:", shadow.read_text(), flags=re.M))  # days since the last change


def install(root, packages):
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive", LC_ALL="C")
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    (root / "etc/postgresql-common").mkdir(exist_ok=True)
    (root / "etc/postgresql-common/createcluster.conf").write_text("create_main_cluster = false\n")
    (root / "usr/share/man/man1").mkdir(parents=True, exist_ok=True)  # OpenJDK's links want it
    run("mount", "-t", "proc", "proc", root / "proc")
    try:
        run("chroot", root, "apt-get", "update", env=environment)
        run("chroot", root, "apt-get", "install", "-y", "--no-install-recommends", *packages, env=environment)
    finally:
        run("umount", root / "proc")
    forget_machine(root)


def static_root(cache, suite):
    """Debian data packages with their control records in status.d, as distroless images have them."""
    root = cache / f"static-{suite}"
    if (root / ".done").exists():
        return root
    shutil.rmtree(root, ignore_errors=True)
    base = cache / f"download-{suite}"
    shutil.rmtree(base, ignore_errors=True)
    run("cp", "-a", debian_base(cache, suite), base)
    shutil.copy("/etc/resolv.conf", base / "etc/resolv.conf")
    run("chroot", base, "apt-get", "update")
    run("chroot", base, "sh", "-c", "cd /tmp && apt-get -o APT::Sandbox::User=root download " + " ".join(STATIC_PACKAGES))
    status = root / "var/lib/dpkg/status.d"
    status.mkdir(parents=True)
    for package in sorted(base.glob("tmp/*.deb")):
        name = package.name.split("_")[0]
        run("dpkg-deb", "-x", package, root)
        (status / name).write_text(run("dpkg-deb", "-f", package))
        (status / f"{name}.md5sums").write_text(control_file(package, "md5sums"))
    bundle = root / "etc/ssl/certs/ca-certificates.crt"
    bundle.parent.mkdir(parents=True, exist_ok=True)
    bundle.write_text("".join(p.read_text() for p in sorted((root / "usr/share/ca-certificates/mozilla").glob("*.crt"))))
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n")
    shutil.rmtree(base)
    (root / ".done").touch()
    return root


def control_file(package, name):
    folder = package.parent / "control"
    shutil.rmtree(folder, ignore_errors=True)
    run("dpkg-deb", "-e", package, folder)
    return (folder / name).read_text() if (folder / name).exists() else ""


# ---- programs and applications
def go(cache, *arguments, **more):
    environment = dict(os.environ, CGO_ENABLED="0", GOTOOLCHAIN="local", GOFLAGS="-trimpath -buildvcs=false", GOBIN=str(cache / "bin"))
    run("nice", "go", *arguments, env=environment, **more)


def go_program(cache, row):
    """The program's file: `go install` of a published version, or a build of the module in image/."""
    folder = cache / "bin"
    folder.mkdir(exist_ok=True)
    if "go_install" in row:
        name = row["go_install"].split("@")[0].rsplit("/", 1)[-1]
        if not (folder / name).exists():
            go(cache, "install", "-ldflags=-s -w", row["go_install"])
        return folder / name
    if "kubernetes" in row:  # from the module that builds the server programs for the system tests
        module = cache / "kubernetes"
        shutil.rmtree(module, ignore_errors=True)
        shutil.copytree(HERE.parent / "tests/system/cluster/program" / KUBERNETES, module)
        name = row["kubernetes"]
        (module / "main.go").write_text(f'package main\n\nimport _ "k8s.io/kubernetes/cmd/{name}/app"\n\nfunc main() {{}}\n')
        stamp = f"-s -w -X k8s.io/component-base/version.gitVersion={KUBERNETES}"
        if not (folder / name).exists():
            go(cache, "build", "-mod=mod", f"-ldflags={stamp}", "-o", folder / name, f"k8s.io/kubernetes/cmd/{name}", cwd=module)
        return folder / name
    go(cache, "build", "-mod=readonly", "-ldflags=-s -w", "-o", folder / row["go_build"], ".", cwd=HERE / "image" / row["go_build"])
    return folder / row["go_build"]


def npm_app(cache, name, root):
    for file in ("package.json", "package-lock.json", "server.js"):
        shutil.copy(HERE / "image" / name / file, root / "app")
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=root / "app")
    (root / "app/node_modules/.package-lock.json").unlink(missing_ok=True)


def maven_jars(cache, name):
    folder = cache / f"maven-{name}"
    if not folder.exists():
        run("mvn", "-q", "-B", "-f", HERE / "image" / name / "pom.xml", "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies", f"-DoutputDirectory={folder}")
    return sorted(folder.glob("*.jar"))


def archive(path, entries):
    """A zip with fixed times: entries of (name, bytes, stored)."""
    with zipfile.ZipFile(path, "w") as file:
        for name, data, stored in entries:
            info = zipfile.ZipInfo(name, (2022, 4, 1, 0, 0, 0))
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            file.writestr(info, data)


def boot_jar(cache, name, root):
    """A Spring Boot jar as its Maven plug-in lays it out: the loader's classes at the top, jars stored in BOOT-INF/lib."""
    entries = [("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\r\nMain-Class: org.springframework.boot.loader.JarLauncher\r\nStart-Class: example.shop.Api\r\n"
                b"Spring-Boot-Version: 2.5.6\r\nImplementation-Title: api\r\nImplementation-Version: 2.3.1\r\n\r\n", False),
               ("META-INF/maven/example.shop/api/pom.properties", b"artifactId=api\ngroupId=example.shop\nversion=2.3.1\n", False)]
    for jar in maven_jars(cache, name):
        if jar.name.startswith("spring-boot-loader"):
            with zipfile.ZipFile(jar) as loader:
                entries += [(n, loader.read(n), False) for n in sorted(loader.namelist()) if n.endswith(".class")]
        else:
            entries.append((f"BOOT-INF/lib/{jar.name}", jar.read_bytes(), True))
    archive(root / f"app/{name}.jar", entries)


def war(cache, name, root):
    jars = maven_jars(cache, name)
    runner = [j for j in jars if j.name.startswith("webapp-runner")]
    if runner:
        shutil.copy(runner[0], root / "app/tomcat-runner.jar")
    entries = [("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\r\nImplementation-Title: ledger\r\nImplementation-Version: 1.1.0\r\n\r\n", False),
               ("META-INF/maven/example.payments/ledger/pom.properties", b"artifactId=ledger\ngroupId=example.payments\nversion=1.1.0\n", False),
               ("WEB-INF/web.xml", b'<web-app xmlns="http://xmlns.jcp.org/xml/ns/javaee" version="3.1"/>\n', False)]
    archive(root / f"app/{name}.war", entries + [(f"WEB-INF/lib/{j.name}", j.read_bytes(), True) for j in jars if j not in runner])


APPLICATIONS = {"npm": (npm_app, "RUN npm ci --omit=dev # buildkit"), "boot_jar": (boot_jar, "COPY target/api.jar /app/api.jar # buildkit"), "war": (war, "COPY ledger.war /app/ # buildkit")}


# ---- one image
def build(cache, name, row):
    work = cache / "work" / name
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    image = ImageWriter(REGISTRY + row["ref"], user=row.get("user", ""), ports=row.get("ports", []), entrypoint=row["entrypoint"],
                        labels={"org.opencontainers.image.title": name} | ({"example.shop.stands-for": row["stands_for"]} if "stands_for" in row else {}))
    if "debian" in row:
        suite, packages = row["debian"]
        base = debian_base(cache, suite)
        root = work / "root"
        run("cp", "-a", base, root)
        (root / ".done").unlink()
        before = Tree(root)
        image.add_layer(before.entries(), f"# debian.sh --arch 'amd64' out/ '{suite}' '@1767571200'")
        install(root, packages)
        image.add_layer(Tree(root).changes_since(before), f"RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends {' '.join(packages)} # buildkit")
    else:
        image.add_layer(Tree(static_root(cache, row["static"]), skip={".done"}).entries(), "bazel build //base:static_root")
    top = work / "top"
    if "app" in row:
        (top / "app").mkdir(parents=True)
        function, command = APPLICATIONS[row["app"]]
        function(cache, name, top)
        image.add_layer(Tree(top).entries(), command)
    elif any(k in row for k in ("go_install", "go_build", "kubernetes")):
        target = top / row["entrypoint"][0].lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(go_program(cache, row), target)
        target.chmod(0o755)
        image.add_layer(Tree(top).entries(), f"COPY {target.name} {row['entrypoint'][0]} # buildkit")
    path = cache / "images" / f"{name}.tar"
    path.parent.mkdir(exist_ok=True)
    digest = image.write(path)
    shutil.rmtree(work)
    return path, digest


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path.home() / ".cache/bulkhead/demo")
    parser.add_argument("--bulkhead", help="writes the SBOMs with this program")
    parser.add_argument("--keep", action="store_true", help="do not build again what CACHE/images holds")
    parser.add_argument("names", nargs="*", metavar="NAME")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(IMAGES)
    if unknown:
        sys.exit(f"build_images.py: no image {', '.join(sorted(unknown))}; there are {' '.join(IMAGES)}")
    arguments.cache.mkdir(parents=True, exist_ok=True)
    recorded = HERE / "images/digests.json"
    digests = json.loads(recorded.read_text()) if recorded.exists() else {}
    for name in arguments.names or IMAGES:
        row = IMAGES[name]
        path = arguments.cache / "images" / f"{name}.tar"
        if not (arguments.keep and path.exists()):
            path, digests[REGISTRY + row["ref"]] = build(arguments.cache, name, row)
            recorded.write_text(json.dumps(digests, indent=1, sort_keys=True) + "\n")
        print(f"{name}: {path} {path.stat().st_size / 1e6:.1f} MB {digests[REGISTRY + row['ref']]}", flush=True)
        if name in SHIPPED:
            shutil.copy(path, HERE / "images" / path.name)
        elif arguments.bulkhead:
            done = subprocess.run([os.path.abspath(arguments.bulkhead), "components", path.name, "--format", "cyclonedx-json"], cwd=path.parent, stdout=subprocess.PIPE, check=True)
            (HERE / "images" / f"{name}.cdx.json").write_bytes(done.stdout)


if __name__ == "__main__":
    main()
