/* tropea-tray-item.c: the icon in the tray on the bus, as org.kde.StatusNotifierItem
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tray-item"

#include "config.h"

#include "tray/tropea-tray-item.h"

#include "tray/tropea-tray-interface.h"
#include "tray/tropea-tray-pixmaps.h"

/* The icon has both a name and pixels: a tray that finds no such name in its theme takes the
 * pixels. Scrolling over it does nothing. The menu comes with the right button; a tray that wants
 * us to show it ourselves gets none, since only it knows where.
 */

struct _TropeaTrayItem
{
  GObject           parent_instance;

  TropeaTrayStatus *status;          /* (owned) */
  char             *application_id;  /* (owned) */
  char             *title;           /* (owned) */
  char             *token;           /* (owned) (nullable): of the activation that comes next */

  GDBusConnection  *connection;      /* (owned) (nullable): where it is exported */
  guint             object_id;
};

G_DEFINE_FINAL_TYPE (TropeaTrayItem, tropea_tray_item, G_TYPE_OBJECT)

static guint activated_signal;
static guint second_activated_signal;

static void
emit (TropeaTrayItem *self,
      const char     *name,
      GVariant       *body)
{
  g_autoptr(GVariant) owned = body != NULL ? g_variant_ref_sink (body) : NULL;

  if (self->connection != NULL)
    g_dbus_connection_emit_signal (self->connection, NULL, TROPEA_TRAY_ITEM_PATH,
                                   TROPEA_TRAY_ITEM_INTERFACE, name, owned, NULL);
}

static const char *
get_status (TropeaTrayItem *self)
{
  return tropea_tray_status_get_state (self->status) == TROPEA_TRAY_STATE_FAILED
         ? "NeedsAttention" : "Active";
}

static void
state_cb (TropeaTrayItem *self)
{
  emit (self, "NewIcon", NULL);
  emit (self, "NewAttentionIcon", NULL);
  emit (self, "NewStatus", g_variant_new ("(s)", get_status (self)));
}

static void
tooltip_cb (TropeaTrayItem *self)
{
  emit (self, "NewToolTip", NULL);
}

/* Some trays take the text for markup, others show it as it is: so only what would be wrong. */
static char *
escape (const char *text)
{
  GString *escaped = g_string_new (text);

  g_string_replace (escaped, "&", "&amp;", 0);
  g_string_replace (escaped, "<", "&lt;", 0);

  return g_string_free (escaped, FALSE);
}

static GVariant *
make_tooltip (TropeaTrayItem *self)
{
  const char *headline = tropea_tray_status_get_headline (self->status);
  const char *text = tropea_tray_status_get_text (self->status);
  g_autofree char *escaped = escape (text != NULL ? text : "");

  return g_variant_new ("(s@a(iiay)ss)", "",
                        g_variant_new_array (G_VARIANT_TYPE ("(iiay)"), NULL, 0),
                        headline != NULL ? headline : self->title, escaped);
}

static GVariant *
property_cb (GDBusConnection  *connection,
             const char       *sender,
             const char       *path,
             const char       *interface,
             const char       *name,
             GError          **error,
             gpointer          user_data)
{
  TropeaTrayItem *self = user_data;
  TropeaTrayState state = tropea_tray_status_get_state (self->status);

  if (g_str_equal (name, "Category"))
    return g_variant_new_string ("ApplicationStatus");
  if (g_str_equal (name, "Id"))
    return g_variant_new_string (self->application_id);
  if (g_str_equal (name, "Title"))
    return g_variant_new_string (self->title);
  if (g_str_equal (name, "Status"))
    return g_variant_new_string (get_status (self));
  if (g_str_equal (name, "WindowId"))
    return g_variant_new_int32 (0);
  if (g_str_equal (name, "Menu"))
    return g_variant_new_object_path (TROPEA_TRAY_MENU_PATH);
  if (g_str_equal (name, "ItemIsMenu"))
    return g_variant_new_boolean (FALSE);
  if (g_str_equal (name, "IconName") || g_str_equal (name, "AttentionIconName"))
    return g_variant_new_take_string (g_strdup_printf ("%s-%s", self->application_id,
                                                       tropea_tray_state_to_string (state)));
  if (g_str_equal (name, "IconPixmap") || g_str_equal (name, "AttentionIconPixmap"))
    return tropea_tray_pixmaps_load (state);
  if (g_str_equal (name, "OverlayIconPixmap"))
    return g_variant_new_array (G_VARIANT_TYPE ("(iiay)"), NULL, 0);
  if (g_str_equal (name, "ToolTip"))
    return make_tooltip (self);

  return g_variant_new_string ("");
}

static void
method_cb (GDBusConnection       *connection,
           const char            *sender,
           const char            *path,
           const char            *interface,
           const char            *method,
           GVariant              *arguments,
           GDBusMethodInvocation *invocation,
           gpointer               user_data)
{
  g_autoptr(TropeaTrayItem) self = g_object_ref (user_data);
  g_autofree char *token = NULL;
  g_autofree char *name = g_strdup (method);

  if (g_str_equal (name, "ProvideXdgActivationToken"))
    {
      g_free (self->token);
      g_variant_get (arguments, "(s)", &self->token);
    }

  /* The answer is sent first: what is asked for may take a while, or be the end of us. */
  g_dbus_method_invocation_return_value (invocation, NULL);

  if (g_str_equal (name, "Activate"))
    {
      token = g_steal_pointer (&self->token);
      g_signal_emit (self, activated_signal, 0, token);
    }
  else if (g_str_equal (name, "SecondaryActivate"))
    g_signal_emit (self, second_activated_signal, 0);
}

static void
tropea_tray_item_dispose (GObject *object)
{
  TropeaTrayItem *self = TROPEA_TRAY_ITEM (object);

  tropea_tray_item_unexport (self);
  g_clear_object (&self->status);

  G_OBJECT_CLASS (tropea_tray_item_parent_class)->dispose (object);
}

static void
tropea_tray_item_finalize (GObject *object)
{
  TropeaTrayItem *self = TROPEA_TRAY_ITEM (object);

  g_free (self->application_id);
  g_free (self->title);
  g_free (self->token);

  G_OBJECT_CLASS (tropea_tray_item_parent_class)->finalize (object);
}

static void
tropea_tray_item_class_init (TropeaTrayItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tropea_tray_item_dispose;
  object_class->finalize = tropea_tray_item_finalize;

  activated_signal = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  second_activated_signal = g_signal_new ("second-activated", G_TYPE_FROM_CLASS (klass),
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                          0);
}

static void
tropea_tray_item_init (TropeaTrayItem *self)
{
}

/**
 * tropea_tray_item_new:
 * @application_id: what its icons' names begin with
 *
 * Returns: (transfer full): the item, on no bus yet
 */
TropeaTrayItem *
tropea_tray_item_new (TropeaTrayStatus *status,
                      const char       *application_id,
                      const char       *title)
{
  TropeaTrayItem *self = NULL;

  g_return_val_if_fail (TROPEA_IS_TRAY_STATUS (status), NULL);

  self = g_object_new (TROPEA_TYPE_TRAY_ITEM, NULL);
  self->status = g_object_ref (status);
  self->application_id = g_strdup (application_id);
  self->title = g_strdup (title);
  g_signal_connect_object (status, "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (status, "notify::headline", G_CALLBACK (tooltip_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (status, "notify::text", G_CALLBACK (tooltip_cb), self,
                           G_CONNECT_SWAPPED);

  return self;
}

/**
 * tropea_tray_item_export:
 *
 * Returns: FALSE with an error where there is something at its place already
 */
gboolean
tropea_tray_item_export (TropeaTrayItem   *self,
                         GDBusConnection  *connection,
                         GError          **error)
{
  static const GDBusInterfaceVTable vtable = { method_cb, property_cb, NULL, { NULL } };
  g_autoptr(GDBusNodeInfo) node = NULL;

  g_return_val_if_fail (TROPEA_IS_TRAY_ITEM (self), FALSE);
  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection), FALSE);
  g_return_val_if_fail (self->connection == NULL, FALSE);

  node = tropea_tray_interface_load (TROPEA_TRAY_ITEM_INTERFACE);
  self->object_id = g_dbus_connection_register_object (connection, TROPEA_TRAY_ITEM_PATH,
                                                       node->interfaces[0], &vtable, self, NULL,
                                                       error);
  if (self->object_id == 0)
    return FALSE;

  self->connection = g_object_ref (connection);

  return TRUE;
}

/**
 * tropea_tray_item_unexport:
 *
 * Take the item from the bus, if it is there.
 */
void
tropea_tray_item_unexport (TropeaTrayItem *self)
{
  g_return_if_fail (TROPEA_IS_TRAY_ITEM (self));

  if (self->connection == NULL)
    return;

  g_dbus_connection_unregister_object (self->connection, self->object_id);
  self->object_id = 0;
  g_clear_object (&self->connection);
}
