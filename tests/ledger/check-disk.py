#!/usr/bin/python3
# check-disk.py: a disk that is full, or can no longer be written, loses nothing acknowledged
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: check-disk.py LEDGER POWER-CUT-LIBRARY

Through full-disk.sh, which names a small file system of the test's own."""

import os
import subprocess
import sys
import tempfile

from ledger_client import Key, Ledger, now_ms
from power_cut import PowerCut

SMALL_DISK = os.environ["TROPEA_TEST_FULL_DIR"]
BASE = now_ms() - 20 * 86400 * 1000


class Book:
    """One key, and what it was given receipts for."""

    def __init__(self):
        self.key, self.receipts, self.n_sent = Key(), [], 0

    def submit(self, ledger):
        session = self.key.session(BASE + self.n_sent * 1000, 1)
        self.n_sent += 1
        status, answer = ledger.submit(session)
        if status == 200:
            self.receipts.append((session, answer))
        return status, answer

    def expect_refusal_and_end(self, ledger, words):
        status, answer = self.submit(ledger)
        while status == 200:
            assert self.n_sent < 20000
            status, answer = self.submit(ledger)
        assert status == 503 and answer["code"] == "unavailable", answer
        assert ledger.process.wait(10) == 1
        said = ledger.process.stderr.read()
        assert "ends, to recover" in said and words in said, said
        ledger.process.stdout.close()
        ledger.process.stderr.close()

    def expect_kept(self, ledger):
        """Every receipt is honoured, and what was refused can be sent again."""
        assert ledger.balance(self.key)["sessions"] == len(self.receipts)
        for session, receipt in self.receipts[::20] + self.receipts[-5:]:
            status, again = ledger.submit(session)
            assert status == 200 and again["status"] == "duplicate", again
            assert all(again[name] == receipt[name] for name in receipt
                       if name not in ("status", "log", "checkpoint")), again

    def expect_recovery(self, ledger):
        self.expect_kept(ledger)
        assert self.submit(ledger)[0] == 200
        assert ledger.balance(self.key)["sessions"] == len(self.receipts)
        assert ledger.stop() == 0
        run = ledger.verify()
        assert run.returncode == 0, run


def start(folder, **options):
    return Ledger(sys.argv[1], folder, stderr=subprocess.PIPE, **options)


def test_full_disk():
    book = Book()
    filler = os.path.join(SMALL_DISK, "filler")
    with open(filler, "wb") as file:
        file.write(bytes(150 * 1024))
    book.expect_refusal_and_end(start(SMALL_DISK), "make room")
    assert len(book.receipts) > 5
    os.unlink(filler)
    book.expect_recovery(start(SMALL_DISK))
    print("full disk: %d receipts, none lost" % len(book.receipts))


def test_read_only():
    book = Book()
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as undo:
        mark = os.path.join(undo, "read-only")
        power = PowerCut(os.path.abspath(sys.argv[2]), folder, os.path.join(undo, "undo"))
        environment = {**power.environment, "TROPEA_POWER_CUT_READ_ONLY": mark}
        ledger = start(folder, env=environment)
        for _ in range(50):
            assert book.submit(ledger)[0] == 200
        with open(mark, "wb"):
            pass
        book.expect_kept(ledger)
        book.expect_refusal_and_end(ledger, "writable")

        # It starts as it is, to be read, and refuses again.
        ledger = start(folder, env=environment)
        book.expect_kept(ledger)
        book.expect_refusal_and_end(ledger, "writable")

        os.unlink(mark)
        book.expect_recovery(start(folder, env=environment))
    print("read-only: %d receipts, none lost" % len(book.receipts))


test_full_disk()
test_read_only()
