#!/usr/bin/python3
# photos_languages.py: photographs the window in each of its languages
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: photos_languages.py TROPEA FOLDER [--long]

To be run as photos.py is. Beside the pictures: nothing that has a translation is left in English,
the window fits where it fits in English, and a language from right to left mirrors it.
"""

import gettext
import os

from photos import FOLDER, HEIGHT, LONG, LOOKS, NARROW, PAGES, TESTS, WIDE, Studio
import tap
import locales
from window_driver import APPLICATION_PATH, Atspi, Role, wait_for, walk

LOCALES = os.environ["TROPEA_TEST_LOCALES"]
MIRRORED = ("ar", "fa", "he")

def read_languages():
    with open(os.path.join(TESTS, "..", "po", "LINGUAS"), encoding="ascii") as file:
        return [line.strip() for line in file if line.strip() and line[0] != "#"]


class Language:
    def __init__(self, name):
        self.name = name
        self.words = gettext.translation("tropea", os.environ["TROPEA_LOCALEDIR"], [name])
        self.environment = locales.make(LOCALES, name)

    def look(self, suffix, width):
        """The name of this language's look, known to the studio from now on."""
        name = "lang-" + self.name + suffix
        LOOKS[name] = (width, 1, self.environment)
        return name

    def read_english(self):
        """The texts that have a translation and are none themselves."""
        entries = self.words._catalog  # pylint: disable=protected-access
        return {key for key in entries if isinstance(key, str)} - {""} - set(entries.values())


def check_words(studio, language):
    spoken = {node.get_name() for node in walk(studio.window.application)}
    english = spoken & language.read_english()
    assert not english, f"not in the language: {sorted(english)}"


def check_size(studio):
    """A window is never narrower than what is in it needs."""
    frame = studio.window.application.get_child_at_index(0)
    size = frame.get_extents(Atspi.CoordType.WINDOW)
    assert size.width <= studio.width and size.height <= HEIGHT, (size.width, size.height)


def check_side(studio, language):
    name = language.words.gettext("Main menu")
    menu = wait_for(lambda: [node for node in walk(studio.window.application)
                             if node.get_name() == name], 10, name)[0]
    place = menu.get_extents(Atspi.CoordType.WINDOW)
    is_left = place.x + place.width // 2 < studio.width // 2
    assert is_left == (language.name in MIRRORED), (place.x, place.width)


def pages_of(language, suffix, width):
    with Studio(language.look(suffix, width), ["--simulate"]) as studio:
        window, words = studio.window, language.words
        window.wait(Role.LABEL, words.pgettext("tor state", "Simulating"))
        credited = words.pgettext("session state", "Credited")
        window.show_page("sessions")
        wait_for(lambda: any(credited in name for name in window.names(Role.LIST_ITEM)), 30,
                 "a credited session")
        for page in PAGES:
            studio.show(page)
        check_words(studio, language)
        check_side(studio, language)
        check_size(studio)


def guide(language, width):
    with Studio(language.look("-narrow", width), [], "guide", guide_done=False) as studio:
        words = language.words.gettext
        for step in range(1, 5):
            studio.window.wait(Role.LABEL, words("%u of %u").replace("%u", str(step), 1)
                               .replace("%u", "4"))
            studio.photograph(f"step{step}")
            check_size(studio)
            studio.window.press(words("Next") if step < 4 else words("Finish"))


def preferences(language, width):
    with Studio(language.look("", width), [], "preferences") as studio:
        studio.window.wait(Role.PUSH_BUTTON, language.words.gettext("Start"))
        studio.photograph("stopped")
        for page in ("general", "tor", "ledger"):
            studio.window.activate("preferences-page", page, APPLICATION_PATH)
            studio.window.wait(Role.PUSH_BUTTON, language.words.gettext("Test the ledger"))
            studio.photograph(page)
            check_words(studio, language)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    cases = []
    for language in map(Language, read_languages()):
        cases.append((f"/languages/{language.name}/narrow", lambda language=language:
                      pages_of(language, "-narrow", NARROW)))
        if LONG:
            cases += [(f"/languages/{language.name}/wide", lambda language=language:
                       pages_of(language, "", WIDE)),
                      (f"/languages/{language.name}/guide", lambda language=language:
                       guide(language, NARROW)),
                      (f"/languages/{language.name}/preferences", lambda language=language:
                       preferences(language, WIDE))]
    only = os.environ.get("TROPEA_PHOTOS", "")
    tap.run([case for case in cases if only in case[0]])


main()
