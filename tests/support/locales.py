# locales.py: the system's locales for one test, made from its definitions
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import subprocess
import tempfile

NAMES = {"ar": "ar_EG", "de": "de_DE", "es": "es_ES", "fr": "fr_FR"}


def make(folder, language):
    """Define the locale of @language below @folder; return the environment that uses it."""
    name = NAMES[language] + ".UTF-8"
    path = os.path.join(folder, name)
    if not os.path.isdir(path):
        os.makedirs(folder, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as new:
            # Its warnings are about the definitions; what counts is whether it is there.
            result = subprocess.run(["localedef", "-i", NAMES[language], "-f", "UTF-8",
                                     "--no-archive", os.path.join(new, name)],
                                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                    check=False)
            assert os.path.isfile(os.path.join(new, name, "LC_CTYPE")), result.stdout
            try:
                os.rename(os.path.join(new, name), path)
            except OSError:
                assert os.path.isdir(path), path  # another test was faster
    return {"LOCPATH": folder, "LC_ALL": name, "LANGUAGE": language}
