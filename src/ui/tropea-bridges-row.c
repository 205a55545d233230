/* tropea-bridges-row.c: says which bridges are used, and leads to them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-bridges-row"

#include "config.h"

#include "ui/tropea-bridges-row.h"

#include <glib/gi18n.h>

#include "ui/tropea-bridges-dialog.h"

/* What is chosen in the dialog goes to the action “host.bridges”, which keeps it. */

struct _TropeaBridgesRow
{
  AdwActionRow    parent_instance;

  TropeaHost     *host;      /* (owned) (nullable) */
  TropeaSettings *settings;  /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (TropeaBridgesRow, tropea_bridges_row, ADW_TYPE_ACTION_ROW)

static TropeaBridgeMode
get_mode (TropeaBridgesRow *self)
{
  return (TropeaBridgeMode) g_settings_get_enum (tropea_settings_get_gsettings (self->settings),
                                                 TROPEA_SETTING_BRIDGE_MODE);
}

static char **
dup_lines (TropeaBridgesRow *self)
{
  return g_settings_get_strv (tropea_settings_get_gsettings (self->settings),
                              TROPEA_SETTING_BRIDGES);
}

static void
update (TropeaBridgesRow *self)
{
  g_auto(GStrv) lines = dup_lines (self);
  guint n_lines = g_strv_length (lines);
  g_autofree char *subtitle = NULL;

  switch (get_mode (self))
    {
    case TROPEA_BRIDGE_MODE_OBFS4:
      subtitle = g_strdup_printf (ngettext ("%u of your own", "%u of your own", n_lines),
                                  n_lines);
      break;
    case TROPEA_BRIDGE_MODE_SNOWFLAKE:
      subtitle = g_strdup (_("Snowflake"));
      break;
    case TROPEA_BRIDGE_MODE_NONE:
    default:
      subtitle = g_strdup (_("None: Tor connects to public relays"));
      break;
    }
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
}

static void
chosen_cb (TropeaBridgesRow    *self,
           TropeaBridgeMode     mode,
           const char * const  *lines)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "host.bridges", "(i^as)", (int) mode, lines);
}

static void
tropea_bridges_row_activate (AdwActionRow *row)
{
  TropeaBridgesRow *self = TROPEA_BRIDGES_ROW (row);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_auto(GStrv) lines = NULL;
  GtkWidget *dialog;

  if (self->settings == NULL)
    return;

  lines = dup_lines (self);
  dialog = tropea_bridges_dialog_new (self->host, get_mode (self), (const char * const *) lines);
  g_signal_connect_object (dialog, "chosen", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  if (GTK_IS_WINDOW (root))
    gtk_window_set_transient_for (GTK_WINDOW (dialog), GTK_WINDOW (root));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
tropea_bridges_row_dispose (GObject *object)
{
  TropeaBridgesRow *self = TROPEA_BRIDGES_ROW (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->host);

  G_OBJECT_CLASS (tropea_bridges_row_parent_class)->dispose (object);
}

static void
tropea_bridges_row_class_init (TropeaBridgesRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tropea_bridges_row_dispose;
  ADW_ACTION_ROW_CLASS (klass)->activate = tropea_bridges_row_activate;
}

static void
tropea_bridges_row_init (TropeaBridgesRow *self)
{
  GtkWidget *arrow = gtk_image_new_from_icon_name ("go-next-symbolic");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _("Bridges"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), arrow);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), TRUE);
}

/**
 * tropea_bridges_row_set_model:
 *
 * Once.
 */
void
tropea_bridges_row_set_model (TropeaBridgesRow *self,
                              TropeaHost       *host,
                              TropeaSettings   *settings)
{
  GSettings *keys = NULL;

  g_return_if_fail (TROPEA_IS_BRIDGES_ROW (self));
  g_return_if_fail (TROPEA_IS_HOST (host));
  g_return_if_fail (TROPEA_IS_SETTINGS (settings));
  g_return_if_fail (self->settings == NULL);

  self->host = g_object_ref (host);
  self->settings = g_object_ref (settings);
  keys = tropea_settings_get_gsettings (settings);
  g_signal_connect_object (keys, "changed::" TROPEA_SETTING_BRIDGE_MODE, G_CALLBACK (update),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (keys, "changed::" TROPEA_SETTING_BRIDGES, G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
}
