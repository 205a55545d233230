/* tropea-tor-check.c: what can be known to be wrong before tor is started
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-check"

#include "config.h"

#include "tor/tropea-tor-check.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tor/tropea-proc.h"
#include "tor/tropea-tor-diagnosis.h"

/* tor would find most of this itself, some of it only after 5 s, and tells less.
 *
 * Tropea's own lock lets nobody else use the folder that tor's directory is in. So a tor that
 * runs there with a torrc of ours, whose owner has ended, is one that a crash left behind: it is
 * killed, before anything that it would delete at its end is made anew. Any other tor stays.
 */

/* A killed process that has nothing on a slow disk is gone in less than 1 ms. */
#define KILL_MS 250

/* tor cannot even write its cookie and state with less. */
#define SMALLEST_SPACE_BYTES (64 * 1024)

#define OWNER_OPTION "__OwningControllerProcess "

static char *
dup_directory_line (const TropeaTorConfig *config)
{
  return g_strdup_printf ("DataDirectory \"%s\"", config->data_dir);
}

/* The torrc that @pid was started with, if it can be read. */
static char *
read_torrc (int pid)
{
  g_auto(GStrv) arguments = tropea_proc_dup_arguments (pid);
  char *torrc = NULL;

  for (guint i = 0; arguments != NULL && arguments[i] != NULL && arguments[i + 1] != NULL; i++)
    if (g_str_equal (arguments[i], "-f") && torrc == NULL)
      g_file_get_contents (arguments[i + 1], &torrc, NULL, NULL);

  return torrc;
}

static gboolean
is_running (const char *pid_text)
{
  gint64 pid = g_ascii_strtoll (pid_text, NULL, 10);

  return pid > 0 && pid <= G_MAXINT && (kill ((pid_t) pid, 0) == 0 || errno != ESRCH);
}

/* Whether @pid is a tor that was started by us for this directory, and nobody owns any more. */
static gboolean
is_left_behind (const TropeaTorConfig *config,
                int                    pid)
{
  g_autofree char *name = tropea_proc_dup_name (pid);
  g_autofree char *torrc = read_torrc (pid);
  g_autofree char *line = dup_directory_line (config);
  const char *owner = torrc != NULL ? strstr (torrc, OWNER_OPTION) : NULL;

  return g_strcmp0 (name, "tor") == 0 && owner != NULL && strstr (torrc, line) != NULL
         && !is_running (owner + strlen (OWNER_OPTION));
}

/* Not a child of ours, so its end is seen by a descriptor of it. */
static gboolean
end_process (int pid)
{
  struct pollfd ended = { .events = POLLIN };
  gboolean is_ended;

  ended.fd = (int) syscall (SYS_pidfd_open, pid, 0);
  if (ended.fd < 0)
    return errno == ESRCH;

  is_ended = kill (pid, SIGKILL) == 0 && poll (&ended, 1, KILL_MS) == 1;
  close (ended.fd);

  return is_ended;
}

/**
 * tropea_tor_check_lock:
 *
 * See whether another tor uses the data directory. One that a crash of ours left is ended.
 */
gboolean
tropea_tor_check_lock (const TropeaTorConfig  *config,
                       GError                **error)
{
  g_autofree char *path = g_build_filename (config->data_dir, "lock", NULL);
  g_autofree char *real = realpath (path, NULL);
  gboolean is_locked;
  int pid;
  int fd = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

  if (fd < 0)
    return TRUE;

  is_locked = flock (fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  close (fd);
  if (!is_locked)
    return TRUE;

  pid = real != NULL ? tropea_proc_find_holder (real) : 0;
  if (pid > 0 && is_left_behind (config, pid) && end_process (pid))
    {
      g_debug ("A tor that was left behind is ended");
      return TRUE;
    }

  tropea_tor_problem_set_error (error, TROPEA_TOR_PROBLEM_DIRECTORY_LOCKED, config->data_dir,
                                NULL);
  return FALSE;
}

/**
 * tropea_tor_check_explain_directory:
 * @reason: what tor or the system says
 *
 * Returns: (transfer full): why the data directory cannot be used
 */
GError *
tropea_tor_check_explain_directory (const TropeaTorConfig *config,
                                    const char            *reason)
{
  struct statvfs space;
  struct stat info;

  if (statvfs (config->data_dir, &space) == 0
      && (guint64) space.f_bavail * space.f_frsize < SMALLEST_SPACE_BYTES)
    return tropea_tor_problem_new_error (TROPEA_TOR_PROBLEM_DISK_FULL, config->data_dir, NULL);

  if (stat (config->data_dir, &info) == 0 && info.st_uid != geteuid ())
    {
      g_autofree char *user = tropea_proc_dup_user (info.st_uid);

      return tropea_tor_problem_new_error (TROPEA_TOR_PROBLEM_DIRECTORY_FOREIGN, config->data_dir,
                                           user, NULL);
    }

  if (access (config->data_dir, R_OK | W_OK | X_OK) != 0 && errno != ENOENT && errno != ENOTDIR)
    return tropea_tor_problem_new_error (TROPEA_TOR_PROBLEM_DIRECTORY_UNWRITABLE,
                                         config->data_dir, g_strerror (errno), NULL);

  return tropea_tor_problem_new_error (TROPEA_TOR_PROBLEM_DATA_DIRECTORY, config->data_dir,
                                       reason, NULL);
}

/**
 * tropea_tor_check_directory:
 *
 * See whether the data directory, which is there, is ours and has room.
 */
gboolean
tropea_tor_check_directory (const TropeaTorConfig  *config,
                            GError                **error)
{
  g_autoptr(GError) wrong = tropea_tor_check_explain_directory (config, "");

  if (tropea_tor_problem_of_error (wrong) == TROPEA_TOR_PROBLEM_DATA_DIRECTORY)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&wrong));
  return FALSE;
}

static char *
describe_listener (const TropeaListener *listener)
{
  if (listener->pid != 0 && listener->is_tor)
    return g_strdup_printf (_("process %d"), listener->pid);
  if (listener->pid != 0 && listener->name != NULL)
    return g_strdup_printf (_("“%s” (process %d)"), listener->name, listener->pid);
  if (listener->is_tor)
    return g_strdup_printf (_("of the user “%s”"), listener->user);

  return g_strdup_printf (_("a program of the user “%s”"), listener->user);
}

/**
 * tropea_tor_check_explain_port:
 * @port: that tor could not bind
 * @is_taken: because somebody has it, or else because it is not for us
 *
 * Returns: (transfer full): who has it, as far as it can be known, and what to do
 */
GError *
tropea_tor_check_explain_port (const TropeaTorConfig *config,
                               guint                  port,
                               gboolean               is_taken)
{
  g_autoptr(TropeaListener) listener = is_taken ? tropea_proc_find_listener (port) : NULL;
  g_autofree char *number = g_strdup_printf ("%u", port);
  g_autofree char *owner = listener != NULL ? describe_listener (listener) : NULL;
  const char *name = _("The port");
  const char *setting = _("the torrc lines of your own");
  TropeaTorProblem problem = TROPEA_TOR_PROBLEM_PORT_IN_USE;

  if ((int) port == config->socks_port)
    {
      name = _("The SOCKS port");
      setting = "TOR_SOCKS_PORT";
    }
  else if ((int) port == config->control_port)
    {
      name = _("The control port");
      setting = "TOR_CONTROL_PORT";
    }

  if (!is_taken)
    problem = TROPEA_TOR_PROBLEM_PORT_RESERVED;
  else if (listener != NULL)
    problem = listener->is_tor ? TROPEA_TOR_PROBLEM_PORT_IN_USE_BY_TOR
                               : TROPEA_TOR_PROBLEM_PORT_IN_USE_BY_PROGRAM;

  return tropea_tor_problem_new_error (problem, name, number, setting, owner, NULL);
}
