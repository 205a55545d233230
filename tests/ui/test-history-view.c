/* test-history-view.c: the history in a window, from no session to a hundred thousand
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fill-sessions.h"
#include "host/tropea-host-history.h"
#include "loop-probe.h"
#include "probe.h"
#include "record/tropea-encoding.h"
#include "ui/tropea-credits-overview.h"
#include "ui/tropea-credits-page.h"
#include "ui/tropea-history-row.h"
#include "ui/tropea-history-view.h"
#include "ui/tropea-session-detail.h"
#include "ui/tropea-session-words.h"
#include "ui/tropea-sessions-page.h"
#include "ui/tropea-ui.h"

#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>

#define WAIT_S 40
#define N_SESSIONS 100000
#define FEW_SESSIONS 1000
#define N_ATTEMPTS 4
#define N_JUMPS 4
#define FRAMES_TO_GROW 40
#define FRAMES_OF_A_JUMP 4

typedef struct
{
  char       *dir;
  TropeaHost *host;
  GtkWidget  *window;
  GtkWidget  *page;
} Fixture;

static GtkWidget *
find_widget (GtkWidget  *root,
             GType       type,
             const char *label)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type))
    {
      g_autofree char *own = NULL;

      if (label == NULL)
        return root;
      g_object_get (root, "label", &own, NULL);
      if (own != NULL && strstr (own, label) != NULL)
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

/* Somewhere on the screen. */
static gboolean
has_label (GtkWidget  *root,
           const char *text)
{
  if (!gtk_widget_get_mapped (root))
    return FALSE;

  if (GTK_IS_LABEL (root) && strstr (gtk_label_get_label (GTK_LABEL (root)), text) != NULL)
    return TRUE;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (has_label (child, text))
        return TRUE;
    }

  return FALSE;
}

/* As has_label, in a row of the history, which draws its texts. */
static gboolean
has_row (GtkWidget  *root,
         const char *text)
{
  if (!gtk_widget_get_mapped (root))
    return FALSE;

  if (TROPEA_IS_HISTORY_ROW (root))
    {
      g_autofree char *name = NULL;
      g_autofree char *description = NULL;

      return tropea_history_row_describe (TROPEA_HISTORY_ROW (root), &name, &description) &&
             (strstr (name, text) != NULL || strstr (description, text) != NULL);
    }

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (has_row (child, text))
        return TRUE;
    }

  return FALSE;
}

/* The pictures of this test, for whoever asks for them. */
static void
photograph (Fixture    *fixture,
            const char *name)
{
  const char *folder = g_getenv ("TROPEA_TEST_PHOTOS");
  g_autofree char *path = NULL;
  const char *argv[] = { "import", "-silent", "-window", "root", NULL, NULL };
  guint id = 0;

  if (folder == NULL)
    return;

  path = g_strdup_printf ("%s/history-%s.png", folder, name);
  argv[4] = path;
  id = test_wait_start (WAIT_S, G_STRFUNC, name);
  for (gint64 end = g_get_monotonic_time () + G_USEC_PER_SEC / 2; g_get_monotonic_time () < end;)
    g_main_context_iteration (NULL, FALSE);
  g_source_remove (id);
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, NULL, NULL));
}

static void
set_up (Fixture *fixture,
        gint64   n_sessions,
        GType    page_type,
        int      width)
{
  g_autoptr(TropeaHostOptions) options = tropea_host_options_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *path = NULL;
  gint64 now_ms = g_get_real_time () / 1000;

  fixture->dir = g_dir_make_tmp ("tropea-history-XXXXXX", NULL);
  options->data_dir = g_build_filename (fixture->dir, "data", NULL);
  options->key_file = g_build_filename (fixture->dir, "key", NULL);
  g_assert_cmpint (g_mkdir (options->data_dir, 0700), ==, 0);
  path = g_build_filename (options->data_dir, "sessions.db", NULL);
  if (n_sessions > 0)
    {
      g_autoptr(TropeaStore) store = fill_new (path, n_sessions, now_ms);

      fill_close (store);
    }

  tropea_host_open_async (options, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);
  fixture->host = tropea_host_open_finish (result, &error);
  g_assert_no_error (error);

  fixture->page = g_object_new (page_type, "host", fixture->host, NULL);
  fixture->window = g_object_new (ADW_TYPE_WINDOW, "default-width", width, "default-height", 800,
                                  "content", g_object_new (ADW_TYPE_TOAST_OVERLAY, "child",
                                                           fixture->page, NULL), NULL);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
remove_all (const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_all (child);
    }
  g_remove (path);
}

static void
tear_down (Fixture *fixture)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  gtk_window_destroy (GTK_WINDOW (fixture->window));
  tropea_host_close_async (fixture->host, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);
  tropea_host_close_finish (fixture->host, result, &error);
  g_assert_no_error (error);
  g_clear_object (&result);
  g_assert_finalize_object (fixture->host);
  remove_all (fixture->dir);
  g_free (fixture->dir);
}

static TropeaHistoryView *
get_view (Fixture *fixture)
{
  return TROPEA_HISTORY_VIEW (find_widget (fixture->page, TROPEA_TYPE_HISTORY_VIEW, NULL));
}

static void
test_empty (void)
{
  Fixture fixture = { 0 };

  set_up (&fixture, 0, TROPEA_TYPE_SESSIONS_PAGE, 480);
  test_wait_until (has_label (fixture.page, "No sessions yet"), WAIT_S);
  photograph (&fixture, "empty");
  tear_down (&fixture);
}

static void
test_filters_and_searches (void)
{
  Fixture fixture = { 0 };
  TropeaHistoryView *view = NULL;

  set_up (&fixture, 600, TROPEA_TYPE_SESSIONS_PAGE, 360);
  view = get_view (&fixture);
  test_wait_until (has_label (fixture.page, "600 sessions"), WAIT_S);
  tropea_history_view_filter (view, TROPEA_SESSION_STATE_REFUSED, TROPEA_SESSION_FILTER_ANY);
  test_wait_until (has_label (fixture.page, "11 sessions"), WAIT_S);
  test_wait_until (has_row (fixture.page, "Mbit/s"), WAIT_S);
  photograph (&fixture, "refused");
  tropea_history_view_search (view, "no such thing");
  test_wait_until (has_label (fixture.page, "Nothing matches"), WAIT_S);
  photograph (&fixture, "no-match");
  g_signal_emit_by_name (find_widget (fixture.page, GTK_TYPE_BUTTON, "Show _All"), "clicked");
  test_wait_until (has_label (fixture.page, "600 sessions"), WAIT_S);
  tear_down (&fixture);
}

static void
turn_frames (GtkWidget *widget,
             guint      n_frames,
             gint64    *longest_usec)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);
  gint64 end = gdk_frame_clock_get_frame_counter (clock) + n_frames;
  guint id = test_wait_start (WAIT_S, G_STRFUNC, "frames are drawn");
  LoopProbe probe = { 0 };

  while (gdk_frame_clock_get_frame_counter (clock) < end)
    {
      gtk_widget_queue_draw (widget);
      loop_probe_iterate (&probe);
    }
  g_source_remove (id);

  *longest_usec = MAX (*longest_usec, probe.cpu_usec);
}

/* From place to place, as with the scroll bar: the longest turn of the main loop, in which GTK
 * lays out and draws as well. */
static void
jump (Fixture *fixture,
      guint    n_sessions,
      GRand   *random,
      gint64  *longest_usec)
{
  GtkWidget *scrolled = find_widget (find_widget (fixture->page, GTK_TYPE_OVERLAY, NULL),
                                     GTK_TYPE_SCROLLED_WINDOW, NULL);
  GtkAdjustment *adjustment =
    gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
  double upper = gtk_adjustment_get_upper (adjustment);
  gint64 set_usec = probe_get_cpu_usec ();

  g_assert_cmpfloat (upper, >, 40.0 * (double) n_sessions);
  gtk_adjustment_set_value (adjustment, g_rand_double_range (random, 0, upper));
  set_usec = probe_get_cpu_usec () - set_usec;
  *longest_usec = MAX (*longest_usec, set_usec);
  probe_until (has_row (scrolled, " in "), WAIT_S, *longest_usec);
  turn_frames (fixture->page, FRAMES_OF_A_JUMP, longest_usec);
}

typedef struct
{
  gint64 first_usec;  /* when the list comes */
  gint64 jump_usec;
} LongestTurns;

/* What is measured is the thread's own time, but others on the machine make that longer, too, by
 * taking its caches, and never shorter: so the least of some attempts counts. The first one loads
 * fonts besides. */
static LongestTurns
measure_turns (guint n_sessions)
{
  Fixture fixture = { 0 };
  g_autoptr(GRand) random = g_rand_new_with_seed (3);
  LongestTurns turns = { G_MAXINT64, G_MAXINT64 };

  set_up (&fixture, n_sessions, TROPEA_TYPE_HISTORY_VIEW, 680);
  for (guint attempt = 0; attempt < N_ATTEMPTS; attempt++)
    {
      gint64 longest_usec = 0;

      g_object_set (fixture.page, "host", NULL, NULL);
      turn_frames (fixture.page, 2, &longest_usec);
      longest_usec = 0;
      g_object_set (fixture.page, "host", fixture.host, NULL);
      probe_until (has_row (fixture.page, " in "), WAIT_S, longest_usec);
      turn_frames (fixture.page, FRAMES_TO_GROW, &longest_usec);
      turns.first_usec = MIN (turns.first_usec, longest_usec);

      longest_usec = 0;
      for (guint i = 0; i < N_JUMPS; i++)
        jump (&fixture, n_sessions, random, &longest_usec);
      turns.jump_usec = MIN (turns.jump_usec, longest_usec);
    }
  tear_down (&fixture);

  g_test_message ("With %u sessions the longest turn with layout and drawing took %"
                  G_GINT64_FORMAT " µs when the list came, %" G_GINT64_FORMAT " µs after a jump",
                  n_sessions, turns.first_usec, turns.jump_usec);

  return turns;
}

/* A short list is the yardstick, on the same machine in the same minute. */
static void
test_is_as_quick_with_many_sessions (void)
{
  LongestTurns few = measure_turns (FEW_SESSIONS);
  LongestTurns many = measure_turns (N_SESSIONS);

  g_assert_cmpint (many.first_usec, <=, 2 * few.first_usec);
  g_assert_cmpint (many.jump_usec, <=, 2 * few.jump_usec);
}

static TropeaSession *
make_session (TropeaSessionState state,
              gboolean           has_sent)
{
  static const guint8 seed[32] = { 1, 2, 3 };
  g_autoptr(TropeaSecret) key = tropea_secret_new (TROPEA_RECORD_SECRET_KEY_BYTES);
  TropeaSettlement settlement = { .seq = 42, .balance_micro = 96500000, .has_sent = has_sent };
  TropeaCut cut = {
    .record = {
      .session_id = "6f1c0a52-9a3f-4f0e-8d5b-3c8b6c1a2f10",
      .timestamp_ms = G_GINT64_CONSTANT (1700000000000),
      .duration_s = 35,
      .bytes = 4300001,
    },
    .bytes_in = 3300000,
    .is_manual = TRUE,
  };
  guint8 public_key[32];

  memset (cut.record.ip_hash, 'a', 64);
  g_strlcpy (settlement.ledger, FILL_LEDGER, sizeof settlement.ledger);
  g_strlcpy (settlement.sent.origin, "ledger.example.org", sizeof settlement.sent.origin);
  settlement.sent.record = cut.record;
  settlement.sent.answered_ms = G_GINT64_CONSTANT (1700000040000);
  settlement.sent.n_sessions = 3;
  g_assert_cmpint (crypto_sign_seed_keypair (public_key, tropea_secret_get_data (key), seed), ==,
                   0);
  tropea_record_sign (&settlement.sent.record, settlement.sent.origin, key);

  return tropea_session_new_from_row (1, &cut, state,
                                      state == TROPEA_SESSION_STATE_CREDITED ? 5650000 : 0,
                                      state == TROPEA_SESSION_STATE_REFUSED ? "implausible" : NULL,
                                      state == TROPEA_SESSION_STATE_REFUSED ? "Too <b>fast</b> & "
                                                                              "long." : NULL,
                                      state == TROPEA_SESSION_STATE_WAITING ? NULL : &settlement);
}

static void
test_detail (void)
{
  g_autoptr(TropeaHistoryItem) item = tropea_history_item_new (1);
  g_autoptr(TropeaSession) waiting = make_session (TROPEA_SESSION_STATE_WAITING, FALSE);
  g_autoptr(TropeaSession) credited = make_session (TROPEA_SESSION_STATE_CREDITED, TRUE);
  g_autoptr(TropeaSession) refused = make_session (TROPEA_SESSION_STATE_REFUSED, FALSE);
  g_autofree char *json = tropea_session_dup_sent_json (credited);
  g_autofree char *lines = tropea_session_dup_signed_lines (credited);
  GtkWidget *window = NULL;

  tropea_history_item_set_session (item, waiting);
  window = tropea_session_detail_new (item);
  gtk_window_set_default_size (GTK_WINDOW (window), 360, 1600);
  gtk_window_present (GTK_WINDOW (window));
  test_wait_until (has_label (window, "It waits for the ledger."), WAIT_S);
  g_assert_true (has_label (window, "14 Nov 2023, 22:13:20 UTC"));
  g_assert_true (has_label (window, "3.3 MB (3300000 B)"));
  g_assert_true (has_label (window, "1.0 MB (1000001 B)"));
  g_assert_true (has_label (window, "35 s × 0.100000 = 3.500000"));
  g_assert_true (has_label (window, "4300001 B ÷ 2000000 = 2.150000"));
  g_assert_true (has_label (window, "Manual"));
  g_assert_false (has_label (window, "Receipt"));

  tropea_history_item_set_session (item, credited);
  test_wait_until (has_label (window, "The ledger credited 5.65."), WAIT_S);
  g_assert_true (has_label (window, "ledger.example.org"));
  g_assert_true (has_label (window, "96.500000"));
  g_assert_true (has_label (window, "in one list with 2 other sessions"));
  g_assert_true (has_label (window, "The signature is right"));
  g_assert_true (has_label (window, json));
  g_assert_true (has_label (window, lines));
  photograph (NULL, "detail");

  tropea_history_item_set_session (item, refused);
  test_wait_until (has_label (window, "Too <b>fast</b> & long."), WAIT_S);
  g_assert_true (has_label (window, "It was not kept"));
  photograph (NULL, "detail-refused");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_words_of_the_books (void)
{
  TropeaBooks books = { .sums = { .sessions = 2, .credits_micro = 11300000 } };
  static const struct
  {
    TropeaBooksFault  fault;
    gboolean          has_ledger;
    const char       *sentence;
  } rows[] = {
    { TROPEA_BOOKS_RIGHT, TRUE, "Everything adds up: 2 sessions, 11.300000 credits. The ledger "
                                "says the same." },
    { TROPEA_BOOKS_RIGHT, FALSE, "Everything adds up: 2 sessions, 11.300000 credits. The ledger "
                                 "could not be asked now." },
    { TROPEA_BOOKS_SESSION_CREDITS, TRUE, "The session of 14 Nov, 22:13:20 (some-id) has 5.650001 "
                                          "credits, the formula gives 5.650000." },
    { TROPEA_BOOKS_SHOWN_CREDITS, TRUE, "The sessions add up to 5.650000 credits, but 5.650001 are "
                                        "shown: start Tropea again." },
    { TROPEA_BOOKS_LEDGER, TRUE, "The ledger credited 5.650000 to the sessions here, but says "
                                 "5.650001 now: ask who runs it." },
  };

  books.timestamp_ms = G_GINT64_CONSTANT (1700000000000);
  books.expected_micro = 5650000;
  books.found_micro = 5650001;
  g_strlcpy (books.session_id, "some-id", sizeof books.session_id);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *sentence = NULL;

      books.fault = rows[i].fault;
      books.has_ledger = rows[i].has_ledger;
      sentence = tropea_words_books (&books);
      g_assert_cmpstr (sentence, ==, rows[i].sentence);
    }
}

/* The figures are those of the store; the check says that they are right, or where they are not. */
static void
test_books (void)
{
  Fixture fixture = { 0 };
  g_autofree char *path = NULL;
  GtkWidget *button = NULL;
  sqlite3 *db = NULL;

  set_up (&fixture, 3000, TROPEA_TYPE_CREDITS_PAGE, 480);
  button = find_widget (fixture.page, GTK_TYPE_BUTTON, "Check");
  g_signal_emit_by_name (button, "clicked");
  g_assert_false (gtk_widget_get_sensitive (button));
  test_wait_until (has_label (fixture.page, "Everything adds up: 3000 sessions"), WAIT_S);
  g_assert_true (gtk_widget_get_sensitive (button));
  photograph (&fixture, "books-right");

  path = g_build_filename (fixture.dir, "data", "sessions.db", NULL);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_busy_timeout (db, WAIT_S * 1000), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "UPDATE sessions SET credits_micro = credits_micro - 5"
                                     " WHERE row = 1234", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  g_signal_emit_by_name (button, "clicked");
  test_wait_until (has_label (fixture.page, "000004d2-0000-4000-8000-000000001234"), WAIT_S);
  photograph (&fixture, "books-differ");
  tear_down (&fixture);
}

/* An application does this by itself. */
static void
use_style (void)
{
  g_autoptr(GtkCssProvider) provider = gtk_css_provider_new ();
  GdkDisplay *display = gdk_display_get_default ();

  gtk_css_provider_load_from_resource (provider, TROPEA_UI_RESOURCES "/style.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (display),
                                    TROPEA_UI_RESOURCES "/icons");
}

int
main (int   argc,
      char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  tropea_ui_init ();
  g_assert_true (tropea_secret_init (NULL));
  use_style ();

  g_test_add_func ("/history-view/says-that-there-is-nothing-yet", test_empty);
  g_test_add_func ("/history-view/filters-and-searches", test_filters_and_searches);
  g_test_add_func ("/history-view/is-as-quick-with-100000-as-with-1000",
                   test_is_as_quick_with_many_sessions);
  g_test_add_func ("/history-view/detail-shows-what-is-known", test_detail);
  g_test_add_func ("/history-view/books-in-a-sentence", test_words_of_the_books);
  g_test_add_func ("/history-view/checks-the-books", test_books);

  return g_test_run ();
}
