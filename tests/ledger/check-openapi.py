#!/usr/bin/python3
# check-openapi.py: the OpenAPI document says what a running ledger does, all of it
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: check-openapi.py LEDGER DOCUMENT POWER-CUT-LIBRARY"""

import json
import os
import sys
import tempfile

from ledger_client import Key, Ledger, now_ms
from power_cut import PowerCut

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from openapi import Document  # noqa: E402

BASE = now_ms() // 1000 * 1000 - 86400 * 1000
SUBMIT, BATCH = "/api/sessions/submit", "/api/sessions/batch"
BALANCE, LIST = "/api/sessions/balance", "/api/sessions/by-client/list"
PROOFS = ("/api/log/inclusion?index=1&size=2", "/api/log/consistency?from=1&size=2")
LOG = ("/log/checkpoint", "/log/tile/0/000.p/1", *PROOFS)
JSON = {"Content-Type": "application/json"}


class Caller:
    def __init__(self, document, ledger):
        self.document, self.ledger, self.connection = document, ledger, ledger.connect()

    def call(self, want, method, target, body=None, headers=None):
        self.connection.request(method, target, body, headers or {})
        response = self.connection.getresponse()
        data = response.read()
        status, value = self.document.check(method, target, response, data)
        assert status == want, (method, target, status, value)
        return value

    def post(self, want, path, value):
        body = value if isinstance(value, (str, bytes)) else json.dumps(value)
        return self.call(want, "POST", path, body, JSON)

    def read(self, want, key, path, query="", proof=None):
        target = "%s?clientPub=%s%s" % (path, key.pub.replace("+", "%2B"), query)
        return self.call(want, "GET", target, None,
                         {"Authorization": proof or key.proof(target)})


def ask_everything(caller, document):
    key = Key()
    session = key.session(BASE, 65, 180000000)
    # What is sent is as documented too.
    assert not document.problems({"$ref": "#/components/schemas/Session"}, session)
    assert document.problems({"$ref": "#/components/schemas/Session"}, {**session, "w": 1})
    assert caller.post(200, SUBMIT, session)["status"] == "accepted"
    assert caller.post(200, SUBMIT, session)["status"] == "duplicate"
    caller.post(400, SUBMIT, "{}")
    caller.post(401, SUBMIT, {**session, "duration": 66, "sessionId": key.session(0)["sessionId"]})
    caller.post(409, SUBMIT, key.session(BASE, 1, sessionId=session["sessionId"]))
    caller.post(413, SUBMIT, "x" * 5000)
    assert caller.post(422, SUBMIT, key.session(BASE + 1000))["rule"] == "overlap"
    caller.call(400, "POST", SUBMIT, "{}")
    items = [session, {}, {**session, "duration": 66}, key.session(BASE + 1000),
             key.session(BASE, 1, sessionId=session["sessionId"]), key.session(BASE + 10**6)]
    verdicts = caller.post(200, BATCH, {"sessions": items})["results"]
    assert len(verdicts) == len(items)
    caller.post(400, BATCH, "[]")
    caller.post(413, BATCH, {"sessions": [1] * 65})
    for path in (BALANCE, LIST):
        caller.read(200, key, path)
        caller.call(400, "GET", path)
        caller.read(401, key, path, proof=Key().proof(path))
    assert "next" in caller.read(200, key, LIST, "&limit=1")
    caller.read(400, key, LIST, "&limit=0")
    for target in ("/api/ledger", "/api/ledger?challenge=" + "5a" * 32):
        assert ("signature" in caller.call(200, "GET", target)) == ("?" in target)
    caller.call(400, "GET", "/api/ledger?challenge=1")
    for path in ("/healthz", "/readyz", "/metrics", "/log/checkpoint", "/log/tile/0/000.p/1",
                 "/log/tile/entries/000.p/2", *PROOFS):
        caller.call(200, "GET", path)
    caller.call(404, "GET", "/log/tile/0/001")
    for path in PROOFS:
        caller.call(404, "GET", path.replace("size=2", "size=77"))
        caller.call(400, "GET", path.replace("size=2", "size=x"))
    for path, item in document.root["paths"].items():
        caller.call(405, "POST" if "get" in item else "GET", path)
    return key


def ask_too_much(document, folder):
    """Each connection may have 64 at once here, and then next to nothing."""
    config = os.path.join(folder, "tight.conf")
    with open(config, "w", encoding="ascii") as file:
        file.write("[policy]\nconnection-rate=1\nconnection-burst=64\n")
    ledger = Ledger(sys.argv[1], folder, "--quiet", "--config", config)
    key = Key()
    for ask in (lambda c: c.post(429, SUBMIT, key.session(BASE)),
                lambda c: c.post(429, BATCH, {"sessions": [1] * 64}),
                lambda c: c.read(429, key, BALANCE), lambda c: c.read(429, key, LIST),
                *(lambda c, path=path: c.call(429, "GET", path) for path in LOG)):
        caller = Caller(document, ledger)
        caller.post(200, BATCH, {"sessions": [1] * 64})
        ask(caller)
    assert ledger.stop() == 0


def ask_the_broken(document, folder, key):
    """A store that cannot be read, and one that cannot be written."""
    ledger = Ledger(sys.argv[1], folder, "--quiet")
    caller = Caller(document, ledger)
    os.truncate(ledger.database, 4096)
    caller.call(503, "GET", "/readyz")
    caller.read(503, key, BALANCE)
    caller.read(503, key, LIST)
    caller.post(503, SUBMIT, key.session(BASE))
    for path in LOG:
        caller.call(503, "GET", path)
    caller.call(200, "GET", "/healthz")
    ledger.kill()

    with tempfile.TemporaryDirectory() as place, tempfile.TemporaryDirectory() as undo:
        mark = os.path.join(undo, "read-only")
        power = PowerCut(os.path.abspath(sys.argv[3]), place, os.path.join(undo, "undo"))
        environment = {**power.environment, "TROPEA_POWER_CUT_READ_ONLY": mark}
        ledger = Ledger(sys.argv[1], place, "--quiet", env=environment)
        with open(mark, "wb"):
            pass
        Caller(document, ledger).post(503, BATCH, {"sessions": [key.session(BASE)]})
        assert ledger.process.wait(10) == 1


def main():
    document = Document(sys.argv[2])
    assert document.root["openapi"] == "3.1.0"
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(sys.argv[1], folder, "--quiet")
        key = ask_everything(Caller(document, ledger), document)
        assert ledger.stop() == 0
        ask_too_much(document, folder)
        ask_the_broken(document, folder, key)
    document.expect_all_reached()
    print("%d answers of %d paths as documented" % (len(document.reached),
                                                    len(document.root["paths"])))


main()
