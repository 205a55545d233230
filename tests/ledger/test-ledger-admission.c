/* test-ledger-admission.c: every rule on both sides of its edge
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "ledger/tropea-ledger-admission.h"

#define NOW_MS G_GINT64_CONSTANT (1767225600000)
#define DAY_MS G_GINT64_CONSTANT (86400000)

static const struct
{
  gint64       timestamp_ms;
  gint64       duration_s;
  gint64       bytes;
  TropeaSource source;
  gboolean     accepts_simulation;
  const char  *rule;  /* NULL: admitted */
} rows[] = {
  { NOW_MS - 60000, 60, 1000, TROPEA_SOURCE_TOR_CLIENT, FALSE, NULL },
  { NOW_MS - 60000, 60, 1000, TROPEA_SOURCE_SIMULATION, FALSE, "simulation" },
  { NOW_MS - 60000, 60, 1000, TROPEA_SOURCE_SIMULATION, TRUE, NULL },
  { NOW_MS - DAY_MS, 0, 0, TROPEA_SOURCE_TOR_CLIENT, FALSE, "duration" },
  { NOW_MS - DAY_MS, 1, 0, TROPEA_SOURCE_TOR_CLIENT, FALSE, NULL },
  { NOW_MS - DAY_MS, 86400, 0, TROPEA_SOURCE_TOR_CLIENT, FALSE, NULL },
  { NOW_MS - DAY_MS, 86401, 0, TROPEA_SOURCE_TOR_CLIENT, FALSE, "duration" },
  { 0, TROPEA_RECORD_MAX_INTEGER, TROPEA_RECORD_MAX_INTEGER, TROPEA_SOURCE_TOR_CLIENT, FALSE,
    "duration" },
  { NOW_MS - DAY_MS, 2, 250000000, TROPEA_SOURCE_TOR_CLIENT, FALSE, NULL },
  { NOW_MS - DAY_MS, 2, 250000001, TROPEA_SOURCE_TOR_CLIENT, FALSE, "bytes" },
  { NOW_MS - DAY_MS, 86400, TROPEA_RECORD_MAX_INTEGER, TROPEA_SOURCE_TOR_CLIENT, FALSE,
    "bytes" },
  { NOW_MS + 299000, 1, 0, TROPEA_SOURCE_TOR_CLIENT, FALSE, NULL },
  { NOW_MS + 299001, 1, 0, TROPEA_SOURCE_TOR_CLIENT, FALSE, "future" },
  { TROPEA_RECORD_MAX_INTEGER, 1, 0, TROPEA_SOURCE_TOR_CLIENT, FALSE, "future" },
  { NOW_MS - 30 * DAY_MS, 1, 0, TROPEA_SOURCE_TOR_CLIENT, FALSE, NULL },
  { NOW_MS - 30 * DAY_MS - 1, 1, 0, TROPEA_SOURCE_TOR_CLIENT, FALSE, "past" },
  { 0, 1, 0, TROPEA_SOURCE_TOR_CLIENT, FALSE, "past" },
};

static void
test_rules (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      TropeaLedgerPolicy policy = TROPEA_LEDGER_POLICY_DEFAULT;
      TropeaLedgerRefusal refusal = { NULL, NULL };
      TropeaRecord record = { 0 };
      gboolean is_admitted = FALSE;

      policy.accepts_simulation = rows[i].accepts_simulation;
      record.timestamp_ms = rows[i].timestamp_ms;
      record.duration_s = rows[i].duration_s;
      record.bytes = rows[i].bytes;
      record.source = rows[i].source;
      is_admitted = tropea_ledger_admission_check (&policy, &record, NOW_MS, &refusal);
      g_assert_cmpint (is_admitted, ==, rows[i].rule == NULL);
      g_assert_cmpstr (refusal.rule, ==, rows[i].rule);
      g_assert_cmpint (refusal.sentence == NULL, ==, is_admitted);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/ledger-admission/exact-at-every-edge", test_rules);

  return g_test_run ();
}
