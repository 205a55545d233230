/* tropea-cli-since.h: a moment as people write it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Pure. @zone is that of dates without one of their own. Errors are G_OPTION_ERROR. */
gboolean tropea_cli_since_parse (const char  *text,
                                 gint64       now_ms,
                                 GTimeZone   *zone,
                                 gint64      *since_ms,
                                 GError     **error);

G_END_DECLS
