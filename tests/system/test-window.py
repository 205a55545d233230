#!/usr/bin/python3
# test-window.py: from the first run to quitting, through the window, with real Tor traffic
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: test-window.py TROPEA

To be run in a desktop session with an unlocked keyring, beside a private Tor network. The
cases are the steps of one road and need those before them.
"""

import csv
import glob
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path[:0] = [os.path.join(TESTS, "support"), os.path.join(TESTS, "ui")]
import tap  # noqa: E402
from programs import Ledger, Place  # noqa: E402
from tornet_nodes import Nodes  # noqa: E402
from window_driver import (APPLICATION_PATH, Role, StateType, Window, has_state,  # noqa: E402
                           keep_settings, names_in, parse_bytes, parse_micro, press_in, wait_for,
                           walk)

TROPEA = os.path.abspath(sys.argv[1])
WEB = os.environ["TORNET_HTTP"]
FOLDER = tempfile.mkdtemp(prefix="tropea-window-")
DATA = os.path.join(FOLDER, "data")
CONFIG = os.path.join(FOLDER, "config")
DOWNLOAD = 3000000
UPLOAD = 400000
CAP = 100000000
SIMULATION = "Simulation: these figures are made up, and their credits are kept apart."
# Of tor that gets no answer: the window says it after ten seconds without progress.
SILENT = "Connections to Tor get no answer"
window = None


def open_window():
    global window  # pylint: disable=global-statement
    window = Window(TROPEA, ["--data-dir", DATA, "--torrc-append", os.environ["TORNET_CLIENTRC"]],
                    os.path.join(FOLDER, "log"), TOR_SOCKS_PORT="auto", TOR_CONTROL_PORT="auto",
                    XDG_CONFIG_HOME=CONFIG, GSETTINGS_BACKEND="keyfile")


def curl(*arguments):
    port = window.figure("SOCKS port")
    return subprocess.run(
        ["curl", "--silent", "--show-error", "--fail", "--max-time", "60",
         "--socks5-hostname", f"127.0.0.1:{port}", *arguments],
        check=True, stdout=subprocess.PIPE).stdout


def query(statement):
    store = sqlite3.connect(f"file:{DATA}/sessions.db?mode=ro", uri=True)
    try:
        return store.execute(statement).fetchall()
    finally:
        store.close()


def read_store():
    return query("SELECT bytes, duration_s, credits_micro, state, source FROM sessions "
                 "ORDER BY row DESC")


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


def wait_for_outbox():
    wait_for(lambda: window.figure("Waiting") == "0", 30, "the outbox to be empty")


def first_run_is_guided():
    keep_settings(CONFIG, **{"min-bytes": 100000, "min-seconds": 2, "max-seconds": 60,
                            "closing-told": "true"})
    open_window()
    for step in range(1, 5):
        window.wait(Role.LABEL, f"{step} of 4")
        window.press("Next" if step < 4 else "Finish")
    window.wait(Role.PUSH_BUTTON, "Start")
    assert window.state() == "Stopped"
    assert window.figure("Data in") == "0 B"
    assert window.figure("Credits") == "0.00"
    assert window.sessions() == []
    assert "tor" not in find_children()


def failed_bootstrap_says_why():
    window.show_page("tor")
    nodes = Nodes()
    nodes.freeze()
    try:
        window.press("Start")
        text, fraction = window.bar("Bootstrap")
        assert "%" in text and 0 <= fraction < 1, (text, fraction)
        window.wait_for_label(SILENT, 60)
        assert window.state() != "Running"
    finally:
        nodes.thaw()


def mended_it_connects():
    window.wait_for_state("Running", 120)
    window.expect_gone(SILENT)
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
    wait_for(lambda: any(row[3] == "Credited" for row in window.sessions()), 60,
             "a credited session")

    # What is left goes, too; there may be nothing left.
    window.activate("show-page", "sessions")
    press_in(window.application, "Submit Now")
    wait_for(lambda: sum(parse_bytes(row[0].split(" in ")[0])[1] for row in window.sessions()
                         if row[3] == "Credited") > DOWNLOAD, 60,
             "credited sessions that carried the download")


def thresholds_can_be_undone():
    def spin():
        return wait_for(lambda: window.find_in_row(Role.SPIN_BUTTON, "Least time, seconds"), 30,
                        "the least time")

    def is_kept(seconds):
        with open(os.path.join(CONFIG, "glib-2.0", "settings", "keyfile"),
                  encoding="utf-8") as file:
            return f"min-seconds={seconds}\n" in file.readlines()

    assert spin().get_current_value() == 2
    spin().set_current_value(5)
    wait_for(lambda: is_kept(5), 30, "5 s among the settings")
    window.press("Undo")
    wait_for(lambda: spin().get_current_value() == 2, 30, "the threshold of before")
    wait_for(lambda: is_kept(2), 30, "2 s among the settings")


def stop_stops():
    window.show_page("tor")
    window.press("Stop")
    window.wait_for_state("Stopped", 30)
    window.wait(Role.PUSH_BUTTON, "Start")
    assert "tor" not in find_children()
    wait_for_outbox()


def figures_are_the_stores():
    stored = read_store()
    assert stored
    rows = wait_for(lambda: len(window.sessions()) == len(stored) and window.sessions(), 30,
                    "all sessions")
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
    wait_for(lambda: parse_micro(window.figure("Credits")) == total // 10000 * 10000, 30,
             "the store's sum in “Credits”")
    assert window.find(Role.PANEL, "Simulated") is None
    assert window.figure("Submitted") == str(len(stored))


def detail_opens_by_keyboard():
    window.show_page("sessions")
    amount = window.tab_to(Role.LIST_ITEM, ", Credited").get_name().split(" in ")[0]
    window.type_key("Enter")
    detail = window.wait_for_window("Session")
    window.wait_for_label("The signature is right", root=detail)
    sent = json.loads(window.wait_for_label('{"v":1', root=detail))
    lowest, highest = parse_bytes(amount)
    assert lowest <= sent["bytesTransferred"] <= highest, (sent, amount)
    assert (sent["sessionId"],) in query("SELECT session_id FROM sessions"), sent
    assert "Copy: Signature" in names_in(detail, Role.PUSH_BUTTON)
    window.type_key("Escape")
    wait_for(lambda: window.window("Session") is None, 30, "the detail's end")


def books_agree_with_the_ledger():
    stored = read_store()
    total = sum(session[2] for session in stored)
    window.show_page("credits")
    window.press("Check")
    sentence = window.wait_for_label("adds up")
    count = f"{len(stored)} session" + ("s" if len(stored) != 1 else "")
    assert sentence == (f"Everything adds up: {count}, {total // 1000000}.{total % 1000000:06} "
                        "credits. The ledger says the same."), sentence


def sessions_are_exported():
    window.show_page("sessions")
    window.press("Export sessions")
    wait_for(lambda: press_in(window.application, "Export as CSV…", Role.MENU_ITEM), 30, "the menu")
    window.wait_for_window("Export Sessions")
    # GTK's own dialog, which names its buttons twice.
    wait_for(lambda: press_in(window.window("Export Sessions"), "_Save Save"), 30, "“Save”")
    stored = [session[0] for session in read_store()]

    def read_file():
        for path in glob.glob(os.path.join(os.environ["HOME"], "tropea-sessions-*.csv")):
            with open(path, encoding="utf-8", newline="") as file:
                return [int(row["bytes"]) for row in csv.DictReader(file)]
        return None

    wait_for(lambda: read_file() == stored, 30, "all sessions in the file")
    wait_for(lambda: window.window("Export Sessions") is None, 30, "the dialog's end")


def simulation_is_kept_apart():
    before = window.figure("Credits")
    window.show_page("tor")
    window.switch("Simulation")
    window.wait(Role.LABEL, SIMULATION)
    window.wait_for_state("Simulating", 30)
    wait_for(lambda: any("simulated" in row[1] and row[3] == "Credited"
                         for row in window.sessions()), 30, "a credited session")
    window.show_page("tor")
    window.press("Stop")
    window.wait_for_state("Stopped", 30)
    wait_for_outbox()
    total = sum(session[2] for session in read_store() if session[4] == "simulation")
    wait_for(lambda: parse_micro(window.figure("Simulated")) == total // 10000 * 10000, 30,
             "the store's sum in “Simulated”")
    assert window.figure("Credits") == before
    window.expect_gone(SIMULATION)


def ledger_can_be_switched(ledger):
    window.activate("preferences-page", "ledger", APPLICATION_PATH)
    preferences = window.wait_for_window("Preferences")

    def press(name):
        wait_for(lambda: press_in(preferences, name), 30, f"“{name}”")

    press("Test the ledger")
    window.wait_for_label("“local” answers (", root=preferences)
    # With the keyboard: GTK gives a radio button no action.
    window.tab_to(Role.LIST_ITEM, "A ledger elsewhere")
    window.type_key("Space")
    window.tab_to(Role.CHECK_BOX, "A ledger elsewhere")
    # libadwaita does not say when the keyboard is in such a row.
    window.type_key("Tab")
    entry = wait_for(lambda: next(node for node in walk(preferences)
                                  if node.get_role() == Role.TEXT and
                                  node.get_name() == "Address"), 30, "the address")
    wait_for(lambda: has_state(entry, StateType.SENSITIVE), 30, "an address that can be typed")
    entry.set_text_contents(ledger.url)
    press("Test the ledger")
    window.wait_for_label(f"“{ledger.origin}” answers (", root=preferences)
    window.type_key("Enter")
    window.press("Use")
    window.wait_for_label("Sessions go there from now on.", root=preferences)
    window.close_window("Preferences")


def closing_the_window_ends_all():
    window.show_page("tor")
    window.press("Start")
    window.wait_for_state("Running", 120)
    window.press("Close")
    window.expect_end()


def history_is_there_again():
    stored = read_store()
    open_window()
    wait_for(lambda: len(window.sessions()) == len(stored), 60, "the sessions of before")
    wait_for_outbox()
    total = sum(session[2] for session in read_store() if session[4] != "simulation")
    wait_for(lambda: parse_micro(window.figure("Credits")) == total // 10000 * 10000, 30,
             "the store's sum in “Credits”")
    window.activate("quit", path=APPLICATION_PATH)
    window.expect_end()


def main():
    with Place() as place:
        ledger = Ledger(place, "--allow-simulation", origin="elsewhere.test")
        tap.run([
            ("/window/first-run-is-guided", first_run_is_guided),
            ("/window/failed-bootstrap-says-how-far-and-why", failed_bootstrap_says_why),
            ("/window/mended-it-connects", mended_it_connects),
            ("/window/data-through-the-socks-port-shows-in-the-figures", data_shows),
            ("/window/sessions-are-listed-and-credited", sessions_are_credited),
            ("/window/thresholds-can-be-undone", thresholds_can_be_undone),
            ("/window/stop-stops-tor", stop_stops),
            ("/window/figures-are-the-formula-and-the-store", figures_are_the_stores),
            ("/window/detail-opens-by-keyboard-with-what-was-sent", detail_opens_by_keyboard),
            ("/window/books-agree-with-the-ledger", books_agree_with_the_ledger),
            ("/window/sessions-are-exported", sessions_are_exported),
            ("/window/simulation-is-kept-apart", simulation_is_kept_apart),
            ("/window/ledger-can-be-tested-and-switched",
             lambda: ledger_can_be_switched(ledger)),
            ("/window/closing-it-while-tor-runs-ends-all-in-time", closing_the_window_ends_all),
            ("/window/history-is-there-again-and-it-quits", history_is_there_again),
        ], is_road=True)


try:
    main()
finally:
    if window is not None:
        window.kill()
    shutil.rmtree(FOLDER, ignore_errors=True)
