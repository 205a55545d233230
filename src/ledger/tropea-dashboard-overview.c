/* tropea-dashboard-overview.c: a ledger's totals, its days and its last sessions
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-dashboard"

#include "config.h"

#include "ledger/tropea-dashboard-chart.h"
#include "ledger/tropea-dashboard-html.h"
#include "ledger/tropea-dashboard-views.h"

#define N_DAYS 30
#define N_HOURS 48

#define MS_PER_HOUR G_GINT64_CONSTANT (3600000)

typedef gint64 (*ValueFunc)  (const TropeaLedgerSums *sums);
typedef char  *(*FormatFunc) (gint64 value);

static void
append_figure (GString    *html,
               const char *name,
               const char *value,
               const char *remark)
{
  tropea_dashboard_append (html, "<div><dt>%s</dt><dd>%s</dd><dd class=\"quiet\">%s</dd></div>",
                           name, value, remark);
}

static gint64
count_since (const TropeaDashboardView *view,
             gint64                     n_hours)
{
  gint64 now_hour = view->now_ms / MS_PER_HOUR;
  g_autoptr(GPtrArray) hours = NULL;
  gint64 n_sessions = 0;

  hours = tropea_ledger_statistics_list_hours (view->statistics, now_hour - n_hours + 1);
  for (guint i = 0; i < hours->len; i++)
    n_sessions += ((const TropeaLedgerHour *) g_ptr_array_index (hours, i))->n_sessions;

  return n_sessions;
}

static void
append_totals (GString                   *html,
               const TropeaDashboardView *view,
               const TropeaLedgerSums    *today)
{
  const TropeaLedgerSums *all = tropea_ledger_statistics_get_sums (view->statistics);
  g_autofree char *credits = NULL;
  g_autofree char *credits_today = NULL;
  g_autofree char *simulated = NULL;
  g_autofree char *sessions = tropea_dashboard_dup_count (all->n_sessions);
  g_autofree char *bytes = tropea_dashboard_dup_bytes (all->bytes);
  g_autofree char *exact = tropea_dashboard_dup_count (all->bytes);
  g_autofree char *keys = NULL;
  g_autofree char *hour = tropea_dashboard_dup_count (count_since (view, 1));
  g_autofree char *day = tropea_dashboard_dup_count (count_since (view, 24));
  g_autofree char *week = tropea_dashboard_dup_count (count_since (view, 7 * 24));
  g_autofree char *today_remark = NULL;
  g_autofree char *bytes_remark = g_strconcat (exact, " bytes", NULL);
  g_autofree char *simulated_remark = NULL;
  g_autofree char *day_remark = g_strdup_printf ("this hour %s, seven days %s", hour, week);

  credits = tropea_dashboard_dup_credits (all->micro[TROPEA_LEDGER_GRADE_SELF_REPORTED]);
  credits_today = tropea_dashboard_dup_credits (today->micro[TROPEA_LEDGER_GRADE_SELF_REPORTED]);
  simulated = tropea_dashboard_dup_credits (all->micro[TROPEA_LEDGER_GRADE_SIMULATED]);
  keys = tropea_dashboard_dup_count (tropea_ledger_statistics_get_n_keys (view->statistics));
  today_remark = g_strconcat ("today ", credits_today, NULL);
  simulated_remark = g_strconcat ("and ", simulated, " simulated", NULL);

  g_string_append (html, "<section><h2>Totals</h2><dl class=\"figures\">");
  append_figure (html, "Credits", credits, today_remark);
  append_figure (html, "Sessions", sessions, simulated_remark);
  append_figure (html, "Received in 24 hours", day, day_remark);
  append_figure (html, "Keys", keys, "that ever had a session");
  append_figure (html, "Data", bytes, bytes_remark);
  g_string_append (html, "</dl></section>");
}

static gint64
get_credits (const TropeaLedgerSums *sums)
{
  return sums->micro[TROPEA_LEDGER_GRADE_SELF_REPORTED];
}

static gint64
get_sessions (const TropeaLedgerSums *sums)
{
  return sums->n_sessions;
}

static void
append_days (GString      *html,
             const GArray *days,
             const char   *title,
             const char   *unit,
             ValueFunc     get_value,
             FormatFunc    dup_text)
{
  g_autoptr(GArray) bars = g_array_new (FALSE, FALSE, sizeof (TropeaDashboardBar));
  g_autofree char *first = tropea_dashboard_dup_day (g_array_index (days, TropeaLedgerDaySums,
                                                                    0).day);
  g_autofree char *last = NULL;
  g_autofree char *highest_text = NULL;
  gint64 highest = 0;

  g_array_set_clear_func (bars, (GDestroyNotify) tropea_dashboard_bar_clear);
  for (guint i = 0; i < days->len; i++)
    {
      const TropeaLedgerDaySums *day = &g_array_index (days, TropeaLedgerDaySums, i);
      TropeaDashboardBar bar = { get_value (&day->sums), NULL };
      g_autofree char *date = tropea_dashboard_dup_day (day->day);
      g_autofree char *value = dup_text (bar.value);

      highest = MAX (highest, bar.value);
      bar.text = g_strdup_printf ("%s: %s %s", date, value, unit);
      g_array_append_val (bars, bar);
      g_free (last);
      last = g_steal_pointer (&date);
    }

  highest_text = dup_text (highest);
  tropea_dashboard_append_chart (html, title, highest_text, first, last, bars);
}

/* How fast they come, and whether they still do. */
static void
append_hours (GString                   *html,
              const TropeaDashboardView *view)
{
  gint64 now_hour = view->now_ms / MS_PER_HOUR;
  g_autoptr(GArray) bars = g_array_new (FALSE, FALSE, sizeof (TropeaDashboardBar));
  g_autoptr(GPtrArray) hours = NULL;
  g_autofree char *first = tropea_dashboard_dup_hour (now_hour - N_HOURS + 1);
  g_autofree char *last = tropea_dashboard_dup_hour (now_hour);
  g_autofree char *highest_text = NULL;
  gint64 highest = 0;
  guint next = 0;

  hours = tropea_ledger_statistics_list_hours (view->statistics, now_hour - N_HOURS + 1);
  g_array_set_clear_func (bars, (GDestroyNotify) tropea_dashboard_bar_clear);
  for (gint64 number = now_hour - N_HOURS + 1; number <= now_hour; number++)
    {
      const TropeaLedgerHour *hour = next < hours->len ? g_ptr_array_index (hours, next) : NULL;
      gboolean is_there = hour != NULL && hour->hour == number;
      TropeaDashboardBar bar = { is_there ? hour->n_sessions : 0, NULL };
      g_autofree char *time = tropea_dashboard_dup_hour (number);
      g_autofree char *value = tropea_dashboard_dup_count (bar.value);

      next += is_there;
      highest = MAX (highest, bar.value);
      bar.text = g_strdup_printf ("%s: %s sessions", time, value);
      g_array_append_val (bars, bar);
    }

  highest_text = tropea_dashboard_dup_count (highest);
  tropea_dashboard_append_chart (html, "Sessions received each hour, for two days", highest_text,
                                 first, last, bars);
}

static void
append_session (GString                   *html,
                const TropeaDashboardView *view,
                const TropeaLedgerEntry   *entry)
{
  const TropeaRecord *record = &entry->record;
  char name[TROPEA_DASHBOARD_NAME_CHARS + 1] = { 0 };
  g_autofree char *received = tropea_dashboard_dup_hour (entry->received_hour);
  g_autofree char *start = tropea_dashboard_dup_hour (record->timestamp_ms / MS_PER_HOUR);
  g_autofree char *bytes = tropea_dashboard_dup_bytes (record->bytes);
  g_autofree char *seconds = tropea_dashboard_dup_count (record->duration_s);
  g_autofree char *credits = tropea_dashboard_dup_credits (entry->credits_micro);

  tropea_dashboard_make_name (view->name_key, record->client_pub, name);
  tropea_dashboard_append (html,
                           "<tr><td>%s</td><td class=\"name\">%.8s</td><td>%s</td>"
                           "<td class=\"number\">%s</td><td class=\"number\">%s s</td>"
                           "<td class=\"number\">%s</td><td>%s</td></tr>",
                           received, name, start, bytes, seconds, credits,
                           tropea_ledger_grade_to_string (entry->grade));
}

static void
append_recent (GString                   *html,
               const TropeaDashboardView *view)
{
  g_autoptr(GPtrArray) recent = tropea_ledger_statistics_list_recent (view->statistics);

  g_string_append (html, "<section><h2>Recent sessions</h2>");
  if (recent->len == 0)
    {
      g_string_append (html, "<p class=\"quiet\">There are none yet.</p></section>");
      return;
    }

  g_string_append (html,
                   "<div class=\"wide\" tabindex=\"0\"><table><thead><tr><th>Received</th>"
                   "<th>Key</th><th>Began</th><th class=\"number\">Data</th>"
                   "<th class=\"number\">Duration</th><th class=\"number\">Credits</th>"
                   "<th>Grade</th></tr></thead><tbody>");
  for (guint i = 0; i < recent->len; i++)
    append_session (html, view, g_ptr_array_index (recent, i));
  g_string_append (html, "</tbody></table></div></section>");
}

void
tropea_dashboard_append_overview (GString                   *html,
                                  const TropeaDashboardView *view)
{
  gint64 today = view->now_ms / TROPEA_LEDGER_DAY_MS;
  g_autoptr(GArray) days = NULL;

  days = tropea_ledger_statistics_list_days (view->statistics, today - N_DAYS + 1, today);
  append_totals (html, view, &g_array_index (days, TropeaLedgerDaySums, days->len - 1).sums);
  g_string_append (html, "<section class=\"charts\"><h2>In time</h2>");
  append_days (html, days, "Credits a day, without simulated, for 30 days", "credits", get_credits,
               tropea_dashboard_dup_credits);
  append_days (html, days, "Sessions a day, by their start, for 30 days", "sessions", get_sessions,
               tropea_dashboard_dup_count);
  append_hours (html, view);
  g_string_append (html, "</section>");
  append_recent (html, view);
}
