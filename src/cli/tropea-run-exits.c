/* tropea-run-exits.c: the exit countries that “tropeactl run” was given
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-run-exits"

#include "config.h"

#include "cli/tropea-run-exits.h"

#include "tor/tropea-exit-choice.h"

/* A code that the standard does not have is refused where it is known: tor would look for it in
 * vain, and not say so.
 */

/**
 * tropea_run_exits_take:
 *
 * Put them into @options; nothing given leaves those as they are. Errors are G_OPTION_ERROR.
 */
gboolean
tropea_run_exits_take (const TropeaRunExits  *self,
                       TropeaHostOptions     *options,
                       GError               **error)
{
  g_autoptr(TropeaCountryNames) names = NULL;
  g_autoptr(GError) wrong = NULL;
  g_auto(GStrv) codes = NULL;

  if (self->countries == NULL)
    {
      if (!self->is_strict)
        return TRUE;

      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           "--strict-exits is of use with --exit-country only");
      return FALSE;
    }

  names = tropea_country_names_new (NULL);
  codes = tropea_exit_choice_read ((const char * const *) self->countries, names, &wrong);
  if (codes == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "--exit-country cannot be used: %s", wrong->message);
      return FALSE;
    }

  g_strfreev (options->exit_countries);
  options->exit_countries = g_steal_pointer (&codes);
  options->strict_exits = self->is_strict;

  return TRUE;
}

void
tropea_run_exits_clear (TropeaRunExits *self)
{
  g_clear_pointer (&self->countries, g_strfreev);
}
