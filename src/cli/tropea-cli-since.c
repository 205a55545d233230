/* tropea-cli-since.c: a moment as people write it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-cli-since"

#include "config.h"

#include "cli/tropea-cli-since.h"

#include <string.h>

/* A date, a date with a time, the beginning of a day, or how long ago. */

static gboolean
parse_ago (const char *text,
           gint64     *ago_ms)
{
  static const struct
  {
    const char *unit;
    gint64      ms;
  } units[] = {
    { "s", 1000 }, { "min", 60000 }, { "h", 3600000 }, { "d", 86400000 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autofree char *number = NULL;

      if (!g_str_has_suffix (text, units[i].unit))
        continue;

      number = g_strndup (text, strlen (text) - strlen (units[i].unit));
      if (g_ascii_string_to_signed (number, 10, 0, 36500, ago_ms, NULL))
        {
          *ago_ms *= units[i].ms;
          return TRUE;
        }
    }

  return FALSE;
}

/* Returns: (transfer full): when the day began that is @days before that of @now */
static GDateTime *
new_midnight (GDateTime *now,
              GTimeZone *zone,
              int        days)
{
  g_autoptr(GDateTime) then = g_date_time_add_days (now, -days);

  return g_date_time_new (zone, g_date_time_get_year (then), g_date_time_get_month (then),
                          g_date_time_get_day_of_month (then), 0, 0, 0);
}

static GDateTime *
parse_date (const char *text,
            GTimeZone  *zone)
{
  g_autofree char *whole = NULL;

  if (strlen (text) == strlen ("2026-01-31"))
    whole = g_strconcat (text, "T00:00:00", NULL);
  else if (strlen (text) == strlen ("2026-01-31T18:00"))
    whole = g_strconcat (text, ":00", NULL);
  else
    whole = g_strdup (text);

  return g_date_time_new_from_iso8601 (whole, zone);
}

gboolean
tropea_cli_since_parse (const char  *text,
                        gint64       now_ms,
                        GTimeZone   *zone,
                        gint64      *since_ms,
                        GError     **error)
{
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc (now_ms / 1000);
  g_autoptr(GDateTime) now = g_date_time_to_timezone (utc, zone);
  g_autoptr(GDateTime) since = NULL;
  gint64 ago_ms = 0;

  if (parse_ago (text, &ago_ms))
    {
      *since_ms = MAX (now_ms - ago_ms, 0);
      return TRUE;
    }

  if (g_str_equal (text, "today"))
    since = new_midnight (now, zone, 0);
  else if (g_str_equal (text, "yesterday"))
    since = new_midnight (now, zone, 1);
  else
    since = parse_date (text, zone);

  if (since == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "--since takes a date such as 2026-01-31 or 2026-01-31T18:00, “today”, or how "
                   "long ago such as 12h, not “%s”", text);
      return FALSE;
    }

  *since_ms = MAX (g_date_time_to_unix (since) * 1000, 0);

  return TRUE;
}
