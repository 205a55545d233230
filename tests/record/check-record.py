#!/usr/bin/python3
# check-record.py: checks what Tropea signs and credits with python3-nacl and Fraction
# SPDX-License-Identifier: GPL-3.0-or-later

import base64
import json
import random
import subprocess
import sys
import uuid

from fractions import Fraction
from nacl.signing import SigningKey, VerifyKey

TOP = 2**53 - 1
CREDIT_CASES, FRACTION_CASES = 1000000, 100000
SIGN_CASES = 500


def expected_credit(duration, size):
    exact = min(Fraction(100), Fraction(duration, 10) + Fraction(size, 2 * 10**6))
    micro = exact * 10**6 // 1
    cents = exact * 100 // 1
    return "%d %d.%02d" % (micro, cents // 100, cents % 100)


def expect_credit(duration, size, answer):
    """The same without a Fraction: 2 000 000ths, which is ten times as fast."""
    micro, text = answer.split()
    exact = min(200 * 10**6, duration * 200000 + size)
    assert 2 * int(micro) <= exact < 2 * int(micro) + 2, (duration, size, answer)
    assert text == "%d.%02d" % (exact // 2000000, exact % 2000000 // 20000), answer
    return exact < 200 * 10**6


def credit_case(rng):
    kind = rng.randrange(4)
    if kind == 0:
        return rng.randrange(1100), rng.randrange(220 * 10**6)
    if kind == 1:  # within two micro-credits of the cap
        duration = rng.randrange(1000)
        return duration, max(0, 200 * 10**6 - duration * 200000 + rng.randrange(-4, 5))
    if kind == 2:
        return rng.randrange(100000), rng.randrange(10**12)
    return rng.randrange(TOP + 1), rng.randrange(TOP + 1)


def sign_case(rng):
    ip_hash = rng.randbytes(32).hex() if rng.randrange(2) else "-"
    return [rng.randbytes(32).hex(), rng.choice(["local", "ledger.example.org"]),
            str(uuid.UUID(bytes=rng.randbytes(16), version=4)), str(rng.randrange(TOP + 1)),
            str(rng.randrange(100000)), str(rng.randrange(10**rng.randrange(1, 16))), ip_hash,
            rng.choice(["tor-client", "simulation"])]


def check_signed(case, line):
    seed, origin, session_id, timestamp, duration, size, ip_hash, source = case
    public = bytes(SigningKey(bytes.fromhex(seed)).verify_key)
    got = json.loads(line)
    want = {"v": 1, "sessionId": session_id, "clientPub": base64.b64encode(public).decode(),
            "timestamp": int(timestamp), "duration": int(duration),
            "bytesTransferred": int(size), "ipHash": "" if ip_hash == "-" else ip_hash,
            "source": source, "signature": got["signature"]}
    assert got == want, (got, want)
    text = "tropea/session/v1\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n" % (
        origin, session_id, want["clientPub"], timestamp, duration, size, want["ipHash"], source)
    VerifyKey(public).verify(text.encode(), base64.b64decode(got["signature"], validate=True))


def main():
    rng = random.Random(20260101)
    credits = [credit_case(rng) for _ in range(CREDIT_CASES)]
    signs = [sign_case(rng) for _ in range(SIGN_CASES)]
    lines = ["credit %d %d" % c for c in credits] + ["sign " + " ".join(s) for s in signs]
    run = subprocess.run([sys.argv[1]], input="\n".join(lines) + "\n", text=True,
                         stdout=subprocess.PIPE, check=True)
    answers = run.stdout.splitlines()
    assert len(answers) == len(lines), (len(answers), len(lines))
    for case, answer in zip(credits[:FRACTION_CASES], answers):
        assert answer == expected_credit(*case), (case, answer, expected_credit(*case))
    below = sum(expect_credit(*case, answer) for case, answer in zip(credits, answers))
    assert CREDIT_CASES // 5 < below < CREDIT_CASES * 4 // 5, below
    for case, answer in zip(signs, answers[CREDIT_CASES:]):
        check_signed(case, answer)
    vectors = subprocess.run([sys.executable, sys.argv[2]], stdout=subprocess.PIPE, check=True)
    with open(sys.argv[3], "rb") as committed:
        assert committed.read() == vectors.stdout, "vectors.json is not what make-vectors.py makes"
    print("%d credits, %d signatures and the vectors agree" % (CREDIT_CASES, SIGN_CASES))


main()
