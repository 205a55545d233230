/* test-wait.c: waits on the main context without sleeping
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "test-wait.h"

typedef struct
{
  const char *function;
  const char *condition;
} Wait;

static gboolean
time_is_up (gpointer data)
{
  const Wait *wait = data;

  g_error ("%s: “%s” did not become true in time", wait->function, wait->condition);

  return G_SOURCE_REMOVE;
}

guint
test_wait_start (guint       seconds,
                 const char *function,
                 const char *condition)
{
  Wait *wait = g_new0 (Wait, 1);

  wait->function = function;
  wait->condition = condition;

  return g_timeout_add_seconds_full (G_PRIORITY_DEFAULT, seconds, time_is_up, wait, g_free);
}

void
test_keep_result (GObject      *object,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  GAsyncResult **kept = user_data;

  g_assert_null (*kept);
  *kept = g_object_ref (result);
}
