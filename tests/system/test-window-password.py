#!/usr/bin/python3
# test-window-password.py: another tor's password is asked for, told wrong, and kept nowhere
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: test-window-password.py TROPEA FOLDER

To be run in a desktop session. The window is used by its keys and looked at by its accessibility
tree; pictures go to FOLDER. The cases are the steps of one road and need those before them.
"""

import os
import subprocess
import sys

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path[:0] = [os.path.join(TESTS, "support"), os.path.join(TESTS, "ui")]
import tap  # noqa: E402
from foreign_tor import LonelyTor, hash_password  # noqa: E402
from programs import Place  # noqa: E402
from window_driver import Role, Window, keep_settings, wait_for, walk  # noqa: E402

PICTURES = os.path.abspath(sys.argv[2])
TITLE = "Password of the Other Tor"
SECRET = "right-password"
WRONG = "other-password"


def use_keys(*words):
    """In the window that asks. There is no window manager that would give it the keys."""
    for command in (["search", "--sync", "--onlyvisible", "--name", TITLE, "windowfocus",
                     "--sync"], words):
        subprocess.run(["xdotool", *command], check=True, timeout=20)


def photograph(name):
    os.makedirs(PICTURES, exist_ok=True)
    subprocess.run(["import", "-silent", "-window", "root", "-crop", "680x800+0+0", "+repage",
                    os.path.join(PICTURES, f"light-password-{name}.png")], check=True, timeout=20)


def find_asking():
    """The window that asks, with its entry and its button; None where there is none."""
    for index in range(window.application.get_child_count()):
        child = window.application.get_child_at_index(index)
        if child is not None and child.get_name() == TITLE:
            return child
    return None


def find_in(root, role, name):
    return next((node for node in walk(root)
                 if node.get_role() == role and node.get_name() == name), None)


def wait_for_asking():
    root = wait_for(find_asking, 30, "the window that asks")
    return wait_for(lambda: find_in(root, Role.PASSWORD_TEXT, "Password"), 30, "its entry")


def is_told(words):
    root = find_asking()
    return root is not None and any(words in node.get_name() for node in walk(root)
                                    if node.get_role() == Role.LABEL)


def is_asked_for():
    window.wait_for_state("Failed", 30)
    window.press("Give Password…")
    wait_for_asking()
    wait_for(lambda: is_told(f"The tor at 127.0.0.1:{tor.port} wants the password"), 30,
             "who asks")
    photograph("asked")


def escape_gives_nothing():
    use_keys("type", WRONG)
    use_keys("key", "Escape")
    wait_for(lambda: find_asking() is None, 30, "the end of the window")
    assert window.state() == "Failed"
    window.wait(Role.PUSH_BUTTON, "Give Password…")


def wrong_one_is_said_in_place():
    window.press("Give Password…")
    entry = wait_for_asking()
    use_keys("type", WRONG)
    use_keys("key", "Return")
    wait_for(lambda: is_told("does not take this password"), 30, "the complaint")
    wait_for(lambda: "does not take this password" in entry.get_description(), 30,
             "the complaint of the entry")
    photograph("wrong")


def right_one_lets_us_in():
    use_keys("type", SECRET)
    use_keys("key", "Return")
    wait_for(lambda: find_asking() is None, 30, "the end of the window")
    window.wait_for_state("Connecting", 30)
    assert window.find(Role.PUSH_BUTTON, "Give Password…") is None


def tor_and_password_are_left():
    window.end()
    assert tor.is_running()
    for folder, _, names in os.walk(place.folder):
        for name in names:
            path = os.path.join(folder, name)
            if not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                content = file.read()
            assert SECRET.encode() not in content and WRONG.encode() not in content, path


with Place() as place:
    tor = LonelyTor(place, f"HashedControlPassword {hash_password(SECRET)}", cookie=False)
    config = place.path("config")
    keep_settings(config, **{"guide-done": "true", "attach": f"'127.0.0.1:{tor.port}'",
                             "window-width": "680", "window-height": "800"})
    window = Window(os.path.abspath(sys.argv[1]),
                    ["--data-dir", place.path("data"), "--key-file", place.path("key"), "--start"],
                    place.path("log"), XDG_CONFIG_HOME=config, GSETTINGS_BACKEND="keyfile")
    try:
        tap.run([
            ("/window-password/is-asked-for", is_asked_for),
            ("/window-password/escape-gives-nothing", escape_gives_nothing),
            ("/window-password/a-wrong-one-is-said-in-place", wrong_one_is_said_in_place),
            ("/window-password/the-right-one-lets-us-in", right_one_lets_us_in),
            ("/window-password/tor-runs-on-and-nothing-is-kept", tor_and_password_are_left),
        ])
    finally:
        window.kill()
