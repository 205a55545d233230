/* tor-tree.c: finds and awaits processes that a test's tor belongs to; removes its files
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tor-tree.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "test-wait.h"

/* The one child of @parent that is alive, or 0. */
int
test_find_child (int parent)
{
  g_autoptr(GDir) entries = g_dir_open ("/proc", 0, NULL);
  const char *name;

  g_assert_nonnull (entries);
  while ((name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "stat", NULL);
      g_autofree char *text = NULL;
      const char *rest;

      if (!g_ascii_isdigit (name[0]) || !g_file_get_contents (path, &text, NULL, NULL))
        continue;

      /* "pid (name) state ppid …"; the name may hold anything. */
      rest = g_strrstr (text, ") ");
      if (rest != NULL && rest[2] != 'Z' && atoi (rest + 4) == parent)
        return atoi (name);
    }

  return 0;
}

static gboolean
ended_cb (int          fd,
          GIOCondition condition,
          gpointer     user_data)
{
  gboolean *has_ended = user_data;

  *has_ended = TRUE;

  return G_SOURCE_REMOVE;
}

/* Of a process that need not be a child of ours. */
void
test_wait_for_process (int   pid,
                       guint seconds)
{
  gboolean has_ended = FALSE;
  int fd = (int) syscall (SYS_pidfd_open, pid, 0);

  if (fd < 0)
    return;

  g_unix_fd_add (fd, G_IO_IN, ended_cb, &has_ended);
  test_wait_until (has_ended, seconds);
  g_close (fd, NULL);
}

void
test_remove_tree (const char *path)
{
  g_autoptr(GDir) entries = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    entries = g_dir_open (path, 0, NULL);
  while (entries != NULL && (name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      test_remove_tree (child);
    }

  g_remove (path);
}
