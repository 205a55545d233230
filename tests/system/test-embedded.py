#!/usr/bin/python3
# test-embedded.py: with no ledger named, simulated sessions are credited by a ledger of our own
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: test-embedded.py, with TROPEACTL and TROPEA_LEDGER set."""

import os
import signal
import stat
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import tap  # noqa: E402
from programs import (Host, Place, compute_credits, expect_ledger_agrees, query,  # noqa: E402
                      read_store)

# Samples come every 2 s, so a session of at least 3 s is always one of two samples.
SHORT = ("--simulate", "--min-seconds", "3")


def simulate(place, *options):
    host = Host(place, *SHORT, *options)
    assert host.wait() == 0, host.describe("good end")
    place.expect_nothing_left()
    return host


def check_credited():
    with Place() as place:
        host = simulate(place, "--seed", "7", "--until-sessions", "2")
        database = os.path.join(host.data_dir, "ledger.db")
        sessions, rows = expect_ledger_agrees(host.data_dir, database)
        assert len(rows) >= 2 and {row["grade"] for row in rows} == {"simulated"}, rows
        assert {row["source"] for row in rows} == {"simulation"}, rows
        credited = host.all("credited")
        earned = sum(compute_credits(row["duration_s"], row["bytes"]) for row in rows[:2])
        assert credited[1]["simulatedCreditsMicro"] == earned, (credited, rows)
        assert credited[1]["totalCreditsMicro"] == 0, "made-up traffic earns nothing real"
        stored = sum(one["bytes"] for one in sessions.values()) + read_store(host.data_dir)[1]
        assert stored == host.metered()
        sums = query(database, "SELECT sum (micro) AS micro FROM balances")
        assert sums[0]["micro"] == 0, "the books do not balance"
        assert host.all("state")[0]["simulating"] or host.wait_for_event("state", simulating=True)


def check_figures():
    """Within the bounds of the design: 50 to 150 KB a second, 60 % of it in."""
    with Place() as place:
        host = simulate(place, "--seed", "8", "--for", "7")
        samples = host.all("sample")
        assert len(samples) >= 3, samples
        for sample in samples:
            both = sample["deltaIn"] + sample["deltaOut"]
            assert 100_000 <= both <= 300_000, sample
            assert abs(sample["deltaIn"] * 10 - both * 6) <= 10, sample
            assert 10 <= sample["connectionCount"] <= 59, sample
            assert 1 <= sample["circuitCount"] <= 5, sample


def check_seed():
    """The same seed makes the same traffic; another one does not."""
    runs = []
    for seed in ("7", "7", "9"):
        with Place() as place:
            host = simulate(place, "--seed", seed, "--for", "5")
            runs.append([(event["deltaIn"], event["deltaOut"], event["connectionCount"],
                          event["circuitCount"]) for event in host.all("sample")][:2])
    assert len(runs[0]) == 2 and runs[0] == runs[1] and runs[0] != runs[2], runs


def check_goes_on():
    """A second run on the same folder goes on with the same key and the same books."""
    with Place() as place:
        first = simulate(place, "--until-sessions", "1")
        second = simulate(place, "--until-sessions", "1")
        database = os.path.join(second.data_dir, "ledger.db")
        expect_ledger_agrees(second.data_dir, database)
        accounts = query(database, "SELECT count (*) AS n FROM accounts WHERE id > 0")
        assert accounts[0]["n"] == 1, accounts
        before = first.all("credited")[-1]["simulatedCreditsMicro"]
        assert second.all("credited")[-1]["simulatedCreditsMicro"] > before


def check_not_enough():
    """More sessions were asked for than the time allowed: not a success."""
    with Place() as place:
        host = Host(place, *SHORT, "--until-sessions", "50", "--for", "3")
        assert host.wait() not in (0, None)
        place.expect_nothing_left()


def check_signals():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with Place() as place:
            host = Host(place, *SHORT)
            host.wait_for_event("sample")
            assert host.stop(number) == 0, (number, host.describe("good end"))
            place.expect_nothing_left()
            sessions, open_bytes = read_store(host.data_dir)
            stored = sum(one["bytes"] for one in sessions.values()) + open_bytes
            assert stored == host.metered(), (number, stored, host.metered())


def check_private():
    """Nothing in the data folder can be read by others, and the key stands in one place."""
    with Place() as place:
        host = simulate(place, "--until-sessions", "1")
        with open(place.path("key"), encoding="ascii") as file:
            key = file.read().strip()
        assert stat.S_IMODE(os.stat(place.path("key")).st_mode) == 0o600
        assert stat.S_IMODE(os.stat(host.data_dir).st_mode) == 0o700
        for folder, _, names in os.walk(host.data_dir):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    data = file.read()
                assert key.encode() not in data and bytes.fromhex(key) not in data, name


tap.run([
    ("/embedded/simulated-sessions-are-credited-apart", check_credited),
    ("/embedded/figures-are-within-bounds", check_figures),
    ("/embedded/same-seed-same-traffic", check_seed),
    ("/embedded/second-run-goes-on", check_goes_on),
    ("/embedded/too-little-time-is-a-failure", check_not_enough),
    ("/embedded/signals-end-it-and-nothing-is-lost", check_signals),
    ("/embedded/folder-is-private", check_private),
])
