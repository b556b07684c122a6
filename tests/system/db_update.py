#!/usr/bin/env python3
"""`bulkhead db update` against a hostile static server, with databases made of the scenario tests' feeds and signed with keys that
OpenSSL's own program checks. Every bad answer must leave the old database as it was, and end with the right word."""
import base64
import hashlib
import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import time

BULKHEAD = os.environ["BULKHEAD"]
TOP = pathlib.Path(__file__).resolve().parent.parent.parent
FEEDS = TOP / "tests/findings"
ENVIRONMENT = dict(os.environ, HOME=os.getcwd(), ASAN_OPTIONS="detect_leaks=0")
for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "BULKHEAD_DB", "BULKHEAD_DB_KEY", "BULKHEAD_DB_MIRROR", "http_proxy", "HTTP_PROXY"):
    ENVIRONMENT.pop(name, None)
checks = 0


def run(*arguments, code=0):
    global checks
    done = subprocess.run([BULKHEAD, *map(str, arguments)], capture_output=True, text=True, env=ENVIRONMENT)
    assert done.returncode == code, (arguments, done.returncode, done.stdout[-2000:], done.stderr[:2000])
    checks += 1
    return done.stdout + done.stderr


def sha256(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """Files of `folder`, with Range and ETag, spoilt by `tricks`: name part → function(handler, data) or a list of them, used up one by one."""
    protocol_version = "HTTP/1.1"
    folder = pathlib.Path("mirror")
    tricks = {}
    log = []

    def log_message(self, *_):
        pass

    def do_GET(self):
        name = self.path.lstrip("/")
        Handler.log.append((name, self.headers.get("Range"), self.headers.get("If-None-Match")))
        path = self.folder / name
        data = path.read_bytes() if path.is_file() else None
        for part, trick in Handler.tricks.items():
            if part in name:
                if isinstance(trick, list):
                    if not trick:
                        continue
                    trick = trick.pop(0)
                return trick(self, data)
        self.serve(data)

    def serve(self, data):
        if data is None:
            return self.status(404)
        etag = '"' + hashlib.md5(data).hexdigest() + '"'
        if self.headers.get("If-None-Match") == etag:
            self.send_response(304)
            self.end_headers()
            return
        start = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or "")
        at = int(start[1]) if start else 0
        if at and at >= len(data):
            return self.status(416)
        self.send_response(206 if at else 200)
        self.send_header("ETag", etag)
        if at:
            self.send_header("Content-Range", f"bytes {at}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - at))
        self.end_headers()
        self.wfile.write(data[at:])

    def status(self, code, headers=()):
        self.send_response(code)
        for key, value in headers:
            self.send_header(key, value)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"error")


def answer(code, headers=()):
    return lambda handler, data: handler.status(code, headers)


def cut(share):
    """Sends only a part of what it promised, then closes."""
    def trick(handler, data):
        start = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range") or "")
        at = int(start[1]) if start else 0
        handler.send_response(206 if at else 200)
        if at:
            handler.send_header("Content-Range", f"bytes {at}-{len(data) - 1}/{len(data)}")
        handler.send_header("Content-Length", str(len(data) - at))
        handler.end_headers()
        handler.wfile.write(data[at:at + max(1, int(share * len(data)))])
        handler.wfile.flush()
        handler.close_connection = True
    return trick


def replace(change):
    return lambda handler, data: handler.serve(change(data))


def trickle(handler, data):
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    try:
        for i in range(60):
            handler.wfile.write(data[i:i + 1])
            handler.wfile.flush()
            time.sleep(0.25)
    except OSError:
        pass
    handler.close_connection = True


def wrong_range(handler, data):
    handler.send_response(206)
    handler.send_header("Content-Range", f"bytes 0-{len(data) - 1}/{len(data)}")
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def endless(handler, data):
    """More than the manifest says, without a length."""
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    try:
        handler.wfile.write(data)
        for _ in range(200):
            handler.wfile.write(b"\0" * 65536)
    except OSError:
        pass
    handler.close_connection = True


def make_databases():
    feeds = [FEEDS / name for name in ("records.zip", "tracker.json", "debian.json", "dyads.tar", "kev.json", "scores.csv")]
    run("db", "import", "--quiet", *feeds, "--db", "monday.db")
    shutil.copy("monday.db", "tuesday.db")
    # The next day: scores moved, a flaw was added to the catalogue.
    kev = json.loads((FEEDS / "kev.json").read_text())
    kev["vulnerabilities"].append(dict(kev["vulnerabilities"][0], cveID="CVE-2021-23337"))
    pathlib.Path("kev.json").write_text(json.dumps(kev))
    scores = (FEEDS / "scores.csv").read_text()
    pathlib.Path("scores.csv").write_text(scores.replace("0.00741", "0.41741"))
    run("db", "import", "--quiet", "kev.json", "scores.csv", "--db", "tuesday.db")
    run("db", "keygen", "publisher")
    run("db", "keygen", "stranger")
    assert os.stat("publisher.key").st_mode & 0o777 == 0o600
    run("db", "keygen", "publisher", code=3)  # never over a key


def check_signature_with_openssl():
    run("db", "sign", "monday.db", "--key", "publisher.key", "--as-of", "2026-11-23T06:00:00Z")
    data = pathlib.Path("monday.db").read_bytes()
    assert data[-8:] == b"BHadSig1"
    length = int.from_bytes(data[-16:-8], "little")
    payload, line = data[-16 - length:-16].decode().splitlines()
    manifest = json.loads(payload)
    assert manifest["pages"]["sha256"] == hashlib.sha256(data[:manifest["pages"]["bytes"]]).hexdigest()
    pathlib.Path("payload").write_text(payload)
    pathlib.Path("signature").write_bytes(base64.b64decode(json.loads(line)["signature"]))
    done = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "publisher.pub", "-rawin", "-in", "payload", "-sigfile", "signature"], capture_output=True, text=True)
    assert "Verified Successfully" in done.stdout, done
    assert "signed by" in run("db", "verify", "monday.db", "--key", "publisher.pub")
    assert "none of your keys" in run("db", "verify", "monday.db", "--key", "stranger.pub", code=1)
    run("db", "verify", "tuesday.db", code=1)  # unsigned
    # One flipped byte anywhere: refused by who knows the key.
    os.makedirs(".config/bulkhead/keys", exist_ok=True)
    shutil.copy("publisher.pub", ".config/bulkhead/keys/")
    for at in (5000, len(data) // 2, manifest["pages"]["bytes"] - 1, manifest["pages"]["bytes"] + 40, len(data) - 60):
        spoilt = bytearray(data)
        spoilt[at] ^= 1
        pathlib.Path("spoilt.db").write_bytes(spoilt)
        for command in (["db", "verify", "spoilt.db"], ["findings", FEEDS / "sbom.cdx.json", "--db", "spoilt.db"], ["db", "info", "--db", "spoilt.db"]):
            run(*command, code=3)
    # A day's file that was written after it was verified is verified again.
    run("db", "info", "--db", "monday.db")
    shutil.copy("monday.db", "changed.db")
    run("db", "info", "--db", "changed.db")
    with open("changed.db", "r+b") as file:
        file.seek(6000)
        byte = file.read(1)
        file.seek(6000)
        file.write(bytes([byte[0] ^ 1]))
    assert "not what was signed" in run("db", "info", "--db", "changed.db", code=3)


def check_deltas():
    run("db", "sign", "tuesday.db", "--key", "publisher.key", "--as-of", "2026-11-24T06:00:00Z")
    told = json.loads(run("db", "diff", "monday.db", "tuesday.db", "-o", "day.bhd"))
    assert [part["part"] for part in told["parts_changed"]] == ["epss", "kev"], told
    first = sha256("day.bhd")
    run("db", "diff", "monday.db", "tuesday.db", "-o", "day.bhd")
    assert sha256("day.bhd") == first
    run("db", "apply", "monday.db", "day.bhd", "-o", "made.db")
    assert sha256("made.db") == sha256("tuesday.db")
    run("db", "diff", "tuesday.db", "monday.db", "-o", "back.bhd")
    assert "older" in run("db", "apply", "tuesday.db", "back.bhd", "-o", "made.db", code=3)
    run("db", "apply", "tuesday.db", "back.bhd", "-o", "made.db", "--force")
    assert sha256("made.db") == sha256("monday.db")
    assert "another database" in run("db", "apply", "tuesday.db", "day.bhd", "-o", "made.db", code=3)


def check_crafted():
    """SQLite files of somebody else: triggers, views, other tables, wrong numbers."""
    import sqlite3
    for number, sql in enumerate(("CREATE VIEW v AS SELECT 1", "CREATE TRIGGER t AFTER INSERT ON feed BEGIN DELETE FROM flaw; END", "CREATE TABLE extra(a)",
                                  "CREATE INDEX i ON flaw(name)", "PRAGMA user_version=999", "PRAGMA application_id=1", "DROP TABLE epss",
                                  "ALTER TABLE flaw ADD COLUMN more TEXT")):
        run("db", "import", "--quiet", FEEDS / "kev.json", "--db", f"crafted{number}.db")
        connection = sqlite3.connect(f"crafted{number}.db")
        connection.execute(sql)
        connection.commit()
        connection.close()
        run("findings", FEEDS / "sbom.cdx.json", "--db", f"crafted{number}.db", code=3)


def main():
    make_databases()
    check_signature_with_openssl()
    check_deltas()
    check_crafted()
    run("db", "mirror", "mirror", "--db", "monday.db", "--key", "publisher.key")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"

    def update(*more, code=0, tricks=None):
        Handler.tricks = tricks or {}
        Handler.log = []
        return run("db", "update", "--mirror", url, "--db", "user.db", "--patience", "1", *more, code=code)

    run("db", "import", "--quiet", FEEDS / "tracker.json", FEEDS / "kev.json", "--db", "own.db")

    # --- the first fetch: whole; then nothing to do, told by the ETag; then a day's delta
    assert '"how": "whole' in update()
    assert sha256("user.db") == sha256("monday.db")
    assert "not modified" in update()
    run("db", "mirror", "mirror", "--db", "tuesday.db", "--from", "monday.db", "--key", "publisher.key")
    assert '"how": "delta' in update()
    assert sha256("user.db") == sha256("tuesday.db")
    assert not list(pathlib.Path(".").glob("user.db.part*"))
    assert '"origin": "signed by' in run("db", "info", "--db", "user.db")

    # --- the mirror gives an older state: refused; forced it is taken
    shutil.copytree("mirror", "new")
    shutil.rmtree("mirror")
    run("db", "mirror", "mirror", "--db", "monday.db", "--key", "publisher.key")
    assert "older" in update(code=3)
    assert sha256("user.db") == sha256("tuesday.db")
    assert '"how": "whole' in update("--force")
    assert sha256("user.db") == sha256("monday.db")
    shutil.rmtree("mirror")
    shutil.copytree("new", "mirror")

    # --- answers that end it, and leave what was there
    def refused(word, tricks, *more):
        shutil.copy("monday.db", "user.db")
        for left in pathlib.Path(".").glob("user.db.*"):
            left.unlink()
        said = update(*more, code=3, tricks=tricks)
        assert word in said, said
        assert sha256("user.db") == sha256("monday.db")
        run("findings", FEEDS / "sbom.cdx.json", "--db", "user.db")

    refused("404", {"manifest": answer(404)})
    refused("500", {"manifest": answer(500)})
    refused("403", {"manifest": answer(403)})
    refused("manifest", {"manifest": replace(lambda data: data[:200])})
    refused("signature is wrong", {"manifest": replace(lambda data: data.replace(b"2026-11-24", b"2026-11-25"))})
    refused("signature is wrong", {"manifest": replace(lambda data: data.replace(b"2026-11-24", b"2026-11-25"))}, "--force")
    refused("limit", {"manifest": replace(lambda data: data + b" " * (9 << 20))})
    refused("wrong digest, twice", {"delta": replace(lambda data: data[:-1] + b"x"), "database": replace(lambda data: data[:-1] + b"x")})
    refused("more than its manifest says", {"delta": endless, "database": endless})
    refused("404", {"delta": answer(404), "database": answer(404)})
    refused("in time", {"delta": trickle, "database": trickle})
    shutil.rmtree("mirror")
    run("db", "mirror", "mirror", "--db", "tuesday.db", "--key", "stranger.key")  # signed anew by a stranger
    refused("none of yours", {})
    shutil.copy("new/manifest.json", "manifest.kept")
    shutil.rmtree("mirror")
    shutil.copytree("new", "mirror")
    run("db", "sign", "tuesday.db", "--key", "publisher.key", "--as-of", "2026-11-24T06:00:00Z")

    run("db", "mirror", "unsigned", "--db", "own.db")
    shutil.move("mirror", "kept")
    shutil.copytree("unsigned", "mirror")
    refused("not signed", {})
    update("--force", code=0)
    assert sha256("user.db") == sha256("own.db")
    shutil.rmtree("mirror")
    shutil.move("kept", "mirror")

    # --- answers that are got over
    def got(tricks, how, *more):
        shutil.copy("monday.db", "user.db")
        for left in pathlib.Path(".").glob("user.db.*"):
            left.unlink()
        said = update(*more, tricks=tricks)
        assert how in said, said
        assert sha256("user.db") == sha256("tuesday.db")
        return said

    got({"manifest": [answer(503), answer(429, [("Retry-After", "1")])]}, "delta")
    got({"delta": answer(404)}, "whole")                                       # a missing delta: the whole
    got({"delta": replace(lambda data: b"x" * len(data))}, "whole")            # a spoilt one, too
    said = got({"delta": answer(404), "database": [cut(0.2), cut(0.3), answer(500), cut(0.1)]}, "whole")
    resumed = [entry[1] for entry in Handler.log if entry[0].startswith("database") and entry[1]]
    assert len(resumed) >= 3, Handler.log
    assert json.loads(said[said.index("{"):said.rindex("}") + 1])["resumed_bytes"] > 0
    got({"delta": answer(404), "database": [cut(0.5), wrong_range]}, "whole")  # a range that starts elsewhere is not believed
    got({"delta": answer(404), "database": [cut(0.5), replace(lambda data: data)]}, "whole")

    # --- cut for good: the next run goes on where it ended
    shutil.copy("monday.db", "user.db")
    update(code=3, tricks={"delta": answer(404), "database": [cut(0.4), answer(404)]})
    parts = list(pathlib.Path(".").glob("user.db.part*"))
    assert len(parts) == 1, parts
    size = parts[0].stat().st_size
    assert size > 0
    said = update(tricks={"delta": answer(404)})
    assert Handler.log[-1][1] == f"bytes={size}-", Handler.log
    assert sha256("user.db") == sha256("tuesday.db")

    # --- a part that shrank, an unsigned database under the update, a proxy
    pathlib.Path("small.json").write_text(json.dumps({**json.loads((FEEDS / "kev.json").read_text()), "vulnerabilities": []}))
    shutil.copy("monday.db", "small.db")
    before = sha256("small.db")
    said = run("db", "import", "--quiet", "small.json", "--db", "small.db", code=3)
    assert "lost more than 20 %" in said and "kev went from" in said, said
    assert sha256("small.db") == before
    run("db", "import", "--quiet", "--force", "small.json", "--db", "small.db")
    shutil.rmtree("mirror")
    run("db", "mirror", "mirror", "--db", "small.db", "--key", "publisher.key", "--as-of", "2026-11-25")
    assert "lost more than 20 %" in update(code=3)
    update("--force")
    assert sha256("user.db") == sha256("small.db")
    assert '"origin": "unsigned"' in run("db", "info", "--db", "own.db")
    assert "no connection" in run("db", "update", "--mirror", "http://mirror.invalid/", "--proxy", "http://127.0.0.1:9", "--db", "other.db", code=3)
    assert not pathlib.Path("other.db").exists()
    print(f"{checks} runs")


if __name__ == "__main__":
    main()
