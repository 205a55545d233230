/* tropea-control-connection.h: commands, replies and events over one control socket
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "tor/tropea-control-event.h"
#include "tor/tropea-control-reply.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_CONTROL_CONNECTION (tropea_control_connection_get_type ())

G_DECLARE_FINAL_TYPE (TropeaControlConnection, tropea_control_connection,
                      TROPEA, CONTROL_CONNECTION, GObject)

/* Signal "event" (const TropeaControlEvent *).
 * Signal "closed" (const GError *): once; %G_IO_ERROR_CLOSED if the other side closed it,
 * %G_IO_ERROR_CANCELLED if this side did, %TROPEA_TOR_ERROR_CONTROL if it was no tor.
 */
TropeaControlConnection *tropea_control_connection_new     (GSocketConnection        *socket);
gboolean                 tropea_control_connection_is_open (TropeaControlConnection  *self);
void                     tropea_control_connection_close   (TropeaControlConnection  *self);

void                 tropea_control_connection_command_async  (TropeaControlConnection  *self,
                                                               const char               *command,
                                                               GAsyncReadyCallback       callback,
                                                               gpointer                  user_data);
TropeaControlReply  *tropea_control_connection_command_finish (TropeaControlConnection  *self,
                                                               GAsyncResult             *result,
                                                               GError                  **error);

G_END_DECLS
