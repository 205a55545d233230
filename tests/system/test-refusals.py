#!/usr/bin/python3
# test-refusals.py: what cannot work ends in one sentence that says so, and loses nothing
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: test-refusals.py, with TROPEACTL and TROPEA_LEDGER set."""

import os
import re
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import tap  # noqa: E402
from programs import (Host, Place, compute_credits, read_store, wait_until)  # noqa: E402

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


def check_full_disk():
    """The disk of the data folder fills up and is freed again: it says so, and goes on where
    it stopped, without a byte less."""
    with Place() as place:
        disk = place.path("disk")
        os.mkdir(disk, 0o700)
        namespace = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-Urm"]
        host = Host(place, *SIMULATE, "--data-dir", os.path.join(disk, "data"),
                    prefix=[*namespace, "sh", "-c",
                            f'mount -t tmpfs -o size=4m,mode=700 none "{disk}" && exec "$@"',
                            "sh"])
        host.wait_for_event("credited")
        inside = f"/proc/{host.process.pid}/root{disk}"
        fill(inside + "/filler")
        error = host.wait_for_event("error")
        assert re.search("full|space", error["message"]), error
        host.wait_for_event("sample", count=len(host.all("sample")) + 2)
        assert host.process.poll() is None
        os.unlink(inside + "/filler")
        count = len(host.all("credited"))
        host.wait_for_event("credited", count=count + 2, seconds=60)
        data_dir = inside + "/data"
        sessions, open_bytes = read_store(data_dir)
        assert host.process.poll() is None
        host.wait_for_event("sample", count=len(host.all("sample")) + 1)
        # The ledger's books and ours agree on every session that was credited.
        for event in host.all("credited"):
            own = sessions.get(event["sessionId"])
            if own is not None:
                assert event["creditsMicro"] == compute_credits(own["duration_s"], own["bytes"])
        stored = sum(session["bytes"] for session in sessions.values()) + open_bytes
        late = sum(event["deltaIn"] + event["deltaOut"] for event in host.all("sample")[-5:])
        assert host.metered() - late <= stored <= host.metered(), (stored, host.metered())
        assert host.stop() == 0


tap.run([(f"/refusals/{name}", lambda rest=rest: check_refusal(*rest)) for name, *rest in ROWS] + [
    ("/refusals/socks-port-in-use", lambda: check_port_in_use("TOR_SOCKS_PORT")),
    ("/refusals/control-port-in-use", lambda: check_port_in_use("TOR_CONTROL_PORT")),
    ("/refusals/another-tropea", check_second_host),
    ("/refusals/full-disk", check_full_disk),
])
