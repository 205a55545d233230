/* tropea-control-reply.c: one whole reply or event of the control port
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-control-reply"

#include "config.h"

#include "tor/tropea-control-reply.h"

#include <string.h>

static void
clear_line (gpointer data)
{
  TropeaControlReplyLine *line = data;

  g_free (line->text);
  g_free (line->data);
}

TropeaControlReply *
tropea_control_reply_new (void)
{
  TropeaControlReply *self = g_new0 (TropeaControlReply, 1);

  self->lines = g_array_new (FALSE, TRUE, sizeof (TropeaControlReplyLine));
  g_array_set_clear_func (self->lines, clear_line);

  return self;
}

void
tropea_control_reply_free (TropeaControlReply *self)
{
  if (self == NULL)
    return;

  g_array_unref (self->lines);
  g_free (self);
}

/* control-spec, "Replies from Tor to the controller": 6yz is asynchronous. */
gboolean
tropea_control_reply_is_event (const TropeaControlReply *self)
{
  return self->code / 100 == 6;
}

gboolean
tropea_control_reply_is_success (const TropeaControlReply *self)
{
  return self->code / 100 == 2;
}

/**
 * tropea_control_reply_get_text:
 *
 * Returns: (transfer none): the text of line @index, "" behind the last
 */
const char *
tropea_control_reply_get_text (const TropeaControlReply *self,
                               guint                     index)
{
  if (index >= self->lines->len)
    return "";

  return g_array_index (self->lines, TropeaControlReplyLine, index).text;
}

/**
 * tropea_control_reply_get_value:
 * @key: a GETINFO key
 *
 * Returns: (nullable) (transfer none): the value of @key, from "key=value" or from the data
 *   behind "key="; %NULL if it is not there
 */
const char *
tropea_control_reply_get_value (const TropeaControlReply *self,
                                const char               *key)
{
  gsize length = strlen (key);

  for (guint i = 0; i < self->lines->len; i++)
    {
      const TropeaControlReplyLine *line = &g_array_index (self->lines, TropeaControlReplyLine, i);

      if (strncmp (line->text, key, length) == 0 && line->text[length] == '=')
        return line->data != NULL ? line->data : line->text + length + 1;
    }

  return NULL;
}
