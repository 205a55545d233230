#!/usr/bin/python3
# test-api.py: the local API on a real tor, all of it as its document says
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: tornet run -- test-api.py DOCUMENT, with TROPEACTL and TROPEA_LEDGER set."""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "api"))
import tap  # noqa: E402
from api_client import API, Events, Place, Tropea, wait_until  # noqa: E402
from openapi import Document  # noqa: E402
from programs import load  # noqa: E402

CLIENTRC = os.environ["TORNET_CLIENTRC"]
SITE = os.environ["TORNET_HTTP"]
DOCUMENT = Document(sys.argv[1])


class Caller:
    """Asks, and holds each answer to the document."""

    def __init__(self, tropea):
        self.tropea = tropea
        self.connection = tropea.connect()

    def call(self, want, method, target, value=None, headers=None):
        body = value if isinstance(value, (str, bytes, type(None))) else json.dumps(value)
        self.connection.request(method, target, body, headers or {})
        response = self.connection.getresponse()
        data = response.read()
        status, answer = DOCUMENT.check(method, target, response, data)
        assert status == want, (method, target, status, answer)
        return answer

    def get(self, want, name):
        return self.call(want, "GET", API + name)

    def post(self, want, name, value=None):
        return self.call(want, "POST", API + name, value)

    def refused(self, want, code, name, value=None):
        answer = self.post(want, name, value)
        assert answer["code"] == code, answer
        return answer

    def wait_for(self, status):
        wait_until(lambda: self.get(200, "status")["tor"]["status"] == status, 60, status)


def ask_every_path(caller):
    """What any state answers."""
    for path, item in DOCUMENT.root["paths"].items():
        other = "DELETE"
        assert caller.call(405, other, path)["code"] == "method-not-allowed"
        if "post" in item:
            assert caller.call(400, "POST", path, "[")["code"] == "malformed"
            assert caller.call(413, "POST", path, " " * 70000)["code"] == "too-large"
            assert caller.call(400, "POST", path, {"no": 1})["field"] == "no"
        if "get" in item:
            assert caller.call(400, "GET", path + "?no=1")["field"] == "no"
    for name in ("activity", "monitoring/stats", "monitoring/sessions", "credits", "identity",
                 "thresholds", "status"):
        caller.get(200, name)
    assert b"tropea_state" in caller.call(200, "GET", "/metrics").encode()
    for query in ("activity?limit=0", "monitoring/sessions?limit=201",
                  "monitoring/sessions?state=lost", "credits?days=367"):
        assert caller.get(400, query)["code"] == "invalid-value"


def ask_without_effect(caller):
    for name in ("stop", "simulate/stop"):
        caller.post(200, name)
    for name in ("pause", "resume", "new-identity"):
        caller.refused(409, "not-running", name)
    caller.post(200, "monitoring/stop")
    assert not caller.get(200, "status")["autoSubmission"]["isMonitoring"]
    caller.post(200, "monitoring/start")
    caller.refused(400, "confirmation-needed", "reset", {})
    caller.refused(400, "invalid-value", "reset", {"confirm": False})
    caller.post(200, "reset", {"confirm": True})
    caller.refused(400, "missing-field", "thresholds", {})
    caller.refused(400, "invalid-value", "thresholds", {"maxDuration": 86401})
    wrong = caller.refused(400, "invalid-value", "thresholds", {"minDuration": 601})
    assert wrong["field"] == "minDuration", wrong
    most = {"minBytes": 2 ** 53 - 1, "minDuration": 7, "maxDuration": 8}
    assert caller.post(200, "thresholds", most)["thresholds"] == most
    assert caller.post(200, "thresholds", {"minBytes": 1000})["thresholds"]["minDuration"] == 7


def ask_of_a_simulation(caller):
    caller.post(202, "simulate", {"wait": 0})
    caller.wait_for("running")
    caller.post(200, "simulate")
    caller.refused(409, "simulation-running", "start")
    caller.refused(409, "simulation-running", "attach")
    caller.refused(409, "simulation-running", "new-identity")
    caller.post(200, "pause")
    caller.refused(409, "paused", "simulate")
    caller.post(200, "resume")
    caller.post(202, "restart", {"wait": 0})
    caller.wait_for("running")
    caller.post(200, "restart")
    caller.post(202, "simulate/stop", {"wait": 0})
    caller.wait_for("stopped")
    caller.post(200, "submit")


def ask_of_tor(caller):
    """From the first start to a session with what was loaded."""
    caller.post(202, "start", {"wait": 0})
    assert caller.post(200, "start")["tor"]["bootstrap"]["percent"] == 100
    caller.post(200, "start")
    caller.refused(409, "tor-running", "simulate")
    caller.refused(409, "tor-running", "simulate/stop")
    caller.refused(409, "tor-running", "attach")
    caller.post(202, "new-identity", {"wait": 0})
    caller.post(202, "pause", {"wait": 0})
    caller.wait_for("paused")
    caller.refused(409, "paused", "start")
    caller.post(202, "resume", {"wait": 0})
    caller.wait_for("running")
    caller.post(200, "new-identity")
    port = caller.get(200, "status")["tor"]["socksPort"]
    assert load(port, SITE, 200_000) == 200_000
    wait_until(lambda: caller.get(200, "status")["stats"]["totalBytes"] > 200_000, 30, "bytes")
    caller.post(202, "submit")
    manual = "monitoring/sessions?kind=manual&state=credited"
    wait_until(lambda: caller.get(200, manual)["sessions"], 30, "the session's credit")
    session = caller.get(200, manual)["sessions"][0]
    assert session["bytesTransferred"] > 200_000 and "signature" in session, session
    caller.post(202, "stop", {"wait": 0})
    caller.refused(409, "stopping", "restart")
    caller.wait_for("stopped")


def ask_of_no_tor():
    with Place() as place:
        environment = {**place.environment(), "TROPEA_TOR": place.path("none")}
        tropea = Tropea(place, "--simulate", environment=environment)
        caller = Caller(tropea)
        caller.wait_for("running")
        caller.post(200, "stop")
        problem = caller.refused(502, "tor-failed", "start")
        assert problem["diagnosis"]["remedies"] == ["install-tor"], problem
        caller.refused(502, "tor-failed", "attach", {"address": "127.0.0.1:1"})
        caller.wait_for("failed")
        caller.refused(502, "tor-failed", "restart")
        streams = [Events(tropea) for _ in range(16)]
        assert caller.get(503, "events")["code"] == "too-many-streams"
        for stream in streams:
            stream.close()
        assert tropea.stop() == 0


def ask_to_attach(tropea):
    """A second Tropea uses the first one's tor."""
    with Place() as place:
        other = Tropea(place, "--simulate")
        caller = Caller(other)
        caller.wait_for("running")
        caller.post(200, "stop")
        address = f"127.0.0.1:{tropea.get('status')['tor']['controlPort']}"
        caller.post(202, "attach", {"address": address, "wait": 0})
        caller.wait_for("running")
        caller.post(200, "stop")
        assert caller.post(200, "attach", {"address": address})["tor"]["status"] == "running"
        other.stop()


def check_document():
    assert DOCUMENT.root["openapi"] == "3.1.0"
    with Place() as place:
        tropea = Tropea(place, "--torrc-append", CLIENTRC, "--min-seconds", "2")
        caller = Caller(tropea)
        caller.post(200, "stop")
        ask_without_effect(caller)
        ask_every_path(caller)
        ask_of_a_simulation(caller)
        ask_of_tor(caller)
        caller.post(200, "start")
        ask_to_attach(tropea)
        stream = tropea.connect()
        stream.request("GET", API + "events")
        response = stream.getresponse()
        DOCUMENT.check("GET", API + "events", response, b"")
        stream.close()
        caller.connection.close()
        tropea.stop()
    ask_of_no_tor()
    DOCUMENT.expect_all_reached()


def check_curl():
    """The reference's way through a session, typed by hand, beside a listener."""
    def curl(*arguments):
        result = subprocess.run(
            ["curl", "--silent", "--show-error", "--fail-with-body", "--max-time", "60",
             "--unix-socket", tropea.socket, *arguments], capture_output=True, check=False)
        assert result.returncode == 0, (arguments, result)
        return json.loads(result.stdout)

    with Place() as place:
        tropea = Tropea(place, "--torrc-append", CLIENTRC)
        curl("-X", "POST", "http://localhost/api/tor/stop")
        events = Events(tropea)
        started = curl("-X", "POST", "http://localhost/api/tor/start")
        assert started["tor"]["status"] == "running" and started["success"] is True
        events.wait_for("state", status="starting")
        events.wait_for("bootstrap", percent=100)
        events.wait_for("state", status="running")
        curl("-d", '{"minBytes":1,"minDuration":1,"maxDuration":60}',
             "http://localhost/api/tor/thresholds")
        assert load(started["tor"]["socksPort"], SITE, 100_000) == 100_000
        session = events.wait_for("session")
        assert events.wait_for("credited")["sessionId"] == session["sessionId"]
        page = curl("http://localhost/api/tor/monitoring/sessions")
        assert session["sessionId"] in [one["sessionId"] for one in page["sessions"]]
        curl("-X", "POST", "http://localhost/api/tor/stop")
        events.wait_for("state", status="stopped")
        events.close()
        assert tropea.stop() == 0


tap.run([
    ("/api/real-tor-by-curl", check_curl),
    ("/api/document-is-true", check_document),
])
