/* tropea-format.c: figures and states in the words that people read
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-format"

#include "config.h"

#include "ui/tropea-format.h"

#include <glib/gi18n.h>
#include <langinfo.h>

#include "record/tropea-credit.h"

/* All figures are integers to the last step and are rounded down, never up: a bar that says
 * “100.0 KB / 100.0 KB” is full, and nobody is shown a credit that is not there. Units are
 * decimal, as in the thresholds and in the credit formula: 1 KB is 1000 bytes.
 */

typedef struct
{
  guint64     scale;
  const char *format;
} Unit;

/* Translators: %s is a number such as “12.3”; decimal units of data. */
static const Unit byte_units[] = {
  { G_GUINT64_CONSTANT (1000000000000), N_("%s TB") },
  { G_GUINT64_CONSTANT (1000000000), N_("%s GB") },
  { G_GUINT64_CONSTANT (1000000), N_("%s MB") },
  { G_GUINT64_CONSTANT (1000), N_("%s KB") },
};

/* Translators: %s is a number such as “12.3”; decimal units of data per second. */
static const Unit rate_units[] = {
  { G_GUINT64_CONSTANT (1000000000000), N_("%s TB/s") },
  { G_GUINT64_CONSTANT (1000000000), N_("%s GB/s") },
  { G_GUINT64_CONSTANT (1000000), N_("%s MB/s") },
  { G_GUINT64_CONSTANT (1000), N_("%s KB/s") },
};

typedef struct
{
  gint64      scale_s;
  const char *format;
  const char *format_with_rest;
} TimeUnit;

/* Translators: lengths of time, as short as they can be: days, hours, minutes, seconds. */
static const TimeUnit time_units[] = {
  { 24 * 60 * 60, N_("%s d"), N_("%s d %s h") },
  { 60 * 60, N_("%s h"), N_("%s h %s min") },
  { 60, N_("%s min"), N_("%s min %s s") },
  { 1, N_("%s s"), NULL },
};

/* The formats come from the tables above and from their translations, which msgfmt checks. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static char *
print_number (const char *format,
              const char *number)
{
  return g_strdup_printf (format, number);
}

static char *
print_time (const TimeUnit *unit,
            gint64          large,
            gint64          small)
{
  g_autofree char *first = g_strdup_printf ("%" G_GINT64_FORMAT, large);
  g_autofree char *second = g_strdup_printf ("%" G_GINT64_FORMAT, small);

  if (small == 0)
    return g_strdup_printf (_(unit->format), first);

  return g_strdup_printf (_(unit->format_with_rest), first, second);
}
#pragma GCC diagnostic pop

static char *
format_scaled (guint64     value,
               const Unit *units,
               guint       n_units,
               const char *unscaled_format,
               gboolean    is_on_axis)
{
  g_autofree char *number = NULL;

  for (guint i = 0; i < n_units; i++)
    {
      guint64 scale = units[i].scale;

      if (value < scale)
        continue;

      if (is_on_axis && value % scale == 0)
        number = g_strdup_printf ("%" G_GUINT64_FORMAT, value / scale);
      else
        number = g_strdup_printf ("%" G_GUINT64_FORMAT "%s%" G_GUINT64_FORMAT, value / scale,
                                  nl_langinfo (RADIXCHAR), value % scale / (scale / 10));
      return print_number (_(units[i].format), number);
    }

  number = g_strdup_printf ("%" G_GUINT64_FORMAT, value);

  return print_number (unscaled_format, number);
}

/**
 * tropea_format_bytes:
 *
 * Returns: (transfer full): such as “999 B”, “50.0 KB” or “4.3 MB”
 */
char *
tropea_format_bytes (guint64 bytes)
{
  /* Translators: %s is a whole number of bytes. */
  return format_scaled (bytes, byte_units, G_N_ELEMENTS (byte_units), _("%s B"), FALSE);
}

/**
 * tropea_format_exact_bytes:
 *
 * The rounded figures beside it need not add up, for each is rounded down; these do.
 *
 * Returns: (transfer full): such as “4,312,345 bytes”
 */
char *
tropea_format_exact_bytes (guint64 bytes)
{
  g_autofree char *number = g_strdup_printf ("%'" G_GUINT64_FORMAT, bytes);

  /* Translators: %s is a whole number of bytes. */
  return g_strdup_printf (ngettext ("%s byte", "%s bytes", (gulong) bytes), number);
}

/**
 * tropea_format_rate:
 *
 * Returns: (transfer full): such as “12.5 KB/s”
 */
char *
tropea_format_rate (guint64 bytes_per_second)
{
  /* Translators: %s is a whole number of bytes per second. */
  return format_scaled (bytes_per_second, rate_units, G_N_ELEMENTS (rate_units), _("%s B/s"),
                        FALSE);
}

/**
 * tropea_format_axis_rate:
 *
 * Returns: (transfer full): as tropea_format_rate (), but “2 MB/s”: a round value beside others
 */
char *
tropea_format_axis_rate (guint64 bytes_per_second)
{
  return format_scaled (bytes_per_second, rate_units, G_N_ELEMENTS (rate_units), _("%s B/s"),
                        TRUE);
}

/**
 * tropea_format_duration:
 * @seconds: what is below zero counts as zero
 *
 * Returns: (transfer full): the two largest parts without a zero, such as “25 s”, “4 min 5 s”
 *   or “1 h”
 */
char *
tropea_format_duration (gint64 seconds)
{
  gint64 left = MAX (seconds, 0);
  guint i = 0;
  gint64 large = 0;
  gint64 small = 0;

  while (i + 1 < G_N_ELEMENTS (time_units) && left < time_units[i].scale_s)
    i++;

  large = left / time_units[i].scale_s;
  if (i + 1 < G_N_ELEMENTS (time_units))
    small = left % time_units[i].scale_s / time_units[i + 1].scale_s;

  return print_time (&time_units[i], large, small);
}

/**
 * tropea_format_credits:
 * @micro: micro-credits
 *
 * Returns: (transfer full): credits with two decimals, rounded down, in the user's spelling
 */
char *
tropea_format_credits (gint64 micro)
{
  g_autofree char *plain = tropea_credit_format (micro);
  g_auto(GStrv) parts = g_strsplit (plain, ".", 2);

  return g_strjoinv (nl_langinfo (RADIXCHAR), parts);
}

/**
 * tropea_format_time:
 * @wall_ms: milliseconds since 1970 in UTC
 *
 * Returns: (transfer full): day and local time, or “–” where there is no such day
 */
char *
tropea_format_time (gint64 wall_ms)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local (wall_ms / 1000);

  if (time == NULL)
    return g_strdup ("–");

  /* Translators: day and time of a session; see the manual of g_date_time_format (). */
  return g_date_time_format (time, _("%-d %b, %H:%M:%S"));
}

/**
 * tropea_format_date_time:
 * @wall_ms: milliseconds since 1970 in UTC
 *
 * Returns: (transfer full): day, year and local time as the user's locale has them, with the
 *   time zone, or “–” where there is no such day
 */
char *
tropea_format_date_time (gint64 wall_ms)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local (wall_ms / 1000);

  /* Translators: day and time with the year; see the manual of g_date_time_format (). */
  return time != NULL ? g_date_time_format (time, _("%-d %b %Y, %H:%M:%S %Z")) : g_strdup ("–");
}

/**
 * tropea_format_port:
 * @port: 0 where there is none
 *
 * Returns: (transfer full): the number as it is typed into other programs
 */
char *
tropea_format_port (guint port)
{
  return port == 0 ? g_strdup ("–") : g_strdup_printf ("%u", port);
}

/**
 * tropea_format_bytes_of:
 *
 * Returns: (transfer full): such as “50.0 KB / 100.0 KB”
 */
char *
tropea_format_bytes_of (gint64 bytes,
                        gint64 of_bytes)
{
  g_autofree char *left = tropea_format_bytes ((guint64) MAX (bytes, 0));
  g_autofree char *right = tropea_format_bytes ((guint64) MAX (of_bytes, 0));

  /* Translators: how much there is, and how much is needed. */
  return g_strdup_printf (_("%s / %s"), left, right);
}

/**
 * tropea_format_seconds_of:
 *
 * Returns: (transfer full): such as “25 s / 30 s”
 */
char *
tropea_format_seconds_of (gint64 seconds,
                          gint64 of_seconds)
{
  g_autofree char *left = tropea_format_duration (seconds);
  g_autofree char *right = tropea_format_duration (of_seconds);

  /* Translators: how much there is, and how much is needed. */
  return g_strdup_printf (_("%s / %s"), left, right);
}

/**
 * tropea_format_fraction:
 *
 * Returns: the part of a bar to fill, 0 to 1; full where nothing is asked for
 */
double
tropea_format_fraction (gint64 value,
                        gint64 of)
{
  if (of <= 0 || value >= of)
    return 1.0;

  return (double) MAX (value, 0) / (double) of;
}

/**
 * tropea_format_tor_state:
 *
 * Returns: the word on the badge
 */
const char *
tropea_format_tor_state (TropeaTorState state)
{
  switch (state)
    {
    case TROPEA_TOR_STATE_STOPPED:
      return C_("tor state", "Stopped");
    case TROPEA_TOR_STATE_STARTING:
      return C_("tor state", "Starting");
    case TROPEA_TOR_STATE_BOOTSTRAPPING:
      return C_("tor state", "Connecting");
    case TROPEA_TOR_STATE_RUNNING:
      return C_("tor state", "Running");
    case TROPEA_TOR_STATE_STOPPING:
      return C_("tor state", "Stopping");
    case TROPEA_TOR_STATE_FAILED:
      return C_("tor state", "Failed");
    case TROPEA_TOR_STATE_PAUSED:
      return C_("tor state", "Paused");
    default:
      g_return_val_if_reached ("");
    }
}

/**
 * tropea_format_session_state:
 *
 * Returns: the word in the session's row
 */
const char *
tropea_format_session_state (TropeaSessionState state)
{
  switch (state)
    {
    case TROPEA_SESSION_STATE_WAITING:
      return C_("session state", "Waiting");
    case TROPEA_SESSION_STATE_CREDITED:
      return C_("session state", "Credited");
    case TROPEA_SESSION_STATE_REFUSED:
      return C_("session state", "Refused");
    default:
      g_return_val_if_reached ("");
    }
}
