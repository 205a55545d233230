#!/usr/bin/python3
# test-keyring.py: tropeactl with a real keyring, locked or not
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: test-keyring.py locked|unlocked, with TROPEACTL and TROPEA_LEDGER set.

To be run in a desktop session whose keyring is in that state.
"""

import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import tap  # noqa: E402


def run(*options):
    """Run a simulation to its end, with nobody there to answer a prompt."""
    with tempfile.TemporaryDirectory(prefix="tropeactl-") as folder:
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        process = subprocess.run(
            [os.environ["TROPEACTL"], "run", "--simulate", "--json", "--min-seconds", "2",
             "--min-bytes", "1000", "--data-dir", os.path.join(folder, "data"), *options],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, timeout=60, check=False)
        for root, _, names in os.walk(folder):
            assert not any("key" in name and name != "ledger.db.key" for name in names), names
        events = [json.loads(line) for line in process.stdout.splitlines()]
        return process.returncode, events, process.stderr


def check_locked():
    status, events, told = run("--for", "5")
    assert status == 0, (status, told)
    errors = [event for event in events if event["event"] == "error"]
    assert [error["code"] for error in errors] == ["key-locked"], errors
    assert [event for event in events if event["event"] == "session"], events
    assert not [event for event in events if event["event"] == "credited"], events


def check_unlocked():
    status, events, told = run("--until-sessions", "1", "--for", "50")
    assert status == 0, (status, told)
    assert not [event for event in events if event["event"] == "error"], events
    assert [event for event in events if event["event"] == "credited"], events


tap.run({
    "locked": [("/keyring/locked-metering-goes-on-sessions-wait", check_locked)],
    "unlocked": [("/keyring/unlocked-signs-and-is-credited", check_unlocked)],
}[sys.argv[1]])
