/* tropea-tor-watch.c: follows a running tor over its control connection
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-watch"

#include "config.h"

#include "tor/tropea-tor-watch-private.h"

#include <string.h>

/* First the events are switched on, then the present is asked for, so nothing falls between
 * the two. Traffic is asked for at each BW event, which tor sends every second, and once more
 * before a stop; tropea-tor-traffic.c says what is counted.
 *
 * A control port that refuses a question (510, 552) leaves that property as it is; nothing
 * else depends on it.
 *
 * While tor is paused its counters are not asked for: a test network counts our own questions,
 * and time in which nothing could move is no time of a session. The first answer after the
 * pause has all bytes since the last one before it, over the time since the pause ended.
 */

/* Not CIRC_BW: with Conflux it is a thousand events for each megabyte. */
static const char * const wanted_events[] = {
  "BW", "STATUS_CLIENT", "STATUS_GENERAL", "CIRC", "STREAM", "STREAM_BW", "ORCONN",
  "WARN", "ERR", "SIGNAL", NULL,
};

enum
{
  SAMPLE,
  READY,
  LAST_SAMPLE,
  HUNG,
  CLOSED,
  N_SIGNALS,
};

G_DEFINE_FINAL_TYPE (TropeaTorWatch, tropea_tor_watch, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static void
hung_cb (gpointer user_data)
{
  g_signal_emit (user_data, signals[HUNG], 0);
}

static void
silent_cb (gpointer user_data)
{
  TropeaTorWatch *self = TROPEA_TOR_WATCH (user_data);
  g_autoptr(GObject) owner G_GNUC_UNUSED = g_object_ref (self->status->owner);

  tropea_tor_status_take_trouble (self->status,
                                  g_error_new (TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_HUNG,
                                               "Tor has not answered for %d s; if it does not "
                                               "within %d s more, %s",
                                               TROPEA_TOR_WATCHDOG_SILENCE_SECONDS,
                                               TROPEA_TOR_WATCHDOG_PATIENCE_SECONDS,
                                               self->is_foreign ? "it is asked anew"
                                                                : "it is started again"));
  tropea_tor_watch_ask_for_traffic (self);
}

static void
feed_watchdog (TropeaTorWatch *self)
{
  if (tropea_tor_watchdog_feed (&self->watchdog))
    tropea_tor_status_take_trouble (self->status, NULL);
}

static void
emit_sample (TropeaTorWatch  *self,
             TropeaTorSample *sample)
{
  gint64 asleep_usec = tropea_clock_get_asleep_usec (self->clock);

  tropea_tor_census_steal_app_bytes (self->census, &sample->app_bytes_in, &sample->app_bytes_out);
  sample->asleep_usec = MAX (asleep_usec - self->asleep_usec, 0);
  self->asleep_usec = asleep_usec;
  sample->wall_ms = tropea_clock_get_wall_ms (self->clock);
  g_signal_emit (self, signals[SAMPLE], 0, sample);
}

/* The answer to %TROPEA_TOR_TRAFFIC_COMMAND becomes a sample. */
void
tropea_tor_watch_take_traffic (TropeaTorWatch *self,
                               GObject        *object,
                               GAsyncResult   *result)
{
  g_autoptr(TropeaControlReply) reply = NULL;
  g_autoptr(GObject) owner G_GNUC_UNUSED = NULL;
  TropeaTorSample sample = { 0 };

  reply = tropea_control_connection_command_finish (TROPEA_CONTROL_CONNECTION (object),
                                                    result, NULL);
  if (reply == NULL || object != (GObject *) self->connection)
    return;

  owner = g_object_ref (self->status->owner);
  feed_watchdog (self);
  if (self->is_paused)
    return;

  if (tropea_tor_traffic_take (&self->traffic, reply,
                               tropea_clock_get_monotonic_usec (self->clock), &sample))
    {
      if (!tropea_tor_watch_take_baseline (self))
        emit_sample (self, &sample);
    }
  else if (!self->hides_counters)
    {
      self->hides_counters = TRUE;
      tropea_tor_watch_miss (self, TROPEA_TOR_MISSING_TRAFFIC);
      g_debug ("tor refused its traffic counters (%d); taking BW events", reply->code);
    }
}

static void
traffic_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(TropeaTorWatch) self = user_data;

  self->is_asking = FALSE;
  tropea_tor_watch_take_traffic (self, object, result);
}

/* Unless that is being done. */
void
tropea_tor_watch_ask_for_traffic (TropeaTorWatch *self)
{
  if (self->is_asking || self->connection == NULL)
    return;

  self->is_asking = TRUE;
  tropea_control_connection_command_async (self->connection, TROPEA_TOR_TRAFFIC_COMMAND,
                                           traffic_cb, g_object_ref (self));
}

static void
take_bandwidth (TropeaTorWatch           *self,
                const TropeaControlEvent *event)
{
  TropeaTorSample sample = { 0 };

  if (self->is_paused)
    {
      feed_watchdog (self);
      return;
    }
  if (!self->hides_counters)
    {
      tropea_tor_watch_ask_for_traffic (self);
      return;
    }

  feed_watchdog (self);
  tropea_tor_traffic_add (&self->traffic, event->bytes_in, event->bytes_out,
                          tropea_clock_get_monotonic_usec (self->clock), &sample);
  /* The first BW event has all that nobody was told before. */
  if (!tropea_tor_watch_take_baseline (self))
    emit_sample (self, &sample);
}

static void
take_bootstrap (TropeaTorWatch           *self,
                const TropeaControlEvent *event)
{
  if (self->status->state != TROPEA_TOR_STATE_BOOTSTRAPPING
      && self->status->state != TROPEA_TOR_STATE_RUNNING)
    return;

  tropea_tor_status_set_bootstrap (self->status, event->percent, event->tag, event->summary);
  tropea_tor_status_set_state (self->status,
                               event->percent == 100 ? TROPEA_TOR_STATE_RUNNING
                                                     : TROPEA_TOR_STATE_BOOTSTRAPPING);
}

static void
show_census (TropeaTorWatch *self)
{
  guint circuits = tropea_tor_census_get_circuit_count (self->census);

  tropea_tor_status_set_connection_count (self->status,
                                          tropea_tor_census_get_connection_count (self->census));
  tropea_tor_status_set_circuit_count (self->status, circuits);
}

static void
event_cb (TropeaControlConnection  *connection,
          const TropeaControlEvent *event,
          TropeaTorWatch           *self)
{
  g_autoptr(TropeaTorWatch) alive G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr(GObject) owner G_GNUC_UNUSED = g_object_ref (self->status->owner);

  if (event->kind == TROPEA_CONTROL_EVENT_BW)
    {
      take_bandwidth (self, event);
    }
  else if (event->kind == TROPEA_CONTROL_EVENT_BOOTSTRAP)
    {
      take_bootstrap (self, event);
    }
  else
    {
      tropea_tor_census_take_event (self->census, event);
      show_census (self);
    }
}

/* The port of the first TCP listener in a list such as "127.0.0.1:9050" "unix:/path". */
static guint
find_port (const char *listeners)
{
  g_autoptr(TropeaControlLine) line = tropea_control_line_parse (listeners, NULL);

  for (guint i = 0; line != NULL && i < tropea_control_line_count (line); i++)
    {
      const char *word = tropea_control_line_get_word (line, i);
      const char *colon = strrchr (word, ':');
      guint64 port;

      if (!g_str_has_prefix (word, "unix:") && colon != NULL
          && tropea_control_parse_uint64 (colon + 1, &port) && port <= 65535)
        return (guint) port;
    }

  return 0;
}

static void
take_socks_listeners (TropeaTorWatch *self,
                      const char     *value)
{
  tropea_tor_status_set_socks_port (self->status, find_port (value));
}

static void
take_control_listeners (TropeaTorWatch *self,
                        const char     *value)
{
  tropea_tor_status_set_control_port (self->status, find_port (value));
}

static void
take_circuits (TropeaTorWatch *self,
               const char     *value)
{
  tropea_tor_census_take_circuit_status (self->census, value);
  show_census (self);
}

static void
take_connections (TropeaTorWatch *self,
                  const char     *value)
{
  tropea_tor_census_take_orconn_status (self->census, value);
  show_census (self);
}

static void
take_phase (TropeaTorWatch *self,
            const char     *value)
{
  g_autoptr(TropeaControlEvent) event = tropea_control_event_parse_bootstrap (value);

  if (event->kind == TROPEA_CONTROL_EVENT_BOOTSTRAP)
    take_bootstrap (self, event);
}

/* Asked once, behind SETEVENTS, so that nothing falls in between. A refusal (510, 552) leaves
 * the property as it is.
 */
static const struct
{
  const char *key;
  void      (*take) (TropeaTorWatch *self,
                     const char     *value);
  TropeaTorMissing missing;
} snapshot[] = {
  { "net/listeners/socks", take_socks_listeners, TROPEA_TOR_MISSING_SOCKS_PORT },
  { "net/listeners/control", take_control_listeners, TROPEA_TOR_N_MISSING },
  { "circuit-status", take_circuits, TROPEA_TOR_MISSING_CIRCUITS },
  { "orconn-status", take_connections, TROPEA_TOR_MISSING_CONNECTIONS },
  { "status/bootstrap-phase", take_phase, TROPEA_TOR_MISSING_PHASE },
};

typedef struct
{
  TropeaTorWatch *self;  /* (owned) */
  guint           index;
} Question;

static void
snapshot_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autofree Question *question = user_data;
  g_autoptr(TropeaTorWatch) self = question->self;
  g_autoptr(TropeaControlReply) reply = NULL;
  g_autoptr(GObject) owner G_GNUC_UNUSED = NULL;
  const char *value;

  reply = tropea_control_connection_command_finish (TROPEA_CONTROL_CONNECTION (object),
                                                    result, NULL);
  if (reply == NULL || object != (GObject *) self->connection)
    return;

  owner = g_object_ref (self->status->owner);
  value = tropea_control_reply_get_value (reply, snapshot[question->index].key);
  if (value != NULL)
    snapshot[question->index].take (self, value);
  else if (snapshot[question->index].missing < TROPEA_TOR_N_MISSING)
    tropea_tor_watch_miss (self, snapshot[question->index].missing);

  if (question->index + 1 == G_N_ELEMENTS (snapshot))
    g_signal_emit (self, signals[READY], 0);
}

/* Ask for what tor is like now; "ready" when it is known. */
void
tropea_tor_watch_ask_for_snapshot (TropeaTorWatch *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (snapshot); i++)
    {
      g_autofree char *command = g_strconcat ("GETINFO ", snapshot[i].key, NULL);
      Question *question = g_new0 (Question, 1);

      question->self = g_object_ref (self);
      question->index = i;
      tropea_control_connection_command_async (self->connection, command, snapshot_cb, question);
    }
}

static void
event_names_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(TropeaTorWatch) self = user_data;
  g_autoptr(TropeaControlReply) reply = NULL;
  g_auto(GStrv) names = NULL;
  const char *value;

  reply = tropea_control_connection_command_finish (TROPEA_CONTROL_CONNECTION (object),
                                                    result, NULL);
  if (reply == NULL || object != (GObject *) self->connection)
    return;

  value = tropea_control_reply_get_value (reply, "events/names");
  if (value != NULL)
    names = g_strsplit (value, " ", -1);
  tropea_tor_watch_subscribe (self, wanted_events, (const char * const *) names);
  tropea_tor_watch_ask_for_snapshot (self);
  tropea_tor_watch_ask_for_traffic (self);
}

static void
last_traffic_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr(TropeaTorWatch) self = user_data;

  tropea_tor_watch_take_traffic (self, object, result);
  g_signal_emit (self, signals[LAST_SAMPLE], 0);
}

static void
let_go (TropeaTorWatch *self)
{
  g_clear_handle_id (&self->tick, g_source_remove);
  tropea_tor_watchdog_clear (&self->watchdog);
  g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  self->status = NULL;
}

static void
closed_cb (TropeaControlConnection *connection,
           const GError            *error,
           TropeaTorWatch          *self)
{
  g_autoptr(TropeaTorWatch) alive G_GNUC_UNUSED = g_object_ref (self);

  let_go (self);
  g_signal_emit (self, signals[CLOSED], 0, error);
}

static void
tropea_tor_watch_dispose (GObject *object)
{
  TropeaTorWatch *self = TROPEA_TOR_WATCH (object);

  tropea_tor_watch_close (self);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (tropea_tor_watch_parent_class)->dispose (object);
}

static void
tropea_tor_watch_finalize (GObject *object)
{
  TropeaTorWatch *self = TROPEA_TOR_WATCH (object);

  g_clear_pointer (&self->census, tropea_tor_census_free);

  G_OBJECT_CLASS (tropea_tor_watch_parent_class)->finalize (object);
}

static void
tropea_tor_watch_class_init (TropeaTorWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tropea_tor_watch_dispose;
  object_class->finalize = tropea_tor_watch_finalize;

  signals[SAMPLE] = g_signal_new ("sample", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  TROPEA_TYPE_TOR_SAMPLE | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[READY] = g_signal_new ("ready", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LAST_SAMPLE] = g_signal_new ("last-sample", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[HUNG] = g_signal_new ("hung", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
tropea_tor_watch_init (TropeaTorWatch *self)
{
  self->census = tropea_tor_census_new ();
  tropea_tor_watchdog_init (&self->watchdog, silent_cb, hung_cb, self);
}

/**
 * tropea_tor_watch_new:
 * @connection: authenticated; the watch closes it
 * @status: where tor's properties are shown; it must outlive the connection
 * @begun_usec: when tor was started, on the monotonic side of @clock
 */
TropeaTorWatch *
tropea_tor_watch_new (TropeaControlConnection *connection,
                      TropeaTorStatus         *status,
                      TropeaClock             *clock,
                      gint64                   begun_usec)
{
  TropeaTorWatch *self;

  g_return_val_if_fail (TROPEA_IS_CONTROL_CONNECTION (connection), NULL);
  g_return_val_if_fail (TROPEA_IS_CLOCK (clock), NULL);

  self = g_object_new (TROPEA_TYPE_TOR_WATCH, NULL);
  self->connection = g_object_ref (connection);
  self->status = status;
  self->clock = g_object_ref (clock);
  self->asleep_usec = tropea_clock_get_asleep_usec (clock);
  tropea_tor_traffic_begin (&self->traffic, begun_usec);

  return self;
}

/* Own tor if it is ours, switch the events on and ask for the present; "ready" says when that is
 * known. */
void
tropea_tor_watch_begin (TropeaTorWatch *self)
{
  g_return_if_fail (TROPEA_IS_TOR_WATCH (self));

  g_signal_connect (self->connection, "event", G_CALLBACK (event_cb), self);
  g_signal_connect (self->connection, "closed", G_CALLBACK (closed_cb), self);
  feed_watchdog (self);

  /* From here on tor ends when this connection does, at once, even if we are killed. */
  if (!self->is_foreign)
    tropea_control_connection_command_async (self->connection, "TAKEOWNERSHIP", NULL, NULL);
  tropea_control_connection_command_async (self->connection, "GETINFO events/names",
                                           event_names_cb, g_object_ref (self));
}

/* Returns: whether "last-sample" will follow; not of a tor that does not answer */
gboolean
tropea_tor_watch_ask_last_sample (TropeaTorWatch *self)
{
  g_return_val_if_fail (TROPEA_IS_TOR_WATCH (self), FALSE);

  if (self->connection == NULL || !self->watchdog.is_answering)
    return FALSE;

  if (self->is_paused)
    tropea_tor_watch_end_pause (self);

  tropea_control_connection_command_async (self->connection, TROPEA_TOR_TRAFFIC_COMMAND,
                                           last_traffic_cb, g_object_ref (self));
  return TRUE;
}

/* Returns: (transfer none) (nullable): NULL once it is closed */
TropeaControlConnection *
tropea_tor_watch_get_connection (TropeaTorWatch *self)
{
  g_return_val_if_fail (TROPEA_IS_TOR_WATCH (self), NULL);

  return self->connection;
}

/* Emits nothing. */
void
tropea_tor_watch_close (TropeaTorWatch *self)
{
  g_autoptr(TropeaControlConnection) connection = NULL;

  g_return_if_fail (TROPEA_IS_TOR_WATCH (self));

  if (self->connection == NULL)
    return;

  connection = g_object_ref (self->connection);
  let_go (self);
  tropea_control_connection_close (connection);
}
