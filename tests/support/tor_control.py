# tor_control.py: asks a tor by its control port, as another program beside Tropea would
# SPDX-License-Identifier: GPL-3.0-or-later

import re
import socket


class TorControl:
    """An authenticated connection to a TCP control port with a cookie (control-spec 3.5)."""

    def __init__(self, port, seconds=10):
        self.file = socket.create_connection(("127.0.0.1", port), seconds).makefile("rwb")
        answer = self.ask("PROTOCOLINFO 1")
        path = re.search(r'COOKIEFILE="((?:[^"\\]|\\.)*)"', "\n".join(answer)).group(1)
        with open(path.replace('\\"', '"').replace("\\\\", "\\"), "rb") as cookie:
            self.ask("AUTHENTICATE " + cookie.read().hex())

    def ask(self, command):
        """Send one command; return the lines of its answer without their status."""
        self.file.write(command.encode() + b"\r\n")
        self.file.flush()
        lines = []
        while True:
            line = self.file.readline().decode().rstrip("\r\n")
            if line[:3] != "250":
                raise OSError(f"tor answers {command.split()[0]}: {line}")
            lines.append(line[4:])
            if line[3] == "+":
                lines[-1] += self.read_long()
            if line[3] == " ":
                return lines

    def read_long(self):
        """The rest of a value of many lines."""
        text = ""
        while (line := self.file.readline().decode().rstrip("\r\n")) != ".":
            text += line + "\n"
        return text

    def get_info(self, *keys):
        answer = self.ask("GETINFO " + " ".join(keys))
        values = dict(line.split("=", 1) for line in answer if "=" in line)
        return [values[key] for key in keys]

    def close(self):
        self.file.close()
