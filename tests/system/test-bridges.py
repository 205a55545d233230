#!/usr/bin/python3
# test-bridges.py: tor reaches a network through a real obfs4 bridge, or it is said why not
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: tornet run -- test-bridges.py, with TROPEACTL and TROPEA_LEDGER set."""

import os
import re
import stat
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import tap  # noqa: E402
from programs import (Host, Ledger, Place, find_free_port, find_processes,  # noqa: E402
                      load, read_store)
from tor_bridge import Bridge  # noqa: E402
from tor_control import TorControl  # noqa: E402

CLIENTRC = os.environ["TORNET_CLIENTRC"]
SITE = os.environ["TORNET_HTTP"]
SIZE = 1_000_000


def write_bridges(place, *lines):
    """As they come: in a mail, with words around them."""
    path = place.path("bridges")
    with open(path, "w", encoding="utf-8") as file:
        file.write("Hello,\r\n\r\n> here are your bridges:\r\n" +
                   "".join(f"> Bridge {line}\r\n" for line in lines))
    return path


def start_host(place, ledger, *options, environment=None):
    return Host(place, "--ledger", ledger.url, "--torrc-append", CLIENTRC, *options,
                environment=environment)


def expect_secret_kept(host, *lines):
    """Nothing of a bridge is in what was printed."""
    text = repr(host.events) + repr(host.errors)
    for line in lines:
        for secret in re.findall(r"[0-9A-F]{40}|cert=\S+", line):
            assert secret not in text, "a bridge was printed"


def check_obfs4():
    """Connected through the bridge only; what moved is there to the byte, and at the bridge."""
    with Place() as place:
        ledger = Ledger(place)
        bridge = Bridge(place, CLIENTRC)
        host = start_host(place, ledger, "--min-seconds", "2", "--bridges-file",
                          write_bridges(place, bridge.obfs4_line()))
        state = host.wait_for_bootstrap()
        at_bridge = sum(bridge.count_bytes())
        assert load(state["socksPort"], SITE, SIZE) == SIZE
        host.wait_for_event("credited")

        control = TorControl(state["controlPort"])
        own = sum(map(int, control.get_info("traffic/read", "traffic/written")))
        control.close()
        host.wait_for(lambda one: one["event"] == "sample" and one["totalBytes"] >= own)
        # In from one side and out at the other.
        assert sum(bridge.count_bytes()) - at_bridge > 2 * SIZE
        assert host.stop() == 0, host.describe("good end")
        sessions, open_bytes = read_store(host.data_dir)
        assert sum(one["bytes"] for one in sessions.values()) + open_bytes == host.metered()
        assert host.metered() >= own > SIZE
        expect_secret_kept(host, bridge.obfs4_line())
        bridge.stop()
        ledger.stop()
        # The transport's program has gone with its tor.
        assert not find_processes(place.mark)


def expect_diagnosis(host, code, part):
    event = host.wait_for_event("diagnosis", code=code)
    assert part in event["message"], event
    return event


def check_wrong_lines():
    """Each in a sentence of its own, none of which tells the bridge."""
    with Place() as place:
        ledger = Ledger(place)
        bridge = Bridge(place, CLIENTRC)
        good = bridge.obfs4_line()
        wrong_cert = re.sub(r"cert=.", "cert=" + ("B" if "cert=A" in good else "A"), good)
        nobody = find_free_port()
        rows = (
            (wrong_cert, "bridge-wrong-cert", "cert="),
            (good.replace(bridge.fingerprint, "A" * 40), "bridge-wrong-fingerprint",
             "another fingerprint"),
            (good.replace(f":{bridge.obfs4_port}", f":{nobody}"), "bridge-unreachable",
             "can be reached"))
        hosts = []
        for line, code, _ in rows:
            path = write_bridges(place, line)
            os.rename(path, place.path(code + ".bridges"))
            hosts.append(start_host(place, ledger, "--data-dir", place.path(code),
                                    "--key-file", place.path(code + ".key"),
                                    "--bridges-file", place.path(code + ".bridges")))
        for (line, code, part), host in zip(rows, hosts):
            expect_diagnosis(host, code, part)
            host.stop()
            expect_secret_kept(host, line)
        bridge.stop()
        ledger.stop()


def check_missing_program():
    """The package's name is in the sentence; nothing runs."""
    with Place() as place:
        ledger = Ledger(place)
        for name, options, package in (
                ("TROPEA_OBFS4", ["--bridge", "obfs4 192.0.2.1:443 " + "A" * 40 + " cert=" +
                                  "A" * 70 + " iat-mode=0"], "obfs4proxy"),
                ("TROPEA_SNOWFLAKE", ["--snowflake"], "snowflake-client")):
            host = start_host(place, ledger, *options,
                              environment=place.environment(**{name: "/nonexistent"}))
            assert host.wait() == 1
            assert f"“{package}”" in host.errors[0], host.errors
            assert host.all("error")[0]["code"] == "tor-transport-missing", host.events
        ledger.stop()


ALONE = """
export PATH="$PATH:/usr/sbin:/sbin"
ip link set lo up
exec "$@"
"""


def check_snowflake():
    """Debian's client takes the lines that are built in, in a network where it reaches nobody."""
    unshare = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
    with Place() as place:
        host = Host(place, "--snowflake", prefix=[*unshare, "sh", "-c", ALONE, "sh"])
        host.wait_for_event("bootstrap", tag="conn_done_pt")
        names = set()
        for pid in find_processes(place.mark):
            with open(f"/proc/{pid}/comm", encoding="utf-8") as file:
                names.add(file.read().strip())
        assert any(name.startswith("snowflake") for name in names), names
        assert not any("ransport" in line for line in host.errors), host.errors
        host.stop()
        assert not find_processes(place.mark)


def check_torrc_is_private():
    """Bridges are in a file that nobody else reads, and that goes with its tor."""
    with Place() as place:
        ledger = Ledger(place)
        bridge = Bridge(place, CLIENTRC)
        runtime = place.path("runtime")
        os.mkdir(runtime, 0o700)
        host = start_host(place, ledger, "--bridges-file",
                          write_bridges(place, bridge.plain_line()),
                          environment=place.environment(XDG_RUNTIME_DIR=runtime))
        host.wait_for_bootstrap()
        found = [os.path.join(folder, name) for folder, _, names in os.walk(runtime)
                 for name in names if name == "torrc"]
        assert len(found) == 1 and stat.S_IMODE(os.stat(found[0]).st_mode) == 0o600, found
        with open(found[0], encoding="utf-8") as file:
            assert f"\nUseBridges 1\nBridge {bridge.plain_line()}\n" in file.read()
        assert host.stop() == 0
        assert not os.path.exists(found[0])
        bridge.stop()
        ledger.stop()


tap.run([
    ("/bridges/obfs4-carries-every-byte", check_obfs4),
    ("/bridges/wrong-lines-say-what-is-wrong", check_wrong_lines),
    ("/bridges/missing-program-names-its-package", check_missing_program),
    ("/bridges/snowflake-takes-the-built-in-lines", check_snowflake),
    ("/bridges/plain-bridge-in-a-private-torrc", check_torrc_is_private),
])
