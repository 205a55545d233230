#!/usr/bin/python3
# check-ledger.py: a running tropea-ledger, through its HTTP and its command line
# SPDX-License-Identifier: GPL-3.0-or-later

import json
import os
import re
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading

from ledger_client import ORIGIN, Key, Ledger, b64, now_ms
from ledger_books import PostgresBooks, SqliteBooks
from nacl.signing import VerifyKey

# PROGRAM [postgres]
PROGRAM = sys.argv[1]
BASE = now_ms() // 1000 * 1000 - 86400 * 1000


def is_problem(answer, status, code, rule=None):
    assert answer[0] == status == answer[1]["status"], answer
    assert answer[1]["code"] == code and answer[1].get("rule") == rule, answer
    assert answer[1]["type"] == "about:blank" and answer[1]["title"] and answer[1]["detail"]


def without_proof(answer):
    """Which grows with the log; where the session is there, and its nonce, stay."""
    answer = {**answer, "log": {**answer["log"], "proof": None}}
    return {name: answer[name] for name in answer if name not in ("status", "checkpoint")}


def test_submit(ledger):
    key = Key()
    session = key.session(BASE, 65, 180000000)
    status, first = ledger.submit(session)
    assert status == 200 and first["status"] == "accepted", first
    assert first["credits"] == first["balance"] == "96.50", first
    assert first["creditsMicro"] == first["balanceMicro"] == 96500000 and first["seq"] >= 1
    status, other = ledger.submit(key.session(BASE + 100000, 1000, 0))
    assert other["balance"] == "196.50", other
    status, again = ledger.submit(dict(reversed(list(session.items()))))
    assert status == 200 and again["status"] == "duplicate", again
    assert without_proof(again) == without_proof(first), again

    is_problem(ledger.submit(key.session(BASE, 65, 5, sessionId=session["sessionId"])), 409,
               "conflict")
    is_problem(ledger.submit({**session, "duration": 66}), 401, "bad-signature")
    is_problem(ledger.submit(key.session(BASE, origin="elsewhere")), 401, "bad-signature")
    assert ledger.balance(key) == {"success": True, "balance": "196.50",
                                   "balanceMicro": 196500000, "simulated": "0.00",
                                   "simulatedMicro": 0, "sessions": 2}


def test_rules(ledger):
    key = Key()
    for rule, session in (("duration", key.session(BASE, 0)),
                          ("duration", key.session(BASE, 86401)),
                          ("bytes", key.session(BASE, 1, 125000001)),
                          ("future", key.session(now_ms() + 400000, 1)),
                          ("past", key.session(now_ms() - 31 * 86400 * 1000)),
                          ("simulation", key.session(BASE, source="simulation"))):
        is_problem(ledger.submit(session), 422, "implausible", rule)
    assert ledger.balance(key)["sessions"] == 0


def test_overlap(ledger):
    key, other = Key(), Key()
    assert ledger.submit(key.session(BASE, 10))[0] == 200
    assert ledger.submit(key.session(BASE + 20000, 10))[0] == 200
    for start, duration in ((BASE, 10), (BASE + 9999, 1), (BASE - 5000, 6), (BASE - 5000, 60),
                            (BASE + 10000, 11), (BASE + 29000, 5)):
        is_problem(ledger.submit(key.session(start, duration)), 422, "implausible", "overlap")
    assert ledger.submit(key.session(BASE + 10000, 10))[0] == 200  # late, fits exactly
    assert ledger.submit(key.session(BASE - 5000, 5))[0] == 200
    assert ledger.submit(other.session(BASE, 10))[0] == 200
    assert ledger.balance(key)["sessions"] == 4


def test_batch(ledger):
    key = Key()
    good = key.session(BASE, 10)
    forged = {**key.session(BASE + 20000), "duration": 11}
    status, answer = ledger.post("/api/sessions/batch", {"sessions": [
        good, {"secret": 1}, forged, good, key.session(BASE + 5000), key.session(BASE + 10000),
        key.session(now_ms() + 10**6)]})
    assert status == 200 and answer["success"], answer
    codes = [r.get("code", r.get("status")) for r in answer["results"]]
    assert codes == ["accepted", "malformed", "bad-signature", "duplicate", "implausible",
                     "accepted", "implausible"], codes
    results = answer["results"]
    assert results[0]["seq"] == results[3]["seq"] and results[4]["rule"] == "overlap"
    assert results[6]["rule"] == "future" and results[6]["status"] == 422
    assert "sessionId" not in results[1] and results[1]["status"] == 400
    assert results[2]["sessionId"] == forged["sessionId"]
    assert ledger.balance(key)["balance"] == "2.00"
    status, answer = ledger.post("/api/sessions/batch", {"sessions": [
        key.session(BASE + 100000 + 1000 * i, 1) for i in range(64)]})
    assert [r["status"] for r in answer["results"]] == ["accepted"] * 64
    is_problem(ledger.post("/api/sessions/batch", {"sessions": [1] * 65}), 413, "too-large")
    is_problem(ledger.post("/api/sessions/batch", "[]"), 400, "malformed")
    assert ledger.post("/api/sessions/batch", {"sessions": []})[1]["results"] == []

    seqs, before = [], {}
    while True:
        status, page = ledger.read(key, "/api/sessions/by-client/list", limit=10, **before)
        assert status == 200, page
        seqs += [s["seq"] for s in page["sessions"]]
        if "next" not in page:
            break
        before = {"before": page["next"]}
    assert len(seqs) == 66 and seqs == sorted(set(seqs), reverse=True)
    assert page["sessions"][-1]["sessionId"] == good["sessionId"]
    assert page["sessions"][-1]["credits"] == "1.00"


def test_reads_need_the_key(ledger):
    key, other = Key(), Key()
    for path in ("/api/sessions/balance", "/api/sessions/by-client/list"):
        target = path + "?clientPub=" + key.pub.replace("+", "%2B").replace("=", "%3D")
        for proof in (None, "Basic dTpw", other.proof(target), key.proof(path),
                      key.proof(target, now_ms() - 310000), key.proof(target, origin="other")):
            headers = {} if proof is None else {"Authorization": proof}
            is_problem(ledger.call("GET", target, None, headers), 401, "bad-signature")
        assert ledger.call("GET", target, None, {"Authorization": key.proof(target)})[0] == 200
        is_problem(ledger.call("GET", path), 400, "malformed")
        for limit in ("0", "201", "x"):
            if path.endswith("list"):
                is_problem(ledger.read(key, path, limit=limit), 400, "malformed")


def test_malformed(ledger):
    is_problem(ledger.submit("{\"s3cret\":1}"), 400, "malformed")
    is_problem(ledger.submit(""), 400, "malformed")
    is_problem(ledger.submit("x" * 5000), 413, "too-large")
    is_problem(ledger.call("POST", "/api/sessions/submit", "{}", {}), 400, "malformed")
    is_problem(ledger.call("GET", "/api/ledger?challenge=zz"), 400, "malformed")
    is_problem(ledger.call("GET", "/nothing"), 404, "not-found")
    assert ledger.call("GET", "/healthz")[0] == ledger.call("GET", "/readyz")[0] == 200


def test_info(ledger):
    challenge = os.urandom(32).hex()
    info = ledger.call("GET", "/api/ledger?challenge=" + challenge)[1]
    assert info["origin"] == ORIGIN and info["policy"]["acceptsSimulation"] is False, info
    text = "tropea/ledger/v1\n%s\n%s\n%s\n" % (ORIGIN, info["publicKey"], challenge)
    from base64 import b64decode
    VerifyKey(b64decode(info["publicKey"])).verify(text.encode(), b64decode(info["signature"]))
    return info["publicKey"]


def test_same_session_on_64_connections(ledger):
    key = Key()
    session = key.session(BASE, 10)
    connections = [ledger.connect() for _ in range(64)]
    for c in connections:
        c.connect()
    barrier, results = threading.Barrier(64), []

    def send(c):
        barrier.wait()
        results.append(ledger.submit(session, c))

    threads = [threading.Thread(target=send, args=(c,)) for c in connections]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for c in connections:
        c.close()
    assert [r[0] for r in results] == [200] * 64, results
    verdicts = sorted(r[1].pop("status") for r in results)
    assert verdicts == ["accepted"] + ["duplicate"] * 63, verdicts
    assert all(r[1] == results[0][1] for r in results)
    assert ledger.balance(key)["sessions"] == 1


def test_nothing_of_the_client_is_stored(ledger, books):
    mark = "MarkedAgent-7f3a"
    key = Key()
    status, _ = ledger.call("POST", "/api/sessions/submit", json.dumps(key.session(BASE)),
                            {"Content-Type": "application/json", "User-Agent": mark,
                             "X-Forwarded-For": "203.0.113.77"})
    assert status == 200
    found_key = False
    for name in books.files():
        with open(name, "rb") as f:
            data = f.read()
        found_key |= bytes(key.signing.verify_key) in data
        for secret in (mark.encode(), b"203.0.113.77", b"127.0.0.1"):
            assert secret not in data, name
    assert found_key
    hours = books.numbers("SELECT DISTINCT received_hour FROM sessions")
    assert all(abs(hour - now_ms() // 3600000) <= 1 for hour in hours), hours
    assert books.total() == 0


def complains(words, *arguments, status=1):
    run = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=10,
                         stdin=subprocess.DEVNULL)
    assert run.returncode == status and run.stdout == "", run
    assert run.stderr.count("\n") == 1 and words in run.stderr, (words, run.stderr)


def start_once(*arguments):
    process = subprocess.Popen([PROGRAM, *arguments, "--listen", "127.0.0.1:0", "--quiet"],
                               stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline().startswith("listening ")
    process.terminate()
    assert process.wait(10) == 0
    process.stdout.close()


def test_key_and_database_belong_together(books, folder):
    """A database is served with the key of its first start, until its operator says otherwise."""
    name = ("--database", books.name, "--origin", ORIGIN, "--listen", "127.0.0.1:0")
    keys = [os.path.join(folder, "%d.key" % i) for i in range(4)]
    start_once("--database", "sqlite:" + os.path.join(folder, "other.db"), "--key-file", keys[1])
    complains("with another key: name the key file", *name, "--key-file", keys[1])
    complains("no key file at", *name, "--key-file", keys[2])
    assert not os.path.exists(keys[2])

    run = subprocess.run([PROGRAM, "rekey", "--database", books.name, "--key-file", keys[3]],
                         capture_output=True, text=True)
    assert run.returncode == 0 and keys[3] in run.stdout, run
    start_once(*name[:4], "--key-file", keys[3])
    complains("with another key", *name, "--key-file", keys[1])
    complains("with another key", *name, "--key-file", books_key(folder))
    complains("There is no ledger", "rekey", "--database", "sqlite:/nonexistent/x")
    books.change("UPDATE facts SET value = 'x' WHERE name = 'key'")
    complains("key is damaged", *name, "--key-file", keys[3])


def books_key(folder):
    return os.path.join(folder, "ledger.db.key")


def test_command_line(folder):
    database = "sqlite:" + os.path.join(folder, "cl.db")
    complains("--database sqlite:PATH", "--listen", "127.0.0.1:0", status=2)
    complains("--help", "--nonsense", status=2)
    complains("verify", "frobnicate", status=2)
    complains("HOST:PORT", "--database", database, "--listen", "nowhere")
    # A documentation address (RFC 5737), which no computer has.
    complains("an address of this computer", "--database", database,
              "--listen", "203.0.113.9:8080")
    complains("a folder that you can write to", "--database", database,
              "--listen", "unix:/nonexistent/socket")
    complains("lower-case", "--database", database, "--origin", "Not A Name", status=2)
    complains("/nonexistent/x", "--database", "sqlite:/nonexistent/x")
    complains("There is no ledger", "verify", "--database", "sqlite:/nonexistent/x")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        complains("choose another port", "--database", database, "--listen",
                  "127.0.0.1:%d" % taken.getsockname()[1])
    # None of these starts has left a database or a key, and the first that works names it.
    assert os.listdir(folder) == [], os.listdir(folder)
    start_once("--database", database)
    complains("belongs to the ledger “local”", "--database", database, "--origin", "other",
              "--listen", "127.0.0.1:0")
    key_file = os.path.join(folder, "cl.db.key")
    assert stat.S_IMODE(os.stat(key_file).st_mode) == 0o600
    os.chmod(key_file, 0o640)
    complains("chmod 600", "--database", database, "--listen", "127.0.0.1:0")
    complains("not a ledger's key file", "--database", database, "--listen", "127.0.0.1:0",
              "--key-file", os.path.join(folder, "cl.db"))
    db = sqlite3.connect(database[7:])
    db.execute("PRAGMA user_version = 99")
    db.commit()
    db.close()
    complains("newer", "--database", database, "--listen", "127.0.0.1:0")
    with open(os.path.join(folder, "junk"), "wb") as f:
        f.write(b"junk" * 4096)
    complains("junk", "--database", "sqlite:" + os.path.join(folder, "junk"))


def test_life(folder):
    """Unix socket, port file, the end of standard input, simulation, the key stays."""
    path = os.path.join(folder, "l.sock")
    port_file = os.path.join(folder, "port")
    arguments = [PROGRAM, "--database", "sqlite:" + os.path.join(folder, "life.db"),
                 "--allow-simulation", "--exit-with-stdin", "--origin", ORIGIN]
    process = subprocess.Popen([*arguments, "--listen", "unix:" + path], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "listening unix:%s\n" % path
    s = socket.socket(socket.AF_UNIX)
    s.connect(path)
    s.sendall(b"GET /api/ledger HTTP/1.1\r\nHost: x\r\n\r\n")
    public_key = s.recv(65536).split(b'"publicKey":"')[1][:44].decode()
    process.stdin.close()
    assert process.wait(10) == 0 and not os.path.exists(path)
    process.stdout.close()
    s.close()

    process = subprocess.Popen([*arguments, "--listen", "127.0.0.1:0", "--port-file", port_file],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    ledger = Ledger.__new__(Ledger)
    ledger.port = int(process.stdout.readline().rsplit(":", 1)[1])
    with open(port_file) as f:
        assert int(f.read()) == ledger.port
    info = ledger.call("GET", "/api/ledger")[1]
    assert info["publicKey"] == public_key and info["policy"]["acceptsSimulation"], info
    key = Key()
    assert ledger.submit(key.session(BASE, 10))[0] == 200
    status, answer = ledger.submit(key.session(BASE + 10000, 20, source="simulation"))
    assert status == 200 and answer["credits"] == "2.00" and answer["balance"] == "1.00", answer
    balance = ledger.balance(key)
    assert (balance["balance"], balance["simulated"]) == ("1.00", "2.00"), balance
    process.stdin.close()
    assert process.wait(10) == 0 and not os.path.exists(port_file)
    process.stdout.close()


def test_verify_finds(ledger, books):
    """Each way to tamper with the rows is found."""
    assert ledger.verify().returncode == 0, ledger.verify()
    for sql, words in books.TAMPER:
        with books.tampered(sql) as name:
            run = subprocess.run([PROGRAM, "verify", "--database", name], capture_output=True,
                                 text=True, check=False)
        assert run.returncode == 1 and re.search(words, run.stderr), (sql, words, run)
    assert ledger.verify().returncode == 0


def test_verify_beside_writers(ledger):
    """Whoever adds the ledger up sees one moment of it, however much is written meanwhile."""
    n_answers, is_over = [0] * 4, threading.Event()

    def write(number):
        while not is_over.is_set():
            key = Key()
            sessions = [key.session(BASE + i * 1000, 1) for i in range(32)]
            status, answer = ledger.post("/api/sessions/batch", {"sessions": sessions})
            assert status == 200 and all(r["success"] for r in answer["results"]), answer
            n_answers[number] += 1

    writers = [threading.Thread(target=write, args=(i,)) for i in range(len(n_answers))]
    for writer in writers:
        writer.start()
    n_sessions, n_beside = [], 0
    try:
        while n_beside < 4:
            before = sum(n_answers)
            run = ledger.verify()
            assert run.returncode == 0, run
            n_sessions.append(int(run.stdout.split()[0]))
            n_beside += sum(n_answers) > before + 1
            assert len(n_sessions) < 100, n_sessions
    finally:
        is_over.set()
        for writer in writers:
            writer.join()
    assert n_sessions == sorted(n_sessions) and n_sessions[0] < n_sessions[-1], n_sessions


def main():
    with tempfile.TemporaryDirectory() as folder:
        books = (PostgresBooks if "postgres" in sys.argv[2:] else SqliteBooks)(folder)
        ledger = Ledger(PROGRAM, folder, name=books.name)
        for test in (test_submit, test_rules, test_overlap, test_batch, test_reads_need_the_key,
                     test_malformed, test_info, test_same_session_on_64_connections):
            test(ledger)
            print("ok", test.__name__, flush=True)
        test_nothing_of_the_client_is_stored(ledger, books)
        test_verify_beside_writers(ledger)
        assert ledger.stop() == 0
        test_verify_finds(ledger, books)
        test_key_and_database_belong_together(books, folder)
    if "postgres" not in sys.argv[2:]:
        with tempfile.TemporaryDirectory() as folder:
            test_command_line(folder)
            test_life(folder)


main()
