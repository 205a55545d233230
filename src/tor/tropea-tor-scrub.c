/* tropea-tor-scrub.c: takes out of tor's words what nobody else should read
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-scrub"

#include "config.h"

#include "tor/tropea-tor-scrub.h"

/* Pure. tor hides destinations itself unless somebody set SafeLogging to 0; what we show and
 * pass on must not depend on that. It is done by shape: too much taken out is a nuisance, too
 * little is a leak. What begins like 0.4.9.11 is tor's version, 127.0.0.1 is this computer.
 */

#define SCRUBBED "[scrubbed]"

/* Enough for tor's longest warnings, and for a window. */
#define MOST_CHARACTERS 200

#define LABEL "[\\p{L}\\p{N}_-]+"

/* In this order: an address holds what looks like a name. */
static const char * const shapes[] = {
  "\\b(?:cert|url|fingerprint|fronts?|ice|node-id|public-key)=[^\\s\"'”,;)]+",
  "\\b[a-z][a-z0-9+.-]*://[^\\s\"'<>”“)]+",
  "[a-z2-7]{16,56}\\.onion\\b(?::\\d+)?",
  "\\$?\\b[0-9a-f]{40}\\b(?:[~=]\\w+)?",
  "\\[[0-9a-f.]*:[0-9a-f:.]+\\](?::\\d+)?",
  "(?<![\\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\\w:])",
  "(?<![\\d.])(?!0\\.|127\\.)\\d{1,3}(?:\\.\\d{1,3}){3}(?::\\d+)?(?!\\d|\\.\\d)",
  "(?<![\\p{L}\\p{N}_./-])(?:" LABEL "\\.)+(?:\\p{L}{2,63}|xn--[a-z0-9-]+)\\b(?::\\d+)?(?:/\\S*)?",
};

static GRegex *
compile (gsize i)
{
  static GRegex *compiled[G_N_ELEMENTS (shapes)];
  static gsize is_ready[G_N_ELEMENTS (shapes)];

  if (g_once_init_enter (&is_ready[i]))
    {
      compiled[i] = g_regex_new (shapes[i], G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL);
      g_once_init_leave (&is_ready[i], 1);
    }

  return compiled[i];
}

/**
 * tropea_tor_scrub:
 * @text: valid UTF-8
 *
 * Returns: (transfer full): @text without addresses, names of hosts and relays' fingerprints,
 *   and not too long
 */
char *
tropea_tor_scrub (const char *text)
{
  g_autofree char *scrubbed = g_strdup (text);

  g_return_val_if_fail (text != NULL && g_utf8_validate (text, -1, NULL), NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      char *replaced = g_regex_replace_literal (compile (i), scrubbed, -1, 0, SCRUBBED, 0, NULL);

      /* Only where the matcher gave up. */
      if (replaced == NULL)
        return g_strdup (SCRUBBED);

      g_free (scrubbed);
      scrubbed = replaced;
    }

  if (g_utf8_strlen (scrubbed, -1) > MOST_CHARACTERS)
    {
      g_autofree char *beginning = g_utf8_substring (scrubbed, 0, MOST_CHARACTERS);

      return g_strconcat (beginning, "…", NULL);
    }

  return g_steal_pointer (&scrubbed);
}
