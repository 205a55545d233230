#!/usr/bin/python3
# photos.py: photographs the pages and states of the window in the looks that users have
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: photos.py TROPEA FOLDER [--long]

To be run in a desktop session with an unlocked keyring, on a screen of at least 1400x1700. The
pictures go to FOLDER, one per look and page. A case fails where the window does not get there,
or where a picture is empty.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path[:0] = [os.path.join(TESTS, "support"), os.path.join(TESTS, "ui")]
import tap  # noqa: E402
from window_driver import APPLICATION_PATH, Role, Window, keep_settings, wait_for  # noqa: E402

TROPEA = os.path.abspath(sys.argv[1])
FOLDER = os.path.abspath(sys.argv[2])
LONG = "--long" in sys.argv[3:] or os.environ.get("TROPEA_TEST_LONG") == "1"
PAGES = ("tor", "sessions", "credits", "help")
WIDE, NARROW, HEIGHT = 680, 360, 800

# Look: (width, scale, environment).
LOOKS = {
    "light": (WIDE, 1, {}),
    "dark": (WIDE, 1, {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}),
    "contrast": (WIDE, 1, {"ADW_DEBUG_HIGH_CONTRAST": "1"}),
    "narrow": (NARROW, 1, {}),
    "hidpi": (WIDE, 2, {"GDK_SCALE": "2"}),
    "narrow-dark": (NARROW, 1, {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}),
}
SHORT_LOOKS = ("light", "dark", "narrow")
SETTINGS = """[Settings]
gtk-font-name=Cantarell 11
gtk-enable-animations=false
"""


class Studio:
    """A window in one look, with settings of its own."""

    def __init__(self, look, arguments, state="", guide_done=True, page="tor", **settings):
        self.name = look + (f"-{state}" if state else "")
        self.width, self.scale, environment = LOOKS[look]
        self.folder = tempfile.mkdtemp(prefix="tropea-photo-")
        config = os.path.join(self.folder, "config")
        os.makedirs(os.path.join(config, "gtk-4.0"))
        with open(os.path.join(config, "gtk-4.0", "settings.ini"), "w", encoding="ascii") as file:
            file.write(SETTINGS)
        keep_settings(config, **{"window-width": self.width, "window-height": HEIGHT,
                                 "page": f"'{page}'", "guide-done": str(guide_done).lower(),
                                 **{key.replace("_", "-"): settings[key] for key in settings}})
        self.window = Window(
            TROPEA, ["--data-dir", os.path.join(self.folder, "data"), "--min-bytes", "100000",
                     "--min-seconds", "3", "--max-seconds", "600", *arguments],
            os.path.join(self.folder, "log"), XDG_CONFIG_HOME=config, GSETTINGS_BACKEND="keyfile",
            **environment)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.window.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _take(self, path):
        width, height = self.width * self.scale, HEIGHT * self.scale
        subprocess.run(["import", "-silent", "-window", "root", "-crop",
                        f"{width}x{height}+0+0", "+repage", path], check=True, timeout=20)
        with open(path, "rb") as file:
            return file.read()

    def photograph(self, what):
        """When two pictures in a row are the same, or nearly always something moves, the last."""
        path = os.path.join(FOLDER, f"{self.name}-{what}.png")
        before = None
        for _ in range(3):
            picture = self._take(path)
            if picture == before:
                break
            before = picture
        colours = subprocess.run(["identify", "-format", "%k", path], check=True,
                                 capture_output=True, text=True, timeout=20).stdout
        assert int(colours) > 16, f"{path} has {colours} colours only"

    def show(self, page):
        self.window.show_page(page)
        self.photograph(page)


def pages_of(look):
    with Studio(look, ["--simulate"]) as studio:
        studio.window.wait_for_state("Simulating", 30)
        wait_for(lambda: any(row[3] == "Credited" for row in studio.window.sessions()), 30,
                 "a credited session")
        for page in PAGES:
            studio.show(page)


def stopped(look):
    with Studio(look, [], "stopped") as studio:
        studio.window.wait(Role.PUSH_BUTTON, "Start")
        for page in PAGES[:3]:
            studio.show(page)


def failed(look):
    with Studio(look, ["--start", "--torrc-append", "/nonexistent/tropea/torrc"],
                "failed") as studio:
        studio.window.wait_for_state("Failed", 30)
        studio.photograph("tor")


def port_in_use(look):
    """Tor's diagnosis with a remedy; pressed, it does what it says."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        lines = os.path.join(FOLDER, "lonely")
        with open(lines, "w", encoding="ascii") as file:
            file.write("DisableNetwork 1\nGeoIPFile /dev/null\nGeoIPv6File /dev/null\n")
        os.environ["TOR_CONTROL_PORT"] = str(taken.getsockname()[1])
        try:
            with Studio(look, ["--start", "--torrc-append", lines], "port") as studio:
                studio.window.wait_for_state("Failed", 30)
                studio.photograph("tor")
                studio.window.wait(Role.PUSH_BUTTON, "Use Another Port")
                studio.window.press("Use Another Port")
                wait_for(lambda: studio.window.state() not in ("Failed", "Starting"), 30,
                         "a tor on another port")
        finally:
            del os.environ["TOR_CONTROL_PORT"]
            os.unlink(lines)


def guide(look):
    with Studio(look, [], "guide", guide_done=False) as studio:
        for step in range(1, 5):
            studio.window.wait(Role.LABEL, f"{step} of 4")
            studio.photograph(f"step{step}")
            studio.window.press("Next" if step < 4 else "Finish")
        studio.window.wait_for_state("Stopped", 30)
        wait_for(lambda: studio.window.find(Role.LABEL, "4 of 4") is None, 30, "the pages")


def preferences(look):
    """It lies over the window: its picture is the screen's."""
    with Studio(look, [], "preferences") as studio:
        window = studio.window
        window.wait(Role.PUSH_BUTTON, "Start")
        for page in ("general", "tor", "ledger"):
            window.activate("preferences-page", page, APPLICATION_PATH)
            window.wait(Role.PUSH_BUTTON, "Test the ledger")
            if page == "ledger":
                window.press("Test the ledger")
                wait_for(lambda: any("answers" in name for name in window.names(Role.LABEL)),
                         10, "the ledger's answer: " + repr(window.names(Role.LABEL)))
            studio.photograph(page)


def exits(look):
    """With what a tor of the public network could say."""
    os.environ["TROPEA_TOR"] = os.path.join(TESTS, "ui", "fake-tor.py")
    try:
        with Studio(look, ["--start"], "exits") as studio:
            window = studio.window
            window.wait_for_state("Running", 30)
            window.activate("preferences-page", "tor", APPLICATION_PATH)
            window.activate("exit-countries", path=APPLICATION_PATH)
            window.wait(Role.CHECK_BOX, "Germany")
            assert "812 exits" in window.names(Role.LABEL), window.names(Role.LABEL)
            studio.photograph("any")
    finally:
        del os.environ["TROPEA_TOR"]


def bridges(look):
    """Both buttons of a problem; the second leads to the bridges, which say what is missing."""
    lines = [f"obfs4 192.0.2.{number}:443 {'0123456789ABCDEF' * 2}01234567 "
             "cert=abcdefghijklmnopqrstuvwxyz0123456789+/ABCDEFGHIJKLMNOPQRSTUVWXYZ012345 "
             "iat-mode=0" for number in (1, 2, 1)]
    lines[2:] = ["obfs4 192.0.2.3:443 iat-mode=0", lines[0]]
    for name, program in (("missing", "/nonexistent/obfs4"), ("wrong", "/bin/true")):
        os.environ["TROPEA_OBFS4"] = program
        kept = lines if name == "wrong" else lines[:1]
        try:
            with Studio(look, ["--start"], "bridges-" + name,
                        bridge_mode="'obfs4'", bridges=repr(kept)) as studio:
                window = studio.window
                window.wait_for_state("Failed", 30)
                window.wait(Role.PUSH_BUTTON, "Bridges…")
                studio.photograph("tor")
                window.press("Bridges…")
                window.wait(Role.PUSH_BUTTON, "Apply")
                studio.photograph("dialog")
                if name == "missing":
                    wait_for(lambda: any("“obfs4proxy”" in text for text in
                                         window.names(Role.LABEL)), 10, "the package's name")
                else:
                    window.wait(Role.LABEL, "2 good bridges · 1 wrong line")
                window.press("Cancel")
        finally:
            del os.environ["TROPEA_OBFS4"]


def main():
    os.makedirs(FOLDER, exist_ok=True)
    looks = LOOKS if LONG else SHORT_LOOKS
    cases = [(f"/photos/{look}", lambda look=look: pages_of(look)) for look in looks]
    cases += [(f"/photos/{look}/stopped", lambda look=look: stopped(look))
              for look in (looks if LONG else ("light",))]
    cases += [(f"/photos/{look}/guide", lambda look=look: guide(look))
              for look in (looks if LONG else ())]
    cases += [(f"/photos/{look}/preferences", lambda look=look: preferences(look))
              for look in (looks if LONG else ("light",))]
    cases += [(f"/photos/{look}/exits", lambda look=look: exits(look))
              for look in (looks if LONG else ("light",))]
    cases += [(f"/photos/{look}/failed", lambda look=look: failed(look))
              for look in (looks if LONG else ("light",))]
    cases += [(f"/photos/{look}/port-in-use", lambda look=look: port_in_use(look))
              for look in (looks if LONG else ("narrow",))]
    cases += [(f"/photos/{look}/bridges", lambda look=look: bridges(look))
              for look in (looks if LONG else ("narrow",))]
    only = os.environ.get("TROPEA_PHOTOS", "")
    tap.run([case for case in cases if only in case[0]])


if __name__ == "__main__":
    main()
