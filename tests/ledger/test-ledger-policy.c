/* test-ledger-policy.c: every number can be changed, and only within reason
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "ledger/tropea-ledger-policy.h"

/* Of the file, of JSON, a good value and what it becomes, a bad one. */
static const struct
{
  const char *key;
  const char *member;
  const char *good;
  gint64      value;
  const char *bad;
} rows[] = {
  { "min-duration", "minDuration", "60", 60, "0" },
  { "max-duration", "maxDuration", " 3600 ", 3600, "1e3" },
  { "max-bytes-per-second", "maxBytesPerSecond", "1", 1, "-1" },
  { "max-future", "maxFutureMs", "0", 0, "86401" },
  { "max-age", "maxAgeMs", "7200", 7200000, "" },
  { "daily-credits", "dailyCreditsMicro", "100", 100000000, "0.5" },
  { "daily-bytes", "dailyBytes", "9007199254740991", 9007199254740991, "9007199254740992" },
  { "simulated-daily-credits", "simulatedDailyCreditsMicro", "0", 0, "10000001" },
  { "simulated-daily-bytes", "simulatedDailyBytes", "7", 7, "+7" },
  { "key-rate", "keyRate", "3", 3, "many" },
  { "key-burst", "keyBurst", "4", 4, "0" },
  { "connection-rate", "connectionRate", "5", 5, "5;" },
  { "connection-burst", "connectionBurst", "64", 64, "63" },
  { "new-keys-per-hour", "newKeysPerHour", "9", 9, "0x9" },
};

static gboolean
load (TropeaLedgerPolicy  *policy,
      const char          *key,
      const char          *value,
      GError             **error)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();

  g_key_file_set_value (file, "policy", key, value);

  return tropea_ledger_policy_load (policy, file, "policy", error);
}

static void
test_numbers (void)
{
  g_autoptr(JsonObject) all = NULL;
  TropeaLedgerPolicy policy = TROPEA_LEDGER_POLICY_DEFAULT;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(JsonObject) shown = NULL;
      g_autoptr(GError) error = NULL;

      policy = (TropeaLedgerPolicy) TROPEA_LEDGER_POLICY_DEFAULT;
      g_assert_true (tropea_ledger_policy_has_key (rows[i].key));
      g_assert_false (load (&policy, rows[i].key, rows[i].bad, &error));
      g_assert_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE);
      g_assert_nonnull (strstr (error->message, rows[i].key));

      g_assert_true (load (&policy, rows[i].key, rows[i].good, NULL));
      shown = tropea_ledger_policy_to_json (&policy);
      g_assert_cmpint (json_object_get_int_member (shown, rows[i].member), ==, rows[i].value);
    }

  /* Nothing is shown that is not in the rows, but two constants and simulation. */
  all = tropea_ledger_policy_to_json (&policy);
  g_assert_cmpuint (json_object_get_size (all), ==, G_N_ELEMENTS (rows) + 3);
  g_assert_false (tropea_ledger_policy_has_key ("acceptsSimulation"));
}

static void
test_simulation (void)
{
  TropeaLedgerPolicy policy = TROPEA_LEDGER_POLICY_DEFAULT;

  g_assert_false (policy.accepts_simulation);
  g_assert_true (load (&policy, "accept-simulation", "true", NULL));
  g_assert_true (policy.accepts_simulation);
  g_assert_false (load (&policy, "accept-simulation", "perhaps", NULL));
  g_assert_true (policy.accepts_simulation);
  g_assert_true (load (&policy, "accept-simulation", "false", NULL));
  g_assert_false (policy.accepts_simulation);
}

static void
test_contradiction (void)
{
  TropeaLedgerPolicy policy = TROPEA_LEDGER_POLICY_DEFAULT;

  policy.max_duration_s = 10;
  g_assert_false (load (&policy, "min-duration", "11", NULL));
  g_assert_cmpint (policy.min_duration_s, ==, 1);
  g_assert_true (load (&policy, "min-duration", "10", NULL));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/ledger-policy/each-number-is-read-and-shown", test_numbers);
  g_test_add_func ("/ledger-policy/simulation-is-yes-or-no", test_simulation);
  g_test_add_func ("/ledger-policy/a-contradiction-changes-nothing", test_contradiction);

  return g_test_run ();
}
