#!/usr/bin/python3
# test-end-to-end.py: real Tor traffic becomes signed, credited sessions, to the last byte
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: tornet run -- test-end-to-end.py, with TROPEACTL and TROPEA_LEDGER set."""

import http.server
import os
import signal
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import tap  # noqa: E402
from programs import (Host, Ledger, Place, compute_credits, encode_public,  # noqa: E402
                      expect_ledger_agrees, find_free_port, find_processes, load, query,
                      read_key, read_store, wait_until)
from tor_control import TorControl  # noqa: E402

CLIENTRC = os.environ["TORNET_CLIENTRC"]
SITE = os.environ["TORNET_HTTP"]
SIZE = 5_000_000
# On a private network tor counts the control connections too: a question costs some bytes.
QUESTION_SIZE = 50_000


def start_host(place, ledger, *options):
    return Host(place, "--ledger", ledger.url, "--torrc-append", CLIENTRC, *options)


def expect_figures_add_up(host):
    """Each event agrees with those before it."""
    total_in = total_out = credits = 0
    for event in host.events:
        if event["event"] == "sample":
            total_in += event["deltaIn"]
            total_out += event["deltaOut"]
            assert (event["bytesIn"], event["bytesOut"]) == (total_in, total_out), event
            assert event["totalBytes"] == total_in + total_out, event
        elif event["event"] == "credited":
            credits += event["creditsMicro"]
            assert event["totalCreditsMicro"] == credits, event
            assert event["credits"] == "%d.%02d" % divmod(event["creditsMicro"] // 10_000, 100)
    percents = [event["percent"] for event in host.all("bootstrap")]
    assert percents == sorted(percents) and percents[-1] == 100, percents
    cut = {event["sessionId"]: event for event in host.all("session")}
    for event in host.all("credited"):
        session = cut[event["sessionId"]]
        assert event["creditsMicro"] == compute_credits(session["duration"],
                                                        session["bytesTransferred"]), session
        assert session["source"] == "tor-client"


def expect_tors_own_figure(host, control_port, metered_before=0):
    """What was metered, since this tor began, is what tor itself counted: tor's figure lies
    between two samples that are no further apart than what the question itself moved."""
    control = TorControl(control_port)
    before = host.all("sample")[-1]["totalBytes"]
    own = metered_before + sum(map(int, control.get_info("traffic/read", "traffic/written")))
    control.close()
    after = host.wait_for(lambda event: event["event"] == "sample" and event["totalBytes"] >= own)
    assert before <= own <= after["totalBytes"], (before, own, after)
    assert after["totalBytes"] - before < QUESTION_SIZE, (before, own, after)


def check_whole_road():
    with Place() as place:
        ledger = Ledger(place)
        host = start_host(place, ledger, "--min-seconds", "3")
        state = host.wait_for_bootstrap()
        assert not state["simulating"]
        assert load(state["socksPort"], SITE, SIZE) == SIZE
        host.wait_for_event("credited")
        assert load(state["socksPort"], SITE, SIZE // 10) == SIZE // 10
        host.wait_for_event("credited", count=2)
        expect_tors_own_figure(host, state["controlPort"])
        assert host.all("sample")[-1]["totalBytes"] > SIZE
        assert host.stop(signal.SIGINT) == 0
        # Nothing that it started outlives it.
        assert find_processes(place.mark) == [ledger.process.pid]

        expect_figures_add_up(host)
        assert not host.all("error") and not host.all("refused"), host.events
        sessions, rows = expect_ledger_agrees(host.data_dir, ledger.database)
        stored = sum(session["bytes"] for session in sessions.values()) + \
            read_store(host.data_dir)[1]
        assert stored == host.metered(), (stored, host.metered())

        key = read_key(place.path("key"))
        balance = ledger.get_balance(key)["balanceMicro"]
        assert balance == sum(compute_credits(row["duration_s"], row["bytes"]) for row in rows)
        assert balance == host.all("credited")[-1]["totalCreditsMicro"], balance
        own = query(ledger.database, "SELECT sum (micro) AS micro FROM balances "
                                     "WHERE account > 0 AND grade = 'self-reported'")
        assert own[0]["micro"] == balance, (own, balance)
        public = {bytes(row["client_pub"]) for row in
                  query(ledger.database, "SELECT client_pub FROM accounts WHERE id > 0")}
        assert public == {bytes(key.verify_key)}, encode_public(key)
        ledger.stop()



def check_ledger_that_comes_later():
    """Nobody listens at the ledger's address: sessions wait, and go out when it is there."""
    with Place() as place:
        port = find_free_port()
        host = Host(place, "--ledger", f"http://127.0.0.1:{port}", "--torrc-append", CLIENTRC,
                    "--min-seconds", "2")
        state = host.wait_for_bootstrap()
        load(state["socksPort"], SITE, 200_000)
        host.wait_for_event("session")
        host.wait_for_event("error")
        load(state["socksPort"], SITE, 200_000)
        host.wait_for_event("session", count=2)
        sessions, _ = read_store(host.data_dir)
        assert {session["state"] for session in sessions.values()} == {"waiting"}, sessions
        assert not host.all("credited")

        ledger = Ledger(place, port=port)
        host.wait_for_event("credited", count=2, seconds=60)
        assert host.stop() == 0
        first = [event["sessionId"] for event in host.all("session")][:2]
        rows = expect_ledger_agrees(host.data_dir, ledger.database)[1]
        assert [row["session_id"] for row in rows][:2] == first, "not the oldest first"
        ledger.stop()


class Nonsense(http.server.BaseHTTPRequestHandler):
    """A server that says yes to everything, and nothing that a ledger would say."""

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        body = b'{"success":true,"creditsMicro":"many"'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


def check_ledger_that_talks_nonsense():
    """Its answers are worth nothing: the sessions wait for a ledger."""
    with Place() as place, http.server.ThreadingHTTPServer(("127.0.0.1", 0), Nonsense) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            host = Host(place, "--ledger", "http://127.0.0.1:%d" % server.server_port,
                        "--torrc-append", CLIENTRC, "--min-seconds", "2", "--for", "12",
                        "--until-sessions", "1")
            state = host.wait_for_bootstrap()
            load(state["socksPort"], SITE, 200_000)
            host.wait_for_event("session")
            error = host.wait_for_event("error")
            assert error["message"].count("many") == 0, "a ledger's words are not repeated"
            assert host.wait() != 0, "one credited session was asked for"
        finally:
            server.shutdown()
            thread.join()
        assert not host.all("credited")
        sessions, open_bytes = read_store(host.data_dir)
        assert sessions and {one["state"] for one in sessions.values()} == {"waiting"}, sessions
        assert sum(one["bytes"] for one in sessions.values()) + open_bytes == host.metered()


def find_tor(place):
    """The process id of the tor below this host, or None."""
    for pid in find_processes(place.mark):
        try:
            if os.path.basename(os.readlink(f"/proc/{pid}/exe")) == "tor":
                return pid
        except OSError:
            pass
    return None


def wait_behind(host, past, **members):
    """The first event with these members that came after another one."""
    return host.wait_for(lambda one: one["at"] > past["at"] and
                         all(one.get(key) == value for key, value in members.items()),
                         what=f"{members} behind {past}")


def expect_all_metered(host, past, size):
    """A load is over when two samples are nearly alike behind one that has it."""
    sample = host.wait_for(lambda one: one["event"] == "sample" and
                           one["totalBytes"] >= past["totalBytes"] + size)
    host.wait_for(lambda one: one["event"] == "sample" and one["at"] > sample["at"] and
                  one["deltaIn"] + one["deltaOut"] < QUESTION_SIZE)


def signal_tor(place, number):
    """Send it; return the tor and when that was, by the wall clock in milliseconds."""
    pid = find_tor(place)
    moment = time.time() * 1000
    os.kill(pid, number)
    return pid, moment


def expect_restarted(host, place, ledger, before, code, sessions_apart):
    """tor was replaced: it was told once, and what was metered on both sides is there once."""
    pid, moment = before
    error = host.wait_for_event("error")
    assert error["code"] == code and "trying again after 1 s" in error["message"], error
    metered = host.metered()
    running = wait_behind(host, error, event="state", status="running")
    assert find_tor(place) not in (None, pid)
    assert load(running["socksPort"], SITE, 500_000) == 500_000
    wait_behind(host, running, event="credited")
    expect_tors_own_figure(host, running["controlPort"], metered)
    assert host.stop() == 0, host.describe("good end")
    assert len(host.all("error")) == 1 and not host.errors, (host.all("error"), host.errors)
    assert find_processes(place.mark) == [ledger.process.pid]

    # No session has a moment in which nothing was metered.
    for session in host.all("session"):
        end = session["timestamp"] + session["duration"] * 1000
        assert end <= moment + 2000 or session["timestamp"] >= moment + sessions_apart, \
            (session, moment)
    sessions, open_bytes = read_store(host.data_dir)
    assert sum(one["bytes"] for one in sessions.values()) + open_bytes == host.metered()
    expect_ledger_agrees(host.data_dir, ledger.database)
    ledger.stop()


def start_and_load(place, ledger):
    host = start_host(place, ledger, "--min-seconds", "3")
    state = host.wait_for_bootstrap()
    load(state["socksPort"], SITE, 500_000)
    host.wait_for(lambda event: event["event"] == "sample" and event["totalBytes"] > 500_000)
    return host


def check_tor_that_crashes():
    """It is started again, so the run goes on: a user who is away comes back to a tor. Once it
    would have ended with status 1."""
    with Place() as place:
        ledger = Ledger(place)
        host = start_and_load(place, ledger)
        expect_restarted(host, place, ledger, signal_tor(place, signal.SIGKILL), "tor-exited", 0)


def check_tor_that_hangs():
    """The same for one that stands still and would do so for ever."""
    with Place() as place:
        ledger = Ledger(place)
        host = start_and_load(place, ledger)
        before = signal_tor(place, signal.SIGSTOP)
        error = host.wait_for_event("error")
        assert error["at"] - host.all("sample")[-1]["at"] < 13, host.events[-3:]
        expect_restarted(host, place, ledger, before, "tor-hung", 8000)


def check_tor_that_stands_still():
    """For less than that it keeps its tor; the session ends where the silence began."""
    with Place() as place:
        ledger = Ledger(place)
        host = start_and_load(place, ledger)
        pid, moment = signal_tor(place, signal.SIGSTOP)
        last = host.all("sample")[-1]
        time.sleep(7)
        os.kill(pid, signal.SIGCONT)
        sample = wait_behind(host, last, event="sample")
        sample = wait_behind(host, sample, event="sample")
        socks_port = host.all("state")[-1]["socksPort"]
        assert load(socks_port, SITE, 500_000) == 500_000
        wait_behind(host, sample, event="credited")
        expect_all_metered(host, sample, 500_000)
        expect_tors_own_figure(host, host.all("state")[-1]["controlPort"])
        assert find_tor(place) == pid
        assert host.stop() == 0, host.describe("good end")
        assert not host.all("error"), host.all("error")
        for session in host.all("session"):
            end = session["timestamp"] + session["duration"] * 1000
            assert end <= moment + 2000 or session["timestamp"] >= moment + 5000, session
        sessions, open_bytes = read_store(host.data_dir)
        assert sum(one["bytes"] for one in sessions.values()) + open_bytes == host.metered()
        ledger.stop()


def check_tor_that_crashes_again_and_again():
    """The fifth time within ten minutes it is given up, and the run with it."""
    with Place() as place:
        ledger = Ledger(place)
        host = start_host(place, ledger)
        killed = None
        for number in range(1, 6):
            host.wait_for_event("state", status="bootstrapping", count=number)
            wait_until(lambda: find_tor(place) not in (None, killed), 10, "another tor")
            killed, _ = signal_tor(place, signal.SIGKILL)
        assert host.wait() == 1, host.describe("failure")
        assert [event["code"] for event in host.all("error")] == \
            4 * ["tor-exited"] + ["tor-unstable"], host.all("error")
        waits = [event["restartSeconds"] for event in host.all("state")
                 if "restartSeconds" in event]
        assert waits == [1, 2, 4, 8], waits
        assert len(host.errors) == 1 and "5 times within 10 min" in host.errors[0], host.errors
        assert find_processes(place.mark) == [ledger.process.pid]
        ledger.stop()


tap.run([
    ("/end-to-end/whole-road-adds-up-to-the-byte", check_whole_road),
    ("/end-to-end/ledger-that-comes-later", check_ledger_that_comes_later),
    ("/end-to-end/ledger-that-talks-nonsense", check_ledger_that_talks_nonsense),
    ("/end-to-end/tor-that-crashes", check_tor_that_crashes),
    ("/end-to-end/tor-that-hangs", check_tor_that_hangs),
    ("/end-to-end/tor-that-stands-still", check_tor_that_stands_still),
    ("/end-to-end/tor-that-crashes-again-and-again", check_tor_that_crashes_again_and_again),
])
