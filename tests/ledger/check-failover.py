#!/usr/bin/python3
# check-failover.py: kill -9 of the primary under load loses nothing that was acknowledged
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: check-failover.py LEDGER

Three ledgers behind haproxy, a primary and its standby. A ledger is killed, then the primary,
the standby is promoted, and the clients go on as clients do. With synchronous replication
nothing that a client was told may be missing. With asynchronous replication and a standby that
lags something must be, or the test could not fail."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

from ledger_client import Key, Ledger, now_ms
from private_postgres import USER, Cluster, make_folder

CLIENTS = 16
ROUNDS = 5 if os.environ.get("TROPEA_TEST_LONG") else 1
LAG_BYTES = 200000
PATIENCE_S = 40
PROXY = """
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  option redispatch 1
  retries 3
frontend clients
  bind unix@%s
  default_backend ledgers
backend ledgers
  balance roundrobin
  http-reuse always
%s
"""


def wait_until(condition, what):
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)


class Proxy:
    def __init__(self, folder, ledgers):
        self.path = os.path.join(folder, "proxy")
        config = self.path + ".cfg"
        with open(config, "w", encoding="ascii") as f:
            f.write(PROXY % (self.path, "".join("  server l%d 127.0.0.1:%d\n" % (i, ledger.port)
                                                for i, ledger in enumerate(ledgers))))
        program = shutil.which("haproxy", path=os.environ["PATH"] + ":/usr/sbin")
        self.process = subprocess.Popen([program, "-db", "-q", "-f", config],
                                        stdin=subprocess.DEVNULL)
        wait_until(lambda: os.path.exists(self.path), "haproxy does not listen")

    def connect(self):
        connection = http.client.HTTPConnection("localhost", timeout=20)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(20)
        connection.sock.connect(self.path)
        return connection

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


class Load:
    """Clients that submit one session after the other, each until it is answered."""

    def __init__(self, proxy):
        self.proxy, self.lock, self.is_over = proxy, threading.Lock(), False
        self.acknowledged, self.wrong, self.n_retries, self.longest_s = {}, [], 0, 0
        self.threads = [threading.Thread(target=self.client, args=(Key(),))
                        for _ in range(CLIENTS)]
        for t in self.threads:
            t.start()

    def client(self, key):
        base, number, connection = now_ms() - 86400 * 1000, 0, None
        while not self.is_over:
            session = key.session(base + number * 1000, 1)
            start, answer = time.monotonic(), None
            while answer is None:
                if time.monotonic() - start > PATIENCE_S:
                    self.wrong.append("no answer in time")
                    return
                try:
                    connection = connection or self.proxy.connect()
                    status, answer = self.submit(connection, session)
                except (OSError, http.client.HTTPException):
                    connection = None
                    self.pause()
                    continue
                if status in (502, 503, 504):
                    answer = None
                    self.pause()
                elif status != 200:
                    self.wrong.append(answer)
                    return
            with self.lock:
                self.acknowledged[session["sessionId"]] = answer
                self.longest_s = max(self.longest_s, time.monotonic() - start)
            number += 1

    def pause(self):
        with self.lock:
            self.n_retries += 1
        time.sleep(0.05)

    @staticmethod
    def submit(connection, session):
        connection.request("POST", "/api/sessions/submit", json.dumps(session),
                           {"Content-Type": "application/json"})
        response = connection.getresponse()
        body = response.read()
        return response.status, json.loads(body) if response.status == 200 else body

    def wait_for_more(self, count):
        enough = len(self.acknowledged) + count
        wait_until(lambda: len(self.acknowledged) >= enough or self.wrong, "the load stands still")
        assert not self.wrong, self.wrong

    def stop(self):
        self.is_over = True
        for t in self.threads:
            t.join()
        assert not self.wrong, self.wrong


def find_receiver(standby):
    return int(standby.sql("SELECT pid FROM pg_stat_wal_receiver"))


class Pair:
    def __init__(self, is_synchronous):
        self.folder = make_folder()
        self.primary = Cluster(self.folder, "primary")
        self.standby = Cluster(self.folder, "standby")
        self.primary.initialize()
        self.primary.start()
        self.primary.sql("CREATE DATABASE ledger")
        self.standby.copy_of(self.primary, "s1")
        self.standby.start()
        # Said to the primary alone: a promoted standby waits for nobody.
        if is_synchronous:
            self.primary.sql("ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (s1)'")
            self.primary.sql("SELECT pg_reload_conf ()")
        state = "sync" if is_synchronous else "async"
        wait_until(lambda: self.primary.sql("SELECT sync_state FROM pg_stat_replication "
                                            "WHERE state = 'streaming'") == state,
                   "the standby does not stream")
        hosts = [cluster.uri("ledger").split("@")[1].split("/")[0]
                 for cluster in (self.primary, self.standby)]
        self.name = "postgresql://%s@%s/ledger" % (USER, ",".join(hosts))

    def lag(self):
        """What the primary has not even sent."""
        return int(self.primary.sql("SELECT pg_wal_lsn_diff (pg_current_wal_lsn (), sent_lsn)"
                                    "::bigint FROM pg_stat_replication"))

    def stored(self):
        rows = self.standby.sql("SELECT session_id, seq FROM tropea_ledger.sessions", "ledger")
        return dict(line.split("|") for line in rows.split())

    def stop(self):
        self.standby.stop()
        self.primary.stop()


def fail_over(program, is_synchronous, is_frozen):
    """Return how many acknowledged sessions are missing."""
    pair = Pair(is_synchronous)
    ledgers = [Ledger(program, pair.folder, "--quiet", name=pair.name) for _ in range(3)]
    proxy = Proxy(pair.folder, ledgers)
    load = Load(proxy)
    load.wait_for_more(200)
    ledgers.pop().kill()
    load.wait_for_more(200)
    if is_frozen:
        receiver = find_receiver(pair.standby)
        os.kill(receiver, signal.SIGSTOP)
        if not is_synchronous:
            wait_until(lambda: pair.lag() > LAG_BYTES, "the standby does not lag")
            load.wait_for_more(200)
    pair.primary.kill()
    if is_frozen:
        os.kill(receiver, signal.SIGCONT)
    assert pair.standby.sql("SELECT pg_promote (true, 30)") == "t"
    load.wait_for_more(400)
    load.stop()
    proxy.stop()
    assert [ledger.stop() for ledger in ledgers] == [0, 0]
    stored = pair.stored()
    missing = [i for i, answer in load.acknowledged.items() if stored.get(i) != str(answer["seq"])]
    run = ledgers[0].verify()
    assert run.returncode == 0, run
    pair.stop()
    print("%s%s: %d acknowledged, %d missing, %d retries, longest wait %.1f s"
          % ("synchronous" if is_synchronous else "asynchronous",
             ", standby frozen" if is_frozen else "", len(load.acknowledged), len(missing),
             load.n_retries, load.longest_s), flush=True)
    return len(missing)


def main():
    for number in range(ROUNDS):
        assert fail_over(sys.argv[1], True, number % 2 == 1) == 0
    assert fail_over(sys.argv[1], False, True) > 0


main()
