/* tropea-tor-watch-foreign.c: a tor that somebody else started, and what it does not tell
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-watch"

#include "config.h"

#include "tor/tropea-tor-watch-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Nothing here changes what a tor does: it is asked, and it is listened to. Between it and us
 * may stand a filter that refuses some of that. SETEVENTS takes all or nothing, so where it is
 * refused each event is tried alone and then those together that may be had. What is missing
 * then is said once, and the rest works.
 */

/* Which figure is not right without the event. */
static const struct
{
  const char       *event;
  TropeaTorMissing  missing;
} needs[] = {
  { "STATUS_CLIENT", TROPEA_TOR_MISSING_PHASE },
  { "CIRC", TROPEA_TOR_MISSING_CIRCUITS },
  { "STREAM_BW", TROPEA_TOR_MISSING_PROGRAMS },
  { "ORCONN", TROPEA_TOR_MISSING_CONNECTIONS },
};

static const char * const missing_names[TROPEA_TOR_N_MISSING] = {
  N_("the exact traffic"), N_("what programs used"), N_("the SOCKS port"), N_("circuits"),
  N_("connections"), N_("how far it is connected"),
};

typedef struct
{
  TropeaTorWatch     *self;    /* (owned) */
  GStrv               events;  /* (owned) */
  guint               index;
} Attempt;

static Attempt *
attempt_new (TropeaTorWatch *self,
             GStrv           events,
             guint           index)
{
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->self = g_object_ref (self);
  attempt->events = g_strdupv (events);
  attempt->index = index;

  return attempt;
}

static void
attempt_free (Attempt *attempt)
{
  g_object_unref (attempt->self);
  g_strfreev (attempt->events);
  g_free (attempt);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Attempt, attempt_free)

static void
show_missing (TropeaTorWatch *self)
{
  g_autoptr(GString) names = g_string_new (NULL);

  for (guint i = 0; i < TROPEA_TOR_N_MISSING; i++)
    if (self->missing & (1u << i))
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", _(missing_names[i]));

  tropea_tor_status_take_trouble_of (self->status, TROPEA_TOR_TROUBLE_ACCESS,
                                     tropea_tor_problem_new_error
                                       (TROPEA_TOR_PROBLEM_FOREIGN_FILTERED, names->str, NULL));
}

/* A foreign tor does not tell @what. One that does not say how far it is, and lets us in, is
 * taken for connected.
 */
void
tropea_tor_watch_miss (TropeaTorWatch   *self,
                       TropeaTorMissing  what)
{
  if (!self->is_foreign || self->status == NULL || (self->missing & (1u << what)))
    return;

  self->missing |= 1u << what;
  show_missing (self);
  if (what == TROPEA_TOR_MISSING_PHASE
      && self->status->state == TROPEA_TOR_STATE_BOOTSTRAPPING)
    tropea_tor_status_set_state (self->status, TROPEA_TOR_STATE_RUNNING);
}

/* Returns: whether this was the first count of a foreign tor: there is nothing to compare it
 *   with, and all before it is not ours.
 */
gboolean
tropea_tor_watch_take_baseline (TropeaTorWatch *self)
{
  gboolean needs_baseline = self->needs_baseline;

  self->needs_baseline = FALSE;

  return needs_baseline;
}

static gboolean
tick_cb (gpointer user_data)
{
  tropea_tor_watch_ask_for_traffic (TROPEA_TOR_WATCH (user_data));

  return G_SOURCE_CONTINUE;
}

static char *
make_command (GStrv events,
              guint allowed)
{
  GString *command = g_string_new ("SETEVENTS");

  for (guint i = 0; events[i] != NULL; i++)
    if (allowed & (1u << i))
      g_string_append_printf (command, " %s", events[i]);

  return g_string_free (command, FALSE);
}

/* All have been tried. */
static void
take_allowed (TropeaTorWatch *self,
              GStrv           events)
{
  g_autofree char *command = make_command (events, self->allowed_events);
  gboolean has_ticks = FALSE;

  tropea_control_connection_command_async (self->connection, command, NULL, NULL);
  for (guint i = 0; events[i] != NULL; i++)
    {
      gboolean is_allowed = (self->allowed_events & (1u << i)) != 0;

      has_ticks = has_ticks || (is_allowed && g_str_equal (events[i], "BW"));
      for (gsize j = 0; j < G_N_ELEMENTS (needs) && !is_allowed; j++)
        if (g_str_equal (needs[j].event, events[i]))
          tropea_tor_watch_miss (self, needs[j].missing);
    }

  if (!has_ticks && self->tick == 0)
    self->tick = g_timeout_add_seconds (1, tick_cb, self);
}

static void
tried_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(Attempt) attempt = user_data;
  TropeaTorWatch *self = attempt->self;
  g_autoptr(TropeaControlReply) reply = NULL;
  g_autoptr(GObject) owner G_GNUC_UNUSED = NULL;

  reply = tropea_control_connection_command_finish (TROPEA_CONTROL_CONNECTION (object),
                                                    result, NULL);
  if (reply == NULL || object != (GObject *) self->connection)
    return;

  owner = g_object_ref (self->status->owner);
  if (tropea_control_reply_is_success (reply))
    self->allowed_events |= 1u << attempt->index;
  if (attempt->events[attempt->index + 1] == NULL)
    take_allowed (self, attempt->events);
}

static void
subscribed_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr(Attempt) attempt = user_data;
  TropeaTorWatch *self = attempt->self;
  g_autoptr(TropeaControlReply) reply = NULL;

  reply = tropea_control_connection_command_finish (TROPEA_CONTROL_CONNECTION (object),
                                                    result, NULL);
  if (reply == NULL || object != (GObject *) self->connection || !self->is_foreign
      || tropea_control_reply_is_success (reply))
    return;

  for (guint i = 0; attempt->events[i] != NULL; i++)
    {
      g_autofree char *command = g_strconcat ("SETEVENTS ", attempt->events[i], NULL);

      tropea_control_connection_command_async (self->connection, command, tried_cb,
                                               attempt_new (self, attempt->events, i));
    }
}

/**
 * tropea_tor_watch_subscribe:
 * @events: those that are wanted
 * @names: (nullable): those that this tor has
 *
 * SETEVENTS takes all or nothing, so it is asked only for what this tor has.
 */
void
tropea_tor_watch_subscribe (TropeaTorWatch      *self,
                            const char * const  *events,
                            const char * const  *names)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) known = NULL;
  g_autofree char *command = NULL;

  for (guint i = 0; events[i] != NULL; i++)
    if (names == NULL || g_strv_contains (names, events[i]))
      g_strv_builder_add (builder, events[i]);
  known = g_strv_builder_end (builder);
  if (known[0] == NULL)
    return;

  command = make_command (known, G_MAXUINT);
  tropea_control_connection_command_async (self->connection, command, subscribed_cb,
                                           attempt_new (self, known, 0));
}

void
tropea_tor_watch_set_foreign (TropeaTorWatch *self)
{
  g_return_if_fail (TROPEA_IS_TOR_WATCH (self));

  self->is_foreign = TRUE;
  self->needs_baseline = TRUE;
  tropea_tor_census_set_is_late (self->census);
}
