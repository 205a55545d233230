#!/usr/bin/python3
# fake-tor.py: stands in the place of tor and says more than any tor would
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run as tor is: fake-tor.py … -f TORRC …

Lets its controller in with the cookie that the torrc names, answers what is asked of it, and
then sends 1000 events per second, in bursts of 10 ms: BW, STREAM_BW, CIRC, ORCONN and STREAM in
turn. The counters of traffic/read and traffic/written grow by what BW says. It knows some exits,
each in a country.
"""

import hashlib
import hmac
import os
import re
import select
import signal
import socket
import sys
import time

BURST_SECONDS = 0.01
EVENTS_IN_BURST = 10
SERVER_KEY = b"Tor safe cookie authentication server-to-controller hash"
CLIENT_KEY = b"Tor safe cookie authentication controller-to-server hash"
BOOTSTRAP = 'NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY="Done"'
FINGERPRINT = "$" + "A" * 40 + "~relay"
CIRCUIT = f"BUILT {FINGERPRINT} BUILD_FLAGS=NEED_CAPACITY PURPOSE=GENERAL"
# Country, "??" for none, and how many exits are there.
EXITS = {"AT": 31, "CA": 58, "CH": 77, "CI": 1, "DE": 812, "FR": 154, "GB": 66, "NL": 388,
         "RO": 49, "SE": 92, "US": 431, "A1": 2, "??": 4}
COUNTRIES = [code.lower() for code, count in EXITS.items() for _ in range(count)]
EVENTS = ("BW STREAM_BW CIRC ORCONN STREAM STATUS_CLIENT STATUS_GENERAL STATUS_SERVER "
          "NETWORK_LIVENESS SIGNAL CONF_CHANGED NOTICE WARN ERR")


def exit_address(number):
    return f"192.0.{number // 256}.{number % 256}"


def country_of(address):
    _, _, high, low = map(int, address.split("."))
    return COUNTRIES[high * 256 + low]


def describe_exits():
    return "\r\n" + "".join(
        f"r exit AAAAAAAAAAAAAAAAAAAAAAAAAAA 2026-11-22 12:00:00 {exit_address(number)} 9001 0\r\n"
        "s Exit Fast Running Valid\r\n" for number in range(len(COUNTRIES))) + "."


def read_torrc(path):
    with open(path, encoding="utf-8") as torrc:
        text = torrc.read()
    control = re.search(r'^ControlPort "?unix:\\?"?([^"\\\n]+)', text, re.M).group(1)
    cookie = re.search(r'^CookieAuthFile "?([^"\n]+)', text, re.M).group(1)
    return control, cookie


class Controller:
    def __init__(self, connection, cookie):
        self.connection = connection
        self.cookie = cookie
        self.nonces = b""
        self.buffer = b""
        self.moved = 0
        self.n_sent = 0
        self.is_listening = False

    def send(self, text):
        self.connection.sendall(text.encode())

    def hash(self, key):
        return hmac.new(key, self.cookie + self.nonces, hashlib.sha256).hexdigest().upper()

    def get_info(self, key):
        if key.startswith("ip-to-country/"):
            return country_of(key.partition("/")[2])
        values = {
            "events/names": EVENTS,
            "traffic/read": str(self.moved),
            "traffic/written": str(self.moved // 4),
            "net/listeners/socks": '"127.0.0.1:9"',
            "net/listeners/control": '"127.0.0.1:9"',
            "circuit-status": f"1 {CIRCUIT}",
            "orconn-status": f"{FINGERPRINT} CONNECTED",
            "status/bootstrap-phase": BOOTSTRAP,
            "status/version/current": "recommended",
            "version": "0.4.9.11",
            "ns/all": describe_exits(),
        }
        return values.get(key)

    def answer(self, line):
        word, _, rest = line.partition(" ")
        if word == "PROTOCOLINFO":
            self.send('250-PROTOCOLINFO 1\r\n250-AUTH METHODS=COOKIE,SAFECOOKIE COOKIEFILE="/c"\r\n'
                      '250-VERSION Tor="0.4.9.11"\r\n250 OK\r\n')
        elif word == "AUTHCHALLENGE":
            server_nonce = os.urandom(32)
            self.nonces = bytes.fromhex(rest.split()[1]) + server_nonce
            self.send(f"250 AUTHCHALLENGE SERVERHASH={self.hash(SERVER_KEY)} "
                      f"SERVERNONCE={server_nonce.hex().upper()}\r\n")
        elif word == "AUTHENTICATE":
            is_right = rest.upper() == self.hash(CLIENT_KEY)
            self.send("250 OK\r\n" if is_right else "515 Authentication failed\r\n")
        elif word == "GETINFO":
            lines = [(key, self.get_info(key)) for key in rest.split()]
            if any(value is None for _, value in lines):
                self.send("552 Unrecognized key\r\n")
            else:
                self.send("".join(f"250{'+' if value[:1] == chr(13) else '-'}{key}={value}\r\n"
                                  for key, value in lines) +
                          "250 OK\r\n")
        elif word == "SETEVENTS":
            self.is_listening = True
            self.send("250 OK\r\n")
        else:
            self.send("250 OK\r\n")

    def read(self):
        data = self.connection.recv(65536)
        if not data:
            sys.exit(0)
        *lines, self.buffer = (self.buffer + data).split(b"\r\n")
        for line in lines:
            self.answer(line.decode())

    def burst(self):
        events = []
        for _ in range(EVENTS_IN_BURST):
            self.n_sent += 1
            number = self.n_sent
            kind = number % 5
            if number % 1000 == 0:
                self.moved += 1000000 + number
                events.append(f"BW {1000000 + number} {(1000000 + number) // 4}")
            elif kind == 0:
                events.append(f"STREAM_BW {number % 50} 1000 2000 2026-01-01T00:00:00.000000")
            elif kind == 1:
                events.append(f"CIRC {2 + number % 40} {CIRCUIT}")
            elif kind == 2:
                state = "CONNECTED" if number % 10 < 5 else "CLOSED REASON=DONE"
                events.append(f"ORCONN {FINGERPRINT} {state} ID={number % 40}")
            elif kind == 3:
                events.append(f"CIRC {2 + number % 40} CLOSED {FINGERPRINT} REASON=FINISHED")
            else:
                events.append(f"STREAM {number % 50} SUCCEEDED 1 192.0.2.1:80")
        self.send("".join(f"650 {event}\r\n" for event in events))


def main():
    if "--version" in sys.argv:
        print("Tor version 0.4.9.11.")
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    control, cookie_path = read_torrc(sys.argv[sys.argv.index("-f") + 1])
    cookie = os.urandom(32)
    with open(cookie_path, "wb") as file:
        file.write(cookie)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(control)
    listener.listen()
    controller = Controller(listener.accept()[0], cookie)
    due = time.monotonic()
    while True:
        wait = max(due - time.monotonic(), 0) if controller.is_listening else None
        if select.select([controller.connection], [], [], wait)[0]:
            controller.read()
        if controller.is_listening and time.monotonic() >= due:
            controller.burst()
            # Late is late: what was missed is sent, so that it is 1000 in each second.
            due = max(due, time.monotonic() - 1) + BURST_SECONDS


main()
