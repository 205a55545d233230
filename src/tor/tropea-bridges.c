/* tropea-bridges.c: the ways into the Tor network, and the programs that they need
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-bridges"

#include "config.h"

#include "tor/tropea-bridges.h"

#include <string.h>

#include "tor/tropea-bridge-line.h"
#include "tor/tropea-tor-backend.h"
#include "tor/tropea-tor-diagnosis.h"

/* What tor is told of bridges. Each line is parsed and written anew, whoever gave it, so that
 * nothing but a bridge can come out. A transport's program is looked for when tor is started:
 * installing it and starting again is all that its user has to do.
 */

/* The Tor Project's own, as Tor Browser has them built in, with “front” in the spelling that
 * Debian 12's snowflake-client knows. The addresses are only names for the two servers behind
 * Snowflake: nothing connects to them.
 */
#define SNOWFLAKE_ARGUMENTS \
  "url=https://1098762253.rsc.cdn77.org/ front=www.cdn77.com " \
  "ice=stun:stun.antisip.com:3478,stun:stun.epygi.com:3478,stun:stun.uls.co.za:3478," \
  "stun:stun.voipgate.com:3478,stun:stun.mixvoip.com:3478,stun:stun.nextcloud.com:3478," \
  "stun:stun.bethesda.net:3478,stun:stun.nextcloud.com:443 " \
  "utls-imitate=hellorandomizedalpn"

#define SNOWFLAKE_LINE(address, fingerprint) \
  "snowflake " address " " fingerprint " fingerprint=" fingerprint " " SNOWFLAKE_ARGUMENTS

static const char * const snowflake_lines[] = {
  SNOWFLAKE_LINE ("192.0.2.3:80", "2B280B23E1107BB62ABFC40DDCC8824814F80A72"),
  SNOWFLAKE_LINE ("192.0.2.4:80", "8838024498816A039FCBBAB14E6F40A0843051FA"),
  NULL,
};

/* In the order of preference: the first is what Debian 12 has. */
static const struct
{
  const char *transport;
  const char *variable;
  const char *programs[3];
  const char *package;
} transports[] = {
  { "obfs4", "TROPEA_OBFS4", { "obfs4proxy", "lyrebird" }, "obfs4proxy" },
  { "snowflake", "TROPEA_SNOWFLAKE", { "snowflake-client" }, "snowflake-client" },
};

static const char * const usual_places[] = {
  "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/libexec", "/usr/lib/tor", NULL,
};

G_DEFINE_ENUM_TYPE (TropeaBridgeMode, tropea_bridge_mode,
                    G_DEFINE_ENUM_VALUE (TROPEA_BRIDGE_MODE_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (TROPEA_BRIDGE_MODE_OBFS4, "obfs4"),
                    G_DEFINE_ENUM_VALUE (TROPEA_BRIDGE_MODE_SNOWFLAKE, "snowflake"))

/* The bridges of %TROPEA_BRIDGE_MODE_SNOWFLAKE. */
const char * const *
tropea_bridges_get_snowflake_lines (void)
{
  return snowflake_lines;
}

static gboolean
is_program (const char *path)
{
  return g_file_test (path, G_FILE_TEST_IS_REGULAR)
         && g_file_test (path, G_FILE_TEST_IS_EXECUTABLE);
}

static char *
find_named (const char         *name,
            const char * const *folders)
{
  char *found = g_find_program_in_path (name);

  for (gsize i = 0; folders[i] != NULL && found == NULL; i++)
    {
      g_autofree char *path = g_build_filename (folders[i], name, NULL);

      if (is_program (path))
        found = g_steal_pointer (&path);
    }

  return found;
}

static char *
find_program_of (gsize               index,
                 const char * const *folders)
{
  const char *wanted = g_getenv (transports[index].variable);
  char *found = NULL;

  if (wanted != NULL && *wanted != '\0')
    return is_program (wanted) ? g_strdup (wanted) : NULL;

  for (gsize i = 0; transports[index].programs[i] != NULL && found == NULL; i++)
    found = find_named (transports[index].programs[i], folders);

  return found;
}

/* tor ends the path at the first blank, however it is quoted. */
static gboolean
check_program_path (const char  *path,
                    GError     **error)
{
  for (const char *at = path; *at != '\0'; at++)
    if (!g_ascii_isgraph (*at) || strchr ("\"#\\", *at) != NULL)
      {
        tropea_tor_problem_set_error (error, TROPEA_TOR_PROBLEM_TRANSPORT_PATH, path, NULL);
        return FALSE;
      }

  return TRUE;
}

/**
 * tropea_bridges_find_program:
 * @transport: "obfs4" or "snowflake"
 * @usual_folders: (nullable): where to look behind PATH; %NULL for the usual ones
 *
 * Returns: (transfer full): the path of the program that speaks @transport; %NULL with
 *   %TROPEA_TOR_ERROR_TRANSPORT_MISSING and the package's name in the message
 */
char *
tropea_bridges_find_program (const char          *transport,
                             const char * const  *usual_folders,
                             GError             **error)
{
  const char * const *folders = usual_folders != NULL ? usual_folders : usual_places;
  gsize index = 0;
  g_autofree char *found = NULL;

  g_return_val_if_fail (transport != NULL, NULL);

  while (index < G_N_ELEMENTS (transports)
         && !g_str_equal (transports[index].transport, transport))
    index++;
  g_return_val_if_fail (index < G_N_ELEMENTS (transports), NULL);

  found = find_program_of (index, folders);
  if (found == NULL)
    {
      tropea_tor_problem_set_error (error, TROPEA_TOR_PROBLEM_TRANSPORT_MISSING, transport,
                                    transports[index].package, NULL);
      return NULL;
    }

  return check_program_path (found, error) ? g_steal_pointer (&found) : NULL;
}

static gboolean
append_plugin (GString     *torrc,
               const char  *transport,
               GError     **error)
{
  g_autofree char *plugin = g_strdup_printf ("ClientTransportPlugin %s exec ", transport);
  g_autofree char *program = NULL;

  if (strstr (torrc->str, plugin) != NULL)
    return TRUE;

  program = tropea_bridges_find_program (transport, NULL, error);
  if (program == NULL)
    return FALSE;

  g_string_append_printf (torrc, "%s%s\n", plugin, program);

  return TRUE;
}

static gboolean
append_bridge (GString     *torrc,
               const char  *text,
               GError     **error)
{
  g_autoptr(TropeaBridgeLine) line = NULL;
  g_autoptr(GError) wrong = NULL;
  g_autofree char *written = NULL;

  line = tropea_bridge_line_parse (text, &wrong);
  if (line == NULL)
    {
      tropea_tor_problem_set_error (error, TROPEA_TOR_PROBLEM_BRIDGE_INVALID, wrong->message,
                                    NULL);
      return FALSE;
    }

  if (line->transport != NULL && !append_plugin (torrc, line->transport, error))
    return FALSE;

  written = tropea_bridge_line_to_string (line);
  g_string_append_printf (torrc, "Bridge %s\n", written);

  return TRUE;
}

/**
 * tropea_bridges_dup_torrc:
 * @lines: (nullable): the user's own, for %TROPEA_BRIDGE_MODE_OBFS4
 *
 * Returns: (transfer full): the lines of a torrc that make tor use the bridges, "" for none;
 *   %NULL with a %TROPEA_TOR_ERROR
 */
char *
tropea_bridges_dup_torrc (TropeaBridgeMode     mode,
                          const char * const  *lines,
                          GError             **error)
{
  g_autoptr(GString) torrc = g_string_new (NULL);

  if (mode == TROPEA_BRIDGE_MODE_NONE)
    return g_strdup ("");

  if (mode == TROPEA_BRIDGE_MODE_SNOWFLAKE)
    lines = snowflake_lines;

  if (lines == NULL || lines[0] == NULL)
    {
      tropea_tor_problem_set_error (error, TROPEA_TOR_PROBLEM_BRIDGE_NONE, NULL);
      return NULL;
    }

  g_string_append (torrc, "UseBridges 1\n");
  for (gsize i = 0; lines[i] != NULL; i++)
    if (!append_bridge (torrc, lines[i], error))
      return NULL;

  return g_string_free (g_steal_pointer (&torrc), FALSE);
}
