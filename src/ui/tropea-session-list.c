/* tropea-session-list.c: the newest sessions, one row each
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-session-list"

#include "config.h"

#include "ui/tropea-session-list.h"

#include "ui/tropea-closures.h"
#include "ui/tropea-session-row.h"

/* The list is the host's; a session that changes is replaced in it, and its row with it. */

struct _TropeaSessionList
{
  AdwBin      parent_instance;

  TropeaHost *host;  /* (owned) (nullable) */

  GtkListBox *list_box;
};

typedef enum
{
  PROP_HOST = 1,
} TropeaSessionListProperty;

G_DEFINE_FINAL_TYPE (TropeaSessionList, tropea_session_list, ADW_TYPE_BIN)

static GParamSpec *properties[PROP_HOST + 1];

static GtkWidget *
create_row (gpointer item,
            gpointer user_data)
{
  return tropea_session_row_new (item);
}

static void
show_sessions (TropeaSessionList *self)
{
  g_autoptr(GListModel) sessions = NULL;

  if (self->host != NULL)
    g_object_get (self->host, "sessions", &sessions, NULL);

  gtk_list_box_bind_model (self->list_box, sessions, create_row, NULL, NULL);
}

static char *
page_name (TropeaSessionList *self,
           guint              n_items)
{
  return g_strdup (n_items == 0 ? "empty" : "list");
}

static void
tropea_session_list_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  TropeaSessionList *self = TROPEA_SESSION_LIST (object);

  switch ((TropeaSessionListProperty) prop_id)
    {
    case PROP_HOST:
      g_value_set_object (value, self->host);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_session_list_set_property (GObject      *object,
                                  guint         prop_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  TropeaSessionList *self = TROPEA_SESSION_LIST (object);

  switch ((TropeaSessionListProperty) prop_id)
    {
    case PROP_HOST:
      if (g_set_object (&self->host, g_value_get_object (value)))
        g_object_notify_by_pspec (object, pspec);
      show_sessions (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_session_list_dispose (GObject *object)
{
  TropeaSessionList *self = TROPEA_SESSION_LIST (object);

  /* The bin and the template both would take a child away that is bound and the bin's own. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), TROPEA_TYPE_SESSION_LIST);
  g_clear_object (&self->host);

  G_OBJECT_CLASS (tropea_session_list_parent_class)->dispose (object);
}

static void
tropea_session_list_class_init (TropeaSessionListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tropea_session_list_get_property;
  object_class->set_property = tropea_session_list_set_property;
  object_class->dispose = tropea_session_list_dispose;

  /**
   * TropeaSessionList:host:
   *
   * The model: what the view shows.
   */
  properties[PROP_HOST] =
    g_param_spec_object ("host", NULL, NULL, TROPEA_TYPE_HOST,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-session-list.ui");
  gtk_widget_class_bind_template_callback (widget_class, page_name);
  gtk_widget_class_bind_template_child (widget_class, TropeaSessionList, list_box);
  tropea_closures_bind (widget_class);
}

static void
tropea_session_list_init (TropeaSessionList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
