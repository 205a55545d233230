#!/usr/bin/python3
# test-refusals.py: what cannot work ends in one sentence that says so, and loses nothing
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: test-refusals.py, with TROPEACTL and TROPEA_LEDGER set."""

import os
import re
import shutil
import socket
import stat
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import tap  # noqa: E402
from programs import Host, Place, expect_ledger_agrees, read_store  # noqa: E402

# A refusal comes at once; a tor that ends is waited for.
REFUSAL_LIMIT = 20
SIMULATE = ("--simulate", "--min-seconds", "2", "--min-bytes", "1")


def list_sentences(host):
    """What the user was told, on either channel, each sentence once."""
    told = [event["message"] for event in host.all("error")]
    told += [re.sub(r"^[\w-]+: ", "", line) for line in host.errors]
    return sorted(set(told))


def expect_refusal(host, *words):
    status = host.wait(REFUSAL_LIMIT)
    sentences = list_sentences(host)
    assert status not in (0, None) and status > 0, host.describe("refusal")
    assert len(sentences) == 1, sentences
    for word in words:
        assert re.search(word, sentences[0]), (word, sentences)
    assert not re.search(r"CRITICAL|WARNING|assertion|\\n|%s|\(null\)", sentences[0]), sentences
    assert not host.all("sample") and not host.all("session"), host.events


def check_refusal(options, environment, words, files=None, modes=None):
    with Place() as place:
        for name, text in (files or {}).items():
            with open(place.path(name), "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(place.path(name), (modes or {}).get(name, 0o600))
        options = [option.replace("@", place.folder) for option in options]
        host = Host(place, *options, environment=place.environment(**environment))
        expect_refusal(host, *words)
        place.expect_nothing_left()


# (name, options, environment, words of the sentence, files, modes); @ is the test's folder.
ROWS = [
    ("tor-missing", [], {"TROPEA_TOR": "/nonexistent/tor"}, ["tor", "install|TROPEA_TOR"]),
    ("tor-is-not-a-program", [], {"TROPEA_TOR": "/dev/null"}, ["tor"]),
    ("broken-torrc-append", ["--torrc-append", "@/rc"], {}, ["NoSuchOption|@?rc"],
     {"rc": "NoSuchOption 1\n"}),
    ("torrc-append-without-cookie", ["--torrc-append", "@/rc"], {},
     ["CookieAuthentication", "take that line out"], {"rc": "cookieauthentication 0\n"}),
    ("missing-torrc-append", ["--torrc-append", "@/rc"], {}, ["rc"]),
    ("data-folder-is-a-file", [*SIMULATE, "--data-dir", "@/file"], {}, ["file", "--data-dir"],
     {"file": ""}),
    ("data-folder-below-a-file", [*SIMULATE, "--data-dir", "@/file/data"], {}, ["--data-dir"],
     {"file": ""}),
    ("no-secret-service", [*SIMULATE, "--key-file", ""],
     {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent/bus"}, ["--key-file"]),
    ("key-file-open-to-others", [*SIMULATE], {}, ["key", "600"],
     {"key": "00" * 32 + "\n"}, {"key": 0o644}),
    ("key-file-is-no-key", [*SIMULATE], {}, ["key"], {"key": "no key\n"}),
    ("ledger-of-another-kind", [*SIMULATE, "--ledger", "ftp://ledger.test"], {}, ["http"]),
    ("socks-port-is-no-port", [], {"TOR_SOCKS_PORT": "many"}, ["TOR_SOCKS_PORT"]),
    ("thresholds-below-zero", ["--simulate", "--min-seconds", "-1"], {}, ["second"]),
    ("unknown-option", ["--nonsense"], {}, ["nonsense"]),
    ("time-is-no-number", ["--simulate", "--for", "ever"], {}, ["ever"]),
]


def check_port_in_use(variable):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = str(busy.getsockname()[1])
        check_refusal([], {variable: port}, [port, variable])


def check_second_host():
    """The second one is refused; the first one does not notice."""
    with Place() as place:
        first = Host(place, *SIMULATE)
        first.wait_for_event("sample")
        expect_refusal(Host(place, *SIMULATE), "Another Tropea", "--data-dir")
        first.wait_for_event("credited")
        assert first.stop() == 0


def fill(path):
    """Take all the space that is left; return nothing."""
    with open(path, "wb", buffering=0) as file:
        for size in (65536, 512, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                pass


class SmallDisk:
    """A host whose data folder is on a disk of its own, which a test can fill."""

    def __init__(self, place):
        self.place = place
        self.folder = place.path("disk")
        os.mkdir(self.folder, 0o700)
        namespace = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-Urm"]
        mount = f'mount -t tmpfs -o size=4m,mode=700 none "{self.folder}" && exec "$@"'
        self.host = Host(place, *SIMULATE, "--data-dir", os.path.join(self.folder, "data"),
                         prefix=[*namespace, "sh", "-c", mount, "sh"])
        self.host.wait_for_event("credited")
        # Held open, the disk outlives the host.
        inside = f"/proc/{self.host.process.pid}/root{self.folder}"
        self.descriptor = os.open(inside, os.O_DIRECTORY | os.O_CLOEXEC)
        self.inside = f"/proc/self/fd/{self.descriptor}"

    def fill(self):
        fill(self.inside + "/filler")
        error = self.host.wait_for_event("error", code="store-full")
        assert re.search("full|space", error["message"]), error
        # It goes on metering.
        count = len(self.host.all("sample"))
        self.host.wait_for_event("sample", count=count + 2)
        told = [event["message"] for event in self.host.all("error")]
        assert len(told) == len(set(told)), told

    def take_data(self):
        """A copy of what is on the disk, and the end of the disk."""
        copy = self.place.path("copy")
        shutil.copytree(self.inside + "/data", copy,
                        ignore=lambda folder, names: [name for name in names if stat.S_ISSOCK(
                            os.lstat(os.path.join(folder, name)).st_mode)])
        os.close(self.descriptor)
        return copy


def check_disk_fills_and_is_freed():
    """It says that the disk is full, and later goes on where it stopped, without a byte less."""
    with Place() as place:
        disk = SmallDisk(place)
        disk.fill()
        os.unlink(disk.inside + "/filler")
        count = len(disk.host.all("credited"))
        disk.host.wait_for_event("credited", count=count + 2, seconds=60)
        assert disk.host.stop() == 0, disk.host.describe("good end")
        data_dir = disk.take_data()
        sessions, _ = expect_ledger_agrees(data_dir, os.path.join(data_dir, "ledger.db"))
        stored = sum(session["bytes"] for session in sessions.values()) + read_store(data_dir)[1]
        assert stored == disk.host.metered(), (stored, disk.host.metered())


def check_disk_stays_full():
    """Ended while the disk is full, it saves the last byte into the space that it kept."""
    with Place() as place:
        disk = SmallDisk(place)
        assert os.path.getsize(disk.inside + "/data/reserve") == 512 * 1024
        disk.fill()
        disk.host.stop()
        assert not os.path.exists(disk.inside + "/data/reserve"), "the space was not needed"
        os.unlink(disk.inside + "/filler")
        data_dir = disk.take_data()
        sessions, _ = expect_ledger_agrees(data_dir, os.path.join(data_dir, "ledger.db"))
        stored = sum(session["bytes"] for session in sessions.values()) + read_store(data_dir)[1]
        assert stored == disk.host.metered(), (stored, disk.host.metered())


tap.run([(f"/refusals/{name}", lambda rest=rest: check_refusal(*rest)) for name, *rest in ROWS] + [
    ("/refusals/socks-port-in-use", lambda: check_port_in_use("TOR_SOCKS_PORT")),
    ("/refusals/control-port-in-use", lambda: check_port_in_use("TOR_CONTROL_PORT")),
    ("/refusals/another-tropea", check_second_host),
    ("/refusals/disk-fills-and-is-freed", check_disk_fills_and_is_freed),
    ("/refusals/disk-stays-full", check_disk_stays_full),
])
