# bus_server.py: a service on the session bus, in a thread of a test
# SPDX-License-Identifier: GPL-3.0-or-later

import threading

from gi.repository import Gio, GLib

PATIENCE = 40


class BusServer:
    """Owns @name while it is entered; @objects are (path, interface XML). A subclass has
    answer (sender, path, method, arguments), called with self.changed held."""

    def __init__(self, name, objects):
        self.name = name
        self.objects = objects
        self.changed = threading.Condition()
        self.bus = None
        self.context = GLib.MainContext()
        self.loop = GLib.MainLoop(self.context)
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self.thread.start()
        self.wait(lambda: self.bus is not None, "the connection")
        return self

    def __exit__(self, *_):
        self.loop.quit()
        self.thread.join(PATIENCE)
        self.bus.close_sync()

    def _run(self):
        self.context.push_thread_default()
        flags = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
                 Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
        bus = Gio.DBusConnection.new_for_address_sync(
            Gio.dbus_address_get_for_bus_sync(Gio.BusType.SESSION), flags)
        for path, xml in self.objects:
            interface, = Gio.DBusNodeInfo.new_for_xml(xml).interfaces
            bus.register_object(path, interface, self._call, self._get, None)
        # At once, so that whoever looks for it from now on finds it.
        bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                      "RequestName", GLib.Variant("(su)", (self.name, 0)), None,
                      Gio.DBusCallFlags.NONE, PATIENCE * 1000)
        with self.changed:
            self.bus = bus
            self.changed.notify_all()
        self.loop.run()
        self.context.pop_thread_default()

    def _get(self, _bus, _sender, _path, _interface, _name):
        return GLib.Variant("b", True)

    def _call(self, _bus, sender, path, _interface, method, parameters, invocation):
        with self.changed:
            reply = self.answer(sender, path, method, parameters.unpack())
            self.changed.notify_all()
        invocation.return_value(reply)

    def answer(self, sender, path, method, arguments):
        raise NotImplementedError

    def wait(self, condition, what):
        with self.changed:
            assert self.changed.wait_for(condition, PATIENCE), f"waited for {what}"
