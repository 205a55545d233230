/* tropea-ledger-group.c: lets it be said which ledger sessions go to
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-group"

#include "config.h"

#include "ui/tropea-ledger-group.h"

#include <glib/gi18n.h>

#include "host/tropea-host-ledger.h"
#include "record/tropea-encoding.h"
#include "submit/tropea-ledger-url.h"
#include "ui/tropea-dialogs.h"
#include "ui/tropea-ui.h"

/* A ledger elsewhere is asked who it is before it is used. One that is who it was is taken at
 * once; one that is new, or another, or does not answer, only when the user has said yes. What
 * the choice shows is what the host uses, and the setting follows the host.
 */

struct _TropeaLedgerGroup
{
  AdwPreferencesGroup  parent_instance;

  TropeaHost          *host;         /* (owned) (nullable) */
  TropeaSettings      *settings;     /* (owned) (nullable) */
  GCancellable        *cancellable;  /* (owned): of the question to a ledger */
  TropeaLedgerSight   *sight;        /* (owned) (nullable): whom the user is asked about */
  char                *address;      /* (owned) (nullable): where that is; NULL for here */
  gboolean             is_filling;   /* the rows change, but nobody changes them */
  gboolean             is_test;      /* nothing is changed by the answer */

  GtkCheckButton      *here;
  GtkCheckButton      *elsewhere;
  AdwEntryRow         *entry;
  AdwActionRow        *answer;
  GtkSpinner          *spinner;
  GtkButton           *button;
};

G_DEFINE_FINAL_TYPE (TropeaLedgerGroup, tropea_ledger_group, ADW_TYPE_PREFERENCES_GROUP)

/* NULL once it is closed. */
static GtkWindow *
get_window (TropeaLedgerGroup *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return root != NULL ? GTK_WINDOW (root) : NULL;
}

static void
say (TropeaLedgerGroup *self,
     const char        *sentence)
{
  g_autofree char *escaped = g_markup_escape_text (sentence, -1);

  adw_action_row_set_subtitle (self->answer, escaped);
}

static void
set_busy (TropeaLedgerGroup *self,
          gboolean           busy)
{
  gtk_spinner_set_spinning (self->spinner, busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->button), !busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->here), !busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->elsewhere), !busy);
}

static void
set_wrong (TropeaLedgerGroup *self,
           gboolean           wrong)
{
  if (wrong)
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
}

/* An address that was typed stays where it is not used. */
static void
fill (TropeaLedgerGroup *self)
{
  const char *url = tropea_host_get_ledger_url (self->host);
  g_autofree char *place = NULL;

  /* An entry that becomes insensitive must not have the focus. */
  if (url == NULL && (gtk_widget_get_state_flags (GTK_WIDGET (self->entry)) &
                      GTK_STATE_FLAG_FOCUS_WITHIN) != 0)
    gtk_widget_grab_focus (GTK_WIDGET (self->elsewhere));
  self->is_filling = TRUE;
  gtk_check_button_set_active (url != NULL ? self->elsewhere : self->here, TRUE);
  if (url != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->entry), url);
  self->is_filling = FALSE;

  if (url != NULL)
    {
      /* Translators: a ledger's address. */
      g_autofree char *sentence = g_strdup_printf (_("Sessions go to the ledger at %s."), url);

      place = g_markup_escape_text (sentence, -1);
    }
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self),
                                         place != NULL ? place
                                                       : _("Sessions go to the ledger on this "
                                                           "computer."));
}

static void
used_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(TropeaLedgerGroup) self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean is_used = tropea_host_use_ledger_finish (TROPEA_HOST (object), result, &error);

  if (is_used && self->settings != NULL)
    tropea_settings_set_string (self->settings, TROPEA_SETTING_LEDGER_URL,
                                tropea_host_get_ledger_url (TROPEA_HOST (object)));
  if (get_window (self) == NULL)
    return;

  set_busy (self, FALSE);
  fill (self);
  say (self, is_used ? _("Sessions go there from now on.") : error->message);
}

static void
use (TropeaLedgerGroup      *self,
     const TropeaLedgerInfo *trusted)
{
  set_busy (self, TRUE);
  say (self, _("Going over…"));
  tropea_host_use_ledger_async (self->host, self->address, trusted, used_cb, g_object_ref (self));
}

static void
confirmed (TropeaLedgerGroup *self)
{
  if (self->host == NULL)
    return;

  use (self, self->sight != NULL && self->sight->trust == TROPEA_LEDGER_TRUST_CHANGED
             ? self->sight->info : NULL);
}

/* The choice is what is in use until the user has said yes. */
static void
ask_new (TropeaLedgerGroup *self)
{
  const TropeaLedgerInfo *info = self->sight->info;
  g_autofree char *key = tropea_base64_encode (info->public_key, sizeof info->public_key);
  g_autofree char *body = NULL;

  /* Translators: a ledger's name, its address, its key. */
  body = g_strdup_printf (_("It is “%s” at %s, with the key %s.\n\nSessions go there from now on, "
                            "those that wait too. What another ledger has credited stays with "
                            "that one."), info->origin, self->sight->url, key);
  tropea_dialogs_ask (get_window (self), _("Use This Ledger?"), body, _("_Use"),
                      G_CALLBACK (confirmed), self);
}

static void
ask_changed (TropeaLedgerGroup *self)
{
  const TropeaLedgerInfo *info = self->sight->info;
  g_autofree char *key = tropea_base64_encode (info->public_key, sizeof info->public_key);
  g_autofree char *body = NULL;

  /* Translators: a ledger's address, its name, its key. */
  body = g_strdup_printf (_("At %s answers “%s” with the key %s. That is not who answered when "
                            "this ledger was first used: it was set up anew, or somebody else "
                            "is there. Ask its operator before you trust it."),
                          self->sight->url, info->origin, key);
  tropea_dialogs_confirm (get_window (self), _("Trust Another Key?"), body, _("_Trust"),
                          G_CALLBACK (confirmed), self);
}

static void
ask_silent (TropeaLedgerGroup *self,
            const char        *reason)
{
  g_autofree char *body = NULL;

  /* Translators: %s is a sentence: why the ledger does not answer. */
  body = g_strdup_printf (_("%s.\n\nSessions wait on this computer until it answers; the key that "
                            "it shows then is the one that it has to keep."), reason);
  tropea_dialogs_ask (get_window (self), _("Use It Without an Answer?"), body, _("Use _Anyway"),
                      G_CALLBACK (confirmed), self);
}

static char *
dup_description (const TropeaLedgerSight *sight)
{
  if (sight->trust == TROPEA_LEDGER_TRUST_CHANGED)
    /* Translators: the name of a ledger. */
    return g_strdup_printf (_("“%s” answers, with another key than when it was first used."),
                            sight->info->origin);
  if (sight->info->accepts_simulation)
    /* Translators: the name of a ledger and its software. */
    return g_strdup_printf (_("“%s” answers (%s); it also takes simulated sessions."),
                            sight->info->origin, sight->info->software);

  /* Translators: the name of a ledger and its software. */
  return g_strdup_printf (_("“%s” answers (%s); it takes no simulated sessions."),
                          sight->info->origin, sight->info->software);
}

static void
looked_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(TropeaLedgerGroup) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *sentence = NULL;

  g_clear_pointer (&self->sight, tropea_ledger_sight_free);
  self->sight = tropea_host_look_at_ledger_finish (TROPEA_HOST (object), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || get_window (self) == NULL)
    return;

  set_busy (self, FALSE);
  sentence = self->sight != NULL ? dup_description (self->sight) : g_strdup (error->message);
  say (self, sentence);
  if (self->is_test)
    return;

  fill (self);
  if (self->sight == NULL)
    ask_silent (self, error->message);
  else if (self->sight->trust == TROPEA_LEDGER_TRUST_CHANGED)
    ask_changed (self);
  else if (self->sight->trust == TROPEA_LEDGER_TRUST_NEW)
    ask_new (self);
  else
    use (self, NULL);
}

/* Takes what is chosen; FALSE, and says so, where it is no address. */
static gboolean
read_address (TropeaLedgerGroup *self)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autofree char *text = g_strstrip (g_strdup (typed));
  g_autoptr(TropeaLedgerUrl) url = NULL;
  g_autoptr(GError) error = NULL;

  set_wrong (self, FALSE);
  g_clear_pointer (&self->address, g_free);
  if (!gtk_check_button_get_active (self->elsewhere))
    return TRUE;

  url = tropea_ledger_url_parse (text, &error);
  if (url == NULL)
    {
      set_wrong (self, TRUE);
      say (self, error->message);
      return FALSE;
    }

  self->address = g_strdup (url->url);

  return TRUE;
}

static void
look (TropeaLedgerGroup *self,
      gboolean           is_test)
{
  self->is_test = is_test;
  set_busy (self, TRUE);
  say (self, _("Asking…"));
  tropea_host_look_at_ledger_async (self->host, self->address, self->cancellable, looked_cb,
                                    g_object_ref (self));
}

static void
on_changed (TropeaLedgerGroup *self)
{
  if (self->is_filling || self->host == NULL)
    return;

  /* Who comes here first has nothing to be asked about yet. */
  if (gtk_check_button_get_active (self->elsewhere) &&
      *gtk_editable_get_text (GTK_EDITABLE (self->entry)) == '\0')
    {
      say (self, _("Type the address of the ledger."));
      gtk_widget_grab_focus (GTK_WIDGET (self->entry));
      return;
    }

  if (!read_address (self))
    return;

  if (self->address == NULL)
    use (self, NULL);
  else
    look (self, FALSE);
}

static void
on_test_clicked (TropeaLedgerGroup *self)
{
  if (self->host != NULL && read_address (self))
    look (self, TRUE);
}

static void
tropea_ledger_group_dispose (GObject *object)
{
  TropeaLedgerGroup *self = TROPEA_LEDGER_GROUP (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->host);
  g_clear_object (&self->settings);
  gtk_widget_dispose_template (GTK_WIDGET (self), TROPEA_TYPE_LEDGER_GROUP);

  G_OBJECT_CLASS (tropea_ledger_group_parent_class)->dispose (object);
}

static void
tropea_ledger_group_finalize (GObject *object)
{
  TropeaLedgerGroup *self = TROPEA_LEDGER_GROUP (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->sight, tropea_ledger_sight_free);
  g_clear_pointer (&self->address, g_free);

  G_OBJECT_CLASS (tropea_ledger_group_parent_class)->finalize (object);
}

static void
tropea_ledger_group_class_init (TropeaLedgerGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tropea_ledger_group_dispose;
  G_OBJECT_CLASS (klass)->finalize = tropea_ledger_group_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-ledger-group.ui");
  gtk_widget_class_bind_template_child (widget_class, TropeaLedgerGroup, here);
  gtk_widget_class_bind_template_child (widget_class, TropeaLedgerGroup, elsewhere);
  gtk_widget_class_bind_template_child (widget_class, TropeaLedgerGroup, entry);
  gtk_widget_class_bind_template_child (widget_class, TropeaLedgerGroup, answer);
  gtk_widget_class_bind_template_child (widget_class, TropeaLedgerGroup, spinner);
  gtk_widget_class_bind_template_child (widget_class, TropeaLedgerGroup, button);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_test_clicked);
}

static void
tropea_ledger_group_init (TropeaLedgerGroup *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * tropea_ledger_group_set_model:
 * @host: who uses a ledger
 * @settings: where it is kept
 *
 * Once.
 */
void
tropea_ledger_group_set_model (TropeaLedgerGroup *self,
                               TropeaHost        *host,
                               TropeaSettings    *settings)
{
  g_return_if_fail (TROPEA_IS_LEDGER_GROUP (self));
  g_return_if_fail (TROPEA_IS_HOST (host));
  g_return_if_fail (TROPEA_IS_SETTINGS (settings));
  g_return_if_fail (self->host == NULL);

  self->host = g_object_ref (host);
  self->settings = g_object_ref (settings);
  fill (self);
}
