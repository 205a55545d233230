/* tropea-window.c: the window, and which of its pages shows
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-window"

#include "config.h"

#include "ui/tropea-window.h"

#include <glib/gi18n.h>

#include "ui/tropea-dashboard.h"
#include "ui/tropea-ui.h"

/* The window is there before the host is and goes after it: while the host opens, when that
 * failed and while it closes there is a page that says so. Closing the window is quitting,
 * which is the application's to do in order; the window goes when the application lets it.
 */

#define MESSAGE_TIMEOUT_S 5

struct _TropeaWindow
{
  AdwApplicationWindow  parent_instance;

  TropeaHost           *host;     /* (owned) (nullable) */
  char                 *failure;  /* (owned) (nullable) */
  gboolean              closing;

  AdwToastOverlay      *toast_overlay;
  AdwBin               *dashboard_bin;
};

typedef enum
{
  PROP_IS_OPEN = 1,
  PROP_FAILURE,
  PROP_CLOSING,
} TropeaWindowProperty;

G_DEFINE_FINAL_TYPE (TropeaWindow, tropea_window, ADW_TYPE_APPLICATION_WINDOW)

static GParamSpec *properties[PROP_CLOSING + 1];

static char *
page_name (TropeaWindow *self,
           gboolean      closing,
           const char   *failure,
           gboolean      is_open)
{
  if (closing)
    return g_strdup ("closing");
  if (failure != NULL)
    return g_strdup ("failed");

  return g_strdup (is_open ? "open" : "opening");
}

static gboolean
is_opening (TropeaWindow *self,
            gboolean      closing,
            const char   *failure,
            gboolean      is_open)
{
  return !closing && failure == NULL && !is_open;
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
  gtk_widget_activate_action (GTK_WIDGET (window), "app.quit", NULL);

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
    case PROP_IS_OPEN:
      g_value_set_boolean (value, self->host != NULL);
      break;
    case PROP_FAILURE:
      g_value_set_string (value, self->failure);
      break;
    case PROP_CLOSING:
      g_value_set_boolean (value, self->closing);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_window_dispose (GObject *object)
{
  TropeaWindow *self = TROPEA_WINDOW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), TROPEA_TYPE_WINDOW);
  g_clear_object (&self->host);

  G_OBJECT_CLASS (tropea_window_parent_class)->dispose (object);
}

static void
tropea_window_finalize (GObject *object)
{
  TropeaWindow *self = TROPEA_WINDOW (object);

  g_clear_pointer (&self->failure, g_free);

  G_OBJECT_CLASS (tropea_window_parent_class)->finalize (object);
}

static void
tropea_window_class_init (TropeaWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tropea_window_get_property;
  object_class->dispose = tropea_window_dispose;
  object_class->finalize = tropea_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = tropea_window_close_request;

  /**
   * TropeaWindow:is-open:
   *
   * There is a host to show.
   */
  properties[PROP_IS_OPEN] =
    g_param_spec_boolean ("is-open", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

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

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TropeaWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, TropeaWindow, dashboard_bin);
  gtk_widget_class_bind_template_callback (widget_class, page_name);
  gtk_widget_class_bind_template_callback (widget_class, is_opening);
  gtk_widget_class_bind_template_callback (widget_class, escape_text);
}

static void
tropea_window_init (TropeaWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  if (TROPEA_DEVELOPMENT)
    gtk_widget_add_css_class (GTK_WIDGET (self), "devel");
}

/**
 * tropea_window_new:
 *
 * Returns: (transfer full): a window of @application that waits for its host
 */
GtkWidget *
tropea_window_new (GtkApplication *application)
{
  g_return_val_if_fail (GTK_IS_APPLICATION (application), NULL);

  return g_object_new (TROPEA_TYPE_WINDOW, "application", application, NULL);
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

  adw_bin_set_child (self->dashboard_bin, host != NULL ? tropea_dashboard_new (host) : NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_OPEN]);
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

static void
show_toast (TropeaWindow *self,
            const char   *message,
            guint         timeout_s)
{
  g_autofree char *title = g_markup_escape_text (message, -1);
  AdwToast *toast = adw_toast_new (title);

  adw_toast_set_timeout (toast, timeout_s);
  adw_toast_overlay_add_toast (self->toast_overlay, toast);
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

  show_toast (self, message, MESSAGE_TIMEOUT_S);
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

  show_toast (self, notice, 0);
}
