/* tropea-ledger-metrics.c: what a running ledger counts
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-metrics"

#include "config.h"

#include "ledger/tropea-ledger-metrics.h"

/* Counts of everybody together, in the text format of Prometheus (0.0.4). Every label is a word
 * of this program: a route, a status, a code, a rule. Nothing here is of one client, and
 * nothing is kept when the process ends.
 */

#define MAX_BUCKETS 12

typedef struct
{
  const char *name;    /* of a route, or a code: static */
  const char *detail;  /* (nullable): a rule: static */
  guint       status;
  guint64     n;
} Count;

typedef struct
{
  guint64 in_bucket[MAX_BUCKETS + 1];
  guint64 n;
  gint64  sum;
} Histogram;

static const gint64 group_ends[] = { 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024 };
static const gint64 duration_ends_usec[] = {
  100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 1000000,
};

G_STATIC_ASSERT (G_N_ELEMENTS (group_ends) <= MAX_BUCKETS);
G_STATIC_ASSERT (G_N_ELEMENTS (duration_ends_usec) <= MAX_BUCKETS);

struct _TropeaLedgerMetrics
{
  GObject    parent_instance;

  GMutex     mutex;         /* for what follows */
  GArray    *requests;      /* (owned), of Count */
  GArray    *refusals;      /* (owned), of Count */
  GArray    *verdicts;      /* (owned), of Count */
  Histogram  groups;
  Histogram  durations;
  guint64    store_errors;
};

G_DEFINE_FINAL_TYPE (TropeaLedgerMetrics, tropea_ledger_metrics, G_TYPE_OBJECT)

static void
tropea_ledger_metrics_finalize (GObject *object)
{
  TropeaLedgerMetrics *self = TROPEA_LEDGER_METRICS (object);

  g_clear_pointer (&self->requests, g_array_unref);
  g_clear_pointer (&self->refusals, g_array_unref);
  g_clear_pointer (&self->verdicts, g_array_unref);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (tropea_ledger_metrics_parent_class)->finalize (object);
}

static void
tropea_ledger_metrics_class_init (TropeaLedgerMetricsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tropea_ledger_metrics_finalize;
}

static void
tropea_ledger_metrics_init (TropeaLedgerMetrics *self)
{
  g_mutex_init (&self->mutex);
  self->requests = g_array_new (FALSE, FALSE, sizeof (Count));
  self->refusals = g_array_new (FALSE, FALSE, sizeof (Count));
  self->verdicts = g_array_new (FALSE, FALSE, sizeof (Count));
}

TropeaLedgerMetrics *
tropea_ledger_metrics_new (void)
{
  return g_object_new (TROPEA_TYPE_LEDGER_METRICS, NULL);
}

/* There are few of them, as each is a place in the program. */
static void
add_one (GArray     *counts,
         const char *name,
         const char *detail,
         guint       status)
{
  Count added = { name, detail, status, 1 };

  for (guint i = 0; i < counts->len; i++)
    {
      Count *count = &g_array_index (counts, Count, i);

      if (count->status == status && g_strcmp0 (count->name, name) == 0 &&
          g_strcmp0 (count->detail, detail) == 0)
        {
          count->n++;
          return;
        }
    }

  g_array_append_val (counts, added);
}

static void
observe (Histogram    *self,
         const gint64 *ends,
         gsize         n_ends,
         gint64        value)
{
  gsize i = 0;

  while (i < n_ends && value > ends[i])
    i++;
  self->in_bucket[i]++;
  self->n++;
  self->sum += value;
}

/**
 * tropea_ledger_metrics_count_request:
 * @path: (nullable): of the route, static
 * @status: 0: the client was gone
 * @code: (nullable): why it was refused; static
 * @rule: (nullable): static
 *
 * From any thread, as all that follow.
 */
void
tropea_ledger_metrics_count_request (TropeaLedgerMetrics *self,
                                     const char          *path,
                                     guint                status,
                                     const char          *code,
                                     const char          *rule)
{
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = NULL;

  g_return_if_fail (TROPEA_IS_LEDGER_METRICS (self));

  locker = g_mutex_locker_new (&self->mutex);
  add_one (self->requests, path != NULL ? path : "other", NULL, status);
  if (code != NULL)
    add_one (self->refusals, code, rule, 0);
}

/**
 * tropea_ledger_metrics_count_verdict:
 * @code: "accepted", "duplicate", or the code of a refusal; static
 * @rule: (nullable): static
 */
void
tropea_ledger_metrics_count_verdict (TropeaLedgerMetrics *self,
                                     const char          *code,
                                     const char          *rule)
{
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = NULL;

  g_return_if_fail (TROPEA_IS_LEDGER_METRICS (self) && code != NULL);

  locker = g_mutex_locker_new (&self->mutex);
  add_one (self->verdicts, code, rule, 0);
}

void
tropea_ledger_metrics_count_commit (TropeaLedgerMetrics *self,
                                    guint                n_sessions,
                                    gint64               took_usec,
                                    gboolean             is_committed)
{
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = NULL;

  g_return_if_fail (TROPEA_IS_LEDGER_METRICS (self));

  locker = g_mutex_locker_new (&self->mutex);
  if (is_committed)
    {
      observe (&self->groups, group_ends, G_N_ELEMENTS (group_ends), n_sessions);
      observe (&self->durations, duration_ends_usec, G_N_ELEMENTS (duration_ends_usec),
               took_usec);
    }
  else
    self->store_errors++;
}

/**
 * tropea_ledger_metrics_foreach_verdict:
 * @func: (scope call): with the sum since the start
 */
void
tropea_ledger_metrics_foreach_verdict (TropeaLedgerMetrics     *self,
                                       TropeaLedgerMetricsFunc  func,
                                       gpointer                 user_data)
{
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = NULL;

  g_return_if_fail (TROPEA_IS_LEDGER_METRICS (self) && func != NULL);

  locker = g_mutex_locker_new (&self->mutex);
  for (guint i = 0; i < self->verdicts->len; i++)
    {
      const Count *count = &g_array_index (self->verdicts, Count, i);

      func (count->name, count->detail, count->n, user_data);
    }
}

static void
append_head (GString    *text,
             const char *name,
             const char *type,
             const char *help)
{
  g_string_append_printf (text, "# HELP tropea_ledger_%s %s\n# TYPE tropea_ledger_%s %s\n",
                          name, help, name, type);
}

static void
append_requests (TropeaLedgerMetrics *self,
                 GString             *text)
{
  append_head (text, "requests_total", "counter", "Requests by route and status.");
  for (guint i = 0; i < self->requests->len; i++)
    {
      const Count *count = &g_array_index (self->requests, Count, i);

      g_string_append_printf (text, "tropea_ledger_requests_total{route=\"%s\",status=\"%u\"} %"
                              G_GUINT64_FORMAT "\n", count->name, count->status, count->n);
    }
}

static void
append_codes (GString      *text,
              const char   *name,
              const char   *help,
              const GArray *counts)
{
  append_head (text, name, "counter", help);
  for (guint i = 0; i < counts->len; i++)
    {
      const Count *count = &g_array_index (counts, Count, i);

      g_string_append_printf (text, "tropea_ledger_%s{code=\"%s\",rule=\"%s\"} %"
                              G_GUINT64_FORMAT "\n", name, count->name,
                              count->detail != NULL ? count->detail : "", count->n);
    }
}

/* @unit: 1, or 1000000 where the values are microseconds and seconds are shown. */
static void
append_histogram (GString         *text,
                  const char      *name,
                  const Histogram *histogram,
                  const gint64    *ends,
                  gsize            n_ends,
                  gint64           unit)
{
  guint64 n_below = 0;
  char number[G_ASCII_DTOSTR_BUF_SIZE] = { 0 };

  for (gsize i = 0; i < n_ends; i++)
    {
      n_below += histogram->in_bucket[i];
      g_ascii_formatd (number, sizeof number, "%g", (double) ends[i] / (double) unit);
      g_string_append_printf (text, "tropea_ledger_%s_bucket{le=\"%s\"} %" G_GUINT64_FORMAT "\n",
                              name, number, n_below);
    }
  g_ascii_formatd (number, sizeof number, "%.6f", (double) histogram->sum / (double) unit);
  g_string_append_printf (text,
                          "tropea_ledger_%s_bucket{le=\"+Inf\"} %" G_GUINT64_FORMAT "\n"
                          "tropea_ledger_%s_sum %s\n"
                          "tropea_ledger_%s_count %" G_GUINT64_FORMAT "\n",
                          name, histogram->n, name, number, name, histogram->n);
}

/**
 * tropea_ledger_metrics_dup_text:
 * @n_queued: sessions that wait for their commit now
 */
char *
tropea_ledger_metrics_dup_text (TropeaLedgerMetrics *self,
                                guint                n_queued)
{
  GString *text = g_string_new (NULL);
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = NULL;

  g_return_val_if_fail (TROPEA_IS_LEDGER_METRICS (self), g_string_free (text, FALSE));

  locker = g_mutex_locker_new (&self->mutex);
  append_requests (self, text);
  append_codes (text, "refused_requests_total",
                "Requests of every kind that were refused as a whole, by why.", self->refusals);
  append_codes (text, "sessions_total",
                "Sessions by what was said of them, and the rule where one was broken.",
                self->verdicts);
  append_head (text, "queued_sessions", "gauge", "Sessions that wait for their commit.");
  g_string_append_printf (text, "tropea_ledger_queued_sessions %u\n", n_queued);
  append_head (text, "commit_sessions", "histogram", "Sessions in one commit.");
  append_histogram (text, "commit_sessions", &self->groups, group_ends,
                    G_N_ELEMENTS (group_ends), 1);
  append_head (text, "commit_seconds", "histogram", "What a commit took, disk included.");
  append_histogram (text, "commit_seconds", &self->durations, duration_ends_usec,
                    G_N_ELEMENTS (duration_ends_usec), G_USEC_PER_SEC);
  append_head (text, "store_errors_total", "counter", "Commits that failed.");
  g_string_append_printf (text, "tropea_ledger_store_errors_total %" G_GUINT64_FORMAT "\n",
                          self->store_errors);

  return g_string_free (text, FALSE);
}
