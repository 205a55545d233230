#!/usr/bin/python3
# demo.py: runs Tropea on the private network of tests/tornet and loads pages through it
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: tests/tornet run -- demo.py PROGRAM [ARGUMENT...]

PROGRAM is tropeactl or tropea. It gets a data folder of its own, which is removed at the end,
a key in a file there instead of the user's keyring, and free ports.
"""

import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

# A page about every second: enough for a session every 30 s, and for a picture that moves.
PAGE_SIZES = (40_000, 120_000, 15_000, 60_000, 250_000, 30_000, 90_000, 5_000)
PAGE_INTERVAL = 1.0
PAGE_LIMIT = 20
# As long as Tropea may take to stop what it runs.
STOP_LIMIT = 5
EXPLANATION = """\
The network is up: four nodes, each a real tor that knows no other network.
Tropea runs a tor of its own on it, and curl loads pages through that one.
On such a network tor also counts the bytes to and from programs: in and out are alike.
The first session is credited about 35 seconds after Tor is ready. Ctrl-C ends everything."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def find_free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Traffic(threading.Thread):
    """Loads page after page with curl, through tor. Before tor is ready, curl fails: fine."""

    def __init__(self, socks_port, site):
        super().__init__(daemon=True)
        self.proxy = f"127.0.0.1:{socks_port}"
        self.site = site
        self.is_over = threading.Event()
        self.curl = None

    def run(self):
        for size in itertools.cycle(PAGE_SIZES):
            self.curl = subprocess.Popen(
                ["curl", "--silent", "--max-time", str(PAGE_LIMIT), "--output", "/dev/null",
                 "--socks5-hostname", self.proxy, f"{self.site}/bytes/{size}"],
                stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if self.is_over.is_set():
                self.curl.kill()
            self.curl.wait()
            if self.is_over.wait(PAGE_INTERVAL):
                return

    def stop(self):
        self.is_over.set()
        if self.curl is not None:
            self.curl.kill()
        self.join()


def start_program(arguments, folder, socks_port):
    program, *arguments = arguments
    if os.path.basename(program) == "tropea":
        arguments.append("--start")
    arguments += ["--data-dir", os.path.join(folder, "data"),
                  "--key-file", os.path.join(folder, "key"),
                  "--torrc-append", os.environ["TORNET_CLIENTRC"]]
    environment = dict(os.environ, TOR_SOCKS_PORT=str(socks_port), TOR_CONTROL_PORT="auto")
    return subprocess.Popen(
        [program] + arguments, env=environment,
        preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS + (signal.SIGCHLD,)))


def wait_for(program):
    """Wait for the program's end, or for a signal's; return the exit status."""
    while program.poll() is None:
        info = signal.sigwaitinfo(SIGNALS + (signal.SIGCHLD,))
        if info.si_signo == signal.SIGCHLD:
            continue
        # What came from the terminal went to the program as well.
        if info.si_code <= 0:
            program.send_signal(info.si_signo)
        try:
            program.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()
    return program.returncode if program.returncode >= 0 else 128 - program.returncode


def main():
    if len(sys.argv) < 2 or "TORNET_CLIENTRC" not in os.environ:
        sys.exit(__doc__)
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS + (signal.SIGCHLD,))
    folder = tempfile.mkdtemp(prefix="tropea-demo-")
    socks_port = find_free_port()
    print(EXPLANATION, file=sys.stderr)
    try:
        program = start_program(sys.argv[1:], folder, socks_port)
        # Threads only after the fork: a forked thread's locks would stay locked.
        traffic = Traffic(socks_port, os.environ["TORNET_HTTP"])
        traffic.start()
        try:
            return wait_for(program)
        finally:
            traffic.stop()
    except OSError as error:
        print(f"{sys.argv[1]}: {error.strerror}", file=sys.stderr)
        return 127
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
