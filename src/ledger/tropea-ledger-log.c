/* tropea-ledger-log.c: what a running ledger tells its operator
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger"

#include "config.h"

#include "ledger/tropea-ledger-log.h"

/* One line for each event, as key=value pairs. Sessions are never logged one by one, only how
 * many were refused for which reason; no key, no address, no circuit has a way in here, as all
 * words are this program's own.
 */

struct _TropeaLedgerLog
{
  TropeaLedgerMetrics *metrics;    /* (owned) */
  TropeaLedgerLogFunc  func;
  gpointer             user_data;  /* (unowned) */
  GHashTable          *seen;       /* (owned): "code=… rule=…" to a count, see refusal_cb () */
};

TropeaLedgerLog *
tropea_ledger_log_new (TropeaLedgerMetrics *metrics,
                       TropeaLedgerLogFunc  func,
                       gpointer             user_data)
{
  TropeaLedgerLog *self = NULL;

  g_return_val_if_fail (TROPEA_IS_LEDGER_METRICS (metrics) && func != NULL, NULL);

  self = g_new0 (TropeaLedgerLog, 1);
  self->metrics = g_object_ref (metrics);
  self->func = func;
  self->user_data = user_data;
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return self;
}

void
tropea_ledger_log_free (TropeaLedgerLog *self)
{
  if (self == NULL)
    return;

  g_clear_object (&self->metrics);
  g_clear_pointer (&self->seen, g_hash_table_unref);
  g_free (self);
}

/**
 * tropea_ledger_log_event:
 * @details: (nullable): more pairs
 */
void
tropea_ledger_log_event (TropeaLedgerLog *self,
                         const char      *event,
                         const char      *details)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
  g_autofree char *line = NULL;

  g_return_if_fail (self != NULL && event != NULL);

  line = g_strdup_printf ("time=%s level=info event=%s%s%s", time, event,
                          details != NULL ? " " : "", details != NULL ? details : "");
  self->func (line, self->user_data);
}

static void
refusal_cb (const char *code,
            const char *rule,
            guint64     n_sessions,
            gpointer    user_data)
{
  TropeaLedgerLog *self = user_data;
  g_autofree char *name = NULL;
  g_autofree char *details = NULL;
  guint64 *seen = NULL;

  if (g_str_equal (code, "accepted") || g_str_equal (code, "duplicate"))
    return;

  name = rule != NULL ? g_strdup_printf ("code=%s rule=%s", code, rule)
                      : g_strdup_printf ("code=%s", code);
  seen = g_hash_table_lookup (self->seen, name);
  if (seen == NULL)
    {
      seen = g_new0 (guint64, 1);
      g_hash_table_insert (self->seen, g_strdup (name), seen);
    }

  if (n_sessions == *seen)
    return;

  details = g_strdup_printf ("%s sessions=%" G_GUINT64_FORMAT, name, n_sessions - *seen);
  *seen = n_sessions;
  tropea_ledger_log_event (self, "refused", details);
}

/**
 * tropea_ledger_log_refusals:
 *
 * A line for each reason for which sessions were refused since the last call.
 */
void
tropea_ledger_log_refusals (TropeaLedgerLog *self)
{
  g_return_if_fail (self != NULL);

  tropea_ledger_metrics_foreach_verdict (self->metrics, refusal_cb, self);
}
