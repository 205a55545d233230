# programs.py: runs the built programs in a test and looks at what they leave behind
# SPDX-License-Identifier: GPL-3.0-or-later

import base64
import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import urllib.parse
import uuid

import nacl.signing

TROPEACTL = os.environ.get("TROPEACTL", "tropeactl")
TROPEA_LEDGER = os.environ.get("TROPEA_LEDGER", "tropea-ledger")
IS_LONG = "TROPEA_TEST_LONG" in os.environ

# Set in the environment of everything that a test starts, so that what is left can be found.
MARK = "TROPEA_TEST_MARK"

# Ctrl-C has this long, and so has every other end.
STOP_LIMIT = 5
# For what takes a second on an idle machine.
PATIENCE = 40

CREDIT_CAP = 100_000_000


def compute_credits(duration, size):
    """The formula of the design, in micro-credits; written once more on purpose."""
    return min(CREDIT_CAP, duration * 100_000 + size // 2)


def find_processes(mark):
    """The pids of all processes that were started under this mark."""
    found = []
    wanted = f"{MARK}={mark}".encode()
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/environ", "rb") as file:
                if wanted in file.read().split(b"\0"):
                    found.append(int(name))
        except OSError:
            pass
    return found


def wait_until(condition, seconds, what):
    """For what sends no event: ask again until it holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.02)


def find_free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Place:
    """A private folder for one test, in which everything that it starts must have ended."""

    def __init__(self):
        self.mark = uuid.uuid4().hex
        self.folder = tempfile.mkdtemp(prefix="tropea-test-")
        self.processes = []

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def environment(self, **more):
        environment = {key: value for key, value in os.environ.items()
                       if not key.startswith(("XDG_", "TOR_", "DBUS_", "TROPEA_TOR", "LD_"))}
        environment.update({
            MARK: self.mark,
            "HOME": self.path("home"),
            "LC_ALL": "C.UTF-8",
            "TROPEA_LEDGER": TROPEA_LEDGER,
            "TOR_SOCKS_PORT": "auto",
            "TOR_CONTROL_PORT": "auto",
        })
        environment.update(more)
        return {key: value for key, value in environment.items() if value is not None}

    def start(self, arguments, environment=None, **options):
        process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, text=True,
                                   env=environment or self.environment(), **options)
        self.processes.append(process)
        return process

    def expect_nothing_left(self, seconds=0):
        wait_until(lambda: not find_processes(self.mark), seconds,
                   f"nothing left of {find_processes(self.mark)}")

    def __enter__(self):
        os.mkdir(self.path("home"), 0o700)
        return self

    def __exit__(self, kind, *_):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
        try:
            if kind is None:
                self.expect_nothing_left(1)
        finally:
            for pid in find_processes(self.mark):
                os.kill(pid, signal.SIGKILL)
            shutil.rmtree(self.folder, ignore_errors=True)


class Host:
    """A running "tropeactl run --json", whose events are kept as they come."""

    def __init__(self, place, *options, environment=None, prefix=()):
        self.place = place
        self.data_dir = place.path("data")
        self.events = []
        self.changed = threading.Condition()
        self.errors = []
        arguments = [TROPEACTL, "run", "--json", *options]
        if not any(option.split("=")[0] == "--data-dir" for option in options):
            arguments += ["--data-dir", self.data_dir]
        if not any(option.split("=")[0] == "--key-file" for option in options):
            arguments += ["--key-file", place.path("key")]
        self.process = place.start([*prefix, *arguments], environment, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        self.readers = [threading.Thread(target=reader) for reader in
                        (self.read_events, self.read_errors)]
        for reader in self.readers:
            reader.start()

    def read_events(self):
        for line in self.process.stdout:
            # After a kill the last line may be half a line.
            if line.endswith("\n"):
                event = json.loads(line)
                event["at"] = time.monotonic()
                with self.changed:
                    self.events.append(event)
                    self.changed.notify_all()
        with self.changed:
            self.changed.notify_all()

    def read_errors(self):
        self.errors += [line.rstrip("\n") for line in self.process.stderr]

    def all(self, name):
        with self.changed:
            return [event for event in self.events if event["event"] == name]

    def wait_for(self, condition, seconds=PATIENCE, what=""):
        """Wait until an event fulfils the condition, from the first one on; return it."""
        deadline = time.monotonic() + seconds
        seen = 0
        with self.changed:
            while True:
                for event in self.events[seen:]:
                    if condition(event):
                        return event
                seen = len(self.events)
                left = deadline - time.monotonic()
                ended = not self.readers[0].is_alive() and self.process.poll() is not None
                assert left > 0 and not ended, self.describe(what or "the awaited event")
                self.changed.wait(min(left, 1))

    def wait_for_event(self, name, count=1, seconds=PATIENCE, **members):
        number = 0

        def is_the_one(event):
            nonlocal number
            if event["event"] == name and all(event.get(key) == value
                                              for key, value in members.items()):
                number += 1
            return number == count

        return self.wait_for(is_the_one, seconds, f"{name} {members} number {count}")

    def wait_for_bootstrap(self):
        self.wait_for(lambda event: event["event"] == "bootstrap" and event["percent"] == 100)
        return self.wait_for_event("state", status="running")

    def describe(self, what):
        return (f"no {what}; status {self.process.poll()}; stderr {self.errors}; "
                f"last events {self.events[-6:]}")

    def wait(self, seconds=PATIENCE):
        status = self.process.wait(seconds)
        for reader in self.readers:
            reader.join(PATIENCE)
        return status

    def stop(self, number=signal.SIGINT):
        """Stop it as a user does; it must be quick and leave nothing running."""
        self.process.send_signal(number)
        began = time.monotonic()
        status = self.wait(STOP_LIMIT + 10)
        took = time.monotonic() - began
        assert took < STOP_LIMIT, f"the end took {took:.1f} s"
        return status

    def kill(self):
        self.process.kill()
        self.wait()

    def metered(self):
        """All bytes that this run reported as metered."""
        return sum(event["deltaIn"] + event["deltaOut"] for event in self.all("sample"))

    def metered_in_last(self, seconds, moment):
        return sum(event["deltaIn"] + event["deltaOut"] for event in self.all("sample")
                   if event["at"] > moment - seconds)


class Ledger:
    """A running tropea-ledger."""

    def __init__(self, place, *options, name="ledger", port=0, origin="ledger.test"):
        self.database = place.path(name + ".db")
        self.origin = origin
        port_file = place.path(name + ".port")
        if os.path.exists(port_file):
            os.unlink(port_file)
        with open(place.path(name + ".log"), "ab") as log:
            self.process = place.start(
                [TROPEA_LEDGER, "--listen", f"127.0.0.1:{port}", "--port-file", port_file,
                 "--database", "sqlite:" + self.database, "--origin", origin, *options],
                stdout=log, stderr=log)

        def has_port():
            assert self.process.poll() is None, open(log.name, encoding="utf-8").read()
            return os.path.exists(port_file) and open(port_file, encoding="utf-8").read().strip()

        wait_until(has_port, PATIENCE, "the ledger's port file")
        with open(port_file, encoding="utf-8") as file:
            self.port = int(file.read().strip().split(":")[-1])
        self.url = f"http://127.0.0.1:{self.port}"

    def get(self, target, key=None):
        """One request; with a key it carries the proof that the key's owner asks."""
        headers = {}
        if key is not None:
            now = int(time.time() * 1000)
            message = f"tropea/read/v1\n{self.origin}\n{target}\n{now}\n"
            signature = base64.b64encode(key.sign(message.encode()).signature).decode()
            headers["Authorization"] = f"Tropea ts={now},sig={signature}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", target, headers=headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def get_balance(self, key):
        public = urllib.parse.quote(encode_public(key), safe="")
        status, answer = self.get(f"/api/sessions/balance?clientPub={public}", key)
        assert status == 200, (status, answer)
        return answer

    def stop(self):
        self.process.terminate()
        assert self.process.wait(STOP_LIMIT) == 0


def read_key(path):
    with open(path, encoding="ascii") as file:
        return nacl.signing.SigningKey(bytes.fromhex(file.read().strip()))


def encode_public(key):
    return base64.b64encode(bytes(key.verify_key)).decode()


def query(path, statement):
    connection = sqlite3.connect(f"file:{urllib.parse.quote(path)}?mode=ro", uri=True, timeout=10)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(statement)]
    finally:
        connection.close()


def read_store(data_dir):
    """The client's own sessions by id, and the bytes of its open batches."""
    path = os.path.join(data_dir, "sessions.db")
    sessions = {row["session_id"]: row for row in query(path, "SELECT * FROM sessions")}
    batches = query(path, "SELECT coalesce (sum (bytes_in + bytes_out), 0) AS bytes "
                          "FROM open_batches")
    return sessions, batches[0]["bytes"]


def read_ledger(database):
    """The ledger's sessions: their ids in the client's spelling, each as often as it stands."""
    rows = query(database, "SELECT * FROM sessions ORDER BY seq")
    for row in rows:
        row["session_id"] = str(uuid.UUID(bytes=row["session_id"]))
    return rows


def expect_ledger_agrees(data_dir, database):
    """Every session the ledger has is one the store has, with the same content, none twice."""
    sessions, _ = read_store(data_dir)
    rows = read_ledger(database)
    ids = [row["session_id"] for row in rows]
    assert len(ids) == len(set(ids)), "a session stands twice in the ledger"
    for row in rows:
        own = sessions[row["session_id"]]
        assert (row["start_ms"], row["duration_s"], row["bytes"], row["source"]) == \
            (own["timestamp_ms"], own["duration_s"], own["bytes"], own["source"]), (row, own)
        assert row["credits_micro"] == compute_credits(row["duration_s"], row["bytes"]), row
        if own["state"] == "credited":
            assert own["credits_micro"] == row["credits_micro"], (row, own)
    credited = {key for key, own in sessions.items() if own["state"] == "credited"}
    assert credited <= set(ids), "the store counts a session that the ledger does not have"
    spans = sorted((row["start_ms"], row["start_ms"] + row["duration_s"] * 1000) for row in rows)
    assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:])), "two sessions overlap"
    return sessions, rows


def load(socks_port, url, size):
    """Load a page through tor; return how many bytes came."""
    result = subprocess.run(
        ["curl", "--silent", "--show-error", "--fail", "--max-time", "60", "--socks5-hostname",
         f"127.0.0.1:{socks_port}", f"{url}/bytes/{size}"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    assert result.returncode == 0, result.stderr
    return len(result.stdout)
