#!/usr/bin/python3
# test-ledgers.py: a ledger that forgot, that refuses, and one that only tor may reach
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: test-ledgers.py, with TROPEACTL and TROPEA_LEDGER set."""

import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import tap  # noqa: E402
from programs import (TROPEA_LEDGER, TROPEACTL, Host, Ledger, Place, query,  # noqa: E402
                      read_ledger, read_store, wait_until)

SIMULATE = ("--simulate", "--min-seconds", "2", "--min-bytes", "1")


def run(place, ledger, n_sessions):
    host = Host(place, *SIMULATE, "--ledger", ledger.url, "--until-sessions", str(n_sessions))
    assert host.wait() == 0, host.describe("good end")
    return host


def read_plain(place, ledger, word):
    """The first line of "tropeactl run" without --json that has this word."""
    process = place.start([TROPEACTL, "run", *SIMULATE, "--ledger", ledger.url, "--data-dir",
                           place.path("data"), "--key-file", place.path("key")],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    line = next(line for line in process.stdout if word in line)
    process.terminate()
    process.communicate()
    return line


def read_comparison(place):
    """What the store knows of the ledger: see TropeaReconciliation."""
    rows = query(place.path("data", "sessions.db"),
                 "SELECT value FROM facts WHERE name LIKE 'ledger-compared %'")
    assert len(rows) == 1, rows
    return dict(zip(("compared_seq", "top_seq", "before_seq", "extra", "missing", "changed"),
                    map(int, rows[0]["value"].split())))


def check_restored():
    """The ledger is put back from a copy that is older than what it credited since."""
    with Place() as place:
        ledger = Ledger(place, "--allow-simulation")
        run(place, ledger, 1)
        copy = place.path("copy.db")
        subprocess.run([TROPEA_LEDGER, "backup", "--database", "sqlite:" + ledger.database, "--to",
                        copy], check=True, stdout=subprocess.DEVNULL)
        n_copied = len(read_ledger(copy))
        run(place, ledger, 2)
        ledger.stop()
        n_credited = sum(1 for one in read_store(place.path("data"))[0].values()
                         if one["state"] == "credited")
        assert n_credited == len(read_ledger(ledger.database)) > n_copied
        os.replace(copy, ledger.database)

        ledger = Ledger(place, "--allow-simulation", port=ledger.port)
        n_missing = n_credited - n_copied
        noun = "session" if n_missing == 1 else "sessions"
        sentence = f"The ledger no longer has {n_missing} {noun} that it credited: "
        host = Host(place, *SIMULATE, "--ledger", ledger.url)
        error = host.wait_for_event("error", code="ledger-differs")
        assert error["message"].startswith(sentence), error
        # Its log goes on from a head that it has signed another one after: it gets nothing more.
        error = host.wait_for_event("error", code="sessions-wait")
        assert "nothing more is sent to it" in error["message"], error
        assert host.stop() == 0
        assert not host.all("credited")
        assert read_comparison(place)["missing"] == n_missing, read_comparison(place)
        # What it once credited is not sent again, and counts here as it did.
        states = [one["state"] for one in read_store(place.path("data"))[0].values()]
        assert states.count("credited") == n_credited, states
        assert "evidence" in read_plain(place, ledger, "nothing more is sent")
        evidence = [name for name in os.listdir(place.path("data"))
                    if name.startswith("ledger-evidence-")]
        assert len(evidence) == 1, evidence


def check_unknown_here():
    """The client is put back from an older copy: the ledger has more than is known here."""
    with Place() as place:
        ledger = Ledger(place, "--allow-simulation")
        run(place, ledger, 1)
        shutil.copytree(place.path("data"), place.path("copy"))
        n_before = len(read_ledger(ledger.database))
        run(place, ledger, 1)
        n_unknown = len(read_ledger(ledger.database)) - n_before
        assert n_unknown > 0
        shutil.rmtree(place.path("data"))
        os.rename(place.path("copy"), place.path("data"))

        host = Host(place, *SIMULATE, "--ledger", ledger.url)
        notice = host.wait_for_event("notice")["message"]
        assert notice.startswith(f"The ledger has {n_unknown} session"), notice
        assert notice.endswith("of this key that %s not recorded here"
                               % ("is" if n_unknown == 1 else "are")), notice
        host.wait_for_event("credited")
        assert host.stop() == 0
        assert read_comparison(place)["extra"] == n_unknown
        # Told once.
        later = run(place, ledger, 1)
        assert not later.all("notice") and not later.all("error"), later.events


def check_refused():
    """A session that the ledger refuses has the ledger's own sentence, and earns nothing."""
    with Place() as place:
        ledger = Ledger(place)
        host = Host(place, *SIMULATE, "--ledger", ledger.url)
        refused = host.wait_for_event("refused")
        assert host.stop() == 0
        sessions = read_store(place.path("data"))[0]
        one = sessions[refused["sessionId"]]
        assert one["state"] == "refused" and one["credits_micro"] == 0, one
        assert (one["reason_code"], one["reason"]) == (refused["code"], refused["reason"]), one
        assert refused["code"] == "implausible" and "simul" in refused["reason"].lower(), refused
        assert not host.all("credited") and not read_ledger(ledger.database)
        line = read_plain(place, ledger, "refused: ")
        assert refused["reason"] in line and "implausible" in line, line


class Door:
    """Counts who connects."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.knocks = 0
        self.thread = threading.Thread(target=self.answer, daemon=True)
        self.thread.start()

    def answer(self):
        try:
            while True:
                self.listener.accept()[0].close()
                self.knocks += 1
        except OSError:
            pass

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


def check_fails_closed():
    """Without tor a remote ledger is not tried, not even one that would be easy to reach: GLib
    leads each name below localhost to this computer, and only localhost itself is local."""
    with Place() as place:
        door = Door()
        host = Host(place, *SIMULATE, "--ledger", f"http://ledger.localhost:{door.port}")
        host.wait_for_event("session", count=2)
        told = host.wait_for_event("error", code="sessions-wait")["message"]
        assert "is reached through Tor only" in told, told
        assert host.stop() == 0
        assert door.knocks == 0
        states = {one["state"] for one in read_store(place.path("data"))[0].values()}
        assert states == {"waiting"}, states

        # The door opens to whoever may knock.
        host = Host(place, *SIMULATE, "--ledger", f"http://localhost:{door.port}")
        host.wait_for_event("sample")
        wait_until(lambda: door.knocks > 0, 20, "a knock")
        assert host.stop() == 0, host.describe("good end")
        door.close()


class TlsFront:
    """Ends TLS in front of a ledger, with a certificate that it made itself."""

    def __init__(self, place, ledger):
        self.certificate, key = place.path("front.crt"), place.path("front.key")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                        key, "-out", self.certificate], check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.certificate, key)
        self.ledger_port = ledger.port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://localhost:{self.listener.getsockname()[1]}"
        self.n_connections = self.n_bytes = 0
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection = self.listener.accept()[0]
            self.n_connections += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            outer = self.context.wrap_socket(connection, server_side=True)
            inner = socket.create_connection(("127.0.0.1", self.ledger_port))
            threading.Thread(target=self.pump, args=(inner, outer), daemon=True).start()
            while data := outer.recv(65536):
                self.n_bytes += len(data)
                inner.sendall(data)
            inner.shutdown(socket.SHUT_WR)
        except OSError:
            connection.close()

    @staticmethod
    def pump(inner, outer):
        try:
            while data := inner.recv(65536):
                outer.sendall(data)
        except OSError:
            pass


def check_https():
    """A certificate that nobody vouches for is not spoken to; one of a known authority is."""
    with Place() as place:
        ledger = Ledger(place, "--allow-simulation")
        front = TlsFront(place, ledger)
        host = Host(place, *SIMULATE, "--ledger", front.url)
        error = host.wait_for_event("error")
        host.wait_for_event("session", count=2)
        assert "certificate" in error["message"], error
        assert host.stop() == 0
        assert front.n_connections > 0 and front.n_bytes == 0
        assert not read_ledger(ledger.database)

        # In a world of its own, where the certificate is the only authority.
        namespace = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-Urm"]
        mount = f'mount --bind "{front.certificate}" /etc/ssl/certs/ca-certificates.crt'
        host = Host(place, *SIMULATE, "--ledger", front.url,
                    prefix=[*namespace, "sh", "-c", mount + ' && exec "$@"', "sh"])
        host.wait_for_event("sample")
        host.wait_for_event("credited", count=2)
        assert host.stop() == 0, host.describe("good end")
        assert front.n_bytes > 0 and not host.all("error"), host.all("error")


tap.run([
    ("/ledgers/restored-from-an-older-copy-is-told", check_restored),
    ("/ledgers/sessions-unknown-here-are-told-once", check_unknown_here),
    ("/ledgers/refusal-is-the-ledgers-own-sentence", check_refused),
    ("/ledgers/https-needs-a-certificate-that-holds", check_https),
    ("/ledgers/remote-one-is-not-tried-without-tor", check_fails_closed),
])
