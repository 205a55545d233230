# tap.py: runs the test functions of a Python test program and reports them as TAP
# SPDX-License-Identifier: GPL-3.0-or-later

import sys
import traceback


def run(cases, is_road=False):
    """Call each (name, function) in order; print TAP; exit with 1 if any of them failed.

    On a road each case needs those before it, so what comes after a failure fails at once.
    """
    failed = 0
    print(f"1..{len(cases)}", flush=True)
    for number, (name, function) in enumerate(cases, 1):
        try:
            assert not (is_road and failed), "not reached"
            function()
        except Exception:  # pylint: disable=broad-except
            failed += 1
            for line in traceback.format_exc().rstrip().split("\n"):
                print(f"# {line}")
            print(f"not ok {number} {name}", flush=True)
        else:
            print(f"ok {number} {name}", flush=True)
    sys.exit(1 if failed else 0)
