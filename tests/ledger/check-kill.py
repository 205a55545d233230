#!/usr/bin/python3
# check-kill.py: kill -9 of the ledger under load loses nothing that it acknowledged
# SPDX-License-Identifier: GPL-3.0-or-later

import http.client
import sqlite3
import sys
import tempfile
import threading

from ledger_client import Key, Ledger, now_ms

CLIENTS, ROUNDS, ACKNOWLEDGED = 8, 4, 150


def client(ledger, key, base, acknowledged, lock, enough, wrong):
    """Submit until the ledger is gone; every third session was sent before."""
    connection, last = ledger.connect(), None
    for i in range(100000):
        session = key.session(base + i * 1000, 1)
        try:
            for s in [session] + ([last] if last is not None and i % 3 == 0 else []):
                status, answer = ledger.submit(s, connection)
                if status != 200:
                    wrong.append(answer)
                    return
                with lock:
                    acknowledged[s["sessionId"]] = answer["seq"]
                    if len(acknowledged) >= enough[0]:
                        enough[1].set()
        except (OSError, http.client.HTTPException, ValueError):
            return
        last = session


def main():
    keys = [Key() for _ in range(CLIENTS)]
    acknowledged, wrong, lock = {}, [], threading.Lock()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            ledger = Ledger(sys.argv[1], folder)
            base = now_ms() - (ROUNDS - number) * 86400 * 1000
            enough = [len(acknowledged) + ACKNOWLEDGED, threading.Event()]
            threads = [threading.Thread(target=client, args=(ledger, key, base, acknowledged,
                                                             lock, enough, wrong))
                       for key in keys]
            for t in threads:
                t.start()
            assert enough[1].wait(10)
            ledger.kill()
            for t in threads:
                t.join()
            assert not wrong, wrong
        db = sqlite3.connect(ledger.database)
        rows = db.execute("SELECT hex (session_id), seq FROM sessions").fetchall()
        stored = {row[0].lower(): row[1] for row in rows}
        assert len(stored) == len(rows)
        missing = [i for i, seq in acknowledged.items()
                   if stored.get(i.replace("-", "")) != seq]
        total = db.execute("SELECT sum (micro) FROM balances").fetchone()[0]
        db.close()
        run = ledger.verify()
        assert run.returncode == 0, run
        assert not missing and total == 0, (missing, total)
        assert len(acknowledged) >= ROUNDS * ACKNOWLEDGED
        print("%d acknowledged, 0 missing, %d stored unacknowledged"
              % (len(acknowledged), len(stored) - len(acknowledged)))


main()
