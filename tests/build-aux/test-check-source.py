#!/usr/bin/python3
# test-check-source.py: build-aux/check-source.py finds each thing that it is there to find
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: test-check-source.py CHECK-SOURCE"""

import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import tap  # noqa: E402

CHECK_SOURCE = sys.argv[1]
SPDX = "/* SPDX-License-Identifier: GPL-3.0-or-later */\n"

# What each folder may include, spelled out once more: the walls are tested from outside.
CHAIN = "base record tor activity session submit"
WALLS = {
    "base": "",
    "http": "base",
    "record": "base",
    "tor": "base",
    "activity": "base tor",
    "session": "base record activity",
    "submit": "base record session",
    "host": CHAIN,
    "api": CHAIN + " host http",
    "cli": CHAIN + " host api",
    "tray": "base",
    "ui": CHAIN + " host",
    "app": CHAIN + " host http api cli tray ui",
    "ledger": "base record http",
}

# (name, path, text, what the check says, or None where the tree is good)
CASES = [
    ("good", "src/base/a.c", SPDX + '#include "config.h"\n#include "base/a.h"\n', None),
    ("system-include", "src/base/a.c", SPDX + "#include <glib.h>\n", None),
    ("no-folder", "src/base/a.c", SPDX + '#include "a.h"\n', "without its folder"),
    ("unknown-folder", "src/base/a.c", SPDX + '#include "elsewhere/a.h"\n', "not in a folder"),
    ("parent-folder", "src/base/a.c", SPDX + '#include "../tor/a.h"\n', "not in a folder"),
    ("spaced-include", "src/base/a.c", SPDX + '  #  include "tor/a.h"\n', "may not include"),
    ("folder-without-row", "src/new/a.c", SPDX + '#include "base/a.h"\n', "no row"),
    ("test-of-folder", "tests/tor/a.c", SPDX + '#include "base/a.h"\n#include "b.h"\n', None),
    ("test-climbs", "tests/tor/a.c", SPDX + '#include "host/a.h"\n', "tests of tor/"),
    ("no-spdx", "src/base/a.c", "int a;\n", "SPDX"),
    ("no-spdx-script", "build-aux/a", "#!/bin/sh\n", "SPDX"),
    ("no-spdx-python", "tests/system/a.py", "import os\n", "SPDX"),
    ("line-of-100", "src/base/a.c", SPDX + "/*" + "x" * 96 + "*/\n", None),
    ("line-of-101", "src/base/a.c", SPDX + "/*" + "x" * 97 + "*/\n", "101 columns"),
    ("wide-letters-are-one", "src/base/a.c", SPDX + "/*" + "ü" * 96 + "*/\n", None),
    ("tab", "src/base/a.c", SPDX + "\tint a;\n", "a tab"),
    ("goto", "src/base/a.c", SPDX + "goto out;\n", "goto"),
    ("goto-in-comment", "src/base/a.c", SPDX + "/* goto\n * goto */\n", None),
    ("goto-in-string", "src/base/a.c", SPDX + 'char *a = "\\"goto";\n', None),
    ("g_error", "src/tor/a.c", SPDX + 'g_error ("no");\n', "return a GError"),
    ("abort", "src/tor/a.c", SPDX + "abort ();\n", "return a GError"),
    ("g_error-in-test", "tests/tor/a.c", SPDX + 'g_error ("no");\n', None),
    ("g_error-listed", "src/base/tropea-secret.c", SPDX + 'g_error ("no");\n', None),
    ("g_set_error", "src/tor/a.c", SPDX + 'g_set_error (e, D, 1, "no");\n', None),
    ("skip", "tests/tor/a.c", SPDX + 'g_test_skip ("no");\n', "g_test_skip"),
    ("machine-path", "tests/fixtures/a.txt", "x=/ho" + "me/me/x\n", "one machine"),
    ("other-path", "tests/fixtures/a.txt", "a/ro" + "ot/x $D/wo" + "rk/x\n", None),
    ("left-for-later", "src/base/a.c", SPDX + "/* FIX" + "ME */\n", "left for later"),
    ("build-folder", "_build/a.c", "goto", None),
    ("bytes", "tests/fixtures/a.bin", "\0/ho" + "me/me/x", None),
]


def check(files):
    with tempfile.TemporaryDirectory() as root:
        for path, text in {"src/base/good.c": SPDX, **files}.items():
            os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        return subprocess.run([sys.executable, CHECK_SOURCE, root], stdout=subprocess.PIPE,
                              text=True, check=False)


def check_case(path, text, expected):
    result = check({path: text})
    if expected is None:
        assert (result.returncode, result.stdout) == (0, ""), result
    else:
        assert result.returncode == 1, result
        assert result.stdout.count("\n") == 1, result
        assert result.stdout.startswith(path + ":"), result
        assert expected in result.stdout, result


def check_walls():
    files, walls = {}, set()
    for room, allowed in WALLS.items():
        for target in WALLS:
            path = f"src/{room}/{target}.c"
            files[path] = SPDX + f'#include "{target}/b.h"\n'
            if target != room and target not in allowed.split():
                walls.add(path)
    found = {line.split(":")[0] for line in check(files).stdout.splitlines()}
    assert found == walls, found ^ walls


def check_empty_tree():
    with tempfile.TemporaryDirectory() as root:
        result = subprocess.run([sys.executable, CHECK_SOURCE, root], stdout=subprocess.PIPE,
                                text=True, check=False)
    assert result.returncode == 1 and "no C source" in result.stdout, result


tap.run([(f"/check-source/{name}", lambda rest=rest: check_case(*rest)) for name, *rest in CASES]
        + [("/check-source/every-wall-stands", check_walls),
           ("/check-source/empty-tree", check_empty_tree)])
