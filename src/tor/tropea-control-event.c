/* tropea-control-event.c: the events that Tropea understands, as values
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-control-event"

#include "config.h"

#include "tor/tropea-control-event.h"

#include <string.h>

/* Pure. Only what is named in the struct is taken out of an event. Destinations, addresses,
 * relays, SOCKS user names and passwords end here: nothing behind this file can show or store
 * them. An event that is not as expected becomes OTHER; a new version of tor must not bring
 * anything down.
 */

typedef gboolean (*Reader) (const TropeaControlLine *line,
                            TropeaControlEvent      *event);

TropeaControlStatus
tropea_control_status_from_string (const char *word)
{
  static const struct
  {
    const char          *word;
    TropeaControlStatus  status;
  } rows[] = {
    { "NEW", TROPEA_CONTROL_STATUS_NEW },
    { "NEWRESOLVE", TROPEA_CONTROL_STATUS_NEW },
    { "BUILT", TROPEA_CONTROL_STATUS_BUILT },
    { "CONNECTED", TROPEA_CONTROL_STATUS_CONNECTED },
    { "SUCCEEDED", TROPEA_CONTROL_STATUS_SUCCEEDED },
    { "FAILED", TROPEA_CONTROL_STATUS_FAILED },
    { "CLOSED", TROPEA_CONTROL_STATUS_CLOSED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_strcmp0 (rows[i].word, word) == 0)
      return rows[i].status;

  return TROPEA_CONTROL_STATUS_OTHER;
}

static char *
dup_value (const TropeaControlLine *line,
           const char              *key)
{
  const char *value = tropea_control_line_get_value (line, key);

  return value != NULL ? g_utf8_make_valid (value, -1) : NULL;
}

/* "BW" Read Written */
static gboolean
read_bw (const TropeaControlLine *line,
         TropeaControlEvent      *event)
{
  event->kind = TROPEA_CONTROL_EVENT_BW;

  return tropea_control_parse_uint64 (tropea_control_line_get_word (line, 1), &event->bytes_in)
         && tropea_control_parse_uint64 (tropea_control_line_get_word (line, 2),
                                         &event->bytes_out);
}

/* "STREAM_BW" StreamID BytesWritten BytesRead Time. Written and read are meant as the program
 * sees it: it wrote the first and read the second (measured, not only specified).
 */
static gboolean
read_stream_bw (const TropeaControlLine *line,
                TropeaControlEvent      *event)
{
  event->kind = TROPEA_CONTROL_EVENT_STREAM_BW;

  return tropea_control_parse_uint64 (tropea_control_line_get_word (line, 1), &event->id)
         && tropea_control_parse_uint64 (tropea_control_line_get_word (line, 2),
                                         &event->bytes_out)
         && tropea_control_parse_uint64 (tropea_control_line_get_word (line, 3),
                                         &event->bytes_in);
}

/* "CIRC" CircuitID Status …, "STREAM" StreamID Status … */
static gboolean
read_id_and_status (const TropeaControlLine *line,
                    TropeaControlEvent      *event)
{
  event->status = tropea_control_status_from_string (tropea_control_line_get_word (line, 2));
  event->purpose = dup_value (line, "PURPOSE");

  return tropea_control_parse_uint64 (tropea_control_line_get_word (line, 1), &event->id);
}

static gboolean
read_circ (const TropeaControlLine *line,
           TropeaControlEvent      *event)
{
  event->kind = TROPEA_CONTROL_EVENT_CIRC;

  return read_id_and_status (line, event);
}

static gboolean
read_stream (const TropeaControlLine *line,
             TropeaControlEvent      *event)
{
  event->kind = TROPEA_CONTROL_EVENT_STREAM;

  return read_id_and_status (line, event);
}

/* "ORCONN" Relay Status … ID=n */
static gboolean
read_orconn (const TropeaControlLine *line,
             TropeaControlEvent      *event)
{
  const char *id = tropea_control_line_get_value (line, "ID");

  event->kind = TROPEA_CONTROL_EVENT_ORCONN;
  event->reason = dup_value (line, "REASON");
  event->status = tropea_control_status_from_string (tropea_control_line_get_word (line, 2));

  return id == NULL || tropea_control_parse_uint64 (id, &event->id);
}

/* … BOOTSTRAP PROGRESS=n TAG=t SUMMARY="s" [WARNING="…" REASON=r …] */
static gboolean
read_bootstrap (const TropeaControlLine *line,
                TropeaControlEvent      *event)
{
  const char *progress = tropea_control_line_get_value (line, "PROGRESS");
  guint64 percent;

  if (progress == NULL || !tropea_control_parse_uint64 (progress, &percent) || percent > 100)
    return FALSE;

  event->kind = TROPEA_CONTROL_EVENT_BOOTSTRAP;
  event->percent = (int) percent;
  event->tag = dup_value (line, "TAG");
  event->summary = dup_value (line, "SUMMARY");
  event->reason = dup_value (line, "REASON");

  return TRUE;
}

/* "STATUS_CLIENT" or "STATUS_GENERAL", severity, action, arguments */
static gboolean
read_status (const TropeaControlLine *line,
             TropeaControlEvent      *event)
{
  const char *action = tropea_control_line_get_word (line, 2);
  const char *skew = tropea_control_line_get_value (line, "SKEW");

  event->severity = g_utf8_make_valid (tropea_control_line_get_word (line, 1), -1);
  if (g_str_equal (action, "BOOTSTRAP"))
    return read_bootstrap (line, event);

  event->kind = TROPEA_CONTROL_EVENT_STATUS;
  event->action = g_utf8_make_valid (action, -1);
  event->reason = dup_value (line, "REASON");
  event->version = dup_value (line, "CURRENT");
  if (skew != NULL)
    event->skew_seconds = g_ascii_strtoll (skew, NULL, 10);

  return *action != '\0';
}

/* "SIGNAL" Signal */
static gboolean
read_signal (const TropeaControlLine *line,
             TropeaControlEvent      *event)
{
  const char *action = tropea_control_line_get_word (line, 1);

  event->kind = TROPEA_CONTROL_EVENT_SIGNAL;
  event->action = g_utf8_make_valid (action, -1);

  return *action != '\0';
}

static const struct
{
  const char           *beginning;
  TropeaControlWarning  warning;
} warnings[] = {
  { "Received a bad CERTS cell: ", TROPEA_CONTROL_WARNING_CERTIFICATES },
  { "At least one protocol listed as required in the consensus is not supported",
    TROPEA_CONTROL_WARNING_TOO_OLD },
  { "Managed proxy \"", TROPEA_CONTROL_WARNING_TRANSPORT_ENDED },
  { "Could not launch managed proxy executable", TROPEA_CONTROL_WARNING_TRANSPORT_ENDED },
  { "Proxy Client: unable to connect OR connection", TROPEA_CONTROL_WARNING_BRIDGE_FAILED },
};

/* "WARN" text, "ERR" text: not made of words and quoted strings as the others are */
static TropeaControlWarning
read_warning (const char *text)
{
  const char *space = strchr (text, ' ');

  if (!g_str_has_prefix (text, "WARN ") && !g_str_has_prefix (text, "ERR "))
    return TROPEA_CONTROL_WARNING_NONE;

  for (gsize i = 0; i < G_N_ELEMENTS (warnings); i++)
    if (g_str_has_prefix (space + 1, warnings[i].beginning))
      return warnings[i].warning;

  return TROPEA_CONTROL_WARNING_NONE;
}

static const struct
{
  const char *name;
  Reader      read;
} readers[] = {
  { "BW", read_bw },
  { "CIRC", read_circ },
  { "ORCONN", read_orconn },
  { "SIGNAL", read_signal },
  { "STATUS_CLIENT", read_status },
  { "STATUS_GENERAL", read_status },
  { "STREAM", read_stream },
  { "STREAM_BW", read_stream_bw },
};

/**
 * tropea_control_event_parse:
 * @text: the first line of a 650 reply, without the status code
 *
 * Returns: (transfer full): the event; of kind OTHER if it is none that is known here
 */
TropeaControlEvent *
tropea_control_event_parse (const char *text)
{
  g_autoptr(TropeaControlEvent) event = g_new0 (TropeaControlEvent, 1);
  g_autoptr(TropeaControlLine) line = NULL;

  event->warning = read_warning (text);
  if (event->warning != TROPEA_CONTROL_WARNING_NONE)
    event->kind = TROPEA_CONTROL_EVENT_WARNING;
  else
    line = tropea_control_line_parse (text, NULL);

  if (line == NULL)
    return g_steal_pointer (&event);

  for (gsize i = 0; i < G_N_ELEMENTS (readers); i++)
    if (g_str_equal (readers[i].name, tropea_control_line_get_word (line, 0))
        && !readers[i].read (line, event))
      event->kind = TROPEA_CONTROL_EVENT_OTHER;

  return g_steal_pointer (&event);
}

/**
 * tropea_control_event_parse_bootstrap:
 * @text: the value of "GETINFO status/bootstrap-phase", which is a STATUS_CLIENT event
 *   without its name
 */
TropeaControlEvent *
tropea_control_event_parse_bootstrap (const char *text)
{
  g_autofree char *whole = g_strconcat ("STATUS_CLIENT ", text, NULL);

  return tropea_control_event_parse (whole);
}

void
tropea_control_event_free (TropeaControlEvent *self)
{
  if (self == NULL)
    return;

  g_free (self->purpose);
  g_free (self->tag);
  g_free (self->summary);
  g_free (self->reason);
  g_free (self->severity);
  g_free (self->action);
  g_free (self->version);
  g_free (self);
}
