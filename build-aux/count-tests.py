#!/usr/bin/python3
# count-tests.py: adds up the test logs of meson and says the sum in one line
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: count-tests.py [--failed-steps N] TESTLOG.json...

Counts the cases that a test program reports by TAP, and one for a program that reports none.
Exits with 0 only if something passed, nothing failed and nothing was skipped.
"""

import argparse
import json
import re
import sys

TAP_LINE = re.compile(r"^(not )?ok\b([^#\n]*)(?:#[ \t]*(\w+))?", re.M)
PLAN = re.compile(r"^1\.\.\d+", re.M)


def count_program(result, output):
    """Return (passed, failed, skipped) of one program."""
    passed = failed = skipped = 0
    if PLAN.search(output):
        for match in TAP_LINE.finditer(output):
            directive = (match.group(3) or "").upper()
            if directive.startswith(("SKIP", "TO" "DO")):
                skipped += 1
            elif match.group(1):
                failed += 1
            else:
                passed += 1
    if result == "OK":
        if passed + failed + skipped == 0:
            passed = 1
    elif result == "SKIP":
        skipped = max(skipped, 1)
    else:
        # It crashed, hung, or ended too early or with an error of its own.
        failed = max(failed, 1)
    return passed, failed, skipped


def count_log(path):
    """Return (name, result, counts) for each program in one log."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            entry = json.loads(line)
            yield (entry["name"], entry["result"],
                   count_program(entry["result"], entry.get("stdout", "")))


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--failed-steps", type=int, default=0)
    parser.add_argument("logs", nargs="*")
    options = parser.parse_args()

    total = [0, options.failed_steps, 0]
    for path in options.logs:
        try:
            programs = list(count_log(path))
        except (OSError, ValueError, KeyError) as error:
            print(f"{path}: {error}")
            programs = [(path, "ERROR", (0, 1, 0))]
        for name, result, counts in programs:
            total = [a + b for a, b in zip(total, counts)]
            if counts[1] or counts[2]:
                print(f"{path}: {name}: {result}, {counts[1]} failed, {counts[2]} skipped")

    passed, failed, skipped = total
    print(f"tests: {passed} passed, {failed} failed, {skipped} skipped")
    return 0 if passed > 0 and failed == 0 and skipped == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
