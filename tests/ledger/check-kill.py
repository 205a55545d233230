#!/usr/bin/python3
# check-kill.py: kill -9 of the ledger under load loses nothing that it acknowledged
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: check-kill.py LEDGER [POWER-CUT-LIBRARY]

With the library the power is cut too: what was not synced is gone. Then a disk that lies about
syncs must lose something, or the test could not fail."""

import http.client
import os
import sqlite3
import sys
import tempfile
import threading

from ledger_client import Key, Ledger, is_sanitized, now_ms
from power_cut import PowerCut

CLIENTS, ROUNDS = 8, 20
POWER_CUTS = 20 if os.environ.get("TROPEA_TEST_LONG") else 5


class Load:
    """Clients that submit until the ledger is gone, and what it acknowledged."""

    def __init__(self):
        self.keys = [Key() for _ in range(CLIENTS)]
        self.acknowledged, self.wrong = {}, []
        self.lock = threading.Lock()

    def client(self, ledger, key, base, enough):
        """Every third session was sent before."""
        connection, last = ledger.connect(), None
        for i in range(100000):
            session = key.session(base + i * 1000, 1)
            try:
                for s in [session] + ([last] if last is not None and i % 3 == 0 else []):
                    status, answer = ledger.submit(s, connection)
                    if status != 200:
                        self.wrong.append(answer)
                        return
                    with self.lock:
                        self.acknowledged[s["sessionId"]] = answer["seq"]
                        if len(self.acknowledged) >= enough[0]:
                            enough[1].set()
            except (OSError, http.client.HTTPException, ValueError):
                return
            last = session

    def run(self, ledger, day, count):
        """Kill the ledger once it has acknowledged that many more."""
        base = now_ms() - day * 86400 * 1000
        enough = [len(self.acknowledged) + count, threading.Event()]
        threads = [threading.Thread(target=self.client, args=(ledger, key, base, enough))
                   for key in self.keys]
        for t in threads:
            t.start()
        assert enough[1].wait(60), self.wrong
        ledger.kill()
        for t in threads:
            t.join()
        assert not self.wrong, self.wrong

    def find_missing(self, database):
        db = sqlite3.connect(database)
        try:
            rows = db.execute("SELECT hex (session_id), seq FROM sessions").fetchall()
        except sqlite3.DatabaseError:
            rows = []
        db.close()
        stored = {row[0].lower(): row[1] for row in rows}
        assert len(stored) == len(rows)
        return [i for i, seq in self.acknowledged.items()
                if stored.get(i.replace("-", "")) != seq]


def expect_nothing_missing(rounds, count, library):
    load, n_lost_writes = Load(), 0
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as undo:
        power = PowerCut(library, folder, undo) if library else None
        options = {"env": power.environment} if power else {}
        for number in range(rounds):
            ledger = Ledger(sys.argv[1], folder, **options)
            load.run(ledger, rounds - number, count)
            if power:
                n_lost_writes += power.cut()
            missing = load.find_missing(ledger.database)
            assert not missing, (number, len(missing))
        run = ledger.verify()
        assert run.returncode == 0, run
        # The log was moved into the file at least once, where there was enough.
        assert count < 1000 or os.path.getsize(ledger.database) > 64 * 1024
    assert len(load.acknowledged) >= rounds * count
    print("%d acknowledged, 0 missing, %d writes lost" % (len(load.acknowledged), n_lost_writes))


def expect_a_lying_disk_loses(library):
    load = Load()
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as undo:
        power = PowerCut(library, folder, undo, lies=True)
        ledger = Ledger(sys.argv[1], folder, env=power.environment)
        load.run(ledger, 1, 100)
        assert not load.find_missing(ledger.database)
        assert power.cut() > 0
        missing = load.find_missing(ledger.database)
        assert missing
        print("a disk that lies loses %d of %d" % (len(missing), len(load.acknowledged)))


def main():
    library = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else None
    is_slow = is_sanitized(sys.argv[1])
    if library is None:
        expect_nothing_missing(5 if is_slow else ROUNDS, 150, None)
    else:
        expect_nothing_missing(POWER_CUTS, 200 if is_slow else 1000, library)
        expect_a_lying_disk_loses(library)


main()
