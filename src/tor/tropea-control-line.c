/* tropea-control-line.c: the words and key=value pairs of one line, and quoting both ways
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-control-line"

#include "config.h"

#include "tor/tropea-control-line.h"

#include <string.h>

#include "tor/tropea-tor-backend.h"

/* Pure. A line is words with spaces between them; a word may have a key ("KEY=value"), and a
 * value may be a quoted string, in which tor writes C escapes and every byte that is not
 * printable ASCII as three octal digits (control-spec, "QuotedString"; torrc quotes alike).
 * What comes out is bytes: a path need not be UTF-8.
 */

typedef struct
{
  char *key;    /* (owned) (nullable) */
  char *value;  /* (owned) */
} Word;

struct _TropeaControlLine
{
  GArray *words;  /* (owned), of Word */
};

static void
clear_word (gpointer data)
{
  Word *word = data;

  g_free (word->key);
  g_free (word->value);
}

void
tropea_control_line_free (TropeaControlLine *self)
{
  if (self == NULL)
    return;

  g_array_unref (self->words);
  g_free (self);
}

static gboolean
is_octal (char character)
{
  return character >= '0' && character <= '7';
}

/* Append the character that the escape at @text stands for (behind the backslash). Returns
 * what follows, or NULL if the escape is none, or stands for NUL.
 */
static const char *
unescape (const char *text,
          GString    *value)
{
  int number = 0;

  switch (*text)
    {
    case '\0':
      return NULL;

    case 'n':
      g_string_append_c (value, '\n');
      return text + 1;

    case 'r':
      g_string_append_c (value, '\r');
      return text + 1;

    case 't':
      g_string_append_c (value, '\t');
      return text + 1;

    default:
      break;
    }

  if (!is_octal (*text))
    {
      g_string_append_c (value, *text);
      return text + 1;
    }

  for (int i = 0; i < 3 && is_octal (*text); i++)
    number = number * 8 + (*text++ - '0');
  if (number == 0 || number > 255)
    return NULL;

  g_string_append_c (value, (char) number);
  return text;
}

/* @text is behind the opening quote. Returns what follows the closing one, or NULL. */
static const char *
read_quoted (const char *text,
             GString    *value)
{
  while (text != NULL && *text != '"')
    {
      if (*text == '\0')
        return NULL;

      if (*text == '\\')
        text = unescape (text + 1, value);
      else
        g_string_append_c (value, *text++);
    }

  return text != NULL ? text + 1 : NULL;
}

/* The length of the "KEY" of a "KEY=", or 0. */
static gsize
measure_key (const char *text)
{
  gsize length = 0;

  while (g_ascii_isalnum (text[length]) || (text[length] != '\0' && strchr ("_-/.", text[length])))
    length++;

  return text[length] == '=' ? length : 0;
}

static const char *
read_word (const char *text,
           Word       *word)
{
  g_autoptr(GString) value = g_string_new (NULL);
  gsize length = measure_key (text);

  if (length > 0)
    {
      word->key = g_strndup (text, length);
      text += length + 1;
    }

  if (*text == '"')
    {
      text = read_quoted (text + 1, value);
      if (text == NULL || (*text != '\0' && *text != ' '))
        {
          g_clear_pointer (&word->key, g_free);
          return NULL;
        }
    }
  else
    {
      while (*text != '\0' && *text != ' ')
        g_string_append_c (value, *text++);
    }

  word->value = g_string_free (g_steal_pointer (&value), FALSE);
  return text;
}

/**
 * tropea_control_line_parse:
 * @text: a line without CRLF
 *
 * Returns: (transfer full): the line's words; %NULL with %TROPEA_TOR_ERROR_CONTROL for a
 *   quoted string that does not end, holds a NUL or is glued to what follows
 */
TropeaControlLine *
tropea_control_line_parse (const char  *text,
                           GError     **error)
{
  g_autoptr(TropeaControlLine) self = g_new0 (TropeaControlLine, 1);

  self->words = g_array_new (FALSE, TRUE, sizeof (Word));
  g_array_set_clear_func (self->words, clear_word);

  while (TRUE)
    {
      Word word = { NULL, NULL };

      while (*text == ' ')
        text++;
      if (*text == '\0')
        return g_steal_pointer (&self);

      text = read_word (text, &word);
      if (text == NULL)
        {
          g_set_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONTROL,
                       "tor sent a quoted string that cannot be read: is this a tor of 0.4 or "
                       "later?");
          return NULL;
        }

      g_array_append_val (self->words, word);
    }
}

guint
tropea_control_line_count (const TropeaControlLine *self)
{
  return self->words->len;
}

/**
 * tropea_control_line_get_word:
 *
 * Returns: (transfer none): word @index, which for "KEY=value" is the value alone; ""
 *   behind the last
 */
const char *
tropea_control_line_get_word (const TropeaControlLine *self,
                              guint                    index)
{
  if (index >= self->words->len)
    return "";

  return g_array_index (self->words, Word, index).value;
}

/**
 * tropea_control_line_get_value:
 *
 * Returns: (nullable) (transfer none): the value of the first @key, which is matched exactly
 */
const char *
tropea_control_line_get_value (const TropeaControlLine *self,
                               const char              *key)
{
  for (guint i = 0; i < self->words->len; i++)
    {
      const Word *word = &g_array_index (self->words, Word, i);

      if (g_strcmp0 (word->key, key) == 0)
        return word->value;
    }

  return NULL;
}

/**
 * tropea_control_line_quote:
 *
 * Returns: (transfer full): @text as a quoted string for tor, on the control port as in a
 *   torrc, where a # may begin a comment even inside of quotes. Every byte comes back as it
 *   was; the result is printable ASCII in one line.
 */
char *
tropea_control_line_quote (const char *text)
{
  g_autoptr(GString) quoted = g_string_new ("\"");

  for (; *text != '\0'; text++)
    {
      if (*text == '"' || *text == '\\')
        g_string_append_printf (quoted, "\\%c", *text);
      else if (g_ascii_isprint (*text) && *text != '#')
        g_string_append_c (quoted, *text);
      else
        g_string_append_printf (quoted, "\\%03o", (guint) (guchar) *text);
    }

  g_string_append_c (quoted, '"');

  return g_string_free (g_steal_pointer (&quoted), FALSE);
}

/* Digits only, and all of @text: no sign, no space, no overflow. */
gboolean
tropea_control_parse_uint64 (const char *text,
                             guint64    *number)
{
  return g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, number, NULL);
}
