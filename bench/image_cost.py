#!/usr/bin/env python3
"""image_cost.py PROGRAM: CPU of `bulkhead components` beside `igzip -dc | openssl dgst -sha256` of the same layers.

The image: a Debian root of some 400 packages (made by tests/system/dpkg_roots.py: bookworm-large), an npm application of some
1,300 packages, and a Spring application's 58 jars; gzip layers. Both sides run on warm files, in turns, and the least of five
counts. PROGRAM must be a release build. Needs: debootstrap (as root), npm, mvn, Debian's isal and openssl.
"""
import os
import pathlib
import resource
import subprocess
import sys
import tarfile

SOURCE = pathlib.Path(__file__).resolve().parent.parent
CACHE = pathlib.Path(os.environ.get("BULKHEAD_CACHE", pathlib.Path.home() / ".cache/bulkhead"))
ROUNDS = 5
POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>bench</groupId><artifactId>bench</artifactId><version>1</version>
<dependencies>
<dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId><version>2.6.0</version></dependency>
<dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-data-jpa</artifactId><version>2.6.0</version></dependency>
<dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId><version>2.14.1</version></dependency>
</dependencies></project>
"""
sys.path.insert(0, str(SOURCE / "tests"))
import image_maker  # noqa: E402


def prepare(program):
    image = CACHE / "bench/image.oci.tar"
    if image.exists():
        return image
    root = CACHE / "roots/bookworm-large"
    if not (root / ".complete").exists():
        subprocess.run([sys.executable, str(SOURCE / "tests/system/dpkg_roots.py"), program, "bookworm-large"], check=True)
    npm, maven = CACHE / "bench/npm", CACHE / "bench/maven"
    npm.mkdir(parents=True, exist_ok=True)
    maven.mkdir(parents=True, exist_ok=True)
    if not (npm / "node_modules").exists():
        (npm / "package.json").write_text('{"name":"bench-app","version":"1.0.0","private":true}')
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "express", "webpack", "react-scripts@5"], cwd=npm, check=True)
    if not (maven / "jars").exists():
        (maven / "pom.xml").write_text(POM)
        subprocess.run(["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=jars"], cwd=maven, check=True)
    application = CACHE / "bench/app"
    subprocess.run(["rm", "-rf", str(application)], check=True)
    (application / "srv/app").mkdir(parents=True)
    (application / "opt/spring/lib").mkdir(parents=True)
    subprocess.run(["cp", "-a", str(npm / "node_modules"), str(application / "srv/app/")], check=True)
    subprocess.run(f"cp -a {maven}/jars/*.jar {application}/opt/spring/lib/", shell=True, check=True)
    image_maker.make(image, [image_maker.pack(root), image_maker.pack(application)], compress="gzip")
    return image


def cpu_of(command, **more):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **more)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def peak_of(program, image):
    """From a small process of its own: a child's figure starts with the size of the process that forked it."""
    code = "import resource,subprocess,sys;subprocess.run(sys.argv[1:],stdout=-3,stderr=-3);print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    return int(subprocess.run([sys.executable, "-c", code, program, "components", str(image)], capture_output=True, text=True, check=True).stdout) / 1024


def main():
    program = sys.argv[1]
    image = prepare(program)
    folder = CACHE / "bench/layers"
    folder.mkdir(exist_ok=True)
    layers, packed = [], 0
    with tarfile.open(image) as tar:
        for member in tar:
            data = tar.extractfile(member)
            if data and data.read(2) == b"\x1f\x8b":
                data.seek(0)
                path = folder / member.name.replace("/", "_")
                path.write_bytes(data.read())
                layers.append(path)
                packed += member.size
    unpacked = sum(int(subprocess.run(f"igzip -dc {p} | wc -c", shell=True, check=True, capture_output=True).stdout) for p in layers)
    ours, plain = [], []
    for _ in range(ROUNDS):
        ours.append(cpu_of([program, "components", str(image)], stderr=subprocess.DEVNULL))
        plain.append(sum(cpu_of(["sh", "-c", f"igzip -dc {p} | openssl dgst -sha256"]) for p in layers))
    listed = subprocess.run([program, "components", str(image), "--format", "tsv"], capture_output=True, text=True).stdout.splitlines()
    kinds = {}
    for line in listed:
        kinds[line.split("\t")[0]] = kinds.get(line.split("\t")[0], 0) + 1
    print(f"image: {len(layers)} gzip layers, {packed / 2**20:.0f} MiB packed, {unpacked / 2**20:.0f} MiB unpacked; components: " + ", ".join(f"{n} {k}" for k, n in sorted(kinds.items())))
    print(f"bulkhead components:                  {min(ours):.2f} s CPU (of {', '.join(f'{t:.2f}' for t in ours)})")
    print(f"igzip -dc | openssl dgst -sha256:     {min(plain):.2f} s CPU (of {', '.join(f'{t:.2f}' for t in plain)})")
    print(f"ratio {min(ours) / min(plain):.2f}; largest process of bulkhead {peak_of(program, image):.0f} MiB")


main()
