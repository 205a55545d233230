/* tropea-tor-process.c: one tor process, from spawn to reaped
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-process"

#include "config.h"

#include "tor/tropea-tor-process.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "tor/tropea-distribution.h"
#include "tor/tropea-exit-choice.h"
#include "tor/tropea-tor-backend.h"
#include "tor/tropea-tor-check.h"
#include "tor/tropea-torrc.h"

/* What a tor of before left behind could pass for the new one's: the socket and the cookie
 * go before the spawn. tor gets a process group of its own, because Ctrl-C in a terminal is
 * meant for us: we still want tor's last figures before it ends.
 */

#define READ_BYTES 4096

struct _TropeaTorProcess
{
  GObject           parent_instance;

  GSubprocess      *subprocess;  /* (owned) */
  GInputStream     *stream;      /* (owned): its standard output */
  GSource          *readable;    /* (owned) (nullable) */
  TropeaTorOutput  *output;      /* (owned) */
  char             *torrc;       /* (owned) */
  char             *socket;      /* (owned) */
};

enum
{
  EXITED,
  N_SIGNALS,
};

G_DEFINE_FINAL_TYPE (TropeaTorProcess, tropea_tor_process, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

/* Debian has tor in /usr/sbin, which is not in everybody's PATH. */
static char *
find_binary (const TropeaTorConfig  *config,
             GError                **error)
{
  static const char * const usual[] = { "/usr/sbin/tor", "/usr/bin/tor" };
  const char *wanted = config->binary != NULL ? config->binary : g_getenv ("TROPEA_TOR");
  char *found;

  if (wanted != NULL && *wanted != '\0')
    return g_strdup (wanted);

  found = g_find_program_in_path ("tor");
  for (gsize i = 0; i < G_N_ELEMENTS (usual) && found == NULL; i++)
    if (g_file_test (usual[i], G_FILE_TEST_IS_EXECUTABLE))
      found = g_strdup (usual[i]);

  if (found == NULL)
    {
      g_autofree char *package = tropea_distribution_describe_package ("tor");

      tropea_tor_problem_set_error (error, TROPEA_TOR_PROBLEM_NOT_INSTALLED, package, NULL);
    }

  return found;
}

/* @directory: where it was to go, or lay */
static void
set_directory_error (GError     **error,
                     const char  *directory,
                     const char  *reason,
                     int          code)
{
  if (code == ENOSPC || code == EDQUOT)
    tropea_tor_problem_set_error (error, TROPEA_TOR_PROBLEM_DISK_FULL, directory, NULL);
  else
    g_set_error_literal (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_DATA_DIRECTORY, reason);
}

static gboolean
make_directory (const char  *path,
                GError     **error)
{
  g_autofree char *reason = NULL;
  int code;

  if (g_mkdir_with_parents (path, 0700) == 0)
    return TRUE;

  code = errno;
  reason = g_strdup_printf ("The directory “%s” cannot be made (%s): choose another, or see to its "
                            "permissions", path, g_strerror (code));
  set_directory_error (error, path, reason, code);
  return FALSE;
}

static gboolean
delete_stale (char    *path,
              GError **error)
{
  g_autofree char *owned = path;

  if (g_unlink (owned) == 0 || errno == ENOENT || errno == ENOTDIR)
    return TRUE;

  g_set_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_DATA_DIRECTORY,
               "“%s”, which an earlier tor left, cannot be deleted (%s): delete it",
               owned, g_strerror (errno));
  return FALSE;
}

static gboolean
write_torrc (const TropeaTorConfig  *config,
             const char             *path,
             GError                **error)
{
  g_autofree char *appendix = NULL;
  g_autofree char *bridges = NULL;
  g_autofree char *exits = NULL;
  g_autofree char *added = NULL;
  g_autofree char *torrc = NULL;
  g_autofree char *reason = NULL;
  g_autoptr(GError) local_error = NULL;

  if (config->append_file != NULL)
    {
      appendix = tropea_torrc_load_append (config->append_file, error);
      if (appendix == NULL)
        return FALSE;
    }

  bridges = tropea_bridges_dup_torrc (config->bridge_mode,
                                      (const char * const *) config->bridges, error);
  if (bridges == NULL)
    return FALSE;

  exits = tropea_exit_choice_dup_torrc ((const char * const *) config->exit_countries,
                                        config->strict_exits, error);
  if (exits == NULL)
    return FALSE;

  added = g_strconcat (bridges, exits, appendix, NULL);
  torrc = tropea_torrc_write (config, getpid (), added, error);
  if (torrc == NULL)
    return FALSE;

  if (!g_file_set_contents_full (path, torrc, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                 &local_error))
    {
      reason = g_strdup_printf ("tor's configuration cannot be written (%s): free some space or "
                                "see to the permissions", local_error->message);
      set_directory_error (error, config->runtime_dir, reason,
                           g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOSPC)
                           ? ENOSPC : 0);
      return FALSE;
    }

  return TRUE;
}

static gboolean
prepare (const TropeaTorConfig  *config,
         const char             *torrc,
         GError                **error)
{
  return make_directory (config->runtime_dir, error)
         && make_directory (config->data_dir, error)
         && tropea_tor_check_directory (config, error)
         && tropea_tor_check_lock (config, error)
         && write_torrc (config, torrc, error)
         && delete_stale (tropea_tor_config_dup_control_socket (config), error)
         && delete_stale (tropea_tor_config_dup_cookie_file (config), error);
}

/* Runs in the child, between fork and exec. */
static void
leave_group (gpointer user_data)
{
  setpgid (0, 0);
}

static GSubprocess *
spawn (const char  *binary,
       const char  *torrc,
       GError     **error)
{
  g_autoptr(GSubprocessLauncher) launcher = NULL;
  g_autoptr(GError) local_error = NULL;
  GSubprocess *subprocess;

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                        | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_subprocess_launcher_set_child_setup (launcher, leave_group, NULL, NULL);
  subprocess = g_subprocess_launcher_spawn (launcher, &local_error, binary,
                                            "-f", torrc, "--defaults-torrc", "/dev/null", NULL);
  if (subprocess == NULL)
    {
      g_autofree char *package = tropea_distribution_describe_package ("tor");

      tropea_tor_problem_set_error (error, TROPEA_TOR_PROBLEM_NOT_EXECUTABLE, binary,
                                    local_error->message, package, NULL);
    }

  return subprocess;
}

/* Returns FALSE when there is nothing more to come. */
static gboolean
read_some (TropeaTorProcess *self,
           gboolean         *is_empty)
{
  g_autoptr(GError) error = NULL;
  char buffer[READ_BYTES];
  gssize length;

  length = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (self->stream),
                                                     buffer, sizeof buffer, NULL, &error);
  *is_empty = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  if (length > 0)
    tropea_tor_output_push (self->output, buffer, (gsize) length);

  return length > 0 || *is_empty;
}

static gboolean
readable_cb (GObject  *stream,
             gpointer  user_data)
{
  gboolean is_empty;

  return read_some (TROPEA_TOR_PROCESS (user_data), &is_empty);
}

static void
clear_readable (TropeaTorProcess *self)
{
  if (self->readable == NULL)
    return;

  g_source_destroy (self->readable);
  g_clear_pointer (&self->readable, g_source_unref);
}

/* All that tor printed is in the pipe by now, which holds 64 kB. A child of tor may still
 * have the other end, so the end of the pipe is nothing to wait for.
 */
static void
waited_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(TropeaTorProcess) self = user_data;
  gboolean is_empty = FALSE;

  g_subprocess_wait_finish (G_SUBPROCESS (object), result, NULL);

  clear_readable (self);
  while (!is_empty && read_some (self, &is_empty))
    ;

  g_signal_emit (self, signals[EXITED], 0);
}

static void
tropea_tor_process_dispose (GObject *object)
{
  TropeaTorProcess *self = TROPEA_TOR_PROCESS (object);

  clear_readable (self);

  G_OBJECT_CLASS (tropea_tor_process_parent_class)->dispose (object);
}

static void
tropea_tor_process_finalize (GObject *object)
{
  TropeaTorProcess *self = TROPEA_TOR_PROCESS (object);

  g_clear_object (&self->subprocess);
  g_clear_object (&self->stream);
  g_clear_pointer (&self->output, tropea_tor_output_free);
  g_clear_pointer (&self->torrc, g_free);
  g_clear_pointer (&self->socket, g_free);

  G_OBJECT_CLASS (tropea_tor_process_parent_class)->finalize (object);
}

static void
tropea_tor_process_class_init (TropeaTorProcessClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tropea_tor_process_dispose;
  object_class->finalize = tropea_tor_process_finalize;

  signals[EXITED] = g_signal_new ("exited", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tropea_tor_process_init (TropeaTorProcess *self)
{
  self->output = tropea_tor_output_new ();
}

/**
 * tropea_tor_process_spawn:
 *
 * Make the directories, write the torrc, delete what an earlier tor left and start tor. The
 * process object lives until tor has exited, whoever else holds it.
 *
 * Returns: (transfer full): the process; %NULL with %TROPEA_TOR_ERROR_NOT_INSTALLED,
 *   %TROPEA_TOR_ERROR_CONFIGURATION or %TROPEA_TOR_ERROR_DATA_DIRECTORY
 */
TropeaTorProcess *
tropea_tor_process_spawn (const TropeaTorConfig  *config,
                          GError                **error)
{
  g_autoptr(TropeaTorProcess) self = NULL;
  g_autofree char *torrc = NULL;
  g_autofree char *binary = NULL;

  g_return_val_if_fail (config != NULL, NULL);

  torrc = tropea_tor_config_dup_torrc_file (config);
  binary = find_binary (config, error);
  if (binary == NULL || !prepare (config, torrc, error))
    return NULL;

  self = g_object_new (TROPEA_TYPE_TOR_PROCESS, NULL);
  self->subprocess = spawn (binary, torrc, error);
  if (self->subprocess == NULL)
    {
      g_unlink (torrc);
      return NULL;
    }

  self->torrc = g_steal_pointer (&torrc);
  self->socket = tropea_tor_config_dup_control_socket (config);

  self->stream = g_object_ref (g_subprocess_get_stdout_pipe (self->subprocess));
  self->readable = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (self->stream),
                                                          NULL);
  g_source_set_callback (self->readable, G_SOURCE_FUNC (readable_cb), self, NULL);
  g_source_attach (self->readable, g_main_context_get_thread_default ());

  g_subprocess_wait_async (self->subprocess, NULL, waited_cb, g_object_ref (self));

  return g_steal_pointer (&self);
}

/* Ask tor to end. A tor that was stopped (SIGSTOP) gets the first signal by the second. */
void
tropea_tor_process_terminate (TropeaTorProcess *self)
{
  g_return_if_fail (TROPEA_IS_TOR_PROCESS (self));

  g_subprocess_send_signal (self->subprocess, SIGTERM);
  g_subprocess_send_signal (self->subprocess, SIGCONT);
}

void
tropea_tor_process_kill (TropeaTorProcess *self)
{
  g_return_if_fail (TROPEA_IS_TOR_PROCESS (self));

  g_subprocess_force_exit (self->subprocess);
}

/* Only once it has exited, and before another is started: a tor that was killed leaves its
 * socket, each one its torrc, and the folder of both is removed at the end if it is empty.
 */
void
tropea_tor_process_delete_files (TropeaTorProcess *self)
{
  g_return_if_fail (TROPEA_IS_TOR_PROCESS (self));

  g_unlink (self->torrc);
  g_unlink (self->socket);
}

/* (transfer none) */
TropeaTorOutput *
tropea_tor_process_get_output (TropeaTorProcess *self)
{
  g_return_val_if_fail (TROPEA_IS_TOR_PROCESS (self), NULL);

  return self->output;
}

/* Only once it has exited. Returns: (transfer full): such as "exit status 1" */
char *
tropea_tor_process_dup_how_it_ended (TropeaTorProcess *self)
{
  g_return_val_if_fail (TROPEA_IS_TOR_PROCESS (self), NULL);

  if (g_subprocess_get_if_signaled (self->subprocess))
    return g_strdup_printf ("signal %d, %s", g_subprocess_get_term_sig (self->subprocess),
                            g_strsignal (g_subprocess_get_term_sig (self->subprocess)));

  return g_strdup_printf ("exit status %d", g_subprocess_get_exit_status (self->subprocess));
}
