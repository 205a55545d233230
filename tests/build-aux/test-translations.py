#!/usr/bin/python3
# test-translations.py: every string can be translated, and every translation is whole
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: test-translations.py SOURCE-FOLDER

Extracts the strings of the sources as they are now, as the build's target “tropea-pot” does, and
compares each po file with them.
"""

import gettext
import os
import re
import subprocess
import sys
import tempfile

SOURCE = os.path.abspath(sys.argv[1])
sys.path.insert(0, os.path.join(SOURCE, "tests", "support"))
import tap  # noqa: E402

PO = os.path.join(SOURCE, "po")
# What the preset “glib” of meson's i18n.gettext () gives to xgettext.
KEYWORDS = ("_", "N_", "C_:1c,2", "NC_:1c,2", "g_dcgettext:2", "g_dngettext:2,3",
            "g_dpgettext2:2c,3")
CALL = re.compile(r"\b(?:_|N_|C_|NC_|ngettext) ?\(\s*\"")
TRANSLATABLE = re.compile(r"translatable=\"(?:yes|true|1)\"")
PLACEHOLDER = re.compile(r"\{\d+\}|%'?[-+ 0#]*\d*(?:\.\d+)?[a-zA-Z]")
# For g_date_time_format (): a language may want other parts.
DATE = re.compile(r"%-?[HdbYZ]\b.*%-?[MbdYSZ]\b|%-?d %b")


def read_list(name):
    with open(os.path.join(PO, name), encoding="utf-8") as file:
        return [line for line in file.read().splitlines() if line and line[0] != "#"]


def run(*command):
    result = subprocess.run(command, cwd=SOURCE, stdout=subprocess.PIPE, text=True,
                            stderr=subprocess.STDOUT, check=False,
                            env=dict(os.environ, LC_ALL="C.UTF-8"))
    assert result.returncode == 0, result.stdout
    return result.stdout


def extract(path):
    run("xgettext", "--from-code=UTF-8", "--add-comments", "--files-from=po/POTFILES",
        "--package-name=tropea", *(f"--keyword={word}" for word in KEYWORDS), "-o", path)


def catalogue(po_file):
    """{(msgid with context, plural or None): msgstr} of the file."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.mo")
        run("msgfmt", "--check", "-o", path, po_file)
        with open(path, "rb") as file:
            entries = gettext.GNUTranslations(file)._catalog  # pylint: disable=protected-access
    return {key if isinstance(key, tuple) else (key, None): text
            for key, text in entries.items() if key != ""}


def has_strings(path):
    with open(os.path.join(SOURCE, path), encoding="utf-8") as file:
        text = file.read()
    return bool((CALL if path.endswith((".c", ".h")) else TRANSLATABLE).search(text))


def check_list():
    listed = read_list("POTFILES")
    assert listed == sorted(set(listed)), "po/POTFILES is not in order"
    missing = [path for path in listed if not os.path.isfile(os.path.join(SOURCE, path))]
    assert not missing, f"in po/POTFILES, but not there: {missing}"
    found = set()
    for top in ("src", "data"):
        for folder, _, names in os.walk(os.path.join(SOURCE, top)):
            found.update(os.path.relpath(os.path.join(folder, name), SOURCE)
                         for name in names if name.endswith((".c", ".h", ".ui")))
    unlisted = sorted(path for path in found - set(listed) if has_strings(path))
    assert not unlisted, f"not in po/POTFILES: {unlisted}"
    silent = [path for path in listed if path.endswith((".c", ".ui")) and not has_strings(path)]
    assert not silent, f"in po/POTFILES without a string: {silent}"


def check_languages():
    files = {name[:-3] for name in os.listdir(PO) if name.endswith(".po")}
    assert files == set(" ".join(read_list("LINGUAS")).split()), files


def check_template():
    """What meson extracts and what is extracted here is the same: plural forms and contexts."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.pot")
        extract(path)
        with open(path, encoding="utf-8") as file:
            text = file.read()
    assert text.count("\nmsgid ") > 100 and "msgid_plural" in text and "msgctxt" in text


def check_whole(language):
    """msgcmp says what is missing or fuzzy; msgattrib what is left over."""
    path = os.path.join(PO, language + ".po")
    with tempfile.TemporaryDirectory() as folder:
        template = os.path.join(folder, "a.pot")
        extract(template)
        run("msgcmp", path, template)
    assert run("msgattrib", "--only-obsolete", path) == "", "obsolete strings are left"


def check_marks(language):
    """Placeholders, mnemonics, line ends and ellipses are those of the original."""
    wrong = []
    for (key, plural), text in catalogue(os.path.join(PO, language + ".po")).items():
        original = key.split("\4")[-1]
        same = sorted(PLACEHOLDER.findall(
            re.sub(r"%\d+\$", "%", text.replace("%%", ""))))
        wanted = sorted(PLACEHOLDER.findall(original.replace("%%", "")))
        if same != wanted and not DATE.search(original) and plural is None:
            wrong.append((original, text, "placeholders"))
        if original.count("_") == 1 and len(original) < 40 and text.count("_") != 1 \
                and "TROPEA_" not in original:
            wrong.append((original, text, "mnemonic"))
        if original.endswith("…") != text.rstrip("\u200f").endswith("…"):
            wrong.append((original, text, "ellipsis"))
        if text != text.strip() and original == original.strip():
            wrong.append((original, text, "white space"))
    assert not wrong, "\n".join(map(repr, wrong))


def read_mnemonics(language):
    """{file: {letter: [msgid]}} of what a view or a menu has."""
    found = {}
    with open(os.path.join(PO, language + ".po"), encoding="utf-8") as file:
        blocks = file.read().replace('"\n"', "").split("\n\n")
    for block in blocks:
        places = " ".join(re.findall(r"^#: (.*)", block, re.MULTILINE))
        original = re.search(r'^msgid "([^"]*_[^"_]*)"', block, re.MULTILINE)
        text = re.search(r'^msgstr(?:\[0\])? "[^"_]*_(\w)[^"_]*"', block, re.MULTILINE)
        # A button that counts is the same as without; a variable's name has no mnemonic.
        if original is None or text is None or "%" in original[1] or "TROPEA_" in original[1]:
            continue
        for path in re.findall(r"src/[^ :]+", places):
            found.setdefault(path, {}).setdefault(text[1].lower(), []).append(original[1])
    return found


def check_mnemonics(language):
    doubles = [(path, words) for path, letters in read_mnemonics(language).items()
               for words in letters.values() if len(words) > 1]
    assert not doubles, doubles


def check_catches():
    """The checks above find what they are there to find."""
    assert CALL.search('x = _("a");') and CALL.search('ngettext (\n  "a"')
    assert not CALL.search('strcmp_("a")')
    assert PLACEHOLDER.findall("{1} %s %u %d %'d") == ["{1}", "%s", "%u", "%d", "%'d"]


languages = " ".join(read_list("LINGUAS")).split()
tap.run([("/translations/every-file-is-listed", check_list),
         ("/translations/every-language-has-a-file", check_languages),
         ("/translations/template", check_template),
         ("/translations/checks", check_catches)]
        + [(f"/translations/{language}/{name}", lambda check=check, language=language:
            check(language))
           for language in languages
           for name, check in (("whole", check_whole), ("marks", check_marks),
                             ("mnemonics", check_mnemonics))])
