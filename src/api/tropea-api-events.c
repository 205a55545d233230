/* tropea-api-events.c: what happens, as it happens: Server-Sent Events
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-api"

#include "config.h"

#include "api/tropea-api-private.h"

#include <microhttpd.h>
#include <string.h>

#include "api/tropea-api-answer.h"
#include "api/tropea-api-input.h"
#include "api/tropea-error-code.h"
#include "api/tropea-json-lines.h"
#include "base/tropea-json.h"

/* Each event is written once and shared by all readers. A reader that falls behind loses what
 * does not fit into its queue, from one event on until the queue is half empty; there it is
 * told how many, and how things are by then. So what it has is always true and in order, and it
 * knows where something is missing. Nobody waits for it.
 */

#define MOST_WAITING 256
#define ENOUGH_ROOM (MOST_WAITING / 2)
#define KEEP_ALIVE_S 15

typedef struct
{
  TropeaApiDoor    *door;     /* (unowned) */
  TropeaHttpStream *stream;   /* (owned) */
  gint64            dropped;  /* since it was last told */
} Reader;

static void
reader_free (Reader *self)
{
  self->door->n_streams--;
  g_clear_pointer (&self->stream, tropea_http_stream_unref);
  g_free (self);
}

/* @json: one line, with its end or without */
static GBytes *
new_event (const char *name,
           const char *json)
{
  g_autofree char *line = g_strchomp (g_strdup (json));
  char *text = g_strdup_printf ("event: %s\ndata: %s\n\n", name, line);

  return g_bytes_new_take (text, strlen (text));
}

static GBytes *
new_dropped (gint64 count)
{
  g_autofree char *json = g_strdup_printf ("{\"event\":\"dropped\",\"count\":%" G_GINT64_FORMAT
                                           "}", count);

  return new_event ("dropped", json);
}

static char *
dup_status (TropeaApi *self)
{
  g_autoptr(JsonObject) status = tropea_api_answer_new_status (self->host, "status");

  return tropea_json_to_string (status);
}

static void
push (Reader     *reader,
      const char *name,
      const char *json)
{
  g_autoptr(GBytes) piece = new_event (name, json);

  tropea_http_stream_push (reader->stream, piece);
}

/* How things are now. */
static void
push_all (TropeaApi *self,
          Reader    *reader)
{
  g_auto(TropeaStatus) status = { 0 };
  g_autofree char *all = dup_status (self);
  g_autofree char *state = NULL;
  g_autofree char *bootstrap = NULL;

  tropea_status_read (&status, self->host);
  state = tropea_json_lines_state (&status);
  bootstrap = tropea_json_lines_bootstrap (&status);
  push (reader, "status", all);
  push (reader, "state", state);
  push (reader, "bootstrap", bootstrap);
}

/* Returns: whether the reader has heard of all that it lost */
static gboolean
catch_up (TropeaApi *self,
          Reader    *reader)
{
  g_autoptr(GBytes) piece = NULL;

  if (reader->dropped == 0)
    return TRUE;
  if (tropea_http_stream_get_waiting (reader->stream) > ENOUGH_ROOM)
    return FALSE;

  piece = new_dropped (reader->dropped);
  tropea_http_stream_push (reader->stream, piece);
  reader->dropped = 0;
  push_all (self, reader);

  return TRUE;
}

static void
forget_gone (TropeaApi *self)
{
  for (guint i = self->readers->len; i > 0; i--)
    {
      const Reader *reader = g_ptr_array_index (self->readers, i - 1);

      if (!tropea_http_stream_is_open (reader->stream))
        g_ptr_array_remove_index_fast (self->readers, i - 1);
    }

  if (self->readers->len == 0)
    g_clear_handle_id (&self->keep_alive, g_source_remove);
}

static void
emit (TropeaApi  *self,
      const char *name,
      const char *json)
{
  g_autoptr(GBytes) piece = new_event (name, json);

  forget_gone (self);
  for (guint i = 0; i < self->readers->len; i++)
    {
      Reader *reader = g_ptr_array_index (self->readers, i);

      if (!catch_up (self, reader) || !tropea_http_stream_push (reader->stream, piece))
        reader->dropped++;
    }
}

static gboolean
keep_alive_cb (gpointer user_data)
{
  TropeaApi *self = user_data;
  g_autoptr(GBytes) comment = g_bytes_new_static (":\n\n", 3);

  for (guint i = 0; i < self->readers->len; i++)
    {
      Reader *reader = g_ptr_array_index (self->readers, i);

      catch_up (self, reader);
      tropea_http_stream_push (reader->stream, comment);
    }
  forget_gone (self);

  return self->keep_alive != 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* What says the same as the last of its kind is no news. */
static void
emit_news (TropeaApi   *self,
           char       **last,
           const char  *name,
           char        *json)
{
  if (g_strcmp0 (*last, json) == 0)
    {
      g_free (json);
      return;
    }

  g_free (*last);
  *last = json;
  emit (self, name, json);
}

static void
state_cb (TropeaApi *self)
{
  g_auto(TropeaStatus) status = { 0 };

  if (self->readers->len == 0)
    return;

  tropea_status_read (&status, self->host);
  emit_news (self, &self->last_state, "state", tropea_json_lines_state (&status));
}

static void
bootstrap_cb (TropeaApi *self)
{
  g_auto(TropeaStatus) status = { 0 };

  if (self->readers->len == 0)
    return;

  tropea_status_read (&status, self->host);
  emit_news (self, &self->last_bootstrap, "bootstrap", tropea_json_lines_bootstrap (&status));
}

static void
sample_cb (TropeaApi             *self,
           const TropeaTorSample *sample)
{
  g_auto(TropeaStatus) status = { 0 };
  g_autofree char *json = NULL;

  if (self->readers->len == 0)
    return;

  tropea_status_read (&status, self->host);
  json = tropea_json_lines_sample (&status, sample);
  emit (self, "sample", json);
}

static void
session_cut_cb (TropeaApi     *self,
                TropeaSession *session)
{
  g_autofree char *json = tropea_json_lines_session (session);

  emit (self, "session", json);
}

static void
credited_cb (TropeaApi     *self,
             TropeaSession *session)
{
  g_auto(TropeaStatus) status = { 0 };
  g_autofree char *json = NULL;

  tropea_status_read (&status, self->host);
  json = tropea_json_lines_credited (&status, session);
  emit (self, "credited", json);
}

static void
refused_cb (TropeaApi     *self,
            TropeaSession *session)
{
  g_autofree char *json = tropea_json_lines_refused (session);

  emit (self, "refused", json);
}

static void
notice_cb (TropeaApi  *self,
           const char *sentence)
{
  g_autofree char *json = tropea_json_lines_notice (sentence);

  emit (self, "notice", json);
}

static void
error_cb (TropeaApi    *self,
          const GError *error)
{
  g_autofree char *json = tropea_json_lines_error (tropea_error_code (error), error->message);

  emit (self, "error", json);
}

static void
diagnosis_cb (TropeaApi *self)
{
  g_autofree char *json = tropea_json_lines_diagnosis (tropea_host_get_diagnosis (self->host));

  emit (self, "diagnosis", json);
}

/* What has no event of its own. */
static void
status_cb (TropeaApi *self)
{
  g_autofree char *json = NULL;

  if (self->readers->len == 0)
    return;

  json = dup_status (self);
  emit (self, "status", json);
}

void
tropea_api_events_cb (TropeaHttpRequest *request,
                      gpointer           user_data)
{
  TropeaApiDoor *door = user_data;
  TropeaApi *self = door->api;
  Reader *reader = NULL;

  if (!tropea_api_input_read_query (request, NULL, 0))
    return;

  forget_gone (self);
  if (door->n_streams >= door->max_streams)
    {
      tropea_http_request_fail (request, MHD_HTTP_SERVICE_UNAVAILABLE, "too-many-streams",
                                "Too many listen already: end one of them");
      return;
    }

  if (self->readers->len == 0)
    {
      g_clear_pointer (&self->last_state, g_free);
      g_clear_pointer (&self->last_bootstrap, g_free);
    }
  reader = g_new0 (Reader, 1);
  reader->door = door;
  reader->stream = tropea_http_request_respond_stream (request, "text/event-stream",
                                                       MOST_WAITING);
  door->n_streams++;
  g_ptr_array_add (self->readers, reader);
  push_all (self, reader);
  if (self->keep_alive == 0)
    self->keep_alive = g_timeout_add_seconds (KEEP_ALIVE_S, keep_alive_cb, self);
}

void
tropea_api_events_init (TropeaApi *self)
{
  static const struct
  {
    const char *name;
    GCallback   callback;
  } signals[] = {
    { "notify::state", G_CALLBACK (state_cb) },
    { "notify::is-simulating", G_CALLBACK (state_cb) },
    { "notify::socks-port", G_CALLBACK (state_cb) },
    { "notify::control-port", G_CALLBACK (state_cb) },
    { "notify::bootstrap-percent", G_CALLBACK (bootstrap_cb) },
    { "notify::bootstrap-tag", G_CALLBACK (bootstrap_cb) },
    { "notify::bootstrap-summary", G_CALLBACK (bootstrap_cb) },
    { "notify::is-monitoring", G_CALLBACK (status_cb) },
    { "notify::max-seconds", G_CALLBACK (status_cb) },
    { "notify::problem", G_CALLBACK (status_cb) },
    { "notify::diagnosis", G_CALLBACK (diagnosis_cb) },
    { "sample", G_CALLBACK (sample_cb) },
    { "session-cut", G_CALLBACK (session_cut_cb) },
    { "credited", G_CALLBACK (credited_cb) },
    { "refused", G_CALLBACK (refused_cb) },
    { "notice", G_CALLBACK (notice_cb) },
    { "error", G_CALLBACK (error_cb) },
  };

  self->readers = g_ptr_array_new_with_free_func ((GDestroyNotify) reader_free);
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (self->host, signals[i].name, signals[i].callback, self,
                             G_CONNECT_SWAPPED);
}

void
tropea_api_events_close (TropeaApi *self)
{
  g_clear_handle_id (&self->keep_alive, g_source_remove);
  for (guint i = 0; i < self->readers->len; i++)
    {
      Reader *reader = g_ptr_array_index (self->readers, i);

      tropea_http_stream_end (reader->stream);
    }
  g_ptr_array_set_size (self->readers, 0);
}
