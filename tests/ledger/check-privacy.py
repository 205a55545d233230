#!/usr/bin/python3
# check-privacy.py: what a client's connection shows of it is nowhere afterwards
# SPDX-License-Identifier: GPL-3.0-or-later
"""Marked addresses and headers must be neither in the database, nor in the log, nor in the
memory of the running ledger once the requests are over."""

import http.client
import json
import os
import re
import socket
import sys
import tempfile
import time

from ledger_client import ORIGIN, Key, Ledger, now_ms

BASE = now_ms() - 86400 * 1000
# Nothing else on a machine has these.
ADDRESSES = ["127.77.%d.213" % i for i in range(41, 49)]
MARK = "Marked-7f3a9c51"
UNFINISHED = b"Unfinished-58c20be7"
# No memory, but addresses that a sanitizer keeps for itself.
HUGE = 2**30


def read_memory(pid):
    """All that the process may write to: what a core dump would show of its own data."""
    with open("/proc/%d/maps" % pid, encoding="utf-8") as maps, \
            open("/proc/%d/mem" % pid, "rb") as memory:
        for line in maps:
            match = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if match is None:
                continue
            begin, end = (int(word, 16) for word in match.groups())
            if end - begin > HUGE:
                continue
            memory.seek(begin)
            try:
                yield memory.read(end - begin)
            except OSError:
                continue


def find(secrets, chunks):
    return {secret for chunk in chunks for secret in secrets if secret in chunk}


def spellings(address):
    """As text, and as the kernel's socket address has it: family, any port, address."""
    return [address.encode(), bytes(int(part) for part in address.split("."))]


def wait_until(condition, seconds=10, what=lambda: None):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)


def visit(ledger, key, address, number):
    """One client: honest, refused and lost requests from one address."""
    headers = {"Content-Type": "application/json", "User-Agent": MARK + "-agent",
               "X-Forwarded-For": "203.0.113.77", "Cookie": MARK + "-cookie",
               "Referer": "https://%s.example/" % MARK, "Accept-Language": MARK}
    c = http.client.HTTPConnection("127.0.0.1", ledger.port, timeout=10,
                                   source_address=(address, 0))
    target = "/api/sessions/balance?clientPub=" + key.pub.replace("+", "%2B")
    session = json.dumps(key.session(BASE + number * 20000))
    for method, path, body, more, wanted in (
            ("POST", "/api/sessions/submit", session, {}, 200),
            ("POST", "/api/sessions/submit", '{"secret":1}', {}, 400),
            ("GET", target, None, {"Authorization": key.proof(target)}, 200),
            ("GET", "/%s?q=%s" % (MARK, MARK), None, {}, 404),
            ("GET", target, None, {"Authorization": MARK}, 401)):
        c.request(method, path, body, {**headers, **more})
        answer = c.getresponse()
        data = answer.read()
        assert answer.status == wanted, (path, answer.status, data)
        assert MARK.encode() not in data
    c.close()


def test_files_and_log(ledger, folder, log):
    secrets = [MARK.encode(), b"203.0.113.77"]
    secrets += [s for address in ADDRESSES for s in spellings(address)]
    chunks = []
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as file:
            chunks.append(file.read())
    assert len(chunks) >= 2
    assert not find(secrets, chunks), find(secrets, chunks)
    with open(log, "rb") as file:
        text = file.read()
    # The log has lines, and none with a client's key in it either.
    assert b"event=start" in text
    assert not find(secrets + [b"127.0.0.1:", *(key.encode() for key in KEYS)], [text]), text


def test_memory(ledger):
    secrets = [MARK.encode(), b"203.0.113.77"]
    secrets += [s for address in ADDRESSES for s in spellings(address)]
    pid = ledger.process.pid
    # The reading finds what is there: a request that is still being sent.
    with socket.create_connection(("127.0.0.1", ledger.port)) as half:
        half.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\nX-Mark: %s\r\n" % UNFINISHED)
        wait_until(lambda: find([UNFINISHED, ORIGIN.encode()], read_memory(pid)) ==
                   {UNFINISHED, ORIGIN.encode()})
    # The ledger may not have heard yet that the connections are closed.
    wait_until(lambda: not find([UNFINISHED, *secrets], read_memory(pid)),
               what=lambda: find([UNFINISHED, *secrets], read_memory(pid)))


KEYS = []


def main():
    with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile() as log:
        with open(log.name, "wb") as stderr:
            # As in earnest: meson has the C library overwrite what is freed.
            environment = {key: value for key, value in os.environ.items()
                           if not key.startswith("MALLOC_")}
            # A sanitizer must not keep what was freed.
            sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=0"
            ledger = Ledger(sys.argv[1], folder, stderr=stderr,
                            env={**environment, "ASAN_OPTIONS": sanitizer +
                                 ":thread_local_quarantine_size_kb=0"})
        for number, address in enumerate(ADDRESSES):
            key = Key()
            KEYS.append(key.pub)
            visit(ledger, key, address, number)
        test_files_and_log(ledger, folder, log.name)
        test_memory(ledger)
        assert ledger.stop() == 0
        test_files_and_log(ledger, folder, log.name)


main()
