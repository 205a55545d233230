/* tropea-event-stream.c: the events of a running Tropea, until it ends
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-event-stream"

#include "config.h"

#include "cli/tropea-event-stream.h"

#include "cli/tropea-event-parser.h"

/* A stream that breaks is opened again: a slow reader is cut off while Tropea runs on. Where
 * nobody listens on the socket any more, Tropea has ended. While it ends it still listens and
 * says that it is ending, so it is asked again a few times, each time later.
 */

#define CHUNK_BYTES (16 * 1024)
#define FIRST_RETRY_MS 100
#define MOST_RETRIES 7

struct _TropeaEventStream
{
  GObject            parent_instance;

  TropeaApiClient   *client;       /* (owned) */
  GCancellable      *cancellable;  /* (owned) */
  GInputStream      *stream;       /* (owned) (nullable) */
  TropeaEventParser *parser;       /* (owned) (nullable) */
  guint              retry_timer;
  guint              n_retries;    /* since the last event */
  gboolean           was_there;
};

enum
{
  SIGNAL_EVENT,
  SIGNAL_ENDED,
  N_SIGNALS,
};

G_DEFINE_FINAL_TYPE (TropeaEventStream, tropea_event_stream, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static void read_next (TropeaEventStream *self);

static gboolean
retry_cb (gpointer user_data)
{
  TropeaEventStream *self = user_data;

  self->retry_timer = 0;
  tropea_event_stream_start (self);

  return G_SOURCE_REMOVE;
}

static void
retry_later (TropeaEventStream *self)
{
  g_clear_object (&self->stream);
  g_clear_pointer (&self->parser, tropea_event_parser_free);
  self->retry_timer = g_timeout_add (FIRST_RETRY_MS << self->n_retries++, retry_cb, self);
}

/* Not the last word while it may only have been a moment. */
static void
end (TropeaEventStream *self,
     const GError      *error)
{
  g_autoptr(GError) ended = NULL;

  if (self->was_there &&
      g_error_matches (error, TROPEA_API_CLIENT_ERROR, TROPEA_API_CLIENT_ERROR_NO_TROPEA))
    ended = g_error_new_literal (TROPEA_API_CLIENT_ERROR, TROPEA_API_CLIENT_ERROR_ENDED,
                                 "Tropea has ended");
  else if (self->was_there && self->n_retries < MOST_RETRIES)
    return retry_later (self);
  else
    ended = g_error_copy (error);

  g_signal_emit (self, signals[SIGNAL_ENDED], 0, ended);
}

static void
found_cb (JsonObject *event,
          gpointer    user_data)
{
  TropeaEventStream *self = user_data;

  self->n_retries = 0;
  g_signal_emit (self, signals[SIGNAL_EVENT], 0, event);
}

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(TropeaEventStream) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) chunk = NULL;
  const char *data = NULL;
  gsize length_bytes = 0;

  chunk = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);
  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  if (chunk != NULL)
    data = g_bytes_get_data (chunk, &length_bytes);
  if (length_bytes == 0 ||
      !tropea_event_parser_push (self->parser, data, length_bytes, found_cb, self))
    retry_later (self);
  else if (!g_cancellable_is_cancelled (self->cancellable))
    read_next (self);
}

static void
read_next (TropeaEventStream *self)
{
  g_input_stream_read_bytes_async (self->stream, CHUNK_BYTES, G_PRIORITY_DEFAULT,
                                   self->cancellable, read_cb, g_object_ref (self));
}

static void
listening_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(TropeaEventStream) self = user_data;
  g_autoptr(GInputStream) stream = NULL;
  g_autoptr(GError) error = NULL;

  stream = tropea_api_client_listen_finish (TROPEA_API_CLIENT (object), result, &error);
  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  if (stream == NULL)
    {
      end (self, error);
      return;
    }

  self->was_there = TRUE;
  self->stream = g_steal_pointer (&stream);
  self->parser = tropea_event_parser_new ();
  read_next (self);
}

static void
tropea_event_stream_dispose (GObject *object)
{
  TropeaEventStream *self = TROPEA_EVENT_STREAM (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->retry_timer, g_source_remove);
  g_clear_object (&self->stream);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (tropea_event_stream_parent_class)->dispose (object);
}

static void
tropea_event_stream_finalize (GObject *object)
{
  TropeaEventStream *self = TROPEA_EVENT_STREAM (object);

  g_clear_pointer (&self->parser, tropea_event_parser_free);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (tropea_event_stream_parent_class)->finalize (object);
}

static void
tropea_event_stream_class_init (TropeaEventStreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tropea_event_stream_dispose;
  object_class->finalize = tropea_event_stream_finalize;

  signals[SIGNAL_EVENT] =
    g_signal_new ("event", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, JSON_TYPE_OBJECT);
  signals[SIGNAL_ENDED] =
    g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
tropea_event_stream_init (TropeaEventStream *self)
{
  self->cancellable = g_cancellable_new ();
}

TropeaEventStream *
tropea_event_stream_new (TropeaApiClient *client)
{
  TropeaEventStream *self = NULL;

  g_return_val_if_fail (TROPEA_IS_API_CLIENT (client), NULL);

  self = g_object_new (TROPEA_TYPE_EVENT_STREAM, NULL);
  self->client = g_object_ref (client);

  return self;
}

/**
 * tropea_event_stream_start:
 *
 * Begin to listen. Once; it goes on by itself.
 */
void
tropea_event_stream_start (TropeaEventStream *self)
{
  g_return_if_fail (TROPEA_IS_EVENT_STREAM (self));

  tropea_api_client_listen_async (self->client, self->cancellable, listening_cb,
                                  g_object_ref (self));
}
