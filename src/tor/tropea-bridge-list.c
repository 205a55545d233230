/* tropea-bridge-list.c: a pasted text as bridges, with a word on each line
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-bridge-list"

#include "config.h"

#include "tor/tropea-bridge-list.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Pure. Bridges come by mail, by chat and from web pages: with quote marks before the lines,
 * words around them, and long lines broken in two. What is around a bridge is taken off; a
 * line that says something else is left out and said to be; only a line that is meant as a
 * bridge and is wrong has to be mended by its user.
 */

/* Much more than that many bridges have. */
#define LONGEST_TEXT_BYTES (64 * 1024)

static void
remark_free (gpointer data)
{
  TropeaBridgeRemark *self = data;

  g_free (self->bridge);
  g_free (self->message);
  g_free (self);
}

static void
add_remark (GPtrArray           *remarks,
            guint                line_number,
            TropeaBridgeVerdict  verdict,
            char                *bridge,
            const char          *message)
{
  TropeaBridgeRemark *remark = g_new0 (TropeaBridgeRemark, 1);

  remark->line_number = line_number;
  remark->verdict = verdict;
  remark->bridge = bridge;
  remark->message = g_strdup (message);
  g_ptr_array_add (remarks, remark);
}

/* Whatever blank it is, one space; what has no width, nothing. */
static char *
normalize_spaces (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *result = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar character = g_utf8_get_char (at);

      if (character == 0xfeff || character == 0x200b || character == 0xad)
        continue;
      if (g_unichar_isspace (character) || g_unichar_iscntrl (character))
        g_string_append_c (result, ' ');
      else
        g_string_append_unichar (result, character);
    }

  return g_string_free (result, FALSE);
}

static const char * const around[] = { ">", "|", "-", "*", "•", "`", "\"", "'", "“", "”", " " };

/* Quote marks of mails, list marks and quotation marks around the line. */
static char *
strip_around (char *text)
{
  char *start = text;
  gboolean is_changed = TRUE;

  while (is_changed)
    {
      is_changed = FALSE;
      for (gsize i = 0; i < G_N_ELEMENTS (around); i++)
        if (g_str_has_prefix (start, around[i]))
          {
            start += strlen (around[i]);
            is_changed = TRUE;
          }
      for (gsize i = 3; i < G_N_ELEMENTS (around); i++)
        if (g_str_has_suffix (start, around[i]))
          {
            start[strlen (start) - strlen (around[i])] = '\0';
            is_changed = TRUE;
          }
    }

  memmove (text, start, strlen (start) + 1);

  return text;
}

/* "cert=…" or a fingerprint at its begin: the rest of a line that a mail program broke. */
static gboolean
is_rest (const char *text)
{
  gsize length = strcspn (text, " ");

  if (g_str_has_prefix (text, "cert=") || g_str_has_prefix (text, "iat-mode="))
    return TRUE;

  return length == 40 && strspn (text, "0123456789abcdefABCDEF") == length;
}

/* May something be missing at its end? */
static gboolean
is_begun (const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TropeaBridgeLine) line = tropea_bridge_line_parse (text, &error);

  if (line != NULL)
    return line->transport == NULL && line->fingerprint == NULL;

  return g_error_matches (error, TROPEA_BRIDGE_LINE_ERROR, TROPEA_BRIDGE_LINE_ERROR_INVALID);
}

/* @keys: of the bridges before, with the number of their lines. */
static void
judge (GPtrArray  *remarks,
       GHashTable *keys,
       const char *text,
       guint       line_number)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TropeaBridgeLine) line = tropea_bridge_line_parse (text, &error);
  g_autofree char *key = NULL;
  g_autofree char *message = NULL;
  guint before;

  if (line == NULL)
    {
      add_remark (remarks, line_number,
                  error->code == TROPEA_BRIDGE_LINE_ERROR_PROSE ? TROPEA_BRIDGE_VERDICT_LEFT_OUT
                                                                : TROPEA_BRIDGE_VERDICT_WRONG,
                  NULL, error->message);
      return;
    }

  key = tropea_bridge_line_dup_key (line);
  before = GPOINTER_TO_UINT (g_hash_table_lookup (keys, key));
  if (before != 0)
    {
      /* Translators: %u is the number of a line */
      message = g_strdup_printf (_("This bridge is in line %u already"), before);
      add_remark (remarks, line_number, TROPEA_BRIDGE_VERDICT_LEFT_OUT, NULL, message);
      return;
    }

  if (g_hash_table_size (keys) == TROPEA_BRIDGE_LIST_MOST)
    {
      add_remark (remarks, line_number, TROPEA_BRIDGE_VERDICT_LEFT_OUT, NULL,
                  _("There are 100 bridges before it, which is enough"));
      return;
    }

  g_hash_table_insert (keys, g_steal_pointer (&key), GUINT_TO_POINTER (line_number));
  add_remark (remarks, line_number, TROPEA_BRIDGE_VERDICT_GOOD,
              tropea_bridge_line_to_string (line),
              line->transport == NULL ? _("A bridge without a transport")
              : g_str_equal (line->transport, "obfs4") ? _("An obfs4 bridge")
                                                       : _("A Snowflake bridge"));
}

static char **
split_lines (const char *text)
{
  GString *limited = g_string_new_len (text, (gssize) strnlen (text, LONGEST_TEXT_BYTES));
  g_autofree char *owned = NULL;

  g_string_replace (limited, "\r\n", "\n", 0);
  owned = g_string_free (limited, FALSE);

  return g_strsplit_set (owned, "\n\r", -1);
}

/**
 * tropea_bridge_list_check:
 * @text: whatever was pasted; valid UTF-8 or not
 *
 * Returns: (transfer full) (element-type TropeaBridgeRemark): a remark for each line but the
 *   blank ones and comments, in their order
 */
GPtrArray *
tropea_bridge_list_check (const char *text)
{
  g_autoptr(GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *remarks = g_ptr_array_new_with_free_func (remark_free);
  g_autoptr(GString) pending = g_string_new (NULL);
  g_auto(GStrv) lines = NULL;
  guint pending_number = 0;

  g_return_val_if_fail (text != NULL, remarks);

  lines = split_lines (text);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *line = strip_around (normalize_spaces (lines[i]));

      if (pending->len > 0 && is_rest (line) && is_begun (pending->str))
        {
          g_string_append_printf (pending, " %s", line);
          continue;
        }

      if (pending->len > 0)
        judge (remarks, keys, pending->str, pending_number);
      g_string_truncate (pending, 0);
      if (*line != '\0' && *line != '#')
        {
          g_string_assign (pending, line);
          pending_number = i + 1;
        }
    }

  if (pending->len > 0)
    judge (remarks, keys, pending->str, pending_number);

  return remarks;
}

/**
 * tropea_bridge_list_parse:
 *
 * Returns: (transfer full): the good bridges of @text; %NULL with a %TROPEA_BRIDGE_LINE_ERROR
 *   that names the first wrong line, or says that there is no bridge at all
 */
char **
tropea_bridge_list_parse (const char  *text,
                          GError     **error)
{
  g_autoptr(GPtrArray) remarks = NULL;
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  guint n_bridges = 0;

  g_return_val_if_fail (text != NULL, NULL);

  remarks = tropea_bridge_list_check (text);
  for (guint i = 0; i < remarks->len; i++)
    {
      const TropeaBridgeRemark *remark = g_ptr_array_index (remarks, i);

      if (remark->verdict == TROPEA_BRIDGE_VERDICT_WRONG)
        {
          g_set_error (error, TROPEA_BRIDGE_LINE_ERROR, TROPEA_BRIDGE_LINE_ERROR_INVALID,
                       /* Translators: the number of a line, and a sentence about it */
                       _("Line %u of the bridges: %s"), remark->line_number, remark->message);
          return NULL;
        }
      if (remark->verdict == TROPEA_BRIDGE_VERDICT_GOOD)
        {
          g_strv_builder_add (builder, remark->bridge);
          n_bridges++;
        }
    }

  if (n_bridges == 0)
    {
      g_set_error_literal (error, TROPEA_BRIDGE_LINE_ERROR, TROPEA_BRIDGE_LINE_ERROR_PROSE,
                           _("There is no bridge among the lines: each looks like “obfs4 "
                             "192.0.2.1:443 FINGERPRINT cert=… iat-mode=0”"));
      return NULL;
    }

  return g_strv_builder_end (builder);
}
