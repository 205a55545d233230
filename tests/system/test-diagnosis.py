#!/usr/bin/python3
# test-diagnosis.py: what can be wrong with a tor is said, each in its own words, and helped
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: tornet run --outdated -- test-diagnosis.py, with TROPEACTL and TROPEA_LEDGER set.

What needs 10 s without progress runs beside everything else, from the beginning on.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import tap  # noqa: E402
from foreign_tor import ForeignTor  # noqa: E402
from programs import Host, Place, find_processes, wait_until  # noqa: E402

CLIENT_RC = os.environ["TORNET_CLIENTRC"]
TOR = "/usr/sbin/tor" if os.path.exists("/usr/sbin/tor") else "/usr/bin/tor"
IS_ROOT = os.geteuid() == 0
UNSHARE = ["unshare", "--mount"] if IS_ROOT else ["unshare", "--map-root-user", "--mount"]


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text, mode=0o600):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


def start(place, *options, rc=CLIENT_RC, prefix=(), **environment):
    return Host(place, "--torrc-append", rc, *options, prefix=prefix,
                environment=place.environment(**environment))


def wait_for_code(host, code):
    return host.wait_for(lambda event: event["event"] == "diagnosis" and event["code"] == code,
                         what=f"diagnosis {code}")


def expect(host, code, *parts, remedies=None):
    """The diagnosis comes, with these words, these remedies, and nobody's address."""
    event = wait_for_code(host, code)
    print(f"# {code}: {event['message']}")
    for part in parts:
        assert part in event["message"], (part, event)
    assert not re.search(r"(?<!tor )\b\d+\.\d+\.\d+\.\d+", event["message"]), event
    if remedies is not None:
        assert event["remedies"] == remedies, event
    return event


def expect_failure(place, code, *parts, remedies=None, **how):
    """A start that fails at once: exit status 1, and the same sentence for people."""
    host = start(place, **how)
    event = expect(host, code, *parts, remedies=remedies)
    assert host.wait() == 1, host.describe("status 1")
    assert any(event["message"] in line for line in host.errors), (event, host.errors)
    assert host.all("error")[-1]["message"] == event["message"], host.events
    return host


def expect_recovery(place, **how):
    """With the fault out of the way the same folder does."""
    host = start(place, **how)
    host.wait_for_bootstrap()
    assert host.stop() == 0, host.describe("a good end")


@contextlib.contextmanager
def listen(answer=None):
    """A port that is somebody else's; what connects to it is closed, or left without an answer."""
    one = socket.create_server(("127.0.0.1", 0))
    kept = []

    def serve():
        with contextlib.suppress(OSError):
            while True:
                connection = one.accept()[0]
                if answer == "close":
                    connection.close()
                kept.append(connection)

    if answer is not None:
        threading.Thread(target=serve, daemon=True).start()
    try:
        yield one.getsockname()[1]
    finally:
        one.shutdown(socket.SHUT_RDWR)
        one.close()


def check_not_installed():
    with Place() as place:
        script = f"mount --bind /dev/null {os.path.realpath(TOR)} && exec \"$@\""
        expect_failure(place, "not-installed", "install the package tor",
                       remedies=["install-tor"], prefix=[*UNSHARE, "sh", "-c", script, "sh"])
        expect_failure(place, "not-executable", "cannot be run as tor", remedies=["install-tor"],
                       TROPEA_TOR=place.path("nothing"))
        expect_recovery(place)


def check_port_taken_by_a_program():
    with Place() as place, listen() as port:
        expect_failure(place, "port-in-use-by-program", f"The SOCKS port {port}",
                       f"(process {os.getpid()})", remedies=["other-port"],
                       TOR_SOCKS_PORT=str(port))
        expect_failure(place, "port-in-use-by-program", f"The control port {port}",
                       remedies=["other-port"], TOR_CONTROL_PORT=str(port))


def start_foreign_tor(place, data_dir):
    """A tor that is nothing of Tropea's; return the process and its SOCKS port."""
    rc = write(place.path("foreign"), "DisableNetwork 0\nSocksPort auto\nControlPort auto\n"
               f"DataDirectory {data_dir}\nControlPortWriteToFile {place.path('port')}\n"
               + read(CLIENT_RC))
    tor = place.start([TOR, "-f", rc, "--defaults-torrc", "/dev/null"], stdout=subprocess.PIPE)
    for line in tor.stdout:
        found = re.search(r"Socks listener listening on port (\d+)", line)
        if found:
            port = int(found.group(1))
        if "Bootstrapped" in line:
            return tor, port
    raise AssertionError("the foreign tor did not start")


def check_port_taken_by_a_tor():
    with Place() as place:
        tor, port = start_foreign_tor(place, place.path("foreign-data"))
        expect_failure(place, "port-in-use-by-tor", f"The SOCKS port {port}",
                       f"another tor (process {tor.pid})", remedies=["attach", "other-port"],
                       TOR_SOCKS_PORT=str(port))
        assert tor.poll() is None, "the foreign tor lives on"
        tor.terminate()
        tor.wait()


def check_other_port_by_option():
    """What the sentence advises does it."""
    with Place() as place, listen() as port:
        host = Host(place, "--torrc-append", CLIENT_RC, "--socks-port", "auto",
                    environment=place.environment(TOR_SOCKS_PORT=str(port)))
        assert host.wait_for_bootstrap()["socksPort"] not in (0, port)
        assert host.stop() == 0


def check_port_reserved():
    prefix = ["setpriv", "--bounding-set=-net_bind_service"] if IS_ROOT else []
    with Place() as place:
        expect_failure(place, "port-reserved", "The SOCKS port 81 is reserved",
                       remedies=["other-port"], prefix=prefix, TOR_SOCKS_PORT="81")


def check_directory():
    with Place() as place:
        os.makedirs(place.path("data", "tor"), 0o700)
        os.chmod(place.path("data"), 0o700)
        mount = f"mount -t tmpfs -o ro,mode=700 tmpfs {place.path('data', 'tor')} && exec \"$@\""
        expect_failure(place, "directory-unwritable", "Read-only file system",
                       remedies=["fix-directory"], prefix=[*UNSHARE, "sh", "-c", mount, "sh"])
        if IS_ROOT:
            os.chown(place.path("data", "tor"), 65534, 65534)
            expect_failure(place, "directory-foreign", "belongs to", remedies=["fix-directory"])
            os.chown(place.path("data", "tor"), 0, 0)
        expect_recovery(place)


def check_disk_full():
    with Place() as place:
        os.makedirs(place.path("data", "tor"), 0o700)
        os.chmod(place.path("data"), 0o700)
        mount = (f"mount -t tmpfs -o size=32k,mode=700 tmpfs {place.path('data', 'tor')} && "
                 f"head -c 32768 /dev/zero > {place.path('data', 'tor', 'x')}; exec \"$@\"")
        expect_failure(place, "disk-full", "no space left", remedies=["free-space"],
                       prefix=[*UNSHARE, "sh", "-c", mount, "sh"])
        expect_recovery(place)


def check_foreign_lock():
    """Another tor in our directory is said, and is never ended."""
    with Place() as place:
        os.makedirs(place.path("data", "tor"), 0o700)
        os.chmod(place.path("data"), 0o700)
        tor, _ = start_foreign_tor(place, place.path("data", "tor"))
        expect_failure(place, "directory-locked", "Another tor uses", remedies=["fix-directory"])
        assert tor.poll() is None, "the foreign tor lives on"
        tor.terminate()
        tor.wait()
        expect_recovery(place)


def find_tor(place):
    for pid in find_processes(place.mark):
        with contextlib.suppress(OSError):
            if read(f"/proc/{pid}/comm").strip() == "tor":
                return pid
    raise AssertionError("there is no tor")


def check_stale_tor():
    """A tor whose owner was killed before it took hold of it makes way for the next."""
    with Place() as place:
        host = start(place)
        host.wait_for_event("sample")
        arguments = read(f"/proc/{find_tor(place)}/cmdline").split("\0")
        torrc = write(place.path("torrc"), read(arguments[arguments.index("-f") + 1]))
        host.kill()
        wait_until(lambda: not find_processes(place.mark), 5, "tor ends with its host")

        # As in the moment between its spawn and TAKEOWNERSHIP; it would stay for 15 s.
        stale = place.start([TOR, "-f", torrc, "--defaults-torrc", "/dev/null"],
                            stdout=subprocess.PIPE)
        for line in stale.stdout:
            if "Bootstrapped" in line:
                break
        expect_recovery(place)
        assert stale.wait(5) == -signal.SIGKILL, "the stale tor was ended"


def check_torrc_line():
    with Place() as place:
        rc = write(place.path("rc"), "# mine\nSafeLogging 1\nNoSuchOption 1\n" + read(CLIENT_RC))
        expect_failure(place, "torrc-line", "line 3", "Unknown option 'NoSuchOption'",
                       remedies=["edit-torrc"], rc=rc)
        rc = write(place.path("rc"), "MaxCircuitDirtiness banana\n" + read(CLIENT_RC))
        expect_failure(place, "torrc-line", "line 1", "MaxCircuitDirtiness",
                       remedies=["edit-torrc"], rc=rc)
        expect_recovery(place)


def check_outdated():
    """The authorities of this network recommend no tor that there is."""
    with Place() as place:
        host = start(place)
        host.wait_for_bootstrap()
        expect(host, "tor-obsolete", "advises against tor", remedies=["update-tor"])
        assert host.stop() == 0


def check_outdated_foreign():
    """Of a tor that was connected long before it is looked at no event tells."""
    with Place() as place:
        tor = ForeignTor(place, CLIENT_RC)
        host = Host(place, "--attach", str(tor.port), prefix=("setsid",))
        expect(host, "tor-obsolete", "advises against tor", remedies=["update-tor"])
        assert host.stop() == 0
        tor.stop()


def check_clock():
    rows = [
        ("+3h", "clock-ahead", "3 hours ahead"),
        ("-3d", "clock-behind", "3 days behind"),
        ("+3d", "clock-doubtful", "seems to be days off"),
    ]
    with contextlib.ExitStack() as stack:
        hosts = []
        for shift, _, _ in rows:
            place = stack.enter_context(Place())
            program = write(place.path("tor"),
                            f"#!/bin/sh\nexec faketime -f {shift} {TOR} \"$@\"\n", 0o700)
            hosts.append(start(place, TROPEA_TOR=program))
        for host, (_, code, part) in zip(hosts, rows):
            expect(host, code, part, remedies=["set-clock"])
            host.stop()


class Patient:
    """A host that does not get connected, from the beginning of the test on."""

    def __init__(self, stack, name, rc):
        self.place = stack.enter_context(Place())
        self.host = start(self.place, rc=write(self.place.path(name), rc))


def change_ports(port):
    """The same authorities where nobody, or somebody else, listens."""
    lines = [line for line in read(CLIENT_RC).splitlines() if "DirAuthority" not in line]
    found = re.findall(r"v3ident=(\w+) \S+ (\w+)", read(CLIENT_RC))
    lines += [f"DirAuthority x{number} orport={port} no-v2 v3ident={identity} "
              f"127.0.0.1:{port} {fingerprint}"
              for number, (identity, fingerprint) in enumerate(found)]
    return "\n".join(lines) + "\n"


def check_patients(patients):
    """After 10 s without progress it is said why; help is not offered before 30 s."""
    def check(name, code, part):
        expect(patients[name].host, code, part, remedies=["wait"])
        assert patients[name].host.stop() == 1
    check("refused", "refused", "were refused")
    check("cut", "blocked", "cuts them off")
    check("silent", "silent", "get no answer")


NETWORK = """
set -e
export PATH="$PATH:/usr/sbin:/sbin"
ip link set lo up
ip route add unreachable 127.0.0.0/9 table local
ip route add unreachable 127.128.0.0/9 table local
"""
CONNECTED = """
ip address add 10.99.99.1/24 dev lo
ip route add default via 10.99.99.2 dev lo
"""


def check_network():
    """In a network of its own, with a way out and without one, tor says nothing itself."""
    prefix = ["unshare", "--net"] if IS_ROOT else ["unshare", "--map-root-user", "--net"]
    with Place() as without, Place() as outside:
        hosts = [
            start(place, prefix=[*prefix, "sh", "-c", script + 'exec "$@"', "sh"])
            for place, script in ((without, NETWORK), (outside, NETWORK + CONNECTED))]
        expect(hosts[0], "no-network", "not connected to a network", remedies=["check-network"])
        expect(hosts[1], "no-route", "no way from this computer", remedies=["check-network"])
        for host in hosts:
            assert host.stop() == 1


def main():
    with contextlib.ExitStack() as stack:
        closed = stack.enter_context(listen("close"))
        silent = stack.enter_context(listen("nothing"))
        with listen() as unused:
            pass
        patients = {
            "refused": Patient(stack, "refused", change_ports(unused)),
            "cut": Patient(stack, "cut", change_ports(closed)),
            "silent": Patient(stack, "silent", change_ports(silent)),
        }
        tap.run([
            ("/diagnosis/tor-not-installed", check_not_installed),
            ("/diagnosis/port-taken-by-a-program", check_port_taken_by_a_program),
            ("/diagnosis/port-taken-by-a-tor", check_port_taken_by_a_tor),
            ("/diagnosis/other-port-by-option", check_other_port_by_option),
            ("/diagnosis/port-reserved", check_port_reserved),
            ("/diagnosis/directory-not-ours", check_directory),
            ("/diagnosis/disk-full", check_disk_full),
            ("/diagnosis/directory-locked-by-a-foreign-tor", check_foreign_lock),
            ("/diagnosis/stale-tor-makes-way", check_stale_tor),
            ("/diagnosis/torrc-line", check_torrc_line),
            ("/diagnosis/outdated-tor", check_outdated),
            ("/diagnosis/outdated-foreign-tor", check_outdated_foreign),
            ("/diagnosis/clock", check_clock),
            ("/diagnosis/no-network-and-no-route", check_network),
            ("/diagnosis/relays-out-of-reach", lambda: check_patients(patients)),
        ])


main()
