/* tropea-event-parser.c: bytes of a Server-Sent Events stream in, JSON objects out
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-event-parser"

#include "config.h"

#include "cli/tropea-event-parser.h"

#include <string.h>

#include "base/tropea-json.h"

/* The stream is that of the HTML standard (9.2.6), of which Tropea uses what a line can hold: an
 * event has one "data" line, and all that "event" says is in it, too. Comments keep the
 * connection and say nothing.
 */

/* Far beyond the longest event, a whole status. */
#define LONGEST_LINE_BYTES (256 * 1024)

#define DATA_FIELD "data:"

struct _TropeaEventParser
{
  GString *line;  /* (owned): not complete yet */
};

TropeaEventParser *
tropea_event_parser_new (void)
{
  TropeaEventParser *self = g_new0 (TropeaEventParser, 1);

  self->line = g_string_new (NULL);

  return self;
}

void
tropea_event_parser_free (TropeaEventParser *self)
{
  if (self == NULL)
    return;

  g_string_free (self->line, TRUE);
  g_free (self);
}

static void
end_line (TropeaEventParser *self,
          TropeaEventFunc    found,
          gpointer           user_data)
{
  g_autoptr(JsonObject) event = NULL;
  const char *name = NULL;

  if (g_str_has_prefix (self->line->str, DATA_FIELD))
    event = tropea_json_parse_object (self->line->str + strlen (DATA_FIELD),
                                      self->line->len - strlen (DATA_FIELD), NULL);
  g_string_truncate (self->line, 0);

  if (event != NULL && tropea_json_get_string (event, "event", G_MAXSIZE, &name, NULL))
    found (event, user_data);
}

gboolean
tropea_event_parser_push (TropeaEventParser *self,
                          const char        *data,
                          gsize              length_bytes,
                          TropeaEventFunc    found,
                          gpointer           user_data)
{
  g_return_val_if_fail (self != NULL, FALSE);

  for (gsize i = 0; i < length_bytes; i++)
    {
      if (data[i] == '\n')
        end_line (self, found, user_data);
      else if (self->line->len >= LONGEST_LINE_BYTES)
        return FALSE;
      else if (data[i] != '\r')
        g_string_append_c (self->line, data[i]);
    }

  return TRUE;
}
