/* tropea-tor-doctor.c: why tor does not get connected
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-doctor"

#include "config.h"

#include "tor/tropea-tor-doctor.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tor/tropea-distribution.h"

/* Pure: events and the time in, a diagnosis out. tor says little by itself: nothing at all
 * where there is no route or no answer, nothing of a clock that is days ahead, and its own
 * "recommendation warn" comes after 12 to 20 s. So attempts at relays are counted here since
 * the last progress, and what is certain (no network, a login page, the clock) is said at once,
 * what is likely after 10 s, the last row being what the phase of the bootstrap explains.
 *
 * A failed attempt is told by ORCONN and, if it is of the bootstrap, by a STATUS_CLIENT event
 * as well; whichever counts more counts. Who was tried is not even known here.
 */

/* So soon a computer without a network is told so, if no attempt has failed yet. */
#define PATIENCE_USEC (3 * G_USEC_PER_SEC)

/* One relay may have a certificate of its own making; two do not. */
#define FEWEST_CERTIFICATES 2

#define FEWEST_FAILURES 2

/* What tor does not call wrong, and neither do we. */
#define SMALLEST_SKEW_SECONDS 60

/* A hundred years: more is no better, and can be counted with. */
#define LARGEST_SKEW_SECONDS (G_GINT64_CONSTANT (36525) * 86400)

/* control-spec, "Bootstrap phases": conn_done_pt, and handshake_done of whom we are with. */
#define TRANSPORT_PERCENT 2
#define LEAST_ANSWERED_PERCENT 15

typedef enum
{
  FAILURE_NO_ROUTE,
  FAILURE_REFUSED,
  FAILURE_TIMEOUT,
  FAILURE_CUT,
  FAILURE_OTHER,
  N_FAILURES,
} Failure;

typedef enum
{
  VOICE_ORCONN,
  VOICE_BOOTSTRAP,
  N_VOICES,
} Voice;

struct _TropeaTorDoctor
{
  int                 percent;
  gint64              progress_usec;                  /* when it last went on */
  guint               failures[N_VOICES][N_FAILURES];  /* since then */
  guint               n_certificates;                 /* not valid, since then */
  guint               n_open;                         /* connections opened since then */
  TropeaBridgeMode    bridge_mode;
  guint               n_strangers;                    /* with another fingerprint, since then */
  guint               n_failed_bridges;               /* told by their program, since then */
  guint               n_transport_ends;               /* of that program, since then */
  TropeaNetworkState  network;
  gint64              skew_seconds;
  gboolean            is_advised_against;
  gboolean            is_too_old;
  char               *version;                        /* (owned) (nullable) */
  char               *package;                        /* (owned): tor's, and how to get it */
};

/* The reasons of control-spec, "Bootstrap phases" and ORCONN. */
static const struct
{
  const char *word;
  Failure     failure;
} reasons[] = {
  { "NOROUTE", FAILURE_NO_ROUTE },
  { "CONNECTREFUSED", FAILURE_REFUSED },
  { "TIMEOUT", FAILURE_TIMEOUT },
  { "CONNECTRESET", FAILURE_CUT },
  { "TLS_ERROR", FAILURE_CUT },
  { "IOERROR", FAILURE_CUT },
  { "IDENTITY", FAILURE_CUT },
  { "DONE", FAILURE_CUT },
};

TropeaTorDoctor *
tropea_tor_doctor_new (gint64 now_usec)
{
  TropeaTorDoctor *self = g_new0 (TropeaTorDoctor, 1);

  self->progress_usec = now_usec;
  self->package = tropea_distribution_describe_package ("tor");

  return self;
}

void
tropea_tor_doctor_free (TropeaTorDoctor *self)
{
  if (self == NULL)
    return;

  g_free (self->version);
  g_free (self->package);
  g_free (self);
}

/**
 * tropea_tor_doctor_start_anew:
 *
 * Forget what failed: something has changed, or it went on.
 */
void
tropea_tor_doctor_start_anew (TropeaTorDoctor *self,
                              gint64           now_usec)
{
  self->progress_usec = now_usec;
  memset (self->failures, 0, sizeof self->failures);
  self->n_certificates = 0;
  self->n_open = 0;
  self->n_strangers = 0;
  self->n_failed_bridges = 0;
  self->n_transport_ends = 0;
}

/* Where tor is, known in another way than by an event. */
void
tropea_tor_doctor_set_percent (TropeaTorDoctor *self,
                               int              percent,
                               gint64           now_usec)
{
  g_return_if_fail (self != NULL);

  if (percent > self->percent)
    tropea_tor_doctor_start_anew (self, now_usec);
  self->percent = percent;
}

static void
count_failure (TropeaTorDoctor *self,
               Voice            voice,
               const char      *reason)
{
  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (g_strcmp0 (reasons[i].word, reason) == 0)
      {
        self->failures[voice][reasons[i].failure]++;
        return;
      }

  self->failures[voice][FAILURE_OTHER]++;
}

static void
take_bootstrap (TropeaTorDoctor          *self,
                const TropeaControlEvent *event,
                gint64                    now_usec)
{
  tropea_tor_doctor_set_percent (self, event->percent, now_usec);

  /* CLOCK_SKEW has an event of its own, with the number. */
  if (event->reason != NULL && !g_str_equal (event->reason, "CLOCK_SKEW"))
    count_failure (self, VOICE_BOOTSTRAP, event->reason);
}

static void
take_connection (TropeaTorDoctor          *self,
                 const TropeaControlEvent *event)
{
  if (event->status == TROPEA_CONTROL_STATUS_CONNECTED)
    self->n_open++;
  else if (event->status == TROPEA_CONTROL_STATUS_FAILED)
    count_failure (self, VOICE_ORCONN, event->reason);

  if (event->status == TROPEA_CONTROL_STATUS_FAILED
      && g_strcmp0 (event->reason, "IDENTITY") == 0)
    self->n_strangers++;
}

static void
take_status (TropeaTorDoctor          *self,
             const TropeaControlEvent *event,
             gint64                    now_usec)
{
  if (g_str_equal (event->action, "CLOCK_SKEW"))
    {
      self->skew_seconds = CLAMP (event->skew_seconds, -LARGEST_SKEW_SECONDS,
                                  LARGEST_SKEW_SECONDS);
    }
  else if (g_str_equal (event->action, "CLOCK_JUMPED"))
    {
      self->skew_seconds = 0;
      tropea_tor_doctor_start_anew (self, now_usec);
    }
  else if (g_str_equal (event->action, "DANGEROUS_VERSION"))
    {
      tropea_tor_doctor_set_version (self, event->reason, event->version);
    }
}

static void
take_warning (TropeaTorDoctor          *self,
              const TropeaControlEvent *event)
{
  switch (event->warning)
    {
    case TROPEA_CONTROL_WARNING_CERTIFICATES:
      self->n_certificates++;
      break;

    case TROPEA_CONTROL_WARNING_TOO_OLD:
      self->is_too_old = TRUE;
      break;

    case TROPEA_CONTROL_WARNING_TRANSPORT_ENDED:
      self->n_transport_ends++;
      break;

    case TROPEA_CONTROL_WARNING_BRIDGE_FAILED:
      self->n_failed_bridges++;
      break;

    case TROPEA_CONTROL_WARNING_NONE:
    default:
      break;
    }
}

void
tropea_tor_doctor_take_event (TropeaTorDoctor          *self,
                              const TropeaControlEvent *event,
                              gint64                    now_usec)
{
  g_return_if_fail (self != NULL && event != NULL);

  if (event->kind == TROPEA_CONTROL_EVENT_BOOTSTRAP)
    take_bootstrap (self, event, now_usec);
  else if (event->kind == TROPEA_CONTROL_EVENT_ORCONN)
    take_connection (self, event);
  else if (event->kind == TROPEA_CONTROL_EVENT_STATUS)
    take_status (self, event, now_usec);
  else if (event->kind == TROPEA_CONTROL_EVENT_WARNING)
    take_warning (self, event);
}

/* What tor connects to first. */
void
tropea_tor_doctor_set_bridge_mode (TropeaTorDoctor  *self,
                                   TropeaBridgeMode  mode)
{
  g_return_if_fail (self != NULL);

  self->bridge_mode = mode;
}

void
tropea_tor_doctor_set_network (TropeaTorDoctor    *self,
                               TropeaNetworkState  state)
{
  g_return_if_fail (self != NULL);

  self->network = state;
}

/**
 * tropea_tor_doctor_set_version:
 * @verdict: (nullable): that of status/version/current or of DANGEROUS_VERSION
 * @version: (nullable): such as "0.4.9.11 (git-…)"
 */
void
tropea_tor_doctor_set_version (TropeaTorDoctor *self,
                               const char      *verdict,
                               const char      *version)
{
  static const char * const bad[] = { "obsolete", "unrecommended", "old" };

  g_return_if_fail (self != NULL);

  self->is_advised_against = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (bad) && verdict != NULL; i++)
    if (g_ascii_strcasecmp (verdict, bad[i]) == 0)
      self->is_advised_against = TRUE;

  if (version != NULL)
    {
      g_free (self->version);
      self->version = g_strndup (version, strcspn (version, " "));
    }
}

gboolean
tropea_tor_doctor_is_connected (TropeaTorDoctor *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->percent == 100;
}

static guint
get_failures (TropeaTorDoctor *self,
              Failure          failure)
{
  return MAX (self->failures[VOICE_ORCONN][failure], self->failures[VOICE_BOOTSTRAP][failure]);
}

static guint
count_failures (TropeaTorDoctor *self)
{
  guint count = 0;

  for (guint i = 0; i < N_FAILURES; i++)
    count += get_failures (self, (Failure) i);

  return count;
}

static char *
format_duration (gint64 seconds)
{
  gint64 minutes = (seconds + 30) / 60;

  if (minutes < 120)
    return g_strdup_printf (ngettext ("%d minute", "%d minutes", (gulong) minutes),
                            (int) minutes);
  if (minutes < 48 * 60)
    return g_strdup_printf (ngettext ("%d hour", "%d hours", (gulong) (minutes / 60)),
                            (int) (minutes / 60));

  return g_strdup_printf (ngettext ("%d day", "%d days", (gulong) (minutes / (24 * 60))),
                          (int) MIN (minutes / (24 * 60), G_MAXINT));
}

static TropeaTorDiagnosis *
find_clock (TropeaTorDoctor *self)
{
  gint64 skew_seconds = self->skew_seconds;
  g_autofree char *duration = NULL;

  if (ABS (skew_seconds) >= SMALLEST_SKEW_SECONDS)
    {
      duration = format_duration (ABS (skew_seconds));
      return tropea_tor_diagnosis_new (skew_seconds > 0 ? TROPEA_TOR_PROBLEM_CLOCK_AHEAD
                                                        : TROPEA_TOR_PROBLEM_CLOCK_BEHIND,
                                       duration, NULL);
    }

  if (self->n_certificates >= FEWEST_CERTIFICATES)
    return tropea_tor_diagnosis_new (TROPEA_TOR_PROBLEM_CLOCK_DOUBTFUL, NULL);

  return NULL;
}

/* With bridges, what needs no waiting to be known. */
static TropeaTorDiagnosis *
find_certain_of_bridges (TropeaTorDoctor *self)
{
  if (self->bridge_mode == TROPEA_BRIDGE_MODE_NONE || self->n_open > 0)
    return NULL;

  if (self->n_transport_ends >= FEWEST_FAILURES)
    return tropea_tor_diagnosis_new (TROPEA_TOR_PROBLEM_TRANSPORT_ENDS, NULL);
  if (self->n_strangers >= FEWEST_FAILURES)
    return tropea_tor_diagnosis_new (TROPEA_TOR_PROBLEM_BRIDGE_WRONG_FINGERPRINT, NULL);

  return NULL;
}

/* With bridges, what is likely before the first of them answers. Behind “Connected to pluggable
 * transport” (2 %) obfs4 waits in silence for a bridge that takes its cert.
 */
static TropeaTorDiagnosis *
find_likely_of_bridges (TropeaTorDoctor *self)
{
  gboolean has_failed = self->n_failed_bridges > 0 || count_failures (self) >= FEWEST_FAILURES;

  if (self->bridge_mode == TROPEA_BRIDGE_MODE_NONE || self->n_open > 0
      || self->percent >= LEAST_ANSWERED_PERCENT)
    return NULL;

  if (self->bridge_mode == TROPEA_BRIDGE_MODE_SNOWFLAKE)
    return tropea_tor_diagnosis_new (TROPEA_TOR_PROBLEM_SNOWFLAKE_SLOW, NULL);
  if (has_failed || self->percent != TRANSPORT_PERCENT)
    return tropea_tor_diagnosis_new (TROPEA_TOR_PROBLEM_BRIDGE_UNREACHABLE, NULL);

  return tropea_tor_diagnosis_new (TROPEA_TOR_PROBLEM_BRIDGE_WRONG_CERT, NULL);
}

/* What needs no waiting to be known. */
static TropeaTorDiagnosis *
find_certain (TropeaTorDoctor *self,
              gint64           stalled_usec)
{
  guint n_failures = count_failures (self);
  TropeaTorDiagnosis *clock = NULL;

  /* A network that only this computer and its containers are in is none to the system. */
  if (self->n_open == 0 && (n_failures > 0 || stalled_usec >= PATIENCE_USEC))
    {
      if (self->network == TROPEA_NETWORK_NONE)
        return tropea_tor_diagnosis_new (TROPEA_TOR_PROBLEM_NO_NETWORK, NULL);
      if (self->network == TROPEA_NETWORK_PORTAL)
        return tropea_tor_diagnosis_new (TROPEA_TOR_PROBLEM_CAPTIVE_PORTAL, NULL);
    }

  clock = find_clock (self);
  if (clock == NULL)
    clock = find_certain_of_bridges (self);
  if (clock != NULL)
    return clock;

  if (get_failures (self, FAILURE_NO_ROUTE) >= FEWEST_FAILURES
      && get_failures (self, FAILURE_NO_ROUTE) == n_failures)
    return tropea_tor_diagnosis_new (TROPEA_TOR_PROBLEM_NO_ROUTE, NULL);

  return NULL;
}

static TropeaTorDiagnosis *
find_version (TropeaTorDoctor *self)
{
  const char *package = self->package;

  if (self->is_too_old)
    return tropea_tor_diagnosis_new (TROPEA_TOR_PROBLEM_TOO_OLD, package, NULL);
  if (self->is_advised_against)
    return tropea_tor_diagnosis_new (TROPEA_TOR_PROBLEM_OBSOLETE,
                                     self->version != NULL ? self->version : "?", package, NULL);

  return NULL;
}

static TropeaTorDiagnosis *
find_unreachable (TropeaTorDoctor *self)
{
  guint n_cut = get_failures (self, FAILURE_CUT);
  guint n_refused = get_failures (self, FAILURE_REFUSED);
  guint n_timeout = get_failures (self, FAILURE_TIMEOUT);
  guint n_all = count_failures (self);
  g_autofree char *count = g_strdup_printf ("%u", n_all);

  if (self->n_open > 0 || n_all < FEWEST_FAILURES)
    return NULL;

  if (n_cut > n_all / 2)
    return tropea_tor_diagnosis_new (TROPEA_TOR_PROBLEM_BLOCKED, NULL);
  if (n_refused >= n_timeout)
    return tropea_tor_diagnosis_new (TROPEA_TOR_PROBLEM_REFUSED, count, NULL);

  return tropea_tor_diagnosis_new (TROPEA_TOR_PROBLEM_UNREACHABLE, count, NULL);
}

static TropeaTorDiagnosis *
find_by_phase (TropeaTorDoctor *self)
{
  static const struct
  {
    int              from_percent;  /* of control-spec, "Bootstrap phases" */
    TropeaTorProblem problem;
  } phases[] = {
    { 75, TROPEA_TOR_PROBLEM_SLOW_CIRCUIT },
    { 45, TROPEA_TOR_PROBLEM_SLOW_DESCRIPTORS },
    { 15, TROPEA_TOR_PROBLEM_SLOW_DIRECTORY },
    { 5, TROPEA_TOR_PROBLEM_SILENT },
    { 0, TROPEA_TOR_PROBLEM_SLOW_CONNECTION },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (phases); i++)
    if (self->percent >= phases[i].from_percent)
      return tropea_tor_diagnosis_new (phases[i].problem, NULL);

  g_return_val_if_reached (NULL);
}

/* What is likely after a while. */
static TropeaTorDiagnosis *
find_likely (TropeaTorDoctor *self)
{
  TropeaTorDiagnosis *diagnosis = find_version (self);

  if (diagnosis == NULL)
    diagnosis = find_likely_of_bridges (self);
  if (diagnosis == NULL)
    diagnosis = find_unreachable (self);
  if (diagnosis == NULL)
    diagnosis = find_by_phase (self);

  return diagnosis;
}

/**
 * tropea_tor_doctor_find:
 *
 * Ask about once a second. Of a tor that is connected only what is wrong all the same is said.
 *
 * Returns: (nullable) (transfer full): what is wrong
 */
TropeaTorDiagnosis *
tropea_tor_doctor_find (TropeaTorDoctor *self,
                        gint64           now_usec)
{
  g_autoptr(TropeaTorDiagnosis) diagnosis = NULL;
  gint64 stalled_usec;

  g_return_val_if_fail (self != NULL, NULL);

  stalled_usec = now_usec - self->progress_usec;
  if (tropea_tor_doctor_is_connected (self))
    {
      diagnosis = find_clock (self);
      return diagnosis != NULL ? g_steal_pointer (&diagnosis) : find_version (self);
    }

  diagnosis = find_certain (self, stalled_usec);
  if (diagnosis != NULL)
    return g_steal_pointer (&diagnosis);
  if (self->is_too_old)
    return find_version (self);
  if (stalled_usec < TROPEA_TOR_DOCTOR_WHY_USEC)
    return NULL;

  diagnosis = find_likely (self);
  if (stalled_usec < TROPEA_TOR_DOCTOR_HELP_USEC)
    return tropea_tor_diagnosis_make_early (diagnosis);

  return g_steal_pointer (&diagnosis);
}
