/* tropea-run-ports.h: where tor is to listen, as typed
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "host/tropea-host-options.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  char *socks_port;    /* (owned) (nullable) */
  char *control_port;  /* (owned) (nullable) */
} TropeaRunPorts;

void     tropea_run_ports_clear (TropeaRunPorts        *self);
gboolean tropea_run_ports_take  (const TropeaRunPorts  *self,
                                 TropeaHostOptions     *options,
                                 GError               **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TropeaRunPorts, tropea_run_ports_clear)

G_END_DECLS
