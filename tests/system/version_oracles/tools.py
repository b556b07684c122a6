"""The reference tools: how to get each from its registry, and the command that compares lines A<TAB>B."""
import ctypes
import dataclasses
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


class Missing(Exception):
    """The tool is not to be had here; the text says why."""


@dataclasses.dataclass
class Tool:
    description: str
    command: list | None  # None: the generator knows the answers by construction
    environment: dict = dataclasses.field(default_factory=dict)


def need(program):
    found = shutil.which(program)
    if not found:
        raise Missing(f"no {program}")
    return found


def run(*command, cwd=None):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode != 0:
        raise Missing(f"{' '.join(map(str, command))}: {(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout.strip()


def deb(cache):
    need("gcc")
    program = cache / "deb"
    run("gcc", "-O2", "-o", program, HERE / "deb.c", "-ldpkg", "-lmd")  # Debian: libdpkg-dev libmd-dev
    return Tool("libdpkg " + run("dpkg-query", "-W", "-f", "${Version}", "libdpkg-dev"), [program])


def node(cache, script):
    need("node")
    folder = cache / "node"
    if not (folder / "node_modules/semver").exists():
        folder.mkdir(exist_ok=True)
        run(need("npm"), "install", "--prefix", folder, "semver@7")
    version = run("node", "-p", "require('semver/package.json').version", cwd=folder)
    return Tool(f"node-semver {version}", ["node", HERE / script], {"NODE_PATH": str(folder / "node_modules")})


def python_venv(cache, name, package):
    folder = cache / name
    if not (folder / "bin/python").exists():
        run(sys.executable, "-m", "venv", folder)
        run(folder / "bin/pip", "install", "--quiet", package)
    frozen = run(folder / "bin/pip", "freeze")
    return folder / "bin/python", next(line for line in frozen.split("\n") if line.lower().startswith(package.split("=")[0].lower()))


def semver(cache):
    python, version = python_venv(cache, "venv-semver", "semver")
    return Tool(f"PyPI {version}", [python, HERE / "semver_oracle.py"])


def maven(cache):
    need("javac")
    folder = cache / "maven"
    jar = folder / "maven-artifact-3.9.11.jar"
    if not jar.exists():
        folder.mkdir(exist_ok=True)
        run(need("mvn"), "-q", "dependency:copy", "-Dartifact=org.apache.maven:maven-artifact:3.9.11", f"-DoutputDirectory={folder}")
    run("javac", "-cp", jar, "-d", folder, HERE / "Maven.java")
    return Tool("org.apache.maven:maven-artifact 3.9.11, ComparableVersion", ["java", "-cp", f"{jar}:{folder}", "Maven"])


def go(cache):
    need("go")
    folder = cache / "go"
    folder.mkdir(exist_ok=True)
    for name in ("go.mod", "main.go"):
        shutil.copy(HERE / name, folder / name)
    run("go", "mod", "tidy", cwd=folder)
    run("go", "build", "-o", "oracle", ".", cwd=folder)
    return Tool(f"golang.org/x/mod/semver v0.20.0 and go/version of {run('go', 'env', 'GOVERSION', cwd=folder)}", [folder / "oracle"])


def rpm(cache):
    return Tool(run(need("rpm"), "--version") + ", rpm.vercmp", ["sh", HERE / "rpm.sh"])


def alpm(_):
    for name in ("libalpm.so.13", "libalpm.so.14", "libalpm.so.15"):
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return Tool(f"{name}, alpm_pkg_vercmp", [sys.executable, HERE / "alpm_oracle.py", name])
    raise Missing("no libalpm")


def pep440(cache):
    python, version = python_venv(cache, "venv-packaging", "packaging")
    return Tool(f"PyPI {version}", [python, HERE / "pep440_oracle.py"])


def gem(_):
    return Tool("RubyGems " + run(need("ruby"), "-e", "puts Gem::VERSION"), ["ruby", HERE / "gem.rb"])


def cargo(cache):
    need("cargo")
    folder = cache / "cargo"
    shutil.copytree(HERE / "cargo", folder, dirs_exist_ok=True)
    run("cargo", "build", "--release", "--quiet", cwd=folder)
    version = run("cargo", "tree", "--depth", "1", cwd=folder).split("semver ")[-1]
    return Tool(f"crate semver {version}", [folder / "target/release/oracle"])


def composer(_):
    need("php")
    if not pathlib.Path("/usr/share/php/Composer/Semver/autoload.php").exists():
        raise Missing("no php-composer-semver")
    version = run("dpkg-query", "-W", "-f", "${Version}", "php-composer-semver")
    return Tool(f"composer/semver {version}, normalize and Comparator", ["php", HERE / "composer.php"])


def cran(_):
    return Tool(run(need("Rscript"), "-e", "cat(R.version.string)") + ", utils::compareVersion", ["Rscript", HERE / "cran.R"])


def apk(cache):
    """apk-tools itself is in no registry; this port of its version 2 is what scanners of Alpine images use."""
    need("go")
    folder = cache / "apk"
    shutil.copytree(HERE / "apk", folder, dirs_exist_ok=True)
    run("go", "mod", "tidy", cwd=folder)
    run("go", "build", "-o", "oracle", ".", cwd=folder)
    version = run("go", "list", "-m", "github.com/knqyf263/go-apk-version", cwd=folder)
    return Tool(f"{version}, a port of apk-tools 2", [folder / "oracle"])


def hackage(cache):
    need("ghc")
    folder = cache / "hackage"
    folder.mkdir(exist_ok=True)
    shutil.copy(HERE / "hackage.hs", folder / "hackage.hs")
    run("ghc", "-O0", "-package", "Cabal", "-o", folder / "oracle", folder / "hackage.hs")
    version = run("ghc-pkg", "field", "Cabal", "version", "--simple-output")
    return Tool(f"Cabal {version}, Distribution.Types.Version", [folder / "oracle"])


def by_construction(_):
    return Tool("the generator itself, which builds both versions from numbers it knows (there is no reference tool)", None)


TOOLS = {
    "alpm": alpm,
    "apk": apk,
    "cargo": cargo,
    "composer": composer,
    "cran": cran,
    "deb": deb,
    "gem": gem,
    "go": go,
    "hackage": hackage,
    "kubernetes": by_construction,
    "linux": by_construction,
    "maven": maven,
    "npm": lambda cache: node(cache, "npm.js"),
    "nuget": by_construction,
    "pep440": pep440,
    "pub": by_construction,
    "rpm": rpm,
    "semver": semver,
}
