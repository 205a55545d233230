#!/usr/bin/python3
# test-portal.py: Tropea in a sandbox, before the real xdg-desktop-portal
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: test-portal.py TROPEA TROPEACTL PORTAL

To be run in a desktop session whose XDG_DESKTOP_PORTAL_DIR is tests/ui/portals. The frontend of
the portal is PORTAL, the real one; the desktop's part of it, which asks and keeps, is here. The
sandbox is Flatpak's as far as a portal looks: bwrap, and /.flatpak-info in its root.
"""

import os
import subprocess
import sys

import gi
gi.require_version("Atspi", "2.0")
TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path[:0] = [os.path.join(TESTS, "support"), os.path.join(TESTS, "ui")]
import tap  # noqa: E402
from bus_server import BusServer  # noqa: E402
from desktop_session import NAME, PATIENCE, Session, call, wait_for  # noqa: E402
from gi.repository import GLib  # noqa: E402

TROPEA, TROPEACTL, PORTAL = map(os.path.abspath, sys.argv[1:])
BACKEND = "org.freedesktop.impl.portal.desktop.tropeatest"
XML = """<node><interface name="org.freedesktop.impl.portal.Background">
  <method name="GetAppState"><arg type="a{sv}" direction="out"/></method>
  <method name="NotifyBackground"><arg type="o" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="u" direction="out"/>
    <arg type="a{sv}" direction="out"/></method>
  <method name="EnableAutostart"><arg type="s" direction="in"/><arg type="b" direction="in"/>
    <arg type="as" direction="in"/><arg type="u" direction="in"/>
    <arg type="b" direction="out"/></method>
  <signal name="RunningApplicationsChanged"/>
</interface></node>"""


class Backend(BusServer):
    """The desktop's half of the Background portal."""

    def __init__(self):
        super().__init__(BACKEND, [("/org/freedesktop/portal/desktop", XML)])
        self.autostarts = []

    def answer(self, sender, path, method, arguments):
        if method == "GetAppState":
            return GLib.Variant("(a{sv})", ({},))
        if method == "NotifyBackground":
            return GLib.Variant("(ua{sv})", (0, {"result": GLib.Variant("u", 1)}))
        self.autostarts.append(arguments)
        return GLib.Variant("(b)", (arguments[1],))


class Sandboxed(Session):
    def environment(self):
        # GTK warns of the portals that this desktop lacks.
        return dict(super().environment(), G_DEBUG="gc-friendly,fatal-criticals")

    def start(self, *options, command=()):
        info = os.path.join(self.folder, "flatpak-info")
        with open(info, "w", encoding="ascii") as file:
            file.write(f"[Application]\nname={NAME}\nruntime=runtime/org.gnome.Platform/x/48\n"
                       "[Instance]\ninstance-id=1\n")
        sandbox = ["bwrap", "--die-with-parent", "--dev-bind", "/dev", "/dev",
                   "--ro-bind", info, "/.flatpak-info"]
        for name in os.listdir("/"):
            path = os.path.join("/", name)
            if os.path.islink(path):
                sandbox += ["--symlink", os.readlink(path), path]
            elif os.path.isdir(path) and name != "dev":
                sandbox += ["--bind", path, path]
        super().start("--key-file", os.path.join(self.folder, "key"), *options,
                      command=[*command, *sandbox])


def run_portal(folder):
    """In the place of the one that runs, with what the desktop has for it in @folder."""
    with open(os.devnull, "wb") as nothing:
        portal = subprocess.Popen([PORTAL, "--replace"], stdout=nothing, stderr=nothing,
                                  env=dict(os.environ, XDG_DESKTOP_PORTAL_DIR=folder))
    wait_for(lambda: call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                          "GetConnectionUnixProcessID",
                          GLib.Variant("(s)", ("org.freedesktop.portal.Desktop",)))[0]
             == portal.pid, PATIENCE, "the portal")
    return portal


def with_a_portal():
    """Who goes without a window asks; the switch is the portal's answer."""
    with Backend() as backend, Sandboxed(TROPEA, TROPEACTL) as session:
        portal = run_portal(os.path.join(TESTS, "ui", "portals"))
        session.start("--hidden")
        backend.wait(lambda: backend.autostarts, "the first question")
        assert backend.autostarts[0][:2] == (NAME, False), backend.autostarts
        assert not session.action_state("autostart")
        session.set_state("autostart", True)
        wait_for(lambda: session.action_state("autostart"), PATIENCE, "the switch")
        name, is_on, command, _ = backend.autostarts[-1]
        assert (name, is_on) == (NAME, True), backend.autostarts
        assert "--hidden" in " ".join(command), command
        assert "autostart-granted=true" in session.read_settings()
        assert not os.path.exists(os.path.join(session.config, "autostart"))
        session.act("quit")
        session.expect_end()
        portal.terminate()
        portal.wait(PATIENCE)


def without_a_portal():
    """Tropea goes on, and the switch stays where it is."""
    with Sandboxed(TROPEA, TROPEACTL) as session:
        portal = run_portal(session.folder)
        session.start("--hidden")
        session.act("simulate")
        session.set_state("autostart", True)
        wait_for(lambda: session.status()["stats"]["bytesIn"] > 0, PATIENCE, "data")
        assert not session.action_state("autostart")
        session.act("quit")
        session.expect_end()
        portal.terminate()
        portal.wait(PATIENCE)


tap.run([
    ("/portal/asked-and-the-switch-is-its-answer", with_a_portal),
    ("/portal/none-and-tropea-goes-on", without_a_portal),
])
