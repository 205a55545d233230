/* tropea-ledger-config.c: an operator's configuration file
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger"

#include "config.h"

#include "ledger/tropea-ledger-config.h"

#include <string.h>

/* A key file with the groups [ledger] and [policy]. A word that nobody knows is refused by its
 * name: a cap that is spelled wrong would otherwise be no cap.
 */

#define LEDGER_GROUP "ledger"
#define POLICY_GROUP "policy"

static const struct
{
  const char *key;
  gsize       offset;
} strings[] = {
  { "listen", G_STRUCT_OFFSET (TropeaLedgerConfig, listen) },
  { "database", G_STRUCT_OFFSET (TropeaLedgerConfig, database) },
  { "origin", G_STRUCT_OFFSET (TropeaLedgerConfig, origin) },
  { "key-file", G_STRUCT_OFFSET (TropeaLedgerConfig, key_file) },
  { "dashboard", G_STRUCT_OFFSET (TropeaLedgerConfig, dashboard) },
  { "admin-token-file", G_STRUCT_OFFSET (TropeaLedgerConfig, admin_token_file) },
};

static const struct
{
  const char *key;
  gsize       offset;
} booleans[] = {
  { "metrics", G_STRUCT_OFFSET (TropeaLedgerConfig, serves_metrics) },
  { "quiet", G_STRUCT_OFFSET (TropeaLedgerConfig, is_quiet) },
};

/* The descriptors of a process have their limit too: 1024 as a rule, 64 of them ours. */
static const struct
{
  const char *key;
  gsize       offset;
  guint       lowest;
  guint       highest;
} numbers[] = {
  { "threads", G_STRUCT_OFFSET (TropeaLedgerConfig, limits.n_threads), 1, 64 },
  { "max-connections", G_STRUCT_OFFSET (TropeaLedgerConfig, limits.max_connections), 1, 100000 },
  { "idle-timeout", G_STRUCT_OFFSET (TropeaLedgerConfig, limits.idle_timeout_s), 1, 3600 },
  { "request-timeout", G_STRUCT_OFFSET (TropeaLedgerConfig, limits.request_timeout_s), 1, 3600 },
};

static gboolean
is_ledger_key (const char *key)
{
  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    {
      if (strcmp (strings[i].key, key) == 0)
        return TRUE;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (booleans); i++)
    {
      if (strcmp (booleans[i].key, key) == 0)
        return TRUE;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      if (strcmp (numbers[i].key, key) == 0)
        return TRUE;
    }

  return FALSE;
}

static gboolean
check_group (GKeyFile    *file,
             const char  *group,
             GError     **error)
{
  gboolean is_ledger = strcmp (group, LEDGER_GROUP) == 0;
  g_auto(GStrv) keys = NULL;

  if (!is_ledger && strcmp (group, POLICY_GROUP) != 0)
    {
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_GROUP_NOT_FOUND,
                   "there is no group “%s”, only “" LEDGER_GROUP "” and “" POLICY_GROUP "”",
                   group);
      return FALSE;
    }

  keys = g_key_file_get_keys (file, group, NULL, error);
  for (gsize i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      if (is_ledger ? !is_ledger_key (keys[i]) : !tropea_ledger_policy_has_key (keys[i]))
        {
          g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND,
                       "“%s” is not known in the group “%s”", keys[i], group);
          return FALSE;
        }
    }

  return keys != NULL;
}

static gboolean
load_numbers (TropeaLedgerConfig  *self,
              GKeyFile            *file,
              GError             **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *text = g_key_file_get_value (file, LEDGER_GROUP, numbers[i].key, NULL);
      guint64 value = 0;

      if (text == NULL)
        continue;

      if (!g_ascii_string_to_unsigned (g_strstrip (text), 10, numbers[i].lowest,
                                       numbers[i].highest, &value, NULL))
        {
          g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                       "“%s” must be a whole number from %u to %u", numbers[i].key,
                       numbers[i].lowest, numbers[i].highest);
          return FALSE;
        }
      G_STRUCT_MEMBER (guint, self, numbers[i].offset) = (guint) value;
    }

  return TRUE;
}

static gboolean
load_booleans (TropeaLedgerConfig  *self,
               GKeyFile            *file,
               GError             **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (booleans); i++)
    {
      g_autoptr(GError) cause = NULL;
      gboolean value = FALSE;

      if (!g_key_file_has_key (file, LEDGER_GROUP, booleans[i].key, NULL))
        continue;

      value = g_key_file_get_boolean (file, LEDGER_GROUP, booleans[i].key, &cause);
      if (cause != NULL)
        {
          g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                       "“%s” must be true or false", booleans[i].key);
          return FALSE;
        }
      G_STRUCT_MEMBER (gboolean, self, booleans[i].offset) = value;
    }

  return TRUE;
}

static gboolean
load_strings (TropeaLedgerConfig  *self,
              GKeyFile            *file,
              GError             **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    {
      char **field = &G_STRUCT_MEMBER (char *, self, strings[i].offset);

      if (!g_key_file_has_key (file, LEDGER_GROUP, strings[i].key, NULL))
        continue;

      g_clear_pointer (field, g_free);
      *field = g_key_file_get_string (file, LEDGER_GROUP, strings[i].key, error);
      if (*field == NULL)
        return FALSE;
    }

  return TRUE;
}

/**
 * tropea_ledger_config_load:
 * @self: TROPEA_LEDGER_CONFIG_DEFAULT; what the file does not name stays as it is
 */
gboolean
tropea_ledger_config_load (TropeaLedgerConfig  *self,
                           const char          *path,
                           GError             **error)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();
  g_auto(GStrv) groups = NULL;
  gboolean is_good = FALSE;

  g_return_val_if_fail (self != NULL && path != NULL, FALSE);

  is_good = g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, error);
  groups = g_key_file_get_groups (file, NULL);
  for (gsize i = 0; is_good && groups[i] != NULL; i++)
    is_good = check_group (file, groups[i], error);

  if (is_good && load_strings (self, file, error) && load_booleans (self, file, error) &&
      load_numbers (self, file, error) &&
      tropea_ledger_policy_load (&self->policy, file, POLICY_GROUP, error))
    return TRUE;

  g_prefix_error (error, "Could not take the configuration from “%s”: ", path);
  return FALSE;
}

void
tropea_ledger_config_clear (TropeaLedgerConfig *self)
{
  g_clear_pointer (&self->listen, g_free);
  g_clear_pointer (&self->database, g_free);
  g_clear_pointer (&self->origin, g_free);
  g_clear_pointer (&self->key_file, g_free);
  g_clear_pointer (&self->dashboard, g_free);
  g_clear_pointer (&self->admin_token_file, g_free);
}
