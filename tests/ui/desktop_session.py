# desktop_session.py: a Tropea without a window, and what a desktop does with it
# SPDX-License-Identifier: GPL-3.0-or-later

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile

from gi.repository import Atspi, Gio, GLib
from window_driver import CLOSE_LIMIT, Role, keep_settings, press_in, wait_for, walk

NAME = "io.github.tropea.Tropea"
PATH = "/" + NAME.replace(".", "/")
FAKE_TOR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fake-tor.py")
PATIENCE = 40
QUICK = ["--min-bytes", "1000", "--min-seconds", "2", "--max-seconds", "600"]


def call(name, path, interface, method, parameters=None, answer=None):
    reply = Gio.bus_get_sync(Gio.BusType.SESSION).call_sync(
        name, path, interface, method, parameters, answer and GLib.VariantType(answer),
        Gio.DBusCallFlags.NONE, 20000)
    return reply.unpack()


def has_owner(name):
    return call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                "NameHasOwner", GLib.Variant("(s)", (name,)))[0]


def find_bubble(title):
    """What the notification daemon shows under this title; None where it does not."""
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        application = desktop.get_child_at_index(index)
        if not application or "notifyd" not in application.get_name():
            continue
        for number in range(application.get_child_count()):
            bubble = application.get_child_at_index(number)
            if bubble and any(title in (node.get_name() or "") for node in walk(bubble)):
                return bubble
    return None


def press_bubble(title, button):
    def press():
        bubble = find_bubble(title)
        return bubble and press_in(bubble, button)

    wait_for(press, PATIENCE, f"“{button}” of the notification “{title}”")


class Session:
    """A folder with settings and data of its own, and a Tropea in it now and then."""

    def __init__(self, program, tropeactl):
        self.program = program
        self.tropeactl = tropeactl
        self.folder = tempfile.mkdtemp(prefix="tropea-desktop-")
        self.data = os.path.join(self.folder, "data")
        self.config = os.path.join(self.folder, "config")
        self.log = os.path.join(self.folder, "log")
        self.tor = FAKE_TOR
        self.process = None
        keep_settings(self.config, **{"guide-done": "true", "closing-told": "true",
                                      "keep-running": "true"})

    def __enter__(self):
        return self

    def forget(self, *keys):
        """These settings are at their defaults."""
        path = os.path.join(self.config, "glib-2.0", "settings", "keyfile")
        with open(path, encoding="utf-8") as file:
            lines = [line for line in file if line.partition("=")[0] not in keys]
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(lines)

    def read_settings(self):
        with open(os.path.join(self.config, "glib-2.0", "settings", "keyfile"),
                  encoding="utf-8") as file:
            return file.read()

    def __exit__(self, *_):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self):
        return dict(os.environ, XDG_CONFIG_HOME=self.config, GSETTINGS_BACKEND="keyfile",
                    GSK_RENDERER="cairo", TROPEA_TOR=self.tor,
                    G_DEBUG="gc-friendly,fatal-warnings")

    def start(self, *options, command=()):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*command, self.program, "--data-dir", self.data, *QUICK, *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment())
        wait_for(lambda: self.is_alive() and self.status(), PATIENCE, "a Tropea that answers")

    def is_alive(self):
        assert self.process.poll() is None, self.read_log()
        return True

    def read_log(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def status(self):
        done = subprocess.run([self.tropeactl, "status", "--json", "--data-dir", self.data],
                              capture_output=True, text=True, timeout=20, check=False)
        return json.loads(done.stdout) if done.returncode == 0 else None

    def state(self):
        return self.status()["tor"]["status"]

    def wait_for_open_session(self):
        """What is metered and not yet in a session, once it is enough for one."""
        def find():
            figures = self.status()["autoSubmission"]
            return figures["accumulatedSeconds"] >= 2 and figures["accumulatedBytes"]

        return wait_for(find, PATIENCE, "an open session")

    def list_actions(self):
        return call(NAME, PATH, "org.gtk.Actions", "List", None, "(as)")[0]

    def act(self, action, target=None):
        parameter = [target] if target is not None else []
        call(NAME, PATH, "org.gtk.Actions", "Activate",
             GLib.Variant("(sava{sv})", (action, parameter, {})))

    def action_state(self, action):
        _, _, state = call(NAME, PATH, "org.gtk.Actions", "Describe",
                           GLib.Variant("(s)", (action,)), "((bgav))")[0]
        return state[0]

    def set_state(self, action, value):
        call(NAME, PATH, "org.gtk.Actions", "SetState",
             GLib.Variant("(sva{sv})", (action, GLib.Variant("b", value), {})))

    def windows(self):
        """The numbers of the windows on the bus."""
        xml, = call(NAME, PATH + "/window", "org.freedesktop.DBus.Introspectable", "Introspect",
                    None, "(s)")
        return [node.path for node in Gio.DBusNodeInfo.new_for_xml(xml).nodes]

    def find_window(self):
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(index)
            if application and application.get_name() == "tropea" and \
                    application.get_child_count() > 0:
                return application
        return None

    def press(self, name):
        wait_for(lambda: press_in(self.find_window(), name), PATIENCE, f"the button “{name}”")

    def toggle(self, name):
        """Move the switch of the row with this name, which is not switched off itself."""
        def move():
            for node in walk(self.find_window()):
                if node.get_role() == Role.CHECK_BOX and name in node.get_name() and \
                        node.get_state_set().contains(Atspi.StateType.SENSITIVE):
                    return node.do_action(0)
            return False

        wait_for(lambda: self.find_window() and move(), PATIENCE, f"the switch “{name}”")

    def shows(self, role, name):
        window = self.find_window()
        return window and any(node.get_role() == role and node.get_name() == name
                              for node in walk(window))

    def stored_bytes(self):
        store = sqlite3.connect(f"file:{self.data}/sessions.db?mode=ro", uri=True)
        try:
            return store.execute("SELECT ifnull (sum (bytes), 0) FROM sessions").fetchone()[0]
        finally:
            store.close()

    def expect_end(self):
        status = self.process.wait(CLOSE_LIMIT)
        assert status == 0, f"exit status {status}: {self.read_log()}"
        wait_for(lambda: not has_owner(NAME), PATIENCE, "the name to be free")

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.expect_end()
