#!/usr/bin/python3
# log_verifier.py: checks a ledger's log with nothing of Tropea's: hashlib and PyNaCl
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: log_verifier.py http://HOST:PORT

Fetches a ledger's checkpoint and every tile that a tree of its size has, and proves that they
are one tree. As a module it also checks receipts and consistency.
"""

import base64
import hashlib
import http.client
import json
import sys
import urllib.error
import urllib.request

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey


def leaf_hash(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(hashes):
    """RFC 6962, section 2.1."""
    if not hashes:
        return hashlib.sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return node_hash(root_of(hashes[:k]), root_of(hashes[k:]))


def split_point(size):
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def root_from_inclusion(leaf, index, size, proof):
    """The recursion of RFC 6962, section 2.1.1, taken back."""
    if size == 1:
        assert not proof, "the proof is too long"
        return leaf
    assert proof, "the proof is too short"
    k = split_point(size)
    if index < k:
        return node_hash(root_from_inclusion(leaf, index, k, proof[:-1]), proof[-1])
    return node_hash(proof[-1], root_from_inclusion(leaf, index - k, size - k, proof[:-1]))


def roots_from_consistency(old, new, proof, old_root, is_whole=True):
    """The recursion of RFC 6962, section 2.1.2, taken back: the old root and the new one."""
    if old == new:
        if is_whole:
            assert not proof, "the proof is too long"
            return old_root, old_root
        assert len(proof) == 1, "the proof has another length"
        return proof[0], proof[0]
    assert proof, "the proof is too short"
    k = split_point(new)
    if old <= k:
        a, b = roots_from_consistency(old, k, proof[:-1], old_root, is_whole)
        return a, node_hash(b, proof[-1])
    a, b = roots_from_consistency(old - k, new - k, proof[:-1], old_root, False)
    return node_hash(proof[-1], a), node_hash(proof[-1], b)


def split_hashes(data):
    assert len(data) % 32 == 0
    return [data[i:i + 32] for i in range(0, len(data), 32)]


class Checkpoint:
    def __init__(self, note, origin, public_key):
        text, lines = note.rsplit("\n\n", 1)
        text += "\n"
        name = origin + "/log"
        key_id = hashlib.sha256(name.encode() + b"\n\x01" + public_key).digest()[:4]
        for line in lines.splitlines():
            dash, signer, blob = line.split(" ")
            blob = base64.b64decode(blob, validate=True)
            assert dash == "\u2014"
            if signer == name and blob[:4] == key_id:
                VerifyKey(public_key).verify(text.encode(), blob[4:])
                break
        else:
            raise AssertionError("the ledger has not signed its checkpoint")
        first, size, root, *more = text.splitlines()
        assert first == name
        self.size, self.root = int(size), base64.b64decode(root, validate=True)
        self.minted = {word: int(number) for word, number in (line.split() for line in more)}
        self.note = note

    def check_inclusion(self, entry, index, proof):
        assert index < self.size
        assert root_from_inclusion(leaf_hash(entry), index, self.size, proof) == self.root, \
            "the entry is not in the log"

    def check_consistency(self, older, proof):
        assert older.size <= self.size, "the log has shrunk"
        if older.size == 0:
            return
        assert roots_from_consistency(older.size, self.size, proof, older.root) == \
            (older.root, self.root), "the log is not the same log"


def entry_of(session, origin, log, credits_micro):
    grade = "simulated" if session["source"] == "simulation" else "self-reported"
    text = "".join("%s\n" % line for line in (
        "tropea/session/v1", origin, session["sessionId"], session["clientPub"],
        session["timestamp"], session["duration"], session["bytesTransferred"],
        session["ipHash"], session["source"]))
    return hashlib.sha256(b"tropea/leaf/v1\n" + base64.b64decode(log["nonce"]) + text.encode() +
                          base64.b64decode(session["signature"]) +
                          b"%d\n%s\n" % (credits_micro, grade.encode())).digest()


def check_receipt(session, answer, note, origin, public_key):
    """What a client must check before it believes that it was credited."""
    checkpoint = Checkpoint(note, origin, public_key)
    log = answer["log"]
    proof = split_hashes(base64.b64decode(log["proof"], validate=True))
    checkpoint.check_inclusion(entry_of(session, origin, log, answer["creditsMicro"]),
                               log["index"], proof)
    return checkpoint


def tile_name(level, index, width):
    groups = "%03d" % (index % 1000)
    while index >= 1000:
        index //= 1000
        groups = "x%03d/" % (index % 1000) + groups
    return "tile/%s/%s%s" % (level, groups, "" if width == 256 else ".p/%d" % width)


def fetch(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.headers, answer.read()


class Log:
    def __init__(self, url):
        self.url = url
        info = json.loads(fetch(url + "/api/ledger")[1])
        self.origin = info["origin"]
        self.public_key = base64.b64decode(info["publicKey"])

    def checkpoint(self):
        headers, body = fetch(self.url + "/log/checkpoint")
        assert headers["Content-Type"] == "text/plain; charset=utf-8"
        assert headers["Cache-Control"] == "no-cache"
        return Checkpoint(body.decode(), self.origin, self.public_key)

    def tile(self, level, index, width):
        headers, body = fetch(self.url + "/log/" + tile_name(level, index, width))
        assert headers["Content-Type"] == "application/octet-stream"
        assert "immutable" in headers["Cache-Control"]
        return body

    def is_there(self, name):
        try:
            fetch(self.url + "/log/" + name)
            return True
        except urllib.error.HTTPError as error:
            assert error.code == 404
            return False

    def row(self, level, n_hashes):
        """All hashes of a level, tile by tile."""
        hashes = []
        for index in range((n_hashes + 255) // 256):
            width = min(256, n_hashes - index * 256)
            data = self.tile(level, index, width)
            assert len(data) == 32 * width
            hashes += split_hashes(data)
        return hashes

    def entries(self, size):
        entries = []
        for index in range((size + 255) // 256):
            width = min(256, size - index * 256)
            data = self.tile("entries", index, width)
            assert len(data) == 34 * width
            for i in range(0, len(data), 34):
                assert data[i:i + 2] == b"\0\x20"
                entries.append(data[i + 2:i + 34])
        return entries

    def consistency(self, older, newer):
        body = fetch(self.url + "/api/log/consistency?from=%d&size=%d" %
                     (older.size, newer.size))[1]
        newer.check_consistency(older, split_hashes(
            base64.b64decode(json.loads(body)["proof"], validate=True)))

    def inclusion(self, entry, index, checkpoint):
        body = fetch(self.url + "/api/log/inclusion?index=%d&size=%d" %
                     (index, checkpoint.size))[1]
        checkpoint.check_inclusion(entry, index, split_hashes(
            base64.b64decode(json.loads(body)["proof"], validate=True)))

    def check_all(self):
        """Every tile of the tree, and the entries, make the root that is signed."""
        checkpoint = self.checkpoint()
        entries = self.entries(checkpoint.size)
        hashes = [leaf_hash(entry) for entry in entries]
        assert root_of(hashes) == checkpoint.root, "the entries do not make the root"
        level, row = 0, hashes
        while row:
            assert self.row(level, len(row)) == row, "level %d is not what is below it" % level
            row = [root_of(row[i:i + 256]) for i in range(0, len(row) // 256 * 256, 256)]
            level += 1
        assert not self.is_there("tile/%d/000.p/1" % level)
        return checkpoint, entries


if __name__ == "__main__":
    try:
        found = Log(sys.argv[1]).check_all()[0]
    except (AssertionError, BadSignatureError, urllib.error.URLError) as problem:
        sys.exit("log_verifier: %s" % problem)
    print("%d entries make the root that the ledger has signed" % found.size)
