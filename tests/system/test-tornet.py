#!/usr/bin/python3
# test-tornet.py: the private Tor network is one that a client can use at its first try
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: test-tornet.py TORNET"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import tap  # noqa: E402
from programs import MARK, find_processes  # noqa: E402

TORNET = os.path.abspath(sys.argv[1])


class Tornet:
    """One running network, marked so that every process of it can be found."""

    def __init__(self, command, **options):
        self.mark = os.urandom(8).hex()
        self.process = subprocess.Popen(
            [TORNET, "run", "--"] + command, env=dict(os.environ, **{MARK: self.mark}),
            stdout=subprocess.PIPE, text=True, **options)

    def expect_nothing_left(self):
        left = find_processes(self.mark)
        assert not left, left


def use_network(folder, rc, site):
    """Be a client of the network; return the digest of half a megabyte that came through it."""
    with open(os.path.join(folder, "output"), "w+", encoding="utf-8") as output:
        tor = subprocess.Popen(
            ["tor", "-f", rc, "--defaults-torrc", "/dev/null", "--DataDirectory", folder,
             "--SocksPort", "auto", "--ControlPort", "0", "--ShutdownWaitLength", "0"],
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + 30
            while "Bootstrapped 100%" not in open(output.name, encoding="utf-8").read():
                assert tor.poll() is None and time.monotonic() < deadline
                time.sleep(0.05)
            text = open(output.name, encoding="utf-8").read()
            port = re.search(r"Opened Socks listener connection \(ready\) on [\d.]+:(\d+)", text)
            page = subprocess.run(
                ["curl", "--silent", "--show-error", "--max-time", "30", "--socks5-hostname",
                 f"127.0.0.1:{port.group(1)}", f"{site}/bytes/500000"],
                stdout=subprocess.PIPE, check=True)
        finally:
            tor.terminate()
            tor.wait(10)
    return len(page.stdout), hashlib.sha256(page.stdout).hexdigest()


def read_environment(network):
    """What the command was told; it printed it as its first line."""
    return network.process.stdout.readline().split()


SHOW = ["sh", "-c", "echo $TORNET_CLIENTRC $TORNET_HTTP $TORNET_DIR; read line"]


def check_two_networks():
    """Side by side, each serves a client at its first try; the ends do not meet."""
    networks = [Tornet(SHOW, stdin=subprocess.PIPE) for _ in range(2)]
    results = []

    def use(network):
        rc, site, folder = read_environment(network)
        with tempfile.TemporaryDirectory() as home:
            results.append((use_network(home, rc, site), folder))

    threads = [threading.Thread(target=use, args=(network,)) for network in networks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for network in networks:
        network.process.communicate("\n", timeout=60)
        assert network.process.returncode == 0
        network.expect_nothing_left()
    assert [result[0][0] for result in results] == [500000, 500000], results
    assert results[0][0] == results[1][0] and results[0][1] != results[1][1], results
    assert not any(os.path.exists(folder) for _, folder in results)


def check_ordinary_user():
    """Root is not needed: as nobody, with nothing but a folder to write to."""
    if os.geteuid() != 0:
        prefix, copy = [], TORNET
    else:
        prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    with tempfile.TemporaryDirectory() as home:
        if prefix:
            # The clone may be where nobody else can read it.
            copy = shutil.copy(TORNET, home)
            os.chown(home, 65534, 65534)
        result = subprocess.run(prefix + [copy, "run", "--", "sh", "-c", "id -u"],
                                env=dict(os.environ, TMPDIR=home, HOME=home), cwd="/",
                                stdout=subprocess.PIPE, text=True, timeout=120, check=False)
    assert result.returncode == 0, result
    assert int(result.stdout) == (65534 if prefix else os.geteuid()), result


def check_stops():
    """The command is told, its status is handed on, and nothing stays."""
    network = Tornet(["sh", "-c", "trap 'exit 9' TERM; echo $TORNET_DIR; "
                                  "while :; do sleep 0.1; done"])
    folder = network.process.stdout.readline().strip()
    network.process.terminate()
    assert network.process.wait(20) == 9
    network.expect_nothing_left()
    assert not os.path.exists(folder)


def check_stops_while_starting():
    network = Tornet(["true"])
    deadline = time.monotonic() + 30
    while len(find_processes(network.mark)) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    network.process.terminate()
    assert network.process.wait(20) == 128 + signal.SIGTERM
    network.expect_nothing_left()


tap.run([
    ("/tornet/two-side-by-side-serve-a-client-each", check_two_networks),
    ("/tornet/an-ordinary-user-can-run-it", check_ordinary_user),
    ("/tornet/ends-with-its-command", check_stops),
    ("/tornet/ends-while-it-starts", check_stops_while_starting),
])
