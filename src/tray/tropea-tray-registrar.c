/* tropea-tray-registrar.c: tells the tray that there is an item, whenever a tray comes
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tray-registrar"

#include "config.h"

#include "tray/tropea-tray-registrar.h"

#include "tray/tropea-tray-interface.h"

/* Each program that comes to own the watcher's name is told anew, by the path of the item on our
 * own unique name: a sandbox allows no other. A watcher that says that nobody shows what it
 * watches counts as no tray until it says otherwise; one that does not say, as a tray. That there
 * is none, or one that refuses, is nobody's fault and nothing to tell.
 */

struct _TropeaTrayRegistrar
{
  GObject          parent_instance;

  GDBusConnection *connection;    /* (owned) */
  GCancellable    *cancellable;   /* (owned) (nullable): of the calls to this watcher */
  char            *owner;         /* (owned) (nullable): this watcher */
  gboolean         is_registered;
  gboolean         has_host;
  gboolean         is_shown;
  guint            watch_id;
  guint            signal_id;
};

typedef enum
{
  PROP_IS_SHOWN = 1,
} TropeaTrayRegistrarProperty;

G_DEFINE_FINAL_TYPE (TropeaTrayRegistrar, tropea_tray_registrar, G_TYPE_OBJECT)

static GParamSpec *properties[PROP_IS_SHOWN + 1];

static void
update (TropeaTrayRegistrar *self)
{
  gboolean is_shown = self->is_registered && self->has_host;

  if (self->is_shown == is_shown)
    return;

  self->is_shown = is_shown;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_SHOWN]);
}

static void
forget (TropeaTrayRegistrar *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->owner, g_free);
  self->is_registered = FALSE;
  self->has_host = FALSE;
}

/* An answer that came too late belongs to a watcher that is gone. */
static GVariant *
finish (GObject              *object,
        GAsyncResult         *result,
        TropeaTrayRegistrar  *self,
        gboolean             *is_late)
{
  g_autoptr(GError) error = NULL;
  GVariant *answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, &error);

  *is_late = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  if (error != NULL && !*is_late)
    g_debug ("The tray: %s", error->message);

  return answer;
}

static void
host_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(TropeaTrayRegistrar) self = user_data;
  g_autoptr(GVariant) answer = NULL;
  g_autoptr(GVariant) value = NULL;
  gboolean is_late = FALSE;

  answer = finish (object, result, self, &is_late);
  if (is_late)
    return;

  if (answer != NULL)
    g_variant_get (answer, "(v)", &value);
  self->has_host = value == NULL || !g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN) ||
                   g_variant_get_boolean (value);
  update (self);
}

static void
call (TropeaTrayRegistrar *self,
      const char          *interface,
      const char          *method,
      GVariant            *arguments,
      const GVariantType  *type,
      GAsyncReadyCallback  callback)
{
  g_dbus_connection_call (self->connection, self->owner, TROPEA_TRAY_WATCHER_PATH, interface,
                          method, arguments, type, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
                          self->cancellable, callback, g_object_ref (self));
}

static void
ask_for_host (TropeaTrayRegistrar *self)
{
  call (self, "org.freedesktop.DBus.Properties", "Get",
        g_variant_new ("(ss)", TROPEA_TRAY_WATCHER_INTERFACE, "IsStatusNotifierHostRegistered"),
        G_VARIANT_TYPE ("(v)"), host_cb);
}

static void
registered_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr(TropeaTrayRegistrar) self = user_data;
  g_autoptr(GVariant) answer = NULL;
  gboolean is_late = FALSE;

  answer = finish (object, result, self, &is_late);
  if (is_late)
    return;

  self->is_registered = answer != NULL;
  if (self->is_registered)
    ask_for_host (self);
  update (self);
}

static void
do_register (TropeaTrayRegistrar *self)
{
  call (self, TROPEA_TRAY_WATCHER_INTERFACE, "RegisterStatusNotifierItem",
        g_variant_new ("(s)", TROPEA_TRAY_ITEM_PATH), NULL, registered_cb);
}

static void
appeared_cb (GDBusConnection *connection,
             const char      *name,
             const char      *owner,
             gpointer         user_data)
{
  TropeaTrayRegistrar *self = user_data;

  forget (self);
  self->owner = g_strdup (owner);
  self->cancellable = g_cancellable_new ();
  update (self);
  do_register (self);
}

static void
vanished_cb (GDBusConnection *connection,
             const char      *name,
             gpointer         user_data)
{
  TropeaTrayRegistrar *self = user_data;

  forget (self);
  update (self);
}

/* A panel comes or goes while the watcher stays. */
static void
signal_cb (GDBusConnection *connection,
           const char      *sender,
           const char      *path,
           const char      *interface,
           const char      *name,
           GVariant        *arguments,
           gpointer         user_data)
{
  TropeaTrayRegistrar *self = user_data;

  if (g_strcmp0 (sender, self->owner) != 0)
    return;

  if (g_str_equal (name, "StatusNotifierHostRegistered") && !self->is_registered)
    do_register (self);
  else if (g_str_has_prefix (name, "StatusNotifierHost"))
    ask_for_host (self);
}

static void
tropea_tray_registrar_get_property (GObject    *object,
                                    guint       prop_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  TropeaTrayRegistrar *self = TROPEA_TRAY_REGISTRAR (object);

  switch ((TropeaTrayRegistrarProperty) prop_id)
    {
    case PROP_IS_SHOWN:
      g_value_set_boolean (value, self->is_shown);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_tray_registrar_dispose (GObject *object)
{
  TropeaTrayRegistrar *self = TROPEA_TRAY_REGISTRAR (object);

  g_clear_handle_id (&self->watch_id, g_bus_unwatch_name);
  if (self->signal_id != 0)
    g_dbus_connection_signal_unsubscribe (self->connection, self->signal_id);
  self->signal_id = 0;
  forget (self);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (tropea_tray_registrar_parent_class)->dispose (object);
}

static void
tropea_tray_registrar_class_init (TropeaTrayRegistrarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tropea_tray_registrar_get_property;
  object_class->dispose = tropea_tray_registrar_dispose;

  /**
   * TropeaTrayRegistrar:is-shown:
   *
   * A tray has taken the item.
   */
  properties[PROP_IS_SHOWN] =
    g_param_spec_boolean ("is-shown", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tropea_tray_registrar_init (TropeaTrayRegistrar *self)
{
}

/**
 * tropea_tray_registrar_new:
 * @connection: where the item is exported already
 *
 * Returns: (transfer full): who tells each tray that comes
 */
TropeaTrayRegistrar *
tropea_tray_registrar_new (GDBusConnection *connection)
{
  TropeaTrayRegistrar *self = NULL;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection), NULL);

  self = g_object_new (TROPEA_TYPE_TRAY_REGISTRAR, NULL);
  self->connection = g_object_ref (connection);
  self->signal_id =
    g_dbus_connection_signal_subscribe (connection, TROPEA_TRAY_WATCHER_NAME,
                                        TROPEA_TRAY_WATCHER_INTERFACE, NULL,
                                        TROPEA_TRAY_WATCHER_PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                        signal_cb, self, NULL);
  self->watch_id =
    g_bus_watch_name_on_connection (connection, TROPEA_TRAY_WATCHER_NAME,
                                    G_BUS_NAME_WATCHER_FLAGS_NONE, appeared_cb, vanished_cb, self,
                                    NULL);

  return self;
}

gboolean
tropea_tray_registrar_get_is_shown (TropeaTrayRegistrar *self)
{
  g_return_val_if_fail (TROPEA_IS_TRAY_REGISTRAR (self), FALSE);

  return self->is_shown;
}
