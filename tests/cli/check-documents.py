#!/usr/bin/python3
# check-documents.py: man page and completions know what --help says, and nothing else
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: check-documents.py TROPEACTL MAN-PAGE BASH ZSH FISH"""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import tap  # noqa: E402

TROPEACTL, MAN, BASH, ZSH, FISH = sys.argv[1:]

# Not commands, but offered where a command is.
BESIDE = {"help", "--help", "--version"}


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def ask(*arguments):
    return subprocess.run([TROPEACTL, *arguments], stdout=subprocess.PIPE, text=True, timeout=20,
                          check=True).stdout


def read_help():
    """Every command with its options and the words that stand behind it."""
    rows = re.findall(r"(?m)^  ([a-z-]+)(?: \[([a-z|]+)\])?  +\S", ask("--help"))
    found = {}
    for command, words in rows:
        options = re.findall(r"(?m)^  (--[a-z-]+)(?= )", ask(command, "--help"))
        assert "--help" in options, command
        found[command] = (set(options), set(filter(None, words.split("|"))))
    return found


COMMANDS = read_help()
ALL_OPTIONS = set().union(*(options for options, _ in COMMANDS.values()))


def test_help():
    assert len(COMMANDS) == 17 and {"run", "status", "new-identity"} <= set(COMMANDS), COMMANDS
    assert COMMANDS["monitor"][1] == {"on", "off"}, COMMANDS
    assert "--until-sessions" in COMMANDS["run"][0] and "--csv" in COMMANDS["sessions"][0]
    assert "--csv" not in COMMANDS["run"][0]


def test_man_page():
    text = read(MAN)
    commands = text[text.index(".SH COMMANDS"):text.index(".SH OPTIONS")]
    named = set(re.findall(r"(?m)^\.TP\n\.BR? ([a-z-]+)", commands))
    assert named == set(COMMANDS), named ^ set(COMMANDS)
    options = text[text.index(".SH OPTIONS"):text.index(".SH EXIT STATUS")]
    named = {name.replace("\\", "") for name in re.findall(r"\\-\\-[a-z\\-]+", options)}
    assert named == ALL_OPTIONS, named ^ ALL_OPTIONS
    statuses = text[text.index(".SH EXIT STATUS"):text.index(".SH ENVIRONMENT")]
    assert re.findall(r"(?m)^\.B (\d)$", statuses) == list("012345"), statuses


def test_man_page_options_stand_with_their_command():
    text = read(MAN)
    options = text[text.index(".SH OPTIONS"):text.index(".SH EXIT STATUS")]
    sections = re.split(r"(?m)^\.SS ", options)[1:]
    for section in sections:
        title, body = section.split("\n", 1)
        own = {name.replace("\\", "") for name in re.findall(r"\\-\\-[a-z\\-]+", body)}
        if title == "All commands but run":
            for command in set(COMMANDS) - {"run"}:
                assert own <= COMMANDS[command][0], (command, own)
            continue
        known = set().union(*(COMMANDS[name][0] for name in title.split(", ")))
        assert own <= known, (title, own - known)


def test_man_page_is_well_formed():
    done = subprocess.run(["man", "--warnings", "--local-file", MAN], stdin=subprocess.DEVNULL,
                          env={**os.environ, "MANPAGER": "cat", "LC_ALL": "C.UTF-8",
                               "MANWIDTH": "100"},
                          capture_output=True, text=True, timeout=30, check=True)
    assert done.stderr == "" and "new-identity" in done.stdout, done.stderr


def complete(*words):
    """What bash offers for the last word."""
    script = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n' \
             '_tropeactl; printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "--norc", "-c", script, "bash", BASH, "tropeactl", *words],
                          capture_output=True, text=True, timeout=20, check=True)
    assert done.stderr == "", done.stderr
    return set(done.stdout.split())


def test_bash():
    assert complete("") == set(COMMANDS) | BESIDE, complete("")
    assert complete("st") == {"start", "stop", "status"}
    assert complete("help", "") == set(COMMANDS)
    for command, (options, words) in COMMANDS.items():
        assert complete(command, "") == options | words, command
        assert complete(command, "--j") == {"--json"}, command
    assert complete("sessions", "--state", "") == {"waiting", "credited", "refused"}
    assert complete("start", "--wait", "") == set()
    assert complete("frobnicate", "") == set()


def test_zsh():
    text = read(ZSH)
    block = text[text.index("commands=("):text.index("common=(")]
    named = set(re.findall(r"(?m)^    '([a-z-]+):", block))
    assert named == set(COMMANDS) | {"help"}, named
    common = set(re.findall(r"(?m)^    '(--[a-z-]+)\[",
                            text[text.index("common=("):text.index("if (( CURRENT")]))
    cases = re.findall(r"(?ms)^    ([a-z-]+)\)\n(.*?);;$", text)
    assert {name for name, _ in cases} == set(COMMANDS)
    for command, body in cases:
        own = set(re.findall(r"'(--[a-z-]+)\[", body))
        own |= common if "$common" in body else set()
        assert own == COMMANDS[command][0], (command, own ^ COMMANDS[command][0])
        words = re.search(r"'1:[a-z]+:\(([a-z ]+)\)'", body)
        assert set(words[1].split() if words else ()) == COMMANDS[command][1], command


def test_fish():
    text = read(FISH)
    named = set(re.findall(r"__fish_use_subcommand -a ([a-z-]+)", text))
    assert named == set(COMMANDS) | {"help"}, named
    asking = set(re.search(r"(?m)^set -l asking (.*)$", text)[1].split())
    assert asking == set(COMMANDS) - {"run"}, asking
    common = set(re.findall(r'__fish_seen_subcommand_from \$asking" -l ([a-z-]+)', text))
    for command, (options, words) in COMMANDS.items():
        own = set(re.findall(rf"__fish_seen_subcommand_from {command}' -l ([a-z-]+)", text))
        own |= common if command in asking else set()
        assert {"--" + name for name in own} == options, (command, own, options)
        offered = re.findall(rf"__fish_seen_subcommand_from {command}' -a '([a-z ]+)'", text)
        assert set(" ".join(offered).split()) == words, command


tap.run([
    ("/documents/help", test_help),
    ("/documents/man-page", test_man_page),
    ("/documents/man-page-options", test_man_page_options_stand_with_their_command),
    ("/documents/man-page-is-well-formed", test_man_page_is_well_formed),
    ("/documents/bash", test_bash),
    ("/documents/zsh", test_zsh),
    ("/documents/fish", test_fish),
])
