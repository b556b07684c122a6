#!/usr/bin/env python3
"""SARIF and OpenVEX of `bulkhead findings` against other people's readers: the SARIF 2.1.0 JSON schema as the npm package
@microsoft/jest-sarif ships it, Microsoft's own `Sarif.Multitool validate`, and the Python package vexipy for OpenVEX 0.2.0. Skips
without npm, pip or the registries."""
import json
import os
import pathlib
import subprocess
import sys
import tarfile

BULKHEAD = os.environ["BULKHEAD"]
TOP = pathlib.Path(__file__).resolve().parent.parent.parent
FEEDS = TOP / "tests/findings"


def skip(why):
    print(why)
    sys.exit(77)


def fetch():
    try:
        import jsonschema  # noqa: F401
    except ImportError:
        skip("no Python package jsonschema here")
    for package in ("@microsoft/jest-sarif", "@microsoft/sarif-multitool-linux"):
        done = subprocess.run(["npm", "pack", package], capture_output=True, text=True)
        if done.returncode != 0:
            skip(f"npm pack {package} failed")
        with tarfile.open(done.stdout.split()[-1]) as archive:
            archive.extractall("npm", filter="data") if sys.version_info >= (3, 11, 4) else archive.extractall("npm")
    if subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--target", "pip", "vexipy"], capture_output=True).returncode != 0:
        skip("pip install vexipy failed")


def bulkhead(*arguments):
    done = subprocess.run([BULKHEAD, *arguments], capture_output=True, text=True, env=dict(os.environ, ASAN_OPTIONS="detect_leaks=0"))
    assert done.returncode == 0, done.stderr
    return done.stdout


def main():
    fetch()
    import jsonschema
    bulkhead("db", "import", "--quiet", *[str(FEEDS / name) for name in ("records.zip", "tracker.json", "debian.json", "kev.json", "scores.csv")], "--db", "a.db")
    sbom = json.loads((FEEDS / "sbom.cdx.json").read_text())
    # A hostile name beside the real ones: control characters, a quote, markup.
    sbom["components"].append({"type": "library", "name": "lo\x1b[31m\"<script>", "version": "1", "purl": "pkg:npm/lodash@4.17.19#a%20b/%22%3Cscript%3E"})
    pathlib.Path("sbom.json").write_text(json.dumps(sbom))
    schema = json.loads(pathlib.Path("npm/package/lib/schemas/sarif-2.1.0-rtm.5.json").read_text())
    sarif = bulkhead("findings", "sbom.json", "--db", "a.db", "--as-of", "2026-11-24", "--format", "sarif")
    pathlib.Path("findings.sarif").write_text(sarif)
    problems = [f"{list(error.path)}: {error.message}" for error in jsonschema.Draft7Validator(schema).iter_errors(json.loads(sarif))]
    assert not problems, problems
    run = json.loads(sarif)["runs"][0]
    assert len(run["results"]) >= 4 and "\x1b" not in sarif
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    tool = pathlib.Path("npm/package/Sarif.Multitool")
    tool.chmod(0o755)
    done = subprocess.run([str(tool), "validate", "findings.sarif"], capture_output=True, text=True, env=dict(os.environ, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT="1"))
    assert ": error " not in done.stdout, done.stdout
    vex = bulkhead("findings", "sbom.json", "--db", "a.db", "--as-of", "2026-11-24", "--format", "openvex", "--author", "Shop security")
    sys.path.insert(0, "pip")
    import vexipy
    document = vexipy.Document.from_json(vex)
    assert len(document.statements) >= 4 and document.author == "Shop security"
    again = bulkhead("findings", "sbom.json", "--db", "a.db", "--as-of", "2026-11-24", "--format", "openvex", "--author", "Shop security")
    assert vex == again, "the same findings gave another document"
    print(f"{len(run['results'])} results, {len(document.statements)} statements")


if __name__ == "__main__":
    main()
