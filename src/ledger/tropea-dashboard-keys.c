/* tropea-dashboard-keys.c: who has most, and what was refused
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-dashboard"

#include "config.h"

#include "ledger/tropea-dashboard-forms.h"
#include "ledger/tropea-dashboard-html.h"
#include "ledger/tropea-dashboard-views.h"

#define N_TOP_KEYS 50

typedef struct
{
  GString *html;
  guint64  n_all;
} Refusals;

static void
append_key (GString                    *html,
            const TropeaDashboardView  *view,
            const TropeaLedgerKeyFacts *key)
{
  g_autofree char *credits = NULL;
  g_autofree char *simulated = NULL;
  g_autofree char *sessions = tropea_dashboard_dup_count (key->sums.n_sessions);
  g_autofree char *bytes = tropea_dashboard_dup_bytes (key->sums.bytes);
  g_autofree char *first = tropea_dashboard_dup_hour (key->first_hour);
  g_autofree char *last = tropea_dashboard_dup_hour (key->last_hour);

  credits = tropea_dashboard_dup_credits (key->sums.micro[TROPEA_LEDGER_GRADE_SELF_REPORTED]);
  simulated = tropea_dashboard_dup_credits (key->sums.micro[TROPEA_LEDGER_GRADE_SIMULATED]);
  g_string_append (html, "<tr><td>");
  tropea_dashboard_append_name (html, view, key->client_pub);
  tropea_dashboard_append (html,
                           "</td><td class=\"number\">%s</td><td class=\"number\">%s</td>"
                           "<td class=\"number\">%s</td><td class=\"number\">%s</td>"
                           "<td>%s</td><td>%s</td><td>",
                           credits, simulated, sessions, bytes, first, last);
  tropea_dashboard_append_decide (html, view, key->client_pub, TROPEA_DASHBOARD_KEYS);
  g_string_append (html, "</td></tr>");
}

void
tropea_dashboard_append_keys (GString                   *html,
                              const TropeaDashboardView *view)
{
  g_autoptr(GArray) top = tropea_ledger_statistics_list_top (view->statistics, N_TOP_KEYS);

  g_string_append (html, "<section><h2>Keys with the most credits</h2>"
                   "<p class=\"quiet\">Each is called by a name that only this ledger gives it. "
                   "While a key is frozen nothing is credited to it; its sessions wait with their "
                   "owner and lose nothing.</p>");
  if (top->len == 0)
    {
      g_string_append (html, "<p class=\"quiet\">There are none yet.</p></section>");
      return;
    }

  g_string_append (html,
                   "<div class=\"wide\" tabindex=\"0\"><table><thead><tr><th>Key</th>"
                   "<th class=\"number\">Credits</th><th class=\"number\">Simulated</th>"
                   "<th class=\"number\">Sessions</th><th class=\"number\">Data</th>"
                   "<th>First seen</th><th>Last seen</th><th>Decide</th></tr></thead><tbody>");
  for (guint i = 0; i < top->len; i++)
    append_key (html, view, tropea_ledger_statistics_get_key (view->statistics,
                                                              g_array_index (top, guint, i)));
  g_string_append (html, "</tbody></table></div></section>");
}

static gboolean
is_refusal (const char *code)
{
  return g_strcmp0 (code, "accepted") != 0 && g_strcmp0 (code, "duplicate") != 0;
}

static void
add_all_cb (const char *code,
            const char *rule,
            guint64     n_sessions,
            gpointer    user_data)
{
  Refusals *refusals = user_data;

  refusals->n_all += n_sessions;
}

static void
append_refusal_cb (const char *code,
                   const char *rule,
                   guint64     n_sessions,
                   gpointer    user_data)
{
  Refusals *refusals = user_data;
  g_autofree char *count = tropea_dashboard_dup_count ((gint64) n_sessions);
  guint64 tenths = n_sessions * 1000 / MAX (refusals->n_all, 1);

  tropea_dashboard_append (refusals->html,
                           "<tr%s><td>%s</td><td>%s</td><td class=\"number\">%s</td>"
                           "<td class=\"number\">%u.%u %%</td></tr>",
                           is_refusal (code) ? " class=\"refused\"" : "", code,
                           rule != NULL ? rule : "—", count, (guint) (tenths / 10),
                           (guint) (tenths % 10));
}

void
tropea_dashboard_append_refusals (GString                   *html,
                                  const TropeaDashboardView *view)
{
  Refusals refusals = { html, 0 };

  tropea_ledger_metrics_foreach_verdict (view->metrics, add_all_cb, &refusals);
  g_string_append (html, "<section><h2>What was said of submitted sessions</h2>"
                   "<p class=\"quiet\">Counted since this process was started.</p>");
  if (refusals.n_all == 0)
    {
      g_string_append (html, "<p class=\"quiet\">None was submitted yet.</p></section>");
      return;
    }

  g_string_append (html, "<div class=\"wide\" tabindex=\"0\"><table><thead><tr><th>Answer</th>"
                   "<th>Rule</th><th class=\"number\">Sessions</th><th class=\"number\">Share"
                   "</th></tr></thead><tbody>");
  tropea_ledger_metrics_foreach_verdict (view->metrics, append_refusal_cb, &refusals);
  g_string_append (html, "</tbody></table></div></section>");
}
