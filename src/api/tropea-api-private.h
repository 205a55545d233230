/* tropea-api-private.h: the local API's inside, for the files that make it up
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "api/tropea-api.h"
#include "host/tropea-day-book.h"
#include "http/tropea-http-server.h"

G_BEGIN_DECLS

/* tropea-api.c: the object: two doors, the routes behind them
 * tropea-api-guard.c: who may come in
 * tropea-api-input.c: what a request asks with
 * tropea-api-answer.c: what is said of a host
 * tropea-api-reads.c: what only looks
 * tropea-api-verbs.c: what is done at once
 * tropea-api-steering.c: what takes time: start, stop, pause …
 * tropea-api-wait.c: somebody who waits for that
 * tropea-api-events.c: what happens, as it happens
 * tropea-api-metrics.c: the figures for Prometheus
 */

/* A door: the socket or the port. What a handler gets. */
typedef struct
{
  TropeaApi        *api;     /* (unowned) */
  TropeaHttpServer *server;  /* (owned) (nullable): NULL while it is shut */
  guint             port;    /* 0: the socket */
  char             *token;   /* (owned) (nullable): of the port */
  guint             n_streams;
  guint             max_streams;
} TropeaApiDoor;

struct _TropeaApi
{
  GObject        parent_instance;

  TropeaHost    *host;           /* (owned) */
  TropeaApiDoor  socket;
  TropeaApiDoor  tcp;
  char          *socket_path;    /* (owned) (nullable) */
  gboolean       is_closing;
  gboolean       is_steered;

  GListModel    *activity;       /* (owned) */
  gint64         first_sample;   /* the id of the first one in @activity */
  TropeaDayBook *book;           /* (owned) (nullable): made when it is asked for */
  GPtrArray     *book_waits;     /* (owned) */
  GPtrArray     *waits;          /* (owned): begun and not answered */

  GPtrArray     *readers;        /* (owned): of the events */
  guint          keep_alive;
  char          *last_state;     /* (owned) (nullable) */
  char          *last_bootstrap; /* (owned) (nullable) */
};

void tropea_api_reads_init    (TropeaApi         *self);
void tropea_api_reads_close   (TropeaApi         *self);
void tropea_api_waits_init    (TropeaApi         *self);
void tropea_api_waits_close   (TropeaApi         *self);
void tropea_api_events_init   (TropeaApi         *self);
void tropea_api_events_close  (TropeaApi         *self);

/* TropeaHttpHandler each, with a TropeaApiDoor. */
void tropea_api_start_cb            (TropeaHttpRequest *request,
                                     gpointer           user_data);
void tropea_api_stop_cb             (TropeaHttpRequest *request,
                                     gpointer           user_data);
void tropea_api_restart_cb          (TropeaHttpRequest *request,
                                     gpointer           user_data);
void tropea_api_simulate_cb         (TropeaHttpRequest *request,
                                     gpointer           user_data);
void tropea_api_simulate_stop_cb    (TropeaHttpRequest *request,
                                     gpointer           user_data);
void tropea_api_attach_cb           (TropeaHttpRequest *request,
                                     gpointer           user_data);
void tropea_api_pause_cb            (TropeaHttpRequest *request,
                                     gpointer           user_data);
void tropea_api_resume_cb           (TropeaHttpRequest *request,
                                     gpointer           user_data);
void tropea_api_new_identity_cb     (TropeaHttpRequest *request,
                                     gpointer           user_data);
void tropea_api_monitoring_start_cb (TropeaHttpRequest *request,
                                     gpointer           user_data);
void tropea_api_monitoring_stop_cb  (TropeaHttpRequest *request,
                                     gpointer           user_data);
void tropea_api_set_thresholds_cb   (TropeaHttpRequest *request,
                                     gpointer           user_data);
void tropea_api_reset_cb            (TropeaHttpRequest *request,
                                     gpointer           user_data);
void tropea_api_submit_cb           (TropeaHttpRequest *request,
                                     gpointer           user_data);
void tropea_api_status_cb           (TropeaHttpRequest *request,
                                     gpointer           user_data);
void tropea_api_stats_cb            (TropeaHttpRequest *request,
                                     gpointer           user_data);
void tropea_api_thresholds_cb       (TropeaHttpRequest *request,
                                     gpointer           user_data);
void tropea_api_identity_cb         (TropeaHttpRequest *request,
                                     gpointer           user_data);
void tropea_api_metrics_cb          (TropeaHttpRequest *request,
                                     gpointer           user_data);
void tropea_api_activity_cb         (TropeaHttpRequest *request,
                                     gpointer           user_data);
void tropea_api_sessions_cb         (TropeaHttpRequest *request,
                                     gpointer           user_data);
void tropea_api_credits_cb          (TropeaHttpRequest *request,
                                     gpointer           user_data);
void tropea_api_events_cb           (TropeaHttpRequest *request,
                                     gpointer           user_data);

G_END_DECLS
