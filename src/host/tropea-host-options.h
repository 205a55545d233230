/* tropea-host-options.h: what a host is opened with
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

#include "session/tropea-batcher.h"
#include "tor/tropea-restart-policy.h"
#include "tor/tropea-tor-config.h"

G_BEGIN_DECLS

/* Look where a tor's control port usually is. */
#define TROPEA_HOST_ATTACH_LOOK "auto"

/* No TCP control port at all. */
#define TROPEA_HOST_PORT_NONE (-2)

/**
 * TropeaHostOptions:
 * @data_dir: (nullable): NULL for the user's own
 * @ledger_url: (nullable): NULL for the embedded ledger
 * @key_file: (nullable): NULL for the keyring
 * @torrc_append: (nullable): a file whose lines are put behind our torrc
 * @torrc_additions: (nullable): such lines themselves; not used beside @torrc_append
 * @log_level: (nullable): of tor; NULL for the default or $TOR_LOG_LEVEL
 * @seed: of the simulator
 * @thresholds: where a session ends
 * @socks_port: 0 for the default or $TOR_SOCKS_PORT; TROPEA_TOR_PORT_AUTO for a free one
 * @control_port: 0 for the default or $TOR_CONTROL_PORT; TROPEA_TOR_PORT_AUTO for a free one,
 *   TROPEA_HOST_PORT_NONE for none
 * @bridge_mode: how tor gets into its network
 * @bridges: (nullable): the user's bridges, checked when tor is started
 * @exit_countries: (nullable): codes of the countries where circuits end; none for any
 * @strict_exits: rather no connection than an exit elsewhere
 * @attach: (nullable): address of a control port, or TROPEA_HOST_ATTACH_LOOK; NULL for our own
 * @restart_rules: when a tor that ended by itself is started again
 */
typedef struct
{
  char               *data_dir;
  char               *ledger_url;
  char               *key_file;
  char               *torrc_append;
  char               *torrc_additions;
  char               *log_level;
  guint32             seed;
  TropeaThresholds    thresholds;
  int                 socks_port;
  int                 control_port;
  TropeaBridgeMode    bridge_mode;
  char              **bridges;
  char              **exit_countries;
  gboolean            strict_exits;
  char               *attach;
  TropeaRestartRules  restart_rules;
} TropeaHostOptions;

TropeaHostOptions *tropea_host_options_new  (void);
TropeaHostOptions *tropea_host_options_copy (const TropeaHostOptions *self);
void               tropea_host_options_free (TropeaHostOptions       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaHostOptions, tropea_host_options_free)

G_END_DECLS
