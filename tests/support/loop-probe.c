/* loop-probe.c: how long the main loop is away at most
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "loop-probe.h"

#include <time.h>

static gint64
get_cpu_usec (void)
{
  struct timespec time = { 0 };

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);

  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static void
wait_ready (GMainContext *context,
            GArray       *fds,
            int          *priority)
{
  int timeout_ms = 0;
  int n_fds = 0;

  g_main_context_prepare (context, priority);
  n_fds = g_main_context_query (context, *priority, &timeout_ms, (GPollFD *) (void *) fds->data,
                                (int) fds->len);
  if (n_fds > (int) fds->len)
    {
      g_array_set_size (fds, (guint) n_fds);
      n_fds = g_main_context_query (context, *priority, &timeout_ms,
                                    (GPollFD *) (void *) fds->data, n_fds);
    }
  g_poll ((GPollFD *) (void *) fds->data, (guint) n_fds, timeout_ms);
  g_main_context_check (context, *priority, (GPollFD *) (void *) fds->data, n_fds);
}

void
loop_probe_iterate (LoopProbe *self)
{
  GMainContext *context = g_main_context_default ();
  g_autoptr(GArray) fds = g_array_new (FALSE, TRUE, sizeof (GPollFD));
  gint64 cpu_usec = 0;
  gint64 wall_usec = 0;
  int priority = 0;

  g_assert_true (g_main_context_acquire (context));
  wait_ready (context, fds, &priority);
  cpu_usec = get_cpu_usec ();
  wall_usec = g_get_monotonic_time ();
  g_main_context_dispatch (context);
  self->cpu_usec = MAX (self->cpu_usec, get_cpu_usec () - cpu_usec);
  self->wall_usec = MAX (self->wall_usec, g_get_monotonic_time () - wall_usec);
  self->n_dispatches++;
  g_main_context_release (context);
}
