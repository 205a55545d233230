/* tropea-dashboard-html.c: HTML in which nothing that comes from outside is markup
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-dashboard"

#include "config.h"

#include "ledger/tropea-dashboard-html.h"

#include <string.h>

#include "record/tropea-credit.h"

/* Numbers are written the same on every server, whatever its language: the pages are English. */

#define NARROW_SPACE "\u202f"

/**
 * tropea_dashboard_append:
 * @format: markup of this program's
 * @...: text; each %s is escaped
 */
void
tropea_dashboard_append (GString    *html,
                         const char *format,
                         ...)
{
  va_list args;
  g_autofree char *text = NULL;

  va_start (args, format);
  text = g_markup_vprintf_escaped (format, args);
  va_end (args);
  g_string_append (html, text);
}

/* @digits: a number whose whole part is put into groups of three */
static char *
group_digits (const char *digits)
{
  GString *text = g_string_new (digits);
  const char *point = strchr (text->str, '.');
  gssize end = point != NULL ? point - text->str : (gssize) text->len;
  gssize begin = text->str[0] == '-' ? 1 : 0;

  for (gssize at = end - 3; at > begin; at -= 3)
    g_string_insert (text, at, NARROW_SPACE);

  return g_string_free (text, FALSE);
}

char *
tropea_dashboard_dup_count (gint64 count)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GINT64_FORMAT, count);

  return group_digits (digits);
}

char *
tropea_dashboard_dup_credits (gint64 micro)
{
  g_autofree char *digits = tropea_credit_format (micro);

  return group_digits (digits);
}

static char *
format_time (gint64      unix_s,
             const char *format)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc (unix_s);

  return time != NULL ? g_date_time_format (time, format) : g_strdup ("?");
}

/* @hour: since 1970; in UTC, as every time of the pages */
char *
tropea_dashboard_dup_hour (gint64 hour)
{
  return format_time (hour * 3600, "%Y-%m-%d %H:00");
}

/* @day: since 1970 */
char *
tropea_dashboard_dup_day (gint64 day)
{
  return format_time (day * 86400, "%Y-%m-%d");
}

/* Rounded down to a tenth of the unit. */
char *
tropea_dashboard_dup_bytes (gint64 bytes)
{
  static const char * const units[] = { "KB", "MB", "GB", "TB", "PB" };
  gint64 tenths = bytes / 100;
  gsize unit = 0;

  if (bytes < 1000)
    return g_strdup_printf ("%" G_GINT64_FORMAT " B", bytes);

  while (tenths >= 10000 && unit + 1 < G_N_ELEMENTS (units))
    {
      tenths /= 1000;
      unit++;
    }

  return g_strdup_printf ("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT " %s", tenths / 10,
                          tenths % 10, units[unit]);
}
