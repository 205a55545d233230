/* tropea-circuit-list.h: tor's circuits, live, while somebody looks
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "tor/tropea-circuit.h"
#include "tor/tropea-control-connection.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_CIRCUIT_LIST (tropea_circuit_list_get_type ())

G_DECLARE_FINAL_TYPE (TropeaCircuitList, tropea_circuit_list, TROPEA, CIRCUIT_LIST, GObject)

/* A GListModel of TropeaCircuit, in tor's order; empty while it is not shown. */
TropeaCircuitList *tropea_circuit_list_new            (void);
void               tropea_circuit_list_set_connection (TropeaCircuitList       *self,
                                                       TropeaControlConnection *connection);
void               tropea_circuit_list_set_shown      (TropeaCircuitList       *self,
                                                       gboolean                 shown);

G_END_DECLS
