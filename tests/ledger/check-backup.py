#!/usr/bin/python3
# check-backup.py: a copy of a ledger that is being written is a ledger
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading

from ledger_client import Key, Ledger, now_ms

PROGRAM = sys.argv[1]
BACKUPS = 5
BASE = now_ms() - 20 * 86400 * 1000


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=30,
                          stdin=subprocess.DEVNULL)


def complains(words, *arguments, status=1):
    result = run(*arguments)
    assert result.returncode == status and result.stdout == "", result
    assert result.stderr.count("\n") == 1 and words in result.stderr, (words, result)


def submit_until(ledger, acknowledged, ends):
    """A new client now and then: each may send so much at once."""
    for number in range(100000):
        if ends.is_set():
            break
        if number % 20 == 0:
            key, connection = Key(), ledger.connect()
        start = BASE + number * 64000
        sessions = [key.session(start + 1000 * i, 1) for i in range(64)]
        status, answer = ledger.post("/api/sessions/batch", {"sessions": sessions}, connection)
        assert status == 200 and all(r["status"] == "accepted" for r in answer["results"])
        acknowledged += [s["sessionId"] for s in sessions]


def list_ids(path):
    db = sqlite3.connect(path)
    ids = [row[0].hex() for row in db.execute("SELECT session_id FROM sessions")]
    db.close()
    assert len(ids) == len(set(ids))
    return set(ids)


def test_online(ledger, folder):
    acknowledged, ends = [], threading.Event()
    thread = threading.Thread(target=submit_until, args=(ledger, acknowledged, ends))
    thread.start()
    sizes = []
    for number in range(BACKUPS):
        n_before = len(acknowledged)
        while len(acknowledged) == n_before:
            assert thread.is_alive()
        n_before = len(acknowledged)
        copy = os.path.join(folder, "copy-%d.db" % number)
        result = run("backup", "--database", "sqlite:" + ledger.database, "--to", copy)
        assert result.returncode == 0 and result.stderr == "", result
        assert stat.S_IMODE(os.stat(copy).st_mode) == 0o600
        assert not [n for n in os.listdir(folder) if n.startswith("copy-%d.db-" % number)]

        verified = run("verify", "--database", "sqlite:" + copy)
        assert verified.returncode == 0, verified
        ids = list_ids(copy)
        assert result.stdout == "%d sessions copied\n" % len(ids), result
        missing = {i.replace("-", "") for i in acknowledged[:n_before]} - ids
        assert not missing, (len(missing), n_before, len(ids))
        sizes.append(len(ids))
    ends.set()
    thread.join()
    assert sizes == sorted(set(sizes)) and sizes[0] > 0, sizes
    print("%d sessions, copies of %s" % (len(acknowledged), sizes))


def test_a_copy_takes_over(folder):
    """The copy is the same ledger: it goes on where the copy was made."""
    copy = os.path.join(folder, "copy-0.db")
    n_sessions = len(list_ids(copy))
    os.mkdir(os.path.join(folder, "new"))
    os.rename(copy, os.path.join(folder, "new", "ledger.db"))
    os.rename(os.path.join(folder, "ledger.db.key"),
              os.path.join(folder, "new", "ledger.db.key"))
    ledger = Ledger(PROGRAM, os.path.join(folder, "new"), "--quiet")
    status, answer = ledger.submit(Key().session(BASE))
    assert status == 200 and answer["seq"] == n_sessions + 1, answer
    assert ledger.stop() == 0
    assert ledger.verify().returncode == 0


def test_refusals(ledger, folder):
    source = "sqlite:" + ledger.database
    taken = os.path.join(folder, "copy-1.db")
    with open(taken, "rb") as file:
        before = file.read()
    complains("There is a file already", "backup", "--database", source, "--to", taken)
    complains("There is a file already", "backup", "--database", source, "--to",
              ledger.database)
    with open(taken, "rb") as file:
        assert file.read() == before
    new = os.path.join(folder, "never.db")
    complains("--to FILE", "backup", "--database", source, status=2)
    complains("--to FILE", "backup", "--to", new, status=2)
    complains("pg_dump", "backup", "--database", "postgresql://nobody@localhost/x", "--to", new,
              status=2)
    complains("There is no ledger", "backup", "--database", "sqlite:/nonexistent/x", "--to", new)
    complains("Could not make", "backup", "--database", source, "--to", "/nonexistent/x")
    complains("One command", "backup", "verify", "--database", source, "--to", new, status=2)
    for name, make in (("junk", lambda path: open(path, "wb").write(b"junk" * 4096)),
                       ("other", lambda path: sqlite3.connect(path).execute(
                           "CREATE TABLE others (x)"))):
        make(os.path.join(folder, name))
        complains("is no ledger", "backup", "--database",
                  "sqlite:" + os.path.join(folder, name), "--to", new)
    assert not [n for n in os.listdir(folder) if n.startswith("never")]


def main():
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(PROGRAM, folder, "--quiet")
        test_online(ledger, folder)
        test_refusals(ledger, folder)
        assert ledger.stop() == 0
        test_a_copy_takes_over(folder)


main()
