#!/usr/bin/python3
# test-steering.py: every command of tropeactl against a running "tropeactl run --simulate"
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: test-steering.py, with TROPEACTL and TROPEA_LEDGER set."""

import contextlib
import csv
import fcntl
import io
import json
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import programs  # noqa: E402
import tap  # noqa: E402

DONE, FAILED, USAGE, NO_TROPEA, REFUSED, NOT_YET = range(6)

COLUMNS = ("session_id,started,duration_s,bytes,bytes_in,bytes_out,source,kind,state,credits_micro,"
           "reason_code,reason,ledger,ledger_seq,balance_micro,answered,origin,client_pub,"
           "signature,ip_hash")


def environment(place, **more):
    return place.environment(**{"XDG_RUNTIME_DIR": place.path("run"), "TERM": "xterm", **more})


def ask(place, *arguments, status=DONE, **more):
    """Run a command to its end; return what it printed, and what it told on stderr."""
    done = subprocess.run([programs.TROPEACTL, *arguments], stdin=subprocess.DEVNULL,
                          env=environment(place, **more), capture_output=True, text=True,
                          timeout=programs.PATIENCE, check=False)
    assert done.returncode == status, (arguments, done)
    if status == DONE:
        assert done.stderr == "", (arguments, done)
    else:
        # One sentence, with the program in front.
        assert re.fullmatch(r"tropeactl: [^\n]+\n", done.stderr), (arguments, done)
    assert "\033" not in done.stdout, "colours in a pipe"
    return done.stdout, done.stderr


def ask_json(place, *arguments, **more):
    return json.loads(ask(place, *arguments, "--json", **more)[0])


@contextlib.contextmanager
def running(*options):
    """A host in the usual place, so that commands find it by themselves."""
    with programs.Place() as place:
        os.mkdir(place.path("run"), 0o700)
        host = programs.Host(place, "--data-dir", place.path("home", ".local", "share", "tropea"),
                             *(options or ("--simulate", "--min-seconds", "1", "--min-bytes",
                                           "100")),
                             environment=environment(place))
        host.data_dir = place.path("home", ".local", "share", "tropea")
        host.wait_for_event("state", status="running")
        programs.wait_until(lambda: os.path.exists(place.path("run", "tropea", "api.sock")),
                            programs.PATIENCE, "the socket")
        yield place, host
        if host.process.poll() is None:
            host.stop()


def test_nobody_runs():
    with programs.Place() as place:
        os.mkdir(place.path("run"), 0o700)
        for line in ("start", "stop", "restart", "pause", "resume", "simulate", "status", "events",
                     "monitor", "sessions", "credits", "thresholds", "submit", "identity",
                     "new-identity", "reset --yes", "status --watch", "sessions --csv"):
            printed, told = ask(place, *line.split(), status=NO_TROPEA)
            assert printed == "" and "No Tropea is running" in told and "tropeactl run" in told
        assert ask_json(place, "status", status=NO_TROPEA)["code"] == "no-tropea"


def test_what_listens_is_another():
    answers = (b"220 mail.example.org\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
               b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    for answer in answers:
        with programs.Place() as place, socket.socket(socket.AF_UNIX) as listener:
            listener.bind(place.path("other.sock"))
            listener.listen()

            def serve(found=listener, text=answer):
                with found.accept()[0] as peer:
                    peer.recv(65536)
                    peer.sendall(text)

            server = threading.Thread(target=serve)
            server.start()
            _, told = ask(place, "status", "--api-socket", place.path("other.sock"), status=FAILED)
            server.join()
            assert "is not Tropea" in told, told


def test_figures(place, host):
    host.wait_for_event("credited", 2)
    text, _ = ask(place, "status")
    labels = [line[:13].strip() for line in text.splitlines()]
    assert labels[0] == "Tropea" and {"In", "Out", "Data", "Time", "Sessions", "Credits"} \
        <= set(labels), text
    assert " simulation" in text.splitlines()[0], text
    status = ask_json(place, "status")
    assert status["tor"]["status"] == "running" and status["tor"]["simulating"], status

    text, _ = ask(place, "credits")
    assert text.startswith("Credits      0.00\nSimulated    "), text
    assert re.search(r"\n\d{4}-\d\d-\d\d +\d+ +\d+ +0 +0\.00 +\d+\.\d\d\n", text), text
    assert "\nDAY" not in ask(place, "credits", "--days", "0")[0]
    assert ask_json(place, "credits", "--days", "1")["submittedSessions"] >= 2

    text, _ = ask(place, "identity")
    key = programs.encode_public(programs.read_key(place.path("key")))
    assert text == f"Public key   {key}\nSecret key   ready\n", text
    assert ask_json(place, "identity")["publicKey"] == key


def compare(row, own):
    """A line of the list with what is stored."""
    assert (int(row["duration_s"]), int(row["bytes"]), int(row["credits_micro"])) == \
        (own["duration_s"], own["bytes"], own["credits_micro"] or 0), (row, own)
    assert row["state"] == own["state"] and row["source"] == own["source"], (row, own)


def test_sessions(place, host):
    host.wait_for_event("credited", 3)
    ask(place, "monitor", "off")
    programs.wait_until(lambda: ask_json(place, "status")["autoSubmission"]["waitingSessions"] == 0,
                        programs.PATIENCE, "no session waits")
    stored, _ = programs.read_store(host.data_dir)

    text, _ = ask(place, "sessions", "--all", "--csv")
    # Read as bytes a line ends with CR LF, as an exported file's.
    rows = list(csv.DictReader(io.StringIO(text)))
    assert text.splitlines()[0] == COLUMNS, text
    assert {row["session_id"] for row in rows} == set(stored), (rows, stored)
    for row in rows:
        compare(row, stored[row["session_id"]])
        assert row["ledger_seq"] and row["ledger"] and row["signature"] and row["answered"], row
        assert row["client_pub"] == programs.encode_public(
            programs.read_key(place.path("key"))), row

    exported = ask_json(place, "sessions", "--all")
    assert exported["format"] == "tropea-sessions/1"
    assert list(exported["sessions"][0]) == COLUMNS.split(",")
    assert [row["session_id"] for row in exported["sessions"]] == \
        [row["session_id"] for row in rows]

    table = ask(place, "sessions")[0].splitlines()
    assert len(table) == min(len(rows), 20) + 1 and table[0].startswith("STARTED"), table
    assert [line.split()[2] for line in table[1:]] == \
        [row["session_id"][:8] for row in rows][:20], table
    assert len({len(line) for line in table}) == 1, table

    assert len(ask(place, "sessions", "--since", "1h")[0].splitlines()) == len(rows) + 1
    assert ask(place, "sessions", "--since", "2100-01-01")[0] == "No sessions\n"
    assert ask(place, "sessions", "--state", "refused")[0] == "No sessions\n"
    assert ask_json(place, "sessions", "--state", "refused")["sessions"] == []
    assert ask(place, "sessions", "--state", "refused", "--csv")[0].strip() == COLUMNS
    ask(place, "monitor", "on")


def test_local_time(place, _):
    one = ask(place, "sessions", "--all", TZ="UTC")[0].splitlines()[-1]
    other = ask(place, "sessions", "--all", TZ="UTC-5")[0].splitlines()[-1]
    moments = [time.mktime(time.strptime(line[:19], "%Y-%m-%d %H:%M:%S")) for line in (one, other)]
    assert moments[1] - moments[0] == 5 * 3600, (one, other)


def test_steering(place, _):
    assert ask(place, "simulate")[0] == "The simulation runs\n"
    assert "stop it first" in ask(place, "start", status=REFUSED)[1]
    assert ask_json(place, "new-identity", status=REFUSED)["code"] == "simulation-running"
    assert ask(place, "pause")[0].startswith("Paused")
    assert ask_json(place, "status")["tor"]["status"] == "paused"
    assert ask(place, "resume")[0] == "Not paused any more\n"
    assert ask_json(place, "restart")["tor"]["status"] == "running"
    assert ask(place, "simulate", "--stop")[0] == "The simulation is stopped\n"
    assert ask_json(place, "pause", status=REFUSED)["code"] == "not-running"
    assert ask(place, "simulate", "--wait", "30")[0] == "The simulation runs\n"
    assert ask(place, "stop")[0] == "Nothing runs any more\n"
    assert ask_json(place, "stop")["tor"]["status"] == "stopped"
    assert ask_json(place, "simulate")["tor"]["simulating"]


def test_settings(place, _):
    assert ask(place, "monitor")[0] == "on\n"
    ask(place, "monitor", "off")
    assert ask(place, "monitor")[0] == "off\n"
    assert "Monitoring   off" in ask(place, "status")[0]
    assert ask_json(place, "monitor", "on")["autoSubmission"]["isMonitoring"]
    assert ask(place, "submit")[0].endswith("\n")
    assert ask_json(place, "submit")["success"]

    before = ask_json(place, "thresholds")["thresholds"]
    text, _ = ask(place, "thresholds", "set", "--min-bytes", "200000", "--min-seconds=2")
    assert text == "min-bytes    200000 (200.0 KB)\nmin-seconds  2\nmax-seconds  600\n", text
    assert ask(place, "thresholds", "get")[0] == text
    refusal = ask_json(place, "thresholds", "set", "--max-seconds", "1", status=REFUSED)
    assert refusal["code"] == "invalid-value", refusal
    ask(place, "thresholds", "set", "--min-bytes", str(before["minBytes"]), "--min-seconds",
        str(before["minDuration"]))

    ask(place, "reset", status=USAGE)
    assert ask_json(place, "reset", "--yes")["stats"]["totalBytes"] < 100_000
    assert ask(place, "reset", "--yes")[0] == "Bytes are counted from 0 again\n"


def test_events(place, _):
    lines = ask(place, "events", "--count", "5")[0].splitlines()
    assert len(lines) == 5, lines
    assert [line.split()[2] for line in lines[:3]] == ["status", "state", "bootstrap"], lines
    text, _ = ask(place, "events", "--json", "--only", "session,credited", "--count", "2")
    assert {json.loads(line)["event"] for line in text.splitlines()} <= {"session", "credited"}


def test_reader_goes(place, _):
    """Whoever closes the pipe has seen enough."""
    for line in (("events",), ("status", "--watch"), ("status", "--watch", "--json")):
        process = place.start([programs.TROPEACTL, *line], environment(place),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdout.readline()
        process.stdout.close()
        assert process.wait(programs.PATIENCE) == DONE
        assert process.stderr.read() == ""
        process.stderr.close()


def test_full_disk(place, _):
    for line in (("status",), ("sessions", "--csv"), ("events", "--count", "1")):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([programs.TROPEACTL, *line], stdout=full, stderr=subprocess.PIPE,
                                  env=environment(place), text=True, timeout=programs.PATIENCE,
                                  check=False)
        assert done.returncode == FAILED and "cannot be written" in done.stderr, done


def show(place, *arguments, until=None, **more):
    """Run a command on a terminal of 90 columns; interrupt it when a text is shown."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 90, 0, 0))
    process = place.start([programs.TROPEACTL, *arguments], environment(place, **more),
                          stdout=slave, stderr=slave)
    os.close(slave)
    shown = b""
    deadline = time.monotonic() + programs.PATIENCE
    with contextlib.suppress(OSError):
        while time.monotonic() < deadline:
            if select.select([master], [], [], 1)[0]:
                data = os.read(master, 65536)
                if not data:
                    break
                shown += data
            if until is not None and until(shown.decode(errors="replace")):
                process.send_signal(signal.SIGINT)
                until = None
    os.close(master)
    assert process.wait(programs.PATIENCE) == DONE, shown
    return shown.decode()


def test_terminal(place, _):
    assert "\033[1;32m" in show(place, "status")
    assert "\033[32mcredited\033[0m" in show(place, "sessions")
    assert "\033" not in show(place, "status", NO_COLOR="1")
    assert "\033" not in show(place, "sessions", NO_COLOR="1")
    assert "\033" not in show(place, "status", TERM="dumb")

    shown = show(place, "status", "--watch", until=lambda text: text.count("\033[J") > 2)
    assert shown.startswith("\033[?25l") and shown.rstrip().endswith("\033[?25h"), shown
    assert re.search(r"\033\[\d+A\r", shown), shown


def test_watch_in_a_pipe(place, _):
    process = place.start([programs.TROPEACTL, "status", "--watch", "--json"], environment(place),
                          stdout=subprocess.PIPE)
    moved = [json.loads(process.stdout.readline())["stats"]["totalBytes"] for _ in range(3)]
    assert moved == sorted(moved) and moved[0] < moved[2], moved
    process.send_signal(signal.SIGTERM)
    assert process.wait(programs.PATIENCE) == DONE
    process.stdout.close()


def test_usage(place, _):
    for line in ("frobnicate", "status --frobnicate", "monitor maybe", "sessions --since never",
                 "sessions --csv --json", "sessions --state lost", "events --only nothing",
                 "events --count 0", "credits --days 400", "thresholds set", "thresholds put",
                 "thresholds --min-bytes 3", "thresholds set --min-bytes x", "start --wait -1",
                 "simulate --stop --wait 3", "stop now"):
        _, told = ask(place, *line.split(), status=USAGE)
        assert "--help\n" in told, told
    for line in ("--help", "help", "sessions --help", "help sessions", "run --help", "--version"):
        assert ask(place, *line.split())[0], line


def test_two_of_them(place, _):
    """One with another data folder has its own socket, and is asked by that folder."""
    host = programs.Host(place, "--simulate", "--data-dir", place.path("other"),
                         environment=environment(place))
    host.wait_for_event("state", status="running")
    ask(place, "stop", "--data-dir", place.path("other"))
    host.wait_for_event("state", status="stopped")
    assert ask_json(place, "status")["tor"]["status"] == "running"
    host.stop()
    ask(place, "status", "--data-dir", place.path("other"), status=NO_TROPEA)


def test_host_ends(place, host):
    """While somebody listens, watches, and waits for an answer."""
    followers = [place.start([programs.TROPEACTL, *line], environment(place),
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                 for line in (("events",), ("status", "--watch"), ("events", "--json"))]
    for follower in followers:
        assert follower.stdout.readline()
    host.stop()
    for follower in followers:
        _, told = follower.communicate(timeout=programs.PATIENCE)
        assert follower.returncode == NO_TROPEA, (follower.args, follower.returncode, told)
        assert told == "tropeactl: Tropea has ended\n", told
    ask(place, "status", status=NO_TROPEA)


def test_host_is_killed():
    with running() as (place, host):
        follower = place.start([programs.TROPEACTL, "events"], environment(place),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert follower.stdout.readline()
        host.kill()
        _, told = follower.communicate(timeout=programs.PATIENCE)
        assert (follower.returncode, told) == (NO_TROPEA, "tropeactl: Tropea has ended\n"), told
        # Its socket is still there, and nobody behind it.
        assert os.path.exists(place.path("run", "tropea", "api.sock"))
        ask(place, "stop", status=NO_TROPEA)


def main():
    with running() as (place, host):
        shared = (
            ("figures", test_figures),
            ("sessions-are-those-stored-and-exported", test_sessions),
            ("times-are-local", test_local_time),
            ("steering", test_steering),
            ("settings", test_settings),
            ("events", test_events),
            ("reader-goes", test_reader_goes),
            ("full-disk", test_full_disk),
            ("terminal-and-pipe", test_terminal),
            ("watch-in-a-pipe", test_watch_in_a_pipe),
            ("usage", test_usage),
            ("two-of-them", test_two_of_them),
            ("host-ends", test_host_ends),
        )
        tap.run([
            ("/steering/nobody-runs", test_nobody_runs),
            ("/steering/what-listens-is-another", test_what_listens_is_another),
            *((f"/steering/{name}", lambda test=test: test(place, host)) for name, test in shared),
            ("/steering/host-is-killed", test_host_is_killed),
        ])


main()
