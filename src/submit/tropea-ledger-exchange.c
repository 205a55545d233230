/* tropea-ledger-exchange.c: one HTTP request and its answer, bounded in time and size
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-exchange"

#include "config.h"

#include "submit/tropea-ledger-exchange.h"

/* The time counts from the request to the last byte of the answer: libsoup's own limit starts
 * anew with every byte, so a slow peer could hold it for ever. The size is counted as the body
 * comes, whatever the answer's headers say of it.
 */

#define CHUNK_BYTES (16 * 1024)

typedef struct
{
  SoupMessage  *message;       /* (owned) */
  GInputStream *stream;        /* (owned) (nullable) */
  GByteArray   *body;          /* (owned) */
  GCancellable *cancellable;   /* (owned): ends our own requests */
  GCancellable *outer;         /* (owned) (nullable): the caller's */
  gulong        outer_id;
  guint         timer_id;
  gboolean      is_timed_out;
} Exchange;

static void read_next (GTask *task);

static void
exchange_free (Exchange *self)
{
  g_clear_handle_id (&self->timer_id, g_source_remove);
  if (self->outer_id != 0)
    g_cancellable_disconnect (self->outer, self->outer_id);

  /* An answer that was not read to its end must not keep the connection. */
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->stream);
  g_clear_object (&self->message);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->outer);
  g_clear_pointer (&self->body, g_byte_array_unref);
  g_free (self);
}

static void
time_is_up_cb (gpointer data)
{
  Exchange *self = data;

  self->timer_id = 0;
  self->is_timed_out = TRUE;
  g_cancellable_cancel (self->cancellable);
}

static void
outer_cancelled_cb (GCancellable *outer,
                    gpointer      user_data)
{
  g_cancellable_cancel (user_data);
}

static void
return_failure (GTask  *task,
                GError *error)
{
  Exchange *self = g_task_get_task_data (task);

  if (self->is_timed_out)
    {
      g_error_free (error);
      error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "No answer in time");
    }

  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_task_return_error (task, error);
}

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GBytes) chunk = NULL;
  g_autoptr(GError) error = NULL;
  Exchange *self = g_task_get_task_data (task);
  gsize size_bytes = 0;

  chunk = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);
  if (chunk == NULL)
    {
      return_failure (task, g_steal_pointer (&error));
      return;
    }

  size_bytes = g_bytes_get_size (chunk);
  if (size_bytes == 0)
    {
      g_clear_handle_id (&self->timer_id, g_source_remove);
      g_task_return_pointer (task, g_byte_array_free_to_bytes (g_steal_pointer (&self->body)),
                             (GDestroyNotify) g_bytes_unref);
      return;
    }

  if (self->body->len + size_bytes > TROPEA_LEDGER_EXCHANGE_MAX_BYTES)
    {
      return_failure (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                                                 "The answer is too long"));
      return;
    }

  g_byte_array_append (self->body, g_bytes_get_data (chunk, NULL), (guint) size_bytes);
  read_next (g_steal_pointer (&task));
}

static void
read_next (GTask *task)
{
  Exchange *self = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (self->stream, CHUNK_BYTES, G_PRIORITY_DEFAULT,
                                   self->cancellable, read_cb, task);
}

static void
send_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  Exchange *self = g_task_get_task_data (task);

  self->stream = soup_session_send_finish (SOUP_SESSION (object), result, &error);
  if (self->stream == NULL)
    {
      return_failure (task, g_steal_pointer (&error));
      return;
    }

  read_next (g_steal_pointer (&task));
}

/**
 * tropea_ledger_exchange_async:
 * @timeout_ms: for all of it
 *
 * Send @message and read the body of its answer, whatever its status. Errors:
 * G_IO_ERROR_TIMED_OUT, G_IO_ERROR_MESSAGE_TOO_LARGE, G_IO_ERROR_CANCELLED, and libsoup's own.
 */
void
tropea_ledger_exchange_async (SoupSession          *session,
                              SoupMessage          *message,
                              guint                 timeout_ms,
                              GCancellable         *cancellable,
                              GAsyncReadyCallback   callback,
                              gpointer              user_data)
{
  g_autoptr(GTask) task = NULL;
  Exchange *self = NULL;

  g_return_if_fail (SOUP_IS_SESSION (session));
  g_return_if_fail (SOUP_IS_MESSAGE (message));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  self = g_new0 (Exchange, 1);
  self->message = g_object_ref (message);
  self->body = g_byte_array_new ();
  self->cancellable = g_cancellable_new ();
  self->timer_id = g_timeout_add_once (timeout_ms, time_is_up_cb, self);

  task = g_task_new (session, cancellable, callback, user_data);
  g_task_set_source_tag (task, tropea_ledger_exchange_async);
  g_task_set_task_data (task, self, (GDestroyNotify) exchange_free);

  if (cancellable != NULL)
    {
      self->outer = g_object_ref (cancellable);
      self->outer_id = g_cancellable_connect (cancellable, G_CALLBACK (outer_cancelled_cb),
                                              g_object_ref (self->cancellable), g_object_unref);
    }

  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, self->cancellable,
                           send_cb, g_steal_pointer (&task));
}

/**
 * tropea_ledger_exchange_finish:
 *
 * Returns: (transfer full): the body; the status is the message's
 */
GBytes *
tropea_ledger_exchange_finish (SoupSession   *session,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
