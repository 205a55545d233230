/* tropea-host.c: the whole chain from tor to credits as one object
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-host"

#include "config.h"

#include "host/tropea-host.h"

#include "host/tropea-host-private.h"

/* The host owns the parts and joins them; it counts nothing itself. A property of a part that
 * others need is a property of the host with the same name, read from the part and notified
 * with it, so there is no second copy that could differ. Credits are the sum over the
 * store's sessions, so they always add up with the list of sessions.
 */

typedef enum
{
  PROP_STATE = 1,
  PROP_BOOTSTRAP_PERCENT,
  PROP_BOOTSTRAP_TAG,
  PROP_BOOTSTRAP_SUMMARY,
  PROP_SOCKS_PORT,
  PROP_CONTROL_PORT,
  PROP_RESTART_SECONDS,
  PROP_NEW_IDENTITY_SECONDS,
  PROP_BYTES_IN,
  PROP_BYTES_OUT,
  PROP_TOTAL_BYTES,
  PROP_APP_BYTES_IN,
  PROP_APP_BYTES_OUT,
  PROP_RATE_IN,
  PROP_RATE_OUT,
  PROP_CONNECTION_COUNT,
  PROP_CIRCUIT_COUNT,
  PROP_UPTIME_SECONDS,
  PROP_ACCUMULATED_BYTES,
  PROP_ACCUMULATED_SECONDS,
  PROP_MIN_BYTES,
  PROP_MIN_SECONDS,
  PROP_MAX_SECONDS,
  PROP_SUBMITTED_SESSIONS,
  PROP_WAITING_SESSIONS,
  PROP_REFUSED_SESSIONS,
  PROP_TOTAL_CREDITS_MICRO,
  PROP_SIMULATED_CREDITS_MICRO,
  PROP_IS_SIMULATING,
  PROP_IS_MONITORING,
  PROP_PUBLIC_KEY,
  PROP_KEY_STATE,
  PROP_PROBLEM,
  PROP_DIAGNOSIS,
  PROP_ACTIVITY,
  PROP_RATE_HISTORY,
  PROP_TOR_LOG,
  PROP_CIRCUITS,
  PROP_EXIT_COUNTRIES,
} TropeaHostProperty;

enum
{
  SIGNAL_SAMPLE,
  SIGNAL_SESSION_CUT,
  SIGNAL_CREDITED,
  SIGNAL_REFUSED,
  SIGNAL_NOTICE,
  SIGNAL_ERROR,
  N_SIGNALS,
};

G_DEFINE_FINAL_TYPE (TropeaHost, tropea_host, G_TYPE_OBJECT)
G_DEFINE_QUARK (tropea-host-error-quark, tropea_host_error)

static GParamSpec *properties[PROP_EXIT_COUNTRIES + 1];
static guint signals[N_SIGNALS];

/* From the part that has it; the default where there is no such part yet. */
static void
read_from (gpointer    part,
           GValue     *value,
           GParamSpec *pspec)
{
  if (part != NULL)
    g_object_get_property (part, pspec->name, value);
  else
    g_param_value_set_default (pspec, value);
}

static gint64
get_total (TropeaHost         *self,
           TropeaHostProperty  property)
{
  const TropeaStoreTotals *totals = tropea_store_get_totals (self->store);

  if (property == PROP_SUBMITTED_SESSIONS)
    return totals->credited;
  if (property == PROP_WAITING_SESSIONS)
    return totals->waiting;
  if (property == PROP_REFUSED_SESSIONS)
    return totals->refused;
  if (property == PROP_TOTAL_CREDITS_MICRO)
    return totals->credits_micro;

  return totals->simulated_credits_micro;
}

static gint64
get_threshold (TropeaHost         *self,
               TropeaHostProperty  property)
{
  TropeaThresholds thresholds = tropea_recorder_get_thresholds (self->recorder);

  if (property == PROP_MIN_BYTES)
    return thresholds.min_bytes;
  if (property == PROP_MIN_SECONDS)
    return thresholds.min_seconds;

  return thresholds.max_seconds;
}

static void
tropea_host_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  TropeaHost *self = TROPEA_HOST (object);
  TropeaHostProperty property = (TropeaHostProperty) prop_id;

  switch (property)
    {
    case PROP_STATE:
    case PROP_BOOTSTRAP_PERCENT:
    case PROP_BOOTSTRAP_TAG:
    case PROP_BOOTSTRAP_SUMMARY:
    case PROP_SOCKS_PORT:
    case PROP_CONTROL_PORT:
    case PROP_RESTART_SECONDS:
      read_from (self->backend, value, pspec);
      break;

    case PROP_NEW_IDENTITY_SECONDS:
      read_from (self->new_identity, value, pspec);
      break;

    case PROP_BYTES_IN:
    case PROP_BYTES_OUT:
    case PROP_TOTAL_BYTES:
    case PROP_APP_BYTES_IN:
    case PROP_APP_BYTES_OUT:
    case PROP_RATE_IN:
    case PROP_RATE_OUT:
    case PROP_CONNECTION_COUNT:
    case PROP_CIRCUIT_COUNT:
    case PROP_UPTIME_SECONDS:
      read_from (self->meter, value, pspec);
      break;

    case PROP_ACCUMULATED_BYTES:
    case PROP_ACCUMULATED_SECONDS:
      read_from (self->recorder, value, pspec);
      break;

    case PROP_MIN_BYTES:
    case PROP_MIN_SECONDS:
    case PROP_MAX_SECONDS:
      g_value_set_int64 (value, get_threshold (self, property));
      break;

    case PROP_SUBMITTED_SESSIONS:
    case PROP_WAITING_SESSIONS:
    case PROP_REFUSED_SESSIONS:
    case PROP_TOTAL_CREDITS_MICRO:
    case PROP_SIMULATED_CREDITS_MICRO:
      g_value_set_int64 (value, get_total (self, property));
      break;

    case PROP_IS_SIMULATING:
      g_value_set_boolean (value, self->is_simulating);
      break;

    case PROP_IS_MONITORING:
      g_value_set_boolean (value, self->is_monitoring);
      break;

    case PROP_PUBLIC_KEY:
      g_value_set_string (value, tropea_identity_get_public_key (self->identity));
      break;

    case PROP_KEY_STATE:
      g_value_set_enum (value, (int) tropea_identity_get_state (self->identity));
      break;

    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;

    case PROP_DIAGNOSIS:
      g_value_set_boxed (value, self->diagnosis);
      break;

    case PROP_ACTIVITY:
      g_value_set_object (value, tropea_meter_get_log (self->meter));
      break;

    case PROP_RATE_HISTORY:
      g_value_set_object (value, tropea_host_get_rate_history (self));
      break;

    case PROP_TOR_LOG:
      g_value_set_object (value, self->log);
      break;

    case PROP_CIRCUITS:
      g_value_set_object (value, self->circuits);
      break;

    case PROP_EXIT_COUNTRIES:
      g_value_set_object (value, self->exit_countries);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_host_dispose (GObject *object)
{
  TropeaHost *self = TROPEA_HOST (object);

  if (self->meter != NULL)
    tropea_meter_set_backend (self->meter, NULL);
  if (self->backend != NULL)
    g_signal_handlers_disconnect_by_data (self->backend, self);
  self->backend = NULL;
  tropea_circuit_list_set_connection (self->circuits, NULL);
  tropea_exit_countries_set_connection (self->exit_countries, NULL);
  tropea_exit_guard_set_connection (self->exit_guard, NULL);
  tropea_new_identity_set_connection (self->new_identity, NULL);
  g_clear_object (&self->tor);
  g_clear_object (&self->attached);
  g_clear_pointer (&self->attach_password, tropea_secret_unref);
  g_clear_object (&self->simulator);
  g_clear_object (&self->sleep_monitor);
  g_clear_object (&self->submitter);
  g_clear_object (&self->client);
  g_clear_object (&self->ledger);

  G_OBJECT_CLASS (tropea_host_parent_class)->dispose (object);
}

static void
tropea_host_finalize (GObject *object)
{
  TropeaHost *self = TROPEA_HOST (object);

  g_clear_object (&self->identity);
  g_clear_object (&self->recorder);
  g_clear_object (&self->reserve);
  g_clear_object (&self->store);
  g_clear_object (&self->meter);
  g_clear_object (&self->tor_rates);
  g_clear_object (&self->simulated_rates);
  g_clear_object (&self->circuits);
  g_clear_object (&self->exit_countries);
  g_clear_object (&self->exit_guard);
  g_clear_object (&self->new_identity);
  g_clear_object (&self->log);
  g_clear_object (&self->clock);
  g_clear_error (&self->key_failure);
  g_clear_error (&self->store_failure);
  g_clear_error (&self->trouble);
  g_clear_pointer (&self->diagnosis, tropea_tor_diagnosis_unref);
  g_clear_pointer (&self->problem, g_free);
  g_clear_pointer (&self->options, tropea_host_options_free);

  /* The lock on the data folder goes when nothing uses it any more. */
  g_clear_object (&self->paths);

  G_OBJECT_CLASS (tropea_host_parent_class)->finalize (object);
}

static void
install (TropeaHostProperty  property,
         GParamSpec         *pspec)
{
  properties[property] = pspec;
}

#define READ_ONLY (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY)

static void
install_number (TropeaHostProperty  property,
                const char         *name)
{
  if (property >= PROP_BYTES_IN && property <= PROP_RATE_OUT)
    install (property, g_param_spec_uint64 (name, NULL, NULL, 0, G_MAXUINT64, 0, READ_ONLY));
  else if (property < PROP_UPTIME_SECONDS)
    install (property, g_param_spec_uint (name, NULL, NULL, 0, G_MAXUINT, 0, READ_ONLY));
  else
    install (property, g_param_spec_int64 (name, NULL, NULL, 0, G_MAXINT64, 0, READ_ONLY));
}

static void
install_numbers (void)
{
  install_number (PROP_SOCKS_PORT, "socks-port");
  install_number (PROP_CONTROL_PORT, "control-port");
  install_number (PROP_RESTART_SECONDS, "restart-seconds");
  install_number (PROP_NEW_IDENTITY_SECONDS, "new-identity-seconds");
  install_number (PROP_BYTES_IN, "bytes-in");
  install_number (PROP_BYTES_OUT, "bytes-out");
  install_number (PROP_TOTAL_BYTES, "total-bytes");
  install_number (PROP_APP_BYTES_IN, "app-bytes-in");
  install_number (PROP_APP_BYTES_OUT, "app-bytes-out");
  install_number (PROP_RATE_IN, "rate-in");
  install_number (PROP_RATE_OUT, "rate-out");
  install_number (PROP_CONNECTION_COUNT, "connection-count");
  install_number (PROP_CIRCUIT_COUNT, "circuit-count");
  install_number (PROP_UPTIME_SECONDS, "uptime-seconds");
  install_number (PROP_ACCUMULATED_BYTES, "accumulated-bytes");
  install_number (PROP_ACCUMULATED_SECONDS, "accumulated-seconds");
  install_number (PROP_MIN_BYTES, "min-bytes");
  install_number (PROP_MIN_SECONDS, "min-seconds");
  install_number (PROP_MAX_SECONDS, "max-seconds");
  install_number (PROP_SUBMITTED_SESSIONS, "submitted-sessions");
  install_number (PROP_WAITING_SESSIONS, "waiting-sessions");
  install_number (PROP_REFUSED_SESSIONS, "refused-sessions");
  install_number (PROP_TOTAL_CREDITS_MICRO, "total-credits-micro");
  install_number (PROP_SIMULATED_CREDITS_MICRO, "simulated-credits-micro");
}

static void
install_others (void)
{
  install (PROP_STATE, g_param_spec_enum ("state", NULL, NULL, TROPEA_TYPE_TOR_STATE,
                                          TROPEA_TOR_STATE_STOPPED, READ_ONLY));
  install (PROP_BOOTSTRAP_PERCENT, g_param_spec_int ("bootstrap-percent", NULL, NULL, 0, 100, 0,
                                                     READ_ONLY));
  install (PROP_BOOTSTRAP_TAG, g_param_spec_string ("bootstrap-tag", NULL, NULL, NULL, READ_ONLY));
  install (PROP_BOOTSTRAP_SUMMARY, g_param_spec_string ("bootstrap-summary", NULL, NULL, NULL,
                                                        READ_ONLY));
  install (PROP_IS_SIMULATING, g_param_spec_boolean ("is-simulating", NULL, NULL, FALSE,
                                                     READ_ONLY));
  install (PROP_IS_MONITORING, g_param_spec_boolean ("is-monitoring", NULL, NULL, TRUE,
                                                     READ_ONLY));
  install (PROP_PUBLIC_KEY, g_param_spec_string ("public-key", NULL, NULL, NULL, READ_ONLY));
  install (PROP_KEY_STATE, g_param_spec_enum ("key-state", NULL, NULL, TROPEA_TYPE_KEY_STATE,
                                              TROPEA_KEY_STATE_UNKNOWN, READ_ONLY));
  install (PROP_PROBLEM, g_param_spec_string ("problem", NULL, NULL, NULL, READ_ONLY));
  install (PROP_DIAGNOSIS, g_param_spec_boxed ("diagnosis", NULL, NULL, TROPEA_TYPE_TOR_DIAGNOSIS,
                                               READ_ONLY));
  install (PROP_ACTIVITY, g_param_spec_object ("activity", NULL, NULL, G_TYPE_LIST_MODEL,
                                               READ_ONLY));
  install (PROP_RATE_HISTORY, g_param_spec_object ("rate-history", NULL, NULL,
                                                   TROPEA_TYPE_RATE_HISTORY, READ_ONLY));
  install (PROP_CIRCUITS, g_param_spec_object ("circuits", NULL, NULL, G_TYPE_LIST_MODEL,
                                               READ_ONLY));
  install (PROP_EXIT_COUNTRIES,
           g_param_spec_object ("exit-countries", NULL, NULL, TROPEA_TYPE_EXIT_COUNTRIES,
                                READ_ONLY));
  install (PROP_TOR_LOG, g_param_spec_object ("tor-log", NULL, NULL, G_TYPE_LIST_MODEL,
                                              READ_ONLY));
}

static guint
add_signal (TropeaHostClass *klass,
            const char      *name,
            GType            type)
{
  return g_signal_new (name, G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 1, type);
}

static void
tropea_host_class_init (TropeaHostClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tropea_host_get_property;
  object_class->dispose = tropea_host_dispose;
  object_class->finalize = tropea_host_finalize;

  install_numbers ();
  install_others ();
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  signals[SIGNAL_SAMPLE] =
    add_signal (klass, "sample", TROPEA_TYPE_TOR_SAMPLE | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[SIGNAL_SESSION_CUT] = add_signal (klass, "session-cut", TROPEA_TYPE_SESSION);
  signals[SIGNAL_CREDITED] = add_signal (klass, "credited", TROPEA_TYPE_SESSION);
  signals[SIGNAL_REFUSED] = add_signal (klass, "refused", TROPEA_TYPE_SESSION);
  signals[SIGNAL_NOTICE] = add_signal (klass, "notice", G_TYPE_STRING);
  signals[SIGNAL_ERROR] = add_signal (klass, "error", G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
tropea_host_init (TropeaHost *self)
{
  self->is_monitoring = TRUE;
  self->clock = tropea_system_clock_new ();
  self->meter = tropea_meter_new (self->clock);
  self->tor_rates = tropea_rate_history_new (self->clock, FALSE);
  self->simulated_rates = tropea_rate_history_new (self->clock, TRUE);
  self->new_identity = tropea_new_identity_new (self->clock);
  self->circuits = tropea_circuit_list_new ();
  self->exit_countries = tropea_exit_countries_new ();
  self->exit_guard = tropea_exit_guard_new ();
  self->log = tropea_tor_log_new (self->clock);
}

/**
 * tropea_host_get_failure:
 *
 * Returns: (nullable) (transfer none): why tor failed, while the state is "failed"
 */
const GError *
tropea_host_get_failure (TropeaHost *self)
{
  g_return_val_if_fail (TROPEA_IS_HOST (self), NULL);

  return self->backend != NULL ? tropea_tor_backend_get_failure (self->backend) : NULL;
}

/**
 * tropea_host_get_ledger_difference:
 *
 * Returns: (nullable): what the ledger no longer has of what it credited, and what to do
 */
const char *
tropea_host_get_ledger_difference (TropeaHost *self)
{
  g_return_val_if_fail (TROPEA_IS_HOST (self), NULL);

  return self->submitter != NULL ? tropea_submitter_get_difference (self->submitter) : NULL;
}

/**
 * tropea_host_get_trouble:
 *
 * Returns: (nullable) (transfer none): what is wrong with a tor that has not failed: it does
 *   not answer, or it ended and is started again
 */
const GError *
tropea_host_get_trouble (TropeaHost *self)
{
  g_return_val_if_fail (TROPEA_IS_HOST (self), NULL);

  return self->trouble;
}

/**
 * tropea_host_get_key_failure:
 *
 * Returns: (nullable) (transfer none): why there is no key to sign with
 */
const GError *
tropea_host_get_key_failure (TropeaHost *self)
{
  g_return_val_if_fail (TROPEA_IS_HOST (self), NULL);

  return self->key_failure;
}

/**
 * tropea_host_get_diagnosis:
 *
 * Returns: (nullable) (transfer none): what is wrong with tor, and what helps
 */
const TropeaTorDiagnosis *
tropea_host_get_diagnosis (TropeaHost *self)
{
  g_return_val_if_fail (TROPEA_IS_HOST (self), NULL);

  return self->diagnosis;
}
