#!/usr/bin/python3
# test-window.py: real Tor traffic becomes credited sessions, seen and steered through the window
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: test-window.py TROPEA

To be run in a desktop session with an unlocked keyring, beside a private Tor network. The
cases are the steps of one road and need those before them.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path[:0] = [os.path.join(TESTS, "support"), os.path.join(TESTS, "ui")]
import tap  # noqa: E402
from tornet_nodes import Nodes  # noqa: E402
from window_driver import Role, Window, parse_bytes, parse_micro, wait_for  # noqa: E402

TROPEA = os.path.abspath(sys.argv[1])
WEB = os.environ["TORNET_HTTP"]
FOLDER = tempfile.mkdtemp(prefix="tropea-window-")
DATA = os.path.join(FOLDER, "data")
DOWNLOAD = 3000000
UPLOAD = 400000
CAP = 100000000
window = None


def open_window(*options):
    global window  # pylint: disable=global-statement
    window = Window(
        TROPEA,
        ["--data-dir", DATA, "--torrc-append", os.environ["TORNET_CLIENTRC"],
         "--min-bytes", "100000", "--min-seconds", "2", "--max-seconds", "60", *options],
        os.path.join(FOLDER, "log"), TOR_SOCKS_PORT="auto", TOR_CONTROL_PORT="auto")


def curl(*arguments):
    port = window.figure("SOCKS port")
    return subprocess.run(
        ["curl", "--silent", "--show-error", "--fail", "--max-time", "60",
         "--socks5-hostname", f"127.0.0.1:{port}", *arguments],
        check=True, stdout=subprocess.PIPE).stdout


def read_store():
    store = sqlite3.connect(f"file:{DATA}/sessions.db?mode=ro", uri=True)
    try:
        return store.execute(
            "SELECT bytes, duration_s, credits_micro, state, source FROM sessions "
            "ORDER BY row DESC").fetchall()
    finally:
        store.close()


def find_children():
    """The commands of the processes that the window's process started."""
    path = f"/proc/{window.process.pid}/task"
    found = []
    for thread in os.listdir(path):
        with open(f"{path}/{thread}/children", encoding="ascii") as children:
            for child in children.read().split():
                with open(f"/proc/{child}/comm", encoding="ascii") as comm:
                    found.append(comm.read().strip())
    return found


def opens_stopped():
    open_window()
    window.wait(Role.PUSH_BUTTON, "Start")
    assert window.state() == "Stopped"
    assert window.figure("Data in") == "0 B"
    assert window.figure("Credits") == "0.00"
    assert window.sessions() == []
    assert "tor" not in find_children()


def start_connects():
    # Else it may be connected before anybody can look.
    nodes = Nodes()
    nodes.freeze()
    try:
        window.press("Start")
        text, fraction = window.bar("Bootstrap")
        assert "%" in text and 0 <= fraction < 1, (text, fraction)
    finally:
        nodes.thaw()
    window.wait_for_state("Running", 90)
    assert "tor" in find_children()
    for port in ("SOCKS port", "Control port"):
        assert 1024 <= int(window.figure(port)) <= 65535
    wait_for(lambda: int(window.figure("Connections")) > 0, 30, "a connection")
    wait_for(lambda: int(window.figure("Circuits")) > 0, 30, "a circuit")


def data_shows():
    before_in = parse_bytes(window.figure("Data in"))[0]
    before_out = parse_bytes(window.figure("Data out"))[0]
    assert len(curl(f"{WEB}/bytes/{DOWNLOAD}")) == DOWNLOAD
    upload = os.path.join(FOLDER, "upload")
    with open(upload, "wb") as file:
        file.write(os.urandom(UPLOAD))
    assert int(curl("--data-binary", f"@{upload}", f"{WEB}/")) == UPLOAD
    wait_for(lambda: parse_bytes(window.figure("Data in"))[1] > before_in + DOWNLOAD, 30,
             "the download in “Data in”")
    wait_for(lambda: parse_bytes(window.figure("Data out"))[1] > before_out + UPLOAD, 30,
             "the upload in “Data out”")
    bounds_in, bounds_out, bounds = (parse_bytes(window.figure(name)) for name in
                                     ("Data in", "Data out", "Total data"))
    # The three are read one after the other while they may grow.
    assert bounds[1] + 1000 >= bounds_in[0] + bounds_out[0]


def sessions_are_credited():
    wait_for(lambda: any(row[3] == "Credited" for row in window.sessions()), 30,
             "a credited session")
    window.press("Submit Now")
    wait_for(lambda: sum(parse_bytes(row[0].split(" in ")[0])[1] for row in window.sessions()
                         if row[3] == "Credited") > DOWNLOAD, 30,
             "credited sessions that carried the download")


def stop_stops():
    window.press("Stop")
    window.wait_for_state("Stopped", 30)
    window.wait(Role.PUSH_BUTTON, "Start")
    assert "tor" not in find_children()
    wait_for(lambda: window.figure("Waiting") == "0", 30, "the outbox to be empty")


def figures_are_the_stores():
    stored = read_store()
    assert stored
    wait_for(lambda: len(window.sessions()) == len(stored), 30, "a row for each session")
    rows = window.sessions()
    for row, (size, seconds, credits_micro, state, source) in zip(rows, stored):
        assert (state, source) == ("credited", "tor-client")
        assert credits_micro == min(CAP, seconds * 100000 + size // 2)
        amount, duration = row[0].split(" in ")
        lowest, highest = parse_bytes(amount)
        assert lowest <= size <= highest
        assert duration.split(" ")[0] == str(seconds if seconds < 60 else seconds // 60)
        assert row[3] == "Credited"
        assert parse_micro(row[2]) == credits_micro // 10000 * 10000
    total = sum(session[2] for session in stored)
    assert parse_micro(window.figure("Credits")) == total // 10000 * 10000
    assert window.find(Role.PANEL, "Simulated") is None
    assert window.figure("Submitted") == str(len(stored))


def closing_the_window_ends_all():
    window.press("Start")
    window.wait_for_state("Running", 60)
    window.press("Close")
    window.expect_end()


def history_is_there_again():
    stored = read_store()
    open_window()
    wait_for(lambda: len(window.sessions()) == len(stored), 30, "the sessions of before")
    wait_for(lambda: window.figure("Waiting") == "0", 30, "the outbox to be empty")
    total = sum(session[2] for session in read_store())
    wait_for(lambda: parse_micro(window.figure("Credits")) == total // 10000 * 10000, 30,
             "the store's sum in “Credits”")
    window.press("Start")
    window.wait_for_state("Running", 60)
    window.end()


try:
    tap.run([
        ("/window/opens-with-tor-stopped", opens_stopped),
        ("/window/start-connects-and-shows-how-far", start_connects),
        ("/window/data-through-the-socks-port-shows-in-the-figures", data_shows),
        ("/window/sessions-are-listed-and-credited", sessions_are_credited),
        ("/window/stop-stops-tor", stop_stops),
        ("/window/figures-are-the-formula-and-the-store", figures_are_the_stores),
        ("/window/closing-it-while-tor-runs-ends-all-in-time", closing_the_window_ends_all),
        ("/window/history-is-there-again-and-sigterm-ends-it", history_is_there_again),
    ])
finally:
    if window is not None:
        window.kill()
    shutil.rmtree(FOLDER, ignore_errors=True)
