# ledger_client.py: a client of a ledger that shares no code with Tropea
# SPDX-License-Identifier: GPL-3.0-or-later

import atexit
import base64
import http.client
import json
import os
import signal
import subprocess
import time
import urllib.parse
import uuid

from nacl.signing import SigningKey

ORIGIN = "test.example.org"


def b64(data):
    return base64.b64encode(bytes(data)).decode()


def now_ms():
    return int(time.time() * 1000)


def is_sanitized(program):
    """A build with sanitizers is many times slower: less of the same is enough."""
    with open(program, "rb") as file:
        return b"__asan_init" in file.read()


class Key:
    def __init__(self, seed=None):
        self.signing = SigningKey(seed or os.urandom(32))
        self.pub = b64(self.signing.verify_key)

    def session(self, start, duration=10, size=1000, origin=ORIGIN, **changes):
        r = {"v": 1, "sessionId": str(uuid.uuid4()), "clientPub": self.pub, "timestamp": start,
             "duration": duration, "bytesTransferred": size, "ipHash": "", "source": "tor-client"}
        r.update(changes)
        text = "".join("%s\n" % line for line in (
            "tropea/session/v1", origin, r["sessionId"], r["clientPub"], r["timestamp"],
            r["duration"], r["bytesTransferred"], r["ipHash"], r["source"]))
        r["signature"] = b64(self.signing.sign(text.encode()).signature)
        return r

    def proof(self, target, timestamp=None, origin=ORIGIN):
        timestamp = now_ms() if timestamp is None else timestamp
        text = "tropea/read/v1\n%s\n%s\n%d\n" % (origin, target, timestamp)
        return "Tropea ts=%d,sig=%s" % (timestamp, b64(self.signing.sign(text.encode()).signature))


class Ledger:
    def __init__(self, program, folder, *options, name=None, **popen):
        self.program, self.database = program, os.path.join(folder, "ledger.db")
        self.name = name or "sqlite:" + self.database
        self.arguments = [program, "--database", self.name, "--listen", "127.0.0.1:0",
                          "--origin", ORIGIN, "--key-file",
                          os.path.join(folder, "ledger.db.key"), *options]
        self.process = subprocess.Popen(self.arguments, stdout=subprocess.PIPE, text=True, **popen)
        atexit.register(self.process.kill)
        self.dashboard = None
        line = self.process.stdout.readline()
        if line.startswith("dashboard "):
            self.dashboard = line.split()[1]
            line = self.process.stdout.readline()
        assert line.startswith("listening http://127.0.0.1:"), line
        self.port = int(line.rsplit(":", 1)[1])

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)

    def call(self, method, target, body=None, headers=None, connection=None):
        c = connection or self.connect()
        c.request(method, target, body, headers or {})
        r = c.getresponse()
        answer = (r.status, json.loads(r.read()))
        if connection is None:
            c.close()
        return answer

    def post(self, target, value, connection=None):
        body = value if isinstance(value, (str, bytes)) else json.dumps(value)
        return self.call("POST", target, body, {"Content-Type": "application/json"}, connection)

    def submit(self, session, connection=None):
        return self.post("/api/sessions/submit", session, connection)

    def read(self, key, path, **query):
        target = path + "?" + urllib.parse.urlencode({"clientPub": key.pub, **query})
        return self.call("GET", target, None, {"Authorization": key.proof(target)})

    def balance(self, key):
        return self.read(key, "/api/sessions/balance")[1]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(10)
        self.process.stdout.close()
        return status

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def verify(self):
        return subprocess.run([self.program, "verify", "--database", self.name],
                              capture_output=True, text=True, check=False)
