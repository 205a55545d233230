# panel.py: a real desktop panel with a tray, and eyes and hands for it
# SPDX-License-Identifier: GPL-3.0-or-later
"""xfce4-panel at the lower edge of the screen; what it draws is looked at pixel by pixel."""

import os
import subprocess
import time

HEIGHT, LOOK = 40, 64
LOOK_AGAIN = 0.05
PATIENCE = 60
WATCHER = "org.kde.StatusNotifierWatcher"

# The upper and the lower colour of each state's icon.
COLOURS = {
    "stopped": ((0x9a, 0x99, 0x96), (0x5e, 0x5c, 0x64)),
    "connecting": ((0xc0, 0x61, 0xcb), (0x81, 0x3d, 0x9c)),
    "running": ((0xc0, 0x61, 0xcb), (0x81, 0x3d, 0x9c)),
    "paused": ((0x9c, 0x8f, 0xb0), (0x5f, 0x4f, 0x78)),
    "failed": ((0xed, 0x33, 0x3b), (0xa5, 0x1d, 0x2d)),
}
CONFIGURATION = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=10;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="size" type="uint" value="{height}"/>
      <property name="icon-size" type="uint" value="22"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/></property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
    </property>
  </property>
</channel>
"""


def wait_for(look, what, seconds=PATIENCE):
    """Call look () until it returns something true, and return that."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(LOOK_AGAIN)


def has_owner(name):
    done = subprocess.run(["gdbus", "call", "--session", "--dest", "org.freedesktop.DBus",
                           "--object-path", "/org/freedesktop/DBus", "--method",
                           "org.freedesktop.DBus.NameHasOwner", name],
                          capture_output=True, text=True, check=True, timeout=PATIENCE)
    return "true" in done.stdout


def click(x, y, button):
    subprocess.run(["xdotool", "mousemove", str(x), str(y), "click", str(button)], check=True,
                   timeout=PATIENCE)


class Panel:
    def __init__(self, width, height):
        self.width, self.height = width, height
        self.process = None
        folder = os.path.join(os.environ["HOME"],
                              ".config", "xfce4", "xfconf", "xfce-perchannel-xml")
        os.makedirs(folder)
        with open(os.path.join(folder, "xfce4-panel.xml"), "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(height=HEIGHT))

    def start(self):
        log = os.path.join(os.environ["TROPEA_SESSION_DIR"], "panel.log")
        with open(log, "ab") as output:
            self.process = subprocess.Popen(["xfce4-panel", "--disable-wm-check"],
                                            stdin=subprocess.DEVNULL, stdout=output,
                                            stderr=output)
        wait_for(lambda: has_owner(WATCHER), "the panel's tray")

    def kill(self):
        self.process.kill()
        self.process.wait()
        wait_for(lambda: not has_owner(WATCHER), "the end of the panel's tray")

    def set(self, name, value):
        """One of the panel's settings, while it runs."""
        subprocess.run(["xfconf-query", "-c", "xfce4-panel", "-p", name, "-n", "-t",
                        "bool" if value in ("true", "false") else "uint", "-s", value],
                       check=True, timeout=PATIENCE)

    def look(self):
        """The panel's pixels, row by row, red, green and blue."""
        done = subprocess.run(["import", "-silent", "-window", "root", "-crop",
                               f"{self.width}x{LOOK}+0+{self.height - LOOK}", "+repage",
                               "-depth", "8", "rgb:-"],
                              stdout=subprocess.PIPE, check=True, timeout=PATIENCE)
        return done.stdout

    def find(self, *states):
        """Where on the screen an icon of the first state is: its middle, or None as long as
        there is not one of each."""
        pixels, places = self.look(), []
        for state in states:
            found = []
            for red, green, blue in COLOURS[state]:
                matching = [place for place, (r, g, b) in enumerate(
                                zip(pixels[0::3], pixels[1::3], pixels[2::3]))
                            if abs(r - red) < 14 and abs(g - green) < 14 and abs(b - blue) < 14]
                if len(matching) < 12:
                    return None
                found += matching
            places.append(found)
        columns = [place % self.width for place in places[0]]
        rows = [place // self.width for place in places[0]]
        return ((min(columns) + max(columns)) // 2,
                self.height - LOOK + (min(rows) + max(rows)) // 2)

    def wait_for_icon(self, *states):
        return wait_for(lambda: self.find(*states), f"the icon “{states}”")

    def wait_for_none(self):
        def nothing():
            return not any(self.find(state) for state in COLOURS)
        wait_for(nothing, "no icon")

    def find_menu(self, x):
        """The upper edge of what stands on the panel at this column, or None."""
        done = subprocess.run(["import", "-silent", "-window", "root", "-crop",
                               f"1x{self.height - HEIGHT}+{x}+0", "+repage", "-depth", "8",
                               "gray:-"], stdout=subprocess.PIPE, check=True, timeout=PATIENCE)
        lit = [row for row, light in enumerate(done.stdout) if light > 0]
        return lit[0] if len(lit) > 20 else None

    def is_covered(self, x):
        """Whether anything stands on the panel right of this column."""
        done = subprocess.run(["import", "-silent", "-window", "root", "-crop",
                               f"150x60+{x}+{self.height - HEIGHT - 70}", "+repage", "-depth",
                               "8", "gray:-"], stdout=subprocess.PIPE, check=True,
                              timeout=PATIENCE)
        return any(done.stdout)

    def photograph(self, path, height=HEIGHT):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        subprocess.run(["import", "-silent", "-window", "root", "-crop",
                        f"{self.width}x{height}+0+{self.height - height}", "+repage", path],
                       check=True, timeout=PATIENCE)
