#!/usr/bin/python3
# test-faults.py: random faults in a row; the state is right after each, and the bytes at the end
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: tornet run -- test-faults.py [--long], with TROPEACTL and TROPEA_LEDGER set.

Eight faults, or 200 with --long or TROPEA_TEST_LONG. The seed is printed; TROPEA_TEST_SEED
repeats one. Needs Debian's libfaketime.
"""

import os
import random
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import tap  # noqa: E402
from programs import (IS_LONG, Host, Ledger, Place, expect_ledger_agrees,  # noqa: E402
                      find_processes, load, read_store, wait_until)
from tor_control import TorControl  # noqa: E402
from tornet_nodes import Nodes  # noqa: E402
from wrong_clock import WrongClock  # noqa: E402

LONG = IS_LONG or "--long" in sys.argv[1:]
N_FAULTS = 200 if LONG else 8
SEED = int(os.environ.get("TROPEA_TEST_SEED") or random.SystemRandom().randrange(2 ** 32))
SITE = os.environ["TORNET_HTTP"]
# With five crashes in ten minutes tor is not started again by itself; that has a test of its own.
MOST_CRASHES = 3
LOST_SECONDS = 10
ORPHAN_LIMIT = 16
LONGEST_WAIT = 90


class Run:
    """A host that goes through faults, and what all hosts of the test metered."""

    def __init__(self, place, chance):
        self.place = place
        self.chance = chance
        self.ledger = Ledger(place)
        self.clock = WrongClock(place)
        self.nodes = Nodes()
        self.metered = self.allowed = self.unseen = 0
        self.n_kills = 0
        self.start()

    def start(self):
        self.host = Host(self.place, "--torrc-append", os.environ["TORNET_CLIENTRC"], "--ledger",
                         self.ledger.url, "--min-seconds", "2", "--min-bytes", "1",
                         environment=self.clock.environment)
        self.n_crashes = 0
        self.wait_for_state("running", 0)

    def find_tor(self):
        for pid in find_processes(self.place.mark):
            try:
                with open(f"/proc/{pid}/comm", encoding="ascii") as file:
                    if file.read().strip() == "tor":
                        return pid
            except OSError:
                continue
        raise AssertionError("there is no tor")

    def wait_for_state(self, status, after):
        """The first state of this name behind so many events."""
        def is_the_one(event):
            return event["event"] == "state" and event["status"] == status and \
                self.host.events.index(event) >= after
        return self.host.wait_for(is_the_one, LONGEST_WAIT, f"state {status}")

    def wait_for_sample(self, count=1):
        self.host.wait_for_event("sample", len(self.host.all("sample")) + count, LONGEST_WAIT)

    def send(self, number):
        before = len(self.host.events)
        self.host.process.send_signal(number)
        return before

    # The faults.

    def kill_tor(self):
        before = len(self.host.events)
        os.kill(self.find_tor(), signal.SIGKILL)
        self.n_crashes += 1
        self.wait_for_state("starting", before)
        self.wait_for_state("running", before)

    def hold_tor(self):
        tor = self.find_tor()
        os.kill(tor, signal.SIGSTOP)
        time.sleep(self.chance.uniform(0.1, 3))
        os.kill(tor, signal.SIGCONT)
        self.wait_for_sample()

    def hold_host(self):
        self.send(signal.SIGSTOP)
        time.sleep(self.chance.uniform(0.1, 3))
        self.send(signal.SIGCONT)
        self.wait_for_sample()

    def kill_host(self):
        moment = time.monotonic()
        self.host.kill()
        self.n_kills += 1
        self.metered += self.host.metered()
        self.allowed += self.host.metered_in_last(LOST_SECONDS, moment)
        samples = self.host.all("sample")
        self.unseen += max([one["deltaIn"] + one["deltaOut"] for one in samples] or [0]) * 2
        wait_until(lambda: find_processes(self.place.mark) == [self.ledger.process.pid],
                   ORPHAN_LIMIT, "no tor outlives the kill")
        self.start()

    def stop_host(self):
        assert self.host.stop() == 0, self.host.describe("good end")
        self.metered += self.host.metered()
        self.start()

    def lose_network(self):
        before = len(self.host.events)
        self.nodes.kill()
        self.host.wait_for(lambda event: event["event"] == "diagnosis" and
                           event["code"] == "network-lost" and
                           self.host.events.index(event) >= before, LONGEST_WAIT, "the loss")
        before = len(self.host.events)
        self.nodes.start()
        self.host.wait_for(lambda event: event["event"] == "diagnosis" and event["code"] == "" and
                           self.host.events.index(event) >= before, LONGEST_WAIT, "the network")

    def ask_for_identity(self):
        self.send(signal.SIGUSR1)

    def pause(self):
        self.wait_for_state("paused", self.send(signal.SIGUSR2))
        if self.chance.random() < 0.3:
            before = len(self.host.events)
            os.kill(self.find_tor(), signal.SIGKILL)
            self.n_crashes += 1
            self.wait_for_state("starting", before)
            self.wait_for_state("paused", before)
        self.wait_for_state("running", self.send(signal.SIGUSR2))

    def set_clock(self):
        self.clock.set(self.chance.choice((0, 1, -1)) * self.chance.randrange(6 * 3600))
        self.wait_for_sample()

    def expect_well(self):
        """It runs, says so, and has counted what this tor has, to the byte."""
        state = self.host.all("state")[-1]
        assert state["status"] == "running", state
        if self.chance.random() < 0.4:
            load(state["socksPort"], SITE, self.chance.randrange(1, 200_000))

        base = max([event["totalBytes"] for event in self.host.all("sample")
                    if event["at"] < self.last_start()] or [0])
        control = TorControl(state["controlPort"])
        before = (self.host.all("sample") or [{"totalBytes": 0}])[-1]["totalBytes"]
        own = base + sum(map(int, control.get_info("traffic/read", "traffic/written")))
        control.close()
        after = self.host.wait_for(lambda event: event["event"] == "sample" and
                                   event["totalBytes"] >= own, LONGEST_WAIT, "tor's own figure")
        assert before <= own <= after["totalBytes"] < before + 1_000_000, (before, own, after)

    def last_start(self):
        return max([event["at"] for event in self.host.all("state")
                    if event["status"] == "starting"] or [0])

    def expect_books_agree(self):
        assert self.host.stop() == 0, self.host.describe("good end")
        self.metered += self.host.metered()
        sessions, open_bytes = read_store(self.host.data_dir)
        lost = self.metered - sum(one["bytes"] for one in sessions.values()) - open_bytes
        print(f"# metered {self.metered}, not stored {lost}, allowed {self.allowed}, "
              f"kills {self.n_kills}")
        assert -self.unseen <= lost <= self.allowed if self.n_kills else lost == 0
        spans = sorted((one["timestamp_ms"], one["timestamp_ms"] + one["duration_s"] * 1000)
                       for one in sessions.values())
        assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:])), "two sessions overlap"
        expect_ledger_agrees(self.host.data_dir, self.ledger.database)
        assert not [one for one in sessions.values() if one["state"] == "refused"], sessions


# How often each comes, and whether it may end tor.
FAULTS = (
    (Run.kill_tor, 3, True), (Run.hold_tor, 3, False), (Run.hold_host, 2, False),
    (Run.kill_host, 2, False), (Run.stop_host, 1, False), (Run.lose_network, 1, False),
    (Run.ask_for_identity, 2, False), (Run.pause, 3, True), (Run.set_clock, 2, False),
)


def choose(chance, run):
    """Tor's crashes are few enough to be started again each time."""
    if run.n_crashes >= MOST_CRASHES:
        return chance.choice((Run.kill_host, Run.stop_host))
    return chance.choices([fault for fault, _, _ in FAULTS],
                          [weight for _, weight, _ in FAULTS])[0]


def check_faults():
    chance = random.Random(SEED)
    with Place() as place:
        run = Run(place, chance)
        try:
            for number in range(N_FAULTS):
                fault = choose(chance, run)
                began = time.monotonic()
                fault(run)
                run.expect_well()
                print(f"# {number + 1} {fault.__name__} {time.monotonic() - began:.1f} s",
                      flush=True)
            run.clock.set(0)
            run.expect_books_agree()
            run.ledger.stop()
        finally:
            run.nodes.end()


print(f"# TROPEA_TEST_SEED={SEED}")
tap.run([(f"/faults/{N_FAULTS}-in-a-row-end-with-the-right-state-and-bytes", check_faults)])
