# foreign_tor.py: a tor that somebody else started, and a filter before its control port
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import re
import socket
import subprocess
import tempfile
import threading

from programs import PATIENCE, find_free_port, wait_until
from tor_control import TorControl


class ForeignTor:
    """A client of the private network with a control port, as a user runs one."""

    def __init__(self, place, clientrc, *lines, cookie=True):
        self.place = place
        self.folder = tempfile.mkdtemp(prefix="foreign-", dir=place.folder)
        self.port = find_free_port()
        self.cookie = self.path("cookie")
        with open(clientrc, encoding="utf-8") as file:
            network = file.read()
        with open(self.path("torrc"), "w", encoding="utf-8") as file:
            file.write(network + "\n".join([
                f"DataDirectory {self.path('data')}",
                "SocksPort auto",
                f"ControlPort 127.0.0.1:{self.port}",
                f"CookieAuthentication {int(cookie)}",
                f"CookieAuthFile {self.cookie}",
                "ShutdownWaitLength 0",
                f"__OwningControllerProcess {os.getpid()}",
                *lines]) + "\n")
        self.start()

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def launch(self, sign):
        with open(self.path("output"), "wb") as output:
            self.process = self.place.start(
                ["tor", "-f", self.path("torrc"), "--defaults-torrc", "/dev/null"],
                stdout=output, stderr=output)
        wait_until(lambda: sign in self.read_output(), PATIENCE, "the foreign tor")

    def start(self):
        self.launch("Bootstrapped 100%")
        self.socks_port = int(re.search(r"Socks listener connection \(ready\) on [\d.]+:(\d+)",
                                        self.read_output()).group(1))

    def read_output(self):
        with open(self.path("output"), encoding="utf-8", errors="replace") as file:
            text = file.read()
        assert self.process.poll() is None, text
        return text

    def is_running(self):
        return self.process.poll() is None

    def count_bytes(self):
        control = TorControl(self.port)
        try:
            return sum(map(int, control.get_info("traffic/read", "traffic/written")))
        finally:
            control.close()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        assert self.process.wait(10) == 0


class LonelyTor(ForeignTor):
    """One that knows no network: its control port is all there is of it."""

    def __init__(self, place, *lines, cookie=True):
        super().__init__(place, "/dev/null", "DisableNetwork 1", "GeoIPFile /dev/null",
                         "GeoIPv6File /dev/null", *lines, cookie=cookie)

    def start(self):
        self.launch("Bootstrapped 0%")


def hash_password(password):
    result = subprocess.run(["tor", "--quiet", "--hash-password", password],
                            stdout=subprocess.PIPE, text=True, check=True)
    return result.stdout.strip().split("\n")[-1]


class Filter:
    """Stands before a control port, as onion-grater does: keeps what is asked, and refuses what
    the pattern matches."""

    def __init__(self, port, refused=None):
        self.target = port
        self.refused = re.compile(refused) if refused else None
        self.commands = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            threading.Thread(target=self.copy_answers, args=(server, client), daemon=True).start()
            threading.Thread(target=self.copy_commands, args=(client, server), daemon=True).start()

    @staticmethod
    def copy_answers(server, client):
        try:
            while data := server.recv(65536):
                client.sendall(data)
        except OSError:
            pass
        client.close()

    def copy_commands(self, client, server):
        # A refusal may overtake the answer to a command before it only if that is on its way:
        # so each command waits for its predecessor's, by asking one at a time.
        try:
            for line in client.makefile("rb"):
                command = line.decode(errors="replace").strip()
                self.commands.append(command)
                if self.refused and self.refused.match(command):
                    # tor answers what it does not know in the same order as all the others.
                    server.sendall(b"REFUSED_BY_FILTER\r\n")
                else:
                    server.sendall(line)
        except OSError:
            pass
        server.close()

    def close(self):
        self.listener.close()
