/* tropea-window.c: the window, and which of its pages shows
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-window"

#include "config.h"

#include "ui/tropea-window.h"

#include <glib/gi18n.h>

#include "ui/tropea-accessible.h"
#include "ui/tropea-alerts.h"
#include "ui/tropea-credits-page.h"
#include "ui/tropea-guide.h"
#include "ui/tropea-help-page.h"
#include "ui/tropea-sessions-page.h"
#include "ui/tropea-tor-page.h"
#include "ui/tropea-ui.h"

/* The window is there before the host is and goes after it: while the host opens, when that
 * failed and while it closes there is a page that says so. What closing the
 * window means is the application's to say; the window goes when the application lets it.
 */

#define MESSAGE_TIMEOUT_S 5
#define UNDO_TIMEOUT_S 10

/* The four names with their pictures and the buttons at the title's ends need this much. */
#define WIDE_FROM_PX 600

struct _TropeaWindow
{
  AdwApplicationWindow  parent_instance;

  TropeaHost           *host;      /* (owned) (nullable) */
  TropeaSettings       *settings;  /* (owned) (nullable): NULL where nothing can be kept */
  char                 *failure;   /* (owned) (nullable) */
  gboolean              closing;
  gboolean              is_narrow;
  gboolean              shows_guide;

  AdwToastOverlay      *toast_overlay;
  AdwViewStack         *view_stack;
  TropeaHelpPage       *help_page;
  AdwBin               *guide_place;
  TropeaGuide          *guide;       /* (unowned) (nullable): once it was asked for */
  TropeaTorPage        *tor_page;
  AdwToast             *undo_toast;  /* (unowned) (nullable): while it is shown */
};

typedef enum
{
  PROP_HOST = 1,
  PROP_SETTINGS,
  PROP_FAILURE,
  PROP_CLOSING,
  PROP_IS_NARROW,
  PROP_SHOWS_GUIDE,
} TropeaWindowProperty;

G_DEFINE_FINAL_TYPE (TropeaWindow, tropea_window, ADW_TYPE_APPLICATION_WINDOW)

static GParamSpec *properties[PROP_SHOWS_GUIDE + 1];

static char *
page_name (TropeaWindow *self,
           gboolean      closing,
           const char   *failure,
           TropeaHost   *host,
           gboolean      shows_guide)
{
  if (closing)
    return g_strdup ("closing");
  if (failure != NULL)
    return g_strdup ("failed");

  if (host == NULL)
    return g_strdup ("opening");

  return g_strdup (shows_guide ? "guide" : "open");
}

static gboolean
is_opening (TropeaWindow *self,
            gboolean      closing,
            const char   *failure,
            TropeaHost   *host)
{
  return !closing && failure == NULL && host == NULL;
}

/* What is not there cannot be found by a screen reader either. */
static gboolean
has_host (TropeaWindow *self,
          TropeaHost   *host)
{
  return host != NULL;
}

/* The pages' names stand in the title where there is room, else below the pages. */
static char *
title_name (TropeaWindow *self,
            gboolean      is_narrow,
            const char   *page)
{
  return g_strdup (!is_narrow && g_strcmp0 (page, "open") == 0 ? "pages" : "title");
}

/* As big as that it is drawn from its source: only when it is needed. */
static char *
failure_icon (TropeaWindow *self,
              const char   *failure)
{
  return failure != NULL ? g_strdup ("tropea-failed-symbolic") : NULL;
}

static char *
escape_text (TropeaWindow *self,
             const char   *text)
{
  return text != NULL ? g_markup_escape_text (text, -1) : NULL;
}

static gboolean
tropea_window_close_request (GtkWindow *window)
{
  gtk_widget_activate_action (GTK_WIDGET (window), "app.close", NULL);

  return GDK_EVENT_STOP;
}

static void
tropea_window_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  TropeaWindow *self = TROPEA_WINDOW (object);

  switch ((TropeaWindowProperty) prop_id)
    {
    case PROP_HOST:
      g_value_set_object (value, self->host);
      break;
    case PROP_SETTINGS:
      g_value_set_object (value, self->settings);
      break;
    case PROP_FAILURE:
      g_value_set_string (value, self->failure);
      break;
    case PROP_CLOSING:
      g_value_set_boolean (value, self->closing);
      break;
    case PROP_IS_NARROW:
      g_value_set_boolean (value, self->is_narrow);
      break;
    case PROP_SHOWS_GUIDE:
      g_value_set_boolean (value, self->shows_guide);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_window_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  TropeaWindow *self = TROPEA_WINDOW (object);

  switch ((TropeaWindowProperty) prop_id)
    {
    case PROP_HOST:
      tropea_window_set_host (self, g_value_get_object (value));
      break;
    case PROP_SETTINGS:
      self->settings = g_value_dup_object (value);
      break;
    case PROP_FAILURE:
    case PROP_CLOSING:
    case PROP_IS_NARROW:
    case PROP_SHOWS_GUIDE:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
update_is_narrow (TropeaWindow *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  gboolean is_narrow;

  if (width == 0)
    g_object_get (self, "default-width", &width, NULL);

  is_narrow = width < WIDE_FROM_PX;
  if (self->is_narrow == is_narrow)
    return;

  self->is_narrow = is_narrow;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_NARROW]);
}

/* After the window has given out the new width, not while it does. */
static void
tropea_window_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tropea_window_parent_class)->realize (widget);

  g_signal_connect_object (gtk_native_get_surface (GTK_NATIVE (widget)), "layout",
                           G_CALLBACK (update_is_narrow), widget,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

static void
tropea_window_constructed (GObject *object)
{
  TropeaWindow *self = TROPEA_WINDOW (object);
  GSettings *keys = NULL;

  G_OBJECT_CLASS (tropea_window_parent_class)->constructed (object);

  if (self->settings != NULL)
    {
      keys = tropea_settings_get_gsettings (self->settings);
      g_settings_bind (keys, TROPEA_SETTING_WINDOW_WIDTH, self, "default-width",
                       G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (keys, TROPEA_SETTING_WINDOW_HEIGHT, self, "default-height",
                       G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (keys, TROPEA_SETTING_WINDOW_MAXIMIZED, self, "maximized",
                       G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (keys, TROPEA_SETTING_GRAPH_RANGE, self->tor_page, "graph-range",
                       G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (keys, TROPEA_SETTING_PAGE, self->view_stack, "visible-child-name",
                       G_SETTINGS_BIND_DEFAULT);
    }
  update_is_narrow (self);
}

static void
tropea_window_dispose (GObject *object)
{
  TropeaWindow *self = TROPEA_WINDOW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), TROPEA_TYPE_WINDOW);
  g_clear_object (&self->host);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (tropea_window_parent_class)->dispose (object);
}

static void
tropea_window_finalize (GObject *object)
{
  TropeaWindow *self = TROPEA_WINDOW (object);

  g_clear_weak_pointer (&self->undo_toast);
  g_clear_pointer (&self->failure, g_free);

  G_OBJECT_CLASS (tropea_window_parent_class)->finalize (object);
}

static void on_guide_done (TropeaWindow *self);

static void
set_shows_guide (TropeaWindow *self,
                 gboolean      shows_guide)
{
  if (self->shows_guide == shows_guide)
    return;

  if (self->guide == NULL)
    {
      self->guide = g_object_new (TROPEA_TYPE_GUIDE, NULL);
      g_signal_connect_object (self->guide, "done", G_CALLBACK (on_guide_done), self,
                               G_CONNECT_SWAPPED);
      adw_bin_set_child (self->guide_place, GTK_WIDGET (self->guide));
    }
  self->shows_guide = shows_guide;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOWS_GUIDE]);
}

static void
on_guide_done (TropeaWindow *self)
{
  if (self->settings != NULL)
    tropea_settings_set_boolean (self->settings, TROPEA_SETTING_GUIDE_DONE, TRUE);
  set_shows_guide (self, FALSE);
}

static void
tropea_window_class_init (TropeaWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = tropea_window_constructed;
  object_class->get_property = tropea_window_get_property;
  object_class->set_property = tropea_window_set_property;
  object_class->dispose = tropea_window_dispose;
  object_class->finalize = tropea_window_finalize;
  widget_class->realize = tropea_window_realize;
  GTK_WINDOW_CLASS (klass)->close_request = tropea_window_close_request;

  /**
   * TropeaWindow:host:
   *
   * What is shown, once it is open.
   */
  properties[PROP_HOST] =
    g_param_spec_object ("host", NULL, NULL, TROPEA_TYPE_HOST,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaWindow:settings:
   *
   * Where size, page and the like are kept.
   */
  properties[PROP_SETTINGS] =
    g_param_spec_object ("settings", NULL, NULL, TROPEA_TYPE_SETTINGS,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaWindow:failure:
   *
   * Why there is no host: one sentence with a way out.
   */
  properties[PROP_FAILURE] =
    g_param_spec_string ("failure", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaWindow:closing:
   *
   * The host is being closed; the window will go soon.
   */
  properties[PROP_CLOSING] =
    g_param_spec_boolean ("closing", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaWindow:is-narrow:
   *
   * There is no room for the pages' names in the title.
   */
  properties[PROP_IS_NARROW] =
    g_param_spec_boolean ("is-narrow", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaWindow:shows-guide:
   *
   * The guide is shown instead of the pages.
   */
  properties[PROP_SHOWS_GUIDE] =
    g_param_spec_boolean ("shows-guide", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  g_type_ensure (TROPEA_TYPE_ALERTS);
  g_type_ensure (TROPEA_TYPE_CREDITS_PAGE);
  g_type_ensure (TROPEA_TYPE_HELP_PAGE);
  g_type_ensure (TROPEA_TYPE_SESSIONS_PAGE);
  g_type_ensure (TROPEA_TYPE_TOR_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TropeaWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, TropeaWindow, view_stack);
  gtk_widget_class_bind_template_child (widget_class, TropeaWindow, help_page);
  gtk_widget_class_bind_template_child (widget_class, TropeaWindow, guide_place);
  gtk_widget_class_bind_template_child (widget_class, TropeaWindow, tor_page);
  gtk_widget_class_bind_template_callback (widget_class, page_name);
  gtk_widget_class_bind_template_callback (widget_class, is_opening);
  gtk_widget_class_bind_template_callback (widget_class, title_name);
  gtk_widget_class_bind_template_callback (widget_class, has_host);
  gtk_widget_class_bind_template_callback (widget_class, failure_icon);
  gtk_widget_class_bind_template_callback (widget_class, escape_text);
}

static void
guide_activated (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  TropeaWindow *self = user_data;

  if (self->guide != NULL)
    tropea_guide_rewind (self->guide);
  set_shows_guide (self, TRUE);
}

/* With the name of an answer. */
static void
help_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  TropeaWindow *self = user_data;

  adw_view_stack_set_visible_child_name (self->view_stack, "help");
  tropea_help_page_open (self->help_page, g_variant_get_string (parameter, NULL));
}

static void
show_page_activated (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  TropeaWindow *self = user_data;
  const char *name = g_variant_get_string (parameter, NULL);

  if (adw_view_stack_get_child_by_name (self->view_stack, name) != NULL)
    adw_view_stack_set_visible_child_name (self->view_stack, name);
}

static void
copy_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  TropeaWindow *self = user_data;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          g_variant_get_string (parameter, NULL));
  tropea_window_show_message (self, _("Copied"));
}

static void
tropea_window_init (TropeaWindow *self)
{
  static const GActionEntry actions[] = {
    { .name = "show-page", .activate = show_page_activated, .parameter_type = "s" },
    { .name = "guide", .activate = guide_activated },
    { .name = "help", .activate = help_activated, .parameter_type = "s" },
    { .name = "copy", .activate = copy_activated, .parameter_type = "s" },
  };

  gtk_widget_init_template (GTK_WIDGET (self));
  tropea_accessible_name_toasts (self->toast_overlay);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);

  if (TROPEA_DEVELOPMENT)
    gtk_widget_add_css_class (GTK_WIDGET (self), "devel");
}

/**
 * tropea_window_new:
 * @settings: (nullable): where size and page are kept
 *
 * Returns: (transfer full): a window of @application that waits for its host
 */
GtkWidget *
tropea_window_new (GtkApplication *application,
                   TropeaSettings *settings)
{
  g_return_val_if_fail (GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (settings == NULL || TROPEA_IS_SETTINGS (settings), NULL);

  return g_object_new (TROPEA_TYPE_WINDOW,
                       "application", application,
                       "settings", settings,
                       NULL);
}

/**
 * tropea_window_set_host:
 * @host: (nullable): NULL takes the view of the last one away
 *
 * Show @host, and no failure any more.
 */
void
tropea_window_set_host (TropeaWindow *self,
                        TropeaHost   *host)
{
  g_return_if_fail (TROPEA_IS_WINDOW (self));
  g_return_if_fail (host == NULL || TROPEA_IS_HOST (host));

  if (!g_set_object (&self->host, host))
    return;

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HOST]);
  tropea_window_set_failure (self, NULL);
}

/**
 * tropea_window_set_failure:
 * @failure: (nullable): why there is no host, or NULL while it is being opened
 */
void
tropea_window_set_failure (TropeaWindow *self,
                           const char   *failure)
{
  g_return_if_fail (TROPEA_IS_WINDOW (self));

  if (g_strcmp0 (self->failure, failure) == 0)
    return;

  g_free (self->failure);
  self->failure = g_strdup (failure);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FAILURE]);
}

/**
 * tropea_window_set_closing:
 *
 * Show that the host is being closed.
 */
void
tropea_window_set_closing (TropeaWindow *self,
                           gboolean      closing)
{
  g_return_if_fail (TROPEA_IS_WINDOW (self));

  if (self->closing == closing)
    return;

  self->closing = closing;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CLOSING]);
}

static AdwToast *
make_toast (const char *message,
            guint       timeout_s)
{
  g_autofree char *title = g_markup_escape_text (message, -1);
  AdwToast *toast = adw_toast_new (title);

  adw_toast_set_timeout (toast, timeout_s);

  return toast;
}

/**
 * tropea_window_show_message:
 * @message: plain text, one sentence
 *
 * Show @message for some seconds: the answer to something that the user just did.
 */
void
tropea_window_show_message (TropeaWindow *self,
                            const char   *message)
{
  g_return_if_fail (TROPEA_IS_WINDOW (self));
  g_return_if_fail (message != NULL);

  adw_toast_overlay_add_toast (self->toast_overlay, make_toast (message, MESSAGE_TIMEOUT_S));
}

/**
 * tropea_window_show_undo:
 * @message: plain text, one sentence: what was done
 * @action_name: what takes it back, with @target
 * @target: (nullable): consumed if floating
 */
void
tropea_window_show_undo (TropeaWindow *self,
                         const char   *message,
                         const char   *action_name,
                         GVariant     *target)
{
  AdwToast *toast = NULL;

  g_return_if_fail (TROPEA_IS_WINDOW (self));
  g_return_if_fail (message != NULL);
  g_return_if_fail (action_name != NULL);

  /* One at a time: an undo of something older than the last change would mix the two. */
  if (self->undo_toast != NULL)
    adw_toast_dismiss (self->undo_toast);

  toast = make_toast (message, UNDO_TIMEOUT_S);
  /* Translators: the button that takes back what was just done. */
  adw_toast_set_button_label (toast, _("Undo"));
  adw_toast_set_action_name (toast, action_name);
  adw_toast_set_action_target_value (toast, target);
  g_set_weak_pointer (&self->undo_toast, toast);
  adw_toast_overlay_add_toast (self->toast_overlay, toast);
}

/**
 * tropea_window_show_notice:
 * @notice: plain text, one sentence
 *
 * Show @notice until the user closes it: nobody may have looked when it came.
 */
void
tropea_window_show_notice (TropeaWindow *self,
                           const char   *notice)
{
  g_return_if_fail (TROPEA_IS_WINDOW (self));
  g_return_if_fail (notice != NULL);

  adw_toast_overlay_add_toast (self->toast_overlay, make_toast (notice, 0));
}
