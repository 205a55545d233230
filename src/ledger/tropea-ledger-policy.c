/* tropea-ledger-policy.c: every number that a ledger's operator may want to change
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-policy"

#include "config.h"

#include "ledger/tropea-ledger-policy.h"

#include <gio/gio.h>
#include <string.h>

#include "record/tropea-credit.h"

/* One table says what each number is called in a configuration file and in GET /api/ledger, and
 * between which ends it makes sense: what is not in the table cannot be changed, and what is
 * cannot be hidden.
 */

#define SIMULATION_KEY "accept-simulation"

#define MAX_RATE 1000000

typedef struct
{
  const char *key;        /* in the file */
  const char *member;     /* in JSON, in the struct's unit */
  gsize       offset;
  gint64      scale;      /* the struct's units in one of the file's */
  gint64      lowest;     /* in the file's unit */
  gint64      highest;
} Number;

#define OFFSET(field) G_STRUCT_OFFSET (TropeaLedgerPolicy, field)
#define SELF_REPORTED TROPEA_LEDGER_GRADE_SELF_REPORTED
#define SIMULATED TROPEA_LEDGER_GRADE_SIMULATED

/* The products of the highest values stay below 2^53, which is what JSON carries; a batch and
 * a session always fit into a burst and a cap. */
static const Number numbers[] = {
  { "min-duration", "minDuration", OFFSET (min_duration_s), 1, 1, 86400 },
  { "max-duration", "maxDuration", OFFSET (max_duration_s), 1, 1, 30 * 86400 },
  { "max-bytes-per-second", "maxBytesPerSecond", OFFSET (max_bytes_per_s), 1,
    1, G_GINT64_CONSTANT (3000000000) },
  { "max-future", "maxFutureMs", OFFSET (max_future_ms), 1000, 0, 86400 },
  { "max-age", "maxAgeMs", OFFSET (max_age_ms), 1000, 3600, 366 * 86400 },
  { "daily-credits", "dailyCreditsMicro", OFFSET (caps[SELF_REPORTED].day_micro),
    TROPEA_CREDIT_MICRO, 0, 10000000 },
  { "daily-bytes", "dailyBytes", OFFSET (caps[SELF_REPORTED].day_bytes), 1,
    0, TROPEA_RECORD_MAX_INTEGER },
  { "simulated-daily-credits", "simulatedDailyCreditsMicro", OFFSET (caps[SIMULATED].day_micro),
    TROPEA_CREDIT_MICRO, 0, 10000000 },
  { "simulated-daily-bytes", "simulatedDailyBytes", OFFSET (caps[SIMULATED].day_bytes), 1,
    0, TROPEA_RECORD_MAX_INTEGER },
  { "key-rate", "keyRate", OFFSET (key_rate.per_s), 1, 0, MAX_RATE },
  { "key-burst", "keyBurst", OFFSET (key_rate.burst), 1, 1, MAX_RATE },
  { "connection-rate", "connectionRate", OFFSET (connection_rate.per_s), 1, 0, MAX_RATE },
  { "connection-burst", "connectionBurst", OFFSET (connection_rate.burst), 1,
    TROPEA_RECORD_MAX_BATCH, MAX_RATE },
  { "new-keys-per-hour", "newKeysPerHour", OFFSET (new_keys_per_hour), 1, 0, 1000000000 },
};

static const Number *
find_number (const char *key)
{
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      if (strcmp (numbers[i].key, key) == 0)
        return &numbers[i];
    }

  return NULL;
}

/**
 * tropea_ledger_policy_has_key:
 *
 * Whether tropea_ledger_policy_load () knows a key of that name.
 */
gboolean
tropea_ledger_policy_has_key (const char *key)
{
  g_return_val_if_fail (key != NULL, FALSE);

  return strcmp (key, SIMULATION_KEY) == 0 || find_number (key) != NULL;
}

static gboolean
load_number (TropeaLedgerPolicy  *self,
             GKeyFile            *file,
             const char          *group,
             const Number        *number,
             GError             **error)
{
  g_autofree char *text = g_key_file_get_value (file, group, number->key, NULL);
  guint64 value = 0;

  if (text == NULL)
    return TRUE;

  if (!g_ascii_string_to_unsigned (g_strstrip (text), 10, (guint64) number->lowest,
                                   (guint64) number->highest, &value, NULL))
    {
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                   "“%s” must be a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                   number->key, number->lowest, number->highest);
      return FALSE;
    }

  G_STRUCT_MEMBER (gint64, self, number->offset) = (gint64) value * number->scale;
  return TRUE;
}

/**
 * tropea_ledger_policy_load:
 * @self: what @file does not name stays as it is, also on failure
 *
 * Whether @group has keys that nobody knows is the caller's to check.
 */
gboolean
tropea_ledger_policy_load (TropeaLedgerPolicy  *self,
                           GKeyFile            *file,
                           const char          *group,
                           GError             **error)
{
  TropeaLedgerPolicy policy = { 0 };

  g_return_val_if_fail (self != NULL && file != NULL && group != NULL, FALSE);

  policy = *self;
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      if (!load_number (&policy, file, group, &numbers[i], error))
        return FALSE;
    }

  if (g_key_file_has_key (file, group, SIMULATION_KEY, NULL))
    {
      g_autoptr(GError) cause = NULL;

      policy.accepts_simulation = g_key_file_get_boolean (file, group, SIMULATION_KEY, &cause);
      if (cause != NULL)
        {
          g_set_error_literal (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                               "“" SIMULATION_KEY "” must be true or false");
          return FALSE;
        }
    }

  if (policy.min_duration_s > policy.max_duration_s)
    {
      g_set_error_literal (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                           "“min-duration” must not be above “max-duration”");
      return FALSE;
    }

  *self = policy;
  return TRUE;
}

/**
 * tropea_ledger_policy_to_json:
 *
 * Returns: (transfer full): what GET /api/ledger shows
 */
JsonObject *
tropea_ledger_policy_to_json (const TropeaLedgerPolicy *self)
{
  JsonObject *object = json_object_new ();

  g_return_val_if_fail (self != NULL, object);

  json_object_set_boolean_member (object, "acceptsSimulation", self->accepts_simulation);
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    json_object_set_int_member (object, numbers[i].member,
                                G_STRUCT_MEMBER (gint64, self, numbers[i].offset));
  json_object_set_int_member (object, "maxBatch", TROPEA_RECORD_MAX_BATCH);
  json_object_set_int_member (object, "sessionCapMicro", TROPEA_CREDIT_SESSION_CAP_MICRO);

  return object;
}
