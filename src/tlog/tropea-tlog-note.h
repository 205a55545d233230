/* tropea-tlog-note.h: texts with signatures below them, as C2SP signed-note has them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "base/tropea-secret.h"

G_BEGIN_DECLS

#define TROPEA_TLOG_NOTE_MAX_BYTES (64 * 1024)

char *tropea_tlog_note_sign (const char    *text,
                             const char    *name,
                             TropeaSecret  *secret_key);
char *tropea_tlog_note_open (const char    *note,
                             gsize          length_bytes,
                             const char    *name,
                             const guint8  *public_key,
                             GError       **error);

G_END_DECLS
