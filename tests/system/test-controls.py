#!/usr/bin/python3
# test-controls.py: new identity, pause and resume, on a real tor
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: tornet run -- test-controls.py, with TROPEACTL and TROPEA_LEDGER set."""

import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import tap  # noqa: E402
from programs import (Host, Place, find_processes, load, read_store,  # noqa: E402
                      wait_until)
from tor_control import TorControl  # noqa: E402

CLIENTRC = os.environ["TORNET_CLIENTRC"]
SITE = os.environ["TORNET_HTTP"]
# tor's own limit; it rounds to seconds.
IDENTITY_SECONDS = 10
# From the last sample to tor's own figure; a private network counts the question too.
QUESTION_SIZE = 50_000


def start_host(place, *options):
    return Host(place, "--torrc-append", CLIENTRC, "--min-seconds", "2", *options)


def find_tor(place):
    for pid in find_processes(place.mark):
        with open(f"/proc/{pid}/comm", encoding="ascii") as file:
            if file.read().strip() == "tor":
                return pid
    return None


def wait_for_state(host, status, after):
    """The first state event of this name behind the first "after" events."""
    def is_the_one(event):
        return event["event"] == "state" and event["status"] == status and \
            host.events.index(event) >= after
    return host.wait_for(is_the_one, what=f"state {status}")


def pause(host):
    before = len(host.events)
    host.process.send_signal(signal.SIGUSR2)
    return wait_for_state(host, "paused", before)


def resume(host):
    before = len(host.events)
    host.process.send_signal(signal.SIGUSR2)
    return wait_for_state(host, "running", before)


def watch_seconds(control, count):
    """Let tor count so many seconds."""
    control.ask("SETEVENTS BW")
    while count > 0:
        count -= control.file.readline().startswith(b"650 BW ")
    control.close()


def expect_stored(host):
    sessions, open_bytes = read_store(host.data_dir)
    stored = sum(session["bytes"] for session in sessions.values()) + open_bytes
    assert stored == host.metered(), (stored, host.metered())
    spans = sorted((one["timestamp_ms"], one["timestamp_ms"] + one["duration_s"] * 1000)
                   for one in sessions.values())
    assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:])), spans
    return sessions


def ask_for_identities(host):
    """Told when tor has done it; a second one has to wait for tor's limit."""
    host.process.send_signal(signal.SIGUSR1)
    first = host.wait_for_event("notice")
    assert "new circuits" in first["message"], first
    host.process.send_signal(signal.SIGUSR1)
    return first


def expect_second_identity(host, first):
    second = host.wait_for_event("notice", count=2)
    took = second["at"] - first["at"]
    assert IDENTITY_SECONDS - 1.5 <= took <= IDENTITY_SECONDS + 4, took


def check_controls():
    """A pause has no network, no samples, no session; the same process and all bytes."""
    with Place() as place:
        host = start_host(place)
        state = host.wait_for_bootstrap()
        tor = find_tor(place)
        first = ask_for_identities(host)
        assert load(state["socksPort"], SITE, 200_000) == 200_000
        host.wait_for_event("sample", count=3)

        paused = pause(host)
        assert paused["socksPort"] == 0 and paused["controlPort"] == state["controlPort"], paused
        cut = host.wait_for(lambda event: event["event"] == "session" and
                            event["at"] >= paused["at"] - 1, what="the session cut at the pause")
        failed = subprocess.run(["curl", "--silent", "--max-time", "5", "--socks5-hostname",
                                 f"127.0.0.1:{state['socksPort']}", SITE], check=False)
        assert failed.returncode == 7, failed
        watch_seconds(TorControl(state["controlPort"]), 4)
        assert not [event for event in host.all("sample") if event["at"] > paused["at"]]
        assert host.all("session")[-1] == cut, "a session was made in the pause"

        running = resume(host)
        assert find_tor(place) == tor, "tor is another process"
        assert running["socksPort"] != 0, running
        assert load(running["socksPort"], SITE, 200_000) == 200_000
        control = TorControl(running["controlPort"])
        own = sum(map(int, control.get_info("traffic/read", "traffic/written")))
        control.close()
        after = host.wait_for(lambda event: event["event"] == "sample" and
                              event["totalBytes"] >= own)
        assert after["totalBytes"] - own < QUESTION_SIZE, (own, after)
        expect_second_identity(host, first)
        assert host.stop() == 0
        # No second of the pause is in a session.
        paused_ms = (running["at"] - paused["at"]) * 1000
        sessions = expect_stored(host)
        ordered = sorted(sessions.values(), key=lambda one: one["timestamp_ms"])
        gaps = [b["timestamp_ms"] - a["timestamp_ms"] - a["duration_s"] * 1000
                for a, b in zip(ordered, ordered[1:])]
        assert max(gaps) >= paused_ms - 200, (gaps, paused_ms)
        assert not host.all("error"), host.all("error")


def check_crash_in_pause():
    """What is started again has no network either, until it is resumed; a stop ends it."""
    with Place() as place:
        host = start_host(place)
        host.wait_for_bootstrap()
        tor = find_tor(place)
        pause(host)
        before = len(host.events)
        os.kill(tor, signal.SIGKILL)
        wait_for_state(host, "starting", before)
        wait_for_state(host, "paused", before)
        assert find_tor(place) not in (None, tor)
        # It has not even begun to look for a network.
        percents = [event["percent"] for event in host.events[before:]
                    if event["event"] == "bootstrap"]
        assert max(percents, default=0) <= 5, percents
        running = resume(host)
        assert load(running["socksPort"], SITE, 100_000) == 100_000
        pause(host)
        assert host.stop() == 0
        wait_until(lambda: not find_processes(place.mark), 5, "nothing is left")
        expect_stored(host)


def count_by_tor(control):
    """Open connections to relays and built circuits, as tor itself lists them."""
    connections, circuits = (
        [line.split() for line in control.get_info(key)[0].splitlines() if line.strip()]
        for key in ("orconn-status", "circuit-status"))
    return (sum(words[-1] == "CONNECTED" for words in connections),
            sum(words[1] == "BUILT" for words in circuits))


def check_counts():
    """The figures that are shown are those of tor's own lists, whenever these hold still."""
    with Place() as place:
        host = start_host(place)
        state = host.wait_for_bootstrap()
        assert load(state["socksPort"], SITE, 100_000) == 100_000
        control = TorControl(state["controlPort"])
        n_agreed = 0
        while n_agreed < 3:
            before = count_by_tor(control)
            seen = len(host.all("sample"))
            # The first may have been on its way already.
            host.wait_for(lambda _: len(host.all("sample")) >= seen + 2, what="two samples")
            sample = host.all("sample")[seen + 1]
            if count_by_tor(control) == before:
                shown = sample["connectionCount"], sample["circuitCount"]
                assert shown == before, (shown, before)
                n_agreed += 1
        assert min(before) > 0, before
        control.close()
        assert host.stop() == 0


tap.run([
    ("/controls/counts-are-those-of-tor", check_counts),
    ("/controls/new-identity-and-a-pause-that-keeps-process-and-bytes", check_controls),
    ("/controls/a-crash-in-a-pause-stays-paused", check_crash_in_pause),
])
