#!/usr/bin/env python3
"""bulkhead snapshot against an API server that misbehaves: hostile_api_server.py PROGRAM

A server of our own (TLS, a CA made for the run) answers as a Kubernetes API server would, but for one resource a case, where it
says 403, 410 in the middle of a list, 429, 500, garbage, or nothing more. Each case checks exit code, words, time, the program's
memory, and that no output file is left half-written. Every request must be a GET, and none may ask for a Secret.
"""
import concurrent.futures
import http.server
import json
import os
import pathlib
import resource
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

PROGRAM = os.path.abspath(sys.argv[1])
PAGES = 3
SLACK = 10  # seconds, for a busy machine


def tool(*command):
    subprocess.run(command, check=True, capture_output=True)


def make_certificates(folder):
    for ca in ("ca", "other"):
        tool("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN=test {ca}",
             "-keyout", f"{folder}/{ca}.key", "-out", f"{folder}/{ca}.pem")
    tool("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=api", "-keyout", f"{folder}/server.key",
         "-out", f"{folder}/server.csr")
    pathlib.Path(folder, "san").write_text("subjectAltName=DNS:api.test,IP:127.0.0.1\n")
    tool("openssl", "x509", "-req", "-in", f"{folder}/server.csr", "-CA", f"{folder}/ca.pem", "-CAkey", f"{folder}/ca.key", "-CAcreateserial", "-days", "2",
         "-extfile", f"{folder}/san", "-out", f"{folder}/server.pem")


def pod(number):
    return {"metadata": {"name": f"p{number:03}", "namespace": "shop", "managedFields": [{"manager": "x"}]},
            "spec": {"containers": [{"name": "c", "image": "i", "env": [{"name": "A", "value": "secret-word"}]}]}}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    case = ""
    seen = {}
    requests = []

    def log_message(self, *_):
        pass

    def send(self, status, body, content_type="application/json", headers=()):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def fail(self, status, message, headers=(), extra=None):
        self.send(status, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": status, "metadata": extra or {}}, headers=headers)

    def do_GET(self):
        url = urllib.parse.urlparse(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        self.requests.append((self.command, self.path))
        if url.path == "/version":
            return self.send(200, {"gitVersion": "v1.33.0", "platform": "linux/amd64"})
        if url.path == "/apis":
            return self.send(200, {"kind": "APIGroupList", "groups": []})
        if self.case == "unauthorized":
            return self.fail(401, "Unauthorized")
        if url.path == "/api/v1/pods":
            return self.pods(query)
        if self.case == "dead after pods" and self.seen.get("pods"):
            return self.cut()
        metadata = "PartialObjectMetadataList" in self.headers.get("Accept", "")
        return self.send(200, {"kind": "PartialObjectMetadataList" if metadata else "XList", "metadata": {"resourceVersion": "7"}, "items": []})

    def cut(self):
        self.close_connection = True
        self.wfile.flush()
        self.connection.close()

    def chunks(self, first, block, count):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(first), first))
            for _ in range(count):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(block), block))
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            pass
        self.close_connection = True

    def pods(self, query):
        page = int(query.get("continue", "page-0").split("-")[1])
        number = self.seen["pods"] = self.seen.get("pods", 0) + 1
        case = self.case
        version = "7"
        if case == "403":
            return self.fail(403, 'pods is forbidden: User "system:serviceaccount:bulkhead:reader" cannot list resource "pods" in API group "" at the cluster scope')
        if case == "404":
            return self.fail(404, "the server could not find the requested resource")
        if case == "410 once" and page == 1 and number == 2:
            return self.fail(410, "The provided continue parameter is too old", extra={"continue": "page-1"})
        if case == "410 always" and page == 1:
            return self.fail(410, "The provided continue parameter is too old")
        if case == "410 with token" and page == 1 and query.get("continue") != "page-1-new":
            return self.fail(410, "The provided continue parameter is too old", extra={"continue": "page-1-new"})
        if case == "410 with token" and page >= 1:
            version = "9"
        if case == "429 once" and number == 1:
            return self.fail(429, "too many requests", headers=[("Retry-After", "1")])
        if case == "429 for an hour":
            return self.fail(429, "too many requests", headers=[("Retry-After", "3600")])
        if case == "500 once" and number == 1:
            return self.fail(500, "etcdserver: leader changed")
        if case == "500 always":
            return self.fail(500, "etcdserver: request timed out")
        if case == "cut once" and number == 1 or case == "cut always":
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "100000")
            self.end_headers()
            self.wfile.write(b'{"kind":"PodList","items":[')
            return self.cut()
        if case == "trickle":
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "100000")
            self.end_headers()
            try:
                for _ in range(200):
                    self.wfile.write(b"{" if _ == 0 else b" ")
                    self.wfile.flush()
                    time.sleep(0.1)
            except OSError:
                pass
            self.close_connection = True
            return None
        if case == "1 GiB of garbage":
            return self.chunks(b"\x00\x01", b"\x00" * (1 << 20), 1024)
        if case == "1 GiB of spaces in JSON":
            return self.chunks(b'{"kind":"PodList","items":[', b" " * (1 << 20), 1024)
        if case == "no JSON":
            return self.send(200, b"{oops")
        if case == "HTML":
            return self.send(200, b"<html>log in</html>", "text/html")
        if case == "no list":
            return self.send(200, {"kind": "Pod", "metadata": {}})
        if case == "same page for ever":
            return self.send(200, {"kind": "PodList", "metadata": {"resourceVersion": "7", "continue": "page-1"}, "items": [pod(0)]})
        if case == "redirect":
            return self.send(302, b"", headers=[("Location", "http://127.0.0.1:1/")])
        # An honest server's list: `items` lack kind and apiVersion.
        metadata = {"resourceVersion": version}
        if page + 1 < PAGES:
            metadata["continue"] = f"page-{page + 1}"
        return self.send(200, {"kind": "PodList", "apiVersion": "v1", "metadata": metadata, "items": [pod(page * 10 + i) for i in range(10)]})


def kubeconfig(folder, port, ca, extra=""):
    path = pathlib.Path(folder, "kubeconfig")
    path.write_text(f"""apiVersion: v1
kind: Config
current-context: test
contexts: [{{name: test, context: {{cluster: c, user: u}}}}]
users: [{{name: u, user: {{token: abc}}}}]
clusters:
- name: c
  cluster:
    server: https://127.0.0.1:{port}
    certificate-authority: {ca}.pem
{extra}""")
    return path


def run(folder, config, *arguments):
    output = pathlib.Path(folder, "out.tar.zst")
    output.unlink(missing_ok=True)
    began = time.monotonic()
    environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy") and k != "KUBECONFIG"}
    process = subprocess.Popen([PROGRAM, "snapshot", "--kubeconfig", config, "-o", output, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True, env=environment)
    _, errors = process.communicate(timeout=100)
    took = time.monotonic() - began
    meta, objects, tar = None, [], b""
    if output.exists():
        if output.stat().st_mode & 0o777 != 0o600:
            sys.exit(f"mode of the output is {output.stat().st_mode:o}")
        tar = subprocess.run(["zstd", "-qdc", output], capture_output=True, check=True).stdout
        pathlib.Path(folder, "out.tar").write_bytes(tar)
        meta = json.loads(subprocess.run(["tar", "-xOf", f"{folder}/out.tar", "meta.json"], capture_output=True, check=True).stdout)
        listed = subprocess.run(["tar", "-xOf", f"{folder}/out.tar", "objects/core_v1_pods.jsonl"], capture_output=True).stdout
        objects = [json.loads(line) for line in listed.splitlines()]
        if any("managedFields" in o["metadata"] for o in objects):
            sys.exit("managedFields were kept")
    left = [p.name for p in pathlib.Path(folder).iterdir() if p.name.startswith("out.tar.zst.")]
    if left:
        sys.exit(f"left behind: {left}")
    return process.returncode, errors, took, meta, objects, tar


# case → exit code, state of pods (None: no file at all), torn, words on stderr, seconds at most
CASES = {
    "honest": (0, "read", False, "", 3),
    "403": (0, "forbidden", False, "cannot list pods: HTTP 403: pods is forbidden|--verb=list --resource=pods|--serviceaccount=bulkhead:reader", 3),
    "404": (0, "absent", False, "", 3),
    "410 once": (0, "read", False, "", 3),
    "410 always": (0, "error", False, "kept expiring", 3),
    "410 with token": (0, "read", True, "some lists changed while they were read", 3),
    "429 once": (0, "read", False, "", 4),
    "429 for an hour": (0, "error", False, "HTTP 429", 3),
    "500 once": (0, "read", False, "", 4),
    "500 always": (0, "error", False, "HTTP 500: etcdserver: request timed out", 8),
    "cut once": (0, "read", False, "", 4),
    "cut always": (0, "error", False, "the connection was cut", 8),
    "dead after pods": (3, None, False, "the API server stopped answering", 16),
    "trickle": (0, "error", False, "no full answer in time", 5),
    "1 GiB of garbage": (0, "error", False, "does not begin as it must", 3),
    "1 GiB of spaces in JSON": (0, "error", False, "over the limit of 64.0 MiB", 15),
    "no JSON": (0, "error", False, "not valid JSON", 3),
    "HTML": (0, "error", False, "the answer is not JSON", 3),
    "no list": (0, "error", False, "the answer is no list", 3),
    "same page for ever": (0, "error", False, "the same page again", 3),
    "redirect": (0, "error", False, "HTTP 302", 3),
    "unauthorized": (3, None, False, "does not know who asks", 3),
}


class QuietServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):  # a client that hangs up is what some cases are about
        pass


class Server:
    """One server a case, so that cases run side by side."""

    def __init__(self, folder, case):
        self.handler = type("CaseHandler", (Handler,), {"case": case, "seen": {}, "requests": []})
        self.http = QuietServer(("127.0.0.1", 0), self.handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{folder}/server.pem", f"{folder}/server.key")
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.port = self.http.server_address[1]


def check_case(folder, name, code, state, torn, words, seconds, *arguments):
    wrong = []
    server = Server(folder, name)
    with tempfile.TemporaryDirectory(dir=folder) as own:
        got, errors, took, meta, objects, _ = run(own, kubeconfig(own, server.port, f"{folder}/ca"), "--request-timeout", "2", *arguments)
    say = lambda text: wrong.append(f"{name} {' '.join(arguments)}: {text}\n{errors}")
    if got != code:
        say(f"exit code {got}, expected {code}")
    if any(word not in errors for word in words.split("|")):
        say(f"not said: {words}")
    if took > seconds + SLACK:
        say(f"took {took:.1f} s, expected at most {seconds}")
    if (meta is None) != (state is None):
        say("an output file is there" if meta else "no output file")
    if meta:
        row = next(r for r in meta["resources"] if r["resource"] == "pods" and r["group"] == "")
        if row["state"] != state or row["count"] != (10 * PAGES if state == "read" else 0) or len(objects) != row["count"] or meta["torn"] != torn:
            say(f"meta.json: {row}, torn {meta['torn']}, {len(objects)} objects")
    for method, path in server.handler.requests:
        if method != "GET" or "secret" in path.lower():
            say(f"asked {method} {path}")
    return wrong


def check_server_name(folder, what, extra, ca, code, words):
    server = Server(folder, "honest")
    with tempfile.TemporaryDirectory(dir=folder) as own:
        got, errors, _, meta, _, tar = run(own, kubeconfig(own, server.port, f"{folder}/{ca}", extra), *(["--redact"] if what == "redacted" else []))
    wrong = [] if got == code and words in errors and (meta is None) == (code != 0) else [f"{what}: exit code {got}, expected {code}\n{errors}"]
    return wrong + (["--redact kept an environment variable's value"] if what == "redacted" and b"secret-word" in tar else [])


SERVER_NAMES = [
    ("another CA", "", "other", 3, "certificate is not trusted"),
    ("a name that the certificate has", "    tls-server-name: api.test\n", "ca", 0, ""),
    ("a name that it has not", "    tls-server-name: else.test\n", "ca", 3, "certificate is not trusted"),
    ("no check", "    insecure-skip-tls-verify: true\n", "other", 0, "warning: the kubeconfig says insecure-skip-tls-verify"),
    ("redacted", "", "ca", 0, ""),
]


def main():
    with tempfile.TemporaryDirectory() as folder:
        make_certificates(folder)
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            jobs = [pool.submit(check_case, folder, name, *expected) for name, expected in sorted(CASES.items(), key=lambda case: -case[1][4])]
            jobs.append(pool.submit(check_case, folder, "403", 4, "forbidden", False, "", 3, "--strict"))
            jobs += [pool.submit(check_server_name, folder, *expected) for expected in SERVER_NAMES]
            wrong = [line for job in jobs for line in job.result()]
    # Sanitizers multiply memory; a plain build stays below 300 MiB.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    if peak > 1024:
        wrong.append(f"a child took {peak:.0f} MiB")
    print("\n".join(wrong) if wrong else f"{len(jobs)} cases, peak {peak:.0f} MiB")
    return 1 if wrong else 0


sys.exit(main())
