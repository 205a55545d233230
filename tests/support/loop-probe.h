/* loop-probe.h: how long the main loop is away at most
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

/**
 * LoopProbe:
 * @cpu_usec: the longest time on a processor between two polls
 * @wall_usec: the same by the clock, which other programs lengthen too
 * @n_dispatches: how often something was to do
 *
 * All sources that are ready at once count as one call, so it is never shorter than the
 * longest call.
 */
typedef struct
{
  gint64 cpu_usec;
  gint64 wall_usec;
  guint  n_dispatches;
} LoopProbe;

/* Iterate the default main context once, as g_main_context_iteration (NULL, TRUE) does. */
void loop_probe_iterate (LoopProbe *self);
