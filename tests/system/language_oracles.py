#!/usr/bin/env python3
"""Language packages against each ecosystem's own tool.

- Python: 30 packages from the package index in a virtual environment, against importlib.metadata;
- RubyGems: this machine's gems copied into a root, against `gem list`;
- npm: an application of some 60 packages, against `npm ls`;
- Composer: a local repository, against `composer show`;
- Rust: a program built with cargo-auditable, against `cargo tree` (only where cargo-auditable is installed).

A tool that is not here is said and passed over; without any the test skips.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

PROGRAM = os.environ["BULKHEAD"]
HERE = pathlib.Path.cwd()
PYTHON = """requests urllib3 certifi idna charset-normalizer click Flask Jinja2 MarkupSafe Werkzeug itsdangerous blinker PyYAML attrs
zope.interface zope.event ruamel.yaml packaging pluggy iniconfig pytest typing_extensions python-dateutil six pytz Pygments docutils
jaraco.text more-itertools wheel"""


def components(root):
    done = subprocess.run([PROGRAM, "components", f"dir:{root}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=True)
    assert "not read" not in done.stderr and "tampering" not in done.stderr, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def listed(root, kind):
    return {(c["name"], c["version"]) for c in components(root) if c["type"] == kind}


def agree(name, have, want):
    assert want and have == want, f"{name}: missing {sorted(want - have)[:5]}, too many {sorted(have - want)[:5]}"
    print(f"{name}: {len(want)} packages agree")


def python():
    root = HERE / "python"
    subprocess.run([sys.executable, "-m", "venv", str(root / "opt/venv")], check=True)
    pip = root / "opt/venv/bin/python"
    subprocess.run([pip, "-m", "pip", "install", "-q", "--disable-pip-version-check", *PYTHON.split()], check=True)
    text = "import importlib.metadata as m, json; print(json.dumps([(d.metadata['Name'], d.version) for d in m.distributions()]))"
    want = {tuple(pair) for pair in json.loads(subprocess.run([pip, "-c", text], stdout=subprocess.PIPE, text=True, check=True).stdout)}
    # setuptools carries others inside its _vendor folder, which importlib.metadata does not search and which are installed all the same.
    found = [c for c in components(root) if c["type"] == "pypi" and any("/_vendor/" not in path for path in c["paths"])]
    agree("Python, importlib.metadata", {(c["name"], c["version"]) for c in found}, want)
    graded = sum(c["grade"] == "files_match" for c in found)
    assert graded >= 0.9 * len(found), f"only {graded} of {len(found)} match their RECORD"
    print(f"Python: {graded} of {len(found)} match their RECORD to the last file")


def gems():
    root = HERE / "gems"
    lines = subprocess.run(["gem", "list", "--local"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
    want = set()
    for name, versions in re.findall(r"^(\S+) \((.*)\)$", lines, re.MULTILINE):
        for version in versions.split(", "):
            want.add((name, version.removeprefix("default: ").split(" ")[0]))
    paths = subprocess.run(["gem", "env", "gempath"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip().split(":")
    default = subprocess.run(["ruby", "-e", "puts Gem.default_dir, Gem.default_specifications_dir"], stdout=subprocess.PIPE, text=True, check=True)
    folders = {pathlib.Path(path) / "specifications" for path in paths} | {pathlib.Path(line) for line in default.stdout.split()}
    for folder in folders:
        if folder.name in ("specifications", "default") and folder.is_dir():
            shutil.copytree(folder, root / str(folder).lstrip("/"), symlinks=False, dirs_exist_ok=True)
    agree("RubyGems, gem list", listed(root, "gem"), want)


def npm():
    root = HERE / "npm/srv/app"
    root.mkdir(parents=True)
    (root / "package.json").write_text('{"name":"app","version":"1.0.0","private":true}')
    subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", "express@4", "@babel/code-frame"], cwd=root, check=True)
    tree = json.loads(subprocess.run(["npm", "ls", "--all", "--json"], cwd=root, stdout=subprocess.PIPE, text=True, check=True).stdout)
    want = set()

    def walk(node):
        for name, child in node.get("dependencies", {}).items():
            if "version" in child:
                want.add((name, child["version"]))
            walk(child)

    walk(tree)
    agree("npm, npm ls", listed(HERE / "npm", "npm"), want)


def composer():
    root = HERE / "composer/srv/app"
    for name, version in (("acme/log", "v1.1.4"), ("acme/http", "2.9.1")):
        folder = root / "packages" / name.split("/")[1]
        folder.mkdir(parents=True)
        (folder / "composer.json").write_text(json.dumps({"name": name, "version": version}))
    (root / "composer.json").write_text(json.dumps({
        "name": "acme/app", "require": {"acme/log": "*", "acme/http": "*"},
        "repositories": [{"type": "path", "url": "packages/*", "options": {"symlink": False}}, {"packagist.org": False}]}))
    environment = dict(os.environ, COMPOSER_ALLOW_SUPERUSER="1", COMPOSER_HOME=str(HERE / "home"))
    subprocess.run(["composer", "install", "-q", "--no-interaction"], cwd=root, env=environment, check=True, stderr=subprocess.DEVNULL)
    shown = json.loads(subprocess.run(["composer", "show", "--format=json"], cwd=root, env=environment, stdout=subprocess.PIPE,
                                      stderr=subprocess.DEVNULL, text=True, check=True).stdout)
    agree("Composer, composer show", listed(HERE / "composer", "composer"), {(p["name"], p["version"]) for p in shown["installed"]})


def rust():
    root = HERE / "rust"
    (root / "src").mkdir(parents=True)
    (root / "Cargo.toml").write_text('[package]\nname = "shop"\nversion = "0.3.1"\nedition = "2021"\n[dependencies]\nitoa = "1"\n'
                                     'memchr = "2"\n[build-dependencies]\nautocfg = "1"\n')
    (root / "build.rs").write_text("fn main() { let _ = autocfg::new(); }\n")
    (root / "src/main.rs").write_text('fn main() { println!("{:?}", memchr::memchr(1, itoa::Buffer::new().format(1).as_bytes())); }\n')
    subprocess.run(["cargo", "auditable", "build", "--release", "-q"], cwd=root, check=True)
    tree = subprocess.run(["cargo", "tree", "-e", "normal", "--prefix", "none"], cwd=root, stdout=subprocess.PIPE, text=True, check=True).stdout
    want = {(name, version) for name, version in re.findall(r"^(\S+) v(\S+)", tree, re.MULTILINE)}
    image = HERE / "rust-root/usr/local/bin"
    image.mkdir(parents=True)
    shutil.copy(root / "target/release/shop", image)
    subprocess.run(["strip", str(image / "shop")], check=True)
    agree("Rust, cargo tree", listed(HERE / "rust-root", "cargo"), want)


def main():
    ran = 0
    for tool, check in (("python3", python), ("gem", gems), ("npm", npm), ("composer", composer), ("cargo-auditable", rust)):
        if shutil.which(tool) is None:
            print(f"{tool} is not here: not compared")
            continue
        check()
        ran += 1
    return 0 if ran else 77


if __name__ == "__main__":
    sys.exit(main())
