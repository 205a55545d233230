/* tropea-dashboard-views.c: the pages of the operator's dashboard
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-dashboard"

#include "config.h"

#include "ledger/tropea-dashboard-views.h"

#include <sodium.h>

#include "ledger/tropea-dashboard-html.h"

/* What all pages have around them. Everything is made on the server and works as it is; the few
 * lines of the script only fetch the same page again and put its <main> in the place of the old.
 */

typedef void (*AppendFunc) (GString                   *html,
                            const TropeaDashboardView *view);

static const struct
{
  const char *path;
  const char *title;
  AppendFunc  append;
} pages[TROPEA_DASHBOARD_N_PAGES] = {
  [TROPEA_DASHBOARD_OVERVIEW] = { "/", "Overview", tropea_dashboard_append_overview },
  [TROPEA_DASHBOARD_KEYS] = { "/dashboard/keys", "Keys", tropea_dashboard_append_keys },
  [TROPEA_DASHBOARD_REFUSALS] = { "/dashboard/refusals", "Refusals",
                                  tropea_dashboard_append_refusals },
  [TROPEA_DASHBOARD_REVIEW] = { "/dashboard/review", "Review", tropea_dashboard_append_review },
};

const char *
tropea_dashboard_get_path (TropeaDashboardPage page)
{
  return pages[page].path;
}

/**
 * tropea_dashboard_make_name:
 * @name_key: of the ledger alone
 * @name: (out caller-allocates): TROPEA_DASHBOARD_NAME_CHARS + 1
 */
void
tropea_dashboard_make_name (TropeaSecret *name_key,
                            const guint8 *client_pub,
                            char         *name)
{
  guint8 hash[crypto_generichash_BYTES_MIN] = { 0 };

  crypto_generichash (hash, sizeof hash, client_pub, TROPEA_RECORD_PUBLIC_KEY_BYTES,
                      tropea_secret_get_data (name_key), tropea_secret_get_size (name_key));
  sodium_bin2hex (name, TROPEA_DASHBOARD_NAME_CHARS + 1, hash, TROPEA_DASHBOARD_NAME_BYTES);
}

static void
append_head (GString    *html,
             const char *title,
             const char *origin)
{
  tropea_dashboard_append (html,
                           "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                           "<meta name=\"viewport\" content=\"width=device-width\">"
                           "<meta name=\"color-scheme\" content=\"light dark\">"
                           "<title>%s · %s</title>"
                           "<link rel=\"icon\" href=\"/dashboard/icon.svg\">"
                           "<link rel=\"stylesheet\" href=\"/dashboard/style.css\">"
                           "<script src=\"/dashboard/refresh.js\" defer></script></head><body>",
                           title, origin);
}

static void
append_header (GString                   *html,
               const TropeaDashboardView *view,
               TropeaDashboardPage        page)
{
  tropea_dashboard_append (html, "<header><h1>%s</h1><nav aria-label=\"Pages\">", view->origin);
  for (guint i = 0; i < TROPEA_DASHBOARD_N_PAGES; i++)
    {
      g_string_append_printf (html, "<a href=\"%s\"%s>%s</a>", pages[i].path,
                              i == page ? " aria-current=\"page\"" : "", pages[i].title);
    }
  g_string_append (html, "</nav>");
  if (view->can_leave)
    tropea_dashboard_append (html, "<form method=\"post\" action=\"/dashboard/logout\">"
                             "<input type=\"hidden\" name=\"stamp\" value=\"%s\">"
                             "<button>Sign out</button></form>", view->stamp);
  g_string_append (html, "</header>");
}

static void
append_state (GString                   *html,
              const TropeaDashboardView *view)
{
  if (view->notice != NULL)
    tropea_dashboard_append (html, "<p class=\"notice\" role=\"status\">%s</p>", view->notice);
  if (view->state->error != NULL)
    tropea_dashboard_append (html, "<p class=\"notice bad\" role=\"alert\">The books could not be "
                             "read to their end, so the figures are old: %s</p>",
                             view->state->error);
  else if (view->state->is_reading)
    g_string_append (html, "<p class=\"notice\" role=\"status\">The books are still being read: "
                     "the figures are not complete yet.</p>");
}

/**
 * tropea_dashboard_dup_page:
 *
 * Returns: (transfer full): HTML
 */
char *
tropea_dashboard_dup_page (const TropeaDashboardView *view,
                           TropeaDashboardPage        page)
{
  GString *html = g_string_new (NULL);

  append_head (html, pages[page].title, view->origin);
  append_header (html, view, page);
  g_string_append (html, "<main>");
  append_state (html, view);
  pages[page].append (html, view);
  tropea_dashboard_append (html, "</main><footer>tropea-ledger %s · all times are UTC</footer>"
                           "</body></html>\n", TROPEA_VERSION);

  return g_string_free (html, FALSE);
}

/**
 * tropea_dashboard_dup_login:
 * @notice: (nullable): why again
 *
 * Returns: (transfer full): HTML that says nothing of the ledger but its name
 */
char *
tropea_dashboard_dup_login (const char *origin,
                            const char *notice)
{
  GString *html = g_string_new (NULL);

  append_head (html, "Sign in", origin);
  tropea_dashboard_append (html, "<header><h1>%s</h1></header><main>", origin);
  if (notice != NULL)
    tropea_dashboard_append (html, "<p class=\"notice bad\" role=\"alert\">%s</p>", notice);
  g_string_append (html,
                   "<form class=\"login\" method=\"post\" action=\"/dashboard/login\">"
                   "<label for=\"token\">Operator’s token</label>"
                   "<input id=\"token\" name=\"token\" type=\"password\" required autofocus "
                   "autocomplete=\"current-password\" maxlength=\"1024\">"
                   "<button>Sign in</button>"
                   "<p class=\"quiet\">It is the line in the ledger’s token file.</p></form>"
                   "</main></body></html>\n");

  return g_string_free (html, FALSE);
}
