/* tropea-window-keeper.c: the window, which comes and goes while Tropea goes on
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-window-keeper"

#include "config.h"

#include "app/tropea-window-keeper.h"

#if HAVE_MALLOC_TRIM
#include <malloc.h>
#endif

#include "ui/tropea-exits-window.h"
#include "ui/tropea-preferences.h"
#include "ui/tropea-window.h"

/* A window that is put away is destroyed, not hidden: who does not look pays for no window. What
 * it showed is with the host and in the settings, so the next one shows it again. Everything that
 * is for a window goes through here, and finds one or none.
 */

/* Who was away for long wants to know of the last ones only. */
#define MOST_NOTICES 5

/* GTK lets go of what it drew with a moment after the window. */
#define TRIM_AFTER_S 2

struct _TropeaWindowKeeper
{
  GObject         parent_instance;

  GtkApplication *application;   /* (unowned): owns us */
  TropeaSettings *settings;      /* (owned) (nullable) */
  GActionGroup   *host_actions;  /* (owned) */
  TropeaHost     *host;          /* (owned) (nullable) */
  char           *failure;       /* (owned) (nullable) */
  GQueue          notices;       /* (owned): that nobody could see yet */
  guint           trim_id;
  gboolean        is_closing;
  gboolean        is_looked_at;

  GtkWindow      *window;        /* (unowned) (nullable): GTK's until it is destroyed */
  GtkWindow      *preferences;   /* (unowned) (nullable): GTK's until it is closed */
};

typedef enum
{
  PROP_HAS_WINDOW = 1,
  PROP_IS_LOOKED_AT,
} TropeaWindowKeeperProperty;

G_DEFINE_FINAL_TYPE (TropeaWindowKeeper, tropea_window_keeper, G_TYPE_OBJECT)

static GParamSpec *properties[PROP_IS_LOOKED_AT + 1];

static void
update_is_looked_at (TropeaWindowKeeper *self)
{
  gboolean is_looked_at = FALSE;

  for (GList *link = gtk_application_get_windows (self->application); link != NULL;
       link = link->next)
    is_looked_at = is_looked_at || gtk_window_is_active (link->data);

  if (self->is_looked_at == is_looked_at)
    return;

  self->is_looked_at = is_looked_at;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_LOOKED_AT]);
}

static void
window_added_cb (TropeaWindowKeeper *self,
                 GtkWindow          *window)
{
  g_signal_connect_object (window, "notify::is-active", G_CALLBACK (update_is_looked_at), self,
                           G_CONNECT_SWAPPED);
}

static gboolean
trim_cb (gpointer user_data)
{
  TropeaWindowKeeper *self = user_data;

  self->trim_id = 0;
#if HAVE_MALLOC_TRIM
  malloc_trim (0);
#endif

  return G_SOURCE_REMOVE;
}

static void
window_gone (gpointer  data,
             GObject  *window G_GNUC_UNUSED)
{
  TropeaWindowKeeper *self = data;

  self->window = NULL;
  g_clear_handle_id (&self->trim_id, g_source_remove);
  if (!self->is_closing)
    self->trim_id = g_timeout_add_seconds (TRIM_AFTER_S, trim_cb, self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_WINDOW]);
}

static void
make_window (TropeaWindowKeeper *self)
{
  TropeaWindow *window = NULL;
  char *notice = NULL;

  if (self->window != NULL)
    return;

  window = TROPEA_WINDOW (tropea_window_new (self->application, self->settings));
  self->window = GTK_WINDOW (window);
  g_object_weak_ref (G_OBJECT (window), window_gone, self);
  gtk_widget_insert_action_group (GTK_WIDGET (window), "host", self->host_actions);
  if (self->host != NULL)
    tropea_window_set_host (window, self->host);
  tropea_window_set_failure (window, self->failure);
  tropea_window_set_closing (window, self->is_closing);
  while ((notice = g_queue_pop_head (&self->notices)) != NULL)
    {
      tropea_window_show_notice (window, notice);
      g_free (notice);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_WINDOW]);
}

static void
tropea_window_keeper_get_property (GObject    *object,
                                   guint       prop_id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  TropeaWindowKeeper *self = TROPEA_WINDOW_KEEPER (object);

  switch ((TropeaWindowKeeperProperty) prop_id)
    {
    case PROP_HAS_WINDOW:
      g_value_set_boolean (value, self->window != NULL);
      break;
    case PROP_IS_LOOKED_AT:
      g_value_set_boolean (value, self->is_looked_at);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_window_keeper_dispose (GObject *object)
{
  TropeaWindowKeeper *self = TROPEA_WINDOW_KEEPER (object);

  self->is_closing = TRUE;
  if (self->window != NULL)
    {
      g_object_weak_unref (G_OBJECT (self->window), window_gone, self);
      g_clear_pointer (&self->window, gtk_window_destroy);
    }
  g_clear_handle_id (&self->trim_id, g_source_remove);
  g_clear_object (&self->host);
  g_clear_object (&self->host_actions);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (tropea_window_keeper_parent_class)->dispose (object);
}

static void
tropea_window_keeper_finalize (GObject *object)
{
  TropeaWindowKeeper *self = TROPEA_WINDOW_KEEPER (object);

  g_clear_weak_pointer (&self->preferences);
  g_clear_pointer (&self->failure, g_free);
  g_queue_clear_full (&self->notices, g_free);

  G_OBJECT_CLASS (tropea_window_keeper_parent_class)->finalize (object);
}

static void
tropea_window_keeper_class_init (TropeaWindowKeeperClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tropea_window_keeper_get_property;
  object_class->dispose = tropea_window_keeper_dispose;
  object_class->finalize = tropea_window_keeper_finalize;

  /**
   * TropeaWindowKeeper:has-window:
   *
   * There is a window.
   */
  properties[PROP_HAS_WINDOW] =
    g_param_spec_boolean ("has-window", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaWindowKeeper:is-looked-at:
   *
   * The window, or one above it, has the keyboard.
   */
  properties[PROP_IS_LOOKED_AT] =
    g_param_spec_boolean ("is-looked-at", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tropea_window_keeper_init (TropeaWindowKeeper *self)
{
  g_queue_init (&self->notices);
}

/**
 * tropea_window_keeper_new:
 * @application: outlives the keeper
 * @settings: (nullable):
 * @host_actions: the windows call them “host.”
 */
TropeaWindowKeeper *
tropea_window_keeper_new (GtkApplication *application,
                          TropeaSettings *settings,
                          GActionGroup   *host_actions)
{
  TropeaWindowKeeper *self = NULL;

  g_return_val_if_fail (GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (G_IS_ACTION_GROUP (host_actions), NULL);

  self = g_object_new (TROPEA_TYPE_WINDOW_KEEPER, NULL);
  self->application = application;
  g_set_object (&self->settings, settings);
  g_set_object (&self->host_actions, host_actions);
  g_signal_connect_object (application, "window-added", G_CALLBACK (window_added_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (application, "window-removed", G_CALLBACK (update_is_looked_at), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);

  return self;
}

/**
 * tropea_window_keeper_show:
 *
 * Bring the window to the front, a new one where there is none.
 */
void
tropea_window_keeper_show (TropeaWindowKeeper *self)
{
  g_return_if_fail (TROPEA_IS_WINDOW_KEEPER (self));

  make_window (self);
  gtk_window_present (self->preferences != NULL ? self->preferences : self->window);
}

void
tropea_window_keeper_show_guide (TropeaWindowKeeper *self)
{
  g_return_if_fail (TROPEA_IS_WINDOW_KEEPER (self));

  make_window (self);
  g_action_group_activate_action (G_ACTION_GROUP (self->window), "guide", NULL);
}

/**
 * tropea_window_keeper_show_page:
 * @name: “tor”, “sessions”, “credits” or “help”
 */
void
tropea_window_keeper_show_page (TropeaWindowKeeper *self,
                                const char         *name)
{
  g_return_if_fail (TROPEA_IS_WINDOW_KEEPER (self));
  g_return_if_fail (name != NULL);

  tropea_window_keeper_show (self);
  g_action_group_activate_action (G_ACTION_GROUP (self->window), "show-page",
                                  g_variant_new_string (name));
}

void
tropea_window_keeper_put_away (TropeaWindowKeeper *self)
{
  g_return_if_fail (TROPEA_IS_WINDOW_KEEPER (self));

  if (self->window != NULL)
    gtk_window_destroy (self->window);
}

/* Returns: (nullable) (transfer none): */
GtkWindow *
tropea_window_keeper_get_window (TropeaWindowKeeper *self)
{
  g_return_val_if_fail (TROPEA_IS_WINDOW_KEEPER (self), NULL);

  return self->window;
}

gboolean
tropea_window_keeper_is_looked_at (TropeaWindowKeeper *self)
{
  g_return_val_if_fail (TROPEA_IS_WINDOW_KEEPER (self), FALSE);

  return self->is_looked_at;
}

gboolean
tropea_window_keeper_is_visible (TropeaWindowKeeper *self)
{
  GdkSurface *surface = NULL;

  g_return_val_if_fail (TROPEA_IS_WINDOW_KEEPER (self), FALSE);

  if (self->window == NULL || !gtk_widget_get_visible (GTK_WIDGET (self->window)))
    return FALSE;

  surface = gtk_native_get_surface (GTK_NATIVE (self->window));

  return !GDK_IS_TOPLEVEL (surface) ||
         (gdk_toplevel_get_state (GDK_TOPLEVEL (surface)) & GDK_TOPLEVEL_STATE_MINIMIZED) == 0;
}

void
tropea_window_keeper_set_host (TropeaWindowKeeper *self,
                               TropeaHost         *host)
{
  g_return_if_fail (TROPEA_IS_WINDOW_KEEPER (self));

  if (g_set_object (&self->host, host) && self->window != NULL)
    tropea_window_set_host (TROPEA_WINDOW (self->window), host);
}

/**
 * tropea_window_keeper_set_failure:
 * @failure: (nullable): why there is no host
 */
void
tropea_window_keeper_set_failure (TropeaWindowKeeper *self,
                                  const char         *failure)
{
  g_return_if_fail (TROPEA_IS_WINDOW_KEEPER (self));

  g_free (self->failure);
  self->failure = g_strdup (failure);
  if (self->window != NULL)
    tropea_window_set_failure (TROPEA_WINDOW (self->window), failure);
}

/**
 * tropea_window_keeper_set_closing:
 *
 * Tropea ends: what can be chosen goes, and nothing is told any more.
 */
void
tropea_window_keeper_set_closing (TropeaWindowKeeper *self)
{
  g_return_if_fail (TROPEA_IS_WINDOW_KEEPER (self));

  self->is_closing = TRUE;
  if (self->preferences != NULL)
    gtk_window_destroy (self->preferences);
  if (self->window != NULL)
    tropea_window_set_closing (TROPEA_WINDOW (self->window), TRUE);
}

void
tropea_window_keeper_notice (TropeaWindowKeeper *self,
                             const char         *sentence)
{
  g_return_if_fail (TROPEA_IS_WINDOW_KEEPER (self));
  g_return_if_fail (sentence != NULL);

  if (self->is_closing)
    return;

  if (self->window != NULL)
    {
      tropea_window_show_notice (TROPEA_WINDOW (self->window), sentence);
      return;
    }

  g_queue_push_tail (&self->notices, g_strdup (sentence));
  if (g_queue_get_length (&self->notices) > MOST_NOTICES)
    g_free (g_queue_pop_head (&self->notices));
}

/* Where the preferences are open, they are what the user looks at. */
void
tropea_window_keeper_message (TropeaWindowKeeper *self,
                              const char         *sentence)
{
  g_return_if_fail (TROPEA_IS_WINDOW_KEEPER (self));
  g_return_if_fail (sentence != NULL);

  if (self->is_closing || self->window == NULL)
    return;

  if (self->preferences != NULL)
    tropea_preferences_show_message (TROPEA_PREFERENCES (self->preferences), sentence);
  else
    tropea_window_show_message (TROPEA_WINDOW (self->window), sentence);
}

void
tropea_window_keeper_undo (TropeaWindowKeeper *self,
                           const char         *sentence,
                           const char         *action_name,
                           GVariant           *target)
{
  g_return_if_fail (TROPEA_IS_WINDOW_KEEPER (self));

  if (!self->is_closing && self->window != NULL)
    tropea_window_show_undo (TROPEA_WINDOW (self->window), sentence, action_name, target);
}

/**
 * tropea_window_keeper_show_preferences:
 * @page: (nullable): see tropea_preferences_show_page ()
 *
 * There has to be a host, and settings.
 */
void
tropea_window_keeper_show_preferences (TropeaWindowKeeper *self,
                                       const char         *page)
{
  g_return_if_fail (TROPEA_IS_WINDOW_KEEPER (self));
  g_return_if_fail (self->host != NULL && self->settings != NULL);

  if (self->window == NULL)
    tropea_window_keeper_show (self);
  if (self->preferences == NULL)
    {
      GtkWidget *preferences = tropea_preferences_new (self->host, self->settings);

      gtk_widget_insert_action_group (preferences, "host", self->host_actions);
      gtk_window_set_application (GTK_WINDOW (preferences), self->application);
      gtk_window_set_transient_for (GTK_WINDOW (preferences), self->window);
      gtk_window_set_modal (GTK_WINDOW (preferences), TRUE);
      g_set_weak_pointer (&self->preferences, GTK_WINDOW (preferences));
    }

  if (page != NULL)
    tropea_preferences_show_page (TROPEA_PREFERENCES (self->preferences), page);
  else
    gtk_window_present (self->preferences);
}

/* Above the preferences, or the window where those are not open. */
void
tropea_window_keeper_show_exits (TropeaWindowKeeper *self)
{
  GtkWidget *exits = NULL;

  g_return_if_fail (TROPEA_IS_WINDOW_KEEPER (self));
  g_return_if_fail (self->host != NULL && self->settings != NULL);

  if (self->window == NULL)
    tropea_window_keeper_show (self);
  exits = tropea_exits_window_new (self->host, self->settings);
  gtk_window_set_application (GTK_WINDOW (exits), self->application);
  gtk_window_set_transient_for (GTK_WINDOW (exits), self->preferences != NULL ? self->preferences
                                                                            : self->window);
  gtk_window_present (GTK_WINDOW (exits));
}
