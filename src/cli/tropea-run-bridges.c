/* tropea-run-bridges.c: the bridges that “tropeactl run” was given
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-run-bridges"

#include "config.h"

#include "cli/tropea-run-bridges.h"

#include "tor/tropea-bridge-list.h"

/* Bridges are not read from the environment, which every child inherits. */

static gboolean
refuse (GError     **error,
        const char  *format,
        ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError     **error,
        const char  *format,
        ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, format, args);
  va_end (args);

  return FALSE;
}

static gboolean
take_lines (char         **lines,
            GStrvBuilder  *builder,
            GError       **error)
{
  for (gsize i = 0; lines != NULL && lines[i] != NULL; i++)
    {
      g_autoptr(GError) wrong = NULL;
      g_autoptr(TropeaBridgeLine) line = tropea_bridge_line_parse (lines[i], &wrong);
      g_autofree char *written = NULL;

      if (line == NULL)
        return refuse (error, "--bridge cannot be used: %s", wrong->message);

      written = tropea_bridge_line_to_string (line);
      g_strv_builder_add (builder, written);
    }

  return TRUE;
}

static gboolean
take_file (const char    *path,
           GStrvBuilder  *builder,
           GError       **error)
{
  g_autoptr(GError) wrong = NULL;
  g_autofree char *text = NULL;
  g_auto(GStrv) bridges = NULL;

  if (path == NULL)
    return TRUE;

  if (!g_file_get_contents (path, &text, NULL, &wrong))
    return refuse (error, "--bridges-file cannot be read: %s", wrong->message);

  bridges = tropea_bridge_list_parse (text, &wrong);
  if (bridges == NULL)
    return refuse (error, "--bridges-file “%s” cannot be used: %s", path, wrong->message);

  g_strv_builder_addv (builder, (const char **) bridges);

  return TRUE;
}

/**
 * tropea_run_bridges_take:
 *
 * Put them into @options; nothing given leaves those as they are. Errors are G_OPTION_ERROR.
 */
gboolean
tropea_run_bridges_take (const TropeaRunBridges  *self,
                         TropeaHostOptions       *options,
                         GError                 **error)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  gboolean has_own = self->lines != NULL || self->file != NULL;

  if (self->snowflake && has_own)
    return refuse (error, "--snowflake brings its own bridges: leave out --bridge and "
                   "--bridges-file");

  if (!take_lines (self->lines, builder, error) || !take_file (self->file, builder, error))
    return FALSE;

  if (self->snowflake)
    {
      options->bridge_mode = TROPEA_BRIDGE_MODE_SNOWFLAKE;
    }
  else if (has_own)
    {
      options->bridge_mode = TROPEA_BRIDGE_MODE_OBFS4;
      g_strfreev (options->bridges);
      options->bridges = g_strv_builder_end (builder);
    }

  return TRUE;
}

void
tropea_run_bridges_clear (TropeaRunBridges *self)
{
  g_clear_pointer (&self->lines, g_strfreev);
  g_clear_pointer (&self->file, g_free);
}
