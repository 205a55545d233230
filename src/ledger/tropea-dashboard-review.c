/* tropea-dashboard-review.c: what wants a decision, and what was decided
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-dashboard"

#include "config.h"

#include "ledger/tropea-dashboard-forms.h"
#include "ledger/tropea-dashboard-html.h"
#include "ledger/tropea-dashboard-views.h"

#define N_DECISIONS 50

/* A finding may be about thousands of keys: a page is for as many as a human looks at. */
#define N_FINDING_KEYS 50

#define MS_PER_HOUR G_GINT64_CONSTANT (3600000)

static const char *
get_title (const char *rule)
{
  if (g_str_equal (rule, "rate"))
    return "Unusually fast";

  return g_str_equal (rule, "alike") ? "Exactly alike" : "Many new keys at once";
}

static void
append_finding (GString                   *html,
                const TropeaDashboardView *view,
                const TropeaLedgerFinding *finding)
{
  guint n_shown = MIN (finding->places->len, N_FINDING_KEYS);
  guint n_free = 0;

  tropea_dashboard_append (html, "<article><h3>%s</h3><p>%s.</p><p>", get_title (finding->rule),
                           finding->evidence);
  for (guint i = 0; i < n_shown; i++)
    {
      const TropeaLedgerKeyFacts *key = tropea_ledger_statistics_get_key (
        view->statistics, g_array_index (finding->places, guint, i));

      tropea_dashboard_append_name (html, view, key->client_pub);
      g_string_append (html, " ");
      n_free += !tropea_ledger_freezer_has (view->freezer, key->client_pub);
    }
  if (finding->places->len > n_shown)
    g_string_append_printf (html, "and %u more", finding->places->len - n_shown);
  g_string_append (html, "</p>");
  if (n_free > 0)
    {
      g_autofree char *button = n_free == 1 ? g_strdup ("Freeze the key")
                                            : g_strdup_printf ("Freeze these %u keys", n_free);

      tropea_dashboard_append_form_begin (html, view, TRUE, TROPEA_DASHBOARD_REVIEW);
      for (guint i = 0; i < n_shown; i++)
        {
          const TropeaLedgerKeyFacts *key = tropea_ledger_statistics_get_key (
            view->statistics, g_array_index (finding->places, guint, i));
          char name[TROPEA_DASHBOARD_NAME_CHARS + 1] = { 0 };

          if (tropea_ledger_freezer_has (view->freezer, key->client_pub))
            continue;
          tropea_dashboard_make_name (view->name_key, key->client_pub, name);
          tropea_dashboard_append_key_input (html, name);
        }
      tropea_dashboard_append_form_end (html, button);
    }
  g_string_append (html, "</article>");
}

static void
append_findings (GString                   *html,
                 const TropeaDashboardView *view)
{
  static const TropeaLedgerReviewRules rules = TROPEA_LEDGER_REVIEW_RULES_DEFAULT;
  g_autoptr(GPtrArray) findings = NULL;

  findings = tropea_ledger_review_list (view->statistics, &rules, view->now_ms / MS_PER_HOUR);
  g_string_append (html, "<section><h2>To look at</h2><p class=\"quiet\">What is unusual is not "
                   "wrong for that: the figures are here, the decision is yours.</p>");
  if (findings->len == 0)
    g_string_append (html, "<p class=\"quiet\">Nothing is unusual.</p>");
  for (guint i = 0; i < findings->len; i++)
    append_finding (html, view, g_ptr_array_index (findings, i));
  g_string_append (html, "</section>");
}

static void
append_frozen (GString                   *html,
               const TropeaDashboardView *view)
{
  g_autoptr(GPtrArray) frozen = tropea_ledger_freezer_list_frozen (view->freezer);

  g_string_append (html, "<section><h2>Frozen keys</h2>");
  if (frozen->len == 0)
    g_string_append (html, "<p class=\"quiet\">No key is frozen.</p>");
  for (guint i = 0; i < frozen->len; i++)
    {
      const TropeaLedgerDecision *decision = g_ptr_array_index (frozen, i);
      g_autofree char *hour = tropea_dashboard_dup_hour (decision->hour);

      g_string_append (html, "<article><h3>");
      tropea_dashboard_append_name (html, view, decision->client_pub);
      tropea_dashboard_append (html, "</h3><p>Since %s: %s</p>", hour, decision->reason);
      tropea_dashboard_append_decide (html, view, decision->client_pub, TROPEA_DASHBOARD_REVIEW);
      g_string_append (html, "</article>");
    }
  g_string_append (html, "</section>");
}

static void
append_decisions (GString                   *html,
                  const TropeaDashboardView *view)
{
  g_autoptr(GPtrArray) decisions = NULL;

  decisions = tropea_ledger_freezer_list_decisions (view->freezer, N_DECISIONS);
  if (decisions->len == 0)
    return;

  g_string_append (html, "<section><h2>Decisions</h2><div class=\"wide\" tabindex=\"0\"><table>"
                   "<thead><tr><th class=\"number\">No.</th><th>When</th><th>Key</th><th>Decision"
                   "</th><th>Reason</th></tr></thead><tbody>");
  for (guint i = 0; i < decisions->len; i++)
    {
      const TropeaLedgerDecision *decision = g_ptr_array_index (decisions, i);
      char name[TROPEA_DASHBOARD_NAME_CHARS + 1] = { 0 };
      g_autofree char *hour = tropea_dashboard_dup_hour (decision->hour);
      g_autofree char *number = tropea_dashboard_dup_count (decision->number);

      tropea_dashboard_make_name (view->name_key, decision->client_pub, name);
      tropea_dashboard_append (html, "<tr><td class=\"number\">%s</td><td>%s</td>"
                               "<td class=\"name\">%.8s</td><td>%s</td>"
                               "<td class=\"text\">%s</td></tr>",
                               number, hour, name, decision->freezes ? "frozen" : "unfrozen",
                               decision->reason);
    }
  g_string_append (html, "</tbody></table></div></section>");
}

void
tropea_dashboard_append_review (GString                   *html,
                                const TropeaDashboardView *view)
{
  append_findings (html, view);
  append_frozen (html, view);
  append_decisions (html, view);
}
