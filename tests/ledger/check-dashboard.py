#!/usr/bin/python3
# check-dashboard.py: the operator's dashboard over HTTP: who comes in, and what they decide
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import re
import subprocess
import sys
import tempfile

from dashboard_books import HOSTILE, Operator, fill, keys, read_token
from ledger_client import Key, Ledger, now_ms

PROGRAM = sys.argv[1]


def start(folder, *options):
    return Ledger(PROGRAM, folder, "--quiet", *options)


def test_only_for_the_operator(folder):
    """Without the token nothing is seen, and nothing but the token helps."""
    token_file = os.path.join(folder, "token")
    ledger = start(folder, "--admin-token-file", token_file)
    fill(ledger)
    token = read_token(token_file)
    operator = Operator("http://127.0.0.1:%d" % ledger.port)

    for path in ("/", "/dashboard/keys", "/dashboard/refusals", "/dashboard/review"):
        status, headers, text = operator.call("GET", path)
        assert status == 401 and "Operator’s token" in text, (path, status)
        assert "credits" not in text.lower() and "set-cookie" not in headers, text
    for wrong in ("", "x" * 64, token[:-1], token + "0", token.upper(), "é" * 64):
        assert operator.sign_in(wrong) == 401 and operator.cookie is None, wrong
    for cookie in ("tropea-operator=" + token, "tropea-operator=", "tropea-operator=9.9",
                   "tropea-operator=99999999999999." + "0" * 64):
        assert operator.call("GET", "/", Cookie=cookie)[0] == 401, cookie

    assert operator.sign_in(token) == 303
    assert token not in operator.cookie
    page = operator.page()
    assert "Recent sessions" in page and token not in page
    status, headers, _ = operator.call("GET", "/")
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy, policy
    assert headers["X-Frame-Options"] == "DENY" and headers["Cache-Control"] == "no-store"

    assert operator.call("POST", "/dashboard/logout", {"stamp": operator.stamp()})[0] == 303
    assert operator.call("GET", "/")[0] == 401
    # The ledger is there for everybody as before.
    assert ledger.call("GET", "/api/ledger")[0] == 200
    assert ledger.stop() == 0


def test_not_there_unless_asked_for(folder):
    ledger = start(folder)
    assert ledger.call("GET", "/")[0] == 404
    assert ledger.call("POST", "/dashboard/login", "token=x")[0] == 404
    assert ledger.stop() == 0


def test_on_this_computer(folder):
    """An address of its own needs no token, and no name of somebody else's leads to it."""
    ledger = start(folder, "--dashboard", "127.0.0.1:0")
    operator = Operator(ledger.dashboard)
    assert "There are none yet." in operator.page()
    assert ledger.call("GET", "/")[0] == 404
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost:1", "ledger.local"):
        assert operator.call("GET", "/", Host=host)[0] == 421, host
    assert operator.call("GET", "/", Host="localhost")[0] == 200
    # What the ledger does is not there.
    assert operator.call("GET", "/api/ledger")[0] == 404
    assert ledger.stop() == 0


def test_figures(folder):
    """They are the sums of what was credited, to the last digit."""
    ledger = start(folder, "--dashboard", "127.0.0.1:0", "--allow-simulation")
    usual, fast, alike = fill(ledger)
    simulated = usual[0].session(now_ms() - 3600 * 1000, 50, 1000000, source="simulation")
    assert ledger.submit(simulated)[0] == 200
    ledger.post("/api/sessions/submit", {"v": 1})
    everybody = usual + [fast, alike]
    micro = sum(ledger.balance(key)["balanceMicro"] for key in everybody)
    n_sessions = sum(ledger.balance(key)["sessions"] for key in everybody)
    text = Operator(ledger.dashboard).page().replace("\u202f", "")
    whole, part = divmod(micro // 10000, 100)
    assert f"<dt>Credits</dt><dd>{whole}.{part:02}</dd>" in text, (micro, text)
    assert f"<dt>Sessions</dt><dd>{n_sessions}</dd>" in text
    assert "and 5.50 simulated" in text
    assert f"<dt>Keys</dt><dd>{len(everybody)}</dd>" in text
    for key in everybody:
        assert key.pub not in text
    refusals = Operator(ledger.dashboard).page("/dashboard/refusals")
    assert re.search(r"<td>malformed</td><td>—</td><td class=\"number\">1</td>", refusals)
    assert ledger.stop() == 0


def test_review(folder):
    ledger = start(folder, "--dashboard", "127.0.0.1:0")
    fill(ledger, 25)
    text = Operator(ledger.dashboard).page("/dashboard/review").replace("\u202f", "")
    assert "1200000000 bytes in 60 s, which is 20000000 bytes a second" in text, text
    assert "30 new keys came in the hour" in text
    assert "6 sessions of the last 200000 have exactly 123456 bytes in 300 s" in text
    assert ledger.stop() == 0


def test_freeze(folder):
    """Nothing is credited while a key is frozen, nothing is lost, and it outlives the process."""
    ledger = start(folder, "--dashboard", "127.0.0.1:0")
    fast = keys(1, 10)[0]
    other = Key()
    assert ledger.submit(fast.session(now_ms() - 500000, 60, 60 * 20000000))[0] == 200
    operator = Operator(ledger.dashboard)
    name, = operator.names()
    status, headers, _ = operator.decide("freeze", name, "a gigabyte in a minute")
    assert status == 303 and headers["Location"] == "/dashboard/review?said=frozen", headers

    waiting = fast.session(now_ms() - 100000, 10)
    status, problem = ledger.submit(waiting)
    assert (status, problem["code"], problem["rule"]) == (429, "rate-limited", "frozen"), problem
    # Whoever cannot sign for the key does not learn it; others are credited as before.
    forged = dict(fast.session(now_ms() - 90000, 10), signature=other.session(0)["signature"])
    assert ledger.submit(forged)[0] == 401
    assert ledger.submit(other.session(now_ms() - 80000, 10))[0] == 200

    ledger.kill()
    ledger = start(folder, "--dashboard", "127.0.0.1:0")
    operator = Operator(ledger.dashboard)
    assert ledger.submit(waiting)[1]["rule"] == "frozen"
    page = operator.page("/dashboard/review")
    assert "a gigabyte in a minute" in page and "frozen" in page
    assert operator.decide("unfreeze", name, "fibre")[0] == 303
    assert ledger.submit(waiting)[0] == 200
    page = operator.page("/dashboard/review")
    assert "No key is frozen." in page and "fibre" in page and "a gigabyte in a minute" in page
    assert ledger.stop() == 0
    assert ledger.verify().returncode == 0


def test_forms(folder):
    """Only a form of the dashboard's own decides anything, and what is in it stays text."""
    token_file = os.path.join(folder, "token")
    ledger = start(folder, "--admin-token-file", token_file)
    assert ledger.submit(Key().session(now_ms() - 500000))[0] == 200
    operator = Operator("http://127.0.0.1:%d" % ledger.port)
    assert operator.sign_in(read_token(token_file)) == 303
    name, = operator.names()
    stamp = operator.stamp()

    for change in ({"Origin": "https://evil.example"}, {"Origin": "null"},
                   {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        status, _, _ = operator.call("POST", "/dashboard/freeze",
                                     {"stamp": stamp, "key": name, "reason": "x"}, **change)
        assert status == 403, (change, status)
    for wrong in ("", "0" * 64, stamp[:-1], None):
        fields = {"key": name, "reason": "x", **({} if wrong is None else {"stamp": wrong})}
        assert operator.call("POST", "/dashboard/freeze", fields)[0] == 403, wrong
    stranger = Operator("http://127.0.0.1:%d" % ledger.port)
    assert stranger.call("POST", "/dashboard/freeze",
                         {"stamp": stamp, "key": name, "reason": "x"})[0] == 401
    for reason in ("", "   ", "two\nlines", "x" * 201, "\x07"):
        assert operator.decide("freeze", name, reason)[0] == 422, reason
    assert operator.call("POST", "/dashboard/freeze", Content_Type="text/plain")[0] == 400
    assert operator.call("GET", "/dashboard/freeze")[0] == 405
    assert "No key is frozen." in operator.page("/dashboard/review")

    # A key that is not there, and one that is frozen already, change nothing.
    assert operator.decide("freeze", "0" * 16, "nobody")[0] == 303
    assert operator.decide("freeze", name, HOSTILE)[0] == 303
    assert operator.decide("freeze", name, "again")[0] == 303
    page = operator.page("/dashboard/review")
    assert "<script>document" not in page and "<img" not in page
    assert "&lt;script&gt;document.title=&apos;owned&apos;" in page, page
    assert page.count("<tr><td class=\"number\">") == 1, page
    assert ledger.stop() == 0


def test_addresses(folder):
    """What others reach is not opened without a token."""

    for options, word in ((["--dashboard", "0.0.0.0:0"], "--admin-token-file"),
                          (["--dashboard", "nonsense"], "HOST:PORT"),
                          (["--admin-token-file", folder], "token file")):
        answer = subprocess.run([PROGRAM, "--database", "sqlite:" + folder + "/x.db", "--listen",
                                 "127.0.0.1:0", *options], capture_output=True, text=True,
                                check=False, timeout=20)
        assert answer.returncode != 0 and word in answer.stderr, answer
        assert not os.path.exists(folder + "/x.db")


def main():
    for test in (test_only_for_the_operator, test_not_there_unless_asked_for,
                 test_on_this_computer, test_figures, test_review, test_freeze, test_forms,
                 test_addresses):
        with tempfile.TemporaryDirectory() as folder:
            test(folder)
        print("ok", test.__name__, flush=True)


if __name__ == "__main__":
    main()
