# window_driver.py: runs a Tropea window and uses it as an assistive technology does
# SPDX-License-Identifier: GPL-3.0-or-later
"""Widgets are found by role and name in the accessibility tree; figures are what that tree says."""

import os
import re
import signal
import subprocess
import time

import gi
gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

UNITS = {"B": 1, "KB": 1000, "MB": 1000 ** 2, "GB": 1000 ** 3}
# The tree is another process's: a look at it can fail while it changes. It has no event for
# "all has settled", so waiting is looking again after this many seconds.
LOOK_AGAIN = 0.05
# The host has 5 s to close; a busy machine takes its own time to start and end a process.
CLOSE_LIMIT = 8
BUS_NAME = "io.github.tropea.Tropea"
APPLICATION_PATH = "/io/github/tropea/Tropea"
WINDOW_PATH = APPLICATION_PATH + "/window/1"
# More than there are places for the focus in any window.
MOST_TABS = 100
# The names of keys for the X server, where they are not those of the characters.
KEYS = {"Enter": 0xff0d, "Escape": 0xff1b, "Tab": 0xff09, "Space": 0x20, "Down": 0xff54,
        "F10": 0xffc7}
Role = Atspi.Role
StateType = Atspi.StateType
# What is in these says nothing more, and each look costs.
LEAVES = (Role.LABEL, Role.PAGE_TAB, Role.IMAGE, Role.SCROLL_BAR)


def wait_for(look, seconds, what):
    """Call look () until it returns something true, and return that."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            found = look()
        except GLib.Error:
            found = None
        if found:
            return found
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(LOOK_AGAIN)


def walk(node):
    yield node
    if node.get_role() in LEAVES:
        return
    for index in range(node.get_child_count()):
        child = node.get_child_at_index(index)
        if child is not None:
            yield from walk(child)


def has_state(node, state):
    return node.get_state_set().contains(state)


def names_in(root, role):
    return [node.get_name() for node in walk(root) if node.get_role() == role]


def press_in(root, name, role=Role.PUSH_BUTTON):
    """Press what is sensitive and has this role and name below @root; False where nothing is.

    What was never on the screen has no size yet, and would not notice.
    """
    for node in walk(root):
        if node.get_role() == role and node.get_name() == name and \
                node.get_n_actions() > 0 and has_state(node, StateType.SENSITIVE) and \
                node.get_extents(Atspi.CoordType.WINDOW).width > 0:
            return node.do_action(0)
    return False


def find_prompt():
    """The keyring's prompt, another program's window; None where there is none."""
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        application = desktop.get_child_at_index(index)
        if application and application.get_name() == "gcr-prompter" and \
                application.get_child_count() > 0:
            return application.get_child_at_index(0)
    return None


def keep_settings(config, **settings):
    """Settings for a window that keeps them in files below @config, unless it has some."""
    path = os.path.join(config, "glib-2.0", "settings", "keyfile")
    if os.path.exists(path):
        return
    os.makedirs(os.path.dirname(path))
    with open(path, "w", encoding="utf-8") as file:
        file.write("[io/github/tropea/Tropea]\n")
        file.writelines(f"{key}={value}\n" for key, value in settings.items())


# Warnings are fatal in the window only: libatspi, in the test's own process, warns whenever
# a program has gone that it was about to ask.
class Window:
    def __init__(self, program, arguments, log, **environment):
        self.log = log
        self.page = "tor"
        if "XDG_CONFIG_HOME" not in environment:
            # Settings beside the log, those of somebody who has read what is told once.
            environment["XDG_CONFIG_HOME"] = os.path.join(os.path.dirname(log), "config")
            environment["GSETTINGS_BACKEND"] = "keyfile"
            keep_settings(environment["XDG_CONFIG_HOME"],
                          **{"guide-done": "true", "closing-told": "true"})
        with open(log, "ab") as output:
            self.process = subprocess.Popen(
                [program] + arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env=dict(os.environ, GSK_RENDERER="cairo", G_DEBUG="gc-friendly,fatal-warnings",
                         **environment))
        self.focused = None
        self.listener = Atspi.EventListener.new(self._focus_changed)
        self.listener.register("object:state-changed:focused")
        self.application = wait_for(self._find_application, 20, "the window")

    def _find_application(self):
        assert self.process.poll() is None, self.read_log()
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(index)
            if application and application.get_process_id() == self.process.pid and \
                    application.get_child_count() > 0:
                return application
        return None

    def read_log(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def find(self, role, name):
        for node in walk(self.application):
            if node.get_role() == role and node.get_name() == name:
                return node
        return None

    def names(self, role):
        return names_in(self.application, role)

    def wait(self, role, name, seconds=30):
        return wait_for(lambda: self.find(role, name), seconds, f"{role.value_nick} “{name}”")

    def press(self, name, seconds=30):
        wait_for(lambda: press_in(self.application, name), seconds, f"the button “{name}”")

    def figure(self, name):
        """The text of the figure with this name, as a screen reader gets it."""
        return self.wait(Role.PANEL, name).get_description()

    def bar(self, name):
        node = self.wait(Role.PROGRESS_BAR, name)
        return node.get_description(), node.get_current_value()

    def state(self):
        words = {"Stopped", "Starting", "Connecting", "Running", "Stopping", "Failed",
                 "Simulating"}
        for node in walk(self.application):
            if node.get_role() == Role.LABEL and node.get_name() in words:
                return node.get_name()
        return None

    def wait_for_state(self, word, seconds):
        wait_for(lambda: self.state() == word, seconds, f"the state “{word}”")

    def sessions(self):
        """(title, time and remark, credits, state) per row, the newest first."""
        rows = []
        for name, description in self._session_rows():
            match = re.fullmatch(r"(.+), ([^,]+), ([^,]+)", name)
            if match:
                rows.append((match[1], description, match[2], match[3]))
        return rows

    def _session_rows(self):
        """A page that is not shown is not kept up to date, and its rows come a few at a time."""
        page, before = self.page, None
        self.show_page("sessions")
        sessions = self.wait(Role.LIST, "Sessions")
        while True:
            rows = [(node.get_name(), node.get_description()) for node in walk(sessions)
                    if node.get_role() == Role.LIST_ITEM]
            if rows == before:
                self.show_page(page)
                return rows
            before = rows
            time.sleep(LOOK_AGAIN)

    def activate(self, action, target=None, path=WINDOW_PATH):
        """An action as a shortcut, a menu or another program activates it; a target is a word."""
        parameter = [GLib.Variant("s", target)] if target is not None else []
        Gio.bus_get_sync(Gio.BusType.SESSION).call_sync(
            BUS_NAME, path, "org.gtk.Actions", "Activate",
            GLib.Variant("(sava{sv})", (action, parameter, {})), None, Gio.DBusCallFlags.NONE,
            5000)

    def show_page(self, page):
        self.activate("show-page", page)
        self.page = page

    def wait_for_label(self, part, seconds=30, root=None):
        """The whole text of a label that has this part."""
        root = root or self.application
        return wait_for(lambda: next((name for name in names_in(root, Role.LABEL) if part in name),
                                     None), seconds, f"“{part}”")

    def expect_gone(self, part, seconds=30):
        """No label has this part any more."""
        wait_for(lambda: not any(part in name for name in self.names(Role.LABEL)), seconds,
                 f"the end of “{part}”")

    def find_in_row(self, role, name):
        """What is in a row is called by its own name and by that of its row."""
        return next((node for node in walk(self.application)
                     if node.get_role() == role and node.get_name().startswith(name + " ")), None)

    def switch(self, name):
        wait_for(lambda: self.find_in_row(Role.CHECK_BOX, name).do_action(0), 30, f"“{name}”")

    def window(self, title):
        """One of its windows that is on the screen; None where there is none.

        GTK says nothing about its own dialogs.
        """
        return next((frame for frame in self._frames() if frame.get_name() == title and
                     (frame.get_role() != Role.FRAME or has_state(frame, StateType.SHOWING))),
                    None)

    def wait_for_window(self, title):
        return wait_for(lambda: self.window(title), 30, f"the window “{title}”")

    def close_window(self, title):
        wait_for(lambda: press_in(self.window(title), "Close"), 30, f"“Close” of “{title}”")
        wait_for(lambda: self.window(title) is None, 30, f"the end of “{title}”")

    def type_key(self, name):
        """For what has the focus in the window that is in front."""
        wait_for(lambda: any(has_state(frame, StateType.ACTIVE) for frame in self._frames()), 30,
                 "a window with the keyboard")
        Atspi.generate_keyboard_event(KEYS[name], None, Atspi.KeySynthType.SYM)

    def _frames(self):
        frames = (self.application.get_child_at_index(index)
                  for index in range(self.application.get_child_count()))
        return [frame for frame in frames if frame is not None]

    def _focus_changed(self, event):
        if event.detail1 == 1 and event.source.get_process_id() == self.process.pid:
            self.focused = event.source

    def move_focus(self, key="Tab"):
        """What the key moves the focus to."""
        before, self.focused = self.focused, None
        self.type_key(key)
        context = GLib.MainContext.default()
        late = GLib.timeout_source_new_seconds(30)
        late.set_callback(lambda *_: True)
        late.attach(context)
        deadline = time.monotonic() + 30
        while self.focused is None:
            context.iteration(True)
            assert time.monotonic() < deadline, \
                f"nothing got the focus by {key} after {before.get_name() if before else before}"
        late.destroy()
        return self.focused

    def tab_to(self, role, part):
        """Press Tab until something of this role with this in its name has the focus."""
        seen = []
        while len(seen) < MOST_TABS:
            node = self.move_focus()
            seen.append((node.get_role().value_nick, node.get_name()))
            if node.get_role() == role and part in node.get_name():
                return node
        raise AssertionError(f"“{part}” is not among {seen}")

    def expect_end(self):
        """The process ends by itself, in time and well."""
        status = self.process.wait(CLOSE_LIMIT)
        assert status == 0, f"exit status {status}: {self.read_log()}"

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.expect_end()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def parse_bytes(text):
    """The bounds of what “2.5 MB” says: it is rounded down to the last digit shown."""
    match = re.fullmatch(r"(\d+)(?:\.(\d))? ([KMGT]?B)", text)
    assert match, text
    unit = UNITS[match[3]]
    lowest = int(match[1]) * unit + int(match[2] or 0) * unit // 10
    return lowest, lowest + (unit // 10 if match[2] else 0)


def parse_micro(text):
    """“5.65” credits in micro-credits."""
    match = re.fullmatch(r"\+?(\d+)\.(\d\d)", text)
    assert match, text
    return int(match[1]) * 1000000 + int(match[2]) * 10000
