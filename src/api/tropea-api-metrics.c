/* tropea-api-metrics.c: the figures for Prometheus
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-api"

#include "config.h"

#include "api/tropea-api-private.h"

#include <microhttpd.h>

#include "api/tropea-api-input.h"
#include "api/tropea-status.h"
#include "record/tropea-credit.h"

/* Names stay as they are. Counters begin again at a reset of the statistics, which Prometheus
 * takes for what it is; credits are written with all their digits, from the integer.
 */

#define CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

static void
add_head (GString    *text,
          const char *name,
          const char *type,
          const char *help)
{
  g_string_append_printf (text, "# HELP tropea_%s %s\n# TYPE tropea_%s %s\n", name, help, name,
                          type);
}

static void
add (GString    *text,
     const char *name,
     const char *type,
     guint64     value,
     const char *help)
{
  add_head (text, name, type, help);
  g_string_append_printf (text, "tropea_%s %" G_GUINT64_FORMAT "\n", name, value);
}

static void
add_state (GString            *text,
           const TropeaStatus *status)
{
  add_head (text, "state", "gauge", "1 for the state of tor, 0 for the others");
  for (guint i = TROPEA_TOR_STATE_STOPPED; i <= TROPEA_TOR_STATE_PAUSED; i++)
    g_string_append_printf (text, "tropea_state{state=\"%s\"} %d\n",
                            tropea_tor_state_to_string ((TropeaTorState) i),
                            status->state == (TropeaTorState) i);
}

static void
add_pair (GString    *text,
          const char *name,
          const char *help,
          guint64     in,
          guint64     out)
{
  add_head (text, name, "counter", help);
  g_string_append_printf (text, "tropea_%s{direction=\"in\"} %" G_GUINT64_FORMAT "\n"
                          "tropea_%s{direction=\"out\"} %" G_GUINT64_FORMAT "\n",
                          name, in, name, out);
}

static void
add_sessions (GString            *text,
              const TropeaStatus *status)
{
  add_head (text, "sessions", "gauge", "Sessions by what became of them");
  g_string_append_printf (text,
                          "tropea_sessions{state=\"waiting\"} %" G_GINT64_FORMAT "\n"
                          "tropea_sessions{state=\"credited\"} %" G_GINT64_FORMAT "\n"
                          "tropea_sessions{state=\"refused\"} %" G_GINT64_FORMAT "\n",
                          status->waiting_sessions, status->submitted_sessions,
                          status->refused_sessions);
}

static void
add_credits (GString    *text,
             const char *grade,
             gint64      micro)
{
  g_string_append_printf (text, "tropea_credits_total{grade=\"%s\"} %" G_GINT64_FORMAT ".%06"
                          G_GINT64_FORMAT "\n", grade, micro / TROPEA_CREDIT_MICRO,
                          micro % TROPEA_CREDIT_MICRO);
}

void
tropea_api_metrics_cb (TropeaHttpRequest *request,
                       gpointer           user_data)
{
  TropeaApiDoor *door = user_data;
  g_autoptr(GString) text = g_string_new (NULL);
  g_auto(TropeaStatus) status = { 0 };

  if (!tropea_api_input_read_query (request, NULL, 0))
    return;

  tropea_status_read (&status, door->api->host);
  add_head (text, "info", "gauge", "Which Tropea this is");
  g_string_append (text, "tropea_info{version=\"" TROPEA_VERSION "\"} 1\n");
  add_state (text, &status);
  add (text, "simulating", "gauge", status.is_simulating ? 1 : 0, "Whether it is made up");
  add (text, "bootstrap_percent", "gauge", (guint64) status.bootstrap_percent,
       "How far tor is connected");
  add (text, "uptime_seconds", "gauge", (guint64) status.uptime_seconds, "Since tor was started");
  add_pair (text, "bytes_total", "What tor moved", status.bytes_in, status.bytes_out);
  add_pair (text, "app_bytes_total", "What programs moved through tor", status.app_bytes_in,
            status.app_bytes_out);
  add (text, "connections", "gauge", status.connection_count, "Open connections to relays");
  add (text, "circuits", "gauge", status.circuit_count, "Built circuits");
  add (text, "monitoring", "gauge", status.is_monitoring ? 1 : 0, "Whether sessions are made");
  add (text, "accumulated_bytes", "gauge", (guint64) status.accumulated_bytes,
       "In the open session");
  add (text, "accumulated_seconds", "gauge", (guint64) status.accumulated_seconds,
       "In the open session");
  add_sessions (text, &status);
  add_head (text, "credits_total", "counter", "What the ledger credited");
  add_credits (text, "self-reported", status.total_credits_micro);
  add_credits (text, "simulated", status.simulated_credits_micro);
  add (text, "problem", "gauge", status.problem != NULL ? 1 : 0, "Whether something is wrong");

  tropea_http_request_respond (request, MHD_HTTP_OK, CONTENT_TYPE, text->str);
}
