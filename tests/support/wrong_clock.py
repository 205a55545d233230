# wrong_clock.py: lets a program see another wall clock, which may be set while it runs
# SPDX-License-Identifier: GPL-3.0-or-later

import glob
import os


def find_faketime():
    found = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    assert found, "libfaketime is not installed"
    return found[0]


class WrongClock:
    """The wall clock of what runs under it; the monotonic one goes on as it does."""

    def __init__(self, place):
        self.path = place.path("clock")
        self.set(0)
        # tor's threads do not start under libfaketime.
        tor = place.path("tor")
        with open(tor, "w", encoding="ascii") as file:
            file.write('#!/bin/sh\nunset LD_PRELOAD\nexec /usr/sbin/tor "$@"\n')
        os.chmod(tor, 0o700)
        self.environment = place.environment(
            TROPEA_TOR=tor,
            LD_PRELOAD=find_faketime(), FAKETIME_TIMESTAMP_FILE=self.path, FAKETIME_NO_CACHE="1",
            FAKETIME_DONT_FAKE_MONOTONIC="1", FAKETIME_DONT_RESET="1")

    def set(self, seconds):
        with open(self.path + ".new", "w", encoding="ascii") as file:
            file.write(f"{seconds:+d}s\n")
        os.rename(self.path + ".new", self.path)
