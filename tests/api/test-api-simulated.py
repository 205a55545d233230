#!/usr/bin/python3
# test-api-simulated.py: the local API against those who mean no good, and those who are slow
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: test-api-simulated.py, with TROPEACTL and TROPEA_LEDGER set."""

import http.client
import json
import os
import select
import socket
import stat
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(__file__))
from api_client import API, Events, Host, Place, Tropea, UnixConnection, wait_until  # noqa: E402
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import tap  # noqa: E402

# A sample every 2 s; on a loaded machine one may be a little late, but none may be missing.
SAMPLE_MS = 2000
LATE_MS = 1500
SLOW_CLIENTS = 200
# As many as the port serves at once.
CUT_CLIENTS = 16
STATUS = API + "status"


def expect_no_gap(tropea):
    """Every sample came, and came in time, from the first on."""
    samples = tropea.get("activity?limit=1000")["activity"]
    times = [one["timestamp"] for one in reversed(samples)]
    gaps = [b - a for a, b in zip(times, times[1:])]
    assert len(times) > 2 and max(gaps) < SAMPLE_MS + LATE_MS, gaps
    ids = [one["id"] for one in samples]
    assert ids == list(range(len(ids), 0, -1)), ids


def ask(connection, want, code, method="GET", target=STATUS, body=None, headers=None):
    connection.request(method, target, body, headers or {})
    response = connection.getresponse()
    data = response.read()
    assert response.status == want, (method, target, headers, response.status, data)
    if want != 200:
        assert response.headers.get_content_type() == "application/problem+json"
        assert json.loads(data)["code"] == code, (data, code)
    for name in response.headers:
        assert not name.lower().startswith("access-control"), name
    return response, data


def ask_raw(tropea, request, want=None):
    """What comes back on the socket for these bytes; the first line has the status."""
    with socket.socket(socket.AF_UNIX) as one:
        one.settimeout(40)
        one.connect(tropea.socket)
        try:
            one.sendall(request)
        except (BrokenPipeError, ConnectionResetError):
            pass
        answer = b""
        try:
            while b"\r\n\r\n" not in answer:
                part = one.recv(65536)
                if not part:
                    break
                answer += part
        except ConnectionResetError:
            pass
    status = int(answer.split(b" ")[1]) if answer.startswith(b"HTTP/1.1 ") else 0
    assert want is None or status in want, (request[:100], answer)
    return status


def expect_strangers_refused(tropea):
    token = {"Authorization": "Bearer " + tropea.token}
    wrong = tropea.token[:-1] + ("0" if tropea.token[-1] != "0" else "1")
    for headers, want, code in (
            (token, 200, None),
            ({**token, "Host": f"LOCALHOST:{tropea.port}"}, 200, None),
            ({**token, "Host": "[::1]"}, 200, None),
            ({}, 401, "unauthorized"),
            ({"Authorization": "Bearer " + wrong}, 401, "unauthorized"),
            ({"Authorization": "Bearer " + tropea.token[:-1]}, 401, "unauthorized"),
            ({"Authorization": "Bearer "}, 401, "unauthorized"),
            ({"Authorization": "Basic " + tropea.token}, 401, "unauthorized"),
            ({**token, "Host": "rebound.example"}, 421, "host-not-allowed"),
            ({**token, "Host": "localhost.rebound.example"}, 421, "host-not-allowed"),
            ({**token, "Host": "localhost:1"}, 421, "host-not-allowed"),
            ({**token, "Host": "127.0.0.2"}, 421, "host-not-allowed"),
            ({**token, "Host": ""}, 421, "host-not-allowed"),
            ({**token, "Origin": f"http://localhost:{tropea.port}"}, 403, "origin-not-allowed"),
            ({**token, "Origin": "null"}, 403, "origin-not-allowed")):
        for target in (STATUS, "/none"):
            connection = tropea.connect_to_port()
            if want == 200 and target != STATUS:
                ask(connection, 404, "not-found", target=target, headers=headers)
            else:
                response, _ = ask(connection, want, code, target=target, headers=headers)
                assert (response.headers["WWW-Authenticate"] == "Bearer") == (want == 401)
            connection.close()
    # No preflight ever succeeds.
    connection = tropea.connect_to_port()
    ask(connection, 403, "origin-not-allowed", "OPTIONS",
        headers={"Origin": "https://rebound.example", "Access-Control-Request-Method": "POST"})
    ask(tropea.connect(), 403, "origin-not-allowed", headers={"Origin": "http://localhost"})


def expect_nonsense_refused(tropea):
    deep = b"[" * 30000 + b"]" * 30000
    for body in (b"{\"minBytes\":\"\xff\xfe\"}", b"\xff", b"{" + b"\"a\":{" * 20 + b"}" * 21, deep,
                 b"{}{}", b"[]", b"null", b"{\"minBytes\":1e3,}", b"\0", b"{\"a\":\"\\ud800\"}"):
        ask(tropea.connect(), 400, "malformed", "POST", API + "thresholds", body)
    for value in ("1.5", "-1", "\"5\"", "true", "null", "[]", "9007199254740992", "0"):
        ask(tropea.connect(), 400, "invalid-value", "POST", API + "thresholds",
            '{"minBytes":%s}' % value)
    name = "x" * 1000
    _, data = ask(tropea.connect(), 400, "unknown-field", "POST", API + "reset",
                  json.dumps({name: 1, "<script>": 2}))
    assert b"xxx" not in data and b"script" not in data, data
    for target in ("/api/tor/../tor/status", "//api/tor/status", "/api/tor/status/",
                   "/api/tor/%73tatus", "/API/tor/status", "/api/tor/status%00", "/",
                   "/etc/passwd", "/api/tor/status;x"):
        ask(tropea.connect(), 404, "not-found", target=target)
    ask(tropea.connect(), 400, "invalid-value", target=API + "monitoring/sessions?search=%ff")
    ask(tropea.connect(), 400, "invalid-value", target=API + "activity?limit=1&limit=2")
    ask(tropea.connect(), 414, "target-too-long", target=STATUS + "?" + "x" * 5000)
    ask(tropea.connect(), 431, "headers-too-large",
        headers={"X-%d" % i: "x" * 100 for i in range(100)})
    ask(tropea.connect(), 413, "too-large", "POST", API + "start", b" " * 65537)


def expect_broken_http_refused(tropea):
    line = b"GET /api/tor/status HTTP/1.1\r\nHost: localhost\r\n"
    post = b"POST /api/tor/reset HTTP/1.1\r\nHost: localhost\r\n"
    ask_raw(tropea, post + b"Content-Length: 1048576\r\n\r\n" + b"x" * 1048576, (413,))
    ask_raw(tropea, post + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", (501,))
    ask_raw(tropea, post + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", (400,))
    ask_raw(tropea, b"GET /api/tor/status HTTP/1.1\r\n\r\n", (400,))
    ask_raw(tropea, line + b"Host: localhost\r\n\r\n", (400,))
    ask_raw(tropea, line + b"X: " + b"x" * 200_000 + b"\r\n\r\n", (431, 413, 0))
    ask_raw(tropea, line + b"X: 1\r\n" * 20000 + b"\r\n", (431, 413, 0))
    ask_raw(tropea, b"\0\1\2\3\r\n\r\n", (400, 0))
    ask_raw(tropea, b"GET  /api/tor/status HTTP/1.1\r\n\r\n", (400, 404, 0))
    ask_raw(tropea, b"GET /api/tor/status HTTP/9.9\r\nHost: localhost\r\n\r\n", (400, 505, 0))


def hold_slow_clients(family, address, request):
    """Clients that send a byte now and then, until one port's worth of them was cut off."""
    clients = []
    for _ in range(SLOW_CLIENTS):
        one = socket.socket(family)
        one.setblocking(False)
        try:
            one.connect(address)
        except BlockingIOError:
            pass
        clients.append(one)
    began = time.monotonic()
    cut = 0
    while cut < CUT_CLIENTS:
        for one in list(clients):
            try:
                one.send(request)
            except (BlockingIOError, InterruptedError):
                pass
            except OSError:
                clients.remove(one)
                one.close()
                cut += 1
        select.select([], [], [], 0.2)
        assert time.monotonic() - began < 60, f"only {cut} were cut off"
    for one in clients:
        one.close()


def check_hostile():
    with Place() as place:
        tropea = Tropea(place, "--simulate", "--for", "300", with_port=True)
        tropea.wait_for_samples(1)
        expect_strangers_refused(tropea)
        expect_nonsense_refused(tropea)
        expect_broken_http_refused(tropea)

        slow = threading.Thread(target=hold_slow_clients, args=(
            socket.AF_INET, ("127.0.0.1", tropea.port), b"G"))
        slow.start()
        # The port is crowded; the socket is not, and nothing stands still.
        while slow.is_alive():
            began = time.monotonic()
            assert tropea.status() == "running"
            assert time.monotonic() - began < 3
            slow.join(1)
        ask(tropea.connect_to_port(), 200, None,
            headers={"Authorization": "Bearer " + tropea.token})
        expect_no_gap(tropea)
        assert tropea.stop() == 0


def check_crowd():
    """More open connections than there may be: whoever waits has a turn, none is refused."""
    with Place() as place:
        tropea = Tropea(place, "--simulate")
        connections = [tropea.connect() for _ in range(100)]
        for _ in range(3):
            for one in connections:
                ask(one, 200, None)
        threads = [threading.Thread(target=ask, args=(one, 200, None)) for one in connections]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(40)
            assert not thread.is_alive()
        assert tropea.stop() == 0


def check_slow_reader():
    """One that does not read loses events and is told how many; others lose nothing."""
    with Place() as place:
        tropea = Tropea(place, "--simulate")
        tropea.post("simulate")
        slow, fast = Events(tropea), Events(tropea)
        seen = []
        reader = threading.Thread(target=lambda: seen.extend(fast))
        reader.start()
        for number in range(300):
            tropea.post("monitoring/" + ("stop" if number % 2 == 0 else "start"))
        tropea.post("simulate/stop")
        tropea.post("simulate")
        # It reads on, and knows from there how things are.
        names, dropped = [], None
        for name, value in slow:
            names.append(name)
            if name == "dropped":
                dropped = value["count"]
            elif dropped is not None and name == "bootstrap":
                break
            elif name == "status":
                last = value
        assert names[-4:] == ["dropped", "status", "state", "bootstrap"], names[-6:]
        assert last["tor"]["status"] == "running" and last["tor"]["simulating"], last
        slow.close()
        assert tropea.stop() == 0
        reader.join(40)
        lost = [value for name, value in seen if name == "dropped"]
        assert not lost, lost
        told = [value["autoSubmission"]["isMonitoring"] for name, value in seen
                if name == "status"]
        assert told[1:301] == [False, True] * 150, told[:10]
        assert dropped > 0 and dropped + len(names) - 3 <= len(seen) + 3, (dropped, len(names),
                                                                          len(seen))


def check_socket():
    """Private, replaced where it is stale, left alone where somebody answers."""
    with Place() as place:
        environment = {**place.environment(), "XDG_RUNTIME_DIR": place.path("run")}
        os.mkdir(place.path("run"), 0o700)
        usual = ["--data-dir", place.path("home/.local/share/tropea"), "--simulate"]
        path = place.path("run/tropea/api.sock")
        environment["XDG_DATA_HOME"] = place.path("home/.local/share")

        def is_served():
            with socket.socket(socket.AF_UNIX) as one:
                return one.connect_ex(path) == 0

        host = Host(place, *usual, environment=environment)
        wait_until(is_served, 40, "the usual socket")
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        assert stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o700
        other = Host(place, "--data-dir", place.path("other"), "--simulate", "--api-socket", path,
                     environment=environment)
        assert other.wait() == 1 and len(other.errors) == 1, other.errors
        assert "in use" in other.errors[0] and "local API" in other.errors[0], other.errors
        host.kill()
        assert os.path.exists(path)
        wait_until(lambda: not is_served(), 10, "its end")
        host = Host(place, *usual, environment=environment)
        wait_until(is_served, 40, "the socket again")
        host.wait_for_event("state", status="running")
        assert host.stop() == 0
        assert not os.path.exists(path)


def check_other_users():
    """Even one that finds an open door is turned away; needs to be root to try."""
    with Place() as place:
        tropea = Tropea(place, "--simulate")
        os.chmod(tropea.socket, 0o666)
        folder = os.path.dirname(tropea.socket)
        os.chmod(folder, 0o711)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            if os.geteuid() == 0:
                os.setresuid(65534, 65534, 65534)
            connection = UnixConnection(tropea.socket)
            connection.request("GET", STATUS)
            response = connection.getresponse()
            os.write(writer, b"%d %s" % (response.status, response.read()))
            os._exit(0)
        os.waitpid(child, 0)
        answer = os.read(reader, 65536)
        if os.geteuid() == 0:
            assert answer.startswith(b"403 ") and b'"code":"forbidden"' in answer, answer
        else:
            assert answer.startswith(b"200 "), answer
        os.chmod(folder, 0o700)
        assert tropea.stop() == 0


def check_pages():
    """Going back page by page gives every session and sample once, in order."""
    with Place() as place:
        tropea = Tropea(place, "--simulate", "--min-bytes", "1", "--min-seconds", "1")
        tropea.wait_for_samples(4)
        tropea.post("simulate/stop")
        wait_until(lambda: tropea.get("status")["autoSubmission"]["waitingSessions"] == 0, 40,
                   "all credits")
        for name, key in (("activity", "activity"), ("monitoring/sessions", "sessions")):
            whole = tropea.get(name + "?limit=200")[key]
            pages, before = [], ""
            while True:
                page = tropea.get(f"{name}?limit=1{before}")
                pages += page[key]
                if "next" not in page:
                    break
                before = f"&before={page['next']}"
            assert len(whole) >= 3 and pages == whole, (pages, whole)
        times = [one["timestamp"] for one in whole]
        assert times == sorted(times, reverse=True)
        middle = times[1]
        early = tropea.get(f"monitoring/sessions?until={middle}")["sessions"]
        late = tropea.get(f"monitoring/sessions?from={middle}")["sessions"]
        assert [one["timestamp"] for one in late] == times[:2], (late, times)
        assert late + early == whole
        assert tropea.get("monitoring/sessions?kind=manual")["sessions"] == []
        assert sum(one["bytesTransferred"] for one in whole) == \
            tropea.get("status")["stats"]["totalBytes"]
        assert tropea.stop() == 0


def check_no_api():
    with Place() as place:
        host = Host(place, "--simulate", "--no-api", "--for", "1")
        assert host.wait() == 0
        assert not [event for event in host.events if event["event"] == "notice"]
        found = [name for _, _, names in os.walk(place.folder) for name in names
                 if name in ("api.sock", "api-token")]
        assert not found, found


def check_end():
    """Whoever waits or listens is told of the end."""
    with Place() as place:
        environment = {**place.environment(), "TROPEA_TOR": "/bin/cat"}
        tropea = Tropea(place, "--simulate", environment=environment)
        events = Events(tropea)
        names = [name for name, _ in zip(("status", "state", "bootstrap"), events)]
        assert names == ["status", "state", "bootstrap"]
        assert tropea.stop() == 0
        for _ in events:
            pass
        try:
            tropea.connect().request("GET", STATUS)
        except (FileNotFoundError, ConnectionRefusedError):
            return
        raise AssertionError("it is served after its end")


assert http.client.responses[421]
tap.run([
    ("/api/no-api-where-not-wanted", check_no_api),
    ("/api/pages-lose-and-repeat-nothing", check_pages),
    ("/api/socket-is-private-and-replaced-when-stale", check_socket),
    ("/api/other-users-are-turned-away", check_other_users),
    ("/api/slow-reader-is-told-what-it-lost", check_slow_reader),
    ("/api/listeners-hear-the-end", check_end),
    ("/api/crowd-gets-its-turns", check_crowd),
    ("/api/hostile-clients-change-nothing", check_hostile),
])
