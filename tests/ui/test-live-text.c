/* test-live-text.c: a new text is drawn without a new layout
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "test-wait.h"
#include "ui/tropea-live-text.h"
#include "ui/tropea-ui.h"

#define PATIENCE_SECONDS 20

/* How often the box around the text was asked for its size. */
static guint n_measures;

static void
measure_cb (GtkWidget      *widget,
            GtkOrientation  orientation,
            int             for_size,
            int            *minimum,
            int            *natural,
            int            *minimum_baseline,
            int            *natural_baseline)
{
  n_measures++;
  gtk_widget_measure (gtk_widget_get_first_child (widget), orientation, for_size, minimum, natural,
                      minimum_baseline, natural_baseline);
}

static void
allocate_cb (GtkWidget *widget,
             int        width,
             int        height,
             int        baseline)
{
  gtk_widget_allocate (gtk_widget_get_first_child (widget), width, height, baseline, NULL);
}

static gboolean
count_cb (GtkWidget     *widget,
          GdkFrameClock *frame_clock,
          gpointer       user_data)
{
  (*(guint *) user_data)++;

  return G_SOURCE_CONTINUE;
}

/* Whatever was to be laid out is when two more frames have begun. */
static void
settle (GtkWidget *widget)
{
  guint n_frames = 0;
  guint id = gtk_widget_add_tick_callback (widget, count_cb, &n_frames, NULL);

  test_wait_until (n_frames >= 3, PATIENCE_SECONDS);
  gtk_widget_remove_tick_callback (widget, id);
}

static GtkWidget *
show (GtkWidget *child)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_widget_set_layout_manager (box, gtk_custom_layout_new (NULL, measure_cb, allocate_cb));
  gtk_box_append (GTK_BOX (box), child);
  gtk_window_set_child (GTK_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
  test_wait_until (gtk_widget_get_mapped (child), PATIENCE_SECONDS);
  settle (box);

  return window;
}

static void
test_layout (void)
{
  GtkWidget *text = g_object_new (TROPEA_TYPE_LIVE_TEXT, "text", "12.3 KB", NULL);
  GtkWidget *window = show (text);
  guint before = n_measures;

  g_object_set (text, "text", "12.4 KB", NULL);
  settle (text);
  g_assert_cmpuint (n_measures, ==, before);

  g_object_set (text, "text", "112.45 KB", NULL);
  settle (text);
  g_assert_cmpuint (n_measures, ==, before);

  /* Then the room grows, and stays. */
  g_object_set (text, "text", "1\u202f234\u202f567.8 MB", NULL);
  settle (text);
  g_assert_cmpuint (n_measures, >, before);

  before = n_measures;
  g_object_set (text, "text", "1 B", NULL);
  settle (text);
  g_assert_cmpuint (n_measures, ==, before);

  gtk_window_destroy (GTK_WINDOW (window));
}

/* The counter of this test counts: a label does ask for a layout. */
static void
test_label (void)
{
  GtkWidget *label = gtk_label_new ("12.3 KB");
  GtkWidget *window = show (label);
  guint before = n_measures;

  gtk_label_set_label (GTK_LABEL (label), "12.4 KB");
  settle (label);
  g_assert_cmpuint (n_measures, >, before);

  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_room (void)
{
  GtkWidget *text = g_object_ref_sink (g_object_new (TROPEA_TYPE_LIVE_TEXT, "text", "1 B", NULL));
  int one_line = 0;
  int two_lines = 0;
  int minimum = 0;
  int natural = 0;

  gtk_widget_measure (text, GTK_ORIENTATION_VERTICAL, -1, &one_line, NULL, NULL, NULL);
  gtk_widget_measure (text, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (minimum, ==, natural);
  g_object_set (text, "text", "1 B in\n2 B out", NULL);
  gtk_widget_measure (text, GTK_ORIENTATION_VERTICAL, -1, &two_lines, NULL, NULL, NULL);
  g_assert_cmpint (two_lines, >, one_line);
  g_object_unref (text);

  text = g_object_ref_sink (g_object_new (TROPEA_TYPE_LIVE_TEXT, "can-shrink", TRUE,
                                          "text", "1 234 567 bytes", NULL));
  gtk_widget_measure (text, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (minimum, <, natural);
  g_object_unref (text);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  tropea_ui_init ();

  g_test_add_func ("/live-text/new-text-needs-no-layout", test_layout);
  g_test_add_func ("/live-text/label-needs-a-layout", test_label);
  g_test_add_func ("/live-text/room-is-for-the-longest", test_room);

  return g_test_run ();
}
