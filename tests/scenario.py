#!/usr/bin/env python3
"""Runs scenarios: scenario.py [--first] PROGRAM FILE.test…

All of them run, whatever fails before (--first: up to the first that fails); the exit code is 1 when one failed. A scenario is a short text file:

    # what it shows
    @ database cases                       $DATABASE is an advisory database of the feeds that tests/cases/import.txt lists; scenarios share it
    $ bulkhead tool version deb            a command; `bulkhead` is the program under test, run by sh in a fresh folder
    < 1.0<TAB>1.1                          lines of standard input for the command above ("\\t" stands for a tab)
    > <                                    expected lines of standard output, in full
    2> error: …                            expected lines of standard error, in full (not compared when there is none)
    ? 3                                    expected exit code (0 when not given)

In `>` and `2>` lines `{{…}}` is a regular expression, `{{*}}` alone on a line stands for any number of lines.
$FIXTURES is the tests/ folder, $SOURCE the top of the tree.
"""
import fcntl
import hashlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile


def to_pattern(line):
    parts = re.split(r"\{\{(.*?)\}\}", line)
    return "".join(part if i % 2 else re.escape(part) for i, part in enumerate(parts))


def matches(expected, actual):
    pattern = ""
    for line in expected:
        pattern += r"(?:.*\n)*?" if line == "{{*}}" else to_pattern(line) + r"\n"
    text = "".join(line + "\n" for line in actual)
    return re.fullmatch(pattern, text) is not None


def shared_database(name, program, environment):
    """The database of tests/NAME, made once for a program and the bytes of the feeds, beside the program.

    import.txt holds one argument of `bulkhead db import` a line, paths from its folder on; `#` begins a comment.
    $BULKHEAD_SCENARIO_DATABASES names another program that makes it, where the one under test is one of many (tests/mutation).
    """
    program = os.environ.get("BULKHEAD_SCENARIO_DATABASES", program)
    folder = pathlib.Path(__file__).resolve().parent / name
    lines = [line.strip() for line in (folder / "import.txt").read_text().splitlines() if line.strip() and not line.startswith("#")]
    arguments = [os.path.expandvars(line) if line.startswith("$SOURCE") else line for line in lines]
    state = os.stat(program)
    digest = hashlib.sha256(repr((state.st_size, state.st_mtime_ns, lines)).encode())
    for argument in arguments:
        path = folder / argument
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                digest.update(str(file).encode() + b"\0" + file.read_bytes())
    cache = pathlib.Path(program).parent.parent / "scenario-databases"
    cache.mkdir(exist_ok=True)
    database = cache / f"{name}-{digest.hexdigest()[:16]}.db"
    with open(cache / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not database.exists():
            for old in cache.glob(f"{name}-*"):
                old.unlink()
            fresh = database.with_suffix(".new")
            done = subprocess.run([program, "db", "import", "--quiet", *arguments, "--db", str(fresh)], cwd=folder, env=environment,
                                  capture_output=True, text=True, timeout=110)
            if done.returncode != 0:
                sys.exit(f"{folder}/import.txt cannot be imported:\n{done.stderr}")
            fresh.rename(database)
    return str(database)


def parse(path):
    steps, database = [], None
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("$ "):
            steps.append({"line": number, "command": line[2:], "in": [], "out": [], "err": [], "code": 0})
        elif line.startswith("< ") or line == "<":
            steps[-1]["in"].append(line[2:].replace("\\t", "\t"))
        elif line.startswith("2> ") or line == "2>":
            steps[-1]["err"].append(line[3:])
        elif line.startswith("> ") or line == ">":
            steps[-1]["out"].append(line[2:])
        elif line.startswith("? "):
            steps[-1]["code"] = int(line[2:])
        elif line.startswith("@ database "):
            database = line[len("@ database "):].strip()
        elif line.strip() and not line.startswith("#"):
            sys.exit(f"{path}:{number}: not a scenario line: {line}")
    if not steps:
        sys.exit(f"{path}: no command")
    return steps, database


def passes(path, steps, program, environment):
    """Runs the steps in a fresh folder up to the first that is not as written, which is printed."""
    with tempfile.TemporaryDirectory() as folder:
        bin_folder = pathlib.Path(folder, "bin")
        bin_folder.mkdir()
        (bin_folder / "bulkhead").symlink_to(program)
        environment = dict(environment, PATH=f"{bin_folder}:{environment['PATH']}")
        work = pathlib.Path(folder, "work")
        work.mkdir()
        for step in steps:
            done = subprocess.run(["sh", "-c", step["command"]], cwd=work, env=environment, input="".join(l + "\n" for l in step["in"]),
                                  capture_output=True, text=True, timeout=110)
            out, err = done.stdout.splitlines(), done.stderr.splitlines()
            wrong = []
            if done.returncode != step["code"]:
                wrong.append(f"exit code {done.returncode}, expected {step['code']}")
            if not matches(step["out"], out):
                wrong.append("standard output differs")
            if step["err"] and not matches(step["err"], err):
                wrong.append("standard error differs")
            if wrong:
                print(f"{path}:{step['line']}: $ {step['command']}\n  " + "\n  ".join(wrong))
                print("--- expected\n" + "\n".join(step["out"]) + "\n--- got\n" + done.stdout + "--- standard error\n" + done.stderr)
                return False
    return True


def main():
    words = sys.argv[1:]
    first_only = words[0] == "--first"
    program, *paths = words[first_only:]
    program, paths = os.path.abspath(program), [pathlib.Path(path).resolve() for path in paths]
    environment = dict(os.environ, FIXTURES=str(pathlib.Path(__file__).resolve().parent), SOURCE=str(pathlib.Path(__file__).resolve().parent.parent),
                       NO_COLOR="1", COLUMNS="120", LC_ALL="C.UTF-8", TZ="UTC",
                       ASAN_OPTIONS="detect_leaks=0")  # the leak check traces its own process, which a worker's jail forbids; unit tests check leaks
    os.environ["SOURCE"] = environment["SOURCE"]
    databases, failed = {}, 0
    for path in paths:
        steps, database = parse(path)
        if database and database not in databases:
            databases[database] = shared_database(database, program, environment)
        ours = dict(environment, DATABASE=databases[database]) if database else environment
        failed += not passes(path, steps, program, ours)
        if failed and first_only:
            sys.exit(1)
    print(f"{len(paths) - failed} of {len(paths)} as written")
    sys.exit(1 if failed else 0)


main()
