# session_manager.py: as much of org.gnome.SessionManager as a program meets
# SPDX-License-Identifier: GPL-3.0-or-later

import threading

from gi.repository import Gio, GLib

NAME = "org.gnome.SessionManager"
PATH = "/org/gnome/SessionManager"
# The desktop's portal is a client as well.
CLIENTS = [f"/org/gnome/SessionManager/Client{number}" for number in range(8)]
PATIENCE = 40
XML = """<node>
<interface name="org.gnome.SessionManager">
  <method name="RegisterClient"><arg type="s" direction="in"/><arg type="s" direction="in"/>
    <arg type="o" direction="out"/></method>
  <method name="UnregisterClient"><arg type="o" direction="in"/></method>
  <method name="Inhibit"><arg type="s" direction="in"/><arg type="u" direction="in"/>
    <arg type="s" direction="in"/><arg type="u" direction="in"/>
    <arg type="u" direction="out"/></method>
  <method name="Uninhibit"><arg type="u" direction="in"/></method>
  <property name="SessionIsActive" type="b" access="read"/>
</interface>
<interface name="org.gnome.SessionManager.ClientPrivate">
  <method name="EndSessionResponse"><arg type="b" direction="in"/>
    <arg type="s" direction="in"/></method>
  <signal name="QueryEndSession"><arg type="u"/></signal>
  <signal name="CancelEndSession"/>
  <signal name="EndSession"><arg type="u"/></signal>
  <signal name="Stop"/>
</interface>
</node>"""


class SessionManager:
    """Serves on a connection of its own in a thread of its own."""

    def __init__(self):
        self.changed = threading.Condition()
        self.clients = []
        self.inhibits = set()
        self.n_inhibits = 0
        self.answers = []
        self.context = GLib.MainContext()
        self.loop = GLib.MainLoop(self.context)
        self.bus = None
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self.thread.start()
        with self.changed:
            assert self.changed.wait_for(lambda: self.bus is not None, PATIENCE)
        return self

    def __exit__(self, *_):
        self.loop.quit()
        self.thread.join(PATIENCE)
        self.bus.close_sync()

    def _run(self):
        self.context.push_thread_default()
        address = Gio.dbus_address_get_for_bus_sync(Gio.BusType.SESSION)
        flags = (Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT |
                 Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION)
        bus = Gio.DBusConnection.new_for_address_sync(address, flags)
        manager, private = Gio.DBusNodeInfo.new_for_xml(XML).interfaces
        bus.register_object(PATH, manager, self._call, self._get, None)
        for path in CLIENTS:
            bus.register_object(path, private, self._call, None, None)
        Gio.bus_own_name_on_connection(bus, NAME, Gio.BusNameOwnerFlags.NONE, None, None)
        with self.changed:
            self.bus = bus
            self.changed.notify_all()
        self.loop.run()
        self.context.pop_thread_default()

    def _get(self, _bus, _sender, _path, _interface, _name):
        return GLib.Variant("b", True)

    def _call(self, _bus, sender, path, _interface, method, parameters, invocation):
        answer = None
        with self.changed:
            if method == "RegisterClient":
                answer = GLib.Variant("(o)", (CLIENTS[len(self.clients)],))
                self.clients.append((parameters.unpack()[0], sender))
            elif method == "Inhibit":
                self.n_inhibits += 1
                self.inhibits.add((sender, self.n_inhibits))
                answer = GLib.Variant("(u)", (self.n_inhibits,))
            elif method == "Uninhibit":
                self.inhibits.discard((sender, parameters.unpack()[0]))
            elif method == "EndSessionResponse":
                self.answers.append((path, parameters.unpack()[0]))
            self.changed.notify_all()
        invocation.return_value(answer)

    def wait_for_client(self, name):
        """The number of the program with this name."""
        with self.changed:
            assert self.changed.wait_for(lambda: any(client[0] == name for client in self.clients),
                                         PATIENCE), self.clients
            return [client[0] for client in self.clients].index(name)

    def tell(self, number, signal):
        parameters = GLib.Variant("(u)", (0,)) if signal != "CancelEndSession" else None
        self.answers.clear()
        self.bus.emit_signal(self.clients[number][1], CLIENTS[number], NAME + ".ClientPrivate",
                             signal, parameters)

    def wait_for_consent(self, number):
        """The client has answered, and nobody waits for it any more."""
        def has_consented():
            sender = self.clients[number][1]
            return (CLIENTS[number], True) in self.answers and \
                not any(inhibit[0] == sender for inhibit in self.inhibits)

        with self.changed:
            assert self.changed.wait_for(has_consented, PATIENCE), (self.answers, self.inhibits)
