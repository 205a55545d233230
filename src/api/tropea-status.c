/* tropea-status.c: a host's figures at one moment, as a plain value
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-status"

#include "config.h"

#include "api/tropea-status.h"

#include "record/tropea-credit.h"

/**
 * tropea_status_read:
 * @self: (out caller-allocates): holds nothing before
 */
void
tropea_status_read (TropeaStatus *self,
                    TropeaHost   *host)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (TROPEA_IS_HOST (host));

  g_object_get (host,
                "state", &self->state,
                "bootstrap-percent", &self->bootstrap_percent,
                "bootstrap-tag", &self->bootstrap_tag,
                "bootstrap-summary", &self->bootstrap_summary,
                "is-simulating", &self->is_simulating,
                "is-monitoring", &self->is_monitoring,
                "socks-port", &self->socks_port,
                "control-port", &self->control_port,
                "restart-seconds", &self->restart_seconds,
                "new-identity-seconds", &self->new_identity_seconds,
                "uptime-seconds", &self->uptime_seconds,
                "bytes-in", &self->bytes_in,
                "bytes-out", &self->bytes_out,
                "total-bytes", &self->total_bytes,
                "app-bytes-in", &self->app_bytes_in,
                "app-bytes-out", &self->app_bytes_out,
                "rate-in", &self->rate_in,
                "rate-out", &self->rate_out,
                "connection-count", &self->connection_count,
                "circuit-count", &self->circuit_count,
                "accumulated-bytes", &self->accumulated_bytes,
                "accumulated-seconds", &self->accumulated_seconds,
                "min-bytes", &self->min_bytes,
                "min-seconds", &self->min_seconds,
                "max-seconds", &self->max_seconds,
                "submitted-sessions", &self->submitted_sessions,
                "waiting-sessions", &self->waiting_sessions,
                "refused-sessions", &self->refused_sessions,
                "total-credits-micro", &self->total_credits_micro,
                "simulated-credits-micro", &self->simulated_credits_micro,
                "problem", &self->problem,
                NULL);
}

void
tropea_status_clear (TropeaStatus *self)
{
  g_clear_pointer (&self->bootstrap_tag, g_free);
  g_clear_pointer (&self->bootstrap_summary, g_free);
  g_clear_pointer (&self->problem, g_free);
  g_clear_pointer (&self->notice, g_free);
}

/**
 * tropea_status_format_bytes:
 *
 * Returns: (transfer full): in decimal units with one digit after the point, rounded down,
 *   such as "4.3 MB"; below 1000 the bytes themselves
 */
char *
tropea_status_format_bytes (guint64 bytes)
{
  static const char * const units[] = { "KB", "MB", "GB", "TB", "PB", "EB" };
  guint64 unit = 1000;
  guint i = 0;

  if (bytes < unit)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " B", bytes);

  while (i + 1 < G_N_ELEMENTS (units) && bytes / unit >= 1000)
    {
      unit *= 1000;
      i++;
    }

  return g_strdup_printf ("%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT " %s",
                          bytes / unit, bytes % unit / (unit / 10), units[i]);
}

/**
 * tropea_status_format_duration:
 *
 * Returns: (transfer full): hours, minutes and seconds, such as "1:04:05"
 */
char *
tropea_status_format_duration (gint64 seconds)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT ":%02d:%02d",
                          seconds / 3600, (int) (seconds / 60 % 60), (int) (seconds % 60));
}

/**
 * tropea_status_format_credits:
 *
 * Returns: (transfer full): both grades, always apart: what a simulation earned is not what a
 *   tor earned
 */
char *
tropea_status_format_credits (gint64 credits_micro,
                              gint64 simulated_micro)
{
  g_autofree char *credits = tropea_credit_format (credits_micro);
  g_autofree char *simulated = NULL;

  if (simulated_micro == 0)
    return g_steal_pointer (&credits);

  simulated = tropea_credit_format (simulated_micro);

  return g_strdup_printf ("%s · simulated %s", credits, simulated);
}
