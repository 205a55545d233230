/* test-ledger-group.c: a ledger is asked who it is, and used when the user has said yes
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "test-wait.h"
#include "host/tropea-host-ledger.h"
#include "ui/tropea-ledger-group.h"
#include "ui/tropea-ui.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#define WAIT_S 30

typedef struct
{
  char           *dir;
  char           *url;       /* of the other ledger */
  GSubprocess    *ledger;    /* (nullable): that one, while it runs */
  TropeaHost     *host;
  TropeaSettings *settings;
  GtkWidget      *window;
  GtkWidget      *group;
} Fixture;

static TropeaHost *
open_host (const char *dir)
{
  g_autoptr(TropeaHostOptions) options = tropea_host_options_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  TropeaHost *host = NULL;

  options->data_dir = g_build_filename (dir, "data", NULL);
  options->key_file = g_build_filename (dir, "key", NULL);
  tropea_host_open_async (options, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);
  host = tropea_host_open_finish (result, &error);
  g_assert_no_error (error);

  return host;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->dir = g_dir_make_tmp ("tropea-ledger-group-XXXXXX", NULL);
  fixture->url = g_strconcat ("unix:", fixture->dir, "/other.sock", NULL);
  fixture->host = open_host (fixture->dir);
  fixture->settings = tropea_settings_new ();
  fixture->window = adw_window_new ();
  fixture->group = g_object_new (TROPEA_TYPE_LEDGER_GROUP, NULL);
  adw_window_set_content (ADW_WINDOW (fixture->window), fixture->group);
  tropea_ledger_group_set_model (TROPEA_LEDGER_GROUP (fixture->group), fixture->host,
                                 fixture->settings);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
stop_ledger (Fixture *fixture)
{
  if (fixture->ledger == NULL)
    return;

  g_subprocess_send_signal (fixture->ledger, SIGTERM);
  g_assert_true (g_subprocess_wait_check (fixture->ledger, NULL, NULL));
  g_clear_object (&fixture->ledger);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(GAsyncResult) result = NULL;

  gtk_window_destroy (GTK_WINDOW (fixture->window));
  tropea_settings_set_string (fixture->settings, TROPEA_SETTING_LEDGER_URL, NULL);
  g_object_unref (fixture->settings);
  tropea_host_close_async (fixture->host, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);
  g_assert_true (tropea_host_close_finish (fixture->host, result, NULL));
  g_clear_object (&result);
  g_assert_finalize_object (fixture->host);
  stop_ledger (fixture);
  g_free (fixture->url);
  g_free (fixture->dir);
}

static void
start_ledger (Fixture    *fixture,
              const char *name)
{
  g_autofree char *database = g_strconcat ("sqlite:", fixture->dir, "/", name, NULL);
  g_autoptr(GDataInputStream) output = NULL;
  g_autofree char *line = NULL;
  g_autoptr(GError) error = NULL;

  stop_ledger (fixture);
  fixture->ledger = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE |
                                      G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                                      g_getenv ("TROPEA_LEDGER"), "--listen", fixture->url,
                                      "--database", database, "--origin", "other.example",
                                      "--exit-with-stdin", NULL);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (fixture->ledger));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (output), FALSE);
  line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_nonnull (line);
}

static GtkWidget *
find (GtkWidget *root,
      GType      type,
      guint     *skip)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type) && (*skip)-- == 0)
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type, skip);

      if (found != NULL)
        return found;
    }

  return NULL;
}

/* “This computer” is the first choice, “A ledger elsewhere” the second. */
static void
choose (Fixture *fixture,
        guint    nth)
{
  GtkWidget *choice = find (fixture->group, GTK_TYPE_CHECK_BUTTON, &nth);

  gtk_check_button_set_active (GTK_CHECK_BUTTON (choice), TRUE);
}

static void
type_address (Fixture    *fixture,
              const char *address)
{
  guint nth = 0;
  GtkWidget *entry = find (fixture->group, ADW_TYPE_ENTRY_ROW, &nth);

  gtk_editable_set_text (GTK_EDITABLE (entry), address);
  g_signal_emit_by_name (entry, "apply");
}

static gboolean
says (Fixture    *fixture,
      const char *part)
{
  for (guint i = 0; ; i++)
    {
      guint nth = i;
      GtkWidget *label = find (fixture->group, GTK_TYPE_LABEL, &nth);

      if (label == NULL)
        return FALSE;
      if (strstr (gtk_label_get_text (GTK_LABEL (label)), part) != NULL)
        return TRUE;
    }
}

static AdwMessageDialog *
find_question (const char *heading)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWidget) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window) &&
          g_strcmp0 (adw_message_dialog_get_heading (ADW_MESSAGE_DIALOG (window)), heading) == 0)
        return ADW_MESSAGE_DIALOG (window);
    }

  return NULL;
}

/* The body has to have @part in it. */
static void
answer (const char *heading,
        const char *part,
        const char *response)
{
  AdwMessageDialog *question = NULL;

  test_wait_until ((question = find_question (heading)) != NULL, WAIT_S);
  g_assert_nonnull (strstr (adw_message_dialog_get_body (question), part));
  adw_message_dialog_response (question, response);

  /* The buttons do that as well, the call does not. */
  gtk_window_destroy (GTK_WINDOW (question));
  g_assert_null (find_question (heading));
}

static void
assert_uses (Fixture    *fixture,
             const char *url)
{
  g_autofree char *kept = NULL;

  test_wait_until (g_strcmp0 (tropea_host_get_ledger_url (fixture->host), url) == 0 &&
                   says (fixture, "from now on"), WAIT_S);
  kept = tropea_settings_dup_string (fixture->settings, TROPEA_SETTING_LEDGER_URL);
  g_assert_cmpstr (kept, ==, url);
  g_assert_true (says (fixture, url != NULL ? url : "the ledger on this computer"));
}

/* Its key is remembered with the first question that is asked in order to send something. */
static void
wait_until_known (Fixture *fixture)
{
  TropeaLedgerTrust trust = TROPEA_LEDGER_TRUST_NEW;
  gint64 deadline_usec = g_get_monotonic_time () + WAIT_S * G_USEC_PER_SEC;

  while (trust != TROPEA_LEDGER_TRUST_KNOWN)
    {
      g_autoptr(GAsyncResult) result = NULL;
      g_autoptr(TropeaLedgerSight) sight = NULL;

      g_assert_cmpint (g_get_monotonic_time (), <, deadline_usec);
      tropea_host_look_at_ledger_async (fixture->host, fixture->url, NULL, test_keep_result,
                                        &result);
      test_wait_until (result != NULL, WAIT_S);
      sight = tropea_host_look_at_ledger_finish (fixture->host, result, NULL);
      if (sight != NULL)
        trust = sight->trust;
    }
}

static void
test_new (Fixture       *fixture,
          gconstpointer  data)
{
  guint nth = 0;
  GtkCheckButton *here = GTK_CHECK_BUTTON (find (fixture->group, GTK_TYPE_CHECK_BUTTON, &nth));

  start_ledger (fixture, "first.db");
  choose (fixture, 1);
  g_assert_true (says (fixture, "Type the address"));
  type_address (fixture, fixture->url);
  answer ("Use This Ledger?", "other.example", "cancel");
  g_assert_true (gtk_check_button_get_active (here));
  g_assert_null (tropea_host_get_ledger_url (fixture->host));

  choose (fixture, 1);
  answer ("Use This Ledger?", "other.example", "yes");
  assert_uses (fixture, fixture->url);

  /* Back without a question, and there again as well: it is known by now. */
  choose (fixture, 0);
  assert_uses (fixture, NULL);
}

static void
test_another_key (Fixture       *fixture,
                  gconstpointer  data)
{
  start_ledger (fixture, "first.db");
  choose (fixture, 1);
  type_address (fixture, fixture->url);
  answer ("Use This Ledger?", "other.example", "yes");
  assert_uses (fixture, fixture->url);
  wait_until_known (fixture);

  start_ledger (fixture, "second.db");
  type_address (fixture, fixture->url);
  answer ("Trust Another Key?", "other.example", "yes");
  assert_uses (fixture, fixture->url);
}

static void
test_nobody (Fixture       *fixture,
             gconstpointer  data)
{
  choose (fixture, 1);
  type_address (fixture, "no address");
  g_assert_true (says (fixture, "not a ledger's URL"));
  g_assert_null (find_question ("Use It Without an Answer?"));

  type_address (fixture, fixture->url);
  answer ("Use It Without an Answer?", "cannot be reached", "yes");
  assert_uses (fixture, fixture->url);
  choose (fixture, 0);
  assert_uses (fixture, NULL);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  tropea_ui_init ();

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/ledger-group/new-one-is-used-after-a-yes", test_new);
  ADD ("/ledger-group/another-key-is-asked-about", test_another_key);
  ADD ("/ledger-group/silent-one-is-asked-about", test_nobody);
#undef ADD

  return g_test_run ();
}
