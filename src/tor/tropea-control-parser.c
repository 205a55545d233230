/* tropea-control-parser.c: bytes of a control port in, whole replies out
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-control-parser"

#include "config.h"

#include "tor/tropea-control-parser.h"

#include <string.h>

#include "tor/tropea-tor-backend.h"

/* Pure: no socket, no main loop. The result does not depend on how the bytes were cut into
 * chunks. The grammar is control-spec's "Replies from Tor to the controller":
 *
 *   250 OK                one line
 *   250-key=value         more lines follow
 *   250+key=              data follows, up to a line with a single dot; then more lines
 *
 * What breaks the grammar, or a limit, is an error, and after an error nothing more is taken:
 * there is no telling where the next reply would begin.
 */

/* The longest line tor sends to what we ask is a circuit of some 600 bytes; GETINFO lists in
 * one line ("config/names" in old versions) reach a few kilobytes.
 */
#define LONGEST_LINE_BYTES (128 * 1024)

/* "circuit-status" of a busy relay is some 100 kB. Room for a hundred times that, and still
 * nothing that could fill the memory.
 */
#define LARGEST_REPLY_BYTES (8 * 1024 * 1024)

/* Every line costs some memory besides its bytes. */
#define MOST_REPLY_LINES 65536

struct _TropeaControlParser
{
  GString            *line;        /* (owned): begun, its CRLF has not come */
  GString            *data;        /* (owned) (nullable): begun, its dot has not come */
  TropeaControlReply *reply;       /* (owned) (nullable): begun, its last line has not come */
  gsize               reply_bytes;
  gboolean            is_broken;
  GQueue              replies;     /* (owned), of TropeaControlReply */
};

TropeaControlParser *
tropea_control_parser_new (void)
{
  TropeaControlParser *self = g_new0 (TropeaControlParser, 1);

  self->line = g_string_new (NULL);
  g_queue_init (&self->replies);

  return self;
}

static void
free_string (GString *string)
{
  g_string_free (string, TRUE);
}

void
tropea_control_parser_free (TropeaControlParser *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->line, free_string);
  g_clear_pointer (&self->data, free_string);
  g_clear_pointer (&self->reply, tropea_control_reply_free);
  g_queue_clear_full (&self->replies, (GDestroyNotify) tropea_control_reply_free);
  g_free (self);
}

/* No part of the input is repeated in the message: it may hold what must not be logged. */
static gboolean
fail (TropeaControlParser  *self,
      GError              **error,
      const char           *what)
{
  self->is_broken = TRUE;
  g_set_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONTROL,
               "The control port does not speak as tor's does (%s): check what is listening there",
               what);
  return FALSE;
}

static void
end_reply (TropeaControlParser *self)
{
  g_queue_push_tail (&self->replies, g_steal_pointer (&self->reply));
  self->reply_bytes = 0;
}

static void
take_data_line (TropeaControlParser *self)
{
  const char *text = self->line->str;
  TropeaControlReplyLine *last;

  if (strcmp (text, ".") != 0)
    {
      g_string_append (self->data, text[0] == '.' ? text + 1 : text);
      g_string_append_c (self->data, '\n');
      return;
    }

  last = &g_array_index (self->reply->lines, TropeaControlReplyLine, self->reply->lines->len - 1);
  last->data = g_string_free (g_steal_pointer (&self->data), FALSE);
}

static gboolean
take_reply_line (TropeaControlParser  *self,
                 GError              **error)
{
  const char *text = self->line->str;
  TropeaControlReplyLine line = { NULL, NULL };
  int code;

  if (!g_ascii_isdigit (text[0]) || !g_ascii_isdigit (text[1]) || !g_ascii_isdigit (text[2])
      || text[0] < '2' || text[0] > '6')
    return fail (self, error, "no status code");
  if (text[3] != ' ' && text[3] != '-' && text[3] != '+')
    return fail (self, error, "no separator behind the status code");

  code = (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
  if (self->reply == NULL)
    self->reply = tropea_control_reply_new ();
  else if ((code / 100 == 6) != tropea_control_reply_is_event (self->reply))
    return fail (self, error, "an event inside a reply");

  if (self->reply->lines->len == MOST_REPLY_LINES)
    return fail (self, error, "a reply with too many lines");

  self->reply->code = code;
  line.text = g_strdup (text + 4);
  g_array_append_val (self->reply->lines, line);

  if (text[3] == '+')
    self->data = g_string_new (NULL);
  else if (text[3] == ' ')
    end_reply (self);

  return TRUE;
}

static gboolean
take_line (TropeaControlParser  *self,
           GError              **error)
{
  gboolean taken = TRUE;

  if (memchr (self->line->str, '\0', self->line->len) != NULL)
    return fail (self, error, "a NUL byte");

  self->reply_bytes += self->line->len + strlen ("\r\n");
  if (self->reply_bytes > LARGEST_REPLY_BYTES)
    return fail (self, error, "a reply that is too large");

  if (self->data != NULL)
    take_data_line (self);
  else
    taken = take_reply_line (self, error);

  g_string_truncate (self->line, 0);

  return taken;
}

/**
 * tropea_control_parser_push:
 * @length_bytes: any number, also 0
 *
 * Take the next bytes. Fails with %TROPEA_TOR_ERROR_CONTROL, and for good, on anything that
 * is not the control protocol or goes over a limit; replies that were whole before that can
 * still be popped.
 */
gboolean
tropea_control_parser_push (TropeaControlParser  *self,
                            const char           *bytes,
                            gsize                 length_bytes,
                            GError              **error)
{
  const char *end = bytes + length_bytes;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (bytes != NULL || length_bytes == 0, FALSE);

  if (self->is_broken)
    return fail (self, error, "it went wrong before");

  while (bytes < end)
    {
      const char *newline = memchr (bytes, '\n', end - bytes);
      const char *stop = newline != NULL ? newline : end;

      if (self->line->len + (stop - bytes) > LONGEST_LINE_BYTES)
        return fail (self, error, "a line that is too long");

      g_string_append_len (self->line, bytes, stop - bytes);
      bytes = stop;
      if (newline == NULL)
        break;

      bytes++;
      if (self->line->len > 0 && self->line->str[self->line->len - 1] == '\r')
        {
          g_string_truncate (self->line, self->line->len - 1);
          if (!take_line (self, error))
            return FALSE;
        }
      else
        {
          /* A newline alone does not end a line of this protocol. */
          g_string_append_c (self->line, '\n');
        }
    }

  return TRUE;
}

/**
 * tropea_control_parser_pop:
 *
 * Returns: (nullable) (transfer full): the oldest whole reply or event
 */
TropeaControlReply *
tropea_control_parser_pop (TropeaControlParser *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_queue_pop_head (&self->replies);
}
