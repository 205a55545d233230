/* tropea-ledger-backup.h: copies a ledger's file while it is in use
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean tropea_ledger_backup (const char  *path,
                               const char  *target,
                               gint64      *n_sessions,
                               GError     **error);

G_END_DECLS
