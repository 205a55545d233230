/* tropea-host-hash.h: a name for this host that means nothing tomorrow
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_HOST_HASH (tropea_host_hash_get_type ())

G_DECLARE_FINAL_TYPE (TropeaHostHash, tropea_host_hash, TROPEA, HOST_HASH, GObject)

/* A random secret per UTC day in a 0600 file at @path, replaced when the day changes; so the hash
 * tells a ledger "same host, same day" and nobody can link two days afterwards. */
TropeaHostHash *tropea_host_hash_new (const char      *path);
char           *tropea_host_hash_dup (TropeaHostHash  *self,
                                      gint64           wall_ms);

G_END_DECLS
