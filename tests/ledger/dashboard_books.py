# dashboard_books.py: a ledger with something to look at, and an operator's way in
# SPDX-License-Identifier: GPL-3.0-or-later

import http.client
import os
import re
import urllib.parse

from ledger_client import Key, now_ms

HOUR = 3600 * 1000
# What HTML would make of it, if anything were let through.
HOSTILE = "<script>document.title='owned'</script>\"><img src=x onerror=alert(1)> & 'quoted'"


def keys(n, first=1):
    return [Key(bytes([first + i]) * 32) for i in range(n)]


def submit_all(ledger, sessions):
    for at in range(0, len(sessions), 64):
        status, answer = ledger.post("/api/sessions/batch", {"sessions": sessions[at:at + 64]})
        assert status == 200, answer
        assert all(result["success"] for result in answer["results"]), answer


def fill(ledger, n_crowd=0):
    """30 days of three keys, one session that is fast, some that are alike, and a crowd."""
    usual = keys(3)
    start = now_ms() - 29 * 24 * HOUR
    sessions = []
    for day in range(29):
        for place, key in enumerate(usual):
            sessions += [key.session(start + day * 24 * HOUR + place * 1000, 900 + 7 * day,
                                     (10 + day * (place + 1)) * 1000003 + place)]
    fast, alike = keys(2, 10)
    sessions += [fast.session(now_ms() - 2 * HOUR, 60, 60 * 20000000)]
    sessions += [alike.session(now_ms() - 20 * HOUR + i * HOUR, 300, 123456) for i in range(6)]
    sessions += [key.session(now_ms() - HOUR, 30 + i, 200000 + i)
                 for i, key in enumerate(keys(n_crowd, 30))]
    submit_all(ledger, sessions)
    return usual, fast, alike


class Operator:
    """Somebody with a browser's habits, and without its caution."""

    def __init__(self, url):
        self.host = urllib.parse.urlparse(url).netloc
        self.cookie = None

    def call(self, method, path, fields=None, **headers):
        connection = http.client.HTTPConnection(self.host, timeout=30)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookie is not None:
            headers.setdefault("Cookie", self.cookie)
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(fields)
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        if answer.headers["Set-Cookie"] is not None:
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        connection.close()
        return answer.status, answer.headers, text

    def page(self, path="/", **headers):
        status, _, text = self.call("GET", path, **headers)
        assert status == 200, (status, text)
        return text

    def sign_in(self, token):
        return self.call("POST", "/dashboard/login", {"token": token})[0]

    def stamp(self):
        return re.search(r'name="stamp" value="([0-9a-f]+)"', self.page("/dashboard/keys"))[1]

    def names(self):
        """How the keys are called, by those with the most credits first."""
        return re.findall(r'name="key" value="([0-9a-f]+)"', self.page("/dashboard/keys"))

    def decide(self, what, name, reason, **fields):
        return self.call("POST", "/dashboard/" + what,
                         {"stamp": self.stamp(), "page": "3", "key": name, "reason": reason,
                          **fields})


def read_token(path):
    assert os.stat(path).st_mode & 0o777 == 0o600
    with open(path, encoding="ascii") as file:
        return file.read().strip()
