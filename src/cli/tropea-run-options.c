/* tropea-run-options.c: what “tropeactl run” was asked for
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-run-options"

#include "config.h"

#include "cli/tropea-run-options.h"

#include <string.h>

#include "cli/tropea-control-password.h"
#include "cli/tropea-run-bridges.h"
#include "cli/tropea-run-exits.h"
#include "cli/tropea-run-ports.h"
#include "tor/tropea-control-address.h"

/* GOption splits the command line; numbers are read here, because its own reader takes "0x10"
 * and wraps what does not fit. What was typed is checked before anything is opened.
 */

#define MOST_SESSIONS 1000000
#define LONGEST_RUN_SECONDS (366 * 86400)

typedef struct
{
  const char *name;
  gint64      lowest;
  gint64      highest;
  char       *text;    /* (owned) (nullable): as typed */
  gint64      value;
} Number;

enum
{
  NUMBER_SEED,
  NUMBER_UNTIL_SESSIONS,
  NUMBER_FOR,
  NUMBER_MIN_BYTES,
  NUMBER_MIN_SECONDS,
  NUMBER_MAX_SECONDS,
  NUMBER_API_TCP,
  N_NUMBERS,
};

static gboolean
read_number (Number  *number,
             GError **error)
{
  if (number->text == NULL)
    return TRUE;

  if (g_ascii_string_to_signed (number->text, 10, number->lowest, number->highest,
                                &number->value, NULL))
    return TRUE;

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "--%s takes a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
               ", not “%s”", number->name, number->lowest, number->highest, number->text);

  return FALSE;
}

static gboolean
check_path (const char  *name,
            const char  *value,
            GError     **error)
{
  if (value == NULL || *value != '\0')
    return TRUE;

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "--%s needs a value that is not empty", name);

  return FALSE;
}

/* "--attach", "--attach ADDRESS" or "--attach=ADDRESS": GOption has no options like that. */
static gboolean
take_attach (TropeaRunOptions   *self,
             const char * const *arguments,
             gsize              *index)
{
  const char *argument = arguments[*index];
  const char *next = arguments[*index + 1];
  const char *value = TROPEA_HOST_ATTACH_LOOK;

  if (g_str_has_prefix (argument, "--attach="))
    value = argument + strlen ("--attach=");
  else if (!g_str_equal (argument, "--attach"))
    return FALSE;
  else if (next != NULL && next[0] != '-')
    value = arguments[++*index];

  g_free (self->host->attach);
  self->host->attach = g_strdup (value);

  return TRUE;
}

/* What stands with --attach, and only with it. */
static gboolean
check_attach (TropeaRunOptions  *self,
              const char        *password_file,
              GError           **error)
{
  g_autoptr(GSocketAddress) address = NULL;
  g_autoptr(GError) wrong = NULL;

  if (self->host->attach == NULL)
    {
      if (password_file == NULL)
        return TRUE;

      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           "--control-password-file is of use with --attach only");
      return FALSE;
    }

  if (self->simulate || self->host->bridge_mode != TROPEA_BRIDGE_MODE_NONE ||
      self->host->exit_countries != NULL)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           "--attach uses a tor as it is: leave out --simulate, bridges and exit "
                           "countries");
      return FALSE;
    }

  if (!g_str_equal (self->host->attach, TROPEA_HOST_ATTACH_LOOK))
    address = tropea_control_address_parse (self->host->attach, &wrong);
  if (wrong != NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--attach: %s",
                   wrong->message);
      return FALSE;
    }

  if (password_file == NULL)
    return TRUE;

  if (!tropea_secret_init (error))
    return FALSE;
  self->control_password = tropea_control_password_read (password_file, error);

  return self->control_password != NULL;
}

static gboolean
parse_line (TropeaRunOptions    *self,
            Number              *numbers,
            TropeaRunBridges    *bridges,
            TropeaRunExits      *exits,
            TropeaRunPorts      *ports,
            char               **password_file,
            const char * const  *arguments,
            GError             **error)
{
  const GOptionEntry entries[] = {
    { "simulate", 0, 0, G_OPTION_ARG_NONE, &self->simulate, NULL, NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->json, NULL, NULL },
    { "ledger", 0, 0, G_OPTION_ARG_STRING, &self->host->ledger_url, NULL, NULL },
    { "data-dir", 0, 0, G_OPTION_ARG_FILENAME, &self->host->data_dir, NULL, NULL },
    { "key-file", 0, 0, G_OPTION_ARG_FILENAME, &self->host->key_file, NULL, NULL },
    { "torrc-append", 0, 0, G_OPTION_ARG_FILENAME, &self->host->torrc_append, NULL, NULL },
    { "bridge", 0, 0, G_OPTION_ARG_STRING_ARRAY, &bridges->lines, NULL, NULL },
    { "bridges-file", 0, 0, G_OPTION_ARG_FILENAME, &bridges->file, NULL, NULL },
    { "exit-country", 0, 0, G_OPTION_ARG_STRING_ARRAY, &exits->countries, NULL, NULL },
    { "strict-exits", 0, 0, G_OPTION_ARG_NONE, &exits->is_strict, NULL, NULL },
    { "control-password-file", 0, 0, G_OPTION_ARG_FILENAME, password_file, NULL, NULL },
    { "snowflake", 0, 0, G_OPTION_ARG_NONE, &bridges->snowflake, NULL, NULL },
    { "socks-port", 0, 0, G_OPTION_ARG_STRING, &ports->socks_port, NULL, NULL },
    { "control-port", 0, 0, G_OPTION_ARG_STRING, &ports->control_port, NULL, NULL },
    { "no-api", 0, 0, G_OPTION_ARG_NONE, &self->no_api, NULL, NULL },
    { "api-socket", 0, 0, G_OPTION_ARG_FILENAME, &self->api_socket, NULL, NULL },
    { "api-tcp", 0, 0, G_OPTION_ARG_STRING, &numbers[NUMBER_API_TCP].text, NULL, NULL },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &numbers[NUMBER_SEED].text, NULL, NULL },
    { "until-sessions", 0, 0, G_OPTION_ARG_STRING, &numbers[NUMBER_UNTIL_SESSIONS].text, NULL,
      NULL },
    { "for", 0, 0, G_OPTION_ARG_STRING, &numbers[NUMBER_FOR].text, NULL, NULL },
    { "min-bytes", 0, 0, G_OPTION_ARG_STRING, &numbers[NUMBER_MIN_BYTES].text, NULL, NULL },
    { "min-seconds", 0, 0, G_OPTION_ARG_STRING, &numbers[NUMBER_MIN_SECONDS].text, NULL, NULL },
    { "max-seconds", 0, 0, G_OPTION_ARG_STRING, &numbers[NUMBER_MAX_SECONDS].text, NULL, NULL },
    { NULL },
  };
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) line = NULL;

  g_strv_builder_add (builder, "tropeactl");
  for (gsize i = 0; arguments[i] != NULL; i++)
    if (!take_attach (self, arguments, &i))
      g_strv_builder_add (builder, arguments[i]);
  line = g_strv_builder_end (builder);

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse_strv (context, &line, error))
    return FALSE;

  if (line[0] != NULL && line[1] != NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
                   "“%s” is not an option of run", line[1]);
      return FALSE;
    }

  return TRUE;
}

static gboolean
take_values (TropeaRunOptions  *self,
             Number            *numbers,
             GError           **error)
{
  for (guint i = 0; i < N_NUMBERS; i++)
    {
      if (!read_number (&numbers[i], error))
        return FALSE;
    }

  self->until_sessions = numbers[NUMBER_UNTIL_SESSIONS].value;
  self->for_seconds = numbers[NUMBER_FOR].value;
  self->host->seed = (guint32) numbers[NUMBER_SEED].value;
  self->host->thresholds.min_bytes = numbers[NUMBER_MIN_BYTES].value;
  self->host->thresholds.min_seconds = numbers[NUMBER_MIN_SECONDS].value;
  self->host->thresholds.max_seconds = numbers[NUMBER_MAX_SECONDS].value;
  self->api_port = (guint) numbers[NUMBER_API_TCP].value;

  return check_path ("ledger", self->host->ledger_url, error) &&
         check_path ("data-dir", self->host->data_dir, error) &&
         check_path ("key-file", self->host->key_file, error) &&
         check_path ("api-socket", self->api_socket, error) &&
         check_path ("torrc-append", self->host->torrc_append, error);
}

/**
 * tropea_run_options_parse:
 *
 * Returns: (transfer full): the options, or NULL with an error: G_OPTION_ERROR
 */
TropeaRunOptions *
tropea_run_options_parse (const char * const  *arguments,
                          GError             **error)
{
  g_autoptr(TropeaRunOptions) self = g_new0 (TropeaRunOptions, 1);
  const TropeaThresholds usual = TROPEA_THRESHOLDS_DEFAULT;
  const gint64 most = TROPEA_RECORD_MAX_INTEGER;
  const gint64 longest = TROPEA_THRESHOLDS_SECONDS_LIMIT;
  g_autoptr(GError) wrong = NULL;
  g_auto(TropeaRunBridges) bridges = { 0 };
  g_auto(TropeaRunExits) exits = { 0 };
  g_auto(TropeaRunPorts) ports = { 0 };
  g_autofree char *password_file = NULL;
  gboolean is_good = FALSE;
  Number numbers[N_NUMBERS] = {
    { "seed", 0, G_MAXUINT32, NULL, 1 },
    { "until-sessions", 1, MOST_SESSIONS, NULL, 0 },
    { "for", 1, LONGEST_RUN_SECONDS, NULL, 0 },
    { "min-bytes", 1, most, NULL, usual.min_bytes },
    { "min-seconds", 1, longest, NULL, usual.min_seconds },
    { "max-seconds", 1, longest, NULL, usual.max_seconds },
    { "api-tcp", 1, G_MAXUINT16, NULL, 0 },
  };

  g_return_val_if_fail (arguments != NULL, NULL);

  self->host = tropea_host_options_new ();
  is_good = parse_line (self, numbers, &bridges, &exits, &ports, &password_file, arguments,
                        error) &&
            tropea_run_ports_take (&ports, self->host, error) &&
            take_values (self, numbers, error) &&
            tropea_run_bridges_take (&bridges, self->host, error) &&
            tropea_run_exits_take (&exits, self->host, error) &&
            check_attach (self, password_file, error);
  for (guint i = 0; i < N_NUMBERS; i++)
    g_free (numbers[i].text);
  if (!is_good)
    return NULL;

  if (self->no_api && (self->api_socket != NULL || self->api_port != 0))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           "--no-api does not go with --api-socket or --api-tcp");
      return NULL;
    }

  if (self->host->thresholds.min_seconds > self->host->thresholds.max_seconds)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "--min-seconds (%" G_GINT64_FORMAT ") is more than --max-seconds (%"
                   G_GINT64_FORMAT "): no session could have both",
                   self->host->thresholds.min_seconds, self->host->thresholds.max_seconds);
      return NULL;
    }

  if (!tropea_thresholds_check (&self->host->thresholds, &wrong))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, wrong->message);
      return NULL;
    }

  return g_steal_pointer (&self);
}

void
tropea_run_options_free (TropeaRunOptions *self)
{
  if (self == NULL)
    return;

  tropea_host_options_free (self->host);
  g_free (self->api_socket);
  g_clear_pointer (&self->control_password, tropea_secret_unref);
  g_free (self);
}
