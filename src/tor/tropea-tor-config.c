/* tropea-tor-config.c: what a tor is started with
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-config"

#include "config.h"

#include "tor/tropea-tor-config.h"

#include <string.h>

#include "tor/tropea-tor-backend.h"

#define DEFAULT_SOCKS_PORT   9050
#define DEFAULT_CONTROL_PORT 9051
#define DEFAULT_LOG_LEVEL    "notice"

static const char * const log_levels[] = { "err", "warn", "notice", "info", NULL };

/**
 * tropea_tor_config_new:
 *
 * Returns: (transfer full): SOCKS on 9050, control on 9051, log level "notice", the rest unset
 */
TropeaTorConfig *
tropea_tor_config_new (const char *data_dir,
                       const char *runtime_dir)
{
  TropeaTorConfig *self;

  g_return_val_if_fail (data_dir != NULL, NULL);
  g_return_val_if_fail (runtime_dir != NULL, NULL);

  self = g_new0 (TropeaTorConfig, 1);
  self->data_dir = g_strdup (data_dir);
  self->runtime_dir = g_strdup (runtime_dir);
  self->socks_port = DEFAULT_SOCKS_PORT;
  self->control_port = DEFAULT_CONTROL_PORT;
  self->log_level = g_strdup (DEFAULT_LOG_LEVEL);

  return self;
}

TropeaTorConfig *
tropea_tor_config_copy (const TropeaTorConfig *self)
{
  TropeaTorConfig *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->binary = g_strdup (self->binary);
  copy->data_dir = g_strdup (self->data_dir);
  copy->runtime_dir = g_strdup (self->runtime_dir);
  copy->log_level = g_strdup (self->log_level);
  copy->append_file = g_strdup (self->append_file);
  copy->bridges = g_strdupv (self->bridges);
  copy->exit_countries = g_strdupv (self->exit_countries);

  return copy;
}

void
tropea_tor_config_free (TropeaTorConfig *self)
{
  if (self == NULL)
    return;

  g_free (self->binary);
  g_free (self->data_dir);
  g_free (self->runtime_dir);
  g_free (self->log_level);
  g_free (self->append_file);
  g_strfreev (self->bridges);
  g_strfreev (self->exit_countries);
  g_free (self);
}

/* An unset or empty variable leaves @port as it is. */
static gboolean
read_port (const char  *name,
           gboolean     may_be_off,
           int         *port,
           GError     **error)
{
  const char *value = g_getenv (name);
  guint64 number;

  if (value == NULL || *value == '\0')
    return TRUE;

  if (g_ascii_strcasecmp (value, "auto") == 0)
    {
      *port = TROPEA_TOR_PORT_AUTO;
      return TRUE;
    }

  if (!g_ascii_string_to_unsigned (value, 10, may_be_off ? 0 : 1, 65535, &number, NULL))
    {
      g_set_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONFIGURATION,
                   "%s is no port: set it to a number from 1 to 65535%s or to “auto”",
                   name, may_be_off ? ", to 0 for none," : "");
      return FALSE;
    }

  *port = (int) number;
  return TRUE;
}

/**
 * tropea_tor_config_read_environment:
 *
 * Take over TOR_SOCKS_PORT (1 to 65535 or "auto"), TOR_CONTROL_PORT (also 0, which is off) and
 * TOR_LOG_LEVEL, as far as they are set. Nothing is changed if one of them cannot be used;
 * then the error is %TROPEA_TOR_ERROR_CONFIGURATION and names it.
 */
gboolean
tropea_tor_config_read_environment (TropeaTorConfig  *self,
                                    GError          **error)
{
  int socks_port;
  int control_port;
  const char *log_level = g_getenv ("TOR_LOG_LEVEL");

  g_return_val_if_fail (self != NULL, FALSE);

  socks_port = self->socks_port;
  control_port = self->control_port;
  if (!read_port ("TOR_SOCKS_PORT", FALSE, &socks_port, error)
      || !read_port ("TOR_CONTROL_PORT", TRUE, &control_port, error))
    return FALSE;

  if (log_level != NULL && *log_level != '\0')
    {
      if (!tropea_tor_config_is_log_level (log_level))
        {
          g_set_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONFIGURATION,
                       "TOR_LOG_LEVEL is no log level: set it to err, warn, notice or info");
          return FALSE;
        }

      g_free (self->log_level);
      self->log_level = g_strdup (log_level);
    }

  self->socks_port = socks_port;
  self->control_port = control_port;

  return TRUE;
}

gboolean
tropea_tor_config_is_log_level (const char *word)
{
  return word != NULL && g_strv_contains (log_levels, word);
}

/* Where tor listens for us. */
char *
tropea_tor_config_dup_control_socket (const TropeaTorConfig *self)
{
  return g_build_filename (self->runtime_dir, "tor.sock", NULL);
}

char *
tropea_tor_config_dup_cookie_file (const TropeaTorConfig *self)
{
  return g_build_filename (self->data_dir, "control_auth_cookie", NULL);
}

char *
tropea_tor_config_dup_torrc_file (const TropeaTorConfig *self)
{
  return g_build_filename (self->runtime_dir, "torrc", NULL);
}
