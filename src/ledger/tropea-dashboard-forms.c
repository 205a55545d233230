/* tropea-dashboard-forms.c: how keys are called, and how something is decided about them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-dashboard"

#include "config.h"

#include "ledger/tropea-dashboard-forms.h"

#include "ledger/tropea-dashboard-html.h"

/* Each form has the stamp of whoever looks at it, the page to come back to, and a reason, which is
 * kept with the decision.
 */

void
tropea_dashboard_append_form_begin (GString                   *html,
                                    const TropeaDashboardView *view,
                                    gboolean                   freezes,
                                    TropeaDashboardPage        page)
{
  tropea_dashboard_append (html, "<form class=\"decision\" method=\"post\" action=\"%s\">"
                           "<input type=\"hidden\" name=\"stamp\" value=\"%s\">"
                           "<input type=\"hidden\" name=\"page\" value=\"%u\">",
                           freezes ? "/dashboard/freeze" : "/dashboard/unfreeze",
                           view->stamp != NULL ? view->stamp : "", (guint) page);
}

void
tropea_dashboard_append_form_end (GString    *html,
                                  const char *button)
{
  tropea_dashboard_append (html, "<input name=\"reason\" required maxlength=\"200\" "
                           "aria-label=\"Reason\" placeholder=\"Reason\">"
                           "<button>%s</button></form>", button);
}

void
tropea_dashboard_append_key_input (GString    *html,
                                   const char *name)
{
  tropea_dashboard_append (html, "<input type=\"hidden\" name=\"key\" value=\"%s\">", name);
}

void
tropea_dashboard_append_decide (GString                   *html,
                                const TropeaDashboardView *view,
                                const guint8              *client_pub,
                                TropeaDashboardPage        page)
{
  gboolean is_frozen = tropea_ledger_freezer_has (view->freezer, client_pub);
  char name[TROPEA_DASHBOARD_NAME_CHARS + 1] = { 0 };

  tropea_dashboard_make_name (view->name_key, client_pub, name);
  tropea_dashboard_append_form_begin (html, view, !is_frozen, page);
  tropea_dashboard_append_key_input (html, name);
  tropea_dashboard_append_form_end (html, is_frozen ? "Unfreeze" : "Freeze");
}

void
tropea_dashboard_append_name (GString                   *html,
                              const TropeaDashboardView *view,
                              const guint8              *client_pub)
{
  char name[TROPEA_DASHBOARD_NAME_CHARS + 1] = { 0 };

  tropea_dashboard_make_name (view->name_key, client_pub, name);
  tropea_dashboard_append (html, "<span class=\"name\">%.8s</span>", name);
  if (tropea_ledger_freezer_has (view->freezer, client_pub))
    g_string_append (html, " <b class=\"frozen\">frozen</b>");
}
