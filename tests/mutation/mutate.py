#!/usr/bin/env python3
"""Changes the sources a little and sees whether the tests notice.

    mutate.py [--build DIR] [--work DIR] [--count N] [--seed S] [--only TEXT] [--from I] [--to J] [--list]

A mutant is one source of src/match or src/model/version with one operator, constant or branch changed. It is compiled alone
(-O0) and linked before the libraries of DIR, a finished build without sanitizers (cmake --preset bench && cmake --build --preset
bench), so that its object stands for the library's own; then the room's unit tests run on it, and if they pass, the scenarios of
findings and cases. A mutant that no test fails has survived: either a test is missing, or the change changes nothing that can be
seen. Those are listed with their reason in equivalent.tsv and are not counted.

N mutants are drawn by the seed from all, every file by its share. --from and --to take a part of them, so that a busy machine can do
them in pieces; results are kept in the work folder by the mutant's text and the sources' digest.
Exit code 1: more than a tenth survived.
"""
import argparse
import hashlib
import json
import os
import pathlib
import random
import re
import shlex
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = {"match": ["src/match"], "model": ["src/model/version", "src/model/version/internal"]}
SINGLE = {"model": ["src/model/version_range.cc"]}
PAIRS = [(" <= ", [" < "]), (" >= ", [" > "]), (" < ", [" <= ", " >= "]), (" > ", [" >= ", " <= "]), (" == ", [" != "]), (" != ", [" == "]),
         (" && ", [" || "]), (" || ", [" && "]), (" + ", [" - "]), (" - ", [" + "]), (" += ", [" -= "]), ("++", ["--"]),
         ("true", ["false"]), ("false", ["true"]), ("continue;", ["break;"]), ("starts_with(", ["ends_with("]), ("find(", ["rfind("])]
SKIP_LINE = re.compile(r"^\s*(#|//|static_assert|template|namespace|using |extern )")


def sources():
    for room, folders in FOLDERS.items():
        for folder in folders:
            for path in sorted((ROOT / folder).glob("*.cc")):
                if not path.name.endswith("_test.cc"):
                    yield room, path
        for name in SINGLE.get(room, []):
            yield room, ROOT / name


def blanked(text):
    """The text with comments, strings and characters as blanks of the same length."""
    out = list(text)
    for match in re.finditer(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<![0-9])\'(?:\\.|[^\'\\\n])\'', text, re.S):
        for at in range(*match.span()):
            if out[at] != "\n":
                out[at] = " "
    return "".join(out)


def closing(text, at):
    depth = 0
    for i in range(at, len(text)):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if depth == 0:
            return i
    return -1


def mutants(path):
    """(line, what, whole new text) of every change."""
    text = path.read_text()
    plain = blanked(text)
    changes = []
    for old, news in PAIRS:
        for match in re.finditer(r"(?<![A-Za-z_])" * old[0].isalpha() + re.escape(old), plain):
            changes += [(match.start(), match.end(), new) for new in news]
    for match in re.finditer(r"(?<![\w.])(\d+)(?![\w.'])", plain):
        value = int(match.group(1))
        changes += [(match.start(), match.end(), str(value + 1))] + ([(match.start(), match.end(), str(value - 1))] if value > 0 else [])
    for match in re.finditer(r"\b(?:if|while) \(", plain):
        end = closing(plain, match.end() - 1)
        condition = text[match.end():end]
        if "const auto" not in condition and ";" not in condition and end > 0:
            changes.append((match.end(), end, f"!({condition})"))
    seen = set()
    for start, end, new in sorted(changes):
        line_start = text.rfind("\n", 0, start) + 1
        line = text[line_start:text.find("\n", start)]
        if SKIP_LINE.match(line) or (start, new) in seen:
            continue
        seen.add((start, new))
        number = text.count("\n", 0, start) + 1
        after = text[line_start:start] + new + text[end:text.find("\n", end)]
        yield number, " ".join(line.split()) + " => " + " ".join(after.split()), text[:start] + new + text[end:]


class Builder:
    def __init__(self, build, work):
        self.build, self.work = build, work
        commands = subprocess.run(["ninja", "-C", build, "-t", "commands", "bin/bulkhead"], capture_output=True, text=True, check=True).stdout
        link = [line for line in commands.splitlines() if " -o bin/bulkhead" in line][-1]
        self.link_words = shlex.split(link[link.index("/c++") - len(link[:link.index("/c++")].split()[-1]):].split(" && :")[0])
        if "ccache" in self.link_words[0]:
            self.link_words = self.link_words[1:]
        compile_line = json.loads((build / "compile_commands.json").read_text())[0]["command"]
        self.includes = [word for word in shlex.split(compile_line) if word.startswith(("-I", "-D", "-isystem"))]
        self.flags = ["-std=c++23", "-O0", "-g0", "-fPIE", "-w", f"-I{ROOT / 'src'}", f'-DBULKHEAD_SOURCE_DIR="{ROOT}"', f'-DBULKHEAD_TOP="{ROOT}"'] + self.includes

    def compile(self, source, target):
        return subprocess.run(["g++", *self.flags, "-c", source, "-o", target], capture_output=True, text=True).returncode == 0

    def link(self, objects, target, tests):
        words, out = [], iter(self.link_words)
        for word in out:
            if word == "-o":
                next(out)
                words += ["-o", str(target)]
            elif word.endswith("main.cc.o"):
                words += [str(o) for o in objects]
            else:
                words.append(word)
        if tests:
            words += ["-lgmock", "-lgtest"]
        done = subprocess.run(words, cwd=self.build, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(done.stderr[-2000:])

    def test_objects(self, room):
        """The room's tests, compiled when they changed."""
        out = []
        for source in [ROOT / "tests/unit_main.cc", *sorted((ROOT / "src" / room).rglob("*_test.cc"))]:
            target = self.work / f"{room}-{source.stem}.o"
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                if not self.compile(source, target):
                    raise SystemExit(f"{source} does not compile")
            out.append(target)
        return out

    def main_object(self):
        target = self.work / "main.o"
        if not target.exists() and not self.compile(ROOT / "src/main/main.cc", target):
            raise SystemExit("main.cc does not compile")
        return target


def scenarios(room, path):
    """The likely ones first: a mutant dies at the first failure."""
    cases = sorted((ROOT / "tests/scenario/cases").glob("*.test"))
    findings = [p for p in sorted((ROOT / "tests/scenario/findings").glob("*.test")) if "import" not in p.name]
    if room == "model":
        name = {"pep440": "pypi", "deb": "debian"}.get(path.stem, path.stem)
        mine = [p for p in cases + findings if name in p.name]
        return [ROOT / "tests/scenario/main/tool_version.test"] + mine
    word = {"kernel": "kernel", "kubernetes_numbers": "staging", "node": "kube"}.get(path.stem, "")
    return sorted(cases + findings, key=lambda p: (word not in p.name if word else False, p.name))


def runs(command, timeout, environment):
    try:
        return subprocess.run(command, capture_output=True, timeout=timeout, env=environment).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def check_reference(program):
    """What fails without a change would count every mutant as killed."""
    paths = sorted((ROOT / "tests/scenario/cases").glob("*.test")) + sorted((ROOT / "tests/scenario/findings").glob("*.test"))
    done = subprocess.run([sys.executable, ROOT / "tests/scenario.py", "--first", program, *paths], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"the unchanged program fails: {done.stdout}{done.stderr}")


def verdict(builder, room, path, text, reference):
    work = builder.work
    source, obj, program = work / f"mutant-{path.name}", work / "mutant.o", work / "mutant"
    # Includes are by room, so the file's own place does not matter.
    source.write_text(text)
    if not builder.compile(source, obj):
        return "invalid"
    builder.link([obj, *builder.test_objects(room)], program, True)
    environment = dict(os.environ, TMPDIR=str(work))
    if not runs([program, "--gtest_brief=1"], 60, environment):
        return "killed by unit tests"
    builder.link([obj, builder.main_object()], program, False)
    environment["BULKHEAD_SCENARIO_DATABASES"] = reference
    command = [sys.executable, ROOT / "tests/scenario.py", "--first", program, *scenarios(room, path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, env=environment)
    except subprocess.TimeoutExpired:
        return "killed by time"
    if done.returncode == 0:
        return "survived"
    failing = re.match(r"\S*/([^/]+)\.test:", done.stdout)
    if not failing:
        raise SystemExit(f"scenario.py: {done.stderr}")
    return f"killed by {failing[1]}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=ROOT / "build/bench", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--work", default=ROOT / "build/mutation", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--count", type=int, default=180)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--only", default="")
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--to", dest="last", type=int, default=1 << 30)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    everything = [(room, path, *m) for room, path in sources() for m in mutants(path) if options.only in str(path)]
    chosen = sorted(random.Random(options.seed).sample(range(len(everything)), min(options.count, len(everything))))
    print(f"{len(everything)} mutants, {len(chosen)} drawn")
    if options.list:
        for index in chosen:
            room, path, line, what, _ = everything[index]
            print(f"{path.relative_to(ROOT)}:{line}: {what}")
        return
    check_reference(options.build / "bin/bulkhead")
    options.work.mkdir(parents=True, exist_ok=True)
    builder = Builder(options.build, options.work)
    known_path = options.work / "results.json"
    known = json.loads(known_path.read_text()) if known_path.exists() else {}
    equivalent = {}
    for line in (ROOT / "tests/mutation/equivalent.tsv").read_text().splitlines():
        if line and not line.startswith("#"):
            file, what, reason = line.split("\t")
            equivalent[(file, what)] = reason
    counts = {}
    survivors = []
    for position, index in enumerate(chosen):
        room, path, line, what, text = everything[index]
        name = str(path.relative_to(ROOT))
        key = hashlib.sha256((name + text).encode()).hexdigest()
        # What survived is tried again: tests may have come since.
        if (name, what) in equivalent:
            result = "equivalent"
        elif known.get(key, "survived") != "survived":
            result = known[key]
        elif options.first <= position < options.last:
            started = time.time()
            result = verdict(builder, room, path, text, str(options.build / "bin/bulkhead"))
            known[key] = result
            known_path.write_text(json.dumps(known, indent=0))
            print(f"{position}: {name}:{line}: {result} ({time.time() - started:.1f} s)", flush=True)
        else:
            result = "survived" if key in known else "not tried"
        counts[result.split(" by ")[0]] = counts.get(result.split(" by ")[0], 0) + 1
        if result == "survived":
            survivors.append(f"{name}:{line}: {what}")
    for survivor in survivors:
        print("survived: " + survivor)
    tried = counts.get("killed", 0) + counts.get("survived", 0)
    print(f"{counts}; {counts.get('survived', 0)} of {tried} survived")
    sys.exit(1 if tried and counts.get("survived", 0) * 10 > tried else 0)


main()
