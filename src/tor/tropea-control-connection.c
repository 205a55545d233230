/* tropea-control-connection.c: commands, replies and events over one control socket
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-control-connection"

#include "config.h"

#include "tor/tropea-control-connection.h"

#include <sodium.h>
#include <string.h>

#include "tor/tropea-control-parser.h"
#include "tor/tropea-tor-backend.h"

/* tor answers commands in order, so the replies belong to the oldest commands; events come in
 * between. tor buffers for a slow reader without limit and loses nothing, but its memory grows,
 * so reading goes on always and depends on nobody.
 *
 * A burst is read one piece per round of the main loop, behind timers and drawing: it keeps
 * neither the window nor a stop waiting.
 *
 * The pending read holds a reference; whoever made the connection closes it.
 */

#define READ_BYTES (16 * 1024)  /* some 250 events: well below a millisecond of work */

struct _TropeaControlConnection
{
  GObject               parent_instance;

  GSocketConnection    *socket;       /* (owned) */
  GCancellable         *cancellable;  /* (owned) */
  TropeaControlParser  *parser;       /* (owned) */
  GQueue                commands;     /* (owned), of GTask: not answered yet */
  GString              *waiting;      /* (owned): commands not given to the socket yet */
  GString              *writing;      /* (owned) (nullable): given to it */
  gboolean              is_open;
  char                  buffer[READ_BYTES];
};

enum
{
  EVENT,
  CLOSED,
  N_SIGNALS,
};

G_DEFINE_FINAL_TYPE (TropeaControlConnection, tropea_control_connection, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static void read_next (TropeaControlConnection *self);

static void
free_string (GString *string)
{
  g_string_free (string, TRUE);
}

/* End because of @reason (transfer full). */
static void
take_end (TropeaControlConnection *self,
          GError                  *reason)
{
  g_autoptr(TropeaControlConnection) alive G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr(GError) owned = reason;
  GTask *task;

  if (!self->is_open)
    return;

  self->is_open = FALSE;
  g_cancellable_cancel (self->cancellable);
  g_socket_shutdown (g_socket_connection_get_socket (self->socket), TRUE, TRUE, NULL);

  while ((task = g_queue_pop_head (&self->commands)) != NULL)
    {
      g_task_return_error (task, g_error_copy (owned));
      g_object_unref (task);
    }

  g_signal_emit (self, signals[CLOSED], 0, owned);
}

/* Whatever the system calls it, the other side is gone. */
static void
lose (TropeaControlConnection *self)
{
  take_end (self, g_error_new (G_IO_ERROR, G_IO_ERROR_CLOSED,
                               "tor closed its control connection: start it again"));
}

static void
take_reply (TropeaControlConnection *self,
            TropeaControlReply      *reply)
{
  g_autoptr(TropeaControlReply) owned = reply;
  g_autoptr(TropeaControlEvent) event = NULL;
  g_autoptr(GTask) task = NULL;

  if (tropea_control_reply_is_event (owned))
    {
      event = tropea_control_event_parse (tropea_control_reply_get_text (owned, 0));
      g_signal_emit (self, signals[EVENT], 0, event);
      return;
    }

  task = g_queue_pop_head (&self->commands);
  if (task != NULL)
    g_task_return_pointer (task, g_steal_pointer (&owned),
                           (GDestroyNotify) tropea_control_reply_free);
  else
    take_end (self, g_error_new (TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONTROL,
                                 "tor answered what it was not asked: is this a tor of 0.4 or "
                                 "later?"));
}

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(TropeaControlConnection) self = user_data;
  g_autoptr(GError) error = NULL;
  TropeaControlReply *reply;
  gssize length;
  gboolean is_good;

  length = g_input_stream_read_finish (G_INPUT_STREAM (object), result, NULL);
  if (length <= 0)
    {
      lose (self);
      return;
    }

  is_good = tropea_control_parser_push (self->parser, self->buffer, (gsize) length, &error);
  while (self->is_open && (reply = tropea_control_parser_pop (self->parser)) != NULL)
    take_reply (self, reply);

  if (!is_good)
    take_end (self, g_steal_pointer (&error));
  else if (self->is_open)
    read_next (self);
}

static void
read_next (TropeaControlConnection *self)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (self->socket)),
                             self->buffer, sizeof self->buffer, G_PRIORITY_DEFAULT_IDLE,
                             self->cancellable, read_cb, g_object_ref (self));
}

static void write_next (TropeaControlConnection *self);

static void
written_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(TropeaControlConnection) self = user_data;

  /* A password may have been in it. */
  sodium_memzero (self->writing->str, self->writing->len);
  g_clear_pointer (&self->writing, free_string);

  /* What the other side sent before it closed is still to be read; reading tells the end. */
  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, NULL))
    write_next (self);
}

static void
write_next (TropeaControlConnection *self)
{
  if (!self->is_open || self->writing != NULL || self->waiting->len == 0)
    return;

  self->writing = g_steal_pointer (&self->waiting);
  self->waiting = g_string_new (NULL);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (self->socket)),
                                   self->writing->str, self->writing->len, G_PRIORITY_DEFAULT,
                                   self->cancellable, written_cb, g_object_ref (self));
}

static void
tropea_control_connection_finalize (GObject *object)
{
  TropeaControlConnection *self = TROPEA_CONTROL_CONNECTION (object);

  g_clear_object (&self->socket);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->parser, tropea_control_parser_free);
  g_queue_clear_full (&self->commands, g_object_unref);
  g_clear_pointer (&self->waiting, free_string);
  g_clear_pointer (&self->writing, free_string);

  G_OBJECT_CLASS (tropea_control_connection_parent_class)->finalize (object);
}

static void
tropea_control_connection_class_init (TropeaControlConnectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tropea_control_connection_finalize;

  signals[EVENT] = g_signal_new ("event", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
tropea_control_connection_init (TropeaControlConnection *self)
{
  self->cancellable = g_cancellable_new ();
  self->parser = tropea_control_parser_new ();
  self->waiting = g_string_new (NULL);
  g_queue_init (&self->commands);
}

/* @socket: connected; reading begins at once */
TropeaControlConnection *
tropea_control_connection_new (GSocketConnection *socket)
{
  TropeaControlConnection *self;

  g_return_val_if_fail (G_IS_SOCKET_CONNECTION (socket), NULL);

  self = g_object_new (TROPEA_TYPE_CONTROL_CONNECTION, NULL);
  self->socket = g_object_ref (socket);
  self->is_open = TRUE;
  read_next (self);

  return self;
}

gboolean
tropea_control_connection_is_open (TropeaControlConnection *self)
{
  g_return_val_if_fail (TROPEA_IS_CONTROL_CONNECTION (self), FALSE);

  return self->is_open;
}

void
tropea_control_connection_close (TropeaControlConnection *self)
{
  g_return_if_fail (TROPEA_IS_CONTROL_CONNECTION (self));

  take_end (self, g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                               "The control connection was closed"));
}

/**
 * tropea_control_connection_command_async:
 * @command: one line without its end
 *
 * Send @command behind those sent before. Fails only with the connection: a reply that says
 * no is a reply.
 */
void
tropea_control_connection_command_async (TropeaControlConnection *self,
                                         const char              *command,
                                         GAsyncReadyCallback      callback,
                                         gpointer                 user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (TROPEA_IS_CONTROL_CONNECTION (self));
  g_return_if_fail (command != NULL && strpbrk (command, "\r\n") == NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_control_connection_command_async);

  if (!self->is_open)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED,
                               "tor closed its control connection: start it again");
      return;
    }

  g_string_append_printf (self->waiting, "%s\r\n", command);
  g_queue_push_tail (&self->commands, g_steal_pointer (&task));
  write_next (self);
}

/* Returns: (transfer full): the reply */
TropeaControlReply *
tropea_control_connection_command_finish (TropeaControlConnection  *self,
                                          GAsyncResult             *result,
                                          GError                  **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
