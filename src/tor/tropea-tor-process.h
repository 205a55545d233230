/* tropea-tor-process.h: one tor process, from spawn to reaped
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-tor-config.h"
#include "tor/tropea-tor-output.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_TOR_PROCESS (tropea_tor_process_get_type ())

G_DECLARE_FINAL_TYPE (TropeaTorProcess, tropea_tor_process, TROPEA, TOR_PROCESS, GObject)

/* Signal "exited": the process is reaped and all that it printed is read. */
TropeaTorProcess *tropea_tor_process_spawn             (const TropeaTorConfig  *config,
                                                        GError                **error);
void              tropea_tor_process_terminate         (TropeaTorProcess       *self);
void              tropea_tor_process_kill              (TropeaTorProcess       *self);
void              tropea_tor_process_delete_files      (TropeaTorProcess       *self);
TropeaTorOutput  *tropea_tor_process_get_output        (TropeaTorProcess       *self);
char             *tropea_tor_process_dup_how_it_ended  (TropeaTorProcess       *self);

G_END_DECLS
