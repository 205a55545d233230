# contenders.py: starts and ends the servers that the benchmark puts under load
# SPDX-License-Identifier: GPL-3.0-or-later

import glob
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ORIGIN = "bench.example.org"
TICKS = os.sysconf("SC_CLK_TCK")

# No limit of the policy may decide here, since only one client is on the machine.
CONFIGURATION = """[ledger]
quiet=true

[policy]
key-rate=0
connection-rate=0
new-keys-per-hour=0
"""


class Server:
    """A server on a port of its own. As a context: running, and ended in the end."""

    def __init__(self, name, arguments, environment=None):
        self.name = name
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, **(environment or {})})
        line = self.process.stdout.readline()
        if not line.startswith("listening "):
            self.end()
            sys.exit("%s did not start" % name)
        self.port = int(line.split()[1].rsplit(":", 1)[-1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def pids(self):
        found, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            for path in glob.glob("/proc/%d/task/*/children" % pid):
                with open(path) as file:
                    waiting += [int(word) for word in file.read().split()]
        return found

    def cpu_seconds(self):
        ticks = 0
        for pid in self.pids():
            with open("/proc/%d/stat" % pid) as file:
                fields = file.read().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / TICKS


def remove_database(path):
    for suffix in ("", "-wal", "-shm", ".key"):
        if os.path.exists(path + suffix):
            os.unlink(path + suffix)


class Ledger(Server):
    def __init__(self, name, program, folder, database=None, environment=None):
        path = database or os.path.join(folder, "ours.db")
        if database is None:
            remove_database(path)
        configuration = os.path.join(folder, "ledger.conf")
        with open(configuration, "w") as file:
            file.write(CONFIGURATION)
        super().__init__(name, [program, "--config", configuration, "--database",
                                "sqlite:" + path, "--listen", "127.0.0.1:0",
                                "--origin", ORIGIN], environment)


class Peer(Server):
    folder = None

    @classmethod
    def install(cls, source, build):
        """npm writes no lock file, which would hold the address of whatever mirror it used."""
        cls.folder = os.path.join(build, "peer")
        os.makedirs(cls.folder, exist_ok=True)
        for name in os.listdir(source):
            shutil.copy(os.path.join(source, name), cls.folder)
        if subprocess.run(["npm", "install", "--no-package-lock", "--no-audit", "--no-fund"],
                          cwd=cls.folder, stdout=sys.stderr).returncode != 0:
            sys.exit("The peer's packages could not be installed: look at npm's words above")

    def __init__(self, name, folder, arguments, environment=None):
        path = os.path.join(folder, "peer.db")
        remove_database(path)
        super().__init__(name, ["node", os.path.join(self.folder, "server.js"), path] + arguments,
                         {"NODE_ENV": "production", **(environment or {})})
