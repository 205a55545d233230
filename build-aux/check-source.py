#!/usr/bin/python3
# check-source.py: holds the source tree to the rules that a compiler does not know
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: check-source.py [FOLDER]

Reads every file of the source tree below FOLDER (by default the one that this script belongs
to), prints a line for each place that breaks a rule, and exits with 1 if there was any.
"""

import os
import re
import sys

# Which folder of src/ may include the headers of which others (always its own too). Data flow
# downwards; what is not listed here is a wall.
CHAIN = ("base", "record", "tlog", "tor", "activity", "session", "submit")
HOST = ("host",) + CHAIN
MAY_INCLUDE = {
    "base": (),
    "http": ("base",),
    "record": ("base",),
    "tlog": ("base", "record"),
    "tor": ("base",),
    "activity": ("base", "tor"),
    "session": ("base", "record", "tlog", "activity"),
    "submit": ("base", "record", "tlog", "session"),
    "host": CHAIN,
    "api": HOST + ("http",),
    # What host's public headers show belongs to it for those who steer it.
    "cli": HOST + ("api",),
    "tray": ("base",),
    "ui": HOST,
    "app": HOST + ("http", "api", "cli", "tray", "ui"),
    "ledger": ("base", "record", "tlog", "http"),
}

# Headers without a folder that are nobody's: config.h is made by the build.
BARE_HEADERS = ("config.h",)

# (file, call): the reason why it may stand there.
ALLOWED_CALLS = {
    ("src/base/tropea-secret.c", "g_error"):
        "out of memory ends the program, as it does in g_malloc ()",
}

LONGEST_LINE = 100

SKIPPED_FOLDERS = re.compile(r"(_build.*|build|__pycache__|\..+)$")
READ_DOT_FOLDERS = (".ci",)
C_FILE = re.compile(r"\.[ch]$")
SOURCE_FILE = re.compile(r"\.([ch]|py|sh|css)$")
NARROW_FILE = re.compile(r"\.([ch]|py|sh|css|ui)$")

INCLUDE = re.compile(r'\s*#\s*include\s*"([^"]*)"')
CALLS_FOR_NOBODY = re.compile(r"\b(goto|g_test_skip|g_test_incomplete)\b")
CALLS_NOT_IN_LIBRARIES = re.compile(r"\b(g_error|abort|g_abort)\s*\(")
UNFINISHED = re.compile(r"\b(" + "TO" + "DO|FIX" + r"ME)\b")
# Folders of one person's machine. Written in pieces, so that this file passes its own check.
MACHINE_PATH = re.compile(r"(?<![\w.$}])/(root|wo" + r"rk|home/\w+)/")


def strip_comments_and_strings(text):
    """Blank out what is not code, so that words in comments and messages are free."""
    pattern = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group(0)), text)


def list_files(root):
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders
                            if name in READ_DOT_FOLDERS or not SKIPPED_FOLDERS.match(name))
        for name in sorted(names):
            path = os.path.join(folder, name)
            if not os.path.islink(path) and os.path.isfile(path):
                yield os.path.relpath(path, root)


def reachable_from(folder):
    found, waiting = set(), [folder]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += MAY_INCLUDE[name]
    return found


def check_include(path, header):
    """Return what is wrong with this include, or None."""
    parts = path.split("/")
    room = parts[1] if len(parts) > 2 else None
    target = header.split("/")[0] if "/" in header else None

    if parts[0] == "src":
        if target is None:
            if header in BARE_HEADERS:
                return None
            return f'"{header}" is included without its folder'
        if room not in MAY_INCLUDE:
            return f"src/{room} has no row in the table of build-aux/check-source.py"
        if target not in MAY_INCLUDE:
            return f'"{header}" is not in a folder of src/'
        if target != room and target not in MAY_INCLUDE[room]:
            return f'{room}/ may not include "{header}"'
    elif parts[0] == "tests" and target in MAY_INCLUDE and room in MAY_INCLUDE:
        # A test meets what its folder's library brings along.
        if target not in reachable_from(room):
            return f'tests of {room}/ may not include "{header}"'
    return None


def check_c(path, text):
    code = strip_comments_and_strings(text).split("\n")
    for number, line in enumerate(text.split("\n"), 1):
        if "\t" in line:
            yield number, "a tab; indent by two spaces"
        include = INCLUDE.match(line)
        if include and code[number - 1].strip():
            wrong = check_include(path, include.group(1))
            if wrong:
                yield number, wrong
        call = CALLS_FOR_NOBODY.search(code[number - 1])
        if call:
            yield number, f"{call.group(1)} is not used here"
        call = CALLS_NOT_IN_LIBRARIES.search(code[number - 1])
        if call and path.startswith("src/") and (path, call.group(1)) not in ALLOWED_CALLS:
            yield number, f"{call.group(1)} () ends the program; return a GError"


def check_text(path, text):
    is_source = bool(SOURCE_FILE.search(path)) or text.startswith("#!")
    if is_source and "SPDX-License-Identifier: " not in "\n".join(text.split("\n")[:6]):
        yield 1, "no SPDX-License-Identifier line at the top"
    for number, line in enumerate(text.split("\n"), 1):
        # A sentence to translate is one line: a break would be a part of it.
        is_sentence = path.endswith(".ui") and ' translatable="yes"' in line
        if (is_source or NARROW_FILE.search(path)) and len(line) > LONGEST_LINE and \
                not is_sentence:
            yield number, f"{len(line)} columns; {LONGEST_LINE} are the most"
        if MACHINE_PATH.search(line):
            yield number, "the path of one machine"
        if is_source and UNFINISHED.search(line):
            yield number, "work left for later"


def check_tree(root):
    problems = []
    has_c = False
    for path in list_files(root):
        with open(os.path.join(root, path), "rb") as file:
            data = file.read()
        if b"\0" in data:
            continue
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            # Fixtures may hold any bytes; a source file is text.
            if SOURCE_FILE.search(path):
                problems.append((path, 1, "not UTF-8"))
            continue
        found = list(check_text(path, text))
        if C_FILE.search(path):
            has_c = True
            found += check_c(path, text)
        problems += [(path, number, wrong) for number, wrong in sorted(found)]
    if not has_c:
        problems.append((".", 0, "no C source here; the wrong folder?"))
    return problems


def main():
    if len(sys.argv) > 2:
        sys.exit(__doc__)
    here = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    problems = check_tree(sys.argv[1] if len(sys.argv) > 1 else here)
    for path, number, wrong in problems:
        print(f"{path}:{number}: {wrong}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
