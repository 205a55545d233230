# ledger_books.py: looks into a ledger's database, and tampers with it
# SPDX-License-Identifier: GPL-3.0-or-later

import contextlib
import os
import shutil
import sqlite3

from private_postgres import Cluster, make_folder

# Patterns: what is changed, and what the first difference is called.
SESSION_ID = "[0-9a-f-]{36}"
KEY = "Key [A-Za-z0-9+/]{43}=, grade “self-reported”: "
ANY_STORE = (
    ("UPDATE sessions SET credits_micro = credits_micro + 1 WHERE seq = 1",
     r"Session 1 \(" + SESSION_ID + r"\), field “credits”: it has other"),
    ("UPDATE sessions SET bytes = bytes + 1 WHERE seq = 1",
     r"Session 1 \(" + SESSION_ID + r"\), field “signature”: it is not signed"),
    ("UPDATE sessions SET duration_s = duration_s + 1, "
     "credits_micro = credits_micro + 100000 WHERE seq = 3", "signed"),
    ("DELETE FROM sessions WHERE seq = 1", ""),
    ("UPDATE sessions SET grade = 'simulated' WHERE seq = 1",
     r"Session 1 \(" + SESSION_ID + r"\), field “grade”"),
    ("UPDATE sessions SET start_ms = (SELECT start_ms FROM sessions WHERE seq = 1) + 1 "
     "WHERE seq = 2", r"Session 2 \(" + SESSION_ID + r"\), field “signature”"),
    ("UPDATE sessions SET source = 'else' WHERE seq = 1", "damaged"),
    ("UPDATE sessions SET balance_micro = balance_micro + 1 WHERE seq = 2",
     r"Session 2 \(" + SESSION_ID + r"\), field “balance”: it has another"))
DAY = KEY[:-2] + r", day \d{4}-\d\d-\d\d: "
DAYS = (
    ("UPDATE {table} SET micro = micro + 1 WHERE {day}", DAY + "the day's credits are not"),
    ("UPDATE {table} SET bytes = bytes - 1 WHERE {day}", DAY + "the day's bytes are not"),
    ("UPDATE {table} SET day = day + 1 WHERE {day}", DAY + "the day's credits are not"),
    ("DELETE FROM {table} WHERE {day}", DAY + "there are sessions, and nothing counts"))


class SqliteBooks:
    TAMPER = ANY_STORE + (
        ("UPDATE tallies SET micro = micro + 1 WHERE account = 1 AND sessions > 0",
         KEY + "the balance is not"),
        ("UPDATE tallies SET micro = micro - 1 WHERE account = 0", "mint"),
        ("DELETE FROM tallies WHERE account = 0", "mint"),
        ("DELETE FROM tallies WHERE account = 1 AND sessions > 0",
         KEY + "there are sessions and no balance"),
        ("UPDATE sessions SET prev_seq = NULL WHERE seq = "
         "(SELECT last_seq FROM balances WHERE account = 1 AND grade = 'self-reported')",
         r"Session \d+ is not in its place"),
        ("UPDATE tallies SET last_seq = last_seq - 1 WHERE account = 1 AND sessions > 0",
         r"Session \d+ is not in its place"),
        ("UPDATE sessions SET signature = zeroblob (64) WHERE seq = 1", "signed"))
    TAMPER += tuple((sql.format(table="tallies", day="account = 1 AND grade = 'self-reported' "
                                "AND day = (SELECT max (day) FROM days WHERE account = 1)"),
                     words) for sql, words in DAYS)

    def __init__(self, folder):
        self.path = os.path.join(folder, "ledger.db")
        self.name = "sqlite:" + self.path

    def files(self):
        folder = os.path.dirname(self.path)
        return [os.path.join(folder, name) for name in os.listdir(folder)]

    def numbers(self, sql):
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            return [row[0] for row in db.execute(sql)]

    def change(self, sql):
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            assert db.execute(sql).rowcount == 1, sql
            db.commit()

    def total(self):
        return self.numbers("SELECT sum (micro) FROM balances")[0]

    @contextlib.contextmanager
    def tampered(self, sql):
        copy = self.path + ".tampered"
        shutil.copyfile(self.path, copy)
        with contextlib.closing(sqlite3.connect(copy)) as db:
            assert db.execute(sql).rowcount == 1, sql
            db.commit()
        yield "sqlite:" + copy
        os.unlink(copy)


class PostgresBooks:
    """With a server of its own."""

    FIRST = "client_pub = (SELECT client_pub FROM sessions WHERE seq = 1)"
    TAMPER = ANY_STORE + (
        ("UPDATE balances SET micro = micro + 1 WHERE " + FIRST, KEY + "the balance is not"),
        ("UPDATE balances SET minted_micro = minted_micro - 1 WHERE " + FIRST, "mint"),
        ("DELETE FROM balances WHERE " + FIRST, ""),
        ("UPDATE sessions SET signature = decode (repeat ('00', 64), 'hex') WHERE seq = 1",
         "signed"))
    TAMPER += tuple((sql.format(table="days", day="ctid = (SELECT ctid FROM days WHERE "
                                "grade = 'self-reported' ORDER BY day DESC LIMIT 1)"),
                     words) for sql, words in DAYS)

    def __init__(self, _folder):
        self.cluster = Cluster(make_folder(), "data")
        self.cluster.initialize("fsync = off\n")
        self.cluster.start()
        self.make("ledger")
        self.name = self.cluster.uri("ledger")

    def make(self, database, template="template0"):
        self.cluster.sql("CREATE DATABASE %s TEMPLATE %s" % (database, template))
        self.cluster.sql("ALTER DATABASE %s SET search_path = tropea_ledger" % database)

    def files(self):
        self.cluster.sql("CHECKPOINT")
        return [os.path.join(folder, name) for folder, _, names in os.walk(self.cluster.data)
                for name in names if "postmaster" not in name and not name.endswith(".conf")]

    def numbers(self, sql):
        return [int(line) for line in self.cluster.sql(sql, "ledger").split()]

    def change(self, sql):
        self.cluster.sql(sql, "ledger")

    def total(self):
        return self.numbers("SELECT sum (micro + minted_micro) FROM balances")[0]

    @contextlib.contextmanager
    def tampered(self, sql):
        self.make("tampered", "ledger")
        changed = self.cluster.sql("WITH t AS (%s RETURNING 1) SELECT count (*) FROM t" % sql,
                                   "tampered")
        assert changed == "1", sql
        yield self.cluster.uri("tampered")
        self.cluster.sql("DROP DATABASE tampered")
