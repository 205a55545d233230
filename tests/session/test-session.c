/* test-session.c: a session's properties are its record and its outcome
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "session/tropea-session.h"

static const TropeaRecord record = {
  .session_id = "0b7c2f7e-6a4c-4f7e-9a53-0a8b5a1f0001", .timestamp_ms = 1700000000000,
  .duration_s = 31, .bytes = 123456, .ip_hash = "", .source = TROPEA_SOURCE_SIMULATION,
};

static void
test_properties_are_the_record (void)
{
  const TropeaCut cut = { record, 456, TRUE };
  TropeaSession *session = tropea_session_new_from_row (9, &cut, TROPEA_SESSION_STATE_REFUSED,
                                                        0, "implausible", "Too late.", NULL);
  g_autofree char *session_id = NULL;
  g_autofree char *ip_hash = NULL;
  g_autofree char *reason_code = NULL;
  g_autofree char *reason = NULL;
  gint64 timestamp_ms = 0, duration_s = 0, bytes = 0, credits_micro = -1, row = 0;
  TropeaSource source = TROPEA_SOURCE_TOR_CLIENT;
  TropeaSessionState state = TROPEA_SESSION_STATE_WAITING;

  g_object_get (session, "session-id", &session_id, "ip-hash", &ip_hash, "reason-code",
                &reason_code, "reason", &reason, "timestamp-ms", &timestamp_ms, "duration-s",
                &duration_s, "bytes", &bytes, "credits-micro", &credits_micro, "row", &row,
                "source", &source, "state", &state, NULL);
  g_assert_cmpstr (session_id, ==, record.session_id);
  g_assert_cmpstr (ip_hash, ==, "");
  g_assert_cmpstr (reason_code, ==, "implausible");
  g_assert_cmpstr (reason, ==, "Too late.");
  g_assert_cmpint (timestamp_ms, ==, record.timestamp_ms);
  g_assert_cmpint (duration_s, ==, 31);
  g_assert_cmpint (bytes, ==, 123456);
  g_assert_cmpint (credits_micro, ==, 0);
  g_assert_cmpint (row, ==, 9);
  g_assert_cmpint (source, ==, TROPEA_SOURCE_SIMULATION);
  g_assert_cmpint (state, ==, TROPEA_SESSION_STATE_REFUSED);
  g_assert_cmpint (tropea_session_get_bytes_in (session), ==, 456);
  g_assert_null (tropea_session_get_settlement (session));
  g_assert_null (tropea_session_dup_sent_json (session));
  g_assert_null (tropea_session_dup_signed_lines (session));
  g_assert_true (tropea_record_equal_content (tropea_session_get_record (session), &record));
  g_assert_finalize_object (session);
}

static void
test_names_its_states (void)
{
  g_autoptr(GEnumClass) states = g_type_class_ref (TROPEA_TYPE_SESSION_STATE);

  g_assert_cmpuint (states->n_values, ==, 3);
  for (guint i = 0; i < states->n_values; i++)
    g_assert_cmpstr (states->values[i].value_nick, ==,
                     tropea_session_state_to_string ((TropeaSessionState) states->values[i].value));
}

static void
test_names_its_kinds (void)
{
  static const struct
  {
    TropeaSource       source;
    gboolean           is_manual;
    TropeaSessionKind  kind;
    const char        *name;
  } rows[] = {
    { TROPEA_SOURCE_TOR_CLIENT, FALSE, TROPEA_SESSION_KIND_AUTOMATIC, "automatic" },
    { TROPEA_SOURCE_TOR_CLIENT, TRUE, TROPEA_SESSION_KIND_MANUAL, "manual" },
    { TROPEA_SOURCE_SIMULATION, FALSE, TROPEA_SESSION_KIND_SIMULATED, "simulated" },
    { TROPEA_SOURCE_SIMULATION, TRUE, TROPEA_SESSION_KIND_SIMULATED, "simulated" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      TropeaCut cut = { record, TROPEA_SESSION_BYTES_UNKNOWN, rows[i].is_manual };
      g_autoptr(TropeaSession) session = NULL;
      TropeaSessionKind kind = TROPEA_SESSION_KIND_AUTOMATIC;

      cut.record.source = rows[i].source;
      session = tropea_session_new_from_row (1, &cut, TROPEA_SESSION_STATE_WAITING, 0, NULL, NULL,
                                             NULL);
      g_object_get (session, "kind", &kind, NULL);
      g_assert_cmpint (kind, ==, rows[i].kind);
      g_assert_cmpstr (tropea_session_kind_to_string (kind), ==, rows[i].name);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/session/properties-are-the-record", test_properties_are_the_record);
  g_test_add_func ("/session/names-its-states", test_names_its_states);
  g_test_add_func ("/session/names-its-kinds", test_names_its_kinds);

  return g_test_run ();
}
