/* tropea-output.c: writes to a pipe or terminal that may be slow, or gone
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-output"

#include "config.h"

#include "cli/tropea-output.h"

#include <errno.h>
#include <glib-unix.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

/* A reader that stops reading (a paused terminal, a pipe into a pager) must not stop the main
 * loop, or tor's control connection would back up. The descriptor is shared with the shell and
 * stays blocking; so poll is asked first, and never more is written at once than poll's
 * answer is good for: PIPE_BUF bytes.
 */

struct _TropeaOutput
{
  GObject   parent_instance;

  int       fd;
  GString  *waiting;  /* (owned) */
  guint     watch;
  int       closed_errno;  /* 0 while it is open */
};

enum
{
  SIGNAL_CLOSED,
  N_SIGNALS,
};

G_DEFINE_FINAL_TYPE (TropeaOutput, tropea_output, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static gboolean
is_writable (TropeaOutput *self,
             int           wait_ms)
{
  struct pollfd ready = { self->fd, POLLOUT, 0 };

  /* An error is an answer too: the write then says which. */
  return poll (&ready, 1, wait_ms) == 1;
}

static void
write_some (TropeaOutput *self)
{
  gssize n_written = write (self->fd, self->waiting->str, MIN (self->waiting->len, PIPE_BUF));

  if (n_written >= 0)
    {
      g_string_erase (self->waiting, 0, n_written);
      return;
    }

  if (errno == EINTR || errno == EAGAIN)
    return;

  if (self->closed_errno != 0)
    {
      g_string_truncate (self->waiting, 0);
      return;
    }

  self->closed_errno = errno;
  g_string_truncate (self->waiting, 0);
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0);
}

static gboolean
writable_cb (int          fd,
             GIOCondition condition,
             gpointer     user_data)
{
  g_autoptr(TropeaOutput) self = g_object_ref (TROPEA_OUTPUT (user_data));

  write_some (self);
  if (self->waiting->len > 0)
    return G_SOURCE_CONTINUE;

  self->watch = 0;

  return G_SOURCE_REMOVE;
}

static void
tropea_output_dispose (GObject *object)
{
  g_clear_handle_id (&TROPEA_OUTPUT (object)->watch, g_source_remove);

  G_OBJECT_CLASS (tropea_output_parent_class)->dispose (object);
}

static void
tropea_output_finalize (GObject *object)
{
  g_string_free (TROPEA_OUTPUT (object)->waiting, TRUE);

  G_OBJECT_CLASS (tropea_output_parent_class)->finalize (object);
}

static void
tropea_output_class_init (TropeaOutputClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tropea_output_dispose;
  object_class->finalize = tropea_output_finalize;

  signals[SIGNAL_CLOSED] =
    g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
tropea_output_init (TropeaOutput *self)
{
  self->waiting = g_string_new (NULL);
}

/**
 * tropea_output_new:
 * @fd: open for writing; stays the caller's. SIGPIPE is ignored by the caller.
 */
TropeaOutput *
tropea_output_new (int fd)
{
  TropeaOutput *self = g_object_new (TROPEA_TYPE_OUTPUT, NULL);

  self->fd = fd;

  return self;
}

void
tropea_output_write (TropeaOutput *self,
                     const char   *text)
{
  g_return_if_fail (TROPEA_IS_OUTPUT (self));
  g_return_if_fail (text != NULL);

  if (self->closed_errno != 0)
    return;

  g_string_append (self->waiting, text);
  while (self->watch == 0 && self->waiting->len > 0 && is_writable (self, 0))
    write_some (self);

  /* A regular file has nothing to watch, and is always writable. */
  if (self->watch == 0 && self->waiting->len > 0)
    self->watch = g_unix_fd_add (self->fd, G_IO_OUT | G_IO_ERR | G_IO_HUP, writable_cb, self);
}

/**
 * tropea_output_offer:
 *
 * Returns: whether @text was taken
 */
gboolean
tropea_output_offer (TropeaOutput *self,
                     const char   *text,
                     gsize         most_waiting)
{
  g_return_val_if_fail (TROPEA_IS_OUTPUT (self), FALSE);

  if (self->waiting->len > most_waiting)
    return FALSE;

  tropea_output_write (self, text);

  return TRUE;
}

int
tropea_output_get_errno (TropeaOutput *self)
{
  g_return_val_if_fail (TROPEA_IS_OUTPUT (self), 0);

  return self->closed_errno;
}

void
tropea_output_flush (TropeaOutput *self,
                     guint         limit_ms)
{
  gint64 end_usec = 0;

  g_return_if_fail (TROPEA_IS_OUTPUT (self));

  end_usec = g_get_monotonic_time () + (gint64) limit_ms * 1000;
  while (self->waiting->len > 0)
    {
      gint64 left_ms = (end_usec - g_get_monotonic_time ()) / 1000;

      if (left_ms <= 0 || !is_writable (self, (int) left_ms))
        return;
      write_some (self);
    }
}
