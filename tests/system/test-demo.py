#!/usr/bin/python3
# test-demo.py: the demonstration credits sessions by itself, and Ctrl-C ends all of it
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: test-demo.py TORNET DEMO, with TROPEACTL and TROPEA_LEDGER set."""

import os
import pty
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import tap  # noqa: E402
from programs import STOP_LIMIT, TROPEACTL, Place, find_processes, wait_until  # noqa: E402

TORNET, DEMO = map(os.path.abspath, sys.argv[1:])
# A network, a bootstrap and a short session, on a busy machine.
PATIENCE = 200


def start_demo(place, *options, **files):
    os.mkdir(place.path("tmp"))
    return place.start([TORNET, "run", "--", DEMO, TROPEACTL, "run", "--min-seconds", "3",
                        *options], place.environment(TMPDIR=place.path("tmp"), TERM="xterm"),
                       **files)


def check_credits():
    with Place() as place:
        demo = start_demo(place, "--until-sessions", "2", stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
        out, err = demo.communicate(timeout=PATIENCE)
        assert demo.returncode == 0, (out, err)
        assert len(re.findall(r"^credited: ", out, re.M)) >= 2, out
        assert "Ctrl-C" in err and "real tor" in err, err
        place.expect_nothing_left()
        assert not os.listdir(place.path("tmp")), os.listdir(place.path("tmp"))


def check_ctrl_c():
    """On a terminal of its own, as a newcomer has it."""
    with Place() as place:
        pid, terminal = pty.fork()
        if pid == 0:
            os.mkdir(place.path("tmp"))
            os.execve(TORNET, [TORNET, "run", "--", DEMO, TROPEACTL, "run"],
                      place.environment(TMPDIR=place.path("tmp"), TERM="xterm"))
        shown = b""
        deadline = time.monotonic() + PATIENCE
        while b"Tropea       running" not in shown:
            assert time.monotonic() < deadline, shown
            shown += os.read(terminal, 65536)
        began = time.monotonic()
        os.write(terminal, b"\x03")
        while True:
            # Read on: a full terminal would hold its writer.
            try:
                shown += os.read(terminal, 65536)
            except OSError:
                break
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        took = time.monotonic() - began
        os.close(terminal)
        assert status == 0, (status, shown[-2000:])
        assert took < STOP_LIMIT, took
        wait_until(lambda: not find_processes(place.mark), 1, "nothing is left")
        assert not os.listdir(place.path("tmp")), os.listdir(place.path("tmp"))


tap.run([
    ("/demo/credits-sessions-by-itself", check_credits),
    ("/demo/ctrl-c-ends-all-of-it", check_ctrl_c),
])
