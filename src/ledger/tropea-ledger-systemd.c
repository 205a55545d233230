/* tropea-ledger-systemd.c: what a service manager hands over and wants to know
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger"

#include "config.h"

#include "ledger/tropea-ledger-systemd.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* sd_listen_fds(3) and sd_notify(3) are a few environment variables and one datagram, so no
 * library is needed. Without a service manager nothing here does anything.
 */

#define FIRST_FD 3

/**
 * tropea_ledger_systemd_dup_listen:
 * @address: (out) (transfer full) (nullable): where to listen; NULL where nothing was handed over
 */
gboolean
tropea_ledger_systemd_dup_listen (char   **address,
                                  GError **error)
{
  const char *pid_text = g_getenv ("LISTEN_PID");
  const char *count_text = g_getenv ("LISTEN_FDS");
  guint64 pid = 0;
  guint64 count = 0;

  g_return_val_if_fail (address != NULL, FALSE);

  *address = NULL;
  if (pid_text == NULL || count_text == NULL ||
      !g_ascii_string_to_unsigned (pid_text, 10, 1, G_MAXINT, &pid, NULL) ||
      (pid_t) pid != getpid ())
    return TRUE;

  if (!g_ascii_string_to_unsigned (count_text, 10, 1, 1, &count, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           "The service manager must hand over one socket: have one "
                           "ListenStream= in the socket unit");
      return FALSE;
    }

  (void) fcntl (FIRST_FD, F_SETFD, FD_CLOEXEC);
  *address = g_strdup_printf ("fd:%d", FIRST_FD);
  return TRUE;
}

/**
 * tropea_ledger_systemd_notify:
 * @state: such as "READY=1"
 */
void
tropea_ledger_systemd_notify (const char *state)
{
  const char *path = g_getenv ("NOTIFY_SOCKET");
  struct sockaddr_un address = { AF_UNIX };
  gsize length = path != NULL ? strlen (path) : 0;
  int fd = -1;

  g_return_if_fail (state != NULL);

  if (length < 2 || length >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@'))
    return;

  memcpy (address.sun_path, path, length);
  if (path[0] == '@')
    address.sun_path[0] = '\0';

  fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return;

  (void) sendto (fd, state, strlen (state), MSG_NOSIGNAL, (struct sockaddr *) &address,
                 (socklen_t) (G_STRUCT_OFFSET (struct sockaddr_un, sun_path) + length));
  close (fd);
}
