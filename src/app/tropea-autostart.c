/* tropea-autostart.c: whether Tropea is opened at login, as an action, in a sandbox or not
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-autostart"

#include "config.h"

#include "app/tropea-autostart.h"

#include <glib/gi18n.h>

#include "app/tropea-autostart-file.h"
#include "app/tropea-background-portal.h"

/* Outside a sandbox the truth is in a file, which others write too. In a sandbox nobody can read
 * that file: the desktop is asked through its portal, and its last answer is kept. The same
 * question asks whether Tropea may go on without a window; a desktop that has no such portal
 * does not end it either.
 */

struct _TropeaAutostart
{
  GObject                 parent_instance;

  TropeaSettings         *settings;     /* (owned) (nullable) */
  TropeaBackground       *background;   /* (owned) */
  GSimpleAction          *action;       /* (owned) */
  TropeaAutostartFile    *file;         /* (owned) (nullable): NULL in a sandbox */
  TropeaBackgroundPortal *portal;       /* (owned) (nullable): in a sandbox, once there is a bus */
  GCancellable           *cancellable;  /* (owned) */
  char                   *status;       /* (owned) (nullable): the last one that was set */
  gboolean                was_asked;    /* since the program began */
};

G_DEFINE_FINAL_TYPE (TropeaAutostart, tropea_autostart, G_TYPE_OBJECT)

static guint message_signal;

static gboolean
get_is_on (TropeaAutostart *self)
{
  if (self->file != NULL)
    return tropea_autostart_file_get_is_on (self->file);

  return self->settings != NULL &&
         tropea_settings_get_boolean (self->settings, TROPEA_SETTING_AUTOSTART_GRANTED);
}

/* A switch that was moved goes back where nothing came of it, so the state is set anyway. */
static void
update (TropeaAutostart *self)
{
  g_simple_action_set_state (self->action, g_variant_new_boolean (get_is_on (self)));
}

static void
requested_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(TropeaAutostart) self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean may_run = TRUE;
  gboolean has_autostart = FALSE;

  if (!tropea_background_portal_request_finish (TROPEA_BACKGROUND_PORTAL (object), result,
                                                &may_run, &has_autostart, &error))
    {
      g_debug ("No word from the portal: %s", error->message);
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED) &&
          g_object_get_data (G_OBJECT (result), "is-switch") != NULL)
        g_signal_emit (self, message_signal, 0, _("This desktop cannot open Tropea at login"));
      update (self);
      return;
    }

  tropea_background_set_is_denied (self->background, !may_run);
  if (self->settings != NULL)
    tropea_settings_set_boolean (self->settings, TROPEA_SETTING_AUTOSTART_GRANTED, has_autostart);
  update (self);
}

static void
switched_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_object_set_data (G_OBJECT (result), "is-switch", GINT_TO_POINTER (TRUE));
  requested_cb (object, result, user_data);
}

static void
request (TropeaAutostart     *self,
         gboolean             has_autostart,
         GAsyncReadyCallback  callback)
{
  tropea_background_portal_request_async (self->portal,
                                          _("Tor goes on when the window of Tropea is closed."),
                                          has_autostart, self->cancellable, callback,
                                          g_object_ref (self));
}

static void
change_state_cb (TropeaAutostart *self,
                 GVariant        *value)
{
  gboolean is_on = g_variant_get_boolean (value);
  g_autoptr(GError) error = NULL;

  if (self->file == NULL)
    {
      if (self->portal != NULL)
        request (self, is_on, switched_cb);
      return;
    }

  if (!tropea_autostart_file_set_is_on (self->file, is_on, &error))
    g_signal_emit (self, message_signal, 0, error->message);
  update (self);
}

static void
tropea_autostart_dispose (GObject *object)
{
  TropeaAutostart *self = TROPEA_AUTOSTART (object);

  g_cancellable_cancel (self->cancellable);
  if (self->action != NULL)
    g_signal_handlers_disconnect_by_data (self->action, self);
  g_clear_object (&self->action);
  g_clear_object (&self->portal);
  g_clear_object (&self->file);
  g_clear_object (&self->background);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (tropea_autostart_parent_class)->dispose (object);
}

static void
tropea_autostart_finalize (GObject *object)
{
  TropeaAutostart *self = TROPEA_AUTOSTART (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->status, g_free);

  G_OBJECT_CLASS (tropea_autostart_parent_class)->finalize (object);
}

static void
tropea_autostart_class_init (TropeaAutostartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tropea_autostart_dispose;
  object_class->finalize = tropea_autostart_finalize;

  message_signal = g_signal_new ("message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
tropea_autostart_init (TropeaAutostart *self)
{
  self->cancellable = g_cancellable_new ();
  self->action = g_simple_action_new_stateful ("autostart", NULL, g_variant_new_boolean (FALSE));
  g_signal_connect_swapped (self->action, "change-state", G_CALLBACK (change_state_cb), self);
}

/**
 * tropea_autostart_new:
 * @settings: (nullable): where the portal's last answer is kept
 * @background: hears where the user has forbidden to go on without a window
 */
TropeaAutostart *
tropea_autostart_new (TropeaSettings   *settings,
                      TropeaBackground *background)
{
  TropeaAutostart *self = NULL;

  g_return_val_if_fail (TROPEA_IS_BACKGROUND (background), NULL);

  self = g_object_new (TROPEA_TYPE_AUTOSTART, NULL);
  g_set_object (&self->settings, settings);
  g_set_object (&self->background, background);
  if (!tropea_background_portal_is_needed ())
    {
      g_autofree char *program = tropea_autostart_file_find_program ();

      self->file = tropea_autostart_file_new (g_get_user_config_dir (),
                                              g_get_system_config_dirs (), program);
      g_signal_connect_object (self->file, "notify::is-on", G_CALLBACK (update), self,
                               G_CONNECT_SWAPPED);
    }
  update (self);

  return self;
}

/* Returns: (transfer none): */
GAction *
tropea_autostart_get_action (TropeaAutostart *self)
{
  g_return_val_if_fail (TROPEA_IS_AUTOSTART (self), NULL);

  return G_ACTION (self->action);
}

void
tropea_autostart_watch (TropeaAutostart *self)
{
  g_return_if_fail (TROPEA_IS_AUTOSTART (self));

  if (self->file != NULL)
    tropea_autostart_file_watch (self->file);
}

/**
 * tropea_autostart_set_bus:
 * @bus: (nullable): the session's
 */
void
tropea_autostart_set_bus (TropeaAutostart *self,
                          GDBusConnection *bus)
{
  g_return_if_fail (TROPEA_IS_AUTOSTART (self));

  g_clear_object (&self->portal);
  if (self->file == NULL && bus != NULL)
    self->portal = tropea_background_portal_new (bus);
}

/**
 * tropea_autostart_enter_background:
 *
 * There is no window now. The desktop is asked once; it keeps what the user said.
 */
void
tropea_autostart_enter_background (TropeaAutostart *self)
{
  g_return_if_fail (TROPEA_IS_AUTOSTART (self));

  if (self->portal == NULL || self->was_asked)
    return;

  self->was_asked = TRUE;
  request (self, get_is_on (self), requested_cb);
}

/**
 * tropea_autostart_set_status:
 *
 * What Tropea does without a window, for the desktop's list of such programs.
 */
void
tropea_autostart_set_status (TropeaAutostart *self,
                             const char      *line)
{
  g_return_if_fail (TROPEA_IS_AUTOSTART (self));
  g_return_if_fail (line != NULL);

  if (self->portal == NULL || g_strcmp0 (self->status, line) == 0)
    return;

  g_free (self->status);
  self->status = g_strdup (line);
  tropea_background_portal_set_status (self->portal, line);
}
