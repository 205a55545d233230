/* tropea-tray.c: an icon with a tooltip and a menu in the tray, where there is a tray
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tray"

#include "config.h"

#include "tray/tropea-tray.h"

#include "tray/tropea-menu-exporter.h"
#include "tray/tropea-tray-interface.h"
#include "tray/tropea-tray-item.h"
#include "tray/tropea-tray-registrar.h"

/* The icon has a connection to the bus of its own: no tray has a call to take an item back, but
 * each drops the items of a connection that ends. So that is how it is switched off.
 */

struct _TropeaTray
{
  GObject              parent_instance;

  TropeaTrayItem      *item;         /* (owned) */
  TropeaLiveMenu      *menu;         /* (owned) */
  TropeaMenuExporter  *exporter;     /* (owned) */
  gboolean             is_enabled;
  gboolean             is_shown;

  GCancellable        *cancellable;  /* (owned) (nullable): while connecting */
  GDBusConnection     *connection;   /* (owned) (nullable) */
  TropeaTrayRegistrar *registrar;    /* (owned) (nullable): as long as the connection */
};

typedef enum
{
  PROP_IS_ENABLED = 1,
  PROP_IS_SHOWN,
} TropeaTrayProperty;

G_DEFINE_FINAL_TYPE (TropeaTray, tropea_tray, G_TYPE_OBJECT)

static GParamSpec *properties[PROP_IS_SHOWN + 1];
static guint activated_signal;
static guint second_activated_signal;
static guint about_to_show_signal;

static void
update (TropeaTray *self)
{
  gboolean is_shown = self->registrar != NULL &&
                      tropea_tray_registrar_get_is_shown (self->registrar);

  if (self->is_shown == is_shown)
    return;

  self->is_shown = is_shown;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_SHOWN]);
}

/* GDBus closes when its thread comes to it, and now and then not at all if the last reference
 * goes first. The bus shall know at once.
 */
static void
hang_up (GDBusConnection *connection)
{
  GIOStream *stream = g_dbus_connection_get_stream (connection);

  g_dbus_connection_close (connection, NULL, NULL, NULL);
  if (G_IS_SOCKET_CONNECTION (stream))
    g_socket_shutdown (g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream)), TRUE, TRUE,
                       NULL);
}

static void
disconnect (TropeaTray *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->registrar);
  tropea_tray_item_unexport (self->item);
  tropea_menu_exporter_unexport (self->exporter);
  if (self->connection != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->connection, self);
      hang_up (self->connection);
    }
  g_clear_object (&self->connection);
}

/* The bus has ended, or has had enough of us; another one is only there for a new session. */
static void
closed_cb (TropeaTray *self)
{
  disconnect (self);
  update (self);
}

static gboolean
export (TropeaTray  *self,
        GError     **error)
{
  return tropea_tray_item_export (self->item, self->connection, error) &&
         tropea_menu_exporter_export (self->exporter, self->connection, TROPEA_TRAY_MENU_PATH,
                                      error);
}

static void
connected_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(TropeaTray) self = user_data;
  g_autoptr(GDBusConnection) connection = NULL;
  g_autoptr(GError) error = NULL;

  connection = g_dbus_connection_new_for_address_finish (result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !self->is_enabled)
    return;

  g_clear_object (&self->cancellable);
  g_set_object (&self->connection, connection);
  if (connection == NULL || !export (self, &error))
    {
      g_debug ("No tray: %s", error->message);
      disconnect (self);
      return;
    }

  g_signal_connect_swapped (connection, "closed", G_CALLBACK (closed_cb), self);
  self->registrar = tropea_tray_registrar_new (connection);
  g_signal_connect_object (self->registrar, "notify::is-shown", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
}

static void
start_connecting (TropeaTray *self)
{
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, NULL);

  if (address == NULL)
    return;

  self->cancellable = g_cancellable_new ();
  g_dbus_connection_new_for_address (address,
                                     G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                     G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                     NULL, self->cancellable, connected_cb, g_object_ref (self));
}

static void
activated_cb (TropeaTray *self,
              const char *token)
{
  g_signal_emit (self, activated_signal, 0, token);
}

static void
second_activated_cb (TropeaTray *self)
{
  g_signal_emit (self, second_activated_signal, 0);
}

static void
about_to_show_cb (TropeaTray *self)
{
  g_signal_emit (self, about_to_show_signal, 0);
}

static void
tropea_tray_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  TropeaTray *self = TROPEA_TRAY (object);

  switch ((TropeaTrayProperty) prop_id)
    {
    case PROP_IS_ENABLED:
      g_value_set_boolean (value, self->is_enabled);
      break;
    case PROP_IS_SHOWN:
      g_value_set_boolean (value, self->is_shown);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_tray_set_property (GObject      *object,
                          guint         prop_id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  TropeaTray *self = TROPEA_TRAY (object);

  switch ((TropeaTrayProperty) prop_id)
    {
    case PROP_IS_ENABLED:
      tropea_tray_set_is_enabled (self, g_value_get_boolean (value));
      break;
    case PROP_IS_SHOWN:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_tray_dispose (GObject *object)
{
  TropeaTray *self = TROPEA_TRAY (object);

  self->is_enabled = FALSE;
  if (self->item != NULL)
    disconnect (self);
  g_clear_object (&self->exporter);
  g_clear_object (&self->menu);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (tropea_tray_parent_class)->dispose (object);
}

static void
tropea_tray_class_init (TropeaTrayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tropea_tray_get_property;
  object_class->set_property = tropea_tray_set_property;
  object_class->dispose = tropea_tray_dispose;

  /**
   * TropeaTray:is-enabled:
   *
   * The user wants an icon in the tray.
   */
  properties[PROP_IS_ENABLED] =
    g_param_spec_boolean ("is-enabled", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaTray:is-shown:
   *
   * A tray has it.
   */
  properties[PROP_IS_SHOWN] =
    g_param_spec_boolean ("is-shown", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  activated_signal = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  second_activated_signal = g_signal_new ("second-activated", G_TYPE_FROM_CLASS (klass),
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                          0);
  about_to_show_signal = g_signal_new ("about-to-show", G_TYPE_FROM_CLASS (klass),
                                       G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tropea_tray_init (TropeaTray *self)
{
}

/**
 * tropea_tray_new:
 * @status: what icon and tooltip say, at any time
 * @menu: what the right button shows
 * @actions: what it does
 * @application_id: what the names of the icons begin with
 * @title: the program's name
 * @is_rtl: whether words are read from right to left
 *
 * Returns: (transfer full): an icon that is not enabled yet
 */
TropeaTray *
tropea_tray_new (TropeaTrayStatus  *status,
                 GMenuModel        *menu,
                 TropeaTrayActions *actions,
                 const char        *application_id,
                 const char        *title,
                 gboolean           is_rtl)
{
  TropeaTray *self = g_object_new (TROPEA_TYPE_TRAY, NULL);

  self->item = tropea_tray_item_new (status, application_id, title);
  self->menu = tropea_live_menu_new (menu, actions);
  self->exporter = tropea_menu_exporter_new (self->menu, is_rtl);
  g_signal_connect_object (self->item, "activated", G_CALLBACK (activated_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->item, "second-activated", G_CALLBACK (second_activated_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->menu, "about-to-show", G_CALLBACK (about_to_show_cb), self,
                           G_CONNECT_SWAPPED);

  return self;
}

/**
 * tropea_tray_set_is_enabled:
 *
 * Have an icon in every tray that comes, or in none.
 */
void
tropea_tray_set_is_enabled (TropeaTray *self,
                            gboolean    is_enabled)
{
  g_return_if_fail (TROPEA_IS_TRAY (self));

  if (self->is_enabled == is_enabled)
    return;

  self->is_enabled = is_enabled;
  if (is_enabled)
    start_connecting (self);
  else
    disconnect (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_ENABLED]);
  update (self);
}

gboolean
tropea_tray_get_is_shown (TropeaTray *self)
{
  g_return_val_if_fail (TROPEA_IS_TRAY (self), FALSE);

  return self->is_shown;
}
