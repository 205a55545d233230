/* tropea-host-traffic.c: the history of rates, and when it is saved
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-host-traffic"

#include "config.h"

#include "host/tropea-host-private.h"
#include "session/tropea-store-traffic.h"

/* There are two histories, so that what was made up never stands beside what moved: that of the
 * source in use is the "rate-history". Tor's is on disk, the simulator's is gone with the run.
 *
 * It is a picture and no account: it is saved once a minute and when tor stops, and a crash
 * costs the last minute of it. A disk that does not take it says so by the sessions; what could
 * not be saved goes with the next.
 */

#define SAVE_INTERVAL_USEC (60 * G_USEC_PER_SEC)

typedef struct
{
  TropeaHost *host;     /* (owned) */
  GArray     *buckets;  /* (owned) */
} Saving;

static void
saved_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  Saving *saving = user_data;
  TropeaHost *self = saving->host;
  g_autoptr(GError) error = NULL;

  self->is_saving_traffic = FALSE;
  if (!tropea_store_save_traffic_finish (TROPEA_STORE (object), result, &error))
    {
      g_debug ("%s", error->message);
      tropea_rate_history_save_failed (self->tor_rates, saving->buckets);
    }

  g_array_unref (saving->buckets);
  g_object_unref (saving->host);
  g_free (saving);
}

/**
 * tropea_host_save_traffic:
 *
 * Write what has changed; the store does it before whatever is asked of it after this.
 */
void
tropea_host_save_traffic (TropeaHost *self)
{
  Saving *saving = NULL;

  if (self->is_saving_traffic || !tropea_rate_history_needs_save (self->tor_rates))
    return;

  saving = g_new0 (Saving, 1);
  saving->host = g_object_ref (self);
  saving->buckets = tropea_rate_history_begin_save (self->tor_rates);
  self->is_saving_traffic = TRUE;
  self->traffic_saved_usec = tropea_clock_get_monotonic_usec (self->clock);
  tropea_store_save_traffic_async (self->store, saving->buckets,
                                   tropea_clock_get_wall_ms (self->clock) / 1000, saved_cb,
                                   saving);
}

/**
 * tropea_host_note_traffic:
 *
 * Add what the backend in use has moved.
 */
void
tropea_host_note_traffic (TropeaHost            *self,
                          const TropeaTorSample *sample)
{
  gint64 now_usec = tropea_clock_get_monotonic_usec (self->clock);

  tropea_rate_history_add (tropea_host_get_rate_history (self), sample);
  if (now_usec - self->traffic_saved_usec >= SAVE_INTERVAL_USEC && !self->is_closing)
    tropea_host_save_traffic (self);
}

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(TropeaHost) self = user_data;
  g_autoptr(GArray) buckets = NULL;
  g_autoptr(GError) error = NULL;

  buckets = tropea_store_load_traffic_finish (TROPEA_STORE (object), result, &error);
  if (buckets != NULL)
    tropea_rate_history_restore (self->tor_rates, buckets);
  else
    g_debug ("%s", error->message);
}

/**
 * tropea_host_load_traffic:
 *
 * Put back what earlier runs have saved; before the first sample.
 */
void
tropea_host_load_traffic (TropeaHost *self)
{
  self->traffic_saved_usec = tropea_clock_get_monotonic_usec (self->clock);
  tropea_store_load_traffic_async (self->store, loaded_cb, g_object_ref (self));
}

/**
 * tropea_host_get_rate_history:
 *
 * Returns: (transfer none): of the source in use; another one after notify::rate-history
 */
TropeaRateHistory *
tropea_host_get_rate_history (TropeaHost *self)
{
  g_return_val_if_fail (TROPEA_IS_HOST (self), NULL);

  return self->source == TROPEA_SOURCE_SIMULATION ? self->simulated_rates : self->tor_rates;
}
