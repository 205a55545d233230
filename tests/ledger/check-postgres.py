#!/usr/bin/python3
# check-postgres.py: processes that share a ledger in PostgreSQL, and a server that is away
# SPDX-License-Identifier: GPL-3.0-or-later

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from ledger_books import PostgresBooks, SqliteBooks
from ledger_client import ORIGIN, Key, Ledger, now_ms


PROGRAM = sys.argv[1]
BASE = now_ms() // 1000 * 1000 - 86400 * 1000


def at_once(functions):
    """Call all of them at the same moment; their results in the same order."""
    barrier, results = threading.Barrier(len(functions)), [None] * len(functions)

    def run(i):
        barrier.wait()
        results[i] = functions[i]()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(functions))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return results


def submit_until_answered(ledger, session, seconds=20):
    """As a client does: again after each 503. The answer, and how many there were."""
    end, refusals = time.monotonic() + seconds, 0
    while True:
        status, answer = ledger.submit(session)
        if status != 503:
            return status, answer, refusals
        assert answer["code"] == "unavailable" and time.monotonic() < end, answer
        refusals += 1
        time.sleep(0.1)


def test_many_start_at_once(folder, books):
    """The tables are made once, and everybody finds the same ledger and the same key."""
    books.make("many")
    name = books.cluster.uri("many")
    Ledger(PROGRAM, folder, name="sqlite:" + os.path.join(folder, "k.db")).stop()
    ledgers = at_once([lambda: Ledger(PROGRAM, folder, name=name)] * 6)
    keys = {ledger.call("GET", "/api/ledger")[1]["publicKey"] for ledger in ledgers}
    assert len(keys) == 1, keys
    version = books.cluster.sql("SELECT value FROM facts WHERE name = 'version'", "many")
    assert int(version) >= 2
    assert [ledger.stop() for ledger in ledgers] == [0] * 6


def test_first_start(folder, books):
    """A start that cannot listen leaves nothing; of many with different keys one goes on."""
    books.make("first")
    name = ("--database", books.cluster.uri("first"), "--origin", ORIGIN, "--key-file")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        complains("choose another port", *name, os.path.join(folder, "no.key"), "--listen",
                  "127.0.0.1:%d" % taken.getsockname()[1])
    assert not os.path.exists(os.path.join(folder, "no.key"))
    assert books.cluster.sql("SELECT to_regnamespace ('tropea_ledger') IS NULL", "first") == "t"

    processes = [subprocess.Popen([PROGRAM, *name, os.path.join(folder, "%d.key" % i),
                                   "--listen", "127.0.0.1:0", "--quiet"], text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                 for i in range(4)]
    winners = [p for p in processes if p.stdout.readline().startswith("listening ")]
    assert len(winners) == 1
    winners[0].terminate()
    for p in processes:
        _, said = p.communicate(timeout=10)
        assert p.returncode == (0 if p in winners else 1)
        assert p in winners or "belongs to a ledger" in said, said


def test_two_processes(ledgers, books):
    """One session, 64 connections, two processes: credited once, answered alike."""
    for _ in range(5):
        key = Key()
        session = key.session(BASE, 10)
        connections = [ledgers[i % 2].connect() for i in range(64)]
        for c in connections:
            c.connect()
        results = at_once([lambda i=i: ledgers[i % 2].submit(session, connections[i])
                           for i in range(64)])
        for c in connections:
            c.close()
        assert [r[0] for r in results] == [200] * 64, results
        verdicts = sorted(r[1].pop("status") for r in results)
        assert verdicts == ["accepted"] + ["duplicate"] * 63, verdicts
        assert all(r[1] == results[0][1] for r in results)
        assert ledgers[0].balance(key) == ledgers[1].balance(key)
    assert books.total() == 0


def test_same_time_in_two_processes(ledgers, books):
    """Overlapping sessions and crossing groups: each moment once, nobody stuck."""
    keys = [Key() for _ in range(8)]
    batches = []
    for number in range(8):
        order = keys if number % 2 == 0 else list(reversed(keys))
        batches.append({"sessions": [key.session(BASE + number * 1000 + turn * 20000, 10)
                                     for turn in range(8) for key in order]})
    results = at_once([lambda i=i: ledgers[i % 2].post("/api/sessions/batch", batches[i])
                       for i in range(8)])
    assert [r[0] for r in results] == [200] * 8, results
    accepted = sum(item["status"] == "accepted" for r in results for item in r[1]["results"])
    refused = sum(item.get("rule") == "overlap" for r in results for item in r[1]["results"])
    # Of each key's eight sessions that start within ten seconds of each other, one fits.
    assert (accepted, refused) == (64, 448), (accepted, refused)
    assert books.total() == 0


def test_server_is_away(ledgers, books):
    """503 while it is away, health all the time, and then on as if nothing had been."""
    key = Key()
    before = key.session(BASE, 10)
    assert ledgers[0].submit(before)[0] == 200
    books.cluster.kill()
    for ledger in ledgers:
        start = time.monotonic()
        status, answer = ledger.submit(key.session(BASE + 10000, 10))
        assert (status, answer["code"]) == (503, "unavailable"), answer
        assert ledger.read(key, "/api/sessions/balance")[0] == 503
        assert ledger.call("GET", "/healthz")[0] == 200
        assert time.monotonic() - start < 5
    books.cluster.start()
    for ledger in ledgers:
        status, answer, _ = submit_until_answered(ledger, before)
        assert (status, answer["status"]) == (200, "duplicate"), answer
    status, answer, _ = submit_until_answered(ledgers[1], key.session(BASE + 10000, 10))
    assert (status, answer["balance"]) == (200, "2.00"), answer
    assert [ledger.process.poll() for ledger in ledgers] == [None, None]


@contextlib.contextmanager
def absent_standby(books):
    """Meanwhile commits wait for a standby that does not exist. A probe shows from when on."""
    books.cluster.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    books.cluster.sql("SELECT pg_reload_conf ()")
    end, is_waiting = time.monotonic() + 20, False
    while not is_waiting:
        probe = subprocess.Popen(["psql", "-XAtqc", "SELECT pg_logical_emit_message (true, 'p', "
                                  "'')", books.name], stdout=subprocess.DEVNULL)
        while probe.poll() is None and not is_waiting:
            assert time.monotonic() < end
            is_waiting = books.cluster.sql("SELECT count (*) FROM pg_stat_activity "
                                           "WHERE wait_event = 'SyncRep'") != "0"
    try:
        yield
    finally:
        books.cluster.sql("ALTER SYSTEM RESET synchronous_standby_names")
        books.cluster.sql("SELECT pg_reload_conf ()")
    assert probe.wait(20) == 0


def test_unreplicated_is_unanswered(ledgers, books):
    """What is not on the standby is not answered, neither as accepted nor as a duplicate."""
    key = Key()
    ledgers[0].submit(key.session(BASE, 10))
    session = key.session(BASE + 10000, 10)
    results = []
    sender = threading.Thread(target=lambda: results.append(ledgers[0].submit(session)))
    waiting = "FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query = 'COMMIT'"
    # Cancelled, it is committed here and nowhere else. The ledger takes no such answer and
    # submits the group again.
    with absent_standby(books):
        sender.start()
        transactions, end = set(), time.monotonic() + 9
        while len(transactions) < 2:
            assert time.monotonic() < end and not results, (transactions, results)
            for start in books.cluster.sql("SELECT xact_start " + waiting).splitlines():
                if not transactions:
                    books.cluster.sql("SELECT pg_cancel_backend (pid) " + waiting)
                transactions.add(start)
        assert not results
    sender.join(20)
    assert results[0][0] == 200, results

    # It is there, and seen; but a standby that was away need not have it.
    with absent_standby(books):
        status, answer = ledgers[1].submit(session)
        assert (status, answer.get("code")) == (503, "unavailable"), answer
    assert submit_until_answered(ledgers[1], session)[1]["balance"] == "2.00"


def backends(books):
    return [int(pid) for pid in books.cluster.sql(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'tropea-ledger'").split()]


def test_lost_connections(ledgers, books):
    """Connections that went away while they rested are replaced without a word."""
    key = Key()
    for number in range(5):
        lost = backends(books)
        assert len(lost) >= 4
        books.cluster.sql("SELECT pg_terminate_backend (pid, 5000) FROM pg_stat_activity "
                          "WHERE application_name = 'tropea-ledger'")
        assert not set(lost) & set(backends(books))
        for i, ledger in enumerate(ledgers):
            start = BASE + (2 * number + i) * 10000
            assert ledger.submit(key.session(start, 10))[0] == 200
    assert ledgers[0].balance(key)["sessions"] == 10


def test_deadlock(ledgers, books):
    """A group that is chosen to break a deadlock is sent again."""
    keys = sorted((Key() for _ in range(2)), key=lambda key: bytes(key.signing.verify_key))
    first, second = ("UPDATE tropea_ledger.accounts SET client_pub = client_pub WHERE "
                     "client_pub = '\\x%s';\n" % bytes(key.signing.verify_key).hex()
                     for key in keys)
    for key in keys:
        assert ledgers[0].submit(key.session(BASE, 10))[0] == 200
    other = subprocess.Popen(["psql", "-XAtq", books.name], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True, bufsize=1)
    other.stdin.write("SET deadlock_timeout = '60s'; BEGIN; %s SELECT 'locked';\n" % second)
    assert other.stdout.readline() == "locked\n"
    results = []
    sender = threading.Thread(target=lambda: results.append(ledgers[0].post(
        "/api/sessions/batch", {"sessions": [key.session(BASE + 10000, 10) for key in keys]})))
    sender.start()
    blocked = "SELECT count (*) FROM pg_locks WHERE NOT granted"
    end = time.monotonic() + 10
    while books.cluster.sql(blocked) == "0":
        assert time.monotonic() < end
        time.sleep(0.01)
    other.stdin.write("%s SELECT 'locked'; COMMIT;\n" % first)
    assert other.stdout.readline() == "locked\n"
    sender.join(20)
    other.stdin.close()
    assert other.wait(10) == 0
    other.stdout.close()
    assert [r["status"] for r in results[0][1]["results"]] == ["accepted"] * 2, results
    assert books.cluster.sql("SELECT deadlocks FROM pg_stat_database WHERE datname = 'ledger'",
                             "ledger") != "0"


def test_demoted_server(ledgers, books):
    """A server that takes no writes is one that is away."""
    key = Key()
    assert ledgers[0].submit(key.session(BASE, 10))[0] == 200
    books.cluster.sql("ALTER SYSTEM SET default_transaction_read_only = on")
    books.cluster.sql("SELECT pg_reload_conf ()")
    end = time.monotonic() + 15
    while ledgers[0].submit(key.session(BASE, 10, 7))[0] != 503:
        assert time.monotonic() < end
    assert ledgers[0].process.poll() is None
    books.cluster.sql("ALTER SYSTEM RESET default_transaction_read_only")
    books.cluster.sql("SELECT pg_reload_conf ()")
    session = key.session(BASE + 10000, 10)
    assert submit_until_answered(ledgers[0], session)[0] == 200


def test_frozen_server(ledgers, books):
    """A server that takes connections and says nothing blocks nobody for long."""
    key = Key()
    frozen = backends(books) + [books.cluster.process.pid]
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    start = time.monotonic()
    try:
        status, answer = ledgers[0].submit(key.session(BASE, 10))
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
    assert status == 503 and time.monotonic() - start < 8, (status, answer)
    assert submit_until_answered(ledgers[0], key.session(BASE, 10))[0] == 200


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, check=False)


def complains(words, *arguments, status=1):
    result = run(*arguments)
    assert result.returncode == status and result.stdout == "", result
    assert result.stderr.count("\n") == 1 and words in result.stderr, (words, result.stderr)
    assert "s3cret" not in result.stderr, result.stderr


def test_command_line(books, folder):
    key_file = ("--key-file", os.path.join(folder, "ledger.db.key"))
    for name, words in (("postgresql://u:s3cret@127.0.0.1:1/x", "refused"),
                        ("postgresql://u:s3cret%zz@h/x", "cannot be read"),
                        ("postgresql://u:a@s3cret@h/x", "Could not connect"),
                        ("postgresql://u@h/x?passwrd=s3cret", "cannot be read"),
                        (books.cluster.uri("absent"), "does not exist")):
        complains(words, "--database", name, *key_file)
    books.make("empty")
    complains("--key-file", "--database", books.cluster.uri("empty"), "--origin", ORIGIN,
              status=2)
    complains("belongs to the ledger", "--database", books.name, "--origin", "other", *key_file)
    complains("no ledger", "verify", "--database", books.cluster.uri("postgres"))
    books.make("newer", "ledger")
    books.cluster.sql("UPDATE facts SET value = '99' WHERE name = 'version'", "newer")
    complains("newer", "--database", books.cluster.uri("newer"), "--origin", ORIGIN, *key_file)


def fill(ledger):
    """Several keys, both grades, more sessions than fit into a page."""
    for number in range(20):
        key = Key()
        for turn in range(2):
            status, answer = ledger.post("/api/sessions/batch", {"sessions": [
                key.session(BASE + (turn * 32 + i) * 1000, 1, i * number * 1000,
                            ipHash="ab" * 32 if i % 2 else "",
                            source="simulation" if i % 5 == 0 else "tor-client")
                for i in range(32)]})
            assert status == 200, answer
            assert {r["status"] for r in answer["results"]} == {"accepted"}, answer
    return key


def test_migrate(folder, books):
    """There and back: equal in every session, and in use afterwards."""
    source = SqliteBooks(folder)
    ledger = Ledger(PROGRAM, folder, "--allow-simulation", name=source.name)
    key = fill(ledger)
    balance, last = ledger.balance(key), max(source.numbers("SELECT max (seq) FROM sessions"))
    assert ledger.stop() == 0
    books.make("moved")
    moved = books.cluster.uri("moved")
    result = run("migrate", "--from", source.name, "--to", moved)
    assert result.returncode == 0 and result.stdout.startswith("1280 sessions have"), result
    complains("sessions already", "migrate", "--from", source.name, "--to", moved)
    complains("no ledger", "migrate", "--from", "sqlite:/nonexistent", "--to", moved)
    complains("--from", "migrate", "--to", moved, status=2)
    assert run("verify", "--database", moved).stdout.startswith("1280 sessions of 20 keys")

    back = "sqlite:" + os.path.join(folder, "back.db")
    assert run("migrate", "--from", moved, "--to", back).returncode == 0
    for table in ("sessions", "balances", "days", "facts"):
        columns = "SELECT * FROM %s ORDER BY 1, 2, 3" % table if table != "facts" else \
            "SELECT * FROM facts ORDER BY 1"
        assert rows(source.path, columns) == rows(os.path.join(folder, "back.db"), columns), table

    ledger = Ledger(PROGRAM, folder, "--allow-simulation", name=moved)
    assert ledger.balance(key) == balance
    status, answer = ledger.submit(key.session(BASE + 70000, 10))
    assert status == 200 and answer["seq"] > last, answer
    assert ledger.stop() == 0


def rows(path, sql):
    with contextlib.closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


def main():
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        books = PostgresBooks(folder)
        test_many_start_at_once(folder, books)
        print("ok test_many_start_at_once", flush=True)
        test_first_start(other, books)
        print("ok test_first_start", flush=True)
        ledgers = [Ledger(PROGRAM, folder, name=books.name) for _ in range(2)]
        for test in (test_two_processes, test_same_time_in_two_processes, test_server_is_away,
                     test_unreplicated_is_unanswered, test_lost_connections, test_deadlock,
                     test_demoted_server, test_frozen_server):
            test(ledgers, books)
            print("ok", test.__name__, flush=True)
        assert [ledger.stop() for ledger in ledgers] == [0, 0]
        assert ledgers[0].verify().returncode == 0
        test_command_line(books, folder)
        print("ok test_command_line", flush=True)
        test_migrate(other, books)
        print("ok test_migrate", flush=True)


main()
