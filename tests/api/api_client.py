# api_client.py: a running Tropea and a client of its local API, in plain Python
# SPDX-License-Identifier: GPL-3.0-or-later

import http.client
import json
import os
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from programs import Host, Place, find_free_port, wait_until  # noqa: E402,F401

API = "/api/tor/"


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=40):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Tropea:
    """A headless Tropea whose API is at "socket", and on "port" where that is wanted."""

    def __init__(self, place, *options, with_port=False, environment=None, **arguments):
        self.socket = place.path("api.sock")
        self.port = find_free_port() if with_port else 0
        if with_port:
            options += ("--api-tcp", str(self.port))
        self.host = Host(place, "--api-socket", self.socket, *options, environment=environment,
                         **arguments)
        self.wait_until_served()
        if "--simulate" in options:
            self.host.wait_for_event("state", status="running")

    def wait_until_served(self):
        def is_served():
            assert self.host.process.poll() is None, self.host.describe("API")
            with socket.socket(socket.AF_UNIX) as one:
                return one.connect_ex(self.socket) == 0
        wait_until(is_served, 40, "the API's socket")

    @property
    def token(self):
        with open(os.path.join(self.host.data_dir, "api-token"), encoding="ascii") as file:
            return file.read().strip()

    def connect(self, timeout=40):
        return UnixConnection(self.socket, timeout)

    def connect_to_port(self, timeout=40):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def call(self, method, path, value=None, want=200, connection=None):
        """One request; returns what was answered, read as JSON."""
        body = None if value is None else json.dumps(value)
        one = connection or self.connect()
        one.request(method, path, body)
        response = one.getresponse()
        data = response.read()
        if connection is None:
            one.close()
        assert response.status == want, (method, path, response.status, data)
        return json.loads(data)

    def get(self, name, want=200):
        return self.call("GET", API + name, want=want)

    def post(self, name, value=None, want=200):
        return self.call("POST", API + name, value, want)

    def status(self):
        return self.get("status")["tor"]["status"]

    def wait_for_samples(self, count):
        wait_until(lambda: len(self.get("activity")["activity"]) >= count, 60, "samples")

    def stop(self):
        return self.host.stop()


class Events:
    """A reader of the events; each is (name, value)."""

    def __init__(self, tropea, timeout=40, receive_bytes=None):
        self.connection = tropea.connect(timeout)
        self.connection.connect()
        if receive_bytes is not None:
            self.connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.connection.request("GET", API + "events")
        self.response = self.connection.getresponse()
        self.status = self.response.status
        self.comments = 0

    def __iter__(self):
        name = None
        for line in self.response:
            text = line.decode().rstrip("\n")
            if text.startswith("event: "):
                name = text.removeprefix("event: ")
            elif text.startswith("data: "):
                value = json.loads(text.removeprefix("data: "))
                assert value["event"] == name, (name, value)
                yield name, value
            elif text.startswith(":"):
                self.comments += 1
            else:
                assert text == "", text

    def wait_for(self, wanted, seconds=40, **members):
        deadline = time.monotonic() + seconds
        for name, value in self:
            if name == wanted and all(value.get(key) == want for key, want in members.items()):
                return value
            assert time.monotonic() < deadline, f"no {wanted} {members} within {seconds} s"
        raise AssertionError(f"the stream ended before {wanted}")

    def close(self):
        self.connection.close()
