/* tropea-exit-choice.h: in which countries circuits may end
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-country-names.h"

G_BEGIN_DECLS

/* Below that a user is easy to recognise, and a few slow exits make everything slow. */
#define TROPEA_EXIT_CHOICE_FEW 5

/**
 * TropeaExitVerdict:
 * @TROPEA_EXIT_VERDICT_ANY: nothing is chosen
 * @TROPEA_EXIT_VERDICT_OPEN: no exits are known yet at all
 * @TROPEA_EXIT_VERDICT_GOOD: there are enough
 * @TROPEA_EXIT_VERDICT_FEW: less than %TROPEA_EXIT_CHOICE_FEW
 * @TROPEA_EXIT_VERDICT_NONE: none in those countries
 */
typedef enum
{
  TROPEA_EXIT_VERDICT_ANY,
  TROPEA_EXIT_VERDICT_OPEN,
  TROPEA_EXIT_VERDICT_GOOD,
  TROPEA_EXIT_VERDICT_FEW,
  TROPEA_EXIT_VERDICT_NONE,
} TropeaExitVerdict;

char             **tropea_exit_choice_read        (const char * const        *words,
                                                   const TropeaCountryNames  *names,
                                                   GError                   **error);
char              *tropea_exit_choice_dup_torrc   (const char * const        *countries,
                                                   gboolean                   is_strict,
                                                   GError                   **error);
char              *tropea_exit_choice_dup_command (const char * const        *countries,
                                                   gboolean                   is_strict);
TropeaExitVerdict  tropea_exit_choice_judge       (const char * const        *countries,
                                                   GHashTable                *counts,
                                                   guint                     *n_exits,
                                                   guint                     *n_all);
char              *tropea_exit_choice_dup_warning (TropeaExitVerdict          verdict,
                                                   guint                      n_exits,
                                                   guint                      n_all);

G_END_DECLS
