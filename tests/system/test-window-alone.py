#!/usr/bin/python3
# test-window-alone.py: what the window does without a network: simulation, errors, second starts
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: test-window-alone.py TROPEA

To be run in a desktop session with an unlocked keyring.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path[:0] = [os.path.join(TESTS, "support"), os.path.join(TESTS, "ui")]
import tap  # noqa: E402
from window_driver import (Role, Window, parse_bytes, parse_micro, press_in,  # noqa: E402
                           wait_for)

TROPEA = os.path.abspath(sys.argv[1])
BANNER = "Simulation: these figures are made up, and their credits are kept apart."
QUICK = ["--min-bytes", "1000", "--min-seconds", "2", "--max-seconds", "60"]


@contextlib.contextmanager
def open_window(*options):
    """A window on a data folder of its own, killed if the case did not end it."""
    folder = tempfile.mkdtemp(prefix="tropea-window-")
    window = None
    try:
        window = Window(TROPEA, ["--data-dir", os.path.join(folder, "data"), *QUICK, *options],
                        os.path.join(folder, "log"))
        window.data = os.path.join(folder, "data")
        yield window
    finally:
        if window is not None:
            window.kill()
        shutil.rmtree(folder, ignore_errors=True)


def call(*options):
    return subprocess.run([TROPEA, *options], capture_output=True, text=True, timeout=20,
                          check=False)


def version_needs_no_display():
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    answer = subprocess.run([TROPEA, "--version"], env=environment, capture_output=True,
                            text=True, timeout=20, check=True)
    assert answer.stdout.startswith("tropea "), answer.stdout


def simulation_is_kept_apart():
    with open_window("--simulate") as window:
        window.wait(Role.LABEL, BANNER)
        window.wait_for_state("Simulating", 30)
        wait_for(lambda: parse_bytes(window.figure("Data in"))[0] > 0, 30, "data")
        assert 10 <= int(window.figure("Connections")) <= 59
        assert 1 <= int(window.figure("Circuits")) <= 5
        wait_for(lambda: any(row[3] == "Credited" for row in window.sessions()), 30,
                 "a credited session")
        window.press("Stop")
        window.wait_for_state("Stopped", 30)
        wait_for(lambda: window.figure("Waiting") == "0", 30, "the outbox to be empty")
        store = sqlite3.connect(f"file:{window.data}/sessions.db?mode=ro", uri=True)
        total, = store.execute("SELECT sum (credits_micro) FROM sessions "
                               "WHERE source = 'simulation'").fetchone()
        store.close()
        wait_for(lambda: parse_micro(window.figure("Simulated")) == total // 10000 * 10000, 30,
                 "the store's sum in “Simulated”")
        assert window.figure("Credits") == "0.00"
        assert all("simulated" in row[1] for row in window.sessions())
        window.end()


def second_start_raises_the_first():
    with open_window() as window:
        window.wait(Role.PUSH_BUTTON, "Start")
        assert call().returncode == 0
        answer = call("--data-dir", "elsewhere")
        assert answer.returncode == 1 and "runs already" in answer.stderr, answer
        assert call("--simulate").returncode == 0
        window.wait_for_state("Simulating", 30)
        window.end(signal.SIGINT)


def impossible_thresholds_are_refused():
    answer = call("--min-seconds", "60", "--max-seconds", "30")
    assert answer.returncode == 1 and answer.stderr.startswith("tropea: "), answer


def taken_folder_has_a_way_out():
    folder = tempfile.mkdtemp(prefix="tropea-window-")
    window = None
    try:
        os.chmod(folder, 0o700)
        with open(os.path.join(folder, "lock"), "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            window = Window(TROPEA, ["--data-dir", folder], os.path.join(folder, "log"))
            window.wait(Role.PUSH_BUTTON, "Try Again")
            wait_for(lambda: any("Another Tropea uses the folder" in name
                                 for name in window.names(Role.LABEL)), 30, "the reason")
            window.press("Try Again")
        # A press counts a moment later, so the first one may already have found it free.
        wait_for(lambda: window.find(Role.PUSH_BUTTON, "Start") or
                 press_in(window.application, "Try Again") and None, 30, "the open window")
        window.end()
    finally:
        if window is not None:
            window.kill()
        shutil.rmtree(folder, ignore_errors=True)


def failed_start_says_why():
    missing = "/nonexistent/tropea/torrc"
    with open_window("--torrc-append", missing) as window:
        window.press("Start")
        window.wait_for_state("Failed", 30)
        wait_for(lambda: any(missing in name for name in window.names(Role.LABEL)), 30,
                 "the reason")
        window.wait(Role.PUSH_BUTTON, "Try Again")
        window.wait(Role.PUSH_BUTTON, "Start")
        window.end()


def start_can_be_asked_for_at_once():
    with open_window("--start", "--torrc-append", "/nonexistent/tropea/torrc") as window:
        window.wait_for_state("Failed", 30)
        window.end()


tap.run([
    ("/window-alone/version-needs-no-display", version_needs_no_display),
    ("/window-alone/simulation-is-kept-apart", simulation_is_kept_apart),
    ("/window-alone/second-start-raises-the-first", second_start_raises_the_first),
    ("/window-alone/impossible-thresholds-are-refused", impossible_thresholds_are_refused),
    ("/window-alone/taken-folder-has-a-way-out", taken_folder_has_a_way_out),
    ("/window-alone/failed-start-says-why", failed_start_says_why),
    ("/window-alone/start-can-be-asked-for-at-once", start_can_be_asked_for_at_once),
])
