/* slow-sync.c: makes every fsync and fdatasync of a program slower, for LD_PRELOAD
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <dlfcn.h>
#include <glib.h>
#include <time.h>
#include <unistd.h>

/* Many machines answer a flush from a cache and so hide what a commit costs on an honest disk.
 * SLOW_SYNC_US is what each flush waits before it is passed on.
 */

typedef int (*Sync) (int fd);

static int
sync_slowly (int         fd,
             const char *name)
{
  const char *setting = g_getenv ("SLOW_SYNC_US");
  guint64 wait_us = setting != NULL ? g_ascii_strtoull (setting, NULL, 10) : 0;
  struct timespec wait = { (time_t) (wait_us / G_USEC_PER_SEC),
                           (long) (wait_us % G_USEC_PER_SEC) * 1000 };
  Sync next = (Sync) dlsym (RTLD_NEXT, name);

  nanosleep (&wait, NULL);
  return next (fd);
}

int
fsync (int fd)
{
  return sync_slowly (fd, "fsync");
}

int
fdatasync (int fd)
{
  return sync_slowly (fd, "fdatasync");
}
