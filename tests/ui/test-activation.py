#!/usr/bin/python3
# test-activation.py: the session bus starts the window, once, and it is whole
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: test-activation.py TROPEA TROPEACTL SERVICE DESKTOP-FILE

To be run in a desktop session with a keyring, whose bus starts what is in its folders.
"""

import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import programs  # noqa: E402
import tap  # noqa: E402

TROPEA, TROPEACTL, SERVICE, DESKTOP = map(os.path.abspath, sys.argv[1:])
NAME = os.path.basename(SERVICE)[:-len(".service")]
PATH = "/" + NAME.replace(".", "/")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def call(name, path, method, *arguments):
    done = subprocess.run(["gdbus", "call", "--session", "--timeout", "30", "--dest", name,
                           "--object-path", path, "--method", method, *arguments],
                          capture_output=True, text=True, timeout=40, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def bus(method, *arguments):
    return call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus." + method,
                *arguments)


def ask(*arguments):
    return subprocess.run([TROPEACTL, *arguments], capture_output=True, text=True, timeout=30,
                          check=False)


def test_files():
    """What a desktop reads has one name throughout."""
    assert os.path.basename(DESKTOP) == NAME + ".desktop"
    assert "\nDBusActivatable=true\n" in read(DESKTOP)
    assert f"\nName={NAME}\n" in read(SERVICE)


def test_activation():
    folder = os.path.join(os.environ["XDG_RUNTIME_DIR"], "dbus-1", "services")
    os.makedirs(folder, exist_ok=True)
    text, count = re.subn(r"(?m)^Exec=\S+/tropea ", f"Exec={TROPEA} ", read(SERVICE))
    assert count == 1, text
    with open(os.path.join(folder, NAME + ".service"), "w", encoding="utf-8") as file:
        file.write(text)
    bus("ReloadConfig")
    assert "false" in bus("NameHasOwner", NAME)

    call(NAME, PATH, "org.freedesktop.Application.Activate", "{}")
    programs.wait_until(lambda: ask("status").returncode == 0, programs.PATIENCE,
                        "a Tropea that answers")
    owner = bus("GetConnectionUnixProcessID", NAME)
    # The window's own actions are there when a window is.
    assert "show-page" in call(NAME, PATH + "/window/1", "org.gtk.Actions.List")
    done = ask("simulate", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["tor"]["simulating"], done

    # A second call, and a second start, are for the same one.
    call(NAME, PATH, "org.freedesktop.Application.Activate", "{}")
    assert subprocess.run([TROPEA], timeout=30, check=False).returncode == 0
    assert bus("GetConnectionUnixProcessID", NAME) == owner

    assert ask("stop").returncode == 0
    call(NAME, PATH, "org.freedesktop.Application.ActivateAction", "quit", "[]", "{}")
    programs.wait_until(lambda: "false" in bus("NameHasOwner", NAME), programs.PATIENCE,
                        "its end")
    assert ask("status").returncode == 3


def is_simulating():
    done = ask("status", "--json")
    return done.returncode == 0 and json.loads(done.stdout)["tor"]["simulating"]


def test_action():
    """The bus starts Tropea for an action, which is done as soon as it can be, without a window."""
    call(NAME, PATH, "org.freedesktop.Application.ActivateAction", "simulate", "[]", "{}")
    programs.wait_until(is_simulating, programs.PATIENCE, "the simulation")
    assert "<node name" not in call(NAME, PATH + "/window",
                                    "org.freedesktop.DBus.Introspectable.Introspect")
    call(NAME, PATH, "org.freedesktop.Application.ActivateAction", "quit", "[]", "{}")
    programs.wait_until(lambda: "false" in bus("NameHasOwner", NAME), programs.PATIENCE,
                        "its end")


tap.run([
    ("/activation/files", test_files),
    ("/activation/started-by-the-bus", test_activation),
    ("/activation/started-for-an-action", test_action),
])
