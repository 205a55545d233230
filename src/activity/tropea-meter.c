/* tropea-meter.c: adds up what a backend reports
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-meter"

#include "config.h"

#include "activity/tropea-meter.h"

/* What "bytes" are. There are two counts, and neither ever stands for the other:
 *
 *   bytes-in, bytes-out: what tor itself moved: the growth of its traffic/read and
 *     traffic/written (64 bit, exact). TLS records and tor's own cells are in it, so are
 *     padding and directory traffic; TCP and IP headers and what a pluggable transport adds
 *     are not. It is 7 to 8 per cent more than the payload of a download, and an idle tor
 *     makes about 300 bytes a second of it. This is what sessions are made of.
 *   app-bytes-in, app-bytes-out: what programs received and sent through tor (STREAM_BW):
 *     payload, and the few bytes of the SOCKS handshake.
 *
 * In a test network (TestingTorNetwork sets CountPrivateBandwidth) tor also counts the bytes
 * between itself and the programs on this computer and those of the control connections, so
 * there a download is in bytes-in and again in bytes-out. In production loopback is not
 * counted. That is tor's own count in both; nothing is added or taken off here, so the sum of
 * the samples is traffic/read and traffic/written to the byte.
 *
 * A sample's figures come from the process and are added without trust: sums saturate.
 */

struct _TropeaMeter
{
  GObject             parent_instance;

  TropeaClock        *clock;    /* (owned) */
  TropeaTorBackend   *backend;  /* (owned) (nullable) */
  TropeaActivityLog  *log;      /* (owned) */

  guint64             bytes_in;
  guint64             bytes_out;
  guint64             app_bytes_in;
  guint64             app_bytes_out;
  guint64             rate_in;
  guint64             rate_out;
  guint               connection_count;
  guint               circuit_count;
  gint64              up_since_usec;  /* monotonic; 0 while the backend is not up */
};

typedef enum
{
  PROP_BYTES_IN = 1,
  PROP_BYTES_OUT,
  PROP_TOTAL_BYTES,
  PROP_APP_BYTES_IN,
  PROP_APP_BYTES_OUT,
  PROP_RATE_IN,
  PROP_RATE_OUT,
  PROP_CONNECTION_COUNT,
  PROP_CIRCUIT_COUNT,
  PROP_UPTIME_SECONDS,
} TropeaMeterProperty;

enum
{
  SIGNAL_SAMPLE,
  N_SIGNALS,
};

G_DEFINE_FINAL_TYPE (TropeaMeter, tropea_meter, G_TYPE_OBJECT)

static GParamSpec *properties[PROP_UPTIME_SECONDS + 1];
static guint signals[N_SIGNALS];

static guint64
add_saturated (guint64 a,
               guint64 b)
{
  guint64 sum = 0;

  return g_uint64_checked_add (&sum, a, b) ? sum : G_MAXUINT64;
}

/* Bytes per second over the measured interval, rounded down. */
static guint64
compute_rate (guint64 bytes,
              gint64  interval_usec)
{
  guint64 scaled = 0;
  guint64 interval = (guint64) MAX (interval_usec, 1);

  if (g_uint64_checked_mul (&scaled, bytes, G_USEC_PER_SEC))
    return scaled / interval;

  return g_uint64_checked_mul (&scaled, bytes / interval, G_USEC_PER_SEC) ? scaled : G_MAXUINT64;
}

static void
set_counter (TropeaMeter         *self,
             guint64             *field,
             guint64              value,
             TropeaMeterProperty  property)
{
  if (*field == value)
    return;

  *field = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
set_count (TropeaMeter         *self,
           guint               *field,
           guint                value,
           TropeaMeterProperty  property)
{
  if (*field == value)
    return;

  *field = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
set_traffic (TropeaMeter *self,
             guint64      bytes_in,
             guint64      bytes_out)
{
  if (self->bytes_in == bytes_in && self->bytes_out == bytes_out)
    return;

  set_counter (self, &self->bytes_in, bytes_in, PROP_BYTES_IN);
  set_counter (self, &self->bytes_out, bytes_out, PROP_BYTES_OUT);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOTAL_BYTES]);
}

static void
set_up (TropeaMeter *self,
        gboolean     up)
{
  if (up == (self->up_since_usec != 0))
    return;

  self->up_since_usec = up ? tropea_clock_get_monotonic_usec (self->clock) : 0;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UPTIME_SECONDS]);
}

static void
sample_cb (TropeaMeter           *self,
           const TropeaTorSample *sample,
           TropeaTorBackend      *backend)
{
  g_object_freeze_notify (G_OBJECT (self));
  set_traffic (self,
               add_saturated (self->bytes_in, sample->bytes_in),
               add_saturated (self->bytes_out, sample->bytes_out));
  set_counter (self, &self->app_bytes_in,
               add_saturated (self->app_bytes_in, sample->app_bytes_in), PROP_APP_BYTES_IN);
  set_counter (self, &self->app_bytes_out,
               add_saturated (self->app_bytes_out, sample->app_bytes_out), PROP_APP_BYTES_OUT);
  set_counter (self, &self->rate_in,
               compute_rate (sample->bytes_in, sample->interval_usec), PROP_RATE_IN);
  set_counter (self, &self->rate_out,
               compute_rate (sample->bytes_out, sample->interval_usec), PROP_RATE_OUT);
  if (self->up_since_usec != 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UPTIME_SECONDS]);
  tropea_activity_log_append (self->log, sample);
  g_object_thaw_notify (G_OBJECT (self));

  g_signal_emit (self, signals[SIGNAL_SAMPLE], 0, sample);
}

static void
update_counts (TropeaMeter *self)
{
  guint connections = 0;
  guint circuits = 0;

  if (self->backend != NULL)
    {
      connections = tropea_tor_backend_get_connection_count (self->backend);
      circuits = tropea_tor_backend_get_circuit_count (self->backend);
    }

  set_count (self, &self->connection_count, connections, PROP_CONNECTION_COUNT);
  set_count (self, &self->circuit_count, circuits, PROP_CIRCUIT_COUNT);
}

static void
update_state (TropeaMeter *self)
{
  TropeaTorState state = TROPEA_TOR_STATE_STOPPED;

  if (self->backend != NULL)
    state = tropea_tor_backend_get_state (self->backend);

  switch (state)
    {
    case TROPEA_TOR_STATE_BOOTSTRAPPING:
    case TROPEA_TOR_STATE_RUNNING:
      set_up (self, TRUE);
      break;

    case TROPEA_TOR_STATE_PAUSED:
      set_up (self, TRUE);
      set_counter (self, &self->rate_in, 0, PROP_RATE_IN);
      set_counter (self, &self->rate_out, 0, PROP_RATE_OUT);
      break;

    case TROPEA_TOR_STATE_STOPPING:
      break;

    case TROPEA_TOR_STATE_STOPPED:
    case TROPEA_TOR_STATE_STARTING:
    case TROPEA_TOR_STATE_FAILED:
    default:
      set_up (self, FALSE);
      set_counter (self, &self->rate_in, 0, PROP_RATE_IN);
      set_counter (self, &self->rate_out, 0, PROP_RATE_OUT);
      break;
    }
}

static void
set_target (TropeaMeter      *self,
            TropeaTorBackend *backend)
{
  if (self->backend != NULL)
    g_signal_handlers_disconnect_by_data (self->backend, self);

  g_set_object (&self->backend, backend);
  if (backend == NULL)
    return;

  g_signal_connect_object (backend, "sample", G_CALLBACK (sample_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "notify::state", G_CALLBACK (update_state), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "notify::connection-count", G_CALLBACK (update_counts), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (backend, "notify::circuit-count", G_CALLBACK (update_counts), self,
                           G_CONNECT_SWAPPED);
}

static void
tropea_meter_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  TropeaMeter *self = TROPEA_METER (object);

  switch ((TropeaMeterProperty) prop_id)
    {
    case PROP_BYTES_IN:
      g_value_set_uint64 (value, self->bytes_in);
      break;

    case PROP_BYTES_OUT:
      g_value_set_uint64 (value, self->bytes_out);
      break;

    case PROP_TOTAL_BYTES:
      g_value_set_uint64 (value, add_saturated (self->bytes_in, self->bytes_out));
      break;

    case PROP_APP_BYTES_IN:
      g_value_set_uint64 (value, self->app_bytes_in);
      break;

    case PROP_APP_BYTES_OUT:
      g_value_set_uint64 (value, self->app_bytes_out);
      break;

    case PROP_RATE_IN:
      g_value_set_uint64 (value, self->rate_in);
      break;

    case PROP_RATE_OUT:
      g_value_set_uint64 (value, self->rate_out);
      break;

    case PROP_CONNECTION_COUNT:
      g_value_set_uint (value, self->connection_count);
      break;

    case PROP_CIRCUIT_COUNT:
      g_value_set_uint (value, self->circuit_count);
      break;

    case PROP_UPTIME_SECONDS:
      g_value_set_int64 (value, tropea_meter_get_uptime_seconds (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_meter_dispose (GObject *object)
{
  TropeaMeter *self = TROPEA_METER (object);

  set_target (self, NULL);
  self->up_since_usec = 0;
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (tropea_meter_parent_class)->dispose (object);
}

static void
tropea_meter_finalize (GObject *object)
{
  g_clear_object (&TROPEA_METER (object)->log);

  G_OBJECT_CLASS (tropea_meter_parent_class)->finalize (object);
}

static void
install_uint64 (TropeaMeterProperty  property,
                const char          *name)
{
  properties[property] =
    g_param_spec_uint64 (name, NULL, NULL, 0, G_MAXUINT64, 0,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
}

static void
tropea_meter_class_init (TropeaMeterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = tropea_meter_get_property;
  object_class->dispose = tropea_meter_dispose;
  object_class->finalize = tropea_meter_finalize;

  install_uint64 (PROP_BYTES_IN, "bytes-in");
  install_uint64 (PROP_BYTES_OUT, "bytes-out");
  install_uint64 (PROP_TOTAL_BYTES, "total-bytes");
  install_uint64 (PROP_APP_BYTES_IN, "app-bytes-in");
  install_uint64 (PROP_APP_BYTES_OUT, "app-bytes-out");
  install_uint64 (PROP_RATE_IN, "rate-in");
  install_uint64 (PROP_RATE_OUT, "rate-out");
  properties[PROP_CONNECTION_COUNT] =
    g_param_spec_uint ("connection-count", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_CIRCUIT_COUNT] =
    g_param_spec_uint ("circuit-count", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_UPTIME_SECONDS] =
    g_param_spec_int64 ("uptime-seconds", NULL, NULL, 0, G_MAXINT64, 0, flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  /**
   * TropeaMeter::sample:
   * @sample: (type TropeaTorSample): what came
   *
   * A sample came, and the totals include it.
   */
  signals[SIGNAL_SAMPLE] =
    g_signal_new ("sample", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, TROPEA_TYPE_TOR_SAMPLE | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
tropea_meter_init (TropeaMeter *self)
{
  self->log = tropea_activity_log_new ();
}

TropeaMeter *
tropea_meter_new (TropeaClock *clock)
{
  TropeaMeter *self = NULL;

  g_return_val_if_fail (TROPEA_IS_CLOCK (clock), NULL);

  self = g_object_new (TROPEA_TYPE_METER, NULL);
  self->clock = g_object_ref (clock);

  return self;
}

/**
 * tropea_meter_set_backend:
 * @backend: (nullable): what to listen to from now on
 *
 * Exchange what is metered; the totals go on, counts and uptime are those of @backend.
 */
void
tropea_meter_set_backend (TropeaMeter      *self,
                          TropeaTorBackend *backend)
{
  g_return_if_fail (TROPEA_IS_METER (self));
  g_return_if_fail (backend == NULL || TROPEA_IS_TOR_BACKEND (backend));

  if (self->backend == backend)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  set_up (self, FALSE);
  set_counter (self, &self->rate_in, 0, PROP_RATE_IN);
  set_counter (self, &self->rate_out, 0, PROP_RATE_OUT);
  set_target (self, backend);
  update_state (self);
  update_counts (self);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * tropea_meter_get_log:
 *
 * Returns: (transfer none): the last samples
 */
TropeaActivityLog *
tropea_meter_get_log (TropeaMeter *self)
{
  g_return_val_if_fail (TROPEA_IS_METER (self), NULL);

  return self->log;
}

guint64
tropea_meter_get_bytes_in (TropeaMeter *self)
{
  g_return_val_if_fail (TROPEA_IS_METER (self), 0);

  return self->bytes_in;
}

guint64
tropea_meter_get_bytes_out (TropeaMeter *self)
{
  g_return_val_if_fail (TROPEA_IS_METER (self), 0);

  return self->bytes_out;
}

guint64
tropea_meter_get_app_bytes_in (TropeaMeter *self)
{
  g_return_val_if_fail (TROPEA_IS_METER (self), 0);

  return self->app_bytes_in;
}

guint64
tropea_meter_get_app_bytes_out (TropeaMeter *self)
{
  g_return_val_if_fail (TROPEA_IS_METER (self), 0);

  return self->app_bytes_out;
}

guint64
tropea_meter_get_rate_in (TropeaMeter *self)
{
  g_return_val_if_fail (TROPEA_IS_METER (self), 0);

  return self->rate_in;
}

guint64
tropea_meter_get_rate_out (TropeaMeter *self)
{
  g_return_val_if_fail (TROPEA_IS_METER (self), 0);

  return self->rate_out;
}

guint
tropea_meter_get_connection_count (TropeaMeter *self)
{
  g_return_val_if_fail (TROPEA_IS_METER (self), 0);

  return self->connection_count;
}

guint
tropea_meter_get_circuit_count (TropeaMeter *self)
{
  g_return_val_if_fail (TROPEA_IS_METER (self), 0);

  return self->circuit_count;
}

gint64
tropea_meter_get_uptime_seconds (TropeaMeter *self)
{
  gint64 now_usec = 0;

  g_return_val_if_fail (TROPEA_IS_METER (self), 0);

  if (self->up_since_usec == 0)
    return 0;

  now_usec = tropea_clock_get_monotonic_usec (self->clock);

  return (now_usec - self->up_since_usec) / G_USEC_PER_SEC;
}

/**
 * tropea_meter_reset:
 *
 * Set the totals to nothing and empty the log. Counts, rates and uptime are of the present
 * and stay.
 */
void
tropea_meter_reset (TropeaMeter *self)
{
  g_return_if_fail (TROPEA_IS_METER (self));

  g_object_freeze_notify (G_OBJECT (self));
  set_traffic (self, 0, 0);
  set_counter (self, &self->app_bytes_in, 0, PROP_APP_BYTES_IN);
  set_counter (self, &self->app_bytes_out, 0, PROP_APP_BYTES_OUT);
  tropea_activity_log_clear (self->log);
  g_object_thaw_notify (G_OBJECT (self));
}
