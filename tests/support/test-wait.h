/* test-wait.h: waits on the main context without sleeping
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

/* Iterate the default main context until @condition holds; fail the test after @seconds. */
#define test_wait_until(condition, seconds)                                                 \
  G_STMT_START {                                                                            \
    guint test_wait_id = test_wait_start (seconds, G_STRFUNC, #condition);                  \
    while (!(condition))                                                                    \
      g_main_context_iteration (NULL, TRUE);                                                \
    g_source_remove (test_wait_id);                                                         \
  } G_STMT_END

guint         test_wait_start  (guint        seconds,
                                const char  *function,
                                const char  *condition);

/* A GAsyncReadyCallback that keeps the result: user_data is a GAsyncResult **. */
void          test_keep_result (GObject      *object,
                                GAsyncResult *result,
                                gpointer      user_data);
