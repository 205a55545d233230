/* tropea-run-bridges.h: the bridges that “tropeactl run” was given
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "host/tropea-host-options.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TropeaRunBridges:
 * @lines: (owned) (nullable): of --bridge, as typed
 * @file: (owned) (nullable): of --bridges-file
 * @snowflake: --snowflake
 */
typedef struct
{
  char     **lines;
  char      *file;
  gboolean   snowflake;
} TropeaRunBridges;

gboolean tropea_run_bridges_take  (const TropeaRunBridges  *self,
                                   TropeaHostOptions       *options,
                                   GError                 **error);
void     tropea_run_bridges_clear (TropeaRunBridges        *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TropeaRunBridges, tropea_run_bridges_clear)

G_END_DECLS
