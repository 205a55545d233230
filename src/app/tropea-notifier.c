/* tropea-notifier.c: sends to the desktop what the rules for notifications say
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-notifier"

#include "config.h"

#include "app/tropea-notifier.h"

#include "app/tropea-background-portal.h"
#include "app/tropea-notice-rules.h"
#include "ui/tropea-format.h"
#include "ui/tropea-session-words.h"

/* What is to be seen is in tropea-notice-rules.c; here the host is listened to, and the desktop
 * is told. What comes in quick succession is sent once, a moment later. Where nothing shows
 * notifications nothing is sent: GLib would warn of it each time that Tropea runs.
 */

#define DELAY_MS 700

#define NOTIFICATIONS "org.freedesktop.Notifications"
#define BUS "org.freedesktop.DBus"

static const struct
{
  const char            *id;
  const char            *setting;
  GNotificationPriority  priority;
} kinds[TROPEA_N_NOTICES] = {
  { "tor-failed", TROPEA_SETTING_NOTIFY_TOR_FAILED, G_NOTIFICATION_PRIORITY_HIGH },
  { "first-credits", TROPEA_SETTING_NOTIFY_FIRST_CREDITS, G_NOTIFICATION_PRIORITY_LOW },
  { "refused", TROPEA_SETTING_NOTIFY_REFUSED, G_NOTIFICATION_PRIORITY_NORMAL },
  { "keyring", TROPEA_SETTING_NOTIFY_KEYRING, G_NOTIFICATION_PRIORITY_NORMAL },
};

struct _TropeaNotifier
{
  GObject             parent_instance;

  GApplication       *application;   /* (unowned): owns us */
  TropeaSettings     *settings;      /* (owned) (nullable) */
  TropeaWindowKeeper *keeper;        /* (owned) */
  TropeaNoticeRules  *rules;         /* (owned) */
  TropeaHost         *host;          /* (owned) (nullable) */
  GCancellable       *cancellable;   /* (owned) */
  guint               timer;
  gboolean            is_new[TROPEA_N_NOTICES];   /* and waits for the timer */
  gboolean            is_sent[TROPEA_N_NOTICES];
};

G_DEFINE_FINAL_TYPE (TropeaNotifier, tropea_notifier, G_TYPE_OBJECT)

static void
send (TropeaNotifier     *self,
      guint               kind,
      const TropeaNotice *notice)
{
  g_autoptr(GNotification) notification = g_notification_new (notice->title);
  g_autoptr(GIcon) icon = g_themed_icon_new (TROPEA_APPLICATION_ID);

  g_notification_set_body (notification, notice->body);
  g_notification_set_icon (notification, icon);
  g_notification_set_priority (notification, kinds[kind].priority);
  g_notification_set_default_action (notification, notice->action);
  g_notification_add_button (notification, notice->button, notice->button_action);
  g_application_send_notification (self->application, kinds[kind].id, notification);
  self->is_sent[kind] = TRUE;
}

static void
send_all (TropeaNotifier *self)
{
  for (guint kind = 0; kind < TROPEA_N_NOTICES; kind++)
    {
      const TropeaNotice *notice = tropea_notice_rules_get (self->rules, (TropeaNoticeKind) kind);

      if (self->is_new[kind] && notice != NULL)
        send (self, kind, notice);
      self->is_new[kind] = FALSE;
    }
}

static void
found_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(TropeaNotifier) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) answer = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, &error);
  if (answer != NULL)
    send_all (self);
  else
    g_debug ("Nothing shows notifications: %s", error->message);
}

/* In a sandbox there is a portal instead, and GLib uses it. */
static gboolean
timer_cb (gpointer user_data)
{
  TropeaNotifier *self = user_data;
  GDBusConnection *bus = g_application_get_dbus_connection (self->application);

  self->timer = 0;
  if (bus == NULL)
    return G_SOURCE_REMOVE;

  if (tropea_background_portal_is_needed ())
    send_all (self);
  else
    g_dbus_connection_call (bus, BUS, "/org/freedesktop/DBus", BUS, "StartServiceByName",
                            g_variant_new ("(su)", NOTIFICATIONS, 0), G_VARIANT_TYPE ("(u)"),
                            G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, found_cb,
                            g_object_ref (self));

  return G_SOURCE_REMOVE;
}

static void
changed_cb (TropeaNotifier *self,
            int             kind)
{
  if (tropea_notice_rules_get (self->rules, (TropeaNoticeKind) kind) != NULL)
    {
      self->is_new[kind] = TRUE;
      if (self->timer == 0)
        self->timer = g_timeout_add (DELAY_MS, timer_cb, self);
      return;
    }

  self->is_new[kind] = FALSE;
  if (self->is_sent[kind])
    g_application_withdraw_notification (self->application, kinds[kind].id);
  self->is_sent[kind] = FALSE;
}

static void
settings_changed_cb (TropeaNotifier *self)
{
  for (guint kind = 0; self->settings != NULL && kind < TROPEA_N_NOTICES; kind++)
    tropea_notice_rules_set_enabled (self->rules, (TropeaNoticeKind) kind,
                                     tropea_settings_get_boolean (self->settings,
                                                                  kinds[kind].setting));
}

static void
looked_at_cb (TropeaNotifier *self)
{
  tropea_notice_rules_set_looked_at (self->rules, tropea_window_keeper_is_looked_at (self->keeper));
}

/* A tor that is started again by itself has not this state. */
static void
tor_cb (TropeaNotifier *self)
{
  const GError *failure = tropea_host_get_failure (self->host);

  tropea_notice_rules_set_failure (self->rules, failure != NULL ? failure->message : NULL,
                                   failure != NULL ? tropea_host_get_diagnosis (self->host) : NULL);
}

static void
keyring_cb (TropeaNotifier *self)
{
  TropeaKeyState key_state = TROPEA_KEY_STATE_UNKNOWN;
  gint64 waiting = 0;

  g_object_get (self->host, "key-state", &key_state, "waiting-sessions", &waiting, NULL);
  tropea_notice_rules_set_is_locked_out (self->rules, key_state == TROPEA_KEY_STATE_LOCKED &&
                                                      waiting > 0);
}

/* What is made up earns nothing that anybody is told of. */
static gboolean
is_real (TropeaSession *session)
{
  return tropea_session_get_kind (session) != TROPEA_SESSION_KIND_SIMULATED;
}

static void
credited_cb (TropeaNotifier *self,
             TropeaSession  *session)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *day = g_date_time_format (now, "%Y-%m-%d");
  g_autofree char *credits = tropea_format_credits (tropea_session_get_credits_micro (session));

  if (!is_real (session) || g_strcmp0 (tropea_notice_rules_get_told_day (self->rules), day) == 0)
    return;

  tropea_notice_rules_credited (self->rules, day, credits);
  if (self->settings != NULL)
    tropea_settings_set_string (self->settings, TROPEA_SETTING_CREDITS_TOLD, day);
}

static void
refused_cb (TropeaNotifier *self,
            TropeaSession  *session)
{
  g_autofree char *sentence = tropea_words_state (session);

  if (is_real (session))
    tropea_notice_rules_refused (self->rules, sentence);
}

static void
tropea_notifier_dispose (GObject *object)
{
  TropeaNotifier *self = TROPEA_NOTIFIER (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->timer, g_source_remove);
  tropea_notifier_set_host (self, NULL);
  g_clear_object (&self->keeper);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (tropea_notifier_parent_class)->dispose (object);
}

static void
tropea_notifier_finalize (GObject *object)
{
  TropeaNotifier *self = TROPEA_NOTIFIER (object);

  g_clear_object (&self->rules);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (tropea_notifier_parent_class)->finalize (object);
}

static void
tropea_notifier_class_init (TropeaNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tropea_notifier_dispose;
  G_OBJECT_CLASS (klass)->finalize = tropea_notifier_finalize;
}

static void
tropea_notifier_init (TropeaNotifier *self)
{
  self->cancellable = g_cancellable_new ();
  self->rules = tropea_notice_rules_new ();
  g_signal_connect_object (self->rules, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * tropea_notifier_new:
 * @application: sends, and outlives this
 * @settings: (nullable): which kinds are wanted
 * @keeper: tells when somebody looks
 */
TropeaNotifier *
tropea_notifier_new (GApplication       *application,
                     TropeaSettings     *settings,
                     TropeaWindowKeeper *keeper)
{
  TropeaNotifier *self = NULL;

  g_return_val_if_fail (G_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (TROPEA_IS_WINDOW_KEEPER (keeper), NULL);

  self = g_object_new (TROPEA_TYPE_NOTIFIER, NULL);
  self->application = application;
  g_set_object (&self->keeper, keeper);
  g_signal_connect_object (keeper, "notify::is-looked-at", G_CALLBACK (looked_at_cb), self,
                           G_CONNECT_SWAPPED);
  if (g_set_object (&self->settings, settings))
    {
      g_autofree char *day = tropea_settings_dup_string (settings, TROPEA_SETTING_CREDITS_TOLD);

      tropea_notice_rules_set_told_day (self->rules, day);
      g_signal_connect_object (tropea_settings_get_gsettings (settings), "changed",
                               G_CALLBACK (settings_changed_cb), self, G_CONNECT_SWAPPED);
      settings_changed_cb (self);
    }

  return self;
}

/**
 * tropea_notifier_set_host:
 *
 * With NULL all that was said goes.
 */
void
tropea_notifier_set_host (TropeaNotifier *self,
                          TropeaHost     *host)
{
  static const struct
  {
    const char *name;
    GCallback   callback;
  } signals[] = {
    { "notify::state", G_CALLBACK (tor_cb) },
    { "notify::diagnosis", G_CALLBACK (tor_cb) },
    { "notify::problem", G_CALLBACK (tor_cb) },
    { "notify::key-state", G_CALLBACK (keyring_cb) },
    { "notify::waiting-sessions", G_CALLBACK (keyring_cb) },
    { "credited", G_CALLBACK (credited_cb) },
    { "refused", G_CALLBACK (refused_cb) },
  };

  g_return_if_fail (TROPEA_IS_NOTIFIER (self));
  g_return_if_fail (host == NULL || TROPEA_IS_HOST (host));

  if (self->host == host)
    return;

  if (self->host != NULL)
    g_signal_handlers_disconnect_by_data (self->host, self);
  g_set_object (&self->host, host);
  if (host == NULL)
    {
      /* As if somebody looked: all of it is over. */
      tropea_notice_rules_set_looked_at (self->rules, TRUE);
      return;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (host, signals[i].name, signals[i].callback, self, G_CONNECT_SWAPPED);
  looked_at_cb (self);
  keyring_cb (self);
}
