#!/usr/bin/python3
# check-units.py: the systemd units of tropeactl are good as they stand, and their commands run
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: check-units.py SYSTEM-UNIT USER-UNIT, with TROPEACTL and TROPEA_LEDGER set."""

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import programs  # noqa: E402
import tap  # noqa: E402

SYSTEM, USER = sys.argv[1:]

# Of 100; what systemd itself calls "OK" ends at 45. Tor needs the network, the ledger does not.
MOST_EXPOSURE = 25


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write_runnable(path, folder):
    """The unit with the program as it was built, under the name that it is installed by."""
    program = os.path.abspath(programs.TROPEACTL)
    text, count = re.subn(r"(?m)^ExecStart=\S+", "ExecStart=" + program, read(path))
    assert count == 1 and "@" not in re.sub(r"[~=]@[a-z-]+", "", text), text
    # Whether the page is installed is not the unit's matter.
    assert "Documentation=man:tropeactl(1)\n" in text
    unit = os.path.join(folder, "tropeactl.service")
    with open(unit, "w", encoding="utf-8") as file:
        file.write(text.replace("Documentation=man:tropeactl(1)\n", ""))
    return unit


def analyze(*arguments):
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True,
                          timeout=60, check=False)


def test_verify(path, *mode):
    with tempfile.TemporaryDirectory() as folder:
        unit = write_runnable(path, folder)
        # The manager looks for its own folders there.
        os.environ["XDG_RUNTIME_DIR"] = folder
        done = analyze(*mode, "verify", "--man=no", "--recursive-errors=no", unit)
        assert done.returncode == 0 and done.stderr == "", done
        with open(unit, "a", encoding="utf-8") as file:
            file.write("[Service]\nUnknownWord=1\n")
        assert "UnknownWord" in analyze(*mode, "verify", "--man=no", unit).stderr  # it does look


def test_exposure():
    with tempfile.TemporaryDirectory() as folder:
        done = analyze("security", "--offline=true", "--no-pager",
                       f"--threshold={MOST_EXPOSURE}", write_runnable(SYSTEM, folder))
        assert done.returncode == 0, done.stdout + done.stderr


def get_command(path, place):
    """What systemd would run, with a simulation for the network."""
    text = read(path).replace("\\\n", " ")
    words = shlex.split(re.search(r"(?m)^ExecStart=(.*)$", text)[1])
    for name, folder in (("%S", place.path("state")), ("%t", place.path("run")),
                         ("%h", place.path("home"))):
        words = [word.replace(name, folder) for word in words]
    return [programs.TROPEACTL, *words[1:], "--simulate", "--json"]


def test_command(path, *client):
    with programs.Place() as place:
        # As systemd makes them.
        for name in ("run", "run/tropeactl", "state", "state/tropeactl"):
            os.mkdir(place.path(name), 0o700)
        environment = place.environment(XDG_RUNTIME_DIR=place.path("run"))
        process = place.start(get_command(path, place), environment, stdout=subprocess.PIPE)
        for line in process.stdout:
            if json.loads(line).get("status") == "running":
                break
        arguments = [word.replace("%t", place.path("run")) for word in client]
        done = subprocess.run([programs.TROPEACTL, "status", "--json", *arguments],
                              env=environment, capture_output=True, text=True, timeout=20,
                              check=True)
        assert json.loads(done.stdout)["tor"]["status"] == "running"
        number = re.search(r"(?m)^KillSignal=(SIG[A-Z]+)$", read(path))[1]
        process.send_signal(getattr(programs.signal, number))
        assert process.wait(programs.PATIENCE) == 0
        process.stdout.close()


tap.run([
    ("/units/system-is-verified", lambda: test_verify(SYSTEM)),
    ("/units/user-is-verified", lambda: test_verify(USER, "--user")),
    ("/units/system-is-hardened", test_exposure),
    ("/units/system-command-runs",
     lambda: test_command(SYSTEM, "--api-socket", "%t/tropeactl/api.sock")),
    ("/units/user-command-runs", lambda: test_command(USER)),
])
