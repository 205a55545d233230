/* tropea-status-block.c: the live block that a terminal shows
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-status-block"

#include "config.h"

#include "cli/tropea-status-block.h"

#include <string.h>

/* A line is built as text of known columns, cut to the width, and coloured last, so that an
 * escape sequence is never cut and never counted. Everything here is one column a character:
 * what tor says is made printable ASCII first.
 */

/* Where the values begin. */
#define LABEL_COLUMNS 13

/* A longer bar tells no more. */
#define LONGEST_BAR 30
#define SHORTEST_BAR 5

/* A problem of more lines than this is cut: the block must not fill the screen. What to do
 * comes at the end of the sentence, so on 40 columns all of it must fit. */
#define MOST_PROBLEM_LINES 10

typedef enum
{
  COLOR_NONE,
  COLOR_BOLD,
  COLOR_GREEN,
  COLOR_YELLOW,
  COLOR_RED,
} Color;

typedef struct
{
  const TropeaStatusBlockStyle *style;
  GStrvBuilder                 *lines;
} Block;

static const char *
get_color_code (Color color)
{
  switch (color)
    {
    case COLOR_BOLD:
      return "\033[1m";

    case COLOR_GREEN:
      return "\033[1;32m";

    case COLOR_YELLOW:
      return "\033[1;33m";

    case COLOR_RED:
      return "\033[1;31m";

    case COLOR_NONE:
    default:
      return NULL;
    }
}

/* Control characters would steer the terminal, wide ones would break the columns. */
static char *
dup_printable (const char *text,
               gboolean    use_utf8)
{
  GString *printable = g_string_new (NULL);
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c < 0x80 ? !g_ascii_isprint ((char) c)
                   : !use_utf8 || !g_unichar_isprint (c) || g_unichar_iswide (c) ||
                     g_unichar_iszerowidth (c))
        c = (c == 0xb7) ? '|' : '?';
      g_string_append_unichar (printable, c);
    }

  return g_string_free (printable, FALSE);
}

static void
add_line (Block      *block,
          Color       color,
          const char *text)
{
  g_autofree char *printable = dup_printable (text, block->style->use_utf8);
  g_autofree char *cut = g_utf8_substring (printable, 0,
                                           MIN (g_utf8_strlen (printable, -1),
                                                (glong) block->style->width));
  const char *code = block->style->use_color ? get_color_code (color) : NULL;
  g_autofree char *line = NULL;

  if (code != NULL)
    line = g_strconcat (code, cut, "\033[0m", NULL);
  else
    line = g_steal_pointer (&cut);
  g_strv_builder_add (block->lines, line);
}

static void G_GNUC_PRINTF (3, 4)
add_row (Block      *block,
         const char *label,
         const char *format,
         ...)
{
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  line = g_strdup_printf ("%-*s%s", LABEL_COLUMNS, label, text);
  add_line (block, COLOR_NONE, line);
}

/* A bar of what is left of the width beside @text; none where that is too little. */
static void
add_bar (Block      *block,
         const char *label,
         guint64     done,
         guint64     whole,
         const char *text)
{
  gint64 room = (gint64) block->style->width - LABEL_COLUMNS - 2 - g_utf8_strlen (text, -1);
  gint64 columns = MIN (room, LONGEST_BAR);
  gint64 filled = 0;
  GString *bar = NULL;
  g_autofree char *drawn = NULL;

  if (columns < SHORTEST_BAR || whole == 0)
    {
      add_row (block, label, "%s", text);
      return;
    }

  /* Full only when it is. */
  if (done >= whole)
    filled = columns;
  else if (done < G_MAXUINT64 / LONGEST_BAR)
    filled = (gint64) (done * (guint64) columns / whole);

  bar = g_string_new (NULL);
  for (gint64 i = 0; i < columns; i++)
    {
      if (block->style->use_utf8)
        g_string_append (bar, i < filled ? "█" : "░");
      else
        g_string_append_c (bar, i < filled ? '#' : '-');
    }

  drawn = g_string_free (bar, FALSE);
  add_row (block, label, "%s  %s", drawn, text);
}

static void
add_head (Block              *block,
          const TropeaStatus *status)
{
  g_autofree char *uptime = tropea_status_format_duration (status->uptime_seconds);
  g_autofree char *ports = NULL;
  g_autofree char *head = NULL;
  g_autofree char *whole = NULL;
  Color color = COLOR_YELLOW;

  if (status->state == TROPEA_TOR_STATE_RUNNING)
    color = COLOR_GREEN;
  else if (status->state == TROPEA_TOR_STATE_FAILED)
    color = COLOR_RED;
  else if (status->state == TROPEA_TOR_STATE_STOPPED)
    color = COLOR_BOLD;

  if (status->is_simulating)
    ports = g_strdup ("simulation");
  else if (status->socks_port != 0)
    ports = g_strdup_printf ("SOCKS 127.0.0.1:%u", status->socks_port);

  head = g_strdup_printf ("%-*s%s · up %s", LABEL_COLUMNS, "Tropea",
                          tropea_tor_state_to_string (status->state), uptime);
  whole = g_strjoin (" · ", head, ports, NULL);
  if (g_utf8_strlen (whole, -1) <= (glong) block->style->width)
    {
      add_line (block, color, whole);
      return;
    }

  add_line (block, color, head);
  if (ports != NULL)
    add_row (block, "", "%s", ports);
}

static void
add_bootstrap (Block              *block,
               const TropeaStatus *status)
{
  g_autofree char *text = NULL;
  const char *summary = status->bootstrap_summary != NULL ? status->bootstrap_summary : "";

  if (status->state != TROPEA_TOR_STATE_STARTING &&
      status->state != TROPEA_TOR_STATE_BOOTSTRAPPING)
    return;

  if (status->restart_seconds != 0)
    {
      add_row (block, "Connecting", "again in %u s", status->restart_seconds);
      return;
    }

  text = g_strdup_printf ("%d %%", status->bootstrap_percent);
  add_bar (block, "Connecting", (guint64) MAX (status->bootstrap_percent, 0), 100, text);
  add_row (block, "", "%s", summary);
}

static void
add_traffic (Block              *block,
             const TropeaStatus *status)
{
  g_autofree char *bytes_in = tropea_status_format_bytes (status->bytes_in);
  g_autofree char *bytes_out = tropea_status_format_bytes (status->bytes_out);
  g_autofree char *rate_in = tropea_status_format_bytes (status->rate_in);
  g_autofree char *rate_out = tropea_status_format_bytes (status->rate_out);
  g_autofree char *app_in = tropea_status_format_bytes (status->app_bytes_in);
  g_autofree char *app_out = tropea_status_format_bytes (status->app_bytes_out);

  add_row (block, "In", "%s · %s/s", bytes_in, rate_in);
  add_row (block, "Out", "%s · %s/s", bytes_out, rate_out);
  if (!status->is_simulating && status->state != TROPEA_TOR_STATE_STOPPED)
    add_row (block, "By programs", "%s in · %s out", app_in, app_out);
  add_row (block, "Connections", "%u", status->connection_count);
  add_row (block, "Circuits", "%u", status->circuit_count);
}

static void
add_session (Block              *block,
             const TropeaStatus *status)
{
  g_autofree char *bytes = tropea_status_format_bytes ((guint64) status->accumulated_bytes);
  g_autofree char *min_bytes = tropea_status_format_bytes ((guint64) status->min_bytes);
  g_autofree char *data = g_strdup_printf ("%s / %s", bytes, min_bytes);
  g_autofree char *time = g_strdup_printf ("%" G_GINT64_FORMAT " s / %" G_GINT64_FORMAT " s",
                                           status->accumulated_seconds, status->min_seconds);
  g_autofree char *credits = tropea_status_format_credits (status->total_credits_micro,
                                                           status->simulated_credits_micro);

  add_bar (block, "Data", (guint64) status->accumulated_bytes, (guint64) status->min_bytes, data);
  add_bar (block, "Time", (guint64) status->accumulated_seconds, (guint64) status->min_seconds,
           time);
  if (status->refused_sessions > 0)
    add_row (block, "Sessions", "%" G_GINT64_FORMAT " submitted · %" G_GINT64_FORMAT
             " waiting · %" G_GINT64_FORMAT " refused", status->submitted_sessions,
             status->waiting_sessions, status->refused_sessions);
  else
    add_row (block, "Sessions", "%" G_GINT64_FORMAT " submitted · %" G_GINT64_FORMAT " waiting",
             status->submitted_sessions, status->waiting_sessions);
  add_row (block, "Credits", "%s", credits);
}

/* Broken at spaces, in words of a sentence that somebody has to read. */
static void
add_sentence (Block      *block,
              Color       color,
              const char *sentence)
{
  g_auto(GStrv) words = g_strsplit (sentence, " ", -1);
  GString *line = g_string_new (NULL);
  guint n_lines = 0;

  for (guint i = 0; words[i] != NULL && n_lines < MOST_PROBLEM_LINES; i++)
    {
      glong columns = g_utf8_strlen (line->str, -1) + 1 + g_utf8_strlen (words[i], -1);

      if (line->len > 0 && columns > (glong) block->style->width)
        {
          add_line (block, color, line->str);
          g_string_truncate (line, 0);
          n_lines++;
        }
      if (line->len > 0)
        g_string_append_c (line, ' ');
      g_string_append (line, words[i]);
    }

  if (n_lines < MOST_PROBLEM_LINES)
    add_line (block, color, line->str);
  g_string_free (line, TRUE);
}

/**
 * tropea_status_block_format:
 *
 * Returns: (transfer full): the block's lines
 */
GStrv
tropea_status_block_format (const TropeaStatus           *status,
                            const TropeaStatusBlockStyle *style)
{
  g_autoptr(GStrvBuilder) lines = g_strv_builder_new ();
  Block block = { style, lines };

  g_return_val_if_fail (status != NULL, NULL);
  g_return_val_if_fail (style != NULL && style->width > 0, NULL);

  add_head (&block, status);
  add_bootstrap (&block, status);
  add_traffic (&block, status);
  add_session (&block, status);
  if (status->problem != NULL)
    add_sentence (&block, COLOR_YELLOW, status->problem);
  if (status->notice != NULL)
    add_sentence (&block, COLOR_BOLD, status->notice);

  return g_strv_builder_end (lines);
}

/* One column a character; an escape sequence has none. */
static guint
count_columns (const char *line)
{
  guint columns = 0;
  gboolean is_escape = FALSE;

  for (const char *p = line; *p != '\0'; p = g_utf8_next_char (p))
    {
      is_escape |= *p == '\033';
      columns += is_escape ? 0 : 1;
      is_escape = is_escape && *p != 'm';
    }

  return columns;
}

/**
 * tropea_status_block_count_rows:
 * @n_lines: those of @lines that are on the screen
 * @width: the terminal's now; it breaks what is longer
 *
 * Returns: how many rows of the screen these lines take
 */
guint
tropea_status_block_count_rows (const char * const *lines,
                                guint               n_lines,
                                guint               width)
{
  guint n_rows = 0;

  g_return_val_if_fail (width > 0, 0);

  for (guint i = 0; i < n_lines; i++)
    n_rows += MAX (1, (count_columns (lines[i]) + width - 1) / width);

  return n_rows;
}
