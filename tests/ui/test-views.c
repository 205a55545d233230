/* test-views.c: every view is built, and shows what its model says
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>

#include "test-wait.h"
#include "tor/tropea-tor-log.h"
#include "ui/tropea-alerts.h"
#include "ui/tropea-bandwidth-graph.h"
#include "ui/tropea-banner.h"
#include "ui/tropea-circuits-view.h"
#include "ui/tropea-credits-page.h"
#include "ui/tropea-credits-panel.h"
#include "ui/tropea-credits-overview.h"
#include "ui/tropea-figure-grid.h"
#include "ui/tropea-figure.h"
#include "ui/tropea-format.h"
#include "ui/tropea-guide.h"
#include "ui/tropea-help-page.h"
#include "ui/tropea-help-topics.h"
#include "ui/tropea-live-text.h"
#include "ui/tropea-log-view.h"
#include "ui/tropea-history-row.h"
#include "ui/tropea-history-view.h"
#include "ui/tropea-meter-bar.h"
#include "ui/tropea-preferences.h"
#include "ui/tropea-exits-window.h"
#include "ui/tropea-sessions-page.h"
#include "ui/tropea-state-badge.h"
#include "ui/tropea-threshold-bars.h"
#include "ui/tropea-threshold-editor.h"
#include "ui/tropea-tor-controls.h"
#include "ui/tropea-tor-page.h"
#include "ui/tropea-tor-panel.h"
#include "ui/tropea-ui.h"
#include "ui/tropea-window.h"

/* The host is a real one that simulates; a template that names a property which the host does
 * not have, or a function which the view does not have, is a critical warning and so an end.
 */

static GtkWidget *
find_widget (GtkWidget  *root,
             GType       type,
             const char *label)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type))
    {
      g_autofree char *own_label = NULL;

      if (label == NULL)
        return root;

      g_object_get (root, "label", &own_label, NULL);
      if (g_strcmp0 (own_label, label) == 0)
        return root;
    }

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_widget (child, type, label);

      if (found != NULL)
        return found;
    }

  return NULL;
}

/* The next widget of that type behind @before in the order of the tree. */
static GtkWidget *
find_after (GtkWidget  *root,
            GtkWidget  *before,
            GType       type,
            gboolean   *is_behind)
{
  if (root == before)
    *is_behind = TRUE;
  else if (*is_behind && G_TYPE_CHECK_INSTANCE_TYPE (root, type))
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_after (child, before, type, is_behind);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static gboolean
has_label (GtkWidget  *root,
           const char *text)
{
  return find_widget (root, GTK_TYPE_LABEL, text) != NULL;
}

static char *
dup_value (GtkWidget  *root,
           GType       type,
           const char *label)
{
  GtkWidget *widget = find_widget (root, type, label);
  char *value = NULL;

  g_assert_nonnull (widget);
  g_object_get (widget, "value", &value, NULL);

  return value;
}

static TropeaHost *
open_host (const char *dir)
{
  g_autoptr(TropeaHostOptions) options = tropea_host_options_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  TropeaHost *host;

  options->data_dir = g_build_filename (dir, "data", NULL);
  options->key_file = g_build_filename (dir, "key", NULL);

  tropea_host_open_async (options, test_keep_result, &result);
  test_wait_until (result != NULL, 10);
  host = tropea_host_open_finish (result, &error);
  g_assert_no_error (error);

  return host;
}

static void
close_host (TropeaHost *host)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_host_close_async (host, test_keep_result, &result);
  test_wait_until (result != NULL, 10);
  tropea_host_close_finish (host, result, &error);
  g_assert_no_error (error);
}

static void
simulate (TropeaHost *host)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_host_simulate_async (host, test_keep_result, &result);
  test_wait_until (result != NULL, 10);
  tropea_host_start_finish (host, result, &error);
  g_assert_no_error (error);
}

static void
stop (TropeaHost *host)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_host_stop_async (host, test_keep_result, &result);
  test_wait_until (result != NULL, 10);
  tropea_host_stop_finish (host, result, &error);
  g_assert_no_error (error);
}

static guint64
get_total_bytes (TropeaHost *host)
{
  guint64 total = 0;

  g_object_get (host, "total-bytes", &total, NULL);

  return total;
}

static void
test_build (gconstpointer data)
{
  GType type = (*(GType (*const *) (void)) data) ();
  g_autoptr(GtkWidget) widget = g_object_ref_sink (g_object_new (type, NULL));

  g_assert_nonnull (gtk_widget_get_first_child (widget));
}

/* A program has one application, also where it is not told apart from others. */
static GtkApplication *
get_application (void)
{
  GApplication *application = g_application_get_default ();

  if (application == NULL)
    {
      application = G_APPLICATION (adw_application_new (NULL, G_APPLICATION_NON_UNIQUE));
      g_assert_true (g_application_register (application, NULL, NULL));
    }

  return GTK_APPLICATION (application);
}

static GtkWidget *
open_window (TropeaHost *host)
{
  GtkWidget *window = tropea_window_new (get_application (), NULL);

  tropea_window_set_host (TROPEA_WINDOW (window), host);

  return window;
}

static void
test_pages (void)
{
  g_autofree char *dir = g_dir_make_tmp ("tropea-views-XXXXXX", NULL);
  TropeaHost *host = open_host (dir);
  GtkWidget *view = open_window (host);
  g_autofree char *shown = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *accumulated = NULL;
  GtkWidget *banner = find_widget (view, TROPEA_TYPE_BANNER, NULL);
  guint64 bytes_in = 0;
  gboolean revealed = TRUE;

  g_object_get (find_widget (banner, GTK_TYPE_REVEALER, NULL), "reveal-child", &revealed, NULL);
  g_assert_false (revealed);
  g_assert_true (has_label (view, "Stopped"));
  g_assert_nonnull (find_widget (view, GTK_TYPE_BUTTON, "Start"));
  g_assert_true (has_label (view, "No sessions yet"));

  gtk_window_present (GTK_WINDOW (view));
  test_wait_until (gtk_widget_get_mapped (find_widget (view, TROPEA_TYPE_FIGURE, "Data in")), 10);
  simulate (host);
  g_object_get (find_widget (banner, GTK_TYPE_REVEALER, NULL), "reveal-child", &revealed, NULL);
  g_assert_true (revealed);
  test_wait_until (has_label (view, "Simulating"), 10);
  g_assert_nonnull (find_widget (view, GTK_TYPE_BUTTON, "Stop"));

  test_wait_until (get_total_bytes (host) > 0, 10);
  g_object_get (host, "bytes-in", &bytes_in, NULL);
  g_assert_cmpuint (bytes_in, >, 0);
  shown = dup_value (view, TROPEA_TYPE_FIGURE, "Data in");
  expected = tropea_format_bytes (bytes_in);
  g_assert_cmpstr (shown, ==, expected);

  /* What nobody sees is not kept up; it is up to date before it is seen. */
  accumulated = dup_value (view, TROPEA_TYPE_METER_BAR, "Accumulated data");
  g_assert_null (accumulated);
  adw_view_stack_set_visible_child_name (
    ADW_VIEW_STACK (find_widget (view, ADW_TYPE_VIEW_STACK, NULL)), "sessions");
  accumulated = dup_value (view, TROPEA_TYPE_METER_BAR, "Accumulated data");
  g_assert_true (g_str_has_suffix (accumulated, " / 100.0 KB"));
  g_assert_false (g_str_has_prefix (accumulated, "0 B"));

  stop (host);
  g_object_get (find_widget (banner, GTK_TYPE_REVEALER, NULL), "reveal-child", &revealed, NULL);
  g_assert_false (revealed);
  g_assert_true (has_label (view, "Stopped"));

  close_host (host);
  gtk_window_destroy (GTK_WINDOW (view));
  g_assert_finalize_object (host);
}

static void
test_window_state (void)
{
  g_autoptr(TropeaSettings) settings = tropea_settings_new ();
  GtkWidget *window = NULL;
  AdwViewStack *stack = NULL;
  int width = 0;
  gboolean is_narrow = TRUE;

  window = tropea_window_new (get_application (), settings);
  stack = ADW_VIEW_STACK (find_widget (window, ADW_TYPE_VIEW_STACK, NULL));
  g_assert_cmpstr (adw_view_stack_get_visible_child_name (stack), ==, "tor");
  g_object_get (window, "is-narrow", &is_narrow, NULL);
  g_assert_false (is_narrow);
  adw_view_stack_set_visible_child_name (stack, "credits");
  gtk_window_set_default_size (GTK_WINDOW (window), 400, 500);
  gtk_window_destroy (GTK_WINDOW (window));

  window = tropea_window_new (get_application (), settings);
  stack = ADW_VIEW_STACK (find_widget (window, ADW_TYPE_VIEW_STACK, NULL));
  g_assert_cmpstr (adw_view_stack_get_visible_child_name (stack), ==, "credits");
  g_object_get (window, "default-width", &width, NULL);
  g_assert_cmpint (width, ==, 400);
  g_object_get (window, "is-narrow", &is_narrow, NULL);
  g_assert_true (is_narrow);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* The header bar has a stack, too. */
static const char *
get_page (GtkWidget *window)
{
  GtkWidget *content = find_widget (window, ADW_TYPE_TOAST_OVERLAY, NULL);
  GtkWidget *stack = find_widget (content, GTK_TYPE_STACK, NULL);

  return gtk_stack_get_visible_child_name (GTK_STACK (stack));
}

static void
test_window (void)
{
  g_autofree char *dir = g_dir_make_tmp ("tropea-views-XXXXXX", NULL);
  TropeaHost *host = open_host (dir);
  TropeaWindow *window = NULL;

  window = TROPEA_WINDOW (tropea_window_new (get_application (), NULL));
  gtk_window_present (GTK_WINDOW (window));
  g_assert_cmpstr (get_page (GTK_WIDGET (window)), ==, "opening");

  tropea_window_set_failure (window, "A <folder> & more");
  g_assert_cmpstr (get_page (GTK_WIDGET (window)), ==, "failed");
  g_assert_true (has_label (GTK_WIDGET (window), "A &lt;folder&gt; &amp; more"));
  g_assert_nonnull (find_widget (GTK_WIDGET (window), GTK_TYPE_BUTTON, "Try Again"));

  tropea_window_set_failure (window, NULL);
  g_assert_cmpstr (get_page (GTK_WIDGET (window)), ==, "opening");

  tropea_window_set_host (window, host);
  g_assert_cmpstr (get_page (GTK_WIDGET (window)), ==, "open");
  tropea_window_show_message (window, "1 < 2 & nothing to submit");

  tropea_window_set_closing (window, TRUE);
  g_assert_cmpstr (get_page (GTK_WIDGET (window)), ==, "closing");

  close_host (host);
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (host);
}

static void
test_banner (void)
{
  g_autoptr(GtkWidget) banner = g_object_ref_sink (g_object_new (TROPEA_TYPE_BANNER, NULL));
  GtkRevealer *revealer = GTK_REVEALER (find_widget (banner, GTK_TYPE_REVEALER, NULL));
  GtkWidget *button = find_widget (banner, GTK_TYPE_BUTTON, NULL);

  g_assert_false (gtk_revealer_get_reveal_child (revealer));

  g_object_set (banner, "text", "The keyring is locked", "button-label", "Unlock", NULL);
  g_assert_true (gtk_revealer_get_reveal_child (revealer));
  g_assert_true (has_label (banner, "The keyring is locked"));
  g_assert_true (gtk_widget_get_visible (button));

  g_object_set (banner, "text", "", "button-label", NULL, NULL);
  g_assert_false (gtk_revealer_get_reveal_child (revealer));
  g_assert_false (gtk_widget_get_visible (button));
}

static void
test_history_row (void)
{
  static const struct
  {
    TropeaSessionState  state;
    gint64              credits_micro;
    TropeaSource        source;
    const char         *reason;
    const char         *credits;
    const char         *word;
    const char         *subtitle;
  } cases[] = {
    { TROPEA_SESSION_STATE_WAITING, 0, TROPEA_SOURCE_TOR_CLIENT, NULL, "–", "Waiting",
      "14 Nov, 22:13:20" },
    { TROPEA_SESSION_STATE_CREDITED, 5657890, TROPEA_SOURCE_SIMULATION, NULL, "+5.65", "Credited",
      "14 Nov, 22:13:20 · simulated" },
    { TROPEA_SESSION_STATE_REFUSED, 0, TROPEA_SOURCE_TOR_CLIENT, "Too <b>fast</b> & long", "–",
      "Refused", "14 Nov, 22:13:20 · Too <b>fast</b> & long" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TropeaRecord record = {
        .session_id = "6f1c0a52-9a3f-4f0e-8d5b-3c8b6c1a2f10",
        .timestamp_ms = G_GINT64_CONSTANT (1700000000000),
        .duration_s = 35,
        .bytes = 4300000,
        .source = cases[i].source,
      };
      g_autoptr(TropeaSession) session =
        tropea_session_new (&record, cases[i].state, cases[i].credits_micro,
                            cases[i].reason != NULL ? "implausible" : NULL, cases[i].reason);
      g_autoptr(GtkWidget) row = g_object_ref_sink (tropea_history_row_new ());
      g_autoptr(TropeaHistoryItem) item = tropea_history_item_new (1);
      g_autofree char *expected =
        g_strdup_printf ("4.3 MB in 35 s, %s, %s", cases[i].credits, cases[i].word);
      g_autofree char *name = NULL;
      g_autofree char *description = NULL;

      tropea_history_row_set_item (TROPEA_HISTORY_ROW (row), item);
      g_assert_false (tropea_history_row_describe (TROPEA_HISTORY_ROW (row), &name,
                                                   &description));
      tropea_history_item_set_session (item, session);
      g_assert_true (tropea_history_row_describe (TROPEA_HISTORY_ROW (row), &name, &description));
      g_assert_cmpstr (name, ==, expected);
      g_assert_cmpstr (description, ==, cases[i].subtitle);
    }
}

static void
test_accessible (void)
{
  g_autoptr(GtkWidget) figure =
    g_object_ref_sink (g_object_new (TROPEA_TYPE_FIGURE, "label", "Data in", "value", "2.5 MB",
                                     NULL));
  g_autoptr(GtkWidget) bar =
    g_object_ref_sink (g_object_new (TROPEA_TYPE_METER_BAR, "label", "Accumulated time",
                                     "fraction", 0.5, "value", "25 s / 30 s", NULL));
  GtkWidget *progress = find_widget (bar, GTK_TYPE_PROGRESS_BAR, NULL);

  gtk_test_accessible_assert_role (figure, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_test_accessible_assert_property (figure, GTK_ACCESSIBLE_PROPERTY_LABEL, "Data in");
  gtk_test_accessible_assert_property (figure, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "2.5 MB");
  gtk_test_accessible_assert_property (progress, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Accumulated time");
  gtk_test_accessible_assert_property (progress, GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                       "25 s / 30 s");
  gtk_test_accessible_assert_property (progress, GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, 0.5);
}

static void
test_log (void)
{
  static const struct
  {
    guint       level;
    const char *text;
  } rows[] = {
    { 0, "[err] third\n" },
    { 1, "[warn] second\n[err] third\n" },
    { 2, "[notice] first\n[warn] second\n[err] third\n" },
    { 3, "[notice] first\n[warn] second\n[err] third\n[info] fourth\n" },
  };
  g_autoptr(TropeaClock) clock = tropea_system_clock_new ();
  g_autoptr(TropeaTorLog) log = tropea_tor_log_new (clock);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *view = tropea_log_view_new ();
  GtkWidget *level = find_widget (view, GTK_TYPE_DROP_DOWN, NULL);
  g_autofree char *path = g_strdup_printf ("Nov 22 11:15:38.159 [err] Cannot read %s/tor/state",
                                           g_get_home_dir ());
  g_autofree char *copied = NULL;

  g_object_set (view, "model", log, NULL);
  gtk_window_set_child (GTK_WINDOW (window), view);
  gtk_window_present (GTK_WINDOW (window));
  tropea_tor_log_append (log, "Nov 22 11:15:38.159 [notice] first");
  tropea_tor_log_append (log, "Nov 22 11:15:38.159 [warn] second");
  tropea_tor_log_append (log, "Nov 22 11:15:38.159 [err] third");
  tropea_tor_log_append (log, "Nov 22 11:15:38.159 [info] fourth");

  g_assert_cmpuint (gtk_drop_down_get_selected (GTK_DROP_DOWN (level)), ==,
                    TROPEA_TOR_LOG_LEVEL_NOTICE);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = NULL;
      g_autoptr(GRegex) time = g_regex_new ("^[^\\[]+", G_REGEX_MULTILINE, 0, NULL);
      g_autofree char *timeless = NULL;

      gtk_drop_down_set_selected (GTK_DROP_DOWN (level), rows[i].level);
      text = tropea_log_view_dup_text (TROPEA_LOG_VIEW (view));
      timeless = g_regex_replace_literal (time, text, -1, 0, "", 0, NULL);
      g_assert_cmpstr (timeless, ==, rows[i].text);
    }

  /* Whose computer it is stays here. */
  tropea_tor_log_append (log, path);
  copied = tropea_log_view_dup_text (TROPEA_LOG_VIEW (view));
  g_assert_nonnull (strstr (copied, "[err] Cannot read ~/tor/state\n"));

  gtk_window_destroy (GTK_WINDOW (window));
}

static void
count_cb (int *count)
{
  (*count)++;
}

static void
test_guide (void)
{
  g_autoptr(GtkWidget) guide = g_object_ref_sink (g_object_new (TROPEA_TYPE_GUIDE, NULL));
  int done = 0;

  g_signal_connect_swapped (guide, "done", G_CALLBACK (count_cb), &done);
  g_assert_true (has_label (guide, "1 of 4"));
  g_assert_nonnull (find_widget (guide, GTK_TYPE_BUTTON, "Skip"));
  for (int i = 0; i < 3; i++)
    g_signal_emit_by_name (find_widget (guide, GTK_TYPE_BUTTON, "Next"), "clicked");
  g_assert_true (has_label (guide, "4 of 4"));
  g_signal_emit_by_name (find_widget (guide, GTK_TYPE_BUTTON, "Back"), "clicked");
  g_assert_true (has_label (guide, "3 of 4"));
  g_signal_emit_by_name (find_widget (guide, GTK_TYPE_BUTTON, "Next"), "clicked");
  g_assert_cmpint (done, ==, 0);
  g_signal_emit_by_name (find_widget (guide, GTK_TYPE_BUTTON, "Finish"), "clicked");
  g_assert_cmpint (done, ==, 1);
}

/* Whatever can be wrong with tor has an answer. */
static void
test_answers (void)
{
  g_autoptr(GtkWidget) topics =
    g_object_ref_sink (g_object_new (TROPEA_TYPE_HELP_TOPICS, "trouble", TRUE, NULL));

  for (int problem = 0; problem < TROPEA_TOR_N_PROBLEMS; problem++)
    {
      g_autoptr(TropeaTorDiagnosis) diagnosis =
        tropea_tor_diagnosis_new ((TropeaTorProblem) problem, "1", "2", "3", "4", "5", NULL);
      const char *anchor = tropea_tor_diagnosis_get_anchor (diagnosis);

      if (anchor != NULL && !tropea_help_topics_open (TROPEA_HELP_TOPICS (topics), anchor))
        g_error ("There is no answer called “%s”", anchor);
    }
  g_assert_false (tropea_help_topics_open (TROPEA_HELP_TOPICS (topics), "nothing"));
}

static void
test_preferences (void)
{
  g_autofree char *dir = g_dir_make_tmp ("tropea-views-XXXXXX", NULL);
  TropeaHost *host = open_host (dir);
  g_autoptr(TropeaSettings) settings = tropea_settings_new ();
  GtkWidget *preferences = tropea_preferences_new (host, settings);
  GtkWidget *port = find_widget (preferences, GTK_TYPE_SPIN_BUTTON, NULL);

  /* The first fields are the thresholds'. */
  while (port != NULL && gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (port)) != 9050)
    {
      gboolean is_behind = FALSE;

      port = find_after (preferences, port, GTK_TYPE_SPIN_BUTTON, &is_behind);
    }
  g_assert_nonnull (port);

  gtk_spin_button_set_value (GTK_SPIN_BUTTON (port), 9250);
  g_assert_cmpint (tropea_settings_get_int (settings, TROPEA_SETTING_SOCKS_PORT), ==, 9250);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (port), 0);
  g_assert_cmpint (tropea_settings_get_int (settings, TROPEA_SETTING_SOCKS_PORT), ==, -1);
  g_settings_reset (tropea_settings_get_gsettings (settings), TROPEA_SETTING_SOCKS_PORT);
  g_assert_cmpint (gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (port)), ==, 9050);

  g_object_add_weak_pointer (G_OBJECT (preferences), (gpointer *) &preferences);
  gtk_window_destroy (GTK_WINDOW (preferences));
  g_assert_null (preferences);
  close_host (host);
  g_object_unref (host);
}

static guint
count_rows (GtkWidget *window)
{
  GtkWidget *list = find_widget (window, GTK_TYPE_LIST_BOX, NULL);
  guint count = 0;

  /* The first list is that of the switch. */
  while (list != NULL && !gtk_widget_has_css_class (list, "exit-countries"))
    {
      gboolean is_behind = FALSE;

      list = find_after (window, list, GTK_TYPE_LIST_BOX, &is_behind);
    }
  g_assert_nonnull (list);
  while (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), (int) count) != NULL)
    count++;

  return count;
}

static void
test_exits (void)
{
  const char * const kept[] = { "DE", "US", NULL };
  g_autofree char *dir = g_dir_make_tmp ("tropea-views-XXXXXX", NULL);
  TropeaHost *host = open_host (dir);
  g_autoptr(TropeaSettings) settings = tropea_settings_new ();
  GSettings *keys = tropea_settings_get_gsettings (settings);
  g_autoptr(GAsyncResult) result = NULL;
  g_auto(GStrv) left = NULL;
  GtkWidget *window = NULL;
  GtkWidget *check = NULL;

  g_settings_set_strv (keys, TROPEA_SETTING_EXIT_COUNTRIES, kept);
  tropea_host_set_exit_countries_async (host, kept, FALSE, test_keep_result, &result);
  test_wait_until (result != NULL, 10);
  g_assert_true (tropea_host_set_exit_countries_finish (host, result, NULL, NULL));

  /* Without a tor there is what was chosen, and why there is no more. */
  window = tropea_exits_window_new (host, settings);
  g_assert_cmpuint (count_rows (window), ==, 2);
  g_assert_true (has_label (window, "Start Tor to see where it has exits."));

  /* What is taken out is not kept any more. */
  check = find_widget (window, GTK_TYPE_CHECK_BUTTON, NULL);
  g_assert_true (gtk_check_button_get_active (GTK_CHECK_BUTTON (check)));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), FALSE);
  do
    {
      g_strfreev (left);
      g_main_context_iteration (NULL, TRUE);
      left = g_settings_get_strv (keys, TROPEA_SETTING_EXIT_COUNTRIES);
    }
  while (g_strv_length (left) > 1);
  g_assert_cmpstr (left[0], ==, "US");

  g_settings_reset (keys, TROPEA_SETTING_EXIT_COUNTRIES);
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_null (window);
  close_host (host);
  g_object_unref (host);
}

int
main (int   argc,
      char *argv[])
{
  static const struct
  {
    const char *path;
    GType     (*get_type) (void);
  } views[] = {
    { "/views/build/alerts", tropea_alerts_get_type },
    { "/views/build/bandwidth-graph", tropea_bandwidth_graph_get_type },
    { "/views/build/banner", tropea_banner_get_type },
    { "/views/build/circuits-view", tropea_circuits_view_get_type },
    { "/views/build/credits-page", tropea_credits_page_get_type },
    { "/views/build/credits-panel", tropea_credits_panel_get_type },
    { "/views/build/credits-overview", tropea_credits_overview_get_type },
    { "/views/build/history-view", tropea_history_view_get_type },
    { "/views/build/figure", tropea_figure_get_type },
    { "/views/build/figure-grid", tropea_figure_grid_get_type },
    { "/views/build/guide", tropea_guide_get_type },
    { "/views/build/help-page", tropea_help_page_get_type },
    { "/views/build/live-text", tropea_live_text_get_type },
    { "/views/build/log-view", tropea_log_view_get_type },
    { "/views/build/meter-bar", tropea_meter_bar_get_type },
    { "/views/build/sessions-page", tropea_sessions_page_get_type },
    { "/views/build/state-badge", tropea_state_badge_get_type },
    { "/views/build/threshold-bars", tropea_threshold_bars_get_type },
    { "/views/build/threshold-editor", tropea_threshold_editor_get_type },
    { "/views/build/tor-controls", tropea_tor_controls_get_type },
    { "/views/build/tor-page", tropea_tor_page_get_type },
    { "/views/build/tor-panel", tropea_tor_panel_get_type },
  };

  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  tropea_ui_init ();

  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    g_test_add_data_func (views[i].path, &views[i].get_type, test_build);
  g_test_add_func ("/views/pages-show-what-the-host-says", test_pages);
  g_test_add_func ("/views/guide-has-four-steps", test_guide);
  g_test_add_func ("/views/each-problem-has-an-answer", test_answers);
  g_test_add_func ("/views/preferences-change-the-settings", test_preferences);
  g_test_add_func ("/views/exit-countries-are-kept-when-tor-can-use-them", test_exits);
  g_test_add_func ("/views/window-keeps-size-and-page", test_window_state);
  g_test_add_func ("/views/window-has-a-page-for-each-moment", test_window);
  g_test_add_func ("/views/log-is-shown-and-copied-by-level", test_log);
  g_test_add_func ("/views/banner-is-there-as-long-as-it-has-a-text", test_banner);
  g_test_add_func ("/views/history-row-says-text-from-outside-as-it-is", test_history_row);
  g_test_add_func ("/views/figures-and-bars-have-names-and-values", test_accessible);

  return g_test_run ();
}
