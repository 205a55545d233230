/* tropea-session-detail.c: everything that is known of one session
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-session-detail"

#include "config.h"

#include "ui/tropea-session-detail.h"

#include <glib/gi18n.h>

#include "record/tropea-encoding.h"
#include "ui/tropea-dialogs.h"
#include "ui/tropea-format.h"
#include "ui/tropea-session-words.h"
#include "ui/tropea-ui.h"

/* What is not known has no row; nothing is guessed. The window follows its place in the history:
 * when the ledger answers, all rows are made anew. Text from outside is never markup.
 */

struct _TropeaSessionDetail
{
  AdwWindow            parent_instance;

  TropeaHistoryItem   *item;   /* (owned) */
  GPtrArray           *rows;   /* (owned): of (unowned) rows, each in a group */
  GPtrArray           *homes;  /* (owned): of (unowned) groups, one for each row */

  AdwPreferencesGroup *session_group;
  AdwPreferencesGroup *credit_group;
  AdwPreferencesGroup *receipt_group;
  AdwPreferencesGroup *signature_group;
  AdwPreferencesGroup *sent_group;
};

typedef enum
{
  PROP_ITEM = 1,
} TropeaSessionDetailProperty;

G_DEFINE_FINAL_TYPE (TropeaSessionDetail, tropea_session_detail, ADW_TYPE_WINDOW)

static GParamSpec *properties[PROP_ITEM + 1];

static void
copy_cb (GtkButton *button)
{
  const char *text = g_object_get_data (G_OBJECT (button), "text");

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (button)), text);
  tropea_dialogs_toast (GTK_WIDGET (button), _("Copied"));
}

static GtkWidget *
make_copy_button (const char *title,
                  const char *text)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  /* Translators: %s is the name of what is copied. */
  g_autofree char *label = g_strdup_printf (_("Copy: %s"), title);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_object_set_data_full (G_OBJECT (button), "text", g_strdup (text), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (copy_cb), NULL);

  return button;
}

static GtkWidget *
add_row (TropeaSessionDetail *self,
         AdwPreferencesGroup *group,
         const char          *title,
         const char          *text)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  adw_preferences_group_add (group, row);
  g_ptr_array_add (self->rows, row);
  g_ptr_array_add (self->homes, group);

  return row;
}

static void
add_copied (TropeaSessionDetail *self,
            AdwPreferencesGroup *group,
            const char          *title,
            const char          *text)
{
  GtkWidget *row = NULL;

  if (text == NULL || *text == '\0')
    return;

  row = add_row (self, group, title, text);
  gtk_widget_add_css_class (row, "technical");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_copy_button (title, text));
}

static void
add_bytes (TropeaSessionDetail *self,
           const char          *title,
           gint64               bytes)
{
  g_autofree char *rounded = tropea_format_bytes ((guint64) MAX (bytes, 0));
  g_autofree char *exact = g_strdup_printf ("%" G_GINT64_FORMAT, bytes);
  g_autofree char *text = NULL;

  if (bytes < 1000)
    text = g_steal_pointer (&rounded);
  else
    /* Translators: an amount such as “4.3 MB”, and all its bytes. */
    text = g_strdup_printf (_("%s (%s B)"), rounded, exact);
  add_row (self, self->session_group, title, text);
}

static void
show_session (TropeaSessionDetail *self,
              TropeaSession       *session)
{
  const TropeaRecord *record = tropea_session_get_record (session);
  gint64 bytes_in = tropea_session_get_bytes_in (session);
  g_autofree char *state = tropea_words_state (session);
  g_autofree char *started = tropea_format_date_time (record->timestamp_ms);
  g_autofree char *ended = tropea_format_date_time (record->timestamp_ms +
                                                    record->duration_s * 1000);
  g_autofree char *duration = tropea_format_duration (record->duration_s);

  add_row (self, self->session_group,
           tropea_format_session_state (tropea_session_get_state (session)), state);
  add_row (self, self->session_group, _("Started"), started);
  add_row (self, self->session_group, _("Ended"), ended);
  add_row (self, self->session_group, _("Duration"), duration);
  if (bytes_in != TROPEA_SESSION_BYTES_UNKNOWN)
    {
      add_bytes (self, _("Data in"), bytes_in);
      add_bytes (self, _("Data out"), record->bytes - bytes_in);
    }
  add_bytes (self, _("Total data"), record->bytes);
  add_row (self, self->session_group, _("Source"),
           tropea_words_kind (tropea_session_get_kind (session)));
}

static void
show_credits (TropeaSessionDetail *self,
              TropeaSession       *session)
{
  const TropeaRecord *record = tropea_session_get_record (session);
  g_autofree char *time = tropea_words_time_term (record);
  g_autofree char *data = tropea_words_data_term (record);
  g_autofree char *sum = tropea_words_sum (record);
  g_autofree char *credited = NULL;

  add_row (self, self->credit_group, _("For the time"), time);
  add_row (self, self->credit_group, _("For the data"), data);
  add_row (self, self->credit_group, _("Together"), sum);
  if (tropea_session_get_state (session) != TROPEA_SESSION_STATE_CREDITED)
    return;

  credited = tropea_words_micro (tropea_session_get_credits_micro (session));
  add_row (self, self->credit_group, C_("amount", "Credited"), credited);
}

static void
show_receipt (TropeaSessionDetail *self,
              TropeaSession       *session)
{
  const TropeaSettlement *settlement = tropea_session_get_settlement (session);
  gboolean is_credited = tropea_session_get_state (session) == TROPEA_SESSION_STATE_CREDITED;
  g_autofree char *answered = NULL;
  g_autofree char *seq = NULL;
  g_autofree char *balance = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->receipt_group), settlement != NULL);
  if (settlement == NULL)
    return;

  if (settlement->has_sent)
    {
      answered = tropea_format_date_time (settlement->sent.answered_ms);
      add_row (self, self->receipt_group, _("Ledger"), settlement->sent.origin);
      add_row (self, self->receipt_group, _("Answered"), answered);
    }
  add_copied (self, self->receipt_group, _("Ledger’s key"), settlement->ledger);
  if (is_credited)
    {
      seq = g_strdup_printf ("%" G_GINT64_FORMAT, settlement->seq);
      balance = tropea_words_micro (settlement->balance_micro);
      add_row (self, self->receipt_group, _("Place in the ledger"), seq);
      add_row (self, self->receipt_group, _("Balance after it"), balance);
    }
  add_copied (self, self->receipt_group, _("Reason code"),
              tropea_session_get_reason_code (session));
}

static void
show_signature (TropeaSessionDetail *self,
                TropeaSession       *session)
{
  const TropeaRecord *record = tropea_session_get_record (session);
  const TropeaSettlement *settlement = tropea_session_get_settlement (session);
  g_autofree char *key = NULL;
  g_autofree char *signature = NULL;

  add_copied (self, self->signature_group, _("Session id"), record->session_id);
  add_copied (self, self->signature_group, _("Hash of this computer, another one each day"),
              record->ip_hash);
  if (settlement == NULL || !settlement->has_sent)
    return;

  key = tropea_base64_encode (settlement->sent.record.client_pub,
                              sizeof settlement->sent.record.client_pub);
  signature = tropea_base64_encode (settlement->sent.record.signature,
                                    sizeof settlement->sent.record.signature);
  add_copied (self, self->signature_group, _("Your public key"), key);
  add_copied (self, self->signature_group, _("Signature"), signature);
  add_row (self, self->signature_group, _("Checked now"),
           tropea_record_verify (&settlement->sent.record, settlement->sent.origin)
             ? _("The signature is right for what is below.")
             : _("The signature is wrong: this file was changed after the session was sent."));
}

static void
show_sent (TropeaSessionDetail *self,
           TropeaSession       *session)
{
  g_autofree char *words = tropea_words_sent (session);
  g_autofree char *json = tropea_session_dup_sent_json (session);
  g_autofree char *lines = tropea_session_dup_signed_lines (session);

  adw_preferences_group_set_description (self->sent_group, words);
  add_copied (self, self->sent_group, _("JSON"), json);
  add_copied (self, self->sent_group, _("Lines that the signature is over"), lines);
}

static void
show (TropeaSessionDetail *self)
{
  TropeaSession *session = tropea_history_item_get_session (self->item);

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->homes->pdata[i], self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  g_ptr_array_set_size (self->homes, 0);
  if (session == NULL)
    return;

  show_session (self, session);
  show_credits (self, session);
  show_receipt (self, session);
  show_signature (self, session);
  show_sent (self, session);
}

static void
tropea_session_detail_get_property (GObject    *object,
                                    guint       prop_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  TropeaSessionDetail *self = TROPEA_SESSION_DETAIL (object);

  switch ((TropeaSessionDetailProperty) prop_id)
    {
    case PROP_ITEM:
      g_value_set_object (value, self->item);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_session_detail_set_property (GObject      *object,
                                    guint         prop_id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  TropeaSessionDetail *self = TROPEA_SESSION_DETAIL (object);

  switch ((TropeaSessionDetailProperty) prop_id)
    {
    case PROP_ITEM:
      self->item = g_value_dup_object (value);
      if (self->item == NULL)
        break;
      g_signal_connect_object (self->item, "notify::session", G_CALLBACK (show), self,
                               G_CONNECT_SWAPPED);
      show (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_session_detail_finalize (GObject *object)
{
  TropeaSessionDetail *self = TROPEA_SESSION_DETAIL (object);

  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->homes, g_ptr_array_unref);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (tropea_session_detail_parent_class)->finalize (object);
}

static void
tropea_session_detail_class_init (TropeaSessionDetailClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tropea_session_detail_get_property;
  object_class->set_property = tropea_session_detail_set_property;
  object_class->finalize = tropea_session_detail_finalize;

  /**
   * TropeaSessionDetail:item:
   *
   * The model: whose session is shown, as it is now.
   */
  properties[PROP_ITEM] =
    g_param_spec_object ("item", NULL, NULL, TROPEA_TYPE_HISTORY_ITEM,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-session-detail.ui");
  gtk_widget_class_bind_template_child (widget_class, TropeaSessionDetail, session_group);
  gtk_widget_class_bind_template_child (widget_class, TropeaSessionDetail, credit_group);
  gtk_widget_class_bind_template_child (widget_class, TropeaSessionDetail, receipt_group);
  gtk_widget_class_bind_template_child (widget_class, TropeaSessionDetail, signature_group);
  gtk_widget_class_bind_template_child (widget_class, TropeaSessionDetail, sent_group);
}

static void
tropea_session_detail_init (TropeaSessionDetail *self)
{
  self->rows = g_ptr_array_new ();
  self->homes = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * tropea_session_detail_new:
 *
 * Returns: (transfer none): a window, to be presented
 */
GtkWidget *
tropea_session_detail_new (TropeaHistoryItem *item)
{
  g_return_val_if_fail (TROPEA_IS_HISTORY_ITEM (item), NULL);

  return g_object_new (TROPEA_TYPE_SESSION_DETAIL, "item", item, NULL);
}
