/* tropea-tor-config.h: what a tor is started with
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "tor/tropea-bridges.h"

G_BEGIN_DECLS

/* Let tor choose a free port. */
#define TROPEA_TOR_PORT_AUTO (-1)

/**
 * TropeaTorConfig:
 * @binary: (nullable): path of the tor program, or NULL to look for it
 * @data_dir: tor's own private data directory, absolute
 * @runtime_dir: private directory (0700) for torrc and control socket, absolute
 * @socks_port: 1 to 65535, or TROPEA_TOR_PORT_AUTO
 * @control_port: TCP control port for nyx and the like; 0 for none, or TROPEA_TOR_PORT_AUTO
 * @log_level: "err", "warn", "notice" or "info"
 * @is_paused: begin without a network
 * @append_file: (nullable): a file whose lines are put behind the torrc
 * @bridge_mode: how tor gets into the network
 * @bridges: (nullable): the lines for TROPEA_BRIDGE_MODE_OBFS4
 * @exit_countries: (nullable): codes of the countries where circuits end; none for any
 * @strict_exits: rather no connection than an exit elsewhere
 */
typedef struct
{
  char              *binary;
  char              *data_dir;
  char              *runtime_dir;
  int                socks_port;
  int                control_port;
  char              *log_level;
  gboolean           is_paused;
  char              *append_file;
  TropeaBridgeMode   bridge_mode;
  char             **bridges;
  char             **exit_countries;
  gboolean           strict_exits;
} TropeaTorConfig;

TropeaTorConfig *tropea_tor_config_new              (const char             *data_dir,
                                                     const char             *runtime_dir);
TropeaTorConfig *tropea_tor_config_copy             (const TropeaTorConfig  *self);
void             tropea_tor_config_free             (TropeaTorConfig        *self);
gboolean         tropea_tor_config_read_environment (TropeaTorConfig        *self,
                                                     GError                **error);
gboolean         tropea_tor_config_is_log_level     (const char             *word);
char            *tropea_tor_config_dup_control_socket (const TropeaTorConfig *self);
char            *tropea_tor_config_dup_cookie_file  (const TropeaTorConfig  *self);
char            *tropea_tor_config_dup_torrc_file   (const TropeaTorConfig  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaTorConfig, tropea_tor_config_free)

G_END_DECLS
