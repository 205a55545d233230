/* test-cli-line.c: what is typed is what the table says, and the help fits a screen
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "cli/tropea-cli-help.h"
#include "cli/tropea-cli-line.h"
#include "cli/tropea-cli-since.h"
#include "cli/tropea-run-options.h"

#include <string.h>

#define SCREEN_ROWS 24
#define SCREEN_COLUMNS 80

typedef struct
{
  const char *name;
  const char *told;     /* part of the error; NULL: none */
  const char *line[6];  /* the command first */
} Row;

static const Row rows[] = {
  { "nothing", NULL, { "status" } },
  { "flag", NULL, { "status", "--watch" } },
  { "common-flag", NULL, { "status", "--json" } },
  { "value-behind", NULL, { "sessions", "--since", "1h" } },
  { "value-joined", NULL, { "sessions", "--since=1h" } },
  { "value-with-dashes", NULL, { "status", "--data-dir", "--json" } },
  { "operand", NULL, { "monitor", "on" } },
  { "operand-behind-dashes", NULL, { "monitor", "--", "on" } },
  { "unknown-option", "has no option “--wotch”", { "status", "--wotch" } },
  { "beginning-of-an-option", "has no option “--wat”", { "status", "--wat" } },
  { "another-command's-option", "has no option “--csv”", { "status", "--csv" } },
  { "missing-value", "--since needs a value", { "sessions", "--since" } },
  { "empty-value", "--since needs a value", { "sessions", "--since=" } },
  { "value-for-a-flag", "--watch takes no value", { "status", "--watch=1" } },
  { "operand-too-many", "does not take “off”", { "monitor", "on", "off" } },
  { "operand-of-none", "does not take “now”", { "stop", "now" } },
  { "short-option", "does not take “-j”", { "monitor", "-j" } },
};

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(TropeaCliLine) line = NULL;

  line = tropea_cli_line_parse (tropea_cli_commands_find (row->line[0]), row->line + 1, &error);
  g_assert_true ((line == NULL) == (row->told != NULL));
  if (row->told == NULL)
    {
      g_assert_no_error (error);
      return;
    }

  g_assert_true (error->domain == G_OPTION_ERROR);
  g_assert_nonnull (strstr (error->message, row->told));
}

static void
test_values (void)
{
  const char * const typed[] = { "--min-bytes=5", "set", "--json", "--min-bytes", "7", NULL };
  g_autoptr(TropeaCliLine) line = NULL;
  g_autoptr(GError) error = NULL;
  gint64 value = 3;

  line = tropea_cli_line_parse (tropea_cli_commands_find ("thresholds"), typed, &error);
  g_assert_no_error (error);
  g_assert_true (tropea_cli_line_has (line, "json"));
  g_assert_false (tropea_cli_line_has (line, "max-seconds"));
  g_assert_cmpstr (tropea_cli_line_get (line, "min-bytes"), ==, "7");
  g_assert_cmpstr (tropea_cli_line_get_operand (line, 0), ==, "set");
  g_assert_null (tropea_cli_line_get_operand (line, 1));

  g_assert_true (tropea_cli_line_get_number (line, "max-seconds", 1, 9, &value, &error));
  g_assert_cmpint (value, ==, 3);
  g_assert_true (tropea_cli_line_get_number (line, "min-bytes", 1, 9, &value, &error));
  g_assert_cmpint (value, ==, 7);
  g_assert_false (tropea_cli_line_get_number (line, "min-bytes", 1, 6, &value, &error));
  g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
}

static void
assert_fits (const char *text,
             guint       rows_at_most)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  g_assert_true (g_str_has_suffix (text, "\n"));
  g_assert_cmpuint (g_strv_length (lines) - 1, <=, rows_at_most);
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_test_message ("%s", lines[i]);
      g_assert_cmpint (g_utf8_strlen (lines[i], -1), <=, SCREEN_COLUMNS + 10);
    }
}

/* The overview leaves a row for the prompt. */
static void
test_help_fits (void)
{
  g_autofree char *all = tropea_cli_help_dup_all ();
  g_auto(GStrv) lines = g_strsplit (all, "\n", -1);

  assert_fits (all, SCREEN_ROWS - 1);
  for (gsize i = 0; lines[i] != NULL; i++)
    g_assert_cmpint (g_utf8_strlen (lines[i], -1), <=, SCREEN_COLUMNS);

  for (const TropeaCliCommand *p = tropea_cli_commands_get (); p->name != NULL; p++)
    {
      g_autofree char *one = tropea_cli_help_dup_command (p);

      assert_fits (one, SCREEN_ROWS + 6);
      g_assert_nonnull (strstr (all, p->summary));
    }
}

/* Commands that share an option's name mean the same, and every row can be done. */
static void
test_table (void)
{
  for (const TropeaCliCommand *p = tropea_cli_commands_get (); p->name != NULL; p++)
    {
      g_assert_true ((p->run == NULL) != (p->run_raw == NULL));
      g_assert_true ((p->most_operands > 0) == (*p->operands != '\0'));
      g_assert_true (tropea_cli_commands_find (p->name) == p);

      for (const TropeaCliOption *own = p->options;
           p->run != NULL && own != NULL && own->name != NULL; own++)
        for (const TropeaCliOption *q = tropea_cli_commands_get_common (); q->name != NULL; q++)
          g_assert_cmpstr (own->name, !=, q->name);
    }
  g_assert_null (tropea_cli_commands_find ("frobnicate"));
}

/* "run" reads its own line: it knows what its help says. */
static void
test_run_knows_its_help (void)
{
  const TropeaCliCommand *run = tropea_cli_commands_find ("run");

  for (const TropeaCliOption *p = run->options; p->name != NULL; p++)
    {
      g_autofree char *typed = g_strdup_printf ("--%s%s", p->name, p->value != NULL ? "=1" : "");
      const char * const line[] = { typed, NULL };
      g_autoptr(TropeaRunOptions) options = NULL;
      g_autoptr(GError) error = NULL;

      if (g_str_equal (p->name, "help"))
        continue;

      options = tropea_run_options_parse (line, &error);
      g_test_message ("%s: %s", typed, error != NULL ? error->message : "taken");
      g_assert_false (g_error_matches (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION));
    }
}

/* Now is 2026-03-10 12:30:45 in UTC, and an hour later in the zone of the rows. */
#define NOW_MS (G_GINT64_CONSTANT (1773145845) * 1000)

static const struct
{
  const char *text;
  const char *since;  /* in UTC; NULL: an error */
} moments[] = {
  { "0s", "2026-03-10T12:30:45Z" },
  { "90s", "2026-03-10T12:29:15Z" },
  { "30min", "2026-03-10T12:00:45Z" },
  { "12h", "2026-03-10T00:30:45Z" },
  { "7d", "2026-03-03T12:30:45Z" },
  { "36500d", "1970-01-01T00:00:00Z" },
  { "today", "2026-03-09T23:00:00Z" },
  { "yesterday", "2026-03-08T23:00:00Z" },
  { "2026-01-31", "2026-01-30T23:00:00Z" },
  { "2026-01-31T18:00", "2026-01-31T17:00:00Z" },
  { "2026-01-31T18:00:05", "2026-01-31T17:00:05Z" },
  { "2026-01-31T18:00:05Z", "2026-01-31T18:00:05Z" },
  { "1960-01-01", "1970-01-01T00:00:00Z" },
  { "2026-02-30", NULL },
  { "2026-1-3", NULL },
  { "tomorrow", NULL },
  { "-3d", NULL },
  { "0x10s", NULL },
  { "99999999d", NULL },
  { "d", NULL },
  { "7", NULL },
  { "", NULL },
};

static void
test_since (void)
{
  g_autoptr(GTimeZone) zone = g_time_zone_new_offset (3600);

  for (gsize i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GDateTime) expected = NULL;
      gint64 since_ms = -1;
      gboolean is_good = tropea_cli_since_parse (moments[i].text, NOW_MS, zone, &since_ms, &error);

      g_test_message ("%s", moments[i].text);
      g_assert_true (is_good == (moments[i].since != NULL));
      if (!is_good)
        {
          g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
          continue;
        }

      expected = g_date_time_new_from_iso8601 (moments[i].since, NULL);
      g_assert_cmpint (since_ms, ==, g_date_time_to_unix (expected) * 1000);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/cli-line/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/cli-line/values", test_values);
  g_test_add_func ("/cli-line/help-fits-a-screen", test_help_fits);
  g_test_add_func ("/cli-line/table-is-whole", test_table);
  g_test_add_func ("/cli-line/run-knows-what-its-help-says", test_run_knows_its_help);
  g_test_add_func ("/cli-line/since", test_since);

  return g_test_run ();
}
