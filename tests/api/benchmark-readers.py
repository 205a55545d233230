#!/usr/bin/python3
# benchmark-readers.py: what a hundred status readers cost
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: benchmark-readers.py, with TROPEACTL and TROPEA_LEDGER set.

Each of 100 readers asks for the status once a second, half of them on a connection that they
keep where they may, half on a new one each time. Fails where that costs 5 % of a core.
"""

import os
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(__file__))
from api_client import API, Place, Tropea  # noqa: E402

READERS = 100
SECONDS = 20
MOST_PERCENT = 5


def read_cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def read_status(tropea, number, end, counts):
    connection = tropea.connect()
    due = time.monotonic() + number / READERS
    while due < end:
        time.sleep(max(0, due - time.monotonic()))
        tropea.call("GET", API + "status", connection=connection)
        counts[number] += 1
        if number % 2 == 0:
            connection.close()
        due += 1
    connection.close()


def main():
    with Place() as place:
        tropea = Tropea(place, "--simulate")
        pid = tropea.host.process.pid
        before = read_cpu_seconds(pid)
        time.sleep(SECONDS / 2)
        idle = (read_cpu_seconds(pid) - before) * 2 / SECONDS * 100

        counts = [0] * READERS
        before, began = read_cpu_seconds(pid), time.monotonic()
        threads = [threading.Thread(target=read_status,
                                    args=(tropea, number, began + SECONDS, counts))
                   for number in range(READERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - began
        busy = (read_cpu_seconds(pid) - before) / took * 100
        print(f"{sum(counts) / took:.1f} answers/s of {READERS} readers: {busy:.2f} % of a core, "
              f"{idle:.2f} % without them; less than {MOST_PERCENT} % is wanted")
        assert sum(counts) > READERS * (SECONDS - 2), counts
        assert busy < MOST_PERCENT
        assert tropea.stop() == 0


main()
