/* tropea-tlog-checkpoint.c: the signed head of a log, as C2SP tlog-checkpoint has it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tlog"

#include "config.h"

#include "tlog/tropea-tlog-checkpoint.h"

#include <string.h>

#include "record/tropea-encoding.h"

/* The log's name, its size, its root, and two lines of our own: what was minted, which no leaf
 * tells (leaves are commitments that only their owner can open). They are signed, so a ledger
 * that says one thing here and another there can be shown both.
 */

#define MINTED "minted "
#define SIMULATED "simulated "

/**
 * tropea_tlog_dup_log_name:
 * @ledger_origin: the ledger's name
 *
 * Returns: (transfer full): its log's, which is also the name of the key that signs it
 */
char *
tropea_tlog_dup_log_name (const char *ledger_origin)
{
  return g_strconcat (ledger_origin, "/log", NULL);
}

/**
 * tropea_tlog_checkpoint_to_text:
 *
 * Returns: (transfer full): the note's text
 */
char *
tropea_tlog_checkpoint_to_text (const TropeaTlogCheckpoint *self,
                                const char                 *log_name)
{
  g_autofree char *root = tropea_base64_encode (self->root, sizeof self->root);
  GString *text = g_string_new (NULL);

  g_string_printf (text, "%s\n%" G_GUINT64_FORMAT "\n%s\n", log_name, self->size, root);
  if (self->minted >= 0)
    g_string_append_printf (text, MINTED "%" G_GINT64_FORMAT "\n", self->minted);
  if (self->simulated >= 0)
    g_string_append_printf (text, SIMULATED "%" G_GINT64_FORMAT "\n", self->simulated);

  return g_string_free (text, FALSE);
}

/* A plain number with one spelling. */
static gboolean
read_number (const char *text,
             guint64     max,
             guint64    *number)
{
  return g_ascii_isdigit (*text) && (*text != '0' || text[1] == '\0') &&
         g_ascii_string_to_unsigned (text, 10, 0, max, number, NULL);
}

/* Lines that are not ours are nobody's business; ours are there once at most. */
static gboolean
read_extension (const char *line,
                const char *name,
                gint64     *value)
{
  guint64 number = 0;

  if (!g_str_has_prefix (line, name))
    return TRUE;

  if (*value >= 0 || !read_number (line + strlen (name), G_MAXINT64, &number))
    return FALSE;

  *value = (gint64) number;
  return TRUE;
}

static gboolean
read_lines (char                 **lines,
            const char            *log_name,
            TropeaTlogCheckpoint  *checkpoint)
{
  guint n_lines = g_strv_length (lines);

  /* The last one ends in a newline: what comes after it is empty. */
  if (n_lines < 4 || lines[n_lines - 1][0] != '\0' || strcmp (lines[0], log_name) != 0 ||
      !read_number (lines[1], TROPEA_TLOG_MAX_SIZE, &checkpoint->size) ||
      !tropea_base64_decode (lines[2], strlen (lines[2]), checkpoint->root,
                             sizeof checkpoint->root))
    return FALSE;

  for (guint i = 3; i < n_lines - 1; i++)
    {
      if (lines[i][0] == '\0' || !read_extension (lines[i], MINTED, &checkpoint->minted) ||
          !read_extension (lines[i], SIMULATED, &checkpoint->simulated))
        return FALSE;
    }

  return TRUE;
}

/**
 * tropea_tlog_checkpoint_from_text:
 * @text: a note's, opened
 * @checkpoint: (out caller-allocates): written on success only
 */
gboolean
tropea_tlog_checkpoint_from_text (const char            *text,
                                  const char            *log_name,
                                  TropeaTlogCheckpoint  *checkpoint,
                                  GError               **error)
{
  TropeaTlogCheckpoint value = { 0, { 0 }, -1, -1 };
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  if (!read_lines (lines, log_name, &value))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "It is not a checkpoint of the log “%s”", log_name);
      return FALSE;
    }

  *checkpoint = value;
  return TRUE;
}

/**
 * tropea_tlog_checkpoint_sign:
 *
 * Returns: (transfer full): a signed note
 */
char *
tropea_tlog_checkpoint_sign (const TropeaTlogCheckpoint *self,
                             const char                 *log_name,
                             TropeaSecret               *secret_key)
{
  g_autofree char *text = tropea_tlog_checkpoint_to_text (self, log_name);

  return tropea_tlog_note_sign (text, log_name, secret_key);
}

/**
 * tropea_tlog_checkpoint_open:
 * @note: from outside
 * @checkpoint: (out caller-allocates): written on success only
 */
gboolean
tropea_tlog_checkpoint_open (const char            *note,
                             const char            *log_name,
                             const guint8          *public_key,
                             TropeaTlogCheckpoint  *checkpoint,
                             GError               **error)
{
  g_autofree char *text = tropea_tlog_note_open (note, strlen (note), log_name, public_key,
                                                 error);

  return text != NULL && tropea_tlog_checkpoint_from_text (text, log_name, checkpoint, error);
}
