/* tropea-http-stream.c: an answer that goes on as long as its reader does
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-http"

#include "config.h"

#include "http/tropea-http-stream-private.h"

#include <string.h>
#include <sys/socket.h>

#include "http/tropea-http-source.h"
#include "http/tropea-http-watch.h"

/* libmicrohttpd asks for the next bytes whenever the socket takes some. While there are none
 * the connection sleeps, and a piece that is pushed wakes it; so nothing is asked in vain. What
 * a slow reader has not taken yet waits here, a limited number of pieces, and in the kernel,
 * where little room is left for it on purpose.
 */

/* A reader that takes nothing at all for this long is not there any more. */
#define STALLED_S 300

/* Asked for; Linux doubles it. Enough for some dozen pieces, and less than what a socket would
 * have of itself by far. */
#define KERNEL_BYTES (16 * 1024)

#define BLOCK_BYTES 4096

struct _TropeaHttpStream
{
  gatomicrefcount        ref_count;
  GSource               *source;       /* (owned) (nullable): runs the daemon */
  guint                  max_waiting;

  GMutex                 mutex;        /* for what follows */
  struct MHD_Connection *connection;   /* (unowned) (nullable): while the reader is there */
  GQueue                 pieces;       /* (owned), of GBytes */
  gsize                  sent_bytes;   /* of the first piece */
  gboolean               is_suspended;
  gboolean               is_ended;
  gboolean               is_gone;
};

TropeaHttpStream *
tropea_http_stream_new (GSource *source,
                        guint    max_waiting)
{
  TropeaHttpStream *self = g_new0 (TropeaHttpStream, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  g_queue_init (&self->pieces);
  self->source = source != NULL ? g_source_ref (source) : NULL;
  self->max_waiting = max_waiting;

  return self;
}

TropeaHttpStream *
tropea_http_stream_ref (TropeaHttpStream *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
tropea_http_stream_unref (TropeaHttpStream *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_queue_clear_full (&self->pieces, (GDestroyNotify) g_bytes_unref);
  g_clear_pointer (&self->source, g_source_unref);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* With the mutex held; returns how many bytes were put to @buffer. */
static gsize
take_bytes (TropeaHttpStream *self,
            char             *buffer,
            gsize             size_bytes)
{
  gsize taken = 0;

  while (taken < size_bytes && !g_queue_is_empty (&self->pieces))
    {
      gsize piece_bytes = 0;
      const char *piece = g_bytes_get_data (g_queue_peek_head (&self->pieces), &piece_bytes);
      gsize part = MIN (size_bytes - taken, piece_bytes - self->sent_bytes);

      memcpy (buffer + taken, piece + self->sent_bytes, part);
      taken += part;
      self->sent_bytes += part;
      if (self->sent_bytes == piece_bytes)
        {
          g_bytes_unref (g_queue_pop_head (&self->pieces));
          self->sent_bytes = 0;
        }
    }

  return taken;
}

static ssize_t
read_cb (void     *data,
         uint64_t  position,
         char     *buffer,
         size_t    size_bytes)
{
  TropeaHttpStream *self = data;
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = g_mutex_locker_new (&self->mutex);
  gsize taken = take_bytes (self, buffer, size_bytes);

  if (taken > 0)
    return (ssize_t) taken;
  if (self->is_ended || self->connection == NULL)
    return MHD_CONTENT_READER_END_OF_STREAM;

  self->is_suspended = TRUE;
  MHD_suspend_connection (self->connection);

  return 0;
}

static void
free_cb (void *data)
{
  tropea_http_stream_unref (data);
}

struct MHD_Response *
tropea_http_stream_new_response (TropeaHttpStream *self)
{
  struct MHD_Response *response = NULL;

  response = MHD_create_response_from_callback (MHD_SIZE_UNKNOWN, BLOCK_BYTES, read_cb,
                                                tropea_http_stream_ref (self), free_cb);
  if (response == NULL)
    tropea_http_stream_unref (self);

  return response;
}

/* The answer is about to go to @connection; its time does not count any more. */
void
tropea_http_stream_attach (TropeaHttpStream      *self,
                           struct MHD_Connection *connection)
{
  const union MHD_ConnectionInfo *info = NULL;
  int kernel_bytes = KERNEL_BYTES;

  info = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  if (info != NULL)
    setsockopt (info->connect_fd, SOL_SOCKET, SO_SNDBUF, &kernel_bytes, sizeof kernel_bytes);
  MHD_set_connection_option (connection, MHD_CONNECTION_OPTION_TIMEOUT, STALLED_S);
  tropea_http_connection_wait (tropea_http_connection_get (connection));

  g_mutex_lock (&self->mutex);
  self->connection = connection;
  g_mutex_unlock (&self->mutex);
}

/* The connection is about to go. */
void
tropea_http_stream_detach (TropeaHttpStream *self)
{
  g_mutex_lock (&self->mutex);
  self->connection = NULL;
  self->is_suspended = FALSE;
  self->is_gone = TRUE;
  g_queue_clear_full (&self->pieces, (GDestroyNotify) g_bytes_unref);
  g_mutex_unlock (&self->mutex);
}

/* With the mutex held. */
static void
wake (TropeaHttpStream *self)
{
  if (!self->is_suspended)
    return;

  self->is_suspended = FALSE;
  MHD_resume_connection (self->connection);
  if (self->source != NULL)
    tropea_http_source_wake (self->source);
}

/**
 * tropea_http_stream_push:
 * @piece: (transfer none): not empty
 *
 * From any thread.
 *
 * Returns: whether it will be sent; not where too many pieces wait already, nor after the end
 */
gboolean
tropea_http_stream_push (TropeaHttpStream *self,
                         GBytes           *piece)
{
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = NULL;

  g_return_val_if_fail (self != NULL && g_bytes_get_size (piece) > 0, FALSE);

  locker = g_mutex_locker_new (&self->mutex);
  if (self->is_ended || self->is_gone || self->pieces.length >= self->max_waiting)
    return FALSE;

  g_queue_push_tail (&self->pieces, g_bytes_ref (piece));
  wake (self);

  return TRUE;
}

/**
 * tropea_http_stream_get_waiting:
 *
 * Returns: how many pieces the reader has not taken yet
 */
guint
tropea_http_stream_get_waiting (TropeaHttpStream *self)
{
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = NULL;

  g_return_val_if_fail (self != NULL, 0);

  locker = g_mutex_locker_new (&self->mutex);

  return self->pieces.length;
}

gboolean
tropea_http_stream_is_open (TropeaHttpStream *self)
{
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  locker = g_mutex_locker_new (&self->mutex);

  return !self->is_ended && !self->is_gone;
}

void
tropea_http_stream_end (TropeaHttpStream *self)
{
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = NULL;

  g_return_if_fail (self != NULL);

  locker = g_mutex_locker_new (&self->mutex);
  self->is_ended = TRUE;
  wake (self);
}
