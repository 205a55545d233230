/* tropea-ledger-server.c: a running ledger
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger"

#include "config.h"

#include "ledger/tropea-ledger-server.h"

#include "http/tropea-http-server.h"
#include "ledger/tropea-ledger-service.h"

/* Owns the HTTP threads, the queue with its writer and the store, and takes them down in the
 * order in which work flows: first no more requests, then the queue is written and answered,
 * then the store is closed.
 */

/* One for each processor verifies as fast as the machine can; far more only wait. */
#define MAX_HTTP_THREADS 16

/* They are as many as there are processors, and any of them can wait: everybody waits for the
 * one thread that commits. With an equal share it gets a turn once in some milliseconds. */
#define HTTP_NICENESS 10

static const TropeaHttpRoute routes[] = {
  { "POST", "/api/sessions/submit", TROPEA_RECORD_MAX_JSON_BYTES,
    tropea_ledger_handle_submit },
  { "POST", "/api/sessions/batch", TROPEA_RECORD_MAX_BATCH_JSON_BYTES,
    tropea_ledger_handle_batch },
  { "GET", "/api/sessions/balance", 0, tropea_ledger_handle_balance },
  { "GET", "/api/sessions/by-client/list", 0, tropea_ledger_handle_list },
  { "GET", "/api/ledger", 0, tropea_ledger_handle_info },
  { "GET", "/api/log/inclusion", 0, tropea_ledger_handle_inclusion },
  { "GET", "/api/log/consistency", 0, tropea_ledger_handle_consistency },
  { "GET", "/log/checkpoint", 0, tropea_ledger_handle_checkpoint },
  { "GET", "/log/tile/*", 0, tropea_ledger_handle_tile },
  { "GET", "/healthz", 0, tropea_ledger_handle_health },
  { "GET", "/readyz", 0, tropea_ledger_handle_readiness },

  /* The last, so that it can be left out. */
  { "GET", "/metrics", 0, tropea_ledger_handle_metrics },
};

struct _TropeaLedgerServer
{
  GObject              parent_instance;

  TropeaLedgerService  service;
  TropeaHttpLimits     limits;
  gboolean             serves_metrics;
  TropeaSecret        *token;            /* (owned) (nullable): the operator's */
  GArray              *routes;           /* (owned) (nullable), of TropeaHttpRoute */
  TropeaHttpServer    *http;             /* (owned) (nullable) */

  /* The operator's own address: the same service behind another door. */
  TropeaLedgerService  operator_service;
  TropeaHttpServer    *operator_http;    /* (owned) (nullable) */
};

enum
{
  SIGNAL_FAILED,
  N_SIGNALS,
};

G_DEFINE_FINAL_TYPE (TropeaLedgerServer, tropea_ledger_server, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static void
writer_failed_cb (TropeaLedgerWriter *writer,
                  const GError       *error,
                  gpointer            user_data)
{
  g_signal_emit (user_data, signals[SIGNAL_FAILED], 0, error);
}

static void
request_ended_cb (const char *path,
                  guint       status,
                  const char *code,
                  const char *rule,
                  gpointer    user_data)
{
  const TropeaLedgerService *service = user_data;

  tropea_ledger_metrics_count_request (service->metrics, path, status, code, rule);
}

static void
tropea_ledger_server_dispose (GObject *object)
{
  TropeaLedgerServer *self = TROPEA_LEDGER_SERVER (object);

  if (self->http != NULL)
    g_object_run_dispose (G_OBJECT (self->http));
  g_clear_object (&self->http);
  if (self->operator_http != NULL)
    g_object_run_dispose (G_OBJECT (self->operator_http));
  g_clear_object (&self->operator_http);
  if (self->service.writer != NULL)
    tropea_ledger_writer_join (self->service.writer);
  g_clear_object (&self->service.writer);
  g_clear_object (&self->service.metrics);
  g_clear_pointer (&self->service.survey, tropea_ledger_survey_free);
  g_clear_pointer (&self->service.freezer, tropea_ledger_freezer_free);
  g_clear_object (&self->service.store);
  g_clear_object (&self->service.clock);

  G_OBJECT_CLASS (tropea_ledger_server_parent_class)->dispose (object);
}

static void
tropea_ledger_server_finalize (GObject *object)
{
  TropeaLedgerServer *self = TROPEA_LEDGER_SERVER (object);

  g_clear_pointer (&self->service.dashboard, tropea_dashboard_free);
  g_clear_pointer (&self->operator_service.dashboard, tropea_dashboard_free);
  g_clear_pointer (&self->token, tropea_secret_unref);
  g_clear_pointer (&self->routes, g_array_unref);
  g_clear_pointer (&self->service.limiter, tropea_ledger_limiter_free);
  g_clear_pointer (&self->service.repeats, tropea_ledger_repeats_free);
  g_clear_pointer (&self->service.origin, g_free);
  g_clear_pointer (&self->service.secret_key, tropea_secret_unref);

  G_OBJECT_CLASS (tropea_ledger_server_parent_class)->finalize (object);
}

static void
tropea_ledger_server_class_init (TropeaLedgerServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tropea_ledger_server_dispose;
  object_class->finalize = tropea_ledger_server_finalize;

  /**
   * TropeaLedgerServer::failed:
   * @error: what the store said
   *
   * A commit failed and everybody who waited for it has been told. End the process; the next
   * one recovers from what is on disk.
   */
  signals[SIGNAL_FAILED] = g_signal_new ("failed", TROPEA_TYPE_LEDGER_SERVER, G_SIGNAL_RUN_LAST,
                                         0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
tropea_ledger_server_init (TropeaLedgerServer *self)
{
}

/**
 * tropea_ledger_server_new:
 * @origin: the ledger's name, as the store has it
 * @secret_key: the ledger's own
 */
TropeaLedgerServer *
tropea_ledger_server_new (TropeaLedgerStore        *store,
                          TropeaClock              *clock,
                          const TropeaLedgerPolicy *policy,
                          const char               *origin,
                          TropeaSecret             *secret_key)
{
  TropeaLedgerServer *self = NULL;

  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (store), NULL);
  g_return_val_if_fail (TROPEA_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (policy != NULL && secret_key != NULL, NULL);
  g_return_val_if_fail (tropea_record_is_valid_origin (origin), NULL);

  self = g_object_new (TROPEA_TYPE_LEDGER_SERVER, NULL);
  self->service.store = g_object_ref (store);
  self->service.clock = g_object_ref (clock);
  self->service.policy = *policy;
  self->service.origin = g_strdup (origin);
  self->service.secret_key = tropea_secret_ref (secret_key);
  self->limits = (TropeaHttpLimits) TROPEA_HTTP_LIMITS_DEFAULT;
  self->limits.n_threads = MIN (g_get_num_processors (), MAX_HTTP_THREADS);
  self->limits.niceness = HTTP_NICENESS;
  self->serves_metrics = TRUE;
  self->service.limiter = tropea_ledger_limiter_new (policy);
  self->service.repeats = tropea_ledger_repeats_new ();
  self->service.metrics = tropea_ledger_metrics_new ();
  self->service.freezer = tropea_ledger_freezer_new (store);
  self->service.writer = tropea_ledger_writer_new (store, clock);
  tropea_ledger_writer_set_metrics (self->service.writer, self->service.metrics);
  g_signal_connect_object (self->service.writer, "failed", G_CALLBACK (writer_failed_cb), self,
                           G_CONNECT_DEFAULT);

  return self;
}

/**
 * tropea_ledger_server_set_limits:
 * @limits: 0 threads: one for each processor
 * @serves_metrics: whether GET /metrics is there, for whoever can reach it
 *
 * Before it listens.
 */
void
tropea_ledger_server_set_limits (TropeaLedgerServer     *self,
                                 const TropeaHttpLimits *limits,
                                 gboolean                serves_metrics)
{
  guint n_threads = 0;

  g_return_if_fail (TROPEA_IS_LEDGER_SERVER (self) && self->http == NULL);
  g_return_if_fail (limits != NULL);

  n_threads = limits->n_threads > 0 ? limits->n_threads : self->limits.n_threads;
  self->limits = *limits;
  self->limits.n_threads = n_threads;
  self->limits.niceness = HTTP_NICENESS;
  self->serves_metrics = serves_metrics;
}

/**
 * tropea_ledger_server_set_token:
 * @token: who knows it comes to the operator's dashboard
 *
 * Have the dashboard at the ledger's own address, too. Before it listens.
 */
void
tropea_ledger_server_set_token (TropeaLedgerServer *self,
                                TropeaSecret       *token)
{
  g_return_if_fail (TROPEA_IS_LEDGER_SERVER (self) && self->http == NULL);
  g_return_if_fail (token != NULL && self->token == NULL);

  self->token = tropea_secret_ref (token);
  self->service.dashboard = tropea_dashboard_new (token, self->service.secret_key);
  self->service.survey = tropea_ledger_survey_new (self->service.store);
}

/**
 * tropea_ledger_server_get_metrics:
 *
 * Returns: (transfer none):
 */
TropeaLedgerMetrics *
tropea_ledger_server_get_metrics (TropeaLedgerServer *self)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_SERVER (self), NULL);

  return self->service.metrics;
}

/* What the dashboard adds is found last. */
static GArray *
list_routes (TropeaLedgerServer *self)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (TropeaHttpRoute));
  gsize n_more = 0;
  const TropeaHttpRoute *more = tropea_dashboard_get_routes (&n_more);

  g_array_append_vals (list, routes, G_N_ELEMENTS (routes) - (self->serves_metrics ? 0 : 1));
  if (self->service.dashboard != NULL)
    g_array_append_vals (list, more, (guint) n_more);

  return list;
}

/**
 * tropea_ledger_server_listen:
 * @listener: bound before the database was touched; closed when the server stops
 */
gboolean
tropea_ledger_server_listen (TropeaLedgerServer  *self,
                             TropeaHttpListener  *listener,
                             GError             **error)
{
  g_autoptr(TropeaHttpServer) http = NULL;

  g_return_val_if_fail (TROPEA_IS_LEDGER_SERVER (self), FALSE);
  g_return_val_if_fail (self->http == NULL, FALSE);

  if (!tropea_ledger_freezer_refresh (self->service.freezer, error))
    return FALSE;

  self->routes = list_routes (self);
  http = tropea_http_server_new (&self->limits, (gconstpointer) self->routes->data,
                                 self->routes->len, &self->service);
  tropea_http_server_set_observer (http, request_ended_cb);
  if (!tropea_http_server_listen_on (http, listener, error))
    return FALSE;

  self->http = g_steal_pointer (&http);
  return TRUE;
}

/**
 * tropea_ledger_server_listen_for_operator:
 * @listener: on loopback, where no token is asked for, or anywhere else after
 *   tropea_ledger_server_set_token ()
 *
 * Have nothing but the dashboard at an address of its own. Before the ledger listens.
 */
gboolean
tropea_ledger_server_listen_for_operator (TropeaLedgerServer  *self,
                                          TropeaHttpListener  *listener,
                                          GError             **error)
{
  static const TropeaHttpLimits limits = { 2, 32, 10, 16 * 1024, 30, 0, FALSE };
  g_autoptr(TropeaHttpServer) http = NULL;
  gsize n_routes = 0;
  const TropeaHttpRoute *list = tropea_dashboard_get_routes (&n_routes);
  gboolean is_loopback = tropea_http_listener_is_loopback (listener);

  g_return_val_if_fail (TROPEA_IS_LEDGER_SERVER (self) && self->http == NULL, FALSE);
  g_return_val_if_fail (self->operator_http == NULL, FALSE);
  g_return_val_if_fail (is_loopback || self->token != NULL, FALSE);

  if (!tropea_ledger_freezer_refresh (self->service.freezer, error))
    return FALSE;

  if (self->service.survey == NULL)
    self->service.survey = tropea_ledger_survey_new (self->service.store);
  self->operator_service = self->service;
  self->operator_service.dashboard = tropea_dashboard_new (is_loopback ? NULL : self->token,
                                                           self->service.secret_key);
  http = tropea_http_server_new (&limits, list, n_routes, &self->operator_service);
  if (!tropea_http_server_listen_on (http, listener, error))
    return FALSE;

  tropea_dashboard_set_port (self->operator_service.dashboard,
                             tropea_http_server_get_port (http));
  self->operator_http = g_steal_pointer (&http);
  return TRUE;
}

/**
 * tropea_ledger_server_get_operator_url:
 *
 * Returns: (transfer none) (nullable): where nothing but the dashboard is
 */
const char *
tropea_ledger_server_get_operator_url (TropeaLedgerServer *self)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_SERVER (self), NULL);

  return self->operator_http != NULL ? tropea_http_server_get_url (self->operator_http) : NULL;
}

guint
tropea_ledger_server_get_port (TropeaLedgerServer *self)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_SERVER (self) && self->http != NULL, 0);

  return tropea_http_server_get_port (self->http);
}

const char *
tropea_ledger_server_get_url (TropeaLedgerServer *self)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_SERVER (self) && self->http != NULL, NULL);

  return tropea_http_server_get_url (self->http);
}

static void
http_stopped_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  TropeaLedgerServer *self = g_task_get_source_object (task);

  /* The queue is empty by now, unless the deadline passed. */
  tropea_ledger_writer_join (self->service.writer);

  if (tropea_http_server_stop_finish (TROPEA_HTTP_SERVER (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * tropea_ledger_server_stop_async:
 * @deadline_ms: how long answers that are under way may take
 *
 * Refuse what comes, finish what was begun. All that was answered, and all that is in the
 * queue, is on disk at the end.
 */
void
tropea_ledger_server_stop_async (TropeaLedgerServer  *self,
                                 guint                deadline_ms,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (TROPEA_IS_LEDGER_SERVER (self) && self->http != NULL);

  if (self->operator_http != NULL)
    g_object_run_dispose (G_OBJECT (self->operator_http));
  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_ledger_server_stop_async);
  tropea_http_server_stop_async (self->http, deadline_ms, http_stopped_cb,
                                 g_steal_pointer (&task));
}

gboolean
tropea_ledger_server_stop_finish (TropeaLedgerServer  *self,
                                  GAsyncResult        *result,
                                  GError             **error)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_SERVER (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
