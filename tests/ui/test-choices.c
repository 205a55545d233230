/* test-choices.c: bridges, another tor, its password: what can be chosen is told and taken
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "test-wait.h"
#include "ui/tropea-accessible.h"
#include "ui/tropea-attach-group.h"
#include "ui/tropea-banner.h"
#include "ui/tropea-bridges-dialog.h"
#include "ui/tropea-bridges-row.h"
#include "ui/tropea-log-view.h"
#include "ui/tropea-ui.h"

#include <string.h>

#define FP "0123456789ABCDEF0123456789ABCDEF01234567"
#define CERT "cert=abcdefghijklmnopqrstuvwxyz0123456789+/ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
#define OBFS4 "obfs4 192.0.2.1:443 " FP " " CERT " iat-mode=0"
#define OTHER "obfs4 192.0.2.2:443 " FP " " CERT " iat-mode=0"

/* The @skip-th below @root, in the order of the tree. */
static GtkWidget *
find_nth (GtkWidget *root,
          GType      type,
          guint     *skip)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type) && (*skip)-- == 0)
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_nth (child, type, skip);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static gpointer
find (gpointer root,
      GType    type)
{
  guint skip = 0;

  return find_nth (root, type, &skip);
}

static GtkWidget *
find_button (gpointer    root,
             const char *label)
{
  GtkWidget *button = NULL;

  for (guint i = 0; ; i++)
    {
      guint skip = i;

      button = find_nth (root, GTK_TYPE_BUTTON, &skip);
      if (button == NULL || g_strcmp0 (gtk_button_get_label (GTK_BUTTON (button)), label) == 0)
        return button;
    }
}

/* Whether a label that can be seen says exactly that. */
static gboolean
says (GtkWidget  *root,
      const char *text)
{
  for (guint i = 0; ; i++)
    {
      guint skip = i;
      GtkWidget *label = find_nth (root, GTK_TYPE_LABEL, &skip);

      if (label == NULL)
        return FALSE;
      if (g_str_equal (gtk_label_get_text (GTK_LABEL (label)), text) &&
          gtk_widget_get_visible (label))
        return TRUE;
    }
}

static TropeaHost *
open_host (void)
{
  g_autofree char *dir = g_dir_make_tmp ("tropea-choices-XXXXXX", NULL);
  g_autoptr(TropeaHostOptions) options = tropea_host_options_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  TropeaHost *host;

  options->data_dir = g_build_filename (dir, "data", NULL);
  options->key_file = g_build_filename (dir, "key", NULL);
  tropea_host_open_async (options, test_keep_result, &result);
  test_wait_until (result != NULL, 20);
  host = tropea_host_open_finish (result, &error);
  g_assert_no_error (error);

  return host;
}

static void
close_host (TropeaHost *host)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_host_close_async (host, test_keep_result, &result);
  test_wait_until (result != NULL, 20);
  g_assert_true (tropea_host_close_finish (host, result, NULL));
  g_clear_object (&result);
  g_assert_finalize_object (host);
}

static void
set_text (GtkWidget  *dialog,
          const char *text)
{
  GtkTextView *view = find (dialog, GTK_TYPE_TEXT_VIEW);

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (view), text, -1);
}

static void
test_lines (void)
{
  static const struct
  {
    const char *text;
    guint       n_rows;
    gboolean    can_apply;
    const char *sentence;
  } rows[] = {
    { "", 0, FALSE, NULL },
    { OBFS4, 1, TRUE, "1 good bridge" },
    { "Hello,\n\n> Bridge " OBFS4 "\n> " OTHER "\n", 3, TRUE, "2 good bridges" },
    { OBFS4 "\n" OBFS4, 2, TRUE, "This bridge is in line 1 already" },
    { OBFS4 "\nobfs4 192.0.2.1:443 " FP " iat-mode=0", 2, FALSE, "1 good bridge · 1 wrong line" },
    { "Hello <b>you</b>", 1, FALSE, "0 good bridges" },
  };
  TropeaHost *host = open_host ();
  GtkWidget *dialog = tropea_bridges_dialog_new (host, TROPEA_BRIDGE_MODE_OBFS4, NULL);
  GtkWidget *apply = find_button (dialog, "_Apply");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint n_rows = 0;
      guint skip = 0;

      set_text (dialog, rows[i].text);
      g_assert_cmpint (gtk_widget_get_sensitive (apply), ==, rows[i].can_apply);
      if (rows[i].sentence != NULL)
        g_assert_true (says (dialog, rows[i].sentence));
      while (skip = n_rows, find_nth (GTK_WIDGET (find (dialog, ADW_TYPE_PREFERENCES_PAGE)),
                                       ADW_TYPE_ACTION_ROW, &skip) != NULL)
        n_rows++;
      /* One of them is the choice itself. */
      g_assert_cmpuint (n_rows, ==, rows[i].n_rows + 1);
    }

  gtk_window_destroy (GTK_WINDOW (dialog));
  close_host (host);
}

static void
chosen_cb (GtkWidget           *dialog,
           TropeaBridgeMode     mode,
           const char * const  *lines,
           GString             *said)
{
  g_autofree char *text = g_strjoinv ("|", (char **) lines);

  g_string_append_printf (said, "%d %s;", (int) mode, text);
}

static void
test_apply (void)
{
  static const char * const before[] = { OBFS4, NULL };
  TropeaHost *host = open_host ();
  g_autoptr(GString) said = g_string_new (NULL);
  g_autoptr(GError) error = NULL;
  g_autofree char *program = NULL;

  for (guint i = 0; i < 2; i++)
    {
      GtkWidget *dialog = tropea_bridges_dialog_new (host, TROPEA_BRIDGE_MODE_OBFS4, before);

      g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *) &dialog);
      g_signal_connect (dialog, "chosen", G_CALLBACK (chosen_cb), said);
      g_assert_true (says (dialog, "They count when Tor is started next."));
      gtk_window_present (GTK_WINDOW (dialog));
      if (i == 0)
        g_signal_emit_by_name (find_button (dialog, "_Apply"), "clicked");
      else
        {
          /* Snowflake's program is not there: said, with the package, and not to be had. */
          adw_combo_row_set_selected (find (dialog, ADW_TYPE_COMBO_ROW),
                                      TROPEA_BRIDGE_MODE_SNOWFLAKE);
          program = tropea_bridges_find_program ("snowflake", NULL, &error);
          g_assert_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_TRANSPORT_MISSING);
          g_assert_nonnull (strstr (error->message, "“snowflake-client”"));
          g_assert_true (says (dialog, error->message));
          g_assert_false (gtk_widget_get_sensitive (find_button (dialog, "_Apply")));
          adw_combo_row_set_selected (find (dialog, ADW_TYPE_COMBO_ROW),
                                      TROPEA_BRIDGE_MODE_NONE);
          g_assert_true (gtk_widget_get_sensitive (find_button (dialog, "_Apply")));
          g_signal_emit_by_name (find_button (dialog, "_Cancel"), "clicked");
        }
      test_wait_until (dialog == NULL, 10);
    }
  g_assert_cmpstr (said->str, ==, "1 " OBFS4 ";");
  close_host (host);
}

static void
test_restart (void)
{
  TropeaHost *host = open_host ();
  GtkWidget *dialog = tropea_bridges_dialog_new (host, TROPEA_BRIDGE_MODE_NONE, NULL);
  g_autoptr(GAsyncResult) started = NULL;
  g_autoptr(GAsyncResult) stopped = NULL;

  /* A simulation has no bridges; it is not ended for them. */
  tropea_host_simulate_async (host, test_keep_result, &started);
  test_wait_until (started != NULL, 20);
  g_assert_true (says (dialog, "They count when Tor is started next."));
  tropea_host_stop_async (host, test_keep_result, &stopped);
  test_wait_until (stopped != NULL, 20);
  g_clear_object (&started);
  g_clear_object (&stopped);

  tropea_host_start_async (host, NULL, NULL);
  g_assert_true (says (dialog, "Tor is restarted with them: connections of your programs end."));
  gtk_window_destroy (GTK_WINDOW (dialog));
  close_host (host);
}

static void
test_row (void)
{
  static const char * const two[] = { OBFS4, OTHER, NULL };
  g_autoptr(TropeaSettings) settings = tropea_settings_new ();
  GSettings *keys = tropea_settings_get_gsettings (settings);
  TropeaHost *host = open_host ();
  TropeaBridgesRow *row = g_object_ref_sink (g_object_new (TROPEA_TYPE_BRIDGES_ROW, NULL));

  tropea_bridges_row_set_model (row, host, settings);
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==,
                   "None: Tor connects to public relays");
  g_settings_set_strv (keys, TROPEA_SETTING_BRIDGES, two);
  g_settings_set_enum (keys, TROPEA_SETTING_BRIDGE_MODE, TROPEA_BRIDGE_MODE_OBFS4);
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, "2 of your own");
  g_settings_set_enum (keys, TROPEA_SETTING_BRIDGE_MODE, TROPEA_BRIDGE_MODE_SNOWFLAKE);
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, "Snowflake");

  g_settings_reset (keys, TROPEA_SETTING_BRIDGE_MODE);
  g_settings_reset (keys, TROPEA_SETTING_BRIDGES);
  g_assert_finalize_object (row);
  close_host (host);
}

static void
assert_attach (TropeaSettings *settings,
               const char     *expected)
{
  g_autofree char *attach = tropea_settings_dup_string (settings, TROPEA_SETTING_ATTACH);

  g_assert_cmpstr (attach, ==, expected);
}

static void
test_attach (void)
{
  g_autoptr(TropeaSettings) settings = tropea_settings_new ();
  TropeaAttachGroup *group = g_object_ref_sink (g_object_new (TROPEA_TYPE_ATTACH_GROUP, NULL));
  AdwComboRow *choice = find (group, ADW_TYPE_COMBO_ROW);
  GtkWidget *entry = find (group, ADW_TYPE_ENTRY_ROW);

  tropea_attach_group_set_settings (group, settings);
  g_assert_cmpuint (adw_combo_row_get_selected (choice), ==, 0);
  g_assert_false (gtk_widget_get_visible (entry));

  adw_combo_row_set_selected (choice, 1);
  assert_attach (settings, TROPEA_HOST_ATTACH_LOOK);

  /* Nothing changes before there is an address, nor for what is none. */
  adw_combo_row_set_selected (choice, 2);
  g_assert_true (gtk_widget_get_visible (entry));
  assert_attach (settings, TROPEA_HOST_ATTACH_LOOK);
  gtk_editable_set_text (GTK_EDITABLE (entry), "192.0.2.1:9051");
  g_signal_emit_by_name (entry, "apply");
  assert_attach (settings, TROPEA_HOST_ATTACH_LOOK);
  g_assert_true (gtk_widget_has_css_class (entry, "error"));
  gtk_editable_set_text (GTK_EDITABLE (entry), " 127.0.0.1:9151 ");
  g_signal_emit_by_name (entry, "apply");
  assert_attach (settings, "127.0.0.1:9151");
  g_assert_false (gtk_widget_has_css_class (entry, "error"));

  g_settings_reset (tropea_settings_get_gsettings (settings), TROPEA_SETTING_ATTACH);
  g_assert_cmpuint (adw_combo_row_get_selected (choice), ==, 0);
  g_assert_finalize_object (group);
}

static void
paused_cb (GSimpleAction *action,
           GVariant      *value,
           gpointer       user_data)
{
  g_simple_action_set_state (action, value);
}

/* Both buttons of a banner act, also on an action with a state. */
static void
test_resume (void)
{
  static const GActionEntry entries[] = {
    { .name = "pause", .state = "true", .change_state = paused_cb },
    { .name = "restart", .state = "false", .change_state = paused_cb },
  };
  g_autoptr(GSimpleActionGroup) group = g_simple_action_group_new ();
  GtkWidget *window = gtk_window_new ();
  GtkWidget *banner = g_object_new (TROPEA_TYPE_BANNER, NULL);

  gtk_window_set_child (GTK_WINDOW (window), banner);
  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), NULL);
  gtk_widget_insert_action_group (window, "host", G_ACTION_GROUP (group));
  g_object_set (banner, "text", "Tor is paused", "button-label", "Resume", "action-name",
                "host.pause", "second-label", "Restart Tor", "second-action", "host.restart",
                NULL);

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      GtkWidget *button = find_button (banner, i == 0 ? "Resume" : "Restart Tor");
      g_autoptr(GVariant) state = NULL;

      g_assert_true (gtk_widget_get_sensitive (button));
      g_signal_emit_by_name (button, "clicked");
      state = g_action_group_get_action_state (G_ACTION_GROUP (group), entries[i].name);
      g_assert_cmpint (g_variant_get_boolean (state), ==, i == 1);
    }
  gtk_window_destroy (GTK_WINDOW (window));
}

/* The name is that of the label that is seen, and of nothing else. */
static void
test_names (void)
{
  g_autoptr(GtkWidget) view = g_object_ref_sink (tropea_log_view_new ());
  GtkWidget *button = find_button (view, "_Copy");
  GtkAccessible *label = GTK_ACCESSIBLE (gtk_widget_get_first_child (button));

  g_assert_false (gtk_test_accessible_has_property (GTK_ACCESSIBLE (button),
                                                    GTK_ACCESSIBLE_PROPERTY_LABEL));
  g_assert_true (gtk_test_accessible_has_relation (GTK_ACCESSIBLE (button),
                                                   GTK_ACCESSIBLE_RELATION_LABELLED_BY));
  gtk_test_accessible_assert_property (label, GTK_ACCESSIBLE_PROPERTY_LABEL, "Copy");

  gtk_button_set_label (GTK_BUTTON (button), "_Again");
  g_assert_false (gtk_test_accessible_has_property (GTK_ACCESSIBLE (button),
                                                    GTK_ACCESSIBLE_PROPERTY_LABEL));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  tropea_ui_init ();

  g_test_add_func ("/choices/each-line-of-bridges-has-a-word", test_lines);
  g_test_add_func ("/choices/bridges-are-applied-or-left", test_apply);
  g_test_add_func ("/choices/bridges-say-that-tor-is-restarted", test_restart);
  g_test_add_func ("/choices/row-says-which-bridges", test_row);
  g_test_add_func ("/choices/which-tor-is-a-setting", test_attach);
  g_test_add_func ("/choices/resume-and-a-second-remedy-can-be-pressed", test_resume);
  g_test_add_func ("/choices/buttons-have-one-name", test_names);

  return g_test_run ();
}
