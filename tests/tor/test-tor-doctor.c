/* test-tor-doctor.c: what tor said, or did not say, becomes one diagnosis
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tor/tropea-tor-doctor.h"

#include <string.h>

#include "tor/tropea-tor-backend.h"

#define SECOND G_USEC_PER_SEC

static const char *
find_code (TropeaTorDoctor *doctor,
           gint64           now_usec)
{
  g_autoptr(TropeaTorDiagnosis) diagnosis = tropea_tor_doctor_find (doctor, now_usec);

  /* Codes are static. */
  return diagnosis != NULL ? tropea_tor_diagnosis_get_code (diagnosis) : NULL;
}

static void
take (TropeaTorDoctor *doctor,
      const char      *text,
      gint64           now_usec)
{
  g_autoptr(TropeaControlEvent) event = tropea_control_event_parse (text);

  tropea_tor_doctor_take_event (doctor, event, now_usec);
}

static char *
read_fixture (const char *name)
{
  g_autofree char *file = g_strconcat ("06-boot-", name, ".raw", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fixtures", "tor", file, NULL);
  g_autoptr(GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  return text;
}

/* All events of a recording, as if they came within the first second. */
static TropeaTorDoctor *
examine_fixture (const char *name)
{
  TropeaTorDoctor *doctor = tropea_tor_doctor_new (0);
  g_autofree char *text = read_fixture (name);
  g_auto(GStrv) lines = g_strsplit (text, "\r\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "650 "))
      take (doctor, lines[i] + 4, SECOND);

  return doctor;
}

/* As recorded from tor 0.4.9.11; 70 s of each, in which most never got connected. */
static void
test_recordings (void)
{
  static const struct
  {
    const char *name;
    const char *at_once;
    const char *after_10_s;
    const char *part;
  } rows[] = {
    { "refused", NULL, "refused", "attempts to connect to Tor relays were refused" },
    { "bridgerefused", NULL, "refused", "refused" },
    { "noroute-orconn", "no-route", "no-route", "no way" },
    { "noroute", NULL, "slow-connection", "a few seconds" },
    { "lonoroute", NULL, "slow-connection", "a few seconds" },
    { "nottls", NULL, "blocked", "use bridges" },
    { "wrongid", NULL, "blocked", "use bridges" },
    { "skew+3d", "clock-doubtful", "clock-doubtful", "seems to be days off" },
    { "skew+3h", "clock-ahead", "clock-ahead", "3 hours ahead" },
    { "skew-3h", "clock-behind", "clock-behind", "3 hours behind" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(TropeaTorDoctor) doctor = examine_fixture (rows[i].name);
      g_autoptr(TropeaTorDiagnosis) diagnosis = NULL;

      g_test_message ("%s", rows[i].name);
      g_assert_cmpstr (find_code (doctor, 2 * SECOND), ==, rows[i].at_once);
      diagnosis = tropea_tor_doctor_find (doctor, 12 * SECOND);
      g_assert_nonnull (diagnosis);
      g_test_message ("%s", tropea_tor_diagnosis_get_sentence (diagnosis));
      g_assert_cmpstr (tropea_tor_diagnosis_get_code (diagnosis), ==, rows[i].after_10_s);
      g_assert_nonnull (strstr (tropea_tor_diagnosis_get_sentence (diagnosis), rows[i].part));

      /* Addresses and fingerprints of relays are in nearly all of them. */
      g_assert_null (strstr (tropea_tor_diagnosis_get_sentence (diagnosis), "127."));
      g_assert_null (strstr (tropea_tor_diagnosis_get_sentence (diagnosis), "EF0"));
    }
}

typedef struct
{
  int                 second;
  const char         *event;    /* or NULL */
  TropeaNetworkState  network;
  const char         *code;     /* that is found then */
  TropeaTorRemedy     remedy;
} Step;

#define AT(second, event, code, remedy) \
  { second, event, TROPEA_NETWORK_CONNECTED, code, TROPEA_TOR_REMEDY_##remedy }
#define WITH(second, event, network, code, remedy) \
  { second, event, TROPEA_NETWORK_##network, code, TROPEA_TOR_REMEDY_##remedy }
#define PROGRESS(percent) "STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=" #percent " TAG=t SUMMARY=\"s\""
#define FAILED(reason) "ORCONN $AA~a FAILED REASON=" #reason " NCIRCS=1 ID=1"

static const Step black_hole[] = {
  AT (1, PROGRESS (5), NULL, NONE),
  AT (2, PROGRESS (10), NULL, NONE),
  AT (11, NULL, NULL, NONE),
  AT (12, NULL, "silent", WAIT),
  AT (31, NULL, "silent", WAIT),
  AT (32, NULL, "silent", USE_BRIDGES),
  AT (33, PROGRESS (14), NULL, NONE),
};

static const Step no_network[] = {
  WITH (1, NULL, NONE, NULL, NONE),
  WITH (2, NULL, NONE, NULL, NONE),
  WITH (3, NULL, NONE, "no-network", CHECK_NETWORK),
  WITH (9, NULL, CONNECTED, NULL, NONE),
  WITH (9, FAILED (NOROUTE), NONE, "no-network", CHECK_NETWORK),
};

/* Of a network that is inside this computer only, the system says that there is none. */
static const Step loopback[] = {
  WITH (1, PROGRESS (5), NONE, NULL, NONE),
  WITH (1, "ORCONN $AA~a CONNECTED ID=1", NONE, NULL, NONE),
  WITH (8, NULL, NONE, NULL, NONE),
  WITH (12, NULL, NONE, "silent", WAIT),
};

static const Step portal[] = {
  WITH (1, PROGRESS (5), PORTAL, NULL, NONE),
  WITH (1, FAILED (TLS_ERROR), PORTAL, "captive-portal", OPEN_PORTAL),
  WITH (2, NULL, CONNECTED, NULL, NONE),
};

static const Step no_route[] = {
  AT (1, FAILED (NOROUTE), NULL, NONE),
  AT (2, FAILED (NOROUTE), "no-route", CHECK_NETWORK),
  AT (3, FAILED (CONNECTREFUSED), NULL, NONE),
};

static const Step timeouts[] = {
  AT (1, PROGRESS (5), NULL, NONE),
  AT (6, FAILED (TIMEOUT), NULL, NONE),
  AT (7, FAILED (TIMEOUT), NULL, NONE),
  AT (12, NULL, "unreachable", WAIT),
  AT (32, NULL, "unreachable", CHECK_NETWORK),
};

/* One attempt is told by both voices, and is one. */
static const Step two_voices[] = {
  AT (1, PROGRESS (5), NULL, NONE),
  AT (1, FAILED (CONNECTREFUSED), NULL, NONE),
  AT (1, PROGRESS (5) " WARNING=\"w\" REASON=CONNECTREFUSED COUNT=1 HOSTADDR=\"1.2.3.4:5\"", NULL,
      NONE),
  AT (12, NULL, "silent", WAIT),
  AT (13, FAILED (CONNECTREFUSED), "refused", WAIT),
};

static const Step cut[] = {
  AT (1, PROGRESS (10), NULL, NONE),
  AT (2, FAILED (CONNECTRESET), NULL, NONE),
  AT (3, FAILED (CONNECTRESET), NULL, NONE),
  AT (4, FAILED (CONNECTREFUSED), NULL, NONE),
  AT (12, NULL, "blocked", WAIT),
  AT (40, NULL, "blocked", USE_BRIDGES),
};

static const Step phases[] = {
  AT (10, NULL, "slow-connection", WAIT),
  AT (11, PROGRESS (25), NULL, NONE),
  AT (21, NULL, "slow-directory", WAIT),
  AT (22, PROGRESS (50), NULL, NONE),
  AT (32, NULL, "slow-descriptors", WAIT),
  AT (52, NULL, "slow-descriptors", CHECK_NETWORK),
  AT (53, PROGRESS (90), NULL, NONE),
  AT (63, NULL, "slow-circuit", WAIT),
  AT (64, PROGRESS (100), NULL, NONE),
  AT (999, NULL, NULL, NONE),
};

static const Step clock_behind[] = {
  AT (1, "STATUS_GENERAL WARN CLOCK_SKEW SKEW=-780 SOURCE=OR:1.2.3.4:9", "clock-behind", SET_CLOCK),
  AT (2, PROGRESS (100), "clock-behind", SET_CLOCK),
  AT (3, "STATUS_GENERAL NOTICE CLOCK_JUMPED TIME=780", NULL, NONE),
};

static const Step certificates[] = {
  AT (1, "WARN Received a bad CERTS cell: At least one certificate expired.", NULL, NONE),
  AT (1, "WARN Received a \"bad", NULL, NONE),
  AT (2, "WARN Received a bad CERTS cell: At least one certificate expired.", "clock-doubtful",
      SET_CLOCK),
};

static const Step old_tor[] = {
  AT (1, PROGRESS (40), NULL, NONE),
  AT (2, "STATUS_GENERAL WARN DANGEROUS_VERSION CURRENT=0.3.5.7 REASON=OBSOLETE",
      NULL, NONE),
  AT (11, NULL, "tor-obsolete", WAIT),
  AT (31, NULL, "tor-obsolete", UPDATE_TOR),
  AT (32, PROGRESS (100), "tor-obsolete", UPDATE_TOR),
};

static const Step new_tor[] = {
  AT (1, PROGRESS (100), NULL, NONE),
  AT (2, "STATUS_GENERAL NOTICE DANGEROUS_VERSION CURRENT=9.0.0.1 REASON=NEW", NULL, NONE),
};

static const Step too_old[] = {
  AT (1, "ERR At least one protocol listed as required in the consensus is not supported by this "
      "version of Tor. You should upgrade.", "tor-too-old", UPDATE_TOR),
};

static void
test_steps (gconstpointer data)
{
  const Step *steps = data;
  g_autoptr(TropeaTorDoctor) doctor = tropea_tor_doctor_new (0);

  for (guint i = 0; steps[i].second != 0; i++)
    {
      gint64 now_usec = steps[i].second * SECOND;
      g_autoptr(TropeaTorDiagnosis) diagnosis = NULL;

      if (steps[i].event != NULL)
        take (doctor, steps[i].event, now_usec);
      tropea_tor_doctor_set_network (doctor, steps[i].network);
      diagnosis = tropea_tor_doctor_find (doctor, now_usec);

      g_test_message ("%d s: %s", steps[i].second,
                      diagnosis != NULL ? tropea_tor_diagnosis_get_sentence (diagnosis)
                                        : "nothing");
      g_assert_cmpstr (diagnosis != NULL ? tropea_tor_diagnosis_get_code (diagnosis) : NULL, ==,
                       steps[i].code);
      if (diagnosis != NULL)
        g_assert_cmpint (tropea_tor_diagnosis_get_remedy (diagnosis, 0), ==, steps[i].remedy);
    }
}

/* A copy that ends with a step of the second 0. */
static void
add_steps (const char *name,
           const Step *steps,
           gsize       n_steps)
{
  g_autofree char *path = g_strconcat ("/tor-doctor/", name, NULL);
  Step *copy = g_new0 (Step, n_steps + 1);

  memcpy (copy, steps, n_steps * sizeof *steps);
  g_test_add_data_func_full (path, copy, test_steps, g_free);
}

#define ADD(name, steps) add_steps (name, steps, G_N_ELEMENTS (steps))

static void
test_duration (void)
{
  static const struct
  {
    const char *skew;
    const char *words;
  } rows[] = {
    { "65", "1 minute ahead" }, { "-125", "2 minutes behind" }, { "7140", "119 minutes ahead" },
    { "7200", "2 hours ahead" }, { "-172800", "2 days behind" },
    { "9223372036854775807", "36525 days ahead" },
    { "-9223372036854775808", "36525 days behind" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(TropeaTorDoctor) doctor = tropea_tor_doctor_new (0);
      g_autofree char *event = g_strconcat ("STATUS_GENERAL WARN CLOCK_SKEW SKEW=", rows[i].skew,
                                            NULL);
      g_autoptr(TropeaTorDiagnosis) diagnosis = NULL;

      take (doctor, event, SECOND);
      diagnosis = tropea_tor_doctor_find (doctor, SECOND);
      g_assert_nonnull (diagnosis);
      g_assert_nonnull (strstr (tropea_tor_diagnosis_get_sentence (diagnosis), rows[i].words));
    }
}

/* Words of a tor 0.4.9.11 with bridges, all within a second. */
static void
test_bridges (void)
{
#define ENDED "WARN Managed proxy \"/p\" having PID 7 terminated with status code 1"
#define UNABLE "WARN Proxy Client: unable to connect OR connection (handshaking (proxy)) with a"
#define REFUSED PROGRESS (5) " WARNING=\"w\" REASON=CONNECTREFUSED COUNT=1"
  static const struct
  {
    TropeaBridgeMode  mode;
    const char       *events[3];
    const char       *at_once;
    const char       *after_10_s;
  } rows[] = {
    { TROPEA_BRIDGE_MODE_OBFS4, { ENDED, ENDED }, "transport-ends", "transport-ends" },
    { TROPEA_BRIDGE_MODE_OBFS4, { PROGRESS (2) }, NULL, "bridge-wrong-cert" },
    { TROPEA_BRIDGE_MODE_OBFS4, { PROGRESS (2), UNABLE }, NULL, "bridge-unreachable" },
    { TROPEA_BRIDGE_MODE_OBFS4, { REFUSED, REFUSED }, NULL, "bridge-unreachable" },
    { TROPEA_BRIDGE_MODE_OBFS4, { PROGRESS (14), FAILED (IDENTITY), FAILED (IDENTITY) },
      "bridge-wrong-fingerprint", "bridge-wrong-fingerprint" },
    { TROPEA_BRIDGE_MODE_OBFS4, { PROGRESS (10) }, NULL, "bridge-unreachable" },
    { TROPEA_BRIDGE_MODE_OBFS4, { PROGRESS (25) }, NULL, "slow-directory" },
    { TROPEA_BRIDGE_MODE_SNOWFLAKE, { PROGRESS (2) }, NULL, "snowflake-slow" },
    { TROPEA_BRIDGE_MODE_NONE, { PROGRESS (14), FAILED (IDENTITY), FAILED (IDENTITY) }, NULL,
      "blocked" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(TropeaTorDoctor) doctor = tropea_tor_doctor_new (0);

      tropea_tor_doctor_set_bridge_mode (doctor, rows[i].mode);
      for (gsize j = 0; j < G_N_ELEMENTS (rows[i].events) && rows[i].events[j] != NULL; j++)
        take (doctor, rows[i].events[j], SECOND);
      g_assert_cmpstr (find_code (doctor, 2 * SECOND), ==, rows[i].at_once);
      g_assert_cmpstr (find_code (doctor, 12 * SECOND), ==, rows[i].after_10_s);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/tor-doctor/recordings", test_recordings);
  g_test_add_func ("/tor-doctor/duration-in-words", test_duration);
  g_test_add_func ("/tor-doctor/bridges", test_bridges);
  ADD ("black-hole", black_hole);
  ADD ("no-network", no_network);
  ADD ("loopback-is-a-network", loopback);
  ADD ("captive-portal", portal);
  ADD ("no-route", no_route);
  ADD ("timeouts", timeouts);
  ADD ("two-voices-are-one-attempt", two_voices);
  ADD ("cut-off", cut);
  ADD ("phases", phases);
  ADD ("clock-behind", clock_behind);
  ADD ("certificates-not-valid", certificates);
  ADD ("old-tor", old_tor);
  ADD ("new-tor", new_tor);
  ADD ("too-old-tor", too_old);

  return g_test_run ();
}
