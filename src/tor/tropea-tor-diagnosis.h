/* tropea-tor-diagnosis.h: what is wrong with tor, in one sentence, and what helps
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TropeaTorRemedy:
 *
 * What the user can do, or let Tropea do. The window makes a button of it, tropeactl a command.
 */
typedef enum
{
  TROPEA_TOR_REMEDY_NONE,
  TROPEA_TOR_REMEDY_WAIT,
  TROPEA_TOR_REMEDY_START,
  TROPEA_TOR_REMEDY_RESTART,
  TROPEA_TOR_REMEDY_OTHER_PORT,
  TROPEA_TOR_REMEDY_ATTACH,
  TROPEA_TOR_REMEDY_INSTALL_TOR,
  TROPEA_TOR_REMEDY_UPDATE_TOR,
  TROPEA_TOR_REMEDY_INSTALL_TRANSPORT,
  TROPEA_TOR_REMEDY_USE_BRIDGES,
  TROPEA_TOR_REMEDY_EDIT_BRIDGES,
  TROPEA_TOR_REMEDY_GIVE_PASSWORD,
  TROPEA_TOR_REMEDY_CHANGE_EXITS,
  TROPEA_TOR_REMEDY_RESUME,
  TROPEA_TOR_REMEDY_SET_CLOCK,
  TROPEA_TOR_REMEDY_OPEN_PORTAL,
  TROPEA_TOR_REMEDY_CHECK_NETWORK,
  TROPEA_TOR_REMEDY_EDIT_TORRC,
  TROPEA_TOR_REMEDY_FIX_DIRECTORY,
  TROPEA_TOR_REMEDY_FREE_SPACE,
  TROPEA_TOR_REMEDY_SHOW_LOG,
} TropeaTorRemedy;

#define TROPEA_TYPE_TOR_REMEDY (tropea_tor_remedy_get_type ())
GType       tropea_tor_remedy_get_type  (void);
const char *tropea_tor_remedy_to_string (TropeaTorRemedy remedy);

#define TROPEA_TOR_MOST_REMEDIES 2

/**
 * TropeaTorProblem:
 *
 * Each has a row in the table of tropea-tor-diagnosis.c, in the same order: its code, its
 * sentence, what helps, and the kind of %TROPEA_TOR_ERROR that it is.
 */
typedef enum
{
  /* One for each kind of error, where nothing more is known; the sentence is the error's. */
  TROPEA_TOR_PROBLEM_FAILED,
  TROPEA_TOR_PROBLEM_NOT_INSTALLED,
  TROPEA_TOR_PROBLEM_PORT_IN_USE,
  TROPEA_TOR_PROBLEM_DATA_DIRECTORY,
  TROPEA_TOR_PROBLEM_CONFIGURATION,
  TROPEA_TOR_PROBLEM_CONTROL,
  TROPEA_TOR_PROBLEM_EXITED,
  TROPEA_TOR_PROBLEM_BUSY,
  TROPEA_TOR_PROBLEM_CANCELLED,
  TROPEA_TOR_PROBLEM_HUNG,
  TROPEA_TOR_PROBLEM_UNSTABLE,

  /* Before tor answers. */
  TROPEA_TOR_PROBLEM_NOT_EXECUTABLE,
  TROPEA_TOR_PROBLEM_PORT_IN_USE_BY_TOR,
  TROPEA_TOR_PROBLEM_PORT_IN_USE_BY_PROGRAM,
  TROPEA_TOR_PROBLEM_PORT_RESERVED,
  TROPEA_TOR_PROBLEM_DIRECTORY_LOCKED,
  TROPEA_TOR_PROBLEM_DIRECTORY_FOREIGN,
  TROPEA_TOR_PROBLEM_DIRECTORY_UNWRITABLE,
  TROPEA_TOR_PROBLEM_DISK_FULL,
  TROPEA_TOR_PROBLEM_TORRC_LINE,
  TROPEA_TOR_PROBLEM_SOCKET_PATH,

  /* While it connects, or later. */
  TROPEA_TOR_PROBLEM_TOO_OLD,
  TROPEA_TOR_PROBLEM_OBSOLETE,
  TROPEA_TOR_PROBLEM_NO_NETWORK,
  TROPEA_TOR_PROBLEM_CAPTIVE_PORTAL,
  TROPEA_TOR_PROBLEM_CLOCK_BEHIND,
  TROPEA_TOR_PROBLEM_CLOCK_AHEAD,
  TROPEA_TOR_PROBLEM_CLOCK_DOUBTFUL,
  TROPEA_TOR_PROBLEM_NO_ROUTE,
  TROPEA_TOR_PROBLEM_UNREACHABLE,
  TROPEA_TOR_PROBLEM_REFUSED,
  TROPEA_TOR_PROBLEM_BLOCKED,
  TROPEA_TOR_PROBLEM_SILENT,
  TROPEA_TOR_PROBLEM_SLOW_CONNECTION,
  TROPEA_TOR_PROBLEM_SLOW_DIRECTORY,
  TROPEA_TOR_PROBLEM_SLOW_DESCRIPTORS,
  TROPEA_TOR_PROBLEM_SLOW_CIRCUIT,
  TROPEA_TOR_PROBLEM_NETWORK_LOST,

  /* With bridges. */
  TROPEA_TOR_PROBLEM_TRANSPORT_MISSING,
  TROPEA_TOR_PROBLEM_TRANSPORT_PATH,
  TROPEA_TOR_PROBLEM_TRANSPORT_ENDS,
  TROPEA_TOR_PROBLEM_BRIDGE_NONE,
  TROPEA_TOR_PROBLEM_BRIDGE_INVALID,
  TROPEA_TOR_PROBLEM_BRIDGE_UNREACHABLE,
  TROPEA_TOR_PROBLEM_BRIDGE_WRONG_FINGERPRINT,
  TROPEA_TOR_PROBLEM_BRIDGE_WRONG_CERT,
  TROPEA_TOR_PROBLEM_SNOWFLAKE_SLOW,

  /* With chosen exits. */
  TROPEA_TOR_PROBLEM_EXITS_INVALID,
  TROPEA_TOR_PROBLEM_EXITS_NONE,
  TROPEA_TOR_PROBLEM_EXITS_NO_TABLE,
  TROPEA_TOR_PROBLEM_EXITS_HIDDEN,
  TROPEA_TOR_PROBLEM_EXITS_REFUSED,

  /* Of a tor that somebody else started. */
  TROPEA_TOR_PROBLEM_FOREIGN_ADDRESS,
  TROPEA_TOR_PROBLEM_FOREIGN_NOT_FOUND,
  TROPEA_TOR_PROBLEM_FOREIGN_FORBIDDEN,
  TROPEA_TOR_PROBLEM_FOREIGN_NO_TOR,
  TROPEA_TOR_PROBLEM_FOREIGN_COOKIE,
  TROPEA_TOR_PROBLEM_FOREIGN_PASSWORD_NEEDED,
  TROPEA_TOR_PROBLEM_FOREIGN_PASSWORD_WRONG,
  TROPEA_TOR_PROBLEM_FOREIGN_REFUSED,
  TROPEA_TOR_PROBLEM_FOREIGN_UNPROVEN,
  TROPEA_TOR_PROBLEM_FOREIGN_LOST,
  TROPEA_TOR_PROBLEM_FOREIGN_FILTERED,
  TROPEA_TOR_PROBLEM_FOREIGN_OPEN,

  TROPEA_TOR_N_PROBLEMS,
} TropeaTorProblem;

/**
 * TropeaTorDiagnosis:
 *
 * A boxed value that never changes.
 */
typedef struct _TropeaTorDiagnosis TropeaTorDiagnosis;

#define TROPEA_TYPE_TOR_DIAGNOSIS (tropea_tor_diagnosis_get_type ())
GType               tropea_tor_diagnosis_get_type       (void);

/* @...: what stands for {1}, {2} … in the sentence: strings, then NULL */
TropeaTorDiagnosis *tropea_tor_diagnosis_new            (TropeaTorProblem           problem,
                                                         ...) G_GNUC_NULL_TERMINATED;
TropeaTorDiagnosis *tropea_tor_diagnosis_new_from_error (const GError              *error);
TropeaTorDiagnosis *tropea_tor_diagnosis_ref            (const TropeaTorDiagnosis  *self);
void                tropea_tor_diagnosis_unref          (TropeaTorDiagnosis        *self);
GError             *tropea_tor_diagnosis_to_error       (const TropeaTorDiagnosis  *self);
/* The same while it may still pass: all that helps is to wait. */
TropeaTorDiagnosis *tropea_tor_diagnosis_make_early     (const TropeaTorDiagnosis  *self);
TropeaTorProblem    tropea_tor_diagnosis_get_problem    (const TropeaTorDiagnosis  *self);
const char         *tropea_tor_diagnosis_get_code       (const TropeaTorDiagnosis  *self);
const char         *tropea_tor_diagnosis_get_sentence   (const TropeaTorDiagnosis  *self);
const char         *tropea_tor_diagnosis_get_anchor     (const TropeaTorDiagnosis  *self);
TropeaTorRemedy     tropea_tor_diagnosis_get_remedy     (const TropeaTorDiagnosis  *self,
                                                         guint                      index);
gboolean            tropea_tor_diagnosis_is_early       (const TropeaTorDiagnosis  *self);
gboolean            tropea_tor_diagnosis_equal          (const TropeaTorDiagnosis  *a,
                                                         const TropeaTorDiagnosis  *b);

/* The same as errors, which carry their problem with them. */
GError             *tropea_tor_problem_new_error        (TropeaTorProblem           problem,
                                                         ...) G_GNUC_NULL_TERMINATED;
void                tropea_tor_problem_set_error        (GError                   **error,
                                                         TropeaTorProblem           problem,
                                                         ...) G_GNUC_NULL_TERMINATED;
TropeaTorProblem    tropea_tor_problem_of_error         (const GError              *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaTorDiagnosis, tropea_tor_diagnosis_unref)

G_END_DECLS
