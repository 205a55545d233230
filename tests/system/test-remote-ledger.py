#!/usr/bin/python3
# test-remote-ledger.py: a ledger behind an onion service is reached through tor, or not at all
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: tornet run -- test-remote-ledger.py, with TROPEACTL and TROPEA_LEDGER set."""

import http.client
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import tap  # noqa: E402
from programs import (Host, Ledger, Place, expect_ledger_agrees, find_free_port,  # noqa: E402
                      load, read_ledger, read_store, wait_until)
from tor_control import TorControl  # noqa: E402

CLIENTRC = os.environ["TORNET_CLIENTRC"]
SITE = os.environ["TORNET_HTTP"]
SIZE = 300_000
# What makes each simulated sample, and a little traffic, a session.
SHORT = ("--min-seconds", "2", "--min-bytes", "1")


class Onion:
    """A tor of the ledger's operator, with the ledger as an onion service behind it."""

    def __init__(self, place, ledger):
        folder, port = place.path("onion"), find_free_port()
        os.mkdir(folder, 0o700)
        with open(CLIENTRC, encoding="utf-8") as file:
            lines = file.read()
        with open(os.path.join(folder, "torrc"), "w", encoding="utf-8") as file:
            file.write(f"{lines}\nDataDirectory {folder}/data\nSocksPort 0\nControlPort {port}\n"
                       f"CookieAuthentication 1\nHiddenServiceDir {folder}/service\n"
                       f"HiddenServicePort 80 127.0.0.1:{ledger.port}\n")
        with open(os.path.join(folder, "log"), "wb") as log:
            self.process = place.start(["tor", "--defaults-torrc", os.devnull, "-f",
                                        os.path.join(folder, "torrc")], stdout=log, stderr=log)
        self.control = self.wait_for_control(port)
        self.control.ask("SETEVENTS HS_DESC")
        # Clients find it once a directory has its descriptor.
        while b"HS_DESC UPLOADED" not in self.control.file.readline():
            assert self.process.poll() is None
        with open(os.path.join(folder, "service", "hostname"), encoding="ascii") as file:
            self.url = "http://" + file.read().strip()

    def wait_for_control(self, port):
        made = []

        def is_there():
            assert self.process.poll() is None
            try:
                made.append(TorControl(port, seconds=60))
            except OSError:
                return False
            return True

        wait_until(is_there, 20, "the control port of the onion service's tor")
        return made[0]

    def stop(self):
        self.control.close()
        self.process.kill()
        self.process.wait()


def count_requests(ledger):
    """All that was ever asked of the ledger, but for the figures themselves."""
    connection = http.client.HTTPConnection("127.0.0.1", ledger.port, timeout=10)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    return sum(int(n) for route, n in re.findall(
        r'requests_total\{route="([^"]+)",status="\d+"\} (\d+)', text) if route != "/metrics")


def check_onion():
    with Place() as place:
        ledger = Ledger(place, "--allow-simulation")
        onion = Onion(place, ledger)
        assert onion.url.endswith(".onion")

        # Without a tor of its own the client asks nobody, and what it cut waits.
        host = Host(place, "--simulate", *SHORT, "--ledger", onion.url)
        host.wait_for_event("session", count=2)
        told = host.wait_for_event("error", code="sessions-wait")["message"]
        assert "is reached through Tor only" in told, told
        assert host.stop() == 0
        assert count_requests(ledger) == 0
        waiting = read_store(host.data_dir)[0]
        assert {one["state"] for one in waiting.values()} == {"waiting"}, waiting

        # With one, that and new traffic are credited over the onion service.
        host = Host(place, *SHORT, "--ledger", onion.url, "--torrc-append", CLIENTRC)
        state = host.wait_for_bootstrap()
        assert load(state["socksPort"], SITE, SIZE) == SIZE
        host.wait_for_event("credited", count=len(waiting) + 1, seconds=90)
        assert count_requests(ledger) > 0

        # The ledger still listens on this computer, but its onion service is gone.
        onion.stop()
        n_cut = len(host.all("session"))
        assert load(state["socksPort"], SITE, SIZE) == SIZE
        host.wait_for_event("session", count=n_cut + 2, seconds=90)
        wait_until(lambda: any(one["state"] == "waiting"
                               for one in read_store(host.data_dir)[0].values()), 30, "waiting")
        n_requests, n_sessions = count_requests(ledger), len(read_ledger(ledger.database))
        host.wait_for_event("session", count=n_cut + 3, seconds=90)
        assert host.stop() == 0
        assert count_requests(ledger) == n_requests
        assert len(read_ledger(ledger.database)) == n_sessions
        sessions, rows = expect_ledger_agrees(host.data_dir, ledger.database)
        assert set(waiting) < {row["session_id"] for row in rows}
        assert "waiting" in {one["state"] for one in sessions.values()}
        assert {row["source"] for row in rows} == {"simulation", "tor-client"}


tap.run([
    ("/remote-ledger/onion-service-through-tor-or-not-at-all", check_onion),
])
