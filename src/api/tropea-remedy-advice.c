/* tropea-remedy-advice.c: what to type for a remedy
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-remedy-advice"

#include "config.h"

#include "api/tropea-remedy-advice.h"

/* Only where there is a command for it: for the rest the sentence says what to do. */

static const struct
{
  TropeaTorRemedy  remedy;
  const char      *advice;
} rows[] = {
  { TROPEA_TOR_REMEDY_OTHER_PORT, "tropeactl run --socks-port auto --control-port auto" },
  { TROPEA_TOR_REMEDY_ATTACH, "tropeactl run --attach" },
  { TROPEA_TOR_REMEDY_GIVE_PASSWORD, "tropeactl run --control-password-file FILE" },
  { TROPEA_TOR_REMEDY_USE_BRIDGES, "tropeactl run --bridges-file FILE, or --snowflake" },
  { TROPEA_TOR_REMEDY_EDIT_BRIDGES, "tropeactl run --bridges-file FILE" },
  { TROPEA_TOR_REMEDY_CHANGE_EXITS, "tropeactl run --exit-country CC, without --strict-exits" },
  { TROPEA_TOR_REMEDY_EDIT_TORRC, "tropeactl run --torrc-append FILE, with that line mended" },
};

/* Returns: (nullable): a command, without the options that were given before */
const char *
tropea_remedy_advice (TropeaTorRemedy remedy)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].remedy == remedy)
      return rows[i].advice;

  return NULL;
}
