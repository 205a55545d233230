/* main.c: tropea-ledger: options, listening, signals, the loop
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger"

#include "config.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/tropea-dashboard-door.h"
#include "ledger/tropea-ledger-audit.h"
#include "ledger/tropea-ledger-backup.h"
#include "ledger/tropea-ledger-config.h"
#include "ledger/tropea-ledger-database.h"
#include "ledger/tropea-ledger-identity.h"
#include "ledger/tropea-ledger-log.h"
#include "ledger/tropea-ledger-migrate.h"
#include "ledger/tropea-ledger-server.h"
#include "ledger/tropea-ledger-systemd.h"

/* The only file of the ledger that prints. Standard output has one line, once it listens, and
 * before it one for the dashboard where that has an address of its own.
 * Standard error has the log, a line for each event; whatever is wrong is one sentence there,
 * the last, and a status that is not 0. The command line wins over the configuration file.
 */

#define KEY_SUFFIX ".key"

/* Answers that are under way when the end is asked for. */
#define STOP_DEADLINE_MS 4000

#define REFUSALS_SECONDS 60

/* It was asked for what cannot be asked for, as tropeactl says it. */
#define EXIT_USAGE 2

typedef struct
{
  char     *listen;      /* (owned) */
  char     *database;    /* (owned) */
  char     *port_file;   /* (owned) (nullable) */
  char     *origin;      /* (owned) */
  char     *key_file;    /* (owned) (nullable) */
  char     *config_file; /* (owned) (nullable) */
  char     *dashboard;   /* (owned) (nullable) */
  char     *token_file;  /* (owned) (nullable) */
  char     *from;        /* (owned) (nullable) */
  char     *to;          /* (owned) (nullable) */
  gboolean  allows_simulation;
  gboolean  is_quiet;
  gboolean  ends_with_stdin;
  gboolean  shows_version;
} Options;

typedef struct
{
  TropeaLedgerServer *server;  /* (unowned) */
  TropeaLedgerLog    *log;     /* (unowned) */
  GMainLoop          *loop;    /* (unowned) */
  gboolean            is_stopping;
  GError             *error;   /* (owned) (nullable) */
} Run;

static void
options_clear (Options *options)
{
  g_clear_pointer (&options->listen, g_free);
  g_clear_pointer (&options->database, g_free);
  g_clear_pointer (&options->port_file, g_free);
  g_clear_pointer (&options->origin, g_free);
  g_clear_pointer (&options->key_file, g_free);
  g_clear_pointer (&options->config_file, g_free);
  g_clear_pointer (&options->dashboard, g_free);
  g_clear_pointer (&options->token_file, g_free);
  g_clear_pointer (&options->from, g_free);
  g_clear_pointer (&options->to, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static int
complain (const GError *error)
{
  g_printerr ("tropea-ledger: %s\n", error->message);

  return error->domain == G_OPTION_ERROR ? EXIT_USAGE : EXIT_FAILURE;
}

/* Processes that share a database are one ledger and need one key, so only a database that is
 * a file has a place for it.
 */
static char *
dup_key_path (const Options  *options,
              GError        **error)
{
  const char *path = tropea_ledger_database_get_path (options->database);

  if (options->key_file != NULL)
    return g_strdup (options->key_file);

  if (path != NULL)
    return g_strconcat (path, KEY_SUFFIX, NULL);

  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                       "Say where the ledger's own key is: --key-file PATH, the same key for "
                       "every process of this ledger");
  return NULL;
}

static gboolean
parse_options (Options   *options,
               int       *argc,
               char    ***argv,
               GError   **error)
{
  GOptionEntry entries[] = {
    { "listen", 0, 0, G_OPTION_ARG_STRING, &options->listen,
      "Where to listen (default 127.0.0.1:8471)", "HOST:PORT|unix:PATH" },
    { "database", 0, 0, G_OPTION_ARG_STRING, &options->database,
      "Where the ledger is kept", "sqlite:PATH|postgresql://…" },
    { "port-file", 0, 0, G_OPTION_ARG_FILENAME, &options->port_file,
      "Write the port there once it listens", "FILE" },
    { "origin", 0, 0, G_OPTION_ARG_STRING, &options->origin,
      "The ledger's name, which sessions are signed for (default local)", "NAME" },
    { "key-file", 0, 0, G_OPTION_ARG_FILENAME, &options->key_file,
      "The ledger's own key, made at first start (default: beside the database)", "PATH" },
    { "dashboard", 0, 0, G_OPTION_ARG_STRING, &options->dashboard,
      "Show the operator's dashboard there; on loopback without a token", "HOST:PORT" },
    { "admin-token-file", 0, 0, G_OPTION_ARG_FILENAME, &options->token_file,
      "Show the dashboard at the ledger's own address, to whoever knows the token (made at "
      "first start)", "PATH" },
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &options->config_file,
      "Read the rest from a configuration file; the command line wins", "FILE" },
    { "quiet", 0, 0, G_OPTION_ARG_NONE, &options->is_quiet,
      "Log nothing but errors", NULL },
    { "allow-simulation", 0, 0, G_OPTION_ARG_NONE, &options->allows_simulation,
      "Credit simulated sessions, in a grade of their own", NULL },
    { "exit-with-stdin", 0, 0, G_OPTION_ARG_NONE, &options->ends_with_stdin,
      "End when standard input ends", NULL },
    { "from", 0, 0, G_OPTION_ARG_STRING, &options->from,
      "With “migrate”: the ledger that moves", "DATABASE" },
    { "to", 0, 0, G_OPTION_ARG_STRING, &options->to,
      "With “migrate”: an empty database; with “backup”: a new file", "DATABASE|FILE" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->shows_version,
      "Print the version and end", NULL },
    { NULL },
  };
  g_autoptr(GOptionContext) context = g_option_context_new ("[verify|backup|migrate|rekey]");

  g_option_context_set_summary (context,
                                "Keeps a ledger of signed sessions. With “verify” it adds a "
                                "ledger up, with “backup” it copies one, both also while it "
                                "runs; with “migrate” it moves one that does not run to "
                                "another database and proves that they are equal; with “rekey” "
                                "one whose key is lost gets another.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    {
      g_prefix_error (error, "Try --help: ");
      return FALSE;
    }

  return TRUE;
}

static void
take_string (char **option,
             char **value)
{
  if (*option == NULL)
    *option = g_steal_pointer (value);
}

/* What the command line leaves open is the configuration file's, then the service manager's,
 * then the default. */
static gboolean
complete_options (Options             *options,
                  TropeaLedgerConfig  *config,
                  GError             **error)
{
  g_autofree char *handed_over = NULL;

  if ((options->config_file != NULL &&
       !tropea_ledger_config_load (config, options->config_file, error)) ||
      !tropea_ledger_systemd_dup_listen (&handed_over, error))
    return FALSE;

  take_string (&options->listen, &handed_over);
  take_string (&options->listen, &config->listen);
  take_string (&options->database, &config->database);
  take_string (&options->origin, &config->origin);
  take_string (&options->key_file, &config->key_file);
  take_string (&options->dashboard, &config->dashboard);
  take_string (&options->token_file, &config->admin_token_file);
  options->is_quiet |= config->is_quiet;
  config->policy.accepts_simulation |= options->allows_simulation;

  if (options->listen == NULL)
    options->listen = g_strdup ("127.0.0.1:8471");
  if (options->origin != NULL && !tropea_record_is_valid_origin (options->origin))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           "A ledger's name is like a host's: lower-case letters, digits, dots "
                           "and hyphens");
      return FALSE;
    }

  return TRUE;
}

static int
run_verify (const Options            *options,
            const TropeaLedgerConfig *config)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TropeaLedgerStore) store = NULL;
  gint64 n_sessions = 0;
  gint64 n_keys = 0;

  store = tropea_ledger_database_open_present (options->database, &error);
  if (store == NULL ||
      !tropea_ledger_audit (store, tropea_ledger_store_get_origin (store), &n_sessions, &n_keys,
                            &error))
    return complain (error);

  g_print ("%" G_GINT64_FORMAT " sessions of %" G_GINT64_FORMAT " keys: every signature "
           "verifies, every balance and every day is the sum of its sessions, all balances "
           "together are zero, and the log has every session and makes the head that is signed\n",
           n_sessions, n_keys);
  return 0;
}

static int
run_migrate (const Options            *options,
             const TropeaLedgerConfig *config)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TropeaLedgerStore) from = NULL;
  g_autoptr(TropeaLedgerStore) to = NULL;
  gint64 n_sessions = 0;

  if (options->from == NULL || options->to == NULL)
    {
      g_printerr ("tropea-ledger: Say from where to where: migrate --from sqlite:PATH --to "
                  "postgresql://USER@HOST/NAME\n");
      return EXIT_USAGE;
    }

  from = tropea_ledger_database_open_present (options->from, &error);
  if (from == NULL)
    return complain (error);

  to = tropea_ledger_database_open (options->to, tropea_ledger_store_get_origin (from), &error);
  if (to == NULL || !tropea_ledger_migrate (from, to, &n_sessions, &error))
    return complain (error);

  g_print ("%" G_GINT64_FORMAT " sessions have moved: every session and every balance is equal "
           "in both\n", n_sessions);
  return 0;
}

static int
run_backup (const Options            *options,
            const TropeaLedgerConfig *config)
{
  const char *path = tropea_ledger_database_get_path (options->database);
  g_autoptr(GError) error = NULL;
  gint64 n_sessions = 0;

  if (path == NULL || options->to == NULL)
    {
      g_printerr ("tropea-ledger: Say what to copy and where to: backup --database sqlite:PATH "
                  "--to FILE (PostgreSQL has tools of its own: pg_dump)\n");
      return EXIT_USAGE;
    }

  if (!tropea_ledger_backup (path, options->to, &n_sessions, &error))
    return complain (error);

  g_print ("%" G_GINT64_FORMAT " sessions copied\n", n_sessions);
  return 0;
}

static int
run_rekey (const Options            *options,
           const TropeaLedgerConfig *config)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TropeaLedgerStore) store = NULL;
  g_autofree char *key_path = NULL;

  if (!tropea_ledger_database_check_name (options->database, &error) ||
      (key_path = dup_key_path (options, &error)) == NULL ||
      (store = tropea_ledger_database_open_present (options->database, &error)) == NULL ||
      !tropea_ledger_identity_replace (store, key_path, &error))
    return complain (error);

  g_print ("The ledger's key is now the one in “%s”: start all its processes with it\n",
           key_path);
  return 0;
}

static void
stopped_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  Run *run = user_data;

  tropea_ledger_server_stop_finish (TROPEA_LEDGER_SERVER (object), result, NULL);
  g_main_loop_quit (run->loop);
}

static void
stop (Run *run)
{
  if (run->is_stopping)
    return;

  run->is_stopping = TRUE;
  tropea_ledger_log_event (run->log, "stopping", NULL);
  tropea_ledger_systemd_notify ("STOPPING=1");
  tropea_ledger_server_stop_async (run->server, STOP_DEADLINE_MS, stopped_cb, run);
}

static gboolean
signal_cb (gpointer user_data)
{
  stop (user_data);

  return G_SOURCE_CONTINUE;
}

static gboolean
stdin_cb (int           fd,
          GIOCondition  condition,
          gpointer      user_data)
{
  char ignored[512];
  gssize n_read = read (fd, ignored, sizeof ignored);

  if (n_read > 0 || (n_read < 0 && (errno == EINTR || errno == EAGAIN)))
    return G_SOURCE_CONTINUE;

  stop (user_data);
  return G_SOURCE_REMOVE;
}

static void
failed_cb (TropeaLedgerServer *server,
           const GError       *error,
           gpointer            user_data)
{
  Run *run = user_data;

  g_clear_error (&run->error);
  run->error = g_error_copy (error);
  g_prefix_error (&run->error, "The ledger could not be written and ends, to recover from what "
                  "is on disk when it is started again: ");
  stop (run);
}

static gboolean
announce (TropeaLedgerServer  *server,
          const Options       *options,
          GError             **error)
{
  if (options->port_file != NULL)
    {
      g_autofree char *text = g_strdup_printf ("%u\n", tropea_ledger_server_get_port (server));

      /* Renamed into place: whoever sees the file sees the whole port. */
      if (!g_file_set_contents (options->port_file, text, -1, error))
        {
          g_prefix_error (error, "The port file cannot be written, name one in a folder that you "
                                 "can write to: ");
          return FALSE;
        }
    }

  if (tropea_ledger_server_get_operator_url (server) != NULL)
    g_print ("dashboard %s\n", tropea_ledger_server_get_operator_url (server));
  g_print ("listening %s\n", tropea_ledger_server_get_url (server));
  fflush (stdout);
  return TRUE;
}

static void
print_line_cb (const char *line,
               gpointer    user_data)
{
  const Options *options = user_data;

  if (!options->is_quiet)
    g_printerr ("%s\n", line);
}

static gboolean
log_refusals_cb (gpointer user_data)
{
  tropea_ledger_log_refusals (user_data);

  return G_SOURCE_CONTINUE;
}

static int
run_loop (TropeaLedgerServer *server,
          const Options      *options)
{
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr(TropeaLedgerLog) log = tropea_ledger_log_new (
    tropea_ledger_server_get_metrics (server), print_line_cb, (gpointer) options);
  Run run = { server, log, loop, FALSE, NULL };
  g_autoptr(GError) error = NULL;
  guint term_id = g_unix_signal_add (SIGTERM, signal_cb, &run);
  guint int_id = g_unix_signal_add (SIGINT, signal_cb, &run);
  guint refusals_id = 0;
  guint stdin_id = 0;
  gulong failed_id = g_signal_connect (server, "failed", G_CALLBACK (failed_cb), &run);

  if (options->ends_with_stdin)
    stdin_id = g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, stdin_cb, &run);

  /* Whoever hears of it may ask for the end at once. */
  if (announce (server, options, &run.error))
    {
      tropea_ledger_log_event (log, "start", "version=" TROPEA_VERSION);
      refusals_id = g_timeout_add_seconds (REFUSALS_SECONDS, log_refusals_cb, log);
      tropea_ledger_systemd_notify ("READY=1");
      g_main_loop_run (loop);
      g_source_remove (refusals_id);
      tropea_ledger_log_refusals (log);
      tropea_ledger_log_event (log, "stop", NULL);
    }

  g_signal_handler_disconnect (server, failed_id);
  g_source_remove (term_id);
  g_source_remove (int_id);
  if (stdin_id != 0 && g_main_context_find_source_by_id (NULL, stdin_id) != NULL)
    g_source_remove (stdin_id);
  if (options->port_file != NULL)
    g_unlink (options->port_file);

  error = run.error;
  return error != NULL ? complain (error) : 0;
}

/* An address that others reach wants a token, whatever else is said. */
static TropeaHttpListener *
open_dashboard (const Options  *options,
                GError        **error)
{
  g_autoptr(TropeaHttpListener) listener = tropea_http_listener_open (options->dashboard, error);

  if (listener == NULL || options->token_file != NULL ||
      tropea_http_listener_is_loopback (listener))
    return g_steal_pointer (&listener);

  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                       "Others can reach the dashboard's address: add --admin-token-file PATH, or "
                       "choose 127.0.0.1");
  return NULL;
}

static int
run_server (const Options            *options,
            const TropeaLedgerConfig *config)
{
  const char *origin = options->origin != NULL ? options->origin : "local";
  g_autoptr(GError) error = NULL;
  g_autoptr(TropeaClock) clock = tropea_system_clock_new ();
  g_autoptr(TropeaHttpListener) listener = NULL;
  g_autoptr(TropeaHttpListener) dashboard = NULL;
  g_autoptr(TropeaLedgerStore) store = NULL;
  g_autoptr(TropeaLedgerServer) server = NULL;
  g_autoptr(TropeaSecret) key = NULL;
  g_autoptr(TropeaSecret) token = NULL;
  g_autofree char *key_path = NULL;

  /* What can be wrong with the options is found out before a new database gets a name and a
   * key for ever. */
  if (!tropea_ledger_database_check_name (options->database, &error) ||
      (key_path = dup_key_path (options, &error)) == NULL ||
      (listener = tropea_http_listener_open (options->listen, &error)) == NULL ||
      (options->dashboard != NULL && (dashboard = open_dashboard (options, &error)) == NULL) ||
      (options->token_file != NULL &&
       (token = tropea_dashboard_token_load (options->token_file, &error)) == NULL) ||
      (store = tropea_ledger_database_open (options->database, origin, &error)) == NULL ||
      (key = tropea_ledger_identity_settle (store, key_path, &error)) == NULL ||
      !tropea_ledger_identity_open_log (store, key, &error))
    return complain (error);

  server = tropea_ledger_server_new (store, clock, &config->policy, origin, key);
  tropea_ledger_server_set_limits (server, &config->limits, config->serves_metrics);
  if (token != NULL)
    tropea_ledger_server_set_token (server, token);
  if ((dashboard != NULL &&
       !tropea_ledger_server_listen_for_operator (server, dashboard, &error)) ||
      !tropea_ledger_server_listen (server, listener, &error))
    return complain (error);

  return run_loop (server, options);
}

static const struct
{
  const char  *name;
  int        (*run) (const Options            *options,
                     const TropeaLedgerConfig *config);
} commands[] = {
  { "verify", run_verify },
  { "backup", run_backup },
  { "migrate", run_migrate },
  { "rekey", run_rekey },
};

static int
run_command (const char               *name,
             const Options            *options,
             const TropeaLedgerConfig *config)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (strcmp (commands[i].name, name) == 0)
        return commands[i].run (options, config);
    }

  g_printerr ("tropea-ledger: The commands are “verify”, “backup”, “migrate” and “rekey”: "
              "try --help\n");
  return EXIT_USAGE;
}

int
main (int    argc,
      char **argv)
{
  g_auto(Options) options = { NULL };
  g_auto(TropeaLedgerConfig) config = TROPEA_LEDGER_CONFIG_DEFAULT;
  g_autoptr(GError) error = NULL;

  setlocale (LC_ALL, "");
  signal (SIGPIPE, SIG_IGN);
  umask (0077);

  if (!parse_options (&options, &argc, &argv, &error) ||
      !complete_options (&options, &config, &error) || !tropea_secret_init (&error))
    return complain (error);

  if (options.shows_version)
    {
      g_print ("tropea-ledger %s\n", TROPEA_VERSION);
      return 0;
    }

  if (argc > 2)
    {
      g_printerr ("tropea-ledger: One command at a time: try --help\n");
      return EXIT_USAGE;
    }

  return argc == 2 ? run_command (argv[1], &options, &config) : run_server (&options, &config);
}
