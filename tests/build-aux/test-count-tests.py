#!/usr/bin/python3
# test-count-tests.py: the last line of build-aux/test never says better than it was
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: test-count-tests.py COUNT-TESTS"""

import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import tap  # noqa: E402

COUNT_TESTS = sys.argv[1]

# (name, [(result, output), ...], options, the last line's figures, exit status)
CASES = [
    ("plain-program-is-one", [("OK", "")], [], (1, 0, 0), 0),
    ("cases-are-counted", [("OK", "1..2\nok 1 /a\nok 2 /b - c\n")], [], (2, 0, 0), 0),
    ("words-without-plan", [("OK", "ok then\n")], [], (1, 0, 0), 0),
    ("failed-case", [("FAIL", "1..2\nok 1 /a\nnot ok 2 /b\n")], [], (1, 1, 0), 1),
    ("crash", [("FAIL", "1..3\nok 1 /a\n")], [], (1, 1, 0), 1),
    ("hang", [("TIMEOUT", "")], [], (0, 1, 0), 1),
    ("error", [("ERROR", "1..1\nok 1 /a\n")], [], (1, 1, 0), 1),
    ("interrupted", [("INTERRUPT", "")], [], (0, 1, 0), 1),
    ("one-skipped-case", [("OK", "1..2\nok 1 /a\nok 2 /b # SKIP no\n")], [], (1, 0, 1), 1),
    ("skipped-program", [("SKIP", "1..0 # SKIP no\n")], [], (0, 0, 1), 1),
    ("unfinished-case", [("OK", "1..1\nnot ok 1 /a # TO" "DO no\n")], [], (0, 0, 1), 1),
    ("several", [("OK", ""), ("OK", "1..1\nok 1 /a\n"), ("FAIL", "")], [], (2, 1, 0), 1),
    ("nothing-is-a-failure", [], [], (0, 0, 0), 1),
    ("failed-step", [("OK", "")], ["--failed-steps", "2"], (1, 2, 0), 1),
]


def count(arguments):
    return subprocess.run([sys.executable, COUNT_TESTS] + arguments, stdout=subprocess.PIPE,
                          text=True, check=False)


def expect(result, figures, status):
    line = "tests: %d passed, %d failed, %d skipped" % figures
    assert result.stdout.splitlines()[-1] == line, result
    assert result.returncode == status, result


def check_case(programs, options, figures, status):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as log:
        for result, output in programs:
            log.write(json.dumps({"name": "a", "result": result, "stdout": output}) + "\n")
        log.flush()
        expect(count(options + [log.name]), figures, status)


def check_missing_log():
    expect(count(["/nonexistent.json"]), (0, 1, 0), 1)


tap.run([(f"/count-tests/{name}", lambda rest=rest: check_case(*rest)) for name, *rest in CASES]
        + [("/count-tests/missing-log", check_missing_log)])
