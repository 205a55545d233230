#!/usr/bin/python3
# check-units.py: what is installed for a ledger's operator is good as it stands
# SPDX-License-Identifier: GPL-3.0-or-later
#
# check-units.py PROGRAM SERVICE SOCKET CONFIGURATION

import os
import re
import subprocess
import sys
import tempfile

from ledger_client import Ledger

PROGRAM = os.path.abspath(sys.argv[1])
SERVICE, SOCKET, CONFIGURATION = sys.argv[2:]

# Of 100: what systemd itself calls "OK" ends at 45, and what is shipped here is far below.
MOST_EXPOSURE = 20


def read(path):
    with open(path) as f:
        return f.read()


def write(path, text):
    with open(path, "w") as f:
        f.write(text)


def test_units(folder):
    service = os.path.join(folder, "tropea-ledger.service")
    text, count = re.subn(r"(?m)^ExecStart=\S+", "ExecStart=" + PROGRAM, read(SERVICE))
    assert count == 1 and "@" not in re.sub(r"@[a-z-]+( |$)", "", text, flags=re.M), text
    assert "Documentation=man:tropea-ledger(1)\n" in text
    # Whether the page is installed is not the unit's matter.
    write(service, text.replace("Documentation=man:tropea-ledger(1)\n", ""))
    write(os.path.join(folder, "tropea-ledger.socket"), read(SOCKET))
    run = subprocess.run(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no",
                          service, os.path.join(folder, "tropea-ledger.socket")],
                         capture_output=True, text=True, timeout=60)
    assert run.returncode == 0 and run.stderr == "", run
    run = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager",
                          "--threshold=%d" % MOST_EXPOSURE, service],
                         capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stdout + run.stderr
    write(service, "[Service]\nType=notify\nExecStart=/nonexistent/program\nUnknownWord=1\n")
    run = subprocess.run(["systemd-analyze", "verify", "--man=no", service],
                         capture_output=True, text=True, timeout=60)
    assert "UnknownWord" in run.stderr, run  # it does look


def policy_with(folder, text):
    path = os.path.join(folder, "ledger.conf")
    write(path, text)
    ledger = Ledger(PROGRAM, folder, "--config", path, "--key-file",
                    os.path.join(folder, "key"), "--dashboard", "127.0.0.1:0",
                    "--admin-token-file", os.path.join(folder, "token"))
    policy = ledger.call("GET", "/api/ledger")[1]["policy"]
    assert ledger.stop() == 0
    return policy


def test_configuration(folder):
    """It is read as it is, and what it shows as the default is the default."""
    text = read(CONFIGURATION)
    shown = re.sub(r"(?m)^#([a-z-]+=)", r"\1", text)
    names = re.findall(r"(?m)^([a-z-]+)=", shown)
    assert len(names) == len(set(names)) == 27, names
    default = policy_with(folder, "[policy]\n")
    assert policy_with(folder, text) == default
    assert policy_with(folder, shown) == default
    for name, value in re.findall(r"(?m)^([a-z-]+)=(\d+)$", shown):
        other = re.sub(r"(?m)^%s=\d+$" % name, "%s=%d" % (name, int(value) + 1), shown)
        changed = policy_with(folder, other) != default
        assert changed == (shown.index("[policy]") < shown.index("\n" + name + "=")), name


def main():
    for test in (test_units, test_configuration):
        with tempfile.TemporaryDirectory() as folder:
            test(folder)
        print("ok", test.__name__, flush=True)


main()
