#!/usr/bin/python3
# test-recovery.py: sleep, clocks set wrong and a lost network, with a real tor
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: tornet run -- test-recovery.py, with TROPEACTL and TROPEA_LEDGER set.

Needs Debian's python3-dbusmock and libfaketime, and dbus-daemon.
"""

import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import tap  # noqa: E402
from programs import (Host, Ledger, Place, expect_ledger_agrees, load,  # noqa: E402
                      read_store, wait_until)
from tornet_nodes import Nodes  # noqa: E402
from wrong_clock import WrongClock  # noqa: E402

CLIENTRC = os.environ["TORNET_CLIENTRC"]
SITE = os.environ["TORNET_HTTP"]
# What can be known of a lost network is known to tor after its next attempt, one a second.
SHOWN_SECONDS = 2
HOUR = 3600


def expect_all_stored(host):
    sessions, open_bytes = read_store(host.data_dir)
    stored = sum(session["bytes"] for session in sessions.values()) + open_bytes
    assert stored == host.metered(), (stored, host.metered())
    spans = sorted((one["timestamp_ms"], one["timestamp_ms"] + one["duration_s"] * 1000)
                   for one in sessions.values())
    assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:])), spans
    return sessions


class Logind:
    """A system bus of our own with a logind on it."""

    def __init__(self, place):
        self.bus = place.start(["dbus-daemon", "--session", "--nofork", "--print-address=1"],
                               stdout=subprocess.PIPE)
        self.address = self.bus.stdout.readline().strip()
        self.environment = place.environment(DBUS_SYSTEM_BUS_ADDRESS=self.address)
        self.mock = place.start(["/usr/bin/python3", "-m", "dbusmock", "--system", "--template",
                                 "logind"], self.environment, stdout=subprocess.PIPE)
        wait_until(lambda: self.call("org.freedesktop.DBus.Peer.Ping", "/") == 0, 10, "logind")
        self.lines = []

    def call(self, method, path="/org/freedesktop/login1", *arguments):
        return subprocess.run(["gdbus", "call", "--address", self.address, "--dest",
                               "org.freedesktop.login1", "--object-path", path, "--method",
                               method, *arguments], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False).returncode

    def wait_for_inhibit(self):
        """The mock tells its calls on its standard output."""
        for line in self.mock.stdout:
            if "Inhibit" in line:
                assert "sleep" in line and "delay" in line, line
                return

    def prepare_for_sleep(self, is_start):
        assert self.call("org.freedesktop.DBus.Mock.EmitSignal", "/org/freedesktop/login1",
                         "org.freedesktop.login1.Manager", "PrepareForSleep", "b",
                         f"[<{str(is_start).lower()}>]") == 0

    def stop(self):
        self.mock.terminate()
        self.bus.terminate()
        self.mock.wait(10)
        self.bus.wait(10)


def check_sleep():
    """The session is on disk before the computer sleeps, and the lock is taken again after."""
    with Place() as place:
        logind = Logind(place)
        host = Host(place, "--torrc-append", CLIENTRC, "--min-seconds", "600",
                    environment=logind.environment)
        logind.wait_for_inhibit()
        state = host.wait_for_bootstrap()
        assert load(state["socksPort"], SITE, 200_000) == 200_000
        host.wait_for(lambda event: event["event"] == "sample" and
                      event["accumulatedSeconds"] >= 1)
        logind.prepare_for_sleep(True)
        session = host.wait_for_event("session")
        stored, _ = read_store(host.data_dir)
        assert session["sessionId"] in stored, stored
        logind.prepare_for_sleep(False)
        logind.wait_for_inhibit()
        assert host.stop() == 0
        expect_all_stored(host)
        logind.stop()


def wait_for_sessions(host, state, count):
    """So many more are cut."""
    before = len(host.all("session"))
    while len(host.all("session")) < before + count:
        load(state["socksPort"], SITE, 20_000)
        host.wait_for_event("sample", count=len(host.all("sample")) + 2)


def check_clocks():
    """Hours back, hours ahead and right again: no second twice, none lost, all credited."""
    with Place() as place:
        ledger = Ledger(place)
        clock = WrongClock(place)
        host = Host(place, "--torrc-append", CLIENTRC, "--ledger", ledger.url, "--min-seconds",
                    "2", "--min-bytes", "1", environment=clock.environment)
        state = host.wait_for_bootstrap()
        wait_for_sessions(host, state, 1)
        for hours in (-3, 5):
            clock.set(hours * HOUR)
            wait_for_sessions(host, state, 2)
        assert host.stop() == 0
        sessions = expect_all_stored(host)
        durations = sum(one["duration_s"] for one in sessions.values())
        elapsed = host.all("sample")[-1]["at"] - host.all("sample")[0]["at"]
        assert durations <= elapsed + 3, (durations, elapsed)
        future = [one for one in sessions.values()
                  if one["timestamp_ms"] > (time.time() + HOUR) * 1000]
        assert future and all(one["state"] == "waiting" for one in future), sessions

        # The clock is right again: what waits is given a time that has been.
        clock.set(0)
        second = Host(place, "--torrc-append", CLIENTRC, "--ledger", ledger.url, "--min-seconds",
                      "2", "--min-bytes", "1", environment=clock.environment)
        state = second.wait_for_bootstrap()
        wait_for_sessions(second, state, 1)

        def is_drained():
            return all(one["state"] == "credited"
                       for one in read_store(second.data_dir)[0].values())

        deadline = time.monotonic() + 120
        while not is_drained():
            assert time.monotonic() < deadline, read_store(second.data_dir)[0]
            second.wait_for_event("sample", count=len(second.all("sample")) + 1)
        assert second.stop() == 0
        stored, _ = expect_ledger_agrees(second.data_dir, ledger.database)
        assert sum(one["bytes"] for one in stored.values()) + read_store(second.data_dir)[1] == \
            host.metered() + second.metered()
        assert not second.all("refused") and not host.all("refused")
        ledger.stop()


def check_network():
    """Lost after 100 %, of which tor says nothing; and back, without anybody doing anything."""
    with Place() as place:
        nodes = Nodes()
        host = Host(place, "--torrc-append", CLIENTRC, "--min-seconds", "2")
        state = host.wait_for_bootstrap()
        assert load(state["socksPort"], SITE, 100_000) == 100_000
        try:
            began = time.monotonic()
            nodes.kill()
            lost = host.wait_for_event("diagnosis", code="network-lost")
            # The attempt that fails is the next of tor's, and it makes one a second.
            assert lost["at"] - began < SHOWN_SECONDS + 2, lost["at"] - began
            nodes.start()
            host.wait_for(lambda event: event["event"] == "diagnosis" and
                          event["at"] > lost["at"] and event["code"] == "", 90, "the network")
            assert host.all("state")[-1]["status"] == "running", host.all("state")

            def is_back():
                done = subprocess.run(
                    ["curl", "--silent", "--fail", "--max-time", "10", "--output", "/dev/null",
                     "--socks5-hostname", f"127.0.0.1:{state['socksPort']}",
                     f"{SITE}/bytes/1000"], check=False)
                return done.returncode == 0

            wait_until(is_back, 90, "a page by tor")
            assert host.stop(signal.SIGINT) == 0
            expect_all_stored(host)
        finally:
            nodes.end()


tap.run([
    ("/recovery/the-session-is-saved-before-a-suspend", check_sleep),
    ("/recovery/a-clock-that-was-hours-off-loses-and-doubles-nothing", check_clocks),
    ("/recovery/a-lost-network-is-said-and-comes-back", check_network),
])
