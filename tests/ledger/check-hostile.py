#!/usr/bin/python3
# check-hostile.py: whatever is sent to a running ledger, nothing false is credited and it stays up
# SPDX-License-Identifier: GPL-3.0-or-later

import base64
import hashlib
import json
import os
import random
import sys
import tempfile

from ledger_client import ORIGIN, Key, Ledger, b64, is_sanitized, now_ms
from nacl import bindings as sodium

MUTANTS, CONNECTIONS, BATCHES = 2000 if is_sanitized(sys.argv[1]) else 10000, 5, 200
SEED = 20261122
ORDER = 2**252 + 27742317777372353535851937790883648493
IDENTITY = (1).to_bytes(32, "little")
# A point of order 8, and the other three that its multiples come to with an odd factor.
TORSION = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa")
LIKELY = b'"\\{}[]:,.+-eE0129 \n\t\x00\xff=/aAfF'


class Hostile:
    """A ledger, one key, and what was honestly submitted."""

    def __init__(self, folder):
        self.ledger = Ledger(sys.argv[1], folder)
        self.key = Key(bytes(32))
        self.base = now_ms() // 1000 * 1000 - 86400 * 1000
        self.rng = random.Random(SEED)
        self.n_honest = 0

    def session(self, **changes):
        return self.key.session(self.base, 65, 180000000, **changes)

    def refuse(self, body, *statuses, connection=None):
        status, answer = self.ledger.post("/api/sessions/submit", body, connection)
        assert status in (statuses or (400, 401)), (status, answer, body)
        assert answer["status"] == status and answer["code"] and answer["detail"], answer
        return answer

    def expect_up(self):
        """It takes an honest session, and has none but those."""
        self.n_honest += 1
        start = self.base + 1000000 * self.n_honest
        status, answer = self.ledger.submit(self.key.session(start))
        assert status == 200 and answer["status"] == "accepted", answer
        balance = self.ledger.balance(self.key)
        assert balance["sessions"] == self.n_honest, balance
        assert self.ledger.process.poll() is None


def meaning(text):
    """What JSON's own grammar makes of a text; numbers keep their spelling, no member is lost."""
    try:
        value = json.loads(text.decode("latin-1"), parse_int=lambda s: ("n", s),
                           parse_float=lambda s: ("n", s), parse_constant=lambda s: ("n", s),
                           object_pairs_hook=lambda pairs: ("o", sorted(pairs, key=repr)))
    except (ValueError, RecursionError):
        return None
    return None if b"\\" in text else value


def mutate(rng, body, other):
    text = bytearray(body)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        at = rng.randrange(len(text) + 1)
        kind = rng.randrange(8)
        if kind == 0:
            text[at:at + 1] = bytes([rng.choice(LIKELY)])
        elif kind == 1:
            text[at:at + 1] = bytes([rng.randrange(256)])
        elif kind == 2:
            text[at:at] = bytes([rng.choice(LIKELY)]) * rng.choice((1, 1, 2, 40))
        elif kind == 3:
            del text[at:at + rng.randrange(1, 20)]
        elif kind == 4:
            text[at:at] = text[at:at + rng.randrange(1, 60)]
        elif kind == 5:
            begin = rng.randrange(len(other))
            text[at:at] = other[begin:begin + rng.randrange(1, 80)]
        elif kind == 6:
            members = bytes(text).split(b",")
            members.insert(rng.randrange(len(members)), rng.choice(members))
            text = bytearray(b",".join(members))
        else:
            for _ in range(3):
                i = rng.randrange(len(text)) if text else 0
                text[i:i + 1] = bytes([text[i] ^ 1 << rng.randrange(8)]) if text else b"x"
    return bytes(text)


def draw(hostile, body, other):
    """A mutant that means something else than what was signed, as a list's item too."""
    while True:
        mutant = mutate(hostile.rng, body, other)
        if ((meaning(mutant) is None or meaning(mutant) != meaning(body)) and
                body not in b"".join(mutant.split())):
            return mutant


def test_mutants(hostile):
    bodies = [json.dumps(hostile.session(), separators=(",", ":")).encode(),
              json.dumps(hostile.session(ipHash="5a" * 32), separators=(",", ":")).encode()]
    connections = [hostile.ledger.connect() for _ in range(CONNECTIONS)]
    seen = {}
    for i in range(MUTANTS):
        mutant = draw(hostile, bodies[i % 2], bodies[(i + 1) % 2])
        answer = hostile.refuse(mutant, 400, 401, 413, 422,
                                connection=connections[i % CONNECTIONS])
        seen[answer["code"]] = seen.get(answer["code"], 0) + 1
    for c in connections:
        c.close()
    hostile.expect_up()
    assert seen["malformed"] > MUTANTS // 10 and seen["bad-signature"] > MUTANTS // 100, seen


def test_mutants_in_batches(hostile):
    body = json.dumps(hostile.session(), separators=(",", ":")).encode()
    codes = set()
    for _ in range(BATCHES):
        items = [draw(hostile, body, body) for _ in range(hostile.rng.randrange(1, 5))]
        status, answer = hostile.ledger.post("/api/sessions/batch",
                                             b'{"sessions":[' + b",".join(items) + b"]}")
        assert status in (200, 400, 413), answer
        results = answer.get("results", [answer])
        assert all("code" in result for result in results), (items, results)
        codes |= {result["code"] for result in results}
    assert codes >= {"malformed", "bad-signature"}, codes
    hostile.expect_up()


def test_spellings(hostile):
    """Second spellings of the very same signed values, and values that are none."""
    session = hostile.session(ipHash="ab" * 32)
    good = json.dumps(session)

    def respell(old, new):
        assert good.count(old) == 1, old
        hostile.refuse(good.replace(old, new), 400)

    for number in ("NaN", "Infinity", "-Infinity", "1e3", "65.0", "6.5e1", "065", "+65", "-65",
                   "0x41", "\"65\"", "null", "true", "[65]", "{}", "65" * 900, "1" + "0" * 3000,
                   "9007199254740992", "18446744073709551681", "1e400", "-0", "6 5", ""):
        respell('"duration": 65', '"duration": ' + number)
    for old, new in (('"duration"', '"dur\\u0061tion"'), ('"tor-client"', '"tor\\u002dclient"'),
                     ('"v": 1', '"v": 1, "v": 1'), ('"v": 1', '"v": 1, "V": 1'),
                     ('"v": 1', '"v": 1, "__proto__": {}'), ('"v": 1', '"v": 2'),
                     ('"duration": 65', '"duration": 65, "duration": 65'),
                     ('"duration": 65', '"duration": 66, "duration": 65')):
        respell(old, new)
    for name in ("clientPub", "signature"):
        value = session[name]
        body = value.rstrip("=")
        stray = body[:-1] + next(c for c in "BCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                 if base64.b64decode(body[:-1] + c + value[len(body):]) ==
                                 base64.b64decode(value) and c != body[-1]) + value[len(body):]
        assert stray != value
        for other in (body, value + "=", value + "\\n", value[:20] + "\\n" + value[20:],
                      value[:20] + " " + value[20:], stray, value.replace("=", "%3D"),
                      base64.b64decode(value).hex(), "-_" + value[2:]):
            respell('"%s"' % value, '"%s"' % other)
    for name, value in (("sessionId", session["sessionId"].upper()),
                        ("sessionId", "{" + session["sessionId"] + "}"),
                        ("sessionId", session["sessionId"].replace("-", "")),
                        ("ipHash", ("ab" * 32).upper()), ("ipHash", "ab" * 31),
                        ("source", "Tor-Client"), ("source", "")):
        respell('"%s"' % session[name], '"%s"' % value)
    for body in ("", "[]", "null", "0", '""', "{", good * 2, "[" + good + "]", "\ufeff" + good,
                 good[:-1] + ",}", good + "\x00", "/**/" + good, good.replace('"', "'")):
        hostile.refuse(body.encode(), 400)
    hostile.refuse(good.encode("utf-16"), 400)
    hostile.refuse(good.rjust(4097), 413)
    hostile.expect_up()


def test_nesting(hostile):
    for piece, end in (("[", "]"), ('{"v":', "}"), ('{"sessions":[', "]}")):
        for depth in (2, 100, 2000):
            text = piece * depth + "1" + end * depth
            hostile.refuse(text, 400, 413)
            hostile.refuse(piece * depth, 400, 413)
            for body in (text, piece * depth, '{"sessions":[' + text + "]}"):
                status, answer = hostile.ledger.post("/api/sessions/batch", body)
                assert status in (200, 400, 413), answer
                assert all("code" in result for result in answer.get("results", []))
    hostile.refuse("[" * 300000, 413)
    hostile.expect_up()


def scalar(value):
    return (value % ORDER).to_bytes(32, "little")


def times_base(value):
    return sodium.crypto_scalarmult_ed25519_base_noclamp(scalar(value))


def add(a, b):
    return sodium.crypto_core_ed25519_add(a, b)


def times_torsion(factor):
    point = IDENTITY
    for _ in range(factor % 8):
        point = add(point, TORSION)
    return point


def forge(hostile, public, nonce, solve, fits):
    """Choose session ids until the challenge fits; sign with solve (challenge)."""
    while True:
        session = hostile.key.session(hostile.base, 65, 180000000, clientPub=b64(public))
        text = "".join("%s\n" % line for line in (
            "tropea/session/v1", ORIGIN, session["sessionId"], session["clientPub"],
            session["timestamp"], session["duration"], session["bytesTransferred"],
            session["ipHash"], session["source"]))
        digest = hashlib.sha512(nonce + public + text.encode()).digest()
        challenge = int.from_bytes(digest, "little") % ORDER
        if fits(challenge):
            session["signature"] = b64(nonce + solve(challenge))
            return session


def edge_signatures(rng):
    """The classes of "Taming the many EdDSAs" for messages of ours, with libsodium's verdict."""
    secret, r = rng.randrange(1, ORDER), rng.randrange(1, ORDER)
    pure, mixed = times_base(secret), add(times_base(secret), TORSION)
    nonce, mixed_nonce = times_base(r), add(times_base(r), times_torsion(4))

    def honest(h):
        return scalar(r + h * secret)

    def cancels(h):
        return h % 8 == 4

    yield "small key, small nonce, S = 0", False, (
        TORSION, times_torsion(4), lambda h: bytes(32), cancels)
    yield "small key, nonce of any order", False, (
        TORSION, mixed_nonce, lambda h: scalar(r), cancels)
    yield "identity as the key", False, (IDENTITY, nonce, lambda h: scalar(r), lambda h: True)
    yield "key of mixed order, small nonce", False, (
        mixed, times_torsion(4), lambda h: scalar(h * secret), cancels)
    yield "key and nonce of mixed order, valid in each library", True, (
        mixed, mixed_nonce, honest, cancels)
    yield "valid with the cofactor only", False, (
        mixed, mixed_nonce, honest, lambda h: h % 8 == 1)
    yield "valid with the cofactor only, nonce of mixed order", False, (
        pure, mixed_nonce, honest, lambda h: True)
    yield "S + L", False, (
        pure, nonce,
        lambda h: (int.from_bytes(honest(h), "little") + ORDER).to_bytes(32, "little"),
        lambda h: True)
    yield "S + 8 L", False, (
        pure, nonce,
        lambda h: (int.from_bytes(honest(h), "little") + 8 * ORDER).to_bytes(32, "little"),
        lambda h: True)
    yield "identity as the nonce, spelled with p + 1", False, (
        pure, (2**255 - 18).to_bytes(32, "little"), lambda h: scalar(h * secret),
        lambda h: True)
    yield "identity as the nonce", False, (
        pure, IDENTITY, lambda h: scalar(h * secret), lambda h: True)
    yield "identity as the key, spelled with p + 1", False, (
        (2**255 - 18).to_bytes(32, "little"), nonce, lambda h: scalar(r), lambda h: True)
    yield "as everybody signs", True, (pure, nonce, honest, lambda h: True)


def test_edge_signatures(hostile):
    n_taken = 0
    for name, is_taken, forging in edge_signatures(hostile.rng):
        status, answer = hostile.ledger.submit(forge(hostile, *forging))
        assert status == (200 if is_taken else 401), (name, status, answer)
        assert is_taken or answer["code"] == "bad-signature", (name, answer)
        n_taken += is_taken
    assert n_taken == 2

    # The published ones cover another message: here even the good one must not pass.
    fixture = os.path.join(os.environ["G_TEST_SRCDIR"], "fixtures", "record",
                           "edge-signatures.txt")
    with open(fixture, encoding="ascii") as lines:
        vectors = [line.split() for line in lines]
    assert len(vectors) == 10
    for _, public, signature in vectors:
        hostile.refuse(json.dumps(hostile.session(clientPub=b64(bytes.fromhex(public)),
                                                  signature=b64(bytes.fromhex(signature)))), 401)
    hostile.expect_up()


def main():
    with tempfile.TemporaryDirectory() as folder:
        hostile = Hostile(folder)
        for test in (test_mutants, test_mutants_in_batches, test_spellings, test_nesting,
                     test_edge_signatures):
            test(hostile)
            print("ok", test.__name__, flush=True)
        assert hostile.ledger.stop() == 0
        run = hostile.ledger.verify()
        assert run.returncode == 0, run


main()
