#!/usr/bin/python3
# test-attach.py: a tor that somebody else started is used, metered and left alone
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: tornet run -- test-attach.py, with TROPEACTL and TROPEA_LEDGER set."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import tap  # noqa: E402
from foreign_tor import Filter, ForeignTor, hash_password  # noqa: E402
from programs import Host, Ledger, Place, find_free_port, load, read_store  # noqa: E402

CLIENTRC = os.environ["TORNET_CLIENTRC"]
SITE = os.environ["TORNET_HTTP"]
SIZE = 1_000_000
# On a private network tor counts our own questions too.
QUESTIONS = 60_000


def start_host(place, ledger, address, *options):
    # Without a terminal, so that nobody can be asked.
    return Host(place, "--ledger", ledger.url, "--min-seconds", "2", "--attach", str(address),
                *options, prefix=("setsid",))


def expect_only_asked(commands):
    """Nothing that changes, signals or owns a tor."""
    words = {command.split()[0] for command in commands}
    assert words <= {"PROTOCOLINFO", "AUTHCHALLENGE", "AUTHENTICATE", "GETINFO", "SETEVENTS"}, words


def check_counts_from_attachment():
    """What moved before is not counted, what moves then is, to the byte; then it goes on."""
    with Place() as place:
        ledger = Ledger(place)
        tor = ForeignTor(place, CLIENTRC)
        assert load(tor.socks_port, SITE, SIZE) == SIZE
        filter_ = Filter(tor.port)
        before = tor.count_bytes()
        host = start_host(place, ledger, filter_.port)
        state = host.wait_for_bootstrap()
        assert state["socksPort"] == tor.socks_port, state
        host.wait_for_event("sample")
        at_attachment = tor.count_bytes()
        assert host.metered() <= at_attachment - before < QUESTIONS
        assert load(tor.socks_port, SITE, SIZE) == SIZE
        host.wait_for_event("credited")
        now = tor.count_bytes()
        host.wait_for(lambda one: one["event"] == "sample" and one["totalBytes"] >= now - before
                      - QUESTIONS)
        assert host.stop() == 0, host.describe("good end")
        after = tor.count_bytes()
        assert SIZE < host.metered() <= after - before, (host.metered(), before, after)
        assert host.metered() > after - before - QUESTIONS
        sessions, open_bytes = read_store(host.data_dir)
        assert sum(one["bytes"] for one in sessions.values()) + open_bytes == host.metered()

        assert any(one.startswith("AUTHCHALLENGE SAFECOOKIE") for one in filter_.commands)
        expect_only_asked(filter_.commands)
        assert tor.is_running() and load(tor.socks_port, SITE, 10_000) == 10_000
        filter_.close()
        tor.stop()
        ledger.stop()


def check_lost_and_found():
    """It is killed: said, looked for, and the one that is there then counts from its start for
    us, although its counters began anew."""
    with Place() as place:
        ledger = Ledger(place)
        tor = ForeignTor(place, CLIENTRC)
        host = start_host(place, ledger, tor.port)
        host.wait_for_bootstrap()
        assert load(tor.socks_port, SITE, SIZE) == SIZE
        host.wait_for(lambda one: one["event"] == "sample" and one["totalBytes"] > SIZE)
        tor.kill()
        lost = host.wait_for_event("diagnosis", code="foreign-lost")
        assert "did not start" in lost["message"], lost
        first = host.metered()
        tor.start()
        assert load(tor.socks_port, SITE, 10_000) == 10_000
        running = host.wait_for(lambda one: one["at"] > lost["at"] and one["event"] == "state"
                                and one["status"] == "running")
        assert running["socksPort"] == tor.socks_port
        host.wait_for(lambda one: one["at"] > running["at"] and one["event"] == "sample")
        at_return = tor.count_bytes()
        assert load(tor.socks_port, SITE, SIZE) == SIZE
        host.wait_for(lambda one: one["event"] == "sample" and one["totalBytes"] > first + SIZE)
        assert host.stop() == 0
        # No more than that process moved in all, no less than what it moved since we saw it.
        in_all = tor.count_bytes()
        moved = in_all - at_return
        assert moved - QUESTIONS < host.metered() - first <= in_all, (first, moved, in_all)
        assert tor.is_running()
        tor.stop()
        ledger.stop()


def check_password():
    """The right one lets us in; a wrong one and none are told apart, and nothing is stored."""
    with Place() as place:
        ledger = Ledger(place)
        secret = "p\"ass \\w\u00f6rd"
        tor = ForeignTor(place, CLIENTRC, f"HashedControlPassword {hash_password(secret)}",
                         cookie=False)
        for name, password in (("right", secret), ("wrong", "x")):
            with open(place.path(name), "w", encoding="utf-8") as file:
                file.write(password + "\n")

        host = start_host(place, ledger, tor.port)
        assert host.wait() == 1
        assert host.all("error")[0]["code"] == "tor-password", host.events
        assert "wants the password" in host.errors[0], host.errors
        host = start_host(place, ledger, tor.port, "--control-password-file", place.path("wrong"))
        assert host.wait() == 1 and "does not take this password" in host.errors[0], host.errors
        host = start_host(place, ledger, tor.port, "--control-password-file", place.path("right"))
        host.wait_for_bootstrap()
        assert host.stop() == 0
        for folder, _, names in os.walk(host.data_dir):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    assert secret.encode() not in file.read(), name
        tor.stop()
        ledger.stop()


def check_cookie_and_socket():
    """By its socket too; a cookie that cannot be read is named; an open port is told of."""
    with Place() as place:
        ledger = Ledger(place)
        tor = ForeignTor(place, CLIENTRC)
        folder = tor.path("sockets")
        os.mkdir(folder, 0o700)
        other = ForeignTor(place, CLIENTRC, f"ControlPort unix:{folder}/control", cookie=False)

        os.rename(tor.cookie, tor.cookie + ".away")
        host = start_host(place, ledger, tor.port)
        assert host.wait() == 1
        assert tor.cookie in host.errors[0] and "cannot be read" in host.errors[0], host.errors
        host = start_host(place, ledger, f"{folder}/control")
        host.wait_for_event("diagnosis", code="foreign-open")
        host.wait_for_bootstrap()
        assert host.stop() == 0
        assert other.is_running()
        other.stop()
        tor.stop()
        ledger.stop()


def check_filter():
    """What is refused is named, once; the rest is there."""
    with Place() as place:
        ledger = Ledger(place)
        tor = ForeignTor(place, CLIENTRC)
        filter_ = Filter(tor.port, r"GETINFO (traffic/|circuit-status|events/names)|"
                                   r"SETEVENTS .*\b(CIRC|STREAM_BW)\b")
        host = start_host(place, ledger, filter_.port)
        host.wait_for_bootstrap()
        note = host.wait_for(lambda one: one["event"] == "diagnosis" and
                             "what programs used" in one["message"])
        assert note["code"] == "foreign-filtered", note
        assert "the exact traffic" in note["message"] and "circuits" in note["message"], note
        host.wait_for_event("sample")
        assert load(tor.socks_port, SITE, SIZE) == SIZE
        host.wait_for(lambda one: one["event"] == "sample" and one["totalBytes"] > SIZE)
        assert host.stop() == 0
        expect_only_asked(filter_.commands)
        filter_.close()
        tor.stop()
        ledger.stop()


def check_nothing_there():
    with Place() as place:
        ledger = Ledger(place)
        host = start_host(place, ledger, find_free_port())
        assert host.wait() == 1
        assert "No tor with a control port was found" in host.errors[0], host.errors
        host = start_host(place, ledger, ledger.port)
        assert host.wait() == 1 and "not tor's control port" in host.errors[0], host.errors
        ledger.stop()


tap.run([
    ("/attach/counts-from-the-attachment-and-leaves-it-running", check_counts_from_attachment),
    ("/attach/lost-and-found", check_lost_and_found),
    ("/attach/password", check_password),
    ("/attach/cookie-and-socket", check_cookie_and_socket),
    ("/attach/filter-refuses-some", check_filter),
    ("/attach/nothing-there", check_nothing_there),
])
