/* tropea-control-password.c: asks for the password of a control port
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-control-password"

#include "config.h"

#include "cli/tropea-control-password.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* From the terminal itself, whatever standard input and output are, and without an echo. What
 * is read goes to locked memory and is nowhere else.
 */

/* tor's own limit is far above what anybody types. */
#define LONGEST_BYTES 512

#define CTRL_C '\003'
#define CTRL_D '\004'
#define BACKSPACE '\b'
#define DELETE '\177'

static TropeaSecret *
keep (const guint8 *data,
      gsize         length)
{
  if (length > 0 && data[length - 1] == '\r')
    length--;

  return length > 0 ? tropea_secret_new_from_bytes (data, length) : NULL;
}

/* One line of @fd, without its end; %NULL for an empty one, an error, or a terminal's Ctrl-C. */
static TropeaSecret *
read_line (int      fd,
           gboolean has_keys)
{
  g_autoptr(TropeaSecret) buffer = tropea_secret_new (LONGEST_BYTES);
  guint8 *data = tropea_secret_get_data (buffer);
  gsize length = 0;

  while (length < LONGEST_BYTES)
    {
      gssize count = read (fd, data + length, 1);

      if (count < 0 && errno == EINTR)
        continue;
      if (count <= 0 || data[length] == '\n')
        break;

      if (has_keys && (data[length] == CTRL_C || data[length] == CTRL_D))
        return NULL;
      if (has_keys && (data[length] == DELETE || data[length] == BACKSPACE))
        length -= length > 0;
      else
        length++;
    }

  return keep (data, length);
}

/* Is there somebody to ask? */
gboolean
tropea_control_password_can_ask (void)
{
  int fd = open ("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

  gboolean is_ours;

  if (fd < 0)
    return FALSE;

  /* In the background of a shell the question would stop us. */
  is_ours = tcgetpgrp (fd) == getpgrp ();
  close (fd);

  return is_ours;
}

/**
 * tropea_control_password_ask:
 *
 * Waits for the answer, and for nothing else.
 *
 * Returns: (transfer full) (nullable): the password, %NULL where there was none
 */
TropeaSecret *
tropea_control_password_ask (void)
{
  static const char question[] = "Password of tor's control port: ";
  struct termios usual;
  struct termios silent;
  TropeaSecret *password;
  int fd = open ("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

  if (fd < 0)
    return NULL;
  if (tcgetattr (fd, &usual) != 0)
    {
      close (fd);
      return NULL;
    }

  silent = usual;
  /* Key by key, because Ctrl-C would only reach the main loop, which waits here. */
  silent.c_lflag &= ~(tcflag_t) (ECHO | ICANON | ISIG);
  tcsetattr (fd, TCSAFLUSH, &silent);
  password = write (fd, question, strlen (question)) > 0 ? read_line (fd, TRUE) : NULL;
  tcsetattr (fd, TCSAFLUSH, &usual);
  if (write (fd, "\n", 1) < 0)
    g_debug ("The terminal does not take a line end");
  close (fd);

  return password;
}

/**
 * tropea_control_password_read:
 *
 * Returns: (transfer full): the first line of the file; %NULL with a G_OPTION_ERROR
 */
TropeaSecret *
tropea_control_password_read (const char  *path,
                              GError     **error)
{
  g_autoptr(TropeaSecret) password = NULL;
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd < 0)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "--control-password-file “%s” cannot be read (%s)", path, g_strerror (errno));
      return NULL;
    }

  password = read_line (fd, FALSE);
  close (fd);
  if (password == NULL)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 "--control-password-file “%s” has no password in its first line", path);

  return g_steal_pointer (&password);
}
