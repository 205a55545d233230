#!/usr/bin/python3
# test-kill.py: kill -9 at any moment loses at most 10 s of metering and credits nothing twice
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: tornet run -- test-kill.py, with TROPEACTL and TROPEA_LEDGER set.

The seed of the random moments is printed; TROPEA_TEST_SEED repeats one.
"""

import os
import random
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import tap  # noqa: E402
from programs import (IS_LONG, Host, Ledger, Place, expect_ledger_agrees,  # noqa: E402
                      find_processes, read_store, wait_until)

ROUNDS = 30 if IS_LONG else 6
LOST_SECONDS = 10
# tor looks for its owner every 15 s where the control connection did not tell it first.
ORPHAN_LIMIT = 16
SEED = int(os.environ.get("TROPEA_TEST_SEED") or random.SystemRandom().randrange(2 ** 32))


class Loss:
    """Compares what was reported as metered with what is on disk, over several runs."""

    def __init__(self):
        self.metered = 0
        self.allowed = 0
        self.unseen = 0

    def add_killed_run(self, host, moment):
        self.metered += host.metered()
        self.allowed += host.metered_in_last(LOST_SECONDS, moment)
        # A sample may have been stored, and the kill come before it was printed.
        samples = host.all("sample")
        self.unseen += max([event["deltaIn"] + event["deltaOut"] for event in samples] or [0]) * 2

    def expect(self, data_dir):
        sessions, open_bytes = read_store(data_dir)
        stored = sum(session["bytes"] for session in sessions.values()) + open_bytes
        lost = self.metered - stored
        print(f"# metered {self.metered}, stored {stored}, allowed to be lost {self.allowed}")
        assert -self.unseen <= lost <= self.allowed, (self.metered, stored, self.allowed)


def run_killed(chance, place, loss, longest, *options):
    """One run that is killed at a random moment after its first sample."""
    host = Host(place, *options)
    host.wait_for_event("sample")
    time.sleep(chance.uniform(0, longest))
    moment = time.monotonic()
    host.kill()
    loss.add_killed_run(host, moment)
    return host


def expect_last_run(place, loss, *options):
    """A run that may end by itself: all that waited is credited, and nothing is left over."""
    host = Host(place, *options)
    host.wait_for_event("credited")
    host.wait_for_event("sample", count=2)

    def is_drained():
        sessions, _ = read_store(host.data_dir)
        return all(one["state"] == "credited" for one in sessions.values())

    wait_until(is_drained, 30, "all that waited is credited")
    assert host.stop() == 0, host.describe("good end")
    loss.metered += host.metered()
    assert not host.all("refused"), host.all("refused")
    return host


def check_simulation():
    """With the embedded ledger, which must not outlive its host either."""
    chance = random.Random(SEED)
    with Place() as place:
        loss = Loss()
        options = ("--simulate", "--min-seconds", "5", "--min-bytes", "1")
        for _ in range(ROUNDS):
            run_killed(chance, place, loss, 5, *options)
            wait_until(lambda: not find_processes(place.mark), 5, "no process outlives the kill")
        host = expect_last_run(place, loss, *options)
        loss.expect(host.data_dir)
        expect_ledger_agrees(host.data_dir, os.path.join(host.data_dir, "ledger.db"))


class Downloads(threading.Thread):
    """One page after the other through a port that comes and goes."""

    def __init__(self, site):
        super().__init__(daemon=True)
        self.site = site
        self.socks_port = None
        self.is_over = threading.Event()

    def run(self):
        while not self.is_over.wait(0.1):
            if self.socks_port is not None:
                subprocess.run(["curl", "--silent", "--max-time", "10", "--output", "/dev/null",
                                "--socks5-hostname", f"127.0.0.1:{self.socks_port}",
                                f"{self.site}/bytes/100000"], check=False)


def check_tor():
    """With a real tor and a ledger that stands apart and lives on."""
    chance = random.Random(SEED + 1)
    with Place() as place:
        ledger = Ledger(place)
        loss = Loss()
        options = ("--ledger", ledger.url, "--torrc-append", os.environ["TORNET_CLIENTRC"],
                   "--min-seconds", "2")
        downloads = Downloads(os.environ["TORNET_HTTP"])
        downloads.start()
        try:
            for number in range(ROUNDS // 2 + 1):
                host = Host(place, *options)
                downloads.socks_port = host.wait_for_bootstrap()["socksPort"]
                if number == ROUNDS // 2:
                    break
                host.wait_for_event("sample", count=2)
                time.sleep(chance.uniform(0, 6))
                moment = time.monotonic()
                host.kill()
                loss.add_killed_run(host, moment)
                wait_until(lambda: find_processes(place.mark) == [ledger.process.pid],
                           ORPHAN_LIMIT, "no tor outlives the kill")
            host.wait_for_event("credited", count=3)
            assert host.stop() == 0, host.describe("good end")
            loss.metered += host.metered()
        finally:
            downloads.is_over.set()
            downloads.join()
        assert not host.all("refused"), host.all("refused")
        loss.expect(host.data_dir)
        expect_ledger_agrees(host.data_dir, ledger.database)
        ledger.stop()


print(f"# TROPEA_TEST_SEED={SEED}")
tap.run([
    ("/kill/simulation-with-the-embedded-ledger", check_simulation),
    ("/kill/tor-with-a-ledger-apart", check_tor),
])
