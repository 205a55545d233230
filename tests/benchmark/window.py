#!/usr/bin/python3
# window.py: what an open window costs beside an empty one
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: window.py EMPTY-WINDOW TROPEA

To be run in a desktop session beside a private Tor network. Measures, one after the other in
the same session, an empty libadwaita window, and Tropea with tor running and reporting each
second: with its window open, and with its window hidden. Memory is PSS (smaps_rollup), time is
that of all threads on a processor (schedstat, in nanoseconds). tor and the ledger are
processes of their own and are not in it. Exits with 1 where a goal is missed.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
import time

SETTLE_SECONDS = 8
MEASURE_SECONDS = float(os.environ.get("TROPEA_BENCHMARK_SECONDS", "30"))
START_SECONDS = 60
PSS_RATIO = 1.15
PSS_EXTRA_MB = 12.0
OPEN_PERCENT = 0.3
HIDDEN_PERCENT = 0.1


def read_pss_mb(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
        for line in rollup:
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError("there is no Pss")


def read_ticks(pid):
    """Time on a processor of each thread, in nanoseconds."""
    ticks = {}
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/schedstat", encoding="ascii") as stat:
                ticks[thread] = int(stat.read().split()[0])
        except (FileNotFoundError, ProcessLookupError):
            continue
    return ticks


def measure(process):
    """Memory in MB and the part of one processor in percent, over MEASURE_SECONDS."""
    before, began = read_ticks(process.pid), time.monotonic()
    time.sleep(MEASURE_SECONDS)
    after, took = read_ticks(process.pid), time.monotonic() - began
    if process.poll() is not None:
        raise RuntimeError(f"{process.args[0]} has ended")
    used = sum(ticks - before.get(thread, 0) for thread, ticks in after.items())
    return read_pss_mb(process.pid), used / 1e9 / took * 100.0


def start(program, arguments, log, **environment):
    return subprocess.Popen([program, *arguments], stdin=subprocess.DEVNULL, stdout=log,
                            stderr=log, env=dict(os.environ, **environment))


def end(process):
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def count_seconds(data):
    """How much of the last hour was metered: grows once a minute while tor runs."""
    try:
        store = sqlite3.connect(f"file:{data}/sessions.db?mode=ro", uri=True)
        try:
            return store.execute("SELECT elapsed_usec FROM open_batches").fetchall()
        finally:
            store.close()
    except sqlite3.OperationalError:
        return None


def wait_for_samples(data, process):
    """Until sessions are being made of samples."""
    deadline = time.monotonic() + START_SECONDS
    while not count_seconds(data):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("tor does not report")
        time.sleep(0.2)


def measure_empty(program, log):
    process = start(program, [], log)
    time.sleep(SETTLE_SECONDS)
    try:
        return measure(process)
    finally:
        end(process)


def find_window(pid):
    found = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(pid)],
                           stdout=subprocess.PIPE, check=False).stdout.split()
    if not found:
        raise RuntimeError("there is no window")
    return found[-1].decode()


def measure_tropea(program, folder, log):
    data = os.path.join(folder, "data")
    process = start(program, ["--start", "--data-dir", data,
                              "--key-file", os.path.join(folder, "key"),
                              "--torrc-append", os.environ["TORNET_CLIENTRC"]],
                    log, TOR_SOCKS_PORT="auto", TOR_CONTROL_PORT="auto")
    try:
        wait_for_samples(data, process)
        time.sleep(SETTLE_SECONDS)
        opened = measure(process)
        subprocess.run(["xdotool", "windowunmap", find_window(process.pid)], check=True)
        time.sleep(SETTLE_SECONDS)
        hidden = measure(process)
        return opened, hidden
    finally:
        end(process)


def report(name, value, unit, goal):
    verdict = "met" if value <= goal else "MISSED"
    print(f"{name:34} {value:8.2f} {unit:3} goal {goal:7.2f} {verdict}", flush=True)
    return value <= goal


def main():
    empty_program, tropea = (os.path.abspath(path) for path in sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="tropea-benchmark-") as folder, \
            open(os.path.join(folder, "log"), "ab") as log:
        try:
            empty_pss, empty_cpu = measure_empty(empty_program, log)
            (pss, cpu), (hidden_pss, hidden_cpu) = measure_tropea(tropea, folder, log)
        except RuntimeError:
            with open(os.path.join(folder, "log"), encoding="utf-8", errors="replace") as text:
                sys.stderr.write(text.read())
            raise
    print(f"empty window: {empty_pss:.1f} MB PSS, {empty_cpu:.2f} % of one processor")
    print(f"Tropea, window open: {pss:.1f} MB PSS ({pss / empty_pss:.2f} times), {cpu:.2f} %")
    print(f"Tropea, window hidden: {hidden_pss:.1f} MB PSS ({hidden_pss / empty_pss:.2f} times), "
          f"{hidden_cpu:.2f} %")
    met = [report("memory, window open", pss, "MB", PSS_RATIO * empty_pss + PSS_EXTRA_MB),
           report("processor, window open", cpu, "%", OPEN_PERCENT),
           report("processor, window hidden", hidden_cpu, "%", HIDDEN_PERCENT)]
    return 0 if all(met) else 1


sys.exit(main())
