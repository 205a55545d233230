# tor_bridge.py: a real obfs4 bridge of the private network
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import re
import tempfile

from programs import PATIENCE, find_free_port, wait_until
from tor_control import TorControl

OBFS4PROXY = "/usr/bin/obfs4proxy"


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


class Bridge:
    """A tor that is a bridge and nothing else, which ends with the place that it is in."""

    def __init__(self, place, clientrc):
        # Not in the place's own folder, whose name may be too long or odd for a socket.
        self.folder = tempfile.mkdtemp(prefix="bridge-", dir=place.folder)
        self.or_port, self.obfs4_port = find_free_port(), find_free_port()
        with open(self.path("torrc"), "w", encoding="utf-8") as file:
            file.write(read(clientrc) + "\n".join([
                f"DataDirectory {self.path('data')}",
                "Nickname bridge",
                "BridgeRelay 1",
                "Address 127.0.0.1",
                f"ORPort 127.0.0.1:{self.or_port} IPv4Only",
                "AssumeReachable 1",
                "ExitRelay 0",
                "PublishServerDescriptor 0",
                "BridgeDistribution none",
                "ExtORPort auto",
                f"ServerTransportPlugin obfs4 exec {OBFS4PROXY}",
                f"ServerTransportListenAddr obfs4 127.0.0.1:{self.obfs4_port}",
                "SocksPort 0",
                "ShutdownWaitLength 0",
                "ContactInfo nobody",
                "ControlPort auto",
                "CookieAuthentication 1",
                f"ControlPortWriteToFile {self.path('port')}",
                f"__OwningControllerProcess {os.getpid()}",
            ]) + "\n")
        self.start(place)
        self.fingerprint = read(self.path("data", "fingerprint")).split()[1]

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def start(self, place):
        with open(self.path("output"), "wb") as output:
            self.process = place.start(
                ["tor", "-f", self.path("torrc"), "--defaults-torrc", "/dev/null"],
                stdout=output, stderr=output)

        def is_ready():
            text = read(self.path("output"))
            assert self.process.poll() is None, text
            return "Bootstrapped 100%" in text and self.find_arguments() is not None

        wait_until(is_ready, PATIENCE, "the bridge")

    def find_arguments(self):
        return re.search(r"cert=\S+ iat-mode=\d",
                         read(self.path("data", "pt_state", "obfs4_bridgeline.txt")))

    def obfs4_line(self):
        return f"obfs4 127.0.0.1:{self.obfs4_port} {self.fingerprint} " \
               f"{self.find_arguments().group(0)}"

    def plain_line(self):
        return f"127.0.0.1:{self.or_port} {self.fingerprint}"

    def count_bytes(self):
        """What the bridge itself counted: read and written."""
        control = TorControl(int(read(self.path("port")).split(":")[-1]))
        try:
            return list(map(int, control.get_info("traffic/read", "traffic/written")))
        finally:
            control.close()

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
