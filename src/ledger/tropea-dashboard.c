/* tropea-dashboard.c: the operator's dashboard: who comes in, what they see, what they decide
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-dashboard"

#include "config.h"

#include "ledger/tropea-dashboard.h"

#include <microhttpd.h>
#include <sodium.h>
#include <string.h>

#include "http/tropea-http-host.h"
#include "ledger/tropea-dashboard-door.h"
#include "ledger/tropea-dashboard-resources.h"
#include "ledger/tropea-dashboard-views.h"
#include "ledger/tropea-ledger-service.h"

/* Every page is for the operator alone: behind the token, or at an address that only this
 * computer reaches, and there under no name that a page of somebody else's could have been
 * loaded from. What is decided comes in a form with a stamp, is on disk when it is answered, and
 * leads back to the page that it came from.
 */

#define COOKIE "tropea-operator"
#define HTML_TYPE "text/html; charset=utf-8"
#define FORM_TYPE "application/x-www-form-urlencoded"

#define MAX_FORM_BYTES (16 * 1024)

/* What is new is there by then, or the page says that it is not. */
#define PATIENCE_USEC (G_USEC_PER_SEC / 2)

#define MS_PER_HOUR G_GINT64_CONSTANT (3600000)

#define POLICY \
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " \
  "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

struct _TropeaDashboard
{
  TropeaDashboardDoor *door;      /* (owned) */
  TropeaSecret        *name_key;  /* (owned) */
  guint                port;      /* of an address for this computer; 0: it is another */
};

/* A form that was sent, by somebody who may. */
typedef struct
{
  GPtrArray           *names;   /* (owned), of char*: the keys, as the pages call them */
  char                *reason;  /* (owned) (nullable) */
  char                *stamp;   /* (owned) (nullable) */
  char                *token;   /* (owned) (nullable): wiped */
  TropeaDashboardPage  page;
} Form;

/* Decisions on their way to the disk. */
typedef struct
{
  const TropeaLedgerService *service;    /* (unowned) */
  TropeaHttpRequest         *request;    /* (owned) */
  GPtrArray                 *decisions;  /* (owned), of TropeaLedgerDecision */
  guint                      n_done;
  TropeaDashboardPage        page;
} Decree;

static void
form_clear (Form *self)
{
  g_clear_pointer (&self->names, g_ptr_array_unref);
  g_clear_pointer (&self->reason, g_free);
  g_clear_pointer (&self->stamp, g_free);
  if (self->token != NULL)
    explicit_bzero (self->token, strlen (self->token));
  g_clear_pointer (&self->token, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Form, form_clear)

/**
 * tropea_dashboard_new:
 * @token: (nullable): who knows it comes in; NULL: who reaches the address of
 *   tropea_dashboard_set_port ()
 * @ledger_key: the ledger's own
 */
TropeaDashboard *
tropea_dashboard_new (TropeaSecret *token,
                      TropeaSecret *ledger_key)
{
  static const char context[] = "tropea/pseudonym/v1";
  TropeaDashboard *self = g_new0 (TropeaDashboard, 1);

  self->door = tropea_dashboard_door_new (token);
  self->name_key = tropea_secret_new (crypto_generichash_KEYBYTES);
  crypto_generichash (tropea_secret_get_data (self->name_key), crypto_generichash_KEYBYTES,
                      (const guint8 *) context, sizeof context - 1,
                      tropea_secret_get_data (ledger_key), crypto_sign_SEEDBYTES);

  return self;
}

void
tropea_dashboard_free (TropeaDashboard *self)
{
  g_clear_pointer (&self->door, tropea_dashboard_door_free);
  g_clear_pointer (&self->name_key, tropea_secret_unref);
  g_free (self);
}

/* Before the first request. */
void
tropea_dashboard_set_port (TropeaDashboard *self,
                           guint            port)
{
  self->port = port;
}

static void
add_headers (TropeaHttpRequest *request)
{
  tropea_http_request_add_header (request, "Content-Security-Policy", POLICY);
  tropea_http_request_add_header (request, "X-Frame-Options", "DENY");
  tropea_http_request_add_header (request, "Referrer-Policy", "same-origin");
  tropea_http_request_add_header (request, "Cross-Origin-Opener-Policy", "same-origin");
  tropea_http_request_add_header (request, "Cross-Origin-Resource-Policy", "same-origin");
}

static void
respond_html (TropeaHttpRequest *request,
              guint              status,
              const char        *html)
{
  add_headers (request);
  tropea_http_request_respond (request, status, HTML_TYPE, html);
}

static void
respond_login (const TropeaLedgerService *service,
               TropeaHttpRequest         *request,
               guint                      status,
               const char                *notice)
{
  g_autofree char *html = tropea_dashboard_dup_login (service->origin, notice);

  respond_html (request, status, html);
}

static void
redirect (TropeaHttpRequest *request,
          const char        *target)
{
  tropea_http_request_add_header (request, "Location", target);
  tropea_http_request_respond (request, MHD_HTTP_SEE_OTHER, "text/plain", "");
}

static const char *
get_pass (TropeaHttpRequest *request)
{
  return tropea_http_request_get_cookie (request, COOKIE);
}

/* Whether the name that is asked for is one of this computer's, where that is the door. */
static gboolean
check_host (const TropeaLedgerService *service,
            TropeaHttpRequest         *request)
{
  if (tropea_dashboard_door_has_lock (service->dashboard->door) ||
      tropea_http_host_is_loopback (tropea_http_request_get_header (request, "Host"),
                                    service->dashboard->port))
    return TRUE;

  tropea_http_request_fail (request, MHD_HTTP_MISDIRECTED_REQUEST, "host-not-allowed",
                            "Ask for localhost, 127.0.0.1 or [::1]");
  return FALSE;
}

/* FALSE: it is answered. */
static gboolean
admit (const TropeaLedgerService *service,
       TropeaHttpRequest         *request)
{
  if (!tropea_ledger_service_take_connection (service, request, 1) ||
      !check_host (service, request))
    return FALSE;

  if (tropea_dashboard_door_takes_pass (service->dashboard->door, get_pass (request),
                                        tropea_clock_get_wall_ms (service->clock)))
    return TRUE;

  respond_login (service, request, MHD_HTTP_UNAUTHORIZED, NULL);
  return FALSE;
}

static const char *
get_notice (TropeaHttpRequest *request)
{
  g_autofree char *said = NULL;

  if (!tropea_http_request_dup_query (request, "said", &said))
    return NULL;

  if (g_strcmp0 (said, "frozen") == 0)
    return "Nothing is credited to the key from now on; the decision is kept with its reason.";

  return g_strcmp0 (said, "unfrozen") == 0
    ? "The key is credited as before; the decision is kept with its reason." : NULL;
}

static void
respond_page (const TropeaLedgerService *service,
              TropeaHttpRequest         *request,
              TropeaDashboardPage        page)
{
  TropeaDashboard *self = service->dashboard;
  g_auto(TropeaLedgerSurveyState) state = { FALSE, NULL };
  g_autofree char *stamp = NULL;
  g_autofree char *html = NULL;
  TropeaDashboardView view = { 0 };

  if (!admit (service, request))
    return;

  tropea_ledger_survey_refresh (service->survey, PATIENCE_USEC);
  stamp = tropea_dashboard_door_dup_stamp (self->door, get_pass (request));
  view.origin = service->origin;
  view.name_key = self->name_key;
  view.state = &state;
  view.freezer = service->freezer;
  view.metrics = service->metrics;
  view.now_ms = tropea_clock_get_wall_ms (service->clock);
  view.can_leave = tropea_dashboard_door_has_lock (self->door);
  view.stamp = stamp;
  view.notice = get_notice (request);
  view.statistics = tropea_ledger_survey_lock (service->survey, &state);
  html = tropea_dashboard_dup_page (&view, page);
  tropea_ledger_survey_unlock (service->survey);
  respond_html (request, MHD_HTTP_OK, html);
}

static void
handle_overview (TropeaHttpRequest *request,
                 gpointer           user_data)
{
  respond_page (user_data, request, TROPEA_DASHBOARD_OVERVIEW);
}

static void
handle_keys (TropeaHttpRequest *request,
             gpointer           user_data)
{
  respond_page (user_data, request, TROPEA_DASHBOARD_KEYS);
}

static void
handle_refusals (TropeaHttpRequest *request,
                 gpointer           user_data)
{
  respond_page (user_data, request, TROPEA_DASHBOARD_REFUSALS);
}

static void
handle_review (TropeaHttpRequest *request,
               gpointer           user_data)
{
  respond_page (user_data, request, TROPEA_DASHBOARD_REVIEW);
}

static void
respond_file (TropeaHttpRequest *request,
              const char        *path,
              const char        *type)
{
  g_autoptr(GBytes) bytes = g_resource_lookup_data (tropea_dashboard_get_resource (), path,
                                                    G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  g_return_if_fail (bytes != NULL);

  /* Text resources end with a zero that is not counted. */
  add_headers (request);
  tropea_http_request_respond (request, MHD_HTTP_OK, type, g_bytes_get_data (bytes, NULL));
}

static void
handle_style (TropeaHttpRequest *request,
              gpointer           user_data)
{
  respond_file (request, "/io/github/tropea/dashboard/style.css", "text/css; charset=utf-8");
}

static void
handle_script (TropeaHttpRequest *request,
               gpointer           user_data)
{
  respond_file (request, "/io/github/tropea/dashboard/refresh.js",
                "text/javascript; charset=utf-8");
}

static void
handle_icon (TropeaHttpRequest *request,
             gpointer           user_data)
{
  respond_file (request, "/io/github/tropea/dashboard/icon.svg", "image/svg+xml");
}

static void
put_text (char       **field,
          const char  *value)
{
  g_clear_pointer (field, g_free);
  *field = g_strdup (value);
}

static void
take_field (Form       *form,
            const char *name,
            const char *value)
{
  guint64 page = 0;

  if (strcmp (name, "key") == 0)
    g_ptr_array_add (form->names, g_strdup (value));
  else if (strcmp (name, "reason") == 0)
    put_text (&form->reason, value);
  else if (strcmp (name, "stamp") == 0)
    put_text (&form->stamp, value);
  else if (strcmp (name, "token") == 0)
    put_text (&form->token, value);
  else if (strcmp (name, "page") == 0 &&
           g_ascii_string_to_unsigned (value, 10, 0, TROPEA_DASHBOARD_N_PAGES - 1, &page, NULL))
    form->page = (TropeaDashboardPage) page;
}

/* FALSE: it is answered. */
static gboolean
read_form (TropeaHttpRequest *request,
           Form              *form)
{
  const char *type = tropea_http_request_get_header (request, MHD_HTTP_HEADER_CONTENT_TYPE);
  gsize size_bytes = 0;
  const char *body = g_bytes_get_data (tropea_http_request_get_body (request), &size_bytes);
  GUriParamsIter iter;
  char *name = NULL;
  char *value = NULL;
  g_autoptr(GError) error = NULL;

  form->names = g_ptr_array_new_with_free_func (g_free);
  if (!tropea_dashboard_is_same_site (tropea_http_request_get_header (request, "Host"),
                                      tropea_http_request_get_header (request, "Origin"),
                                      tropea_http_request_get_header (request,
                                                                      "Sec-Fetch-Site")))
    {
      tropea_http_request_fail (request, MHD_HTTP_FORBIDDEN, "origin-not-allowed",
                                "This form was sent from a page of another site");
      return FALSE;
    }

  if (type == NULL || g_ascii_strncasecmp (type, FORM_TYPE, strlen (FORM_TYPE)) != 0)
    g_set_error_literal (&error, G_URI_ERROR, G_URI_ERROR_FAILED, "no form");
  else
    {
      g_uri_params_iter_init (&iter, body != NULL ? body : "", (gssize) size_bytes, "&",
                              G_URI_PARAMS_WWW_FORM);
      while (g_uri_params_iter_next (&iter, &name, &value, &error))
        {
          take_field (form, name, value);
          g_free (name);
          g_free (value);
        }
    }

  if (error == NULL)
    return TRUE;

  tropea_http_request_fail (request, MHD_HTTP_BAD_REQUEST, "malformed",
                            "Send a form, as a browser does");
  return FALSE;
}

static void
set_pass (TropeaHttpRequest *request,
          const char        *pass,
          guint              max_age_s)
{
  g_autofree char *cookie = NULL;

  cookie = g_strdup_printf (COOKIE "=%s; Path=/; Max-Age=%u; HttpOnly; SameSite=Strict", pass,
                            max_age_s);
  tropea_http_request_add_header (request, "Set-Cookie", cookie);
}

static void
handle_login (TropeaHttpRequest *request,
              gpointer           user_data)
{
  const TropeaLedgerService *service = user_data;
  TropeaDashboardDoor *door = service->dashboard->door;
  g_auto(Form) form = { 0 };
  g_autofree char *pass = NULL;

  if (!tropea_ledger_service_take_connection (service, request, 1) ||
      !check_host (service, request) || !read_form (request, &form))
    return;

  if (tropea_dashboard_door_has_lock (door) &&
      !tropea_dashboard_door_accepts (door, form.token))
    {
      respond_login (service, request, MHD_HTTP_UNAUTHORIZED,
                     "That is not this ledger’s token: copy the whole line of its token file.");
      return;
    }

  pass = tropea_dashboard_door_dup_pass (door, tropea_clock_get_wall_ms (service->clock));
  set_pass (request, pass, TROPEA_DASHBOARD_PASS_S);
  redirect (request, tropea_dashboard_get_path (TROPEA_DASHBOARD_OVERVIEW));
}

/* Admitted, and by a form of ours. FALSE: it is answered. */
static gboolean
admit_form (const TropeaLedgerService *service,
            TropeaHttpRequest         *request,
            Form                      *form)
{
  if (!admit (service, request) || !read_form (request, form))
    return FALSE;

  if (tropea_dashboard_door_takes_stamp (service->dashboard->door, get_pass (request),
                                         form->stamp))
    return TRUE;

  tropea_http_request_fail (request, MHD_HTTP_FORBIDDEN, "bad-stamp",
                            "This form is too old or not from the dashboard: load the page again");
  return FALSE;
}

static void
handle_logout (TropeaHttpRequest *request,
               gpointer           user_data)
{
  const TropeaLedgerService *service = user_data;
  g_auto(Form) form = { 0 };

  if (!admit_form (service, request, &form))
    return;

  set_pass (request, "", 0);
  redirect (request, tropea_dashboard_get_path (TROPEA_DASHBOARD_OVERVIEW));
}

static void
decree_free (Decree *self)
{
  g_clear_pointer (&self->request, tropea_http_request_unref);
  g_clear_pointer (&self->decisions, g_ptr_array_unref);
  g_free (self);
}

static void
respond_decree (Decree   *self,
                gboolean  is_committed)
{
  const TropeaLedgerDecision *first = g_ptr_array_index (self->decisions, 0);
  g_autofree char *target = NULL;

  target = g_strconcat (tropea_dashboard_get_path (self->page), "?said=",
                        first->freezes ? "frozen" : "unfrozen", NULL);
  if (is_committed && tropea_ledger_freezer_refresh (self->service->freezer, NULL))
    redirect (self->request, target);
  else
    tropea_http_request_fail (self->request, MHD_HTTP_SERVICE_UNAVAILABLE, "unavailable",
                              "The ledger cannot write now: try again later");
  decree_free (self);
}

static void
decided_cb (GPtrArray         *entries,
            gboolean           is_committed,
            TropeaLedgerGroup *group,
            gpointer           user_data)
{
  Decree *self = user_data;

  self->n_done++;
  if (is_committed && self->n_done < self->decisions->len &&
      tropea_ledger_writer_push_decision (self->service->writer,
                                          g_ptr_array_index (self->decisions, self->n_done),
                                          decided_cb, self))
    return;

  respond_decree (self, is_committed && self->n_done == self->decisions->len);
}

static gboolean
has_name (TropeaDashboard *self,
          const Form      *form,
          const guint8    *client_pub)
{
  char name[TROPEA_DASHBOARD_NAME_CHARS + 1] = { 0 };

  tropea_dashboard_make_name (self->name_key, client_pub, name);
  for (guint i = 0; i < form->names->len; i++)
    {
      if (strcmp (name, g_ptr_array_index (form->names, i)) == 0)
        return TRUE;
    }

  return FALSE;
}

/* Those keys that the form names and that are not yet what is asked for. */
static GPtrArray *
list_decisions (const TropeaLedgerService *service,
                const Form                *form,
                gboolean                   freezes)
{
  gint64 hour = tropea_clock_get_wall_ms (service->clock) / MS_PER_HOUR;
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) tropea_ledger_decision_free);
  g_autoptr(GPtrArray) frozen = tropea_ledger_freezer_list_frozen (service->freezer);
  g_auto(TropeaLedgerSurveyState) state = { FALSE, NULL };
  TropeaLedgerStatistics *statistics = NULL;

  for (guint i = 0; !freezes && i < frozen->len; i++)
    {
      const TropeaLedgerDecision *decision = g_ptr_array_index (frozen, i);

      if (has_name (service->dashboard, form, decision->client_pub))
        g_ptr_array_add (list, tropea_ledger_decision_new (decision->client_pub, FALSE, hour,
                                                           form->reason));
    }
  if (!freezes)
    return list;

  statistics = tropea_ledger_survey_lock (service->survey, &state);
  for (guint i = 0; i < tropea_ledger_statistics_get_n_keys (statistics); i++)
    {
      const guint8 *key = tropea_ledger_statistics_get_key (statistics, i)->client_pub;

      if (has_name (service->dashboard, form, key) &&
          !tropea_ledger_freezer_has (service->freezer, key))
        g_ptr_array_add (list, tropea_ledger_decision_new (key, TRUE, hour, form->reason));
    }
  tropea_ledger_survey_unlock (service->survey);

  return list;
}

static void
decide (const TropeaLedgerService *service,
        TropeaHttpRequest         *request,
        gboolean                   freezes)
{
  g_auto(Form) form = { 0 };
  g_autoptr(GPtrArray) decisions = NULL;
  Decree *decree = NULL;

  if (!admit_form (service, request, &form))
    return;

  g_strstrip (form.reason != NULL ? form.reason : (form.reason = g_strdup ("")));
  if (!tropea_ledger_decision_is_reason (form.reason))
    {
      tropea_http_request_fail (request, MHD_HTTP_UNPROCESSABLE_CONTENT, "no-reason",
                                "Give a reason, one line of at most 200 characters: it is kept "
                                "with the decision");
      return;
    }

  decisions = list_decisions (service, &form, freezes);
  if (decisions->len == 0)
    {
      redirect (request, tropea_dashboard_get_path (form.page));
      return;
    }

  decree = g_new0 (Decree, 1);
  decree->service = service;
  decree->request = tropea_http_request_ref (request);
  decree->decisions = g_steal_pointer (&decisions);
  decree->page = form.page;
  if (!tropea_ledger_writer_push_decision (service->writer,
                                           g_ptr_array_index (decree->decisions, 0), decided_cb,
                                           decree))
    respond_decree (decree, FALSE);
}

static void
handle_freeze (TropeaHttpRequest *request,
               gpointer           user_data)
{
  decide (user_data, request, TRUE);
}

static void
handle_unfreeze (TropeaHttpRequest *request,
                 gpointer           user_data)
{
  decide (user_data, request, FALSE);
}

/**
 * tropea_dashboard_get_routes:
 *
 * Returns: (transfer none) (array length=n_routes): for a server whose user data is a
 *   TropeaLedgerService with a dashboard
 */
const TropeaHttpRoute *
tropea_dashboard_get_routes (gsize *n_routes)
{
  static const TropeaHttpRoute routes[] = {
    { "GET", "/", 0, handle_overview },
    { "GET", "/dashboard/keys", 0, handle_keys },
    { "GET", "/dashboard/refusals", 0, handle_refusals },
    { "GET", "/dashboard/review", 0, handle_review },
    { "GET", "/dashboard/style.css", 0, handle_style },
    { "GET", "/dashboard/refresh.js", 0, handle_script },
    { "GET", "/dashboard/icon.svg", 0, handle_icon },
    { "POST", "/dashboard/login", MAX_FORM_BYTES, handle_login },
    { "POST", "/dashboard/logout", MAX_FORM_BYTES, handle_logout },
    { "POST", "/dashboard/freeze", MAX_FORM_BYTES, handle_freeze },
    { "POST", "/dashboard/unfreeze", MAX_FORM_BYTES, handle_unfreeze },
  };

  *n_routes = G_N_ELEMENTS (routes);
  return routes;
}
