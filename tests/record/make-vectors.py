#!/usr/bin/python3
# make-vectors.py: makes tests/fixtures/record/vectors.json without any code of Tropea
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Needs Debian's python3-nacl. Everything is derived from fixed seeds, so running it again
# gives the same file: make-vectors.py > ../fixtures/record/vectors.json

import base64
import hashlib
import json
import uuid

from fractions import Fraction
from nacl.signing import SigningKey

L = 2**252 + 27742317777372353535851937790883648493
TOP = 2**53 - 1
ORIGIN = "ledger.example.org"


def seed(name):
    return hashlib.sha256(b"tropea test vector " + name.encode()).digest()


def b64(data):
    return base64.b64encode(data).decode()


def canonical(origin, r):
    return "".join(line + "\n" for line in [
        "tropea/session/v1", origin, r["sessionId"], r["clientPub"], str(r["timestamp"]),
        str(r["duration"]), str(r["bytesTransferred"]), r["ipHash"], r["source"]])


def micro(duration, size):
    exact = min(Fraction(100), Fraction(duration, 10) + Fraction(size, 1000000) / 2)
    return int(exact * 1000000 // 1)


def text(amount):
    return "%d.%02d" % (amount // 1000000, amount % 1000000 // 10000)


def record(name, origin=ORIGIN, **changes):
    key = SigningKey(seed(name))
    raw = bytearray(hashlib.md5(name.encode()).digest())
    r = {"v": 1, "sessionId": str(uuid.UUID(bytes=bytes(raw), version=4)),
         "clientPub": b64(bytes(key.verify_key)), "timestamp": 1767225600000,
         "duration": 65, "bytesTransferred": 180000000,
         "ipHash": hashlib.sha256(name.encode()).hexdigest(), "source": "tor-client"}
    r.update(changes)
    r["signature"] = b64(key.sign(canonical(origin, r).encode()).signature)
    return r


def spell(r):
    return json.dumps(r, separators=(",", ":"))


vectors = []


def add(name, expect, reason, r, wire=None, origin=ORIGIN):
    v = {"name": name, "expect": expect, "reason": reason, "origin": origin,
         "seed": seed(name).hex(), "json": wire if wire is not None else spell(r)}
    if expect in ("valid", "bad-signature"):
        v["canonical"] = canonical(origin, r)
        v["signature"] = r["signature"]
    if expect == "valid":
        v["creditsMicro"] = micro(r["duration"], r["bytesTransferred"])
    vectors.append(v)


def good(name, reason, origin=ORIGIN, **changes):
    add(name, "valid", reason, record(name, origin, **changes), origin=origin)


def edit(name, expect, reason, change):
    """A valid session whose members are changed after signing."""
    r = record(name)
    change(r)
    add(name, expect, reason, r)


def respell(name, expect, reason, old, new):
    """A valid session whose text is changed after signing."""
    r = record(name)
    wire = spell(r)
    assert wire.count(old) == 1, (name, wire)
    add(name, expect, reason, r, wire.replace(old, new))


def mutate_signature(r, change):
    signature = bytearray(base64.b64decode(r["signature"]))
    change(signature)
    r["signature"] = b64(bytes(signature))


def malleable(signature):
    s = int.from_bytes(signature[32:], "little") + L
    signature[32:] = s.to_bytes(32, "little")


good("ordinary", "96.50 credits")
good("empty-ip-hash", "no hash of the host", ipHash="")
good("simulation", "the other source", source="simulation")
good("embedded-origin", "the embedded ledger's name", origin="local")
good("onion-origin", "a version 3 onion name", origin="a" * 55 + "d.onion")
good("least", "all numbers 0", timestamp=0, duration=0, bytesTransferred=0)
good("greatest", "all numbers 2^53 - 1", timestamp=TOP, duration=TOP, bytesTransferred=TOP)
good("one-second", "one second, one byte: the half micro-credit is dropped",
     duration=1, bytesTransferred=1)
good("under-the-cap", "one micro-credit below the cap", duration=999, bytesTransferred=199998)
good("at-the-cap", "exactly the cap", duration=999, bytesTransferred=200000)
good("over-the-cap", "two bytes more earn nothing", duration=999, bytesTransferred=200002)

r = record("white-space")
add("white-space", "valid", "white space between tokens means nothing", r,
    "\r\n{ " + " ,\t".join("%s :\n%s" % (json.dumps(k), json.dumps(v)) for k, v in r.items())
    + " } ")
r = record("other-order")
add("other-order", "valid", "the order of members means nothing", r,
    spell(dict(reversed(list(r.items())))))

edit("changed-duration", "bad-signature", "duration is signed", lambda r: r.update(duration=66))
edit("changed-bytes", "bad-signature", "bytesTransferred is signed",
     lambda r: r.update(bytesTransferred=180000001))
edit("changed-start", "bad-signature", "timestamp is signed",
     lambda r: r.update(timestamp=1767225600001))
edit("changed-source", "bad-signature", "source is signed",
     lambda r: r.update(source="simulation"))
edit("changed-ip-hash", "bad-signature", "ipHash is signed", lambda r: r.update(ipHash=""))
edit("changed-id", "bad-signature", "sessionId is signed",
     lambda r: r.update(sessionId="00000000-0000-4000-8000-000000000000"))
edit("other-key", "bad-signature", "signed by somebody else",
     lambda r: r.update(clientPub=record("ordinary")["clientPub"]))
edit("zero-signature", "bad-signature", "not signed at all",
     lambda r: mutate_signature(r, lambda s: s.__setitem__(slice(0, 64), bytes(64))))
edit("malleable-s", "bad-signature", "S is not reduced: S + L verifies in lenient libraries",
     lambda r: mutate_signature(r, malleable))
add("other-origin", "bad-signature", "signed for another ledger",
    record("other-origin", "elsewhere.example.org"))

IDENTITY = (1).to_bytes(32, "little")
TORSION = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa")
for name, point in (("identity-key", IDENTITY), ("small-order-key", TORSION)):
    r = record(name)
    r["clientPub"] = b64(point)
    r["signature"] = b64(IDENTITY + bytes(32))
    add(name, "bad-signature", "a key of small order signs anything", r)

respell("version-2", "version", "a version that does not exist", '"v":1', '"v":2')
respell("version-text", "malformed", "v is a number", '"v":1', '"v":"1"')
respell("unknown-member", "malformed", "no member but these", '"v":1', '"v":1,"w":1')
respell("missing-member", "malformed", "all members", '"duration":65,', '')
respell("two-durations", "malformed", "no member twice", '"duration":65',
        '"duration":65,"duration":65')
respell("leading-zero", "malformed", "one spelling of 65", ':65,', ':065,')
respell("exponent", "malformed", "one spelling of 65", ':65,', ':65e0,')
respell("fraction", "malformed", "one spelling of 65", ':65,', ':65.0,')
respell("sign", "malformed", "one spelling of 65", ':65,', ':+65,')
respell("negative", "malformed", "no number below 0", ':65,', ':-65,')
respell("number-as-text", "malformed", "numbers are numbers", ':65,', ':"65",')
respell("2-to-53", "malformed", "no number above 2^53 - 1", ':65,', ':9007199254740992,')
respell("long-number", "malformed", "overflows 64 bits", ':65,', ':18446744073709551681,')
respell("escape-in-name", "malformed", "no escapes", '"duration"', '"dur\\u0061tion"')
respell("escape-in-value", "malformed", "no escapes", '"tor-client"', '"tor\\u002dclient"')
respell("unknown-source", "malformed", "one of two sources", '"tor-client"', '"tor-relay"')
respell("trailing-comma", "malformed", "JSON has none", '"}', '",}')
respell("two-objects", "malformed", "one object", '"}', '"}{}')
respell("null", "malformed", "no null", ':65,', ':null,')
respell("nested", "malformed", "one flat object", ':65,', ':[65],')


def changed(name, member, reason, change):
    r = record(name)
    add(name, "malformed", reason, r, spell(dict(r, **{member: change(r[member])})))


changed("capital-uuid", "sessionId", "lower case", str.upper)
changed("uuid-version-1", "sessionId", "version 4", lambda s: s[:14] + "1" + s[15:])
changed("uuid-variant", "sessionId", "RFC 4122 variant", lambda s: s[:19] + "c" + s[20:])
changed("braced-uuid", "sessionId", "no braces", lambda s: "{" + s + "}")
changed("capital-ip-hash", "ipHash", "lower case", str.upper)
changed("short-ip-hash", "ipHash", "64 digits or none", lambda s: s[:-1])
changed("no-padding", "clientPub", "with padding", lambda s: s.rstrip("="))
changed("url-safe-base64", "clientPub", "the standard alphabet",
        lambda s: "-_" + s[2:])
changed("short-key", "clientPub", "32 bytes", lambda s: b64(base64.b64decode(s)[:31]))
changed("short-signature", "signature", "64 bytes", lambda s: b64(base64.b64decode(s)[:63]))


def stray_bits(s):
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    body = s.rstrip("=")
    return body[:-1] + alphabet[alphabet.index(body[-1]) + 1] + s[len(body):]


changed("stray-bits-in-key", "clientPub", "same bytes, other spelling", stray_bits)
changed("stray-bits-in-signature", "signature", "same bytes, other spelling", stray_bits)
add("nothing", "malformed", "no object", None, "")
add("list", "malformed", "no object", None, "[]")
add("empty-object", "malformed", "no members", None, "{}")
r = record("4096-bytes")
add("4096-bytes", "valid", "as large as a session may be", r, spell(r).rjust(4096))
r = record("4097-bytes")
add("4097-bytes", "too-large", "one byte more", r, spell(r).rjust(4097))

credits = [{"duration": d, "bytes": b, "micro": micro(d, b), "text": text(micro(d, b))}
           for d, b in [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (30, 100000), (65, 180000000),
                        (600, 0), (999, 0), (999, 199998), (999, 199999), (999, 200000),
                        (999, 200001), (1000, 0), (1000, 1), (0, 199999998), (0, 199999999),
                        (0, 200000000), (1, 199799998), (1, 199800000), (1, 199800002),
                        (86400, 0), (TOP, 0), (0, TOP), (TOP, TOP)]]

print(json.dumps({
    "about": "Signed sessions as Tropea and its ledgers must judge them. `json` is what is sent, "
             "`canonical` what `signature` covers under the public half of `seed` (Ed25519, hex) "
             "for `origin`. expect: valid, bad-signature, malformed, version, too-large.",
    "vectors": vectors, "credits": credits}, indent=1))
