#!/usr/bin/python3
# benchmark.py: the ledger beside servers of another kind, on the same work, in one run
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: benchmark.py BUILD-FOLDER LEDGER

Runs tropea-ledger, two variants of an Express service (peer/server.js) and the bare verification
of signatures in turn, several rounds of each, and prints the medians and how they compare. The
machine's own speed matters little then, and only such ratios are judged: the exit status is 1 if
one misses its floor. All servers share the machine with the load generator.

The full database is compared with an empty one on the same requests of the same 20 000 keys, in
turn, both with a new log and with what they hold in the page cache. It is filled hour by hour,
each hour with the keys in another order, and the requests come in such orders too: neither finds
its next row beside the last one, as neither would where clients come and go. (Keys in turn would
flatter the full database: then neighbours in a group share the pages of an index.)

Needs node and npm; the peer's packages are installed into the build folder at the first run.

TROPEA_BENCHMARK_LONG=1    10 million stored sessions instead of one million, longer rounds; that
                           needs 3 GB of disk and of memory, and minutes to fill
TROPEA_BENCHMARK_ONLY=...  of the parts submit, batch (with submit), slow-disk, size, reads: only
                           these
"""

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile

from contenders import HERE, Ledger, Peer, ORIGIN

LONG = os.environ.get("TROPEA_BENCHMARK_LONG") == "1"
PARTS = os.environ.get("TROPEA_BENCHMARK_ONLY", "submit batch slow-disk size reads").split()

ROUNDS = 5
WARM_UP_S, SECONDS = 1.0, 4.0 if LONG else 2.0
CONNECTIONS, SLOW_CONNECTIONS, SLOW_SYNC_US = 64, 256, 2000
KEYS, SUBMISSIONS, BATCHES, READS = 20000, 200000, 3000, 4000
STORED = 10000000 if LONG else 1000000

OURS, TWEETNACL, STRONGEST = "tropea-ledger", "Express, tweetnacl, 2", "Express, native, 2"
PER_REQUEST = "Express, native, 1 commit each"

# name: (the measured ratio is at least / at most this, or the run fails; the goal)
GOALS = [
    ("submissions / Express with tweetnacl", ">=", 50, 70),
    ("submissions / strongest Express", ">=", 2.2, 3),
    ("submissions / two-thread verification", ">=", 0.28, 0.42),
    ("batch / two-thread verification", ">=", 0.5, 0.6),
    ("p99 / strongest Express", "<=", 0.6, 0.4),
    ("slow disk, 256 connections / a commit for each", ">=", 35, 40),
    ("submissions at %d million sessions / empty" % (STORED // 1000000), ">=", 0.7, 0.8),
    ("balance, ms", "<=", 1.0, 1.0),
    ("first page of the list, ms", "<=", 1.0, 1.0),
]


class Bench:
    def __init__(self, build, ledger, folder):
        self.build, self.ledger, self.folder = build, ledger, folder
        self.results, self.ratios = {}, {}

    def tool(self, name):
        return os.path.join(self.build, name)

    def make_requests(self, kind, count, shift=0):
        path = os.path.join(self.folder, kind)
        subprocess.run([self.tool("make-requests"), kind, ORIGIN, str(count), str(KEYS),
                        str(shift), path], check=True)
        return path

    def load(self, server, requests, connections=CONNECTIONS, warm_up=WARM_UP_S, seconds=SECONDS):
        """Put a server under load; return what the load generator and the kernel counted."""
        before = server.cpu_seconds()
        run = subprocess.run([self.tool("load"), str(server.port), str(connections),
                              str(warm_up), str(seconds), requests],
                             stdout=subprocess.PIPE, check=True, text=True)
        result = json.loads(run.stdout)
        if result["refused"] or result["answers"] == 0:
            sys.exit("%s refused %d of %d requests" % (server.name, result["refused"],
                                                       result["answers"]))
        result["cpu_us"] = (server.cpu_seconds() - before) * 1e6 / result["requests"]
        return result

    def add(self, table, name, result):
        self.results.setdefault((table, name), []).append(result)

    def median(self, table, name, what):
        return statistics.median(r[what] for r in self.results[table, name])

    def rate(self, table, name):
        return self.median(table, name, "accepted_per_second")

    def in_turn(self, table, requests, makers, rounds=ROUNDS, **options):
        """Each contender on an empty database, then each again: neighbours disturb all alike."""
        for number in range(rounds):
            for make in makers:
                with make() as server:
                    self.add(table, server.name, self.load(server, requests, **options))
                print(".", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)

    def verify_limit(self):
        run = subprocess.run([self.tool("verify-limit"), "2", "1"], stdout=subprocess.PIPE,
                             check=True, text=True)
        self.add("submit", "limit", {"accepted_per_second": float(run.stdout)})

    def ours(self, **options):
        return Ledger(OURS, self.ledger, self.folder, **options)

    def peer(self, name, workers, verifier, commit, **options):
        return Peer(name, self.folder, [str(workers), verifier, commit], **options)

    # The parts.

    def submit(self):
        requests = self.make_requests("submit", SUBMISSIONS)
        batches = self.make_requests("batch", BATCHES) if "batch" in PARTS else None
        for number in range(ROUNDS):
            self.verify_limit()
            self.in_turn("submit", requests, [
                self.ours,
                lambda: self.peer(STRONGEST, 2, "native", "group"),
                lambda: self.peer(TWEETNACL, 2, "tweetnacl", "group")], rounds=1)
            if batches:
                self.in_turn("batch", batches, [self.ours], rounds=1, connections=16)

        self.print_rates("submit", "%d connections" % CONNECTIONS, [OURS, STRONGEST, TWEETNACL])
        limit = self.rate("submit", "limit")
        print("%-34s %10.0f" % ("libsodium verification, 2 threads", limit))
        ours = self.rate("submit", OURS)
        self.ratios["submissions / Express with tweetnacl"] = ours / self.rate("submit", TWEETNACL)
        self.ratios["submissions / strongest Express"] = ours / self.rate("submit", STRONGEST)
        self.ratios["submissions / two-thread verification"] = ours / limit
        self.ratios["p99 / strongest Express"] = (self.median("submit", OURS, "p99_ms") /
                                                  self.median("submit", STRONGEST, "p99_ms"))
        if batches:
            self.print_rates("batch", "64 sessions each, 16 connections", [OURS])
            self.ratios["batch / two-thread verification"] = self.rate("batch", OURS) / limit

    def slow_disk(self):
        requests = self.make_requests("submit", SUBMISSIONS)
        slow = {"LD_PRELOAD": self.tool("libslow-sync.so"), "SLOW_SYNC_US": str(SLOW_SYNC_US)}
        self.in_turn("slow", requests, [
            lambda: self.ours(environment=slow),
            lambda: self.peer(STRONGEST, 2, "native", "group", environment=slow),
            lambda: self.peer(PER_REQUEST, 1, "native", "single", environment=slow)],
            rounds=3, connections=SLOW_CONNECTIONS)
        self.print_rates("slow", "%d connections, each flush %d us slower"
                         % (SLOW_CONNECTIONS, SLOW_SYNC_US), [OURS, STRONGEST, PER_REQUEST])
        self.ratios["slow disk, 256 connections / a commit for each"] = (
            self.rate("slow", OURS) / self.rate("slow", PER_REQUEST))

    def fill(self):
        path = os.path.join(self.folder, "filled.db")
        if not os.path.exists(path):
            subprocess.run([self.tool("fill-ledger"), path, ORIGIN, str(STORED), str(KEYS)],
                           check=True)
        return path

    def size(self):
        """The full database is used again: what a round adds to it is little beside it."""
        filled = self.fill()
        for number in range(ROUNDS):
            # New ones, and at other times: the database has those of the last round.
            requests = self.make_requests("submit", SUBMISSIONS, number)
            with self.ours() as server:
                self.add("size", "empty", self.load(server, requests))
            with self.ours(database=filled) as server:
                self.add("size", "full", self.load(server, requests))
        self.print_rates("size", "%d million stored sessions" % (STORED // 1000000),
                         ["empty", "full"])
        self.ratios[GOALS[6][0]] = self.rate("size", "full") / self.rate("size", "empty")

    def reads(self):
        """One connection, so that no request waits: what the client sees is the server's time,
        and a little more."""
        for kind, goal in (("balance", "balance, ms"), ("list", "first page of the list, ms")):
            requests = self.make_requests(kind, READS)
            with self.ours(database=self.fill()) as server:
                self.add("reads", kind, self.load(server, requests, connections=1, warm_up=0.2,
                                                  seconds=2))
            self.ratios[goal] = self.median("reads", kind, "p50_ms")
        self.print_rates("reads", "1 connection, %d million stored sessions" %
                         (STORED // 1000000), ["balance", "list"])

    def print_rates(self, table, title, names):
        print("\n%-34s %10s %9s %9s %9s" % (title, "per second", "p50 ms", "p99 ms", "CPU us"))
        for name in names:
            rate = "per_second" if table == "reads" else "accepted_per_second"
            print("%-34s %10.0f %9.2f %9.2f %9.1f"
                  % (name, *(self.median(table, name, what)
                             for what in (rate, "p50_ms", "p99_ms", "cpu_us"))), flush=True)

    def judge(self):
        missed = 0
        print("\n%-50s %9s %9s %9s" % ("ratio", "measured", "floor", "goal"))
        for name, direction, floor, goal in GOALS:
            if name not in self.ratios:
                continue
            ratio = self.ratios[name]
            is_better = (lambda a, b: a >= b) if direction == ">=" else (lambda a, b: a <= b)
            verdict = ("met" if is_better(ratio, goal) else
                       "above the floor" if is_better(ratio, floor) else "MISSED")
            missed += verdict == "MISSED"
            print("%-50s %9.2f %6s %-4g %4s %-5g %s"
                  % (name, ratio, direction, floor, direction, goal, verdict))
        return missed


def main():
    build, ledger = sys.argv[1], sys.argv[2]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    if "submit" in PARTS or "slow-disk" in PARTS:
        Peer.install(os.path.join(HERE, "peer"), build)
    folder = tempfile.mkdtemp(prefix="benchmark-", dir=build)
    try:
        bench = Bench(build, ledger, folder)
        for part, run in (("submit", bench.submit), ("slow-disk", bench.slow_disk),
                          ("size", bench.size), ("reads", bench.reads)):
            if part in PARTS:
                run()
        return 1 if bench.judge() else 0
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
