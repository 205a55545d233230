#!/usr/bin/python3
# check-operations.py: what an operator sets and sees of a running ledger
# SPDX-License-Identifier: GPL-3.0-or-later

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

from ledger_client import ORIGIN, Key, Ledger, now_ms

PROGRAM = sys.argv[1]
BASE = now_ms() // 86400000 * 86400000 - 86400 * 1000


def config_file(folder, text):
    path = os.path.join(folder, "ledger.conf")
    with open(path, "w") as f:
        f.write(text)
    return path


def configured(folder, text, **popen):
    return Ledger(PROGRAM, folder, "--config", config_file(folder, text), **popen)


def raw(ledger, key, sessions, path="/api/sessions/batch"):
    """The answer with its headers."""
    c = ledger.connect()
    c.request("POST", path, json.dumps({"sessions": sessions}),
              {"Content-Type": "application/json"})
    r = c.getresponse()
    answer = r.status, dict(r.getheaders()), json.loads(r.read())
    c.close()
    return answer


def test_config(folder):
    """Every number arrives; what is not known is refused by name."""
    path = config_file(folder, "[ledger]\nlisten=127.0.0.1:1\ndatabase=sqlite:%s/c.db\n"
                       "origin=%s\nkey-file=%s/c.key\nthreads=1\nmax-connections=10\n"
                       "[policy]\naccept-simulation=true\nmax-duration=5000\n"
                       "daily-credits=200\nnew-keys-per-hour=7\n" % (folder, ORIGIN, folder))
    process = subprocess.Popen([PROGRAM, "--config", path, "--listen", "127.0.0.1:0"],
                               stdout=subprocess.PIPE, text=True)
    ledger = Ledger.__new__(Ledger)
    ledger.process = process
    ledger.port = int(process.stdout.readline().rsplit(":", 1)[1])
    policy = ledger.call("GET", "/api/ledger")[1]["policy"]
    assert policy["acceptsSimulation"] is True and policy["maxDuration"] == 5000, policy
    assert policy["dailyCreditsMicro"] == 200000000 and policy["newKeysPerHour"] == 7, policy
    assert os.path.exists(folder + "/c.key") and os.path.exists(folder + "/c.db")
    assert ledger.stop() == 0

    for text, words in (("[policy]\ndaily-credit=1\n", "“daily-credit” is not known"),
                        ("[ledger]\nkey-rate=1\n", "“key-rate” is not known"),
                        ("[limits]\n", "no group “limits”"),
                        ("[policy]\nkey-burst=0\n", "“key-burst” must be a whole number from 1"),
                        ("[ledger]\nthreads=many\n", "“threads” must be"),
                        ("[ledger]\nmetrics=2x\n", "“metrics” must be true or false"),
                        ("key-rate=1\n", "ledger.conf")):
        run = subprocess.run([PROGRAM, "--config", config_file(folder, text), "--listen",
                              "127.0.0.1:0", "--database", "sqlite:%s/c.db" % folder],
                             capture_output=True, text=True, timeout=10)
        assert run.returncode == 1 and words in run.stderr, (text, run)
        assert run.stderr.count("\n") == 1 and run.stdout == "", run


def test_key_rate(folder):
    """A batch is let through as far as the rate goes, and the rest is told when to come back."""
    ledger = configured(folder, "[policy]\nkey-rate=40\nkey-burst=10\n")
    key, other = Key(), Key()
    waiting = [key.session(BASE + i * 1000, 1) for i in range(64)]
    rounds = 0
    while waiting:
        status, headers, answer = raw(ledger, key, waiting)
        assert status == 200, answer
        results = answer["results"]
        late = [r for r in results if not r["success"]]
        for r in late:
            assert (r["status"], r["code"], r["rule"]) == (429, "rate-limited", "key-rate"), r
        assert len(late) < len(waiting)
        if late:
            assert headers["Retry-After"] == "1", headers
            time.sleep(0.3)
        waiting = [s for s, r in zip(waiting, results) if not r["success"]]
        rounds += 1
    assert 2 < rounds < 9, rounds
    assert ledger.balance(other)["sessions"] == 0
    time.sleep(0.1)
    assert ledger.balance(key)["sessions"] == 64
    assert ledger.stop() == 0

    ledger = configured(folder, "[policy]\nkey-rate=1\nkey-burst=3\n")
    for i in range(60):
        status, answer = ledger.submit(key.session(BASE + 100000 + i * 1000, 1))
        if status == 429:
            break
    assert status == 429 and answer["code"] == "rate-limited" and answer["rule"] == "key-rate"
    assert ledger.submit(other.session(BASE, 1))[0] == 200
    assert ledger.stop() == 0


def test_connection_rate(folder):
    ledger = configured(folder, "[policy]\nconnection-rate=1\nconnection-burst=64\n")
    key = Key()
    c = ledger.connect()
    sessions = [key.session(BASE + i * 1000, 1) for i in range(130)]
    status, answer = ledger.post("/api/sessions/batch", {"sessions": sessions[:60]}, c)
    assert status == 200 and all(r["success"] for r in answer["results"])
    status, answer = ledger.post("/api/sessions/batch", {"sessions": sessions[60:90]}, c)
    assert (status, answer["rule"]) == (429, "connection-rate"), answer
    for n, session in enumerate(sessions[60:]):
        status, answer = ledger.submit(session, c)
        if status != 200:
            break
    assert (status, answer["rule"]) == (429, "connection-rate") and 3 <= n < 20, (n, answer)
    assert ledger.submit(session)[0] == 200  # another connection
    assert ledger.call("GET", "/healthz", connection=c)[0] == 200
    c.close()
    c = ledger.connect()  # what cannot be read is paid for, too
    answers = [ledger.post("/api/sessions/batch", "[]", c)[0] for _ in range(70)]
    assert answers[:64] == [400] * 64 and 429 in answers[64:], answers
    c.close()
    counts = metrics(ledger)[1]
    refused = 'tropea_ledger_sessions_total{code="rate-limited",rule="connection-rate"}'
    assert counts[refused] == 31 + answers.count(429), counts
    assert ledger.stop() == 0


def test_new_keys(folder):
    ledger = configured(folder, "[policy]\nnew-keys-per-hour=3\n")
    keys = [Key() for _ in range(4)]
    forged = {**Key().session(BASE, 1), "duration": 2}
    assert [ledger.submit(forged)[0] for _ in range(5)] == [401] * 5  # these cost nothing
    assert [ledger.submit(k.session(BASE, 1))[0] for k in keys] == [200, 200, 200, 429]
    status, headers, answer = raw(ledger, keys[3], [keys[3].session(BASE, 1)])
    assert answer["results"][0]["rule"] == "new-keys", answer
    assert 1000 < int(headers["Retry-After"]) <= 1200, headers
    assert ledger.submit(keys[0].session(BASE + 1000, 1))[0] == 200
    assert ledger.stop() == 0
    ledger = configured(folder, "[policy]\nnew-keys-per-hour=1\n")  # those it has are not new
    assert [ledger.submit(k.session(BASE + 9000, 1))[0] for k in keys] == [200] * 4
    assert ledger.stop() == 0


def test_daily_cap(folder):
    ledger = configured(folder, "[policy]\ndaily-credits=150\nsimulated-daily-credits=50\n"
                        "daily-bytes=1000\naccept-simulation=true\n")
    key = Key()
    first = key.session(BASE, 1000, 10)
    assert ledger.submit(first)[0] == 200
    status, answer = ledger.submit(key.session(BASE + 1000000, 501, 10))
    assert (status, answer["rule"]) == (422, "daily-cap"), answer
    assert ledger.submit(key.session(BASE + 1000000, 499, 991))[1]["rule"] == "daily-cap"
    assert ledger.submit(key.session(BASE + 1000000, 499, 990))[0] == 200
    assert ledger.submit(key.session(BASE + 5000000, 499, source="simulation"))[0] == 200
    assert ledger.submit(key.session(BASE + 6000000, 499, source="simulation"))[0] == 422
    assert ledger.submit(key.session(BASE - 10000000, 1000, 1000))[0] == 200  # the day before
    assert ledger.submit(first)[1]["status"] == "duplicate"
    balance = ledger.balance(key)
    assert (balance["balance"], balance["simulated"]) == ("249.90", "49.90"), balance
    assert ledger.stop() == 0
    assert ledger.verify().returncode == 0


def metrics(ledger):
    c = ledger.connect()
    c.request("GET", "/metrics")
    r = c.getresponse()
    text = r.read().decode()
    c.close()
    assert r.status == 200 and r.getheader("Content-Type").startswith("text/plain; version=0.0.4")
    values = {}
    for line in text.splitlines():
        if line.startswith("#"):
            assert re.fullmatch(r"# (HELP|TYPE) tropea_ledger_\w+ .+", line), line
        else:
            name, value = line.rsplit(" ", 1)
            assert re.fullmatch(r'tropea_ledger_\w+(\{(\w+="[^"]*",?)+\})?', name), line
            assert name not in values, line
            values[name] = float(value)
    return text, values


def test_metrics_and_log(folder):
    log = tempfile.TemporaryFile("w+")
    ledger = Ledger(PROGRAM, folder, stderr=log)
    key = Key()
    session = key.session(BASE, 10)
    for s in (session, session, key.session(BASE + 5000), {**session, "duration": 11}, "{}",
              key.session(BASE + 20000, 1)):
        ledger.submit(s)
    ledger.balance(key)
    ledger.call("GET", "/nothing-of-ours")
    # An answer is counted once it has been sent.
    last = 'tropea_ledger_requests_total{route="other",status="404"}'
    deadline = time.monotonic() + 10
    text, values = metrics(ledger)
    while last not in values and time.monotonic() < deadline:
        text, values = metrics(ledger)
    session_counts = {re.search(r'code="([^"]*)",rule="([^"]*)"', n).groups(): v
                      for n, v in values.items() if "sessions_total" in n}
    assert session_counts == {("accepted", ""): 2, ("duplicate", ""): 1,
                              ("implausible", "overlap"): 1, ("bad-signature", ""): 1,
                              ("malformed", ""): 1}, session_counts
    submit = 'tropea_ledger_requests_total{route="/api/sessions/submit",status="%d"}'
    assert values[submit % 200] == 3 and values[submit % 422] == 1, text
    assert values[submit % 401] == 1 and values[submit % 400] == 1, text
    assert values[last] == 1, text
    assert values["tropea_ledger_queued_sessions"] == 0
    assert values["tropea_ledger_store_errors_total"] == 0
    assert values['tropea_ledger_commit_sessions_bucket{le="1"}'] == 3, text
    assert values['tropea_ledger_commit_seconds_bucket{le="+Inf"}'] == 3, text
    assert values["tropea_ledger_commit_sessions_sum"] == 3, text
    assert 0 < values["tropea_ledger_commit_seconds_sum"] < 10, text
    assert ledger.stop() == 0
    log.seek(0)
    lines = log.read()
    log.close()
    for secret in (key.pub, session["sessionId"], session["signature"], "127.0.0.1", "nothing"):
        assert secret not in text and secret not in lines, secret
    events = [dict(p.split("=", 1) for p in line.split()) for line in lines.splitlines()]
    assert [e["event"] for e in events] == ["start", "stopping", "refused", "refused", "refused",
                                            "stop"], lines
    assert all(e["level"] == "info" and e["time"].endswith("Z") for e in events), lines
    assert {(e["code"], e["sessions"]) for e in events[2:5]} == {
        ("implausible", "1"), ("bad-signature", "1"), ("malformed", "1")}, lines

    ledger = configured(folder, "[ledger]\nmetrics=false\nquiet=true\n", stderr=subprocess.PIPE)
    assert ledger.call("GET", "/metrics")[0] == 404
    status, said = ledger.stop(), ledger.process.stderr.read()
    assert status == 0 and said == "", (status, said)
    ledger.process.stderr.close()


def test_refused_requests_are_counted(folder):
    """Whatever is refused, a read for its rate too, is counted by its code and rule."""
    ledger = configured(folder, "[ledger]\nquiet=true\n[policy]\nconnection-rate=1\n"
                        "connection-burst=64\nkey-rate=1\nkey-burst=64\n")
    key, stranger, expected = Key(), Key(), {}

    def refused(answer, status, code, rule=""):
        assert (answer[0], answer[1]["code"], answer[1].get("rule", "")) == (status, code, rule)
        expected[code, rule] = expected.get((code, rule), 0) + 1

    path = "/api/sessions/balance"
    target = path + "?" + urllib.parse.urlencode({"clientPub": key.pub})
    refused(ledger.call("GET", target, None, {"Authorization": stranger.proof(target)}), 401,
            "bad-signature")
    refused(ledger.call("GET", path), 400, "malformed")
    refused(ledger.call("GET", "/nothing"), 404, "not-found")
    refused(ledger.call("PUT", "/api/ledger", ""), 405, "method-not-allowed")
    refused(ledger.submit("x" * 5000), 413, "too-large")
    refused(ledger.submit({**key.session(BASE), "duration": 11}), 401, "bad-signature")
    refused(ledger.call("GET", "/" + "x" * 9000), 414, "target-too-long")
    refused(ledger.call("GET", "/healthz", None, {"X": "x" * 20000}), 431, "headers-too-large")
    for connection, rule in ((None, "key-rate"), (ledger.connect(), "connection-rate")):
        reader = key if connection is None else stranger
        target = path + "?" + urllib.parse.urlencode({"clientPub": reader.pub})
        for _ in range(200):
            answer = ledger.call("GET", target, None, {"Authorization": reader.proof(target)},
                                 connection)
            if answer[0] == 429:
                break
            ledger.call("GET", path, connection=connection)
        refused(answer, 429, "rate-limited", rule)
    expected.pop(("malformed", ""))  # of these, some more than are told apart here
    deadline = time.monotonic() + 10
    while True:  # A request is counted when its answer has been sent.
        text, values = metrics(ledger)
        counted = {re.search(r'code="([^"]*)",rule="([^"]*)"', n).groups(): v
                   for n, v in values.items() if "refused_requests_total" in n}
        assert counted.pop(("malformed", "")) > 0, text
        if counted == expected:
            break
        assert time.monotonic() < deadline, (counted, expected)
    assert values['tropea_ledger_requests_total{route="%s",status="429"}' % path] == 2, text
    assert ledger.stop() == 0


def test_service_manager(folder):
    """A socket is handed over, readiness and the end are told."""
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(os.path.join(folder, "notify"))
    notify.settimeout(10)
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    start = ('import os, sys\nos.dup2(int(sys.argv[1]), 3)\nos.environ["LISTEN_FDS"] = "%s"\n'
             'os.environ["LISTEN_PID"] = str(os.getpid())\nos.execv(sys.argv[2], sys.argv[2:])')
    command = [PROGRAM, "--database", "sqlite:%s/a.db" % folder, "--origin", ORIGIN]
    environment = {**os.environ, "NOTIFY_SOCKET": os.path.join(folder, "notify")}
    early = socket.create_connection(("127.0.0.1", port))  # before anybody accepts
    early.settimeout(10)
    process = subprocess.Popen([sys.executable, "-c", start % "1", str(listener.fileno()),
                                *command], pass_fds=[listener.fileno()], env=environment,
                               stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "listening http://127.0.0.1:%d\n" % port
    assert notify.recv(100) == b"READY=1"
    early.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert early.recv(1000).startswith(b"HTTP/1.1 200 ")
    early.close()
    process.send_signal(signal.SIGTERM)
    assert notify.recv(100) == b"STOPPING=1"
    assert process.wait(10) == 0
    process.stdout.close()

    run = subprocess.run([sys.executable, "-c", start % "2", str(listener.fileno()), *command],
                         pass_fds=[listener.fileno()], capture_output=True, text=True, timeout=10)
    assert run.returncode == 1 and "hand over one socket" in run.stderr, run
    with open("/dev/null") as null:
        run = subprocess.run([sys.executable, "-c", start % "1", str(null.fileno()), *command],
                             pass_fds=[null.fileno()], capture_output=True, text=True,
                             timeout=10)
    assert run.returncode == 1 and "not a stream socket" in run.stderr, run
    listener.close()
    notify.close()


def niceness(pid):
    """That of each thread, by its name."""
    threads = {}
    for task in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/stat" % (pid, task)) as file:
            name, rest = file.read().split("(", 1)[1].rsplit(")", 1)
        threads.setdefault(name, []).append(int(rest.split()[16]))
    return threads


def test_who_commits_comes_first(folder):
    """The threads that verify stand back. There is no niceness above 19."""
    ledger = Ledger(PROGRAM, folder)
    threads = niceness(ledger.process.pid)
    assert ledger.stop() == 0
    verify = [value for name, values in threads.items() if name.startswith("MHD-")
              for value in values]
    commit, = threads["ledger-writer"]
    assert verify and all(value == min(commit + 10, 19) for value in verify), threads


def main():
    for test in (test_config, test_key_rate, test_connection_rate, test_new_keys, test_daily_cap,
                 test_metrics_and_log, test_refused_requests_are_counted,
                 test_service_manager, test_who_commits_comes_first):
        with tempfile.TemporaryDirectory() as folder:
            test(folder)
        print("ok", test.__name__, flush=True)


main()
