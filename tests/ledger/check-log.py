#!/usr/bin/python3
# check-log.py: what a ledger answers is in its log, whatever happens to it
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: check-log.py TROPEA-LEDGER [postgres]

Everything is checked by log_verifier.py, which shares no code with the ledger. With
TROPEA_TEST_LONG=1 the hammer kills more often.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading

import log_verifier
from ledger_books import PostgresBooks, SqliteBooks
from ledger_client import Key, Ledger, ORIGIN, now_ms

PROGRAM = sys.argv[1]
IS_POSTGRES = "postgres" in sys.argv[2:]
N_KILLS = 40 if os.environ.get("TROPEA_TEST_LONG") == "1" else 4
ANSWERS_PER_ROUND = 12
START = now_ms() - 20 * 86400 * 1000
ZERO = "decode (repeat ('00', 32), 'hex')" if IS_POSTGRES else "zeroblob (32)"

# What is changed, what “verify” says, and what a ledger says that is to go on with it.
TAMPER = (
    ("UPDATE log SET entry = %s WHERE leaf = 300", "The log, entry 300: ", None),
    ("UPDATE log SET entry = %s WHERE leaf = (SELECT max (leaf) FROM log)", "The log, entry ",
     "cannot go on from its head of"),
    ("DELETE FROM log WHERE leaf = 17", "", None),
    ("UPDATE log_nodes SET hash = %s WHERE level = 1 AND node = 1", "The log, level 1, hash 1: ",
     "cannot go on from its head of"),
    ("UPDATE sessions SET nonce = %s WHERE seq = 9", "The log, entry 8: ", None),
    ("UPDATE log_head SET micro = micro + 200000000", "other credits were minted",
     "other credits were minted"),
    ("UPDATE log_head SET size = size - 1", "", "head of"),
    ("UPDATE log_head SET checkpoint = replace (checkpoint, 'minted ', 'minted 1')", "signature",
     "signature"),
)


class Client:
    """Submits as one key, checks every receipt, and every checkpoint against the last."""

    def __init__(self, log):
        self.key, self.log = Key(), log
        self.n_sessions, self.last = 0, log.checkpoint()
        self.credited = []

    def new_batch(self, size):
        first = START + self.n_sessions * 20000
        self.n_sessions += size
        return [self.key.session(first + i * 20000) for i in range(size)]

    def submit(self, ledger, batch):
        status, answer = ledger.post("/api/sessions/batch", {"sessions": batch})
        if status != 200:
            return False
        for session, result in zip(batch, answer["results"]):
            assert result["success"], result
            checkpoint = log_verifier.check_receipt(session, result, answer["checkpoint"],
                                                    ORIGIN, self.log.public_key)
        self.follow(checkpoint)
        self.credited += zip(batch, answer["results"])
        return True

    def follow(self, checkpoint):
        older, newer = sorted((self.last, checkpoint), key=lambda c: c.size)
        self.log.consistency(older, newer)
        self.last = newer


def test_receipts(ledger, log):
    client = Client(log)
    assert client.last.size == 0
    for size in (1, 2, 64, 64, 64, 61, 1, 64, 64, 64, 64):
        assert client.submit(ledger, client.new_batch(size))

    # One alone, and one that was credited before, in the same words but for the proof.
    session = client.new_batch(1)[0]
    for word in ("accepted", "duplicate"):
        status, answer = ledger.submit(session)
        assert status == 200 and answer["status"] == word
        client.follow(log_verifier.check_receipt(session, answer, answer["checkpoint"], ORIGIN,
                                                 log.public_key))
    old, first = client.credited[0]
    answer = ledger.submit(old)[1]
    assert answer["log"]["index"] == first["log"]["index"] == 0
    assert answer["log"]["nonce"] == first["log"]["nonce"]

    # Old and new ones of one batch are proven against one checkpoint.
    assert client.submit(ledger, [client.credited[70][0]] + client.new_batch(3) +
                         [client.credited[3][0]])
    return client


def test_tiles(log, client):
    checkpoint, entries = log.check_all()
    for session, result in client.credited[::41]:
        entry = log_verifier.entry_of(session, ORIGIN, result["log"], result["creditsMicro"])
        assert entries[result["log"]["index"]] == entry
        log.inclusion(entry, result["log"]["index"], checkpoint)
    balance = max(result["balanceMicro"] for _, result in client.credited)
    assert checkpoint.minted == {"minted": balance // 10**8 * 100, "simulated": 0}
    for name in ("tile/0/002.p/%d" % (checkpoint.size - 512 + 1), "tile/0/003", "tile/1/001.p/1",
                 "tile/2/000.p/1", "tile/0/0", "tile/entries/9", "tile/", "tile/0/000.p/0"):
        assert not log.is_there(name), name
    # A partial tile of a smaller tree stays what it was.
    assert log.tile(0, 1, 7) == log.tile(0, 1, 256)[:7 * 32]


def test_proofs_that_cannot_be(ledger):
    for target, expected in (("from=1&size=1000000", 404), ("from=5&size=4", 404),
                             ("from=x&size=4", 400), ("size=4", 400), ("from=-1&size=4", 400)):
        status, answer = ledger.call("GET", "/api/log/consistency?" + target)
        assert status == expected, (target, answer)
    for target, expected in (("index=4&size=4", 404), ("index=0&size=0", 404), ("index=1", 400)):
        assert ledger.call("GET", "/api/log/inclusion?" + target)[0] == expected, target


def test_hammer(ledger, folder, books, log):
    """Killed at any moment, the ledger has all that it answered, in the same log."""
    clients = [Client(log) for _ in range(3)]
    for _ in range(N_KILLS):
        enough = threading.Semaphore(0)
        problems = []

        def run(client, ledger=ledger, enough=enough, problems=problems):
            waiting = None
            try:
                while True:
                    waiting = waiting or client.new_batch(5)
                    if client.submit(ledger, waiting):
                        waiting = None
                        enough.release()
            except (OSError, log_verifier.urllib.error.URLError,
                    log_verifier.http.client.HTTPException):
                client.waiting = waiting
            except Exception as problem:
                problems.append(problem)
                enough.release()

        threads = [threading.Thread(target=run, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        for _ in range(ANSWERS_PER_ROUND):
            assert enough.acquire(timeout=60)
        ledger.kill()
        for thread in threads:
            thread.join(60)
        assert not problems, problems
        ledger = Ledger(PROGRAM, folder, name=books.name)
        log.url = "http://127.0.0.1:%d" % ledger.port
        for client in clients:
            client.follow(log.checkpoint())
            # What was not answered is submitted again, to one effect.
            assert client.waiting is None or client.submit(ledger, client.waiting)

    checkpoint, entries = log.check_all()
    for client in clients:
        places = set()
        for session, result in client.credited:
            place = result["log"]["index"]
            assert entries[place] == log_verifier.entry_of(session, ORIGIN, result["log"],
                                                           result["creditsMicro"])
            places.add(place)
        assert len(places) == client.n_sessions
    run = ledger.verify()
    assert run.returncode == 0 and int(run.stdout.split()[0]) == checkpoint.size, run
    return ledger


def test_nobody_forges(log, client):
    """The verifier itself can say no."""
    session, result = client.credited[5]
    entry = log_verifier.entry_of(session, ORIGIN, result["log"], result["creditsMicro"] + 1)
    try:
        log.inclusion(entry, result["log"]["index"], log.checkpoint())
    except AssertionError:
        return
    raise AssertionError("a session with other credits is in the log")


def test_verify_finds(books, folder):
    for sql, words, refusal in TAMPER:
        sql = sql % ZERO if "%s" in sql else sql
        with books.tampered(sql) as name:
            run = subprocess.run([PROGRAM, "verify", "--database", name], capture_output=True,
                                 text=True, check=False)
            assert run.returncode == 1 and words in run.stderr, (sql, run)
            if refusal is not None:
                run = subprocess.run(
                    [PROGRAM, "--database", name, "--listen", "127.0.0.1:0", "--origin", ORIGIN,
                     "--key-file", os.path.join(folder, "ledger.db.key")],
                    capture_output=True, text=True, check=False, timeout=60)
                assert run.returncode == 1 and refusal in run.stderr, (sql, run)
                assert len(run.stderr.strip().splitlines()) == 1, run


def main():
    with tempfile.TemporaryDirectory() as folder:
        books = (PostgresBooks if IS_POSTGRES else SqliteBooks)(folder)
        ledger = Ledger(PROGRAM, folder, name=books.name)
        log = log_verifier.Log("http://127.0.0.1:%d" % ledger.port)
        client = test_receipts(ledger, log)
        print("ok receipts", flush=True)
        test_tiles(log, client)
        test_nobody_forges(log, client)
        test_proofs_that_cannot_be(ledger)
        print("ok tiles", flush=True)
        ledger = test_hammer(ledger, folder, books, log)
        print("ok hammer", flush=True)
        assert ledger.stop() == 0
        test_verify_finds(books, folder)
        print("ok verify", json.dumps(client.last.minted), flush=True)


main()
