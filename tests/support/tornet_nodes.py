# tornet_nodes.py: takes the private network away from under a test, and gives it back
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import signal
import subprocess
import time


class Nodes:
    """The relays of the network that "tornet run" started this test beside."""

    def __init__(self):
        self.folder = os.environ["TORNET_DIR"]
        self.running = {}
        self.started = []
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    arguments = [os.fsdecode(one) for one in file.read().split(b"\0")[:-1]]
            except OSError:
                continue
            if "-f" in arguments and self.folder + "/" in " ".join(arguments) and \
                    os.path.basename(arguments[0]) == "tor":
                self.running[int(name)] = arguments
        assert self.running, "no relays found"

    def kill(self):
        """All at once, as an unplugged cable: every connection to them is refused then."""
        for pid in self.running:
            os.kill(pid, signal.SIGKILL)
        for one in self.started:
            one.wait()

    def start(self):
        """The same ones again, from what they have on disk."""
        old, self.running, self.started = self.running, {}, []
        for arguments in old.values():
            one = subprocess.Popen(arguments, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.started.append(one)
            self.running[one.pid] = arguments

    def end(self):
        """Those that this started; tornet does not know them."""
        for one in self.started:
            one.terminate()
        for one in self.started:
            try:
                one.wait(5)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()

    def freeze(self):
        """From now on the network swallows everything."""
        for pid in self.running:
            os.kill(pid, signal.SIGSTOP)

    def thaw(self):
        for pid in self.running:
            os.kill(pid, signal.SIGCONT)

    def stop_and_go(self, seconds):
        """A network that swallows everything for a while."""
        self.freeze()
        time.sleep(seconds)
        self.thaw()
