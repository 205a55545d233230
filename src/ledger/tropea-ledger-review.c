/* tropea-ledger-review.c: what an operator should look at
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger"

#include "config.h"

#include "ledger/tropea-ledger-review.h"

#include "ledger/tropea-dashboard-html.h"

/* Rules that accuse nobody: each says what is unusual, with its figures, and a human decides. */

#define WEEK_HOURS (7 * 24)

/* A rule that finds more than this finds what is usual here. */
#define MAX_FINDINGS_PER_RULE 20

static void
finding_free (TropeaLedgerFinding *self)
{
  g_free (self->evidence);
  g_array_unref (self->places);
  g_free (self);
}

static TropeaLedgerFinding *
finding_new (const char *rule,
             char       *evidence)
{
  TropeaLedgerFinding *self = g_new0 (TropeaLedgerFinding, 1);

  self->rule = rule;
  self->evidence = evidence;
  self->places = g_array_new (FALSE, FALSE, sizeof (guint));

  return self;
}

static void
add_place (TropeaLedgerFinding *self,
           guint                place)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      if (g_array_index (self->places, guint, i) == place)
        return;
    }

  g_array_append_val (self->places, place);
}

static char *
describe_rate (const TropeaLedgerKeyFacts *key,
               gint64                      usual_bytes_per_s)
{
  g_autofree char *bytes = tropea_dashboard_dup_count (key->fastest_bytes);
  g_autofree char *seconds = tropea_dashboard_dup_count (key->fastest_duration_s);
  g_autofree char *rate = NULL;
  g_autofree char *usual = tropea_dashboard_dup_count (usual_bytes_per_s);

  rate = tropea_dashboard_dup_count (key->fastest_bytes / key->fastest_duration_s);
  return g_strdup_printf ("A session says %s bytes in %s s, which is %s bytes a second; up to %s "
                          "are usual", bytes, seconds, rate, usual);
}

static void
find_rates (GPtrArray                     *findings,
            TropeaLedgerStatistics        *statistics,
            const TropeaLedgerReviewRules *rules)
{
  guint n_found = 0;

  for (guint i = 0; i < tropea_ledger_statistics_get_n_keys (statistics); i++)
    {
      const TropeaLedgerKeyFacts *key = tropea_ledger_statistics_get_key (statistics, i);
      TropeaLedgerFinding *finding = NULL;

      if (key->fastest_duration_s == 0 || n_found == MAX_FINDINGS_PER_RULE ||
          key->fastest_bytes / key->fastest_duration_s <= rules->max_bytes_per_s)
        continue;

      finding = finding_new ("rate", describe_rate (key, rules->max_bytes_per_s));
      add_place (finding, i);
      g_ptr_array_add (findings, finding);
      n_found++;
    }
}

static TropeaLedgerFinding *
describe_burst (const TropeaLedgerHour *hour,
                guint                   n_others)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc (hour->hour * 3600);
  g_autofree char *text = g_date_time_format (time, "%Y-%m-%d %H:00 UTC");
  TropeaLedgerFinding *finding = finding_new ("new-keys", g_strdup_printf (
    "%u new keys came in the hour from %s, and %u in all other hours of the week",
    hour->new_keys->len, text, n_others));

  g_array_append_vals (finding->places, hour->new_keys->data, hour->new_keys->len);

  return finding;
}

/* An hour is compared with the average of the other hours of the week. */
static void
find_bursts (GPtrArray                     *findings,
             TropeaLedgerStatistics        *statistics,
             const TropeaLedgerReviewRules *rules,
             gint64                         now_hour)
{
  g_autoptr(GPtrArray) hours = NULL;
  guint n_all = 0;
  guint n_found = 0;

  hours = tropea_ledger_statistics_list_hours (statistics, now_hour - WEEK_HOURS + 1);
  for (guint i = 0; i < hours->len; i++)
    n_all += ((const TropeaLedgerHour *) g_ptr_array_index (hours, i))->new_keys->len;

  for (guint i = 0; i < hours->len && n_found < MAX_FINDINGS_PER_RULE; i++)
    {
      const TropeaLedgerHour *hour = g_ptr_array_index (hours, i);
      guint64 n_new = hour->new_keys->len;
      guint64 n_others = n_all - n_new;

      if (n_new >= rules->n_new_keys &&
          n_new * (WEEK_HOURS - 1) >= rules->new_keys_factor * n_others)
        {
          g_ptr_array_add (findings, describe_burst (hour, (guint) n_others));
          n_found++;
        }
    }
}

static void
find_alike (GPtrArray                     *findings,
            TropeaLedgerStatistics        *statistics,
            const TropeaLedgerReviewRules *rules)
{
  g_autoptr(GPtrArray) shapes = NULL;

  shapes = tropea_ledger_statistics_list_shapes (statistics, rules->n_alike);
  for (guint i = 0; i < MIN (shapes->len, MAX_FINDINGS_PER_RULE); i++)
    {
      const TropeaLedgerShape *shape = g_ptr_array_index (shapes, i);
      g_autofree char *all = tropea_dashboard_dup_count (TROPEA_LEDGER_STATISTICS_N_SHAPED);
      g_autofree char *bytes = tropea_dashboard_dup_count (shape->bytes);
      g_autofree char *seconds = tropea_dashboard_dup_count (shape->duration_s);
      TropeaLedgerFinding *finding = finding_new ("alike", g_strdup_printf (
        "%u sessions of the last %s have exactly %s bytes in %s s", shape->n_sessions, all, bytes,
        seconds));

      for (guint k = 0; k < shape->keys->len; k++)
        add_place (finding, g_array_index (shape->keys, guint, k));
      g_ptr_array_add (findings, finding);
    }
}

/**
 * tropea_ledger_review_list:
 * @now_hour: hours since 1970
 *
 * Returns: (transfer full) (element-type TropeaLedgerFinding): by rule
 */
GPtrArray *
tropea_ledger_review_list (TropeaLedgerStatistics        *statistics,
                           const TropeaLedgerReviewRules *rules,
                           gint64                         now_hour)
{
  GPtrArray *findings = g_ptr_array_new_with_free_func ((GDestroyNotify) finding_free);

  find_rates (findings, statistics, rules);
  find_bursts (findings, statistics, rules, now_hour);
  find_alike (findings, statistics, rules);

  return findings;
}
