/* tropea-host-actions.c: what can be asked of the host, as actions
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-host-actions"

#include "config.h"

#include "app/tropea-host-actions.h"

#include <glib/gi18n.h>

/* Button, menu, key, tray and notification all activate these. Which of them can be done now
 * follows from the host's properties in one function.
 */

struct _TropeaHostActions
{
  GObject             parent_instance;

  GSimpleActionGroup *group;     /* (owned) */
  TropeaSettings     *settings;  /* (owned) (nullable): NULL where nothing can be kept */
  TropeaHost         *host;      /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (TropeaHostActions, tropea_host_actions, G_TYPE_OBJECT)

static guint message_signal;
static guint undo_signal;

static void
set_enabled (TropeaHostActions *self,
             const char        *name,
             gboolean           enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->group), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
set_state (TropeaHostActions *self,
           const char        *name,
           gboolean           state)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->group), name);

  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_boolean (state));
}

static void
update (TropeaHostActions *self)
{
  TropeaTorState state = TROPEA_TOR_STATE_STOPPED;
  TropeaKeyState key_state = TROPEA_KEY_STATE_UNKNOWN;
  gint64 accumulated_bytes = 0;
  gint64 waiting = 0;
  gboolean is_monitoring = TRUE;
  gboolean is_simulating = FALSE;
  gboolean has_host = self->host != NULL;
  gboolean idle;
  gboolean is_up;

  if (has_host)
    g_object_get (self->host,
                  "state", &state,
                  "key-state", &key_state,
                  "accumulated-bytes", &accumulated_bytes,
                  "waiting-sessions", &waiting,
                  "is-monitoring", &is_monitoring,
                  "is-simulating", &is_simulating,
                  NULL);

  idle = state == TROPEA_TOR_STATE_STOPPED || state == TROPEA_TOR_STATE_FAILED;
  set_enabled (self, "start", has_host && idle);
  set_enabled (self, "use-other-port", has_host && idle);
  set_enabled (self, "simulate", has_host && idle);
  set_enabled (self, "stop", has_host && !idle && state != TROPEA_TOR_STATE_STOPPING);
  is_up = state == TROPEA_TOR_STATE_BOOTSTRAPPING || state == TROPEA_TOR_STATE_RUNNING ||
          state == TROPEA_TOR_STATE_PAUSED;
  set_enabled (self, "restart", has_host && state != TROPEA_TOR_STATE_STOPPING);
  set_enabled (self, "pause", has_host && is_up);
  set_state (self, "pause", state == TROPEA_TOR_STATE_PAUSED);
  set_enabled (self, "new-identity", has_host && is_up && !is_simulating);
  set_enabled (self, "submit-now", has_host && (accumulated_bytes > 0 || waiting > 0));
  set_enabled (self, "monitoring", has_host);
  set_enabled (self, "thresholds", has_host);
  set_enabled (self, "restore-thresholds", has_host);
  set_enabled (self, "reset-statistics", has_host);
  set_state (self, "monitoring", is_monitoring);
  set_enabled (self, "simulation", has_host && (idle || is_simulating));
  set_state (self, "simulation", is_simulating);
  set_enabled (self, "unlock", has_host && key_state != TROPEA_KEY_STATE_READY &&
                               key_state != TROPEA_KEY_STATE_UNKNOWN);
}

/* Whoever changed them, here or through the API: they are the user's. */
static void
keep_thresholds (TropeaHostActions *self)
{
  TropeaThresholds thresholds = { 0 };

  g_object_get (self->host,
                "min-bytes", &thresholds.min_bytes,
                "min-seconds", &thresholds.min_seconds,
                "max-seconds", &thresholds.max_seconds,
                NULL);
  if (self->settings != NULL)
    tropea_settings_set_thresholds (self->settings, &thresholds);
}

/* What lasts is in the host's "problem" and shown from there. */
static void
tell_error (TropeaHostActions *self,
            const GError      *error)
{
  g_autofree char *problem = NULL;

  if (self->host == NULL ||
      g_error_matches (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CANCELLED))
    return;

  g_object_get (self->host, "problem", &problem, NULL);
  if (g_strcmp0 (problem, error->message) != 0)
    g_signal_emit (self, message_signal, 0, error->message);
}

static void
start_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(TropeaHostActions) self = user_data;
  g_autoptr(GError) error = NULL;

  if (!tropea_host_start_finish (TROPEA_HOST (object), result, &error))
    tell_error (self, error);
}

static void
stop_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(TropeaHostActions) self = user_data;
  g_autoptr(GError) error = NULL;

  if (!tropea_host_stop_finish (TROPEA_HOST (object), result, &error))
    tell_error (self, error);
}

static void
unlock_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(TropeaHostActions) self = user_data;
  g_autoptr(GError) error = NULL;

  if (!tropea_host_unlock_finish (TROPEA_HOST (object), result, &error))
    tell_error (self, error);
}

static void
restart_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(TropeaHostActions) self = user_data;
  g_autoptr(GError) error = NULL;

  if (!tropea_host_restart_finish (TROPEA_HOST (object), result, &error))
    tell_error (self, error);
}

static void
identity_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr(TropeaHostActions) self = user_data;
  g_autoptr(GError) error = NULL;

  if (!tropea_host_new_identity_finish (TROPEA_HOST (object), result, &error))
    tell_error (self, error);
  else if (self->host != NULL)
    g_signal_emit (self, message_signal, 0,
                   _("New connections take other ways through the network from now on"));
}

static void
start_activated (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  TropeaHostActions *self = user_data;

  tropea_host_start_async (self->host, start_cb, g_object_ref (self));
}

static void
simulate_activated (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  TropeaHostActions *self = user_data;

  tropea_host_simulate_async (self->host, start_cb, g_object_ref (self));
}

static void
stop_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  TropeaHostActions *self = user_data;

  tropea_host_stop_async (self->host, stop_cb, g_object_ref (self));
}

static void
restart_activated (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  TropeaHostActions *self = user_data;

  tropea_host_restart_async (self->host, restart_cb, g_object_ref (self));
}

static void
new_identity_activated (GSimpleAction *action,
                        GVariant      *parameter,
                        gpointer       user_data)
{
  TropeaHostActions *self = user_data;

  tropea_host_new_identity_async (self->host, identity_cb, g_object_ref (self));
}

/* The state follows when tor has done it. */
static void
pause_changed (GSimpleAction *action,
               GVariant      *value,
               gpointer       user_data)
{
  TropeaHostActions *self = user_data;

  tropea_host_set_paused (self->host, g_variant_get_boolean (value));
}

static void
submit_now_activated (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  TropeaHostActions *self = user_data;

  if (!tropea_host_submit_now (self->host))
    g_signal_emit (self, message_signal, 0, _("There is nothing to submit yet"));
}

static void
unlock_activated (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  TropeaHostActions *self = user_data;

  tropea_host_unlock_async (self->host, unlock_cb, g_object_ref (self));
}

static void
monitoring_changed (GSimpleAction *action,
                    GVariant      *value,
                    gpointer       user_data)
{
  TropeaHostActions *self = user_data;

  tropea_host_set_monitoring (self->host, g_variant_get_boolean (value));
}

/* The state follows when the host says that it does, or does no more. */
static void
simulation_changed (GSimpleAction *action,
                    GVariant      *value,
                    gpointer       user_data)
{
  TropeaHostActions *self = user_data;

  if (g_variant_get_boolean (value))
    tropea_host_simulate_async (self->host, start_cb, g_object_ref (self));
  else
    tropea_host_stop_async (self->host, stop_cb, g_object_ref (self));
}

/* “thresholds” is what the user chose and can be taken back; “restore-thresholds” takes it back. */
static void
change_thresholds (TropeaHostActions *self,
                   GVariant          *parameter,
                   gboolean           can_be_undone)
{
  TropeaThresholds thresholds = { 0 };
  TropeaThresholds before = { 0 };
  g_autoptr(GError) error = NULL;

  g_variant_get (parameter, "(xxx)", &thresholds.min_bytes, &thresholds.min_seconds,
                 &thresholds.max_seconds);
  g_object_get (self->host,
                "min-bytes", &before.min_bytes,
                "min-seconds", &before.min_seconds,
                "max-seconds", &before.max_seconds,
                NULL);

  if (!tropea_host_set_thresholds (self->host, &thresholds, &error))
    {
      tell_error (self, error);
      return;
    }

  if (can_be_undone)
    g_signal_emit (self, undo_signal, 0, _("The thresholds were changed"),
                   "host.restore-thresholds",
                   g_variant_new ("(xxx)", before.min_bytes, before.min_seconds,
                                  before.max_seconds));
}

static void
thresholds_activated (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  change_thresholds (user_data, parameter, TRUE);
}

static void
restore_thresholds_activated (GSimpleAction *action,
                              GVariant      *parameter,
                              gpointer       user_data)
{
  change_thresholds (user_data, parameter, FALSE);
}

static void
other_port_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr(TropeaHostActions) self = user_data;
  g_autoptr(GError) error = NULL;
  GSettings *kept = NULL;
  int socks_port = 0;
  int control_port = 0;

  if (!tropea_host_use_other_port_finish (TROPEA_HOST (object), result, &socks_port,
                                          &control_port, &error))
    {
      tell_error (self, error);
      return;
    }

  if (self->settings == NULL)
    return;

  /* What stands there for “the usual” and “a free one” is no number to keep. */
  kept = tropea_settings_get_gsettings (self->settings);
  if (socks_port > 0)
    g_settings_set_int (kept, TROPEA_SETTING_SOCKS_PORT, socks_port);
  if (control_port > 0)
    g_settings_set_int (kept, TROPEA_SETTING_CONTROL_PORT, control_port);
}

static void
use_other_port_activated (GSimpleAction *action,
                          GVariant      *parameter,
                          gpointer       user_data)
{
  TropeaHostActions *self = user_data;

  tropea_host_use_other_port_async (self->host, other_port_cb, g_object_ref (self));
}

static void
reset_statistics_activated (GSimpleAction *action,
                            GVariant      *parameter,
                            gpointer       user_data)
{
  TropeaHostActions *self = user_data;

  tropea_host_reset_statistics (self->host);
  g_signal_emit (self, message_signal, 0, _("The figures count from zero again"));
}

static void
tropea_host_actions_dispose (GObject *object)
{
  TropeaHostActions *self = TROPEA_HOST_ACTIONS (object);

  g_clear_object (&self->host);
  g_clear_object (&self->settings);
  g_clear_object (&self->group);

  G_OBJECT_CLASS (tropea_host_actions_parent_class)->dispose (object);
}

static void
tropea_host_actions_class_init (TropeaHostActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tropea_host_actions_dispose;

  message_signal = g_signal_new ("message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  undo_signal = g_signal_new ("undo", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                              NULL, NULL, G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING,
                              G_TYPE_VARIANT);
}

static void
tropea_host_actions_init (TropeaHostActions *self)
{
  static const GActionEntry entries[] = {
    { .name = "start", .activate = start_activated },
    { .name = "stop", .activate = stop_activated },
    { .name = "simulate", .activate = simulate_activated },
    { .name = "use-other-port", .activate = use_other_port_activated },
    { .name = "restart", .activate = restart_activated },
    { .name = "new-identity", .activate = new_identity_activated },
    { .name = "pause", .state = "false", .change_state = pause_changed },
    { .name = "submit-now", .activate = submit_now_activated },
    { .name = "unlock", .activate = unlock_activated },
    { .name = "simulation", .state = "false", .change_state = simulation_changed },
    { .name = "thresholds", .activate = thresholds_activated, .parameter_type = "(xxx)" },
    { .name = "restore-thresholds", .activate = restore_thresholds_activated,
      .parameter_type = "(xxx)" },
    { .name = "reset-statistics", .activate = reset_statistics_activated },
    { .name = "monitoring", .state = "true", .change_state = monitoring_changed },
  };

  self->group = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->group), entries, G_N_ELEMENTS (entries),
                                   self);
  update (self);
}

/**
 * tropea_host_actions_new:
 * @settings: (nullable): where what is changed is kept
 *
 * Returns: (transfer full): actions that wait for their host
 */
TropeaHostActions *
tropea_host_actions_new (TropeaSettings *settings)
{
  TropeaHostActions *self = g_object_new (TROPEA_TYPE_HOST_ACTIONS, NULL);

  g_set_object (&self->settings, settings);

  return self;
}

/**
 * tropea_host_actions_set_host:
 * @host: (nullable): NULL before it is open and while it is being closed
 */
void
tropea_host_actions_set_host (TropeaHostActions *self,
                              TropeaHost        *host)
{
  g_return_if_fail (TROPEA_IS_HOST_ACTIONS (self));
  g_return_if_fail (host == NULL || TROPEA_IS_HOST (host));

  if (self->host == host)
    return;

  if (self->host != NULL)
    g_signal_handlers_disconnect_by_data (self->host, self);
  g_set_object (&self->host, host);
  if (host != NULL)
    {
      g_signal_connect_object (host, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (host, "notify::max-seconds", G_CALLBACK (keep_thresholds), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (host, "error", G_CALLBACK (tell_error), self, G_CONNECT_SWAPPED);
    }
  update (self);
}

/**
 * tropea_host_actions_get_group:
 *
 * Returns: (transfer none): the actions, without a prefix; the window calls them “host.”
 */
GActionGroup *
tropea_host_actions_get_group (TropeaHostActions *self)
{
  g_return_val_if_fail (TROPEA_IS_HOST_ACTIONS (self), NULL);

  return G_ACTION_GROUP (self->group);
}
