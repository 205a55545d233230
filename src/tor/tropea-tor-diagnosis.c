/* tropea-tor-diagnosis.c: what is wrong with tor, in one sentence, and what helps
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-diagnosis"

#include "config.h"

#include "tor/tropea-tor-diagnosis.h"

#include <glib/gi18n-lib.h>
#include <stdarg.h>

#include "tor/tropea-tor-backend.h"

/* The one place that says what Tropea can find wrong with tor. An error of the domain
 * TROPEA_TOR_ERROR carries its problem inside, through copies and prefixes, so a backend's
 * failure and trouble are the diagnosis; there is no second account of the same. An error that
 * was made without a problem is the first one of its kind.
 *
 * Codes never change: programs and the documentation name them. The anchor is that of the
 * section “Troubleshooting” of the documentation.
 */

struct _TropeaTorDiagnosis
{
  TropeaTorProblem  problem;
  gboolean          is_early;
  char             *sentence;  /* (owned) */
};

typedef struct
{
  gboolean         is_set;
  gboolean         is_early;
  TropeaTorProblem problem;
} TropeaTorErrorPrivate;

typedef struct
{
  const char      *code;
  TropeaTorError   kind;
  TropeaTorRemedy  remedies[TROPEA_TOR_MOST_REMEDIES];
  const char      *sentence;  /* with {1}, {2} …; NULL where the error has its own */
  const char      *anchor;
} Row;

#define KIND(name)   TROPEA_TOR_ERROR_##name
#define REMEDY(name) TROPEA_TOR_REMEDY_##name

/* In the order of TropeaTorProblem. */
static const Row rows[] = {
  { "failed", KIND (FAILED), { REMEDY (START), REMEDY (SHOW_LOG) }, NULL, "tor-ends" },
  { "not-installed", KIND (NOT_INSTALLED), { REMEDY (INSTALL_TOR) },
    N_("No tor program was found: install the package {1}, or set TROPEA_TOR to its path"),
    "not-installed" },
  { "port-in-use", KIND (PORT_IN_USE), { REMEDY (OTHER_PORT) },
    N_("{1} {2} is in use by another program, perhaps another tor: stop that, or choose another "
       "port with {3}"), "ports" },
  { "data-directory", KIND (DATA_DIRECTORY), { REMEDY (FIX_DIRECTORY) },
    N_("tor cannot use its data directory “{1}” ({2}): see to its owner, permissions and free "
       "space, or choose another"), "data-directory" },
  { "configuration", KIND (CONFIGURATION), { REMEDY (EDIT_TORRC) }, NULL, "torrc" },
  { "control", KIND (CONTROL), { REMEDY (RESTART), REMEDY (SHOW_LOG) }, NULL, "tor-ends" },
  { "exited", KIND (EXITED), { REMEDY (START), REMEDY (SHOW_LOG) }, NULL, "tor-ends" },
  { "busy", KIND (BUSY), { REMEDY (NONE) }, NULL, NULL },
  { "cancelled", KIND (CANCELLED), { REMEDY (NONE) }, NULL, NULL },
  { "hung", KIND (HUNG), { REMEDY (WAIT), REMEDY (RESTART) }, NULL, "tor-hangs" },
  { "unstable", KIND (UNSTABLE), { REMEDY (START), REMEDY (SHOW_LOG) }, NULL, "tor-ends" },

  { "not-executable", KIND (NOT_INSTALLED), { REMEDY (INSTALL_TOR) },
    N_("“{1}” cannot be run as tor ({2}): install the package {3}, or set TROPEA_TOR to its "
       "path"), "not-installed" },
  { "port-in-use-by-tor", KIND (PORT_IN_USE), { REMEDY (ATTACH), REMEDY (OTHER_PORT) },
    N_("{1} {2} is in use by another tor ({4}): use that tor, or choose another port with {3}"),
    "ports" },
  { "port-in-use-by-program", KIND (PORT_IN_USE), { REMEDY (OTHER_PORT) },
    N_("{1} {2} is in use by {4}: stop that, or choose another port with {3}"), "ports" },
  { "port-reserved", KIND (CONFIGURATION), { REMEDY (OTHER_PORT) },
    N_("{1} {2} is reserved for the system: choose one from 1024 on with {3}"), "ports" },
  { "directory-locked", KIND (DATA_DIRECTORY), { REMEDY (FIX_DIRECTORY) },
    N_("Another tor uses the data directory “{1}”: stop it, or choose another directory"),
    "data-directory" },
  { "directory-foreign", KIND (DATA_DIRECTORY), { REMEDY (FIX_DIRECTORY) },
    N_("tor's data directory “{1}” belongs to {2}: make it yours, or choose another"),
    "data-directory" },
  { "directory-unwritable", KIND (DATA_DIRECTORY), { REMEDY (FIX_DIRECTORY) },
    N_("tor's data directory “{1}” cannot be written to ({2}): see to its permissions, or choose "
       "another"), "data-directory" },
  { "disk-full", KIND (DATA_DIRECTORY), { REMEDY (FREE_SPACE) },
    N_("There is no space left for tor's files in “{1}”: free some, then start tor again"),
    "disk-full" },
  { "torrc-line", KIND (CONFIGURATION), { REMEDY (EDIT_TORRC) },
    N_("tor refuses its configuration ({3}): mend line {1} of the torrc lines in “{2}”"),
    "torrc" },
  { "socket-path-too-long", KIND (CONFIGURATION), { REMEDY (FIX_DIRECTORY) },
    N_("“{1}” is too long for the path of a socket ({2} bytes at most): choose a shorter runtime "
       "directory"), "data-directory" },

  { "tor-too-old", KIND (EXITED), { REMEDY (UPDATE_TOR) },
    N_("This tor is too old: the Tor network does not work with it any more; update the package "
       "{1}"), "old-tor" },
  { "tor-obsolete", KIND (FAILED), { REMEDY (UPDATE_TOR) },
    N_("The Tor network advises against tor {1}: update the package {2} soon"), "old-tor" },
  { "no-network", KIND (FAILED), { REMEDY (CHECK_NETWORK) },
    N_("This computer is not connected to a network: connect it, and tor goes on by itself"),
    "no-network" },
  { "captive-portal", KIND (FAILED), { REMEDY (OPEN_PORTAL) },
    N_("This network wants you to log in first: open its page in a browser, and tor goes on by "
       "itself"), "captive-portal" },
  { "clock-behind", KIND (FAILED), { REMEDY (SET_CLOCK) },
    N_("The computer's clock is {1} behind: set it right, then start tor again"), "clock" },
  { "clock-ahead", KIND (FAILED), { REMEDY (SET_CLOCK) },
    N_("The computer's clock is {1} ahead: set it right, then start tor again"), "clock" },
  { "clock-doubtful", KIND (FAILED), { REMEDY (SET_CLOCK) },
    N_("The relays' certificates are not valid by this computer's clock, which seems to be days "
       "off: set it right, then start tor again"), "clock" },
  { "no-route", KIND (FAILED), { REMEDY (CHECK_NETWORK) },
    N_("There is no way from this computer to the Tor network: check the network connection"),
    "no-network" },
  { "unreachable", KIND (FAILED), { REMEDY (CHECK_NETWORK), REMEDY (USE_BRIDGES) },
    N_("No Tor relay answered in {1} attempts: check the network and its firewall, or use "
       "bridges"), "blocked" },
  { "refused", KIND (FAILED), { REMEDY (CHECK_NETWORK), REMEDY (USE_BRIDGES) },
    N_("All {1} attempts to connect to Tor relays were refused: check the network and its "
       "firewall, or use bridges"), "blocked" },
  { "blocked", KIND (FAILED), { REMEDY (USE_BRIDGES), REMEDY (CHECK_NETWORK) },
    N_("This network lets connections to Tor begin and then cuts them off, so Tor seems to be "
       "blocked: use bridges"), "blocked" },
  { "silent", KIND (FAILED), { REMEDY (USE_BRIDGES), REMEDY (CHECK_NETWORK) },
    N_("Connections to Tor get no answer: the network is down, or it blocks Tor; check it, or "
       "use bridges"), "blocked" },
  { "slow-connection", KIND (FAILED), { REMEDY (CHECK_NETWORK), REMEDY (USE_BRIDGES) },
    N_("Tor is looking for a relay that answers; on a good network that takes a few seconds"),
    "slow" },
  { "slow-directory", KIND (FAILED), { REMEDY (CHECK_NETWORK), REMEDY (USE_BRIDGES) },
    N_("Tor is loading the list of relays; at the first start that can take a minute on a slow "
       "network"), "slow" },
  { "slow-descriptors", KIND (FAILED), { REMEDY (CHECK_NETWORK), REMEDY (USE_BRIDGES) },
    N_("Tor is loading what it must know about the relays; at the first start that can take "
       "some minutes on a slow network"), "slow" },
  { "slow-circuit", KIND (FAILED), { REMEDY (CHECK_NETWORK), REMEDY (USE_BRIDGES) },
    N_("Tor is building its first circuit; if a relay does not answer it tries others, which "
       "can take a minute"), "slow" },
  { "network-lost", KIND (FAILED), { REMEDY (WAIT), REMEDY (CHECK_NETWORK) },
    N_("Tor has lost the network: it goes on by itself when the network is back"),
    "no-network" },

  { "transport-missing", KIND (TRANSPORT_MISSING),
    { REMEDY (INSTALL_TRANSPORT), REMEDY (EDIT_BRIDGES) },
    N_("The program for “{1}” bridges is not installed: install the package “{2}”, then start "
       "tor again"), "bridges" },
  { "transport-path", KIND (CONFIGURATION), { REMEDY (INSTALL_TRANSPORT) },
    N_("tor cannot start “{1}”, because the path has a character that a torrc does not take: "
       "install that program in /usr/bin"), "bridges" },
  { "transport-ends", KIND (FAILED), { REMEDY (INSTALL_TRANSPORT), REMEDY (SHOW_LOG) },
    N_("The program that tor needs for its bridges ends as soon as it is started: install its "
       "package anew, then start tor again"), "bridges" },
  { "bridge-none", KIND (CONFIGURATION), { REMEDY (EDIT_BRIDGES) },
    N_("Bridges are switched on, but there is none: give one, or switch them off"), "bridges" },
  { "bridge-invalid", KIND (CONFIGURATION), { REMEDY (EDIT_BRIDGES) },
    N_("A bridge cannot be used ({1}): mend its line, or take it out"), "bridges" },
  { "bridge-unreachable", KIND (FAILED), { REMEDY (EDIT_BRIDGES), REMEDY (CHECK_NETWORK) },
    N_("None of the bridges can be reached: check the network, or use other bridges"),
    "bridges" },
  { "bridge-wrong-fingerprint", KIND (FAILED), { REMEDY (EDIT_BRIDGES) },
    N_("A bridge answers with another fingerprint than its line says: check the line, or use "
       "another bridge"), "bridges" },
  { "bridge-wrong-cert", KIND (FAILED), { REMEDY (EDIT_BRIDGES), REMEDY (CHECK_NETWORK) },
    N_("The bridges' program gets no answer that it understands: what stands behind “cert=” is "
       "not the bridge's, or the bridge is gone; check the lines, or use other bridges"),
    "bridges" },
  { "snowflake-slow", KIND (FAILED), { REMEDY (WAIT), REMEDY (USE_BRIDGES) },
    N_("Snowflake is looking for a volunteer's browser that can be reached; that can take some "
       "minutes, and some networks do not let it through"), "bridges" },

  { "exits-invalid", KIND (CONFIGURATION), { REMEDY (CHANGE_EXITS) },
    N_("“{1}” is no country that exits can be chosen in: give codes of two letters, such as DE "
       "or US"), "exits" },
  { "exits-none", KIND (FAILED), { REMEDY (CHANGE_EXITS) },
    N_("None of the {1} exits is in the chosen countries, and others must not be used: choose "
       "more countries, or allow exits elsewhere when there is none"), "exits" },
  { "exits-no-table", KIND (FAILED), { REMEDY (CHANGE_EXITS) },
    N_("tor has no table of countries, so exits cannot be chosen by them: install the package "
       "“{1}”, then start tor again"), "exits" },
  { "exits-hidden", KIND (CONTROL), { REMEDY (NONE) },
    N_("This tor does not tell which relays it knows, so its exits cannot be counted: use one "
       "that Tropea starts"), "exits" },
  { "exits-refused", KIND (CONTROL), { REMEDY (RESTART) },
    N_("tor does not take other exit countries while it runs: start it again"), "exits" },

  { "foreign-address", KIND (CONFIGURATION), { REMEDY (NONE) },
    N_("“{1}” is no address of a control port: give a port such as 9051, an address such as "
       "127.0.0.1:9051, or the path of a socket"), "attach" },
  { "foreign-not-found", KIND (CONTROL), { REMEDY (START) },
    N_("No tor with a control port was found at {1}: start it, switch its ControlPort on, or "
       "let Tropea start a tor of its own"), "attach" },
  { "foreign-forbidden", KIND (CONTROL), { REMEDY (START) },
    N_("The control socket “{1}” is not for this user: become a member of the group that it "
       "belongs to (on Debian “debian-tor”) and log in again, or let Tropea start a tor of its "
       "own"), "attach" },
  { "foreign-no-tor", KIND (CONTROL), { REMEDY (START) },
    N_("What listens at {1} is not tor's control port: give the right address, or let Tropea "
       "start a tor of its own"), "attach" },
  { "foreign-cookie", KIND (CONTROL), { REMEDY (START) },
    N_("The tor at {1} wants its cookie, but “{2}” cannot be read ({3}): become a member of the "
       "group that it belongs to and log in again, or set a password in that tor's torrc"),
    "attach" },
  { "foreign-password-needed", KIND (PASSWORD), { REMEDY (GIVE_PASSWORD) },
    N_("The tor at {1} wants the password of its control port"), "attach" },
  { "foreign-password-wrong", KIND (PASSWORD), { REMEDY (GIVE_PASSWORD) },
    N_("The tor at {1} does not take this password: give the one whose hash stands in its "
       "torrc"), "attach" },
  { "foreign-refused", KIND (CONTROL), { REMEDY (START) },
    N_("The tor at {1} refuses to let Tropea in ({2}): see to its torrc, or let Tropea start a "
       "tor of its own"), "attach" },
  { "foreign-unproven", KIND (CONTROL), { REMEDY (START) },
    N_("What listens at {1} did not prove that it is the tor whose cookie it names, so Tropea "
       "told it nothing: give the right address, or let Tropea start a tor of its own"),
    "attach" },
  { "foreign-lost", KIND (CONTROL), { REMEDY (WAIT) },
    N_("The tor at {1}, which Tropea did not start, has ended or closed the connection; Tropea "
       "goes on as soon as it is there again"), "attach" },
  { "foreign-filtered", KIND (FAILED), { REMEDY (NONE) },
    N_("The control port of the tor in use does not tell everything; not known are: {1}"),
    "attach" },
  { "foreign-open", KIND (FAILED), { REMEDY (NONE) },
    N_("The control port of the tor in use is open to every program on this computer: set "
       "CookieAuthentication 1 in its torrc"), "attach" },
};

G_STATIC_ASSERT (G_N_ELEMENTS (rows) == TROPEA_TOR_N_PROBLEMS);

G_DEFINE_BOXED_TYPE (TropeaTorDiagnosis, tropea_tor_diagnosis,
                     (GBoxedCopyFunc) tropea_tor_diagnosis_ref, tropea_tor_diagnosis_unref)
G_DEFINE_ENUM_TYPE (TropeaTorRemedy, tropea_tor_remedy,
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_REMEDY_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_REMEDY_WAIT, "wait"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_REMEDY_START, "start"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_REMEDY_RESTART, "restart"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_REMEDY_OTHER_PORT, "other-port"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_REMEDY_ATTACH, "attach"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_REMEDY_INSTALL_TOR, "install-tor"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_REMEDY_UPDATE_TOR, "update-tor"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_REMEDY_INSTALL_TRANSPORT,
                                         "install-transport"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_REMEDY_USE_BRIDGES, "use-bridges"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_REMEDY_EDIT_BRIDGES, "edit-bridges"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_REMEDY_GIVE_PASSWORD, "give-password"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_REMEDY_CHANGE_EXITS, "change-exits"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_REMEDY_RESUME, "resume"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_REMEDY_SET_CLOCK, "set-clock"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_REMEDY_OPEN_PORTAL, "open-portal"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_REMEDY_CHECK_NETWORK, "check-network"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_REMEDY_EDIT_TORRC, "edit-torrc"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_REMEDY_FIX_DIRECTORY, "fix-directory"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_REMEDY_FREE_SPACE, "free-space"),
                    G_DEFINE_ENUM_VALUE (TROPEA_TOR_REMEDY_SHOW_LOG, "show-log"))

static void
tropea_tor_error_private_init (TropeaTorErrorPrivate *priv)
{
}

static void
tropea_tor_error_private_copy (const TropeaTorErrorPrivate *from,
                               TropeaTorErrorPrivate       *to)
{
  g_assert (from != NULL && to != NULL);
  *to = *from;
}

static void
tropea_tor_error_private_clear (TropeaTorErrorPrivate *priv)
{
}

/* GLib's own macro casts from bytes; what it points to is aligned as GError is. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-align"
G_DEFINE_EXTENDED_ERROR (TropeaTorError, tropea_tor_error)
#pragma GCC diagnostic pop

/* "none" for TROPEA_TOR_REMEDY_NONE. */
const char *
tropea_tor_remedy_to_string (TropeaTorRemedy remedy)
{
  g_autoptr(GEnumClass) class = g_type_class_ref (TROPEA_TYPE_TOR_REMEDY);
  const GEnumValue *value = g_enum_get_value (class, (int) remedy);

  g_return_val_if_fail (value != NULL, "none");

  return value->value_nick;
}

static char *
fill_in (const char *text,
         va_list     args)
{
  g_autoptr(GString) sentence = g_string_new (text);
  const char *arg;

  /* What was filled in last is nobody's placeholder: those stand before it or are others. */
  for (guint i = 1; (arg = va_arg (args, const char *)) != NULL; i++)
    {
      g_autofree char *placeholder = g_strdup_printf ("{%u}", i);

      g_string_replace (sentence, placeholder, arg, 0);
    }

  return g_string_free (g_steal_pointer (&sentence), FALSE);
}

static char *
make_sentence (TropeaTorProblem problem,
               va_list          args)
{
  const char *text = rows[problem].sentence;

  return fill_in (text != NULL ? _(text) : "{1}", args);
}

static TropeaTorDiagnosis *
new_with_sentence (TropeaTorProblem  problem,
                   char             *sentence)
{
  TropeaTorDiagnosis *self = g_atomic_rc_box_new0 (TropeaTorDiagnosis);

  self->problem = problem;
  self->sentence = sentence;

  return self;
}

/**
 * tropea_tor_diagnosis_new:
 *
 * Returns: (transfer full):
 */
TropeaTorDiagnosis *
tropea_tor_diagnosis_new (TropeaTorProblem problem,
                          ...)
{
  TropeaTorDiagnosis *self;
  va_list args;

  g_return_val_if_fail (problem < TROPEA_TOR_N_PROBLEMS, NULL);

  va_start (args, problem);
  self = new_with_sentence (problem, make_sentence (problem, args));
  va_end (args);

  return self;
}

static gboolean
is_early (const GError *error)
{
  TropeaTorErrorPrivate *priv;

  if (error->domain != TROPEA_TOR_ERROR)
    return FALSE;

  priv = tropea_tor_error_get_private (error);
  g_assert (priv != NULL);

  return priv->is_early;
}

/**
 * tropea_tor_diagnosis_new_from_error:
 * @error: a failure or trouble of a backend
 *
 * Returns: (transfer full):
 */
TropeaTorDiagnosis *
tropea_tor_diagnosis_new_from_error (const GError *error)
{
  TropeaTorDiagnosis *self;

  g_return_val_if_fail (error != NULL, NULL);

  self = new_with_sentence (tropea_tor_problem_of_error (error), g_strdup (error->message));
  self->is_early = is_early (error);

  return self;
}

TropeaTorDiagnosis *
tropea_tor_diagnosis_ref (const TropeaTorDiagnosis *self)
{
  return g_atomic_rc_box_acquire ((gpointer) self);
}

static void
clear (gpointer data)
{
  TropeaTorDiagnosis *self = data;

  g_free (self->sentence);
}

void
tropea_tor_diagnosis_unref (TropeaTorDiagnosis *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static GError *
new_error (TropeaTorProblem  problem,
           gboolean          is_early,
           const char       *sentence)
{
  GError *error = g_error_new_literal (TROPEA_TOR_ERROR, (int) rows[problem].kind, sentence);
  TropeaTorErrorPrivate *priv = tropea_tor_error_get_private (error);

  g_assert (priv != NULL);
  priv->is_set = TRUE;
  priv->is_early = is_early;
  priv->problem = problem;

  return error;
}

/**
 * tropea_tor_diagnosis_to_error:
 *
 * Returns: (transfer full): a %TROPEA_TOR_ERROR that tropea_tor_diagnosis_new_from_error ()
 *   makes the same diagnosis of
 */
GError *
tropea_tor_diagnosis_to_error (const TropeaTorDiagnosis *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return new_error (self->problem, self->is_early, self->sentence);
}

TropeaTorDiagnosis *
tropea_tor_diagnosis_make_early (const TropeaTorDiagnosis *self)
{
  TropeaTorDiagnosis *early;

  g_return_val_if_fail (self != NULL, NULL);

  early = new_with_sentence (self->problem, g_strdup (self->sentence));
  early->is_early = TRUE;

  return early;
}

gboolean
tropea_tor_diagnosis_is_early (const TropeaTorDiagnosis *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_early;
}

TropeaTorProblem
tropea_tor_diagnosis_get_problem (const TropeaTorDiagnosis *self)
{
  g_return_val_if_fail (self != NULL, TROPEA_TOR_PROBLEM_FAILED);

  return self->problem;
}

/* Such as "port-in-use". */
const char *
tropea_tor_diagnosis_get_code (const TropeaTorDiagnosis *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return rows[self->problem].code;
}

/* Translated, without a full stop. */
const char *
tropea_tor_diagnosis_get_sentence (const TropeaTorDiagnosis *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->sentence;
}

/* (nullable): where the documentation says more. */
const char *
tropea_tor_diagnosis_get_anchor (const TropeaTorDiagnosis *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return rows[self->problem].anchor;
}

/* The best first; %TROPEA_TOR_REMEDY_NONE behind the last. */
TropeaTorRemedy
tropea_tor_diagnosis_get_remedy (const TropeaTorDiagnosis *self,
                                 guint                     index)
{
  g_return_val_if_fail (self != NULL, TROPEA_TOR_REMEDY_NONE);

  if (self->is_early)
    return index == 0 ? TROPEA_TOR_REMEDY_WAIT : TROPEA_TOR_REMEDY_NONE;

  return index < TROPEA_TOR_MOST_REMEDIES ? rows[self->problem].remedies[index]
                                          : TROPEA_TOR_REMEDY_NONE;
}

/* @a: (nullable) @b: (nullable) */
gboolean
tropea_tor_diagnosis_equal (const TropeaTorDiagnosis *a,
                            const TropeaTorDiagnosis *b)
{
  if (a == NULL || b == NULL)
    return a == b;

  return a->problem == b->problem && a->is_early == b->is_early
         && g_str_equal (a->sentence, b->sentence);
}

/**
 * tropea_tor_problem_new_error:
 *
 * Returns: (transfer full):
 */
GError *
tropea_tor_problem_new_error (TropeaTorProblem problem,
                              ...)
{
  g_autofree char *sentence = NULL;
  va_list args;

  g_return_val_if_fail (problem < TROPEA_TOR_N_PROBLEMS, NULL);

  va_start (args, problem);
  sentence = make_sentence (problem, args);
  va_end (args);

  return new_error (problem, FALSE, sentence);
}

void
tropea_tor_problem_set_error (GError           **error,
                              TropeaTorProblem   problem,
                              ...)
{
  g_autofree char *sentence = NULL;
  va_list args;

  g_return_if_fail (problem < TROPEA_TOR_N_PROBLEMS);

  va_start (args, problem);
  sentence = make_sentence (problem, args);
  va_end (args);

  g_propagate_error (error, new_error (problem, FALSE, sentence));
}

/* Of an error that was made without: the first row of its kind. */
TropeaTorProblem
tropea_tor_problem_of_error (const GError *error)
{
  TropeaTorErrorPrivate *priv;

  g_return_val_if_fail (error != NULL, TROPEA_TOR_PROBLEM_FAILED);

  if (error->domain != TROPEA_TOR_ERROR)
    return TROPEA_TOR_PROBLEM_FAILED;

  priv = tropea_tor_error_get_private (error);
  g_assert (priv != NULL);
  if (priv->is_set)
    return priv->problem;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if ((int) rows[i].kind == error->code)
      return (TropeaTorProblem) i;

  return TROPEA_TOR_PROBLEM_FAILED;
}
