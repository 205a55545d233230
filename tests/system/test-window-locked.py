#!/usr/bin/python3
# test-window-locked.py: with a locked keyring sessions wait, and the window has the way out
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: test-window-locked.py TROPEA

To be run in a desktop session whose keyring is locked; its password is “tropea”. The cases are
the steps of one road and need those before them.
"""

import os
import shutil
import sys
import tempfile

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path[:0] = [os.path.join(TESTS, "support"), os.path.join(TESTS, "ui")]
import tap  # noqa: E402
from window_driver import Role, Window, find_prompt, press_in, wait_for, walk  # noqa: E402

FOLDER = tempfile.mkdtemp(prefix="tropea-window-")
window = Window(os.path.abspath(sys.argv[1]),
                ["--data-dir", os.path.join(FOLDER, "data"), "--simulate",
                 "--min-bytes", "1000", "--min-seconds", "2", "--max-seconds", "60"],
                os.path.join(FOLDER, "log"))


def has_state(word):
    return any(row[3] == word for row in window.sessions())


def sessions_wait():
    window.wait(Role.PUSH_BUTTON, "Unlock")
    assert any("locked" in name for name in window.names(Role.LABEL))
    assert find_prompt() is None
    wait_for(lambda: has_state("Waiting"), 30, "a waiting session")
    assert not has_state("Credited")


def dismissed_prompt_changes_nothing():
    window.press("Unlock")
    prompt = wait_for(find_prompt, 30, "the keyring's prompt")
    wait_for(lambda: press_in(prompt, "Cancel"), 30, "the prompt's “Cancel”")
    wait_for(lambda: find_prompt() is None, 30, "the end of the prompt")
    window.wait(Role.PUSH_BUTTON, "Unlock")
    assert has_state("Waiting") and not has_state("Credited")


def unlocking_credits_all():
    window.press("Unlock")
    prompt = wait_for(find_prompt, 30, "the keyring's prompt")
    for node in walk(prompt):
        if node.get_role() == Role.PASSWORD_TEXT:
            node.set_text_contents("tropea")
    wait_for(lambda: press_in(prompt, "Unlock"), 30, "the prompt's “Unlock”")
    window.press("Stop")
    window.wait_for_state("Stopped", 30)
    wait_for(lambda: window.figure("Waiting") == "0", 30, "the outbox to be empty")
    assert has_state("Credited") and not has_state("Waiting")
    assert window.find(Role.PUSH_BUTTON, "Unlock") is None
    window.end()


try:
    tap.run([
        ("/window-locked/sessions-wait-and-nobody-is-asked", sessions_wait),
        ("/window-locked/dismissed-prompt-changes-nothing", dismissed_prompt_changes_nothing),
        ("/window-locked/unlocking-credits-what-waited", unlocking_credits_all),
    ])
finally:
    window.kill()
    shutil.rmtree(FOLDER, ignore_errors=True)
