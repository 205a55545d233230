/* tropea-tor-census.c: which circuits and connections are open, and what programs moved
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-census"

#include "config.h"

#include "tor/tropea-tor-census.h"

#include <string.h>

/* Pure. Events are taken from the moment tor was subscribed to them, the two lists once after
 * that. An OR connection has an id in the events but none in the list, so those that were
 * open before are a number only, which goes down when one ends that was never seen to begin.
 *
 * What programs moved is the sum of STREAM_BW over their streams: payload plus some bytes of
 * SOCKS, without the cells, padding and directory traffic around it. tor's own streams, which
 * say at NEW that their purpose is another than USER, are left out.
 */

struct _TropeaTorCensus
{
  GHashTable *circuits;     /* (owned): ids of BUILT circuits, guint64 */
  GHashTable *connections;  /* (owned): ids of CONNECTED OR connections, guint64 */
  guint       older_connections;
  GHashTable *own_streams;  /* (owned): ids of tor's own streams, guint64 */
  GHashTable *told_streams; /* (owned) (nullable): ids of streams with nothing left untold */
  guint64     app_bytes_in;
  guint64     app_bytes_out;
};

static GHashTable *
new_set (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

static void
add_to_set (GHashTable *set,
            guint64     id)
{
  g_hash_table_add (set, g_memdup2 (&id, sizeof id));
}

TropeaTorCensus *
tropea_tor_census_new (void)
{
  TropeaTorCensus *self = g_new0 (TropeaTorCensus, 1);

  self->circuits = new_set ();
  self->connections = new_set ();
  self->own_streams = new_set ();

  return self;
}

void
tropea_tor_census_free (TropeaTorCensus *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->circuits);
  g_hash_table_unref (self->connections);
  g_hash_table_unref (self->own_streams);
  g_clear_pointer (&self->told_streams, g_hash_table_unref);
  g_free (self);
}

static gboolean
has_ended (const TropeaControlEvent *event)
{
  return event->status == TROPEA_CONTROL_STATUS_CLOSED
         || event->status == TROPEA_CONTROL_STATUS_FAILED;
}

static void
take_circuit (TropeaTorCensus          *self,
              const TropeaControlEvent *event)
{
  if (event->status == TROPEA_CONTROL_STATUS_BUILT)
    add_to_set (self->circuits, event->id);
  else if (has_ended (event))
    g_hash_table_remove (self->circuits, &event->id);
}

static void
take_connection (TropeaTorCensus          *self,
                 const TropeaControlEvent *event)
{
  if (event->status == TROPEA_CONTROL_STATUS_CONNECTED)
    add_to_set (self->connections, event->id);
  else if (has_ended (event) && !g_hash_table_remove (self->connections, &event->id)
           && event->status == TROPEA_CONTROL_STATUS_CLOSED && self->older_connections > 0)
    self->older_connections--;
}

/* tor ran before it was listened to: the first STREAM_BW of a stream that was open then has
 * what it moved until then, and is left out.
 */
void
tropea_tor_census_set_is_late (TropeaTorCensus *self)
{
  if (self->told_streams == NULL)
    self->told_streams = new_set ();
}

static gboolean
is_old_backlog (TropeaTorCensus *self,
                guint64          id)
{
  if (self->told_streams == NULL || g_hash_table_contains (self->told_streams, &id))
    return FALSE;

  add_to_set (self->told_streams, id);

  return TRUE;
}

static void
take_stream (TropeaTorCensus          *self,
             const TropeaControlEvent *event)
{
  if (event->status == TROPEA_CONTROL_STATUS_NEW && event->purpose != NULL
      && !g_str_equal (event->purpose, "USER"))
    add_to_set (self->own_streams, event->id);
  else if (event->status == TROPEA_CONTROL_STATUS_CLOSED)
    g_hash_table_remove (self->own_streams, &event->id);

  if (self->told_streams != NULL && event->status == TROPEA_CONTROL_STATUS_NEW)
    add_to_set (self->told_streams, event->id);
  else if (self->told_streams != NULL && event->status == TROPEA_CONTROL_STATUS_CLOSED)
    g_hash_table_remove (self->told_streams, &event->id);
}

void
tropea_tor_census_take_event (TropeaTorCensus          *self,
                              const TropeaControlEvent *event)
{
  switch (event->kind)
    {
    case TROPEA_CONTROL_EVENT_CIRC:
      take_circuit (self, event);
      break;

    case TROPEA_CONTROL_EVENT_ORCONN:
      take_connection (self, event);
      break;

    case TROPEA_CONTROL_EVENT_STREAM:
      take_stream (self, event);
      break;

    case TROPEA_CONTROL_EVENT_STREAM_BW:
      if (!g_hash_table_contains (self->own_streams, &event->id)
          && !is_old_backlog (self, event->id))
        {
          self->app_bytes_in += event->bytes_in;
          self->app_bytes_out += event->bytes_out;
        }
      break;

    case TROPEA_CONTROL_EVENT_OTHER:
    case TROPEA_CONTROL_EVENT_BW:
    case TROPEA_CONTROL_EVENT_BOOTSTRAP:
    case TROPEA_CONTROL_EVENT_STATUS:
    case TROPEA_CONTROL_EVENT_WARNING:
    case TROPEA_CONTROL_EVENT_SIGNAL:
    default:
      break;
    }
}

/* @value: of GETINFO circuit-status: a line "CircuitID Status …" each */
void
tropea_tor_census_take_circuit_status (TropeaTorCensus *self,
                                       const char      *value)
{
  g_auto(GStrv) lines = g_strsplit (value, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *text = g_strconcat ("CIRC ", lines[i], NULL);
      g_autoptr(TropeaControlEvent) event = tropea_control_event_parse (text);

      if (event->kind == TROPEA_CONTROL_EVENT_CIRC)
        take_circuit (self, event);
    }
}

/* @value: of GETINFO orconn-status: a line "Relay Status" each */
void
tropea_tor_census_take_orconn_status (TropeaTorCensus *self,
                                      const char      *value)
{
  g_auto(GStrv) lines = g_strsplit (value, "\n", -1);
  guint known = g_hash_table_size (self->connections);
  guint open = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    open += g_str_has_suffix (lines[i], " CONNECTED");

  self->older_connections = open > known ? open - known : 0;
}

guint
tropea_tor_census_get_circuit_count (TropeaTorCensus *self)
{
  return g_hash_table_size (self->circuits);
}

guint
tropea_tor_census_get_connection_count (TropeaTorCensus *self)
{
  return g_hash_table_size (self->connections) + self->older_connections;
}

/* What programs received and sent since this was asked last. */
void
tropea_tor_census_steal_app_bytes (TropeaTorCensus *self,
                                   guint64         *bytes_in,
                                   guint64         *bytes_out)
{
  *bytes_in = self->app_bytes_in;
  *bytes_out = self->app_bytes_out;
  self->app_bytes_in = 0;
  self->app_bytes_out = 0;
}
