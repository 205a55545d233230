/* tropea-run-exits.h: the exit countries that “tropeactl run” was given
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "host/tropea-host-options.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TropeaRunExits:
 * @countries: (owned) (nullable): of --exit-country, as typed
 * @is_strict: --strict-exits
 */
typedef struct
{
  char     **countries;
  gboolean   is_strict;
} TropeaRunExits;

gboolean tropea_run_exits_take  (const TropeaRunExits  *self,
                                 TropeaHostOptions     *options,
                                 GError               **error);
void     tropea_run_exits_clear (TropeaRunExits        *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TropeaRunExits, tropea_run_exits_clear)

G_END_DECLS
