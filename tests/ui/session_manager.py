# session_manager.py: as much of org.gnome.SessionManager as a program meets
# SPDX-License-Identifier: GPL-3.0-or-later

from bus_server import BusServer
from gi.repository import GLib

MANAGER = "org.gnome.SessionManager"
PATH = "/org/gnome/SessionManager"
# The desktop's own programs are clients as well.
CLIENTS = [f"{PATH}/Client{number}" for number in range(8)]
MANAGER_XML = """<node>
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
</node>"""
CLIENT_XML = """<node>
<interface name="org.gnome.SessionManager.ClientPrivate">
  <method name="EndSessionResponse"><arg type="b" direction="in"/>
    <arg type="s" direction="in"/></method>
  <signal name="QueryEndSession"><arg type="u"/></signal>
  <signal name="CancelEndSession"/>
  <signal name="EndSession"><arg type="u"/></signal>
  <signal name="Stop"/>
</interface>
</node>"""


class SessionManager(BusServer):
    def __init__(self):
        super().__init__(MANAGER, [(PATH, MANAGER_XML)] + [(path, CLIENT_XML) for path in CLIENTS])
        self.clients = []
        self.inhibits = set()
        self.n_inhibits = 0
        self.answers = []

    def answer(self, sender, path, method, arguments):
        if method == "RegisterClient":
            self.clients.append((arguments[0], sender))
            return GLib.Variant("(o)", (CLIENTS[len(self.clients) - 1],))
        if method == "Inhibit":
            self.n_inhibits += 1
            self.inhibits.add((sender, self.n_inhibits))
            return GLib.Variant("(u)", (self.n_inhibits,))
        if method == "Uninhibit":
            self.inhibits.discard((sender, arguments[0]))
        elif method == "EndSessionResponse":
            self.answers.append((path, arguments[0]))
        return None

    def wait_for_client(self, name):
        """The number of the program with this name."""
        self.wait(lambda: any(client[0] == name for client in self.clients), name)
        return [client[0] for client in self.clients].index(name)

    def tell(self, number, signal):
        parameters = GLib.Variant("(u)", (0,)) if signal != "CancelEndSession" else None
        self.answers.clear()
        self.bus.emit_signal(self.clients[number][1], CLIENTS[number], MANAGER + ".ClientPrivate",
                             signal, parameters)

    def wait_for_consent(self, number):
        """The client has answered, and nobody waits for it any more."""
        sender = self.clients[number][1]
        self.wait(lambda: (CLIENTS[number], True) in self.answers and
                  not any(inhibit[0] == sender for inhibit in self.inhibits), "the client")
