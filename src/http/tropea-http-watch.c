/* tropea-http-watch.c: the connections that are open, and how long each may take
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-http"

#include "config.h"

#include "http/tropea-http-watch.h"

#include <poll.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>

/* libmicrohttpd closes a connection on which nothing moves; a client that sends one byte now
 * and then would hold it for ever. So from the end of one answer to the end of the next there
 * is a time that no trickle prolongs. Our own time, from the request's last byte to our answer,
 * does not count.
 *
 * The connections stand in the order in which their time runs out, as all have the same, and
 * one source wakes for the first of them. The socket is only shut down here, under the mutex
 * that the daemon's notification of its end also needs: its number cannot belong to another
 * connection by then.
 *
 * A client that has gone while it waited to be let in, without a whole request, is not kept for
 * that time: libmicrohttpd reads what it sent and does not look for the end behind it.
 */

/* Where the end of a request's headers is looked for. */
#define PEEK_BYTES 16384
/* How far down a thread's stack the work for a connection goes, generously. */
#define WORK_STACK_BYTES 65536

struct _TropeaHttpConnection
{
  TropeaHttpWatch *watch;       /* (unowned) */
  int              fd;          /* (unowned) */
  gint64           since_usec;
  gboolean         is_waiting;  /* for us */
  gint64           slot;
  GList            link;        /* in @connections, where not @is_waiting */
};

struct _TropeaHttpWatch
{
  gint64   timeout_usec;

  GMutex   mutex;        /* for what follows */
  GQueue   connections;  /* the head's time is over first */
  GSource *source;       /* (owned) */
  gboolean is_armed;
};

static gboolean
never (GSource *source,
       int     *timeout_ms)
{
  *timeout_ms = -1;
  return FALSE;
}

static gboolean
dispatch (GSource     *source,
          GSourceFunc  callback,
          gpointer     user_data)
{
  return callback (user_data);
}

/* Ready at its ready time and never else. */
static GSourceFuncs source_funcs = { never, NULL, dispatch, NULL, NULL, NULL };

/* With the mutex held. */
static void
arm (TropeaHttpWatch *self)
{
  const TropeaHttpConnection *first = g_queue_peek_head (&self->connections);

  self->is_armed = first != NULL;
  g_source_set_ready_time (self->source,
                           first != NULL ? first->since_usec + self->timeout_usec : -1);
}

static gboolean
cut_late_cb (gpointer user_data)
{
  TropeaHttpWatch *self = user_data;
  gint64 latest_usec = g_get_monotonic_time () - self->timeout_usec;
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = g_mutex_locker_new (&self->mutex);
  TropeaHttpConnection *first = NULL;

  while ((first = g_queue_peek_head (&self->connections)) != NULL &&
         first->since_usec <= latest_usec)
    {
      g_queue_unlink (&self->connections, &first->link);
      first->is_waiting = TRUE;
      shutdown (first->fd, SHUT_RDWR);
    }
  arm (self);

  return G_SOURCE_CONTINUE;
}

/**
 * tropea_http_watch_new:
 * @context: where the time runs
 * @timeout_s: for a request to be sent and its answer to be read
 */
TropeaHttpWatch *
tropea_http_watch_new (GMainContext *context,
                       guint         timeout_s)
{
  TropeaHttpWatch *self = g_new0 (TropeaHttpWatch, 1);

  self->timeout_usec = (gint64) timeout_s * G_USEC_PER_SEC;
  g_mutex_init (&self->mutex);
  self->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_static_name (self->source, "tropea-http-watch");
  g_source_set_callback (self->source, cut_late_cb, self, NULL);
  g_source_attach (self->source, context);

  return self;
}

/**
 * tropea_http_watch_stop:
 *
 * Cut nobody any more; connections may still come to their end.
 */
void
tropea_http_watch_stop (TropeaHttpWatch *self)
{
  g_source_destroy (self->source);
}

/* Every connection must have ended. */
void
tropea_http_watch_free (TropeaHttpWatch *self)
{
  if (self == NULL)
    return;

  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

static gboolean
is_gone (int fd)
{
  struct pollfd state = { .fd = fd, .events = POLLRDHUP };
  char data[PEEK_BYTES];
  ssize_t n = 0;

  if (poll (&state, 1, 0) <= 0 || (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) == 0)
    return FALSE;

  n = recv (fd, data, sizeof data, MSG_PEEK | MSG_DONTWAIT);

  return n <= 0 || memmem (data, (size_t) n, "\r\n\r\n", 4) == NULL;
}

static TropeaHttpConnection *
connection_new (TropeaHttpWatch       *watch,
                struct MHD_Connection *connection)
{
  TropeaHttpConnection *self = g_new0 (TropeaHttpConnection, 1);

  self->watch = watch;
  self->fd = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
  self->is_waiting = TRUE;
  self->link.data = self;

  return self;
}

/**
 * tropea_http_watch_connection_cb:
 *
 * For MHD_OPTION_NOTIFY_CONNECTION.
 */
void
tropea_http_watch_connection_cb (void                                 *data,
                                 struct MHD_Connection                *connection,
                                 void                                **context,
                                 enum MHD_ConnectionNotificationCode   code)
{
  if (code == MHD_CONNECTION_NOTIFY_STARTED)
    {
      TropeaHttpConnection *self = connection_new (data, connection);

      *context = self;
      tropea_http_connection_restart (self);
      if (is_gone (self->fd))
        shutdown (self->fd, SHUT_RDWR);
    }
  else if (*context != NULL)
    {
      tropea_http_connection_wait (*context);
      g_clear_pointer (context, g_free);
      /* Its address was there, and nobody may come by again for a long time. */
      sodium_stackzero (WORK_STACK_BYTES);
    }
}

/**
 * tropea_http_connection_get:
 *
 * Returns: (transfer none): good until the connection ends
 */
TropeaHttpConnection *
tropea_http_connection_get (struct MHD_Connection *connection)
{
  return MHD_get_connection_info (connection,
                                  MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/**
 * tropea_http_connection_wait:
 *
 * The client has done its part: its time stands still.
 */
void
tropea_http_connection_wait (TropeaHttpConnection *self)
{
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = g_mutex_locker_new (&self->watch->mutex);

  if (!self->is_waiting)
    g_queue_unlink (&self->watch->connections, &self->link);
  self->is_waiting = TRUE;
}

/**
 * tropea_http_connection_restart:
 *
 * The client has its whole time again.
 */
void
tropea_http_connection_restart (TropeaHttpConnection *self)
{
  TropeaHttpWatch *watch = self->watch;
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = g_mutex_locker_new (&watch->mutex);

  if (!self->is_waiting)
    g_queue_unlink (&watch->connections, &self->link);
  self->is_waiting = FALSE;
  self->since_usec = g_get_monotonic_time ();
  g_queue_push_tail_link (&watch->connections, &self->link);
  if (!watch->is_armed)
    arm (watch);
}

/**
 * tropea_http_connection_get_slot:
 *
 * Returns: (transfer none): a number that is the connection's for as long as it is open, 0 at
 *   first
 */
gint64 *
tropea_http_connection_get_slot (TropeaHttpConnection *self)
{
  return &self->slot;
}
