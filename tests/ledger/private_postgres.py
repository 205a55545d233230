#!/usr/bin/python3
# private_postgres.py: real PostgreSQL servers of one's own, gone when their user is
# SPDX-License-Identifier: GPL-3.0-or-later
"""private_postgres.py COMMAND [ARGUMENT]...

Runs COMMAND with TROPEA_TEST_POSTGRES, the start of an address to which the name of a database
is to be added. The server listens on a Unix socket in a private folder only; it is not root's,
and it dies with this program.
"""

import atexit
import ctypes
import glob
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

USER = "tropea"
SETTINGS = """
listen_addresses = '%s'
port = %d
unix_socket_directories = '%s'
shared_buffers = 32MB
max_connections = 60
max_wal_senders = 5
wal_level = replica
hot_standby = on
log_min_messages = warning
"""
PR_SET_PDEATHSIG = 1


def find(name):
    for folder in sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True):
        path = os.path.join(folder, name)
        if os.access(path, os.X_OK):
            return path
    path = shutil.which(name)
    assert path, "there is no " + name
    return path


def unprivileged():
    """What Popen needs so that root does not run a server; PostgreSQL refuses to."""
    if os.geteuid() != 0:
        return {}
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        user = pwd.getpwnam("nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


class Cluster:
    """One server. Its folder is a parameter so that a standby can lie beside its primary."""

    def __init__(self, folder, name, address="", port=5432):
        self.data, self.sockets = os.path.join(folder, name), os.path.join(folder, name + ".s")
        self.address, self.port, self.process = address, port, None
        os.mkdir(self.sockets)
        self.own(self.sockets)
        self.log = open(self.data + ".log", "ab")

    @staticmethod
    def own(path):
        user = unprivileged()
        if user:
            os.chown(path, user["user"], user["group"])

    def run(self, program, *arguments):
        subprocess.run([find(program), *arguments], check=True, cwd="/", stdin=subprocess.DEVNULL,
                       stdout=self.log, stderr=self.log, **unprivileged())

    def initialize(self, more=""):
        self.run("initdb", "-D", self.data, "-U", USER, "-A", "trust", "--locale=C", "-E", "UTF8",
                 "--no-sync")
        self.configure(more)

    def copy_of(self, primary, slot):
        self.run("pg_basebackup", "-h", primary.sockets, "-p", str(primary.port), "-U", USER,
                 "-D", self.data, "-c", "fast", "-R", "-X", "stream", "-C", "-S", slot)
        self.configure("primary_conninfo = 'host=%s port=%d user=%s application_name=%s'\n"
                       % (primary.sockets, primary.port, USER, slot))

    def configure(self, more=""):
        with open(os.path.join(self.data, "postgresql.conf"), "a", encoding="utf-8") as f:
            f.write(SETTINGS % (self.address, self.port, self.sockets) + more)
        auto = os.path.join(self.data, "postgresql.auto.conf")
        with open(auto, encoding="utf-8") as f:
            kept = [line for line in f if "primary_conninfo" not in line]
        with open(auto, "w", encoding="utf-8") as f:
            f.writelines(kept)

    def start(self):
        self.process = subprocess.Popen([find("postgres"), "-D", self.data], cwd="/",
                                        stdin=subprocess.DEVNULL, stdout=self.log,
                                        stderr=self.log, preexec_fn=die_with_parent,
                                        **unprivileged())
        atexit.register(self.stop)
        end = time.monotonic() + 30
        while not self.answers():
            assert time.monotonic() < end and self.process.poll() is None, "see " + self.log.name
            time.sleep(0.05)

    def answers(self):
        return subprocess.run([find("pg_isready"), "-q", "-h", self.sockets, "-p",
                               str(self.port)], check=False).returncode == 0

    def stop(self):
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(20)
            self.process = None

    def kill(self):
        """kill -9 of the whole server, as if the machine had lost its power."""
        with open("/proc/%d/task/%d/children" % (self.process.pid, self.process.pid),
                  encoding="ascii") as f:
            children = [int(pid) for pid in f.read().split()]
        self.process.kill()
        for pid in children:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait(20)
        self.process = None
        return len(children)

    def uri(self, database):
        return "postgresql://%s@%s:%d/%s" % (USER, urllib.parse.quote(self.sockets, safe=""),
                                             self.port, database)

    def sql(self, statement, database="postgres"):
        """The rows as psql prints them, without a frame."""
        run = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement,
                              self.uri(database)], capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        return run.stdout.strip()


def make_folder():
    folder = tempfile.mkdtemp(prefix="tropea-pg-", dir="/tmp")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Cluster.own(folder)
    return folder


def main():
    cluster = Cluster(make_folder(), "data")
    cluster.initialize("fsync = off\n")
    cluster.start()
    environment = {**os.environ, "TROPEA_TEST_POSTGRES": cluster.uri("")}
    status = subprocess.run(sys.argv[1:], env=environment, check=False).returncode
    cluster.stop()
    sys.exit(status if status >= 0 else 128 - status)


if __name__ == "__main__":
    main()
