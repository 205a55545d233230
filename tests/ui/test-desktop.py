#!/usr/bin/python3
# test-desktop.py: Tropea without its window: background, notifications, autostart, session's end
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: test-desktop.py TROPEA TROPEACTL

To be run in a desktop session with an unlocked keyring, whose bus starts what is installed: the
notification daemon is a real one (xfce4-notifyd), and so is what starts programs at login (dex).
The tor is tests/ui/fake-tor.py, which says that it moves 1 MB in each second.
"""

import os
import subprocess
import sys

import gi
gi.require_version("Atspi", "2.0")
TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path[:0] = [os.path.join(TESTS, "support"), os.path.join(TESTS, "ui")]
import tap  # noqa: E402
from desktop_session import (FAKE_TOR, NAME, PATIENCE, Session, find_bubble,  # noqa: E402
                             has_owner, press_bubble, wait_for)
from session_manager import SessionManager  # noqa: E402
from window_driver import Role  # noqa: E402

TROPEA, TROPEACTL = map(os.path.abspath, sys.argv[1:])


def hidden_start():
    """No window, all actions, and a second start brings the window of the same process."""
    with Session(TROPEA, TROPEACTL) as session:
        session.start("--hidden")
        assert session.windows() == []
        wanted = {"start", "stop", "simulate", "submit-now", "quit", "show", "pause", "unlock"}
        assert wanted <= set(session.list_actions()), session.list_actions()

        session.act("simulate")
        wait_for(lambda: session.status()["tor"]["simulating"], PATIENCE, "the simulation")
        session.act("stop")
        wait_for(lambda: session.state() == "stopped", PATIENCE, "its end")

        again = [TROPEA, "--hidden"], [TROPEA], [TROPEA]
        for number, command in enumerate(again):
            subprocess.run(command, env=session.environment(), timeout=30, check=True)
            assert len(session.windows()) == min(number, 1), session.windows()
        session.act("quit")
        session.expect_end()


def closing_keeps_tor():
    """The window is destroyed and comes back; tor's bytes are counted all the time."""
    with Session(TROPEA, TROPEACTL) as session:
        session.start("--start")
        wait_for(lambda: session.state() == "running", PATIENCE, "tor")
        wait_for(lambda: session.shows(Role.PUSH_BUTTON, "Stop"), PATIENCE, "the window")
        session.act("close")
        wait_for(lambda: session.windows() == [], PATIENCE, "the end of the window")
        before = session.status()["stats"]["bytesIn"]
        wait_for(lambda: session.status()["stats"]["bytesIn"] > before, PATIENCE, "more bytes")
        session.act("show")
        wait_for(lambda: session.shows(Role.PUSH_BUTTON, "Stop"), PATIENCE, "the window again")
        session.set_state("keep-running", False)
        wait_for(lambda: not session.action_state("keep-running"), PATIENCE, "the setting")
        session.act("close")
        session.expect_end()


def sigterm_saves():
    """The open session, which is far from complete, is in the store."""
    with Session(TROPEA, TROPEACTL) as session:
        session.start("--hidden", "--start", "--min-seconds", "600")
        open_bytes = session.wait_for_open_session()
        assert session.stored_bytes() == 0
        session.end()
        assert session.stored_bytes() >= open_bytes


def first_close_is_told():
    """Who has not been told what closing means is asked, once."""
    with Session(TROPEA, TROPEACTL) as session:
        session.forget("closing-told", "keep-running")
        session.start("--start")
        wait_for(lambda: session.state() == "running", PATIENCE, "tor")
        wait_for(lambda: session.shows(Role.PUSH_BUTTON, "Stop"), PATIENCE, "the window")
        session.act("close")
        wait_for(lambda: session.shows(Role.PUSH_BUTTON, "Keep Running"), PATIENCE, "the question")
        assert session.windows() != []
        session.press("Keep Running")
        wait_for(lambda: session.windows() == [], PATIENCE, "the end of the window")
        assert session.action_state("keep-running") and session.state() == "running"
        session.act("show")
        wait_for(lambda: session.shows(Role.PUSH_BUTTON, "Stop"), PATIENCE, "the window again")
        session.act("close")
        wait_for(lambda: session.windows() == [], PATIENCE, "its end without a question")
        session.end()


def notifications():
    """Of a tor that failed, with the remedy; of the first credits, with the page."""
    with Session(TROPEA, TROPEACTL) as session:
        session.tor = os.path.join(session.folder, "tor")
        session.start("--hidden", "--start")
        wait_for(lambda: find_bubble("Tor has failed"), PATIENCE, "the notification")
        assert has_owner("org.freedesktop.Notifications")
        os.symlink(FAKE_TOR, session.tor)
        press_bubble("Tor has failed", "Try Again")
        wait_for(lambda: session.state() == "running", PATIENCE, "tor")
        wait_for(lambda: find_bubble("Tor has failed") is None, PATIENCE, "the end of the notice")

        wait_for(lambda: find_bubble("First credits of today"), PATIENCE, "the notification")
        assert session.windows() == []
        press_bubble("First credits of today", "Show Credits")
        wait_for(lambda: session.shows(Role.PANEL, "Today"), PATIENCE, "the page of the credits")
        assert "credits-told=" in session.read_settings()
        session.end()


def autostart():
    """The switch writes what dex starts, and shows what others write."""
    with Session(TROPEA, TROPEACTL) as session:
        session.start("--hidden")
        assert not session.action_state("autostart")
        session.act("preferences")
        session.toggle("Open Tropea at login")
        wait_for(lambda: session.action_state("autostart"), PATIENCE, "the switch")
        folder = os.path.join(session.config, "autostart")
        path = os.path.join(folder, NAME + ".desktop")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        session.end()

        # What a desktop does at login; the data is the default's then.
        subprocess.run(["dex", "-a", "-e", "GNOME", "-s", folder], env=session.environment(),
                       timeout=30, check=True)
        wait_for(lambda: has_owner(NAME), PATIENCE, "the Tropea of the login")
        assert session.windows() == []
        assert session.action_state("autostart")
        for change, is_on in (("Hidden=true\n", False), ("Hidden=false\n", True),
                              ("X-GNOME-Autostart-enabled=false\n", False), ("", True)):
            kept = text.replace("X-GNOME-Autostart-enabled=true\n", "") + change
            with open(path, "w", encoding="utf-8") as file:
                file.write(kept)
            wait_for(lambda expected=is_on: session.action_state("autostart") == expected,
                     PATIENCE, f"the switch after “{change}”")
        session.set_state("autostart", False)
        wait_for(lambda: not session.action_state("autostart"), PATIENCE, "the switch")
        session.act("quit")
        wait_for(lambda: not has_owner(NAME), PATIENCE, "its end")
        subprocess.run(["dex", "-a", "-e", "GNOME", "-s", folder], env=session.environment(),
                       timeout=30, check=True)
        assert not has_owner(NAME)


def session_end():
    """The session manager asks, then ends the session: all is saved, and tor has ended."""
    with SessionManager() as manager, Session(TROPEA, TROPEACTL) as session:
        session.start("--hidden", "--start", "--min-seconds", "600")
        client = manager.wait_for_client(NAME)
        open_bytes = session.wait_for_open_session()
        manager.tell(client, "QueryEndSession")
        manager.wait_for_consent(client)
        wait_for(lambda: session.stored_bytes() >= open_bytes, PATIENCE, "the open session")
        saved = session.stored_bytes()
        # Somebody else said no: it goes on.
        manager.tell(client, "CancelEndSession")
        session.wait_for_open_session()
        assert session.state() == "running"
        manager.tell(client, "EndSession")
        session.expect_end()
        assert session.stored_bytes() > saved + 1000000


tap.run([
    ("/desktop/hidden-start-has-all-actions-and-no-window", hidden_start),
    ("/desktop/closing-destroys-the-window-and-keeps-tor", closing_keeps_tor),
    ("/desktop/first-close-is-told", first_close_is_told),
    ("/desktop/sigterm-while-hidden-saves", sigterm_saves),
    ("/desktop/notifications-and-their-buttons", notifications),
    ("/desktop/autostart-is-what-dex-starts", autostart),
    ("/desktop/the-sessions-end-saves", session_end),
])
