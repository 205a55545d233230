/* tropea-settings.c: what the user chose to keep, by name
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-settings"

#include "config.h"

#include "host/tropea-settings.h"

#include <glib/gstdio.h>

#include "host/tropea-host-resources.h"

/* GLib ends a program that asks for a schema or a key which is not installed, and an older
 * Tropea may have installed an older schema. So the program carries its own compiled schema
 * and uses that where the installed one lacks anything; values are kept in the same place
 * either way.
 */

#define SCHEMA_RESOURCE "/io/github/tropea/Tropea/host/gschemas.compiled"

struct _TropeaSettings
{
  GObject    parent_instance;

  GSettings *settings;  /* (owned) */
};

G_DEFINE_FINAL_TYPE (TropeaSettings, tropea_settings, G_TYPE_OBJECT)

static const char *const keys[] = {
  TROPEA_SETTING_SOCKS_PORT,
  TROPEA_SETTING_CONTROL_PORT,
  TROPEA_SETTING_LOG_LEVEL,
  TROPEA_SETTING_TORRC_ADDITIONS,
  TROPEA_SETTING_BRIDGE_MODE,
  TROPEA_SETTING_BRIDGES,
  TROPEA_SETTING_EXIT_COUNTRIES,
  TROPEA_SETTING_STRICT_EXITS,
  TROPEA_SETTING_ATTACH,
  TROPEA_SETTING_LEDGER_URL,
  TROPEA_SETTING_MIN_BYTES,
  TROPEA_SETTING_MIN_SECONDS,
  TROPEA_SETTING_MAX_SECONDS,
  TROPEA_SETTING_START_TOR,
  TROPEA_SETTING_KEEP_RUNNING,
  TROPEA_SETTING_CLOSING_TOLD,
  TROPEA_SETTING_TRAY,
  TROPEA_SETTING_NOTIFY_TOR_FAILED,
  TROPEA_SETTING_NOTIFY_FIRST_CREDITS,
  TROPEA_SETTING_NOTIFY_REFUSED,
  TROPEA_SETTING_NOTIFY_KEYRING,
  TROPEA_SETTING_CREDITS_TOLD,
  TROPEA_SETTING_AUTOSTART_GRANTED,
  TROPEA_SETTING_API_TCP,
  TROPEA_SETTING_API_TCP_PORT,
  TROPEA_SETTING_WINDOW_WIDTH,
  TROPEA_SETTING_WINDOW_HEIGHT,
  TROPEA_SETTING_WINDOW_MAXIMIZED,
  TROPEA_SETTING_PAGE,
  TROPEA_SETTING_GRAPH_RANGE,
  TROPEA_SETTING_GUIDE_DONE,
};

static gboolean
has_all_keys (GSettingsSchema *schema)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (!g_settings_schema_has_key (schema, keys[i]))
      return FALSE;

  return TRUE;
}

static GSettingsSchema *
find_installed_schema (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr(GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, TROPEA_APPLICATION_ID, TRUE);

  return schema != NULL && has_all_keys (schema) ? g_steal_pointer (&schema) : NULL;
}

/* A source is made of a folder only; it keeps what it has read when the folder goes. */
static GSettingsSchema *
load_own_schema (void)
{
  g_autoptr(GSettingsSchemaSource) source = NULL;
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *dir = NULL;
  g_autofree char *path = NULL;

  bytes = g_resource_lookup_data (tropea_host_get_resource (), SCHEMA_RESOURCE,
                                  G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  dir = g_dir_make_tmp ("tropea-schema-XXXXXX", &error);
  if (dir == NULL)
    {
      g_debug ("No folder for the schema: %s", error->message);
      return NULL;
    }

  path = g_build_filename (dir, "gschemas.compiled", NULL);
  if (g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                           (gssize) g_bytes_get_size (bytes), &error))
    source = g_settings_schema_source_new_from_directory (dir, NULL, TRUE, &error);
  if (source == NULL)
    g_debug ("The schema cannot be read: %s", error->message);
  g_unlink (path);
  g_rmdir (dir);

  return source != NULL
         ? g_settings_schema_source_lookup (source, TROPEA_APPLICATION_ID, FALSE)
         : NULL;
}

static void
tropea_settings_finalize (GObject *object)
{
  TropeaSettings *self = TROPEA_SETTINGS (object);

  g_clear_object (&self->settings);

  G_OBJECT_CLASS (tropea_settings_parent_class)->finalize (object);
}

static void
tropea_settings_class_init (TropeaSettingsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tropea_settings_finalize;
}

static void
tropea_settings_init (TropeaSettings *self)
{
}

/**
 * tropea_settings_new:
 *
 * Returns: (transfer full) (nullable): the user's settings, or %NULL where there is no schema
 *   and no place to unpack ours: then the defaults count and nothing is kept
 */
TropeaSettings *
tropea_settings_new (void)
{
  g_autoptr(GSettingsSchema) schema = find_installed_schema ();
  TropeaSettings *self = NULL;

  if (schema == NULL)
    schema = load_own_schema ();
  if (schema == NULL)
    return NULL;

  self = g_object_new (TROPEA_TYPE_SETTINGS, NULL);
  self->settings = g_settings_new_full (schema, NULL, NULL);

  return self;
}

/**
 * tropea_settings_get_gsettings:
 *
 * Returns: (transfer none):
 */
GSettings *
tropea_settings_get_gsettings (TropeaSettings *self)
{
  g_return_val_if_fail (TROPEA_IS_SETTINGS (self), NULL);

  return self->settings;
}

gboolean
tropea_settings_get_boolean (TropeaSettings *self,
                             const char     *key)
{
  g_return_val_if_fail (TROPEA_IS_SETTINGS (self), FALSE);

  return g_settings_get_boolean (self->settings, key);
}

void
tropea_settings_set_boolean (TropeaSettings *self,
                             const char     *key,
                             gboolean        value)
{
  g_return_if_fail (TROPEA_IS_SETTINGS (self));

  g_settings_set_boolean (self->settings, key, value);
}

int
tropea_settings_get_int (TropeaSettings *self,
                         const char     *key)
{
  g_return_val_if_fail (TROPEA_IS_SETTINGS (self), 0);

  return g_settings_get_int (self->settings, key);
}

/**
 * tropea_settings_dup_string:
 *
 * Returns: (transfer full) (nullable): %NULL for an empty one
 */
char *
tropea_settings_dup_string (TropeaSettings *self,
                            const char     *key)
{
  g_autofree char *value = NULL;

  g_return_val_if_fail (TROPEA_IS_SETTINGS (self), NULL);

  value = g_settings_get_string (self->settings, key);

  return *value != '\0' ? g_steal_pointer (&value) : NULL;
}

/**
 * tropea_settings_set_string:
 * @value: (nullable): %NULL for an empty one
 */
void
tropea_settings_set_string (TropeaSettings *self,
                            const char     *key,
                            const char     *value)
{
  g_return_if_fail (TROPEA_IS_SETTINGS (self));

  g_settings_set_string (self->settings, key, value != NULL ? value : "");
}

/**
 * tropea_settings_get_thresholds:
 *
 * Returns: the thresholds that were kept, or the defaults where they cannot be
 */
TropeaThresholds
tropea_settings_get_thresholds (TropeaSettings *self)
{
  TropeaThresholds thresholds = TROPEA_THRESHOLDS_DEFAULT;
  TropeaThresholds defaults = TROPEA_THRESHOLDS_DEFAULT;

  g_return_val_if_fail (TROPEA_IS_SETTINGS (self), thresholds);

  thresholds.min_bytes = g_settings_get_int64 (self->settings, TROPEA_SETTING_MIN_BYTES);
  thresholds.min_seconds = g_settings_get_int64 (self->settings, TROPEA_SETTING_MIN_SECONDS);
  thresholds.max_seconds = g_settings_get_int64 (self->settings, TROPEA_SETTING_MAX_SECONDS);

  return tropea_thresholds_check (&thresholds, NULL) ? thresholds : defaults;
}

void
tropea_settings_set_thresholds (TropeaSettings         *self,
                                const TropeaThresholds *thresholds)
{
  g_return_if_fail (TROPEA_IS_SETTINGS (self));
  g_return_if_fail (thresholds != NULL);

  g_settings_set_int64 (self->settings, TROPEA_SETTING_MIN_BYTES, thresholds->min_bytes);
  g_settings_set_int64 (self->settings, TROPEA_SETTING_MIN_SECONDS, thresholds->min_seconds);
  g_settings_set_int64 (self->settings, TROPEA_SETTING_MAX_SECONDS, thresholds->max_seconds);
}

/**
 * tropea_settings_fill_tor_options:
 *
 * Let @options say what was kept about tor: ports, log level, lines for the torrc. What the
 * environment says stays above that.
 */
void
tropea_settings_fill_tor_options (TropeaSettings    *self,
                                  TropeaHostOptions *options)
{
  int control_port;

  g_return_if_fail (TROPEA_IS_SETTINGS (self));
  g_return_if_fail (options != NULL);

  if (g_getenv ("TOR_SOCKS_PORT") == NULL)
    options->socks_port = tropea_settings_get_int (self, TROPEA_SETTING_SOCKS_PORT);

  options->bridge_mode = (TropeaBridgeMode) g_settings_get_enum (self->settings,
                                                                 TROPEA_SETTING_BRIDGE_MODE);
  g_strfreev (options->bridges);
  options->bridges = g_settings_get_strv (self->settings, TROPEA_SETTING_BRIDGES);
  g_strfreev (options->exit_countries);
  options->exit_countries = g_settings_get_strv (self->settings, TROPEA_SETTING_EXIT_COUNTRIES);
  options->strict_exits = g_settings_get_boolean (self->settings, TROPEA_SETTING_STRICT_EXITS);
  g_free (options->attach);
  options->attach = tropea_settings_dup_string (self, TROPEA_SETTING_ATTACH);

  control_port = tropea_settings_get_int (self, TROPEA_SETTING_CONTROL_PORT);
  if (g_getenv ("TOR_CONTROL_PORT") == NULL)
    options->control_port = control_port == 0 ? TROPEA_HOST_PORT_NONE : control_port;

  g_free (options->torrc_additions);
  options->torrc_additions = tropea_settings_dup_string (self, TROPEA_SETTING_TORRC_ADDITIONS);
  g_clear_pointer (&options->log_level, g_free);
  if (g_getenv ("TOR_LOG_LEVEL") == NULL)
    options->log_level = tropea_settings_dup_string (self, TROPEA_SETTING_LOG_LEVEL);
}

/**
 * tropea_settings_fill_options:
 *
 * Let @options say what was kept.
 */
void
tropea_settings_fill_options (TropeaSettings    *self,
                              TropeaHostOptions *options)
{
  g_return_if_fail (TROPEA_IS_SETTINGS (self));
  g_return_if_fail (options != NULL);

  tropea_settings_fill_tor_options (self, options);
  options->thresholds = tropea_settings_get_thresholds (self);
  g_free (options->ledger_url);
  options->ledger_url = tropea_settings_dup_string (self, TROPEA_SETTING_LEDGER_URL);
}
