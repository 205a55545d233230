#!/usr/bin/python3
# test-panel.py: the icon in a real panel: seen, clicked, and there again when the panel is
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: test-panel.py TROPEA SHOW-STATES FOLDER

To be run in a desktop session with a screen of 700x900 and a keyring. Pictures go to FOLDER.
"""

import os
import subprocess
import sys
import tempfile

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(TESTS, "support"))
import tap  # noqa: E402
from gi.repository import Gio, GLib  # noqa: E402
from panel import HEIGHT as PANEL_HEIGHT, PATIENCE, WATCHER, Panel, click, wait_for  # noqa: E402

TROPEA, SHOW_STATES, FOLDER = map(os.path.abspath, sys.argv[1:])
WIDTH, HEIGHT = 700, 900
SCHEMA = "io.github.tropea.Tropea"
panel = Panel(WIDTH, HEIGHT)
os.environ["GSETTINGS_BACKEND"] = "keyfile"


def photograph(name, height=40):
    panel.photograph(os.path.join(FOLDER, f"tray-{name}.png"), height)


def call(name, path, interface, method, arguments):
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    return bus.call_sync(name, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE,
                         PATIENCE * 1000).unpack()


def read_menu():
    """What the panel reads of the menu: labels that show, with a tick where there is one."""
    items = call(WATCHER, "/StatusNotifierWatcher", "org.freedesktop.DBus.Properties", "Get",
                 GLib.Variant("(ss)", (WATCHER, "RegisteredStatusNotifierItems")))[0]
    name = items[0].split("/")[0]
    layout = call(name, "/StatusNotifierItem/Menu", "com.canonical.dbusmenu", "GetLayout",
                  GLib.Variant("(iias)", (0, -1, [])))[1]
    return [("✓" if item[1].get("toggle-state") else "") + item[1]["label"].replace("_", "")
            for item in layout[2] if item[1].get("visible", True) and "label" in item[1]]


def go_away():
    """What stays over the icon sees a tooltip where the menu is to be."""
    subprocess.run(["xdotool", "mousemove", str(WIDTH - 10), "10"], check=True, timeout=PATIENCE)


def open_menu(state):
    """Returns where the icon is, and the menu's upper edge."""
    x, y = panel.wait_for_icon(state)
    click(x, y, 3)
    go_away()
    tops = [None]

    def is_still():
        """It is read and drawn in several steps."""
        tops.append(panel.find_menu(x + 60))
        return tops[-1] is not None and tops[-1] == tops[-2]
    wait_for(is_still, "the menu")
    return x, tops[-1]


def press(key):
    subprocess.run(["xdotool", "key", key], check=True, timeout=PATIENCE)


def windows():
    done = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^Tropea$"],
                          capture_output=True, text=True, check=False, timeout=PATIENCE)
    return done.stdout.split()


def test_states():
    """All five at once, in the sizes of trays, on light and dark."""
    program = subprocess.Popen([SHOW_STATES], stdout=subprocess.PIPE, text=True)
    try:
        assert program.stdout.readline() == "shown\n"
        for dark, sizes in (("false", ("16", "22", "24", "32", "48")), ("true", ("22", "48"))):
            panel.set("/panels/dark-mode", dark)
            for size in sizes:
                panel.set("/panels/panel-1/size", str(int(size) + 8))
                panel.set("/plugins/plugin-1/icon-size", size)
                panel.wait_for_icon("stopped", "running", "paused", "failed")
                photograph(f"states-{size}" + ("-dark" if dark == "true" else ""), 60)
    finally:
        program.terminate()
        program.wait()
    panel.set("/panels/dark-mode", "false")
    panel.set("/panels/panel-1/size", "40")
    panel.set("/plugins/plugin-1/icon-size", "22")
    panel.wait_for_none()


def test_menu():
    """The first item is clicked, and a switch reached with keys; the icon follows."""
    panel.wait_for_icon("stopped")
    wait_for(lambda: "Stopped" in read_menu(), "an open Tropea")
    x, top = open_menu("stopped")
    assert read_menu() == ["Open Tropea", "Stopped", "↓ 0 B/s", "↑ 0 B/s", "Credits today: 0.00",
                           "Start Tor", "Simulation", "Submit Now", "Quit"], read_menu()
    photograph("menu-stopped", 400)
    click(x + 60, top + 16, 1)
    wait_for(windows, "the window")
    click(*panel.wait_for_icon("stopped"), 1)
    wait_for(lambda: not windows(), "the end of the window")

    # By the key that is underlined.
    open_menu("stopped")
    press("m")
    panel.wait_for_icon("running")
    wait_for(lambda: not panel.find_menu(x + 60), "the end of the menu")

    open_menu("running")
    items = read_menu()
    assert "Simulating" in items and "Stop" in items and "✓Simulation" in items, items
    assert "Start Tor" not in items, items
    photograph("menu-simulating", 400)
    press("Escape")
    wait_for(lambda: not panel.find_menu(x + 60), "the end of the menu")


def test_tooltip():
    x, y = panel.wait_for_icon("running")
    subprocess.run(["xdotool", "mousemove", str(x + 200), str(y), "mousemove", str(x), str(y),
                    "mousemove_relative", "1", "1"], check=True, timeout=PATIENCE)
    wait_for(lambda: panel.is_covered(x), "the tooltip")
    photograph("tooltip", 200)


def test_left_click():
    """The window comes and goes; Tropea stays."""
    place = panel.wait_for_icon("running")
    assert not windows()
    click(*place, 1)
    wait_for(windows, "the window")
    click(*place, 1)
    wait_for(lambda: not windows(), "the end of the window")
    click(*place, 4)
    click(*place, 5)
    panel.wait_for_icon("running")
    assert not windows()


def test_middle_click():
    click(*panel.wait_for_icon("running"), 2)
    panel.wait_for_icon("stopped")


def test_restart():
    """A panel that crashes and one that comes back."""
    panel.kill()
    panel.start()
    panel.wait_for_icon("stopped")


def test_switch():
    def choose(value):
        subprocess.run(["gsettings", "set", SCHEMA, "tray", value], check=True, timeout=PATIENCE)
    choose("false")
    panel.wait_for_none()
    choose("true")
    panel.wait_for_icon("stopped")


def test_quit():
    """The lowest item, clicked."""
    x = open_menu("stopped")[0]
    photograph("menu-quit", 400)
    click(x + 60, HEIGHT - PANEL_HEIGHT - 14, 1)
    assert tropea.wait(PATIENCE) == 0
    panel.wait_for_none()


def with_tropea(test):
    """The first of them starts it."""
    def run():
        global tropea  # pylint: disable=global-statement
        if tropea is None:
            folder = tempfile.mkdtemp(prefix="tropea-tray-")
            tropea = subprocess.Popen([TROPEA, "--hidden", "--data-dir", folder],
                                      stdin=subprocess.DEVNULL)
        test()
    return run


tropea = None
panel.start()
tap.run([
    ("/panel/each-state-light-and-dark", test_states),
    ("/panel/menu", with_tropea(test_menu)),
    ("/panel/tooltip", with_tropea(test_tooltip)),
    ("/panel/left-click-shows-and-hides", with_tropea(test_left_click)),
    ("/panel/middle-click-stops", with_tropea(test_middle_click)),
    ("/panel/killed-and-started-again", with_tropea(test_restart)),
    ("/panel/switched-off-and-on", with_tropea(test_switch)),
    ("/panel/quit", with_tropea(test_quit)),
])
