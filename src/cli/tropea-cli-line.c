/* tropea-cli-line.c: a command line, split by what its command takes
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-cli-line"

#include "config.h"

#include "cli/tropea-cli-line.h"

#include <string.h>

/* The table that makes the help and the completions is what is parsed by, so none of them can
 * know an option that the others do not. As everywhere: "--name VALUE" or "--name=VALUE", "--"
 * ends the options, the last of two wins.
 */

struct _TropeaCliLine
{
  GHashTable *values;    /* (owned): name to text, "" where it has no value */
  GPtrArray  *operands;  /* (owned) */
};

static const TropeaCliOption *
find_in (const TropeaCliOption *options,
         const char            *name,
         gsize                  length)
{
  for (gsize i = 0; options != NULL && options[i].name != NULL; i++)
    if (strlen (options[i].name) == length && strncmp (options[i].name, name, length) == 0)
      return &options[i];

  return NULL;
}

/* @argument: begins with two dashes. */
static gboolean
take_option (TropeaCliLine           *self,
             const TropeaCliCommand  *command,
             const char * const     **argument,
             GError                 **error)
{
  const char *name = **argument + 2;
  const char *value = strchr (name, '=');
  gsize length = value != NULL ? (gsize) (value - name) : strlen (name);
  const TropeaCliOption *option = find_in (command->options, name, length);

  if (option == NULL)
    option = find_in (tropea_cli_commands_get_common (), name, length);
  if (option == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
                   "%s has no option “--%.*s”", command->name, (int) length, name);
      return FALSE;
    }

  if (value != NULL)
    value++;
  else if (option->value != NULL && (*argument)[1] != NULL)
    value = *++*argument;

  if ((value != NULL) != (option->value != NULL) || (value != NULL && *value == '\0'))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   option->value != NULL ? "--%s needs a value" : "--%s takes no value",
                   option->name);
      return FALSE;
    }

  g_hash_table_insert (self->values, (gpointer) option->name,
                       g_strdup (value != NULL ? value : ""));

  return TRUE;
}

/**
 * tropea_cli_line_parse:
 *
 * Returns: (transfer full): what was typed, or NULL with an error: G_OPTION_ERROR
 */
TropeaCliLine *
tropea_cli_line_parse (const TropeaCliCommand  *command,
                       const char * const      *arguments,
                       GError                 **error)
{
  g_autoptr(TropeaCliLine) self = NULL;
  gboolean has_ended = FALSE;

  g_return_val_if_fail (command != NULL && arguments != NULL, NULL);

  self = g_new0 (TropeaCliLine, 1);
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  self->operands = g_ptr_array_new_with_free_func (g_free);

  for (const char * const *p = arguments; *p != NULL; p++)
    {
      if (!has_ended && g_str_equal (*p, "--"))
        {
          has_ended = TRUE;
        }
      else if (!has_ended && g_str_has_prefix (*p, "--"))
        {
          if (!take_option (self, command, &p, error))
            return NULL;
        }
      else if (self->operands->len < command->most_operands && (has_ended || **p != '-'))
        {
          g_ptr_array_add (self->operands, g_strdup (*p));
        }
      else
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
                       "%s does not take “%s”", command->name, *p);
          return NULL;
        }
    }

  return g_steal_pointer (&self);
}

void
tropea_cli_line_free (TropeaCliLine *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->values);
  g_ptr_array_unref (self->operands);
  g_free (self);
}

gboolean
tropea_cli_line_has (TropeaCliLine *self,
                     const char    *name)
{
  return g_hash_table_contains (self->values, name);
}

const char *
tropea_cli_line_get (TropeaCliLine *self,
                     const char    *name)
{
  return g_hash_table_lookup (self->values, name);
}

gboolean
tropea_cli_line_get_number (TropeaCliLine  *self,
                            const char     *name,
                            gint64          lowest,
                            gint64          highest,
                            gint64         *value,
                            GError        **error)
{
  const char *text = tropea_cli_line_get (self, name);

  if (text == NULL || g_ascii_string_to_signed (text, 10, lowest, highest, value, NULL))
    return TRUE;

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "--%s takes a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
               ", not “%s”", name, lowest, highest, text);

  return FALSE;
}

const char *
tropea_cli_line_get_operand (TropeaCliLine *self,
                             guint          index)
{
  return index < self->operands->len ? g_ptr_array_index (self->operands, index) : NULL;
}
