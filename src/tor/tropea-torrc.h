/* tropea-torrc.h: the torrc that a configuration makes
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-tor-config.h"

G_BEGIN_DECLS

char *tropea_torrc_write       (const TropeaTorConfig  *config,
                                gint64                  owner_pid,
                                const char             *appendix,
                                GError                **error);
char *tropea_torrc_load_append (const char             *path,
                                GError                **error);

guint tropea_torrc_find_line   (const char             *lines,
                                const char             *message);

G_END_DECLS
