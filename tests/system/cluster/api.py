"""A kept-alive connection to the test cluster's API server as its administrator, for tests that ask many things."""
import http.client
import json
import os
import pathlib
import ssl
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def start(level="ctl"):
    """Starts the cluster of BULKHEAD_CLUSTER; ends this test as skipped where that cannot be."""
    programs = os.environ.get("BULKHEAD_KUBE", "")
    if not programs:
        print("no server programs")
        sys.exit(77)
    done = subprocess.run([HERE / "up.sh", programs, level], check=False)
    if done.returncode:
        sys.exit(done.returncode)
    return Api()


def stop():
    subprocess.run([HERE / "down.sh"], check=True)


class Api:
    def __init__(self):
        keys = pathlib.Path(os.environ["BULKHEAD_CLUSTER"], "keys")
        self.port = int(os.environ["BULKHEAD_CLUSTER_PORT"])
        self.context = ssl.create_default_context(cafile=keys / "cluster-ca.crt")
        self.context.load_cert_chain(keys / "admin.crt", keys / "admin.key")
        self.connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context, timeout=60)

    def ask(self, method, path, body=None):
        """(status, answer)"""
        data = json.dumps(body).encode() if body is not None else None
        self.connection.request(method, path, data, {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())

    def make(self, path, body):
        status, answer = self.ask("POST", path, body)
        if status not in (200, 201):
            raise SystemExit(f"POST {path}: {status} {answer.get('message')}\n{json.dumps(body)}")
        return answer

    def items(self, path):
        status, answer = self.ask("GET", path)
        if status != 200:
            raise SystemExit(f"GET {path}: {status} {answer.get('message')}")
        kind = answer["kind"].removesuffix("List")
        return [dict(item, kind=kind) for item in answer["items"]]
