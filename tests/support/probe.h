/* probe.h: how long one turn of the main loop keeps the processor
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <time.h>

#include "test-wait.h"

/* Of this thread, so that what else the machine does is not counted. */
static inline gint64
probe_get_cpu_usec (void)
{
  struct timespec time = { 0 };

  g_assert_cmpint (clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time), ==, 0);

  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

/* Turn the default main context until @condition holds; @longest_usec (gint64) becomes the
 * longest turn, which is at least as long as the longest call in it. */
#define probe_until(condition, seconds, longest_usec)                                       \
  G_STMT_START {                                                                            \
    guint probe_id = test_wait_start (seconds, G_STRFUNC, #condition);                      \
    while (!(condition))                                                                    \
      {                                                                                     \
        gint64 probe_begun = probe_get_cpu_usec ();                                         \
        g_main_context_iteration (NULL, TRUE);                                              \
        (longest_usec) = MAX ((longest_usec), probe_get_cpu_usec () - probe_begun);         \
      }                                                                                     \
    g_source_remove (probe_id);                                                             \
  } G_STMT_END
