/* tropea-country-names.c: what countries are called, by the codes of ISO 3166-1
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-country-names"

#include "config.h"

#include "tor/tropea-country-names.h"

#include <glib/gi18n-lib.h>
#include <libintl.h>

#include "base/tropea-json.h"

/* The names and their translations are those of the package iso-codes. Where that is not
 * installed, a country is called by its code: that is right everywhere, and known to those who
 * choose countries at all.
 *
 * Tables of addresses have codes beside the standard's: for what is in no country, and for one
 * that has no official code.
 */

#define DOMAIN "iso_3166-1"
#define FILE_NAME "iso-codes/json/iso_3166-1.json"
#define USUAL_FOLDER "/usr/share"
#define LONGEST_NAME_BYTES 256

static const struct
{
  const char *code;
  gboolean    is_country;
  const char *name;
} specials[] = {
  { TROPEA_COUNTRY_UNKNOWN, FALSE, N_("Unknown country") },
  { "A1", FALSE, N_("Anonymous proxies") },
  { "A2", FALSE, N_("Satellite providers") },
  { "AP", FALSE, N_("Asia and Pacific, no country") },
  { "EU", FALSE, N_("Europe, no country") },
  { "O1", FALSE, N_("Another country") },
  { "XK", TRUE, N_("Kosovo") },
  { "ZZ", FALSE, N_("Unknown country") },
};

struct _TropeaCountryNames
{
  GHashTable *names;  /* (owned): code to the English name; empty where there are none */
};

static int
find_special (const char *code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (specials); i++)
    if (g_str_equal (specials[i].code, code))
      return (int) i;

  return -1;
}

/**
 * tropea_country_is_code:
 *
 * Returns: whether @word can be a country's code: two capitals, and not those of a table's
 *   entries that are no country
 */
gboolean
tropea_country_is_code (const char *word)
{
  int special;

  g_return_val_if_fail (word != NULL, FALSE);

  if (!g_ascii_isupper (word[0]) || !g_ascii_isupper (word[1]) || word[2] != '\0')
    return FALSE;

  special = find_special (word);

  return special < 0 || specials[special].is_country;
}

static void
take_entry (TropeaCountryNames *self,
            JsonObject         *entry)
{
  const char *code;
  const char *name;

  if (!tropea_json_get_string (entry, "alpha_2", 2, &code, NULL) ||
      !tropea_country_is_code (code))
    return;

  if (tropea_json_get_string (entry, "common_name", LONGEST_NAME_BYTES, &name, NULL) ||
      tropea_json_get_string (entry, "name", LONGEST_NAME_BYTES, &name, NULL))
    g_hash_table_insert (self->names, g_strdup (code), g_strdup (name));
}

static gboolean
read_file (TropeaCountryNames *self,
           const char         *path)
{
  g_autofree char *text = NULL;
  g_autoptr(JsonObject) object = NULL;
  gsize length_bytes;
  JsonNode *node;
  JsonArray *entries;

  if (!g_file_get_contents (path, &text, &length_bytes, NULL))
    return FALSE;

  object = tropea_json_parse_object (text, length_bytes, NULL);
  node = object != NULL ? json_object_get_member (object, "3166-1") : NULL;
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;

  entries = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (entries); i++)
    {
      JsonNode *element = json_array_get_element (entries, i);

      if (JSON_NODE_HOLDS_OBJECT (element))
        take_entry (self, json_node_get_object (element));
    }

  return g_hash_table_size (self->names) > 0;
}

static void
find_file (TropeaCountryNames *self)
{
  const char * const *folders = g_get_system_data_dirs ();
  g_autofree char *usual = g_build_filename (USUAL_FOLDER, FILE_NAME, NULL);

  for (gsize i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (folders[i], FILE_NAME, NULL);

      if (read_file (self, path))
        return;
    }

  if (!read_file (self, usual))
    g_debug ("The package iso-codes is not installed: countries are called by their codes");
}

/**
 * tropea_country_names_new:
 * @path: (nullable): a file as iso-codes has it; %NULL to look for that
 *
 * Returns: (transfer full): the names, none at all where there is no file
 */
TropeaCountryNames *
tropea_country_names_new (const char *path)
{
  TropeaCountryNames *self = g_new0 (TropeaCountryNames, 1);

  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  bind_textdomain_codeset (DOMAIN, "UTF-8");
  if (path != NULL)
    read_file (self, path);
  else
    find_file (self);

  return self;
}

void
tropea_country_names_free (TropeaCountryNames *self)
{
  g_hash_table_unref (self->names);
  g_free (self);
}

/**
 * tropea_country_names_has:
 *
 * Returns: whether there is a country of this code; where no names are known any code of the
 *   right form may be one
 */
gboolean
tropea_country_names_has (const TropeaCountryNames *self,
                          const char               *code)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (code != NULL, FALSE);

  return tropea_country_is_code (code) &&
         (find_special (code) >= 0 || g_hash_table_size (self->names) == 0 ||
          g_hash_table_contains (self->names, code));
}

/**
 * tropea_country_names_dup_name:
 *
 * Returns: (transfer full): the name in the user's language, or @code itself
 */
char *
tropea_country_names_dup_name (const TropeaCountryNames *self,
                               const char               *code)
{
  const char *name;
  int special;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (code != NULL, NULL);

  special = find_special (code);
  if (special >= 0)
    return g_strdup (_(specials[special].name));

  name = g_hash_table_lookup (self->names, code);

  return g_strdup (name != NULL ? g_dgettext (DOMAIN, name) : code);
}
