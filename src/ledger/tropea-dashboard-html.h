/* tropea-dashboard-html.h: HTML in which nothing that comes from outside is markup
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void  tropea_dashboard_append      (GString    *html,
                                    const char *format,
                                    ...) G_GNUC_PRINTF (2, 3);
char *tropea_dashboard_dup_count   (gint64      count);
char *tropea_dashboard_dup_credits (gint64      micro);
char *tropea_dashboard_dup_hour    (gint64      hour);
char *tropea_dashboard_dup_day     (gint64      day);
char *tropea_dashboard_dup_bytes   (gint64      bytes);

G_END_DECLS
