/* chart-fixture.h: a chart in a window of its own, looked at and touched
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>
#include <glib/gstdio.h>

#include "test-wait.h"
#include "ui/tropea-chart.h"
#include "ui/tropea-ui.h"

#define CHART_PATIENCE_SECONDS 20

/* @pulse is a second window: whatever the first one was to draw is drawn when that one has
 * drawn twice. */
typedef struct
{
  AdwApplication *application;
  GtkWidget      *window;
  GtkWidget      *pulse;
  TropeaChart    *chart;
} ChartFixture;

static inline gboolean
chart_fixture_count_cb (GtkWidget     *widget,
                        GdkFrameClock *frame_clock,
                        gpointer       user_data)
{
  (*(guint *) user_data)++;

  return G_SOURCE_CONTINUE;
}

static inline void
chart_fixture_settle (ChartFixture *self)
{
  guint n_frames = 0;
  guint id = gtk_widget_add_tick_callback (self->pulse, chart_fixture_count_cb, &n_frames, NULL);

  test_wait_until (n_frames >= 4, CHART_PATIENCE_SECONDS);
  gtk_widget_remove_tick_callback (self->pulse, id);
}

/* With the style sheets of the application. */
static inline void
chart_fixture_set_up (ChartFixture *self,
                      GtkWidget    *chart,
                      int           width,
                      int           height)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  /* One name for each in this process. */
  g_autofree char *id = g_strdup_printf ("io.github.tropea.Test.n%u", g_random_int ());

  tropea_ui_init ();
  self->application = g_object_new (ADW_TYPE_APPLICATION,
                                    "application-id", id,
                                    "flags", G_APPLICATION_NON_UNIQUE,
                                    "resource-base-path", TROPEA_UI_RESOURCES,
                                    NULL);
  g_assert_true (g_application_register (G_APPLICATION (self->application), NULL, NULL));

  self->chart = TROPEA_CHART (chart);
  self->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (self->window), width, height);
  gtk_widget_set_margin_top (chart, 12);
  gtk_widget_set_margin_bottom (chart, 12);
  gtk_widget_set_margin_start (chart, 12);
  gtk_widget_set_margin_end (chart, 12);
  gtk_widget_set_vexpand (chart, TRUE);
  gtk_box_append (GTK_BOX (box), chart);
  gtk_window_set_titlebar (GTK_WINDOW (self->window), gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  gtk_window_set_child (GTK_WINDOW (self->window), box);
  self->pulse = gtk_window_new ();
  gtk_window_present (GTK_WINDOW (self->window));
  gtk_window_present (GTK_WINDOW (self->pulse));
  test_wait_until (tropea_chart_get_n_draws (self->chart) > 0, CHART_PATIENCE_SECONDS);
  chart_fixture_settle (self);
}

static inline void
chart_fixture_tear_down (ChartFixture *self)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  gtk_window_destroy (GTK_WINDOW (self->pulse));
  g_clear_object (&self->application);
}

static inline gboolean
chart_fixture_is_described (ChartFixture *self,
                            const char   *text)
{
  g_autofree char *described = TROPEA_CHART_GET_CLASS (self->chart)->describe (self->chart);

  g_assert_cmpstr (described, ==, text);
  gtk_test_accessible_assert_role (self->chart, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (self->chart, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text);

  return TRUE;
}

static inline gboolean
chart_fixture_reads (ChartFixture *self,
                     guint         item,
                     const char   *text)
{
  g_autofree char *readout = tropea_chart_dup_readout (self->chart, item);

  g_assert_cmpstr (readout, ==, text);

  return TRUE;
}

static inline void
chart_fixture_set_cursor (ChartFixture *self,
                          int           item)
{
  guint n_draws = tropea_chart_get_n_draws (self->chart);

  tropea_chart_set_cursor (self->chart, -1);
  tropea_chart_set_cursor (self->chart, item);
  test_wait_until (tropea_chart_get_n_draws (self->chart) > n_draws, CHART_PATIENCE_SECONDS);
}

static inline GtkEventController *
chart_fixture_find_controller (ChartFixture *self,
                               GType         type)
{
  g_autoptr(GListModel) controllers =
    gtk_widget_observe_controllers (GTK_WIDGET (self->chart));

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr(GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (G_TYPE_CHECK_INSTANCE_TYPE (controller, type))
        return controller;
    }

  return NULL;
}

/* Returns: whether the key was taken */
static inline gboolean
chart_fixture_press (ChartFixture *self,
                     guint         keyval)
{
  GListModel *shortcuts =
    G_LIST_MODEL (chart_fixture_find_controller (self, GTK_TYPE_SHORTCUT_CONTROLLER));

  for (guint i = 0; i < g_list_model_get_n_items (shortcuts); i++)
    {
      g_autoptr(GtkShortcut) shortcut = g_list_model_get_item (shortcuts, i);
      GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);

      if (gtk_keyval_trigger_get_keyval (GTK_KEYVAL_TRIGGER (trigger)) == keyval)
        return gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0,
                                             GTK_WIDGET (self->chart),
                                             gtk_shortcut_get_arguments (shortcut));
    }

  g_assert_not_reached ();
}

/* Left and right are those of the screen; the present is at the end of the text's direction. */
static inline void
chart_fixture_test_keys (ChartFixture *self,
                         int           n_items)
{
  gboolean is_rtl = gtk_widget_get_direction (GTK_WIDGET (self->chart)) == GTK_TEXT_DIR_RTL;
  guint to_past = is_rtl ? GDK_KEY_Right : GDK_KEY_Left;
  guint to_present = is_rtl ? GDK_KEY_Left : GDK_KEY_Right;
  g_autofree char *readout = NULL;

  tropea_chart_set_cursor (self->chart, -1);
  g_assert_true (gtk_widget_get_focusable (GTK_WIDGET (self->chart)));
  g_assert_false (chart_fixture_press (self, GDK_KEY_Escape));
  g_assert_true (chart_fixture_press (self, to_past));
  g_assert_cmpint (tropea_chart_get_cursor (self->chart), ==, n_items - 1);
  g_assert_true (chart_fixture_press (self, to_past));
  g_assert_true (chart_fixture_press (self, to_past));
  g_assert_cmpint (tropea_chart_get_cursor (self->chart), ==, n_items - 3);
  g_assert_true (chart_fixture_press (self, to_present));
  g_assert_cmpint (tropea_chart_get_cursor (self->chart), ==, n_items - 2);
  readout = tropea_chart_dup_readout (self->chart, (guint) n_items - 2);
  gtk_test_accessible_assert_property (self->chart, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, readout);
  g_assert_true (chart_fixture_press (self, GDK_KEY_Home));
  g_assert_true (chart_fixture_press (self, to_past));
  g_assert_cmpint (tropea_chart_get_cursor (self->chart), ==, 0);
  g_assert_true (chart_fixture_press (self, GDK_KEY_End));
  g_assert_true (chart_fixture_press (self, to_present));
  g_assert_cmpint (tropea_chart_get_cursor (self->chart), ==, n_items - 1);
  g_assert_true (chart_fixture_press (self, GDK_KEY_Escape));
  g_assert_cmpint (tropea_chart_get_cursor (self->chart), ==, -1);
}

static inline int
chart_fixture_point_at (ChartFixture *self,
                        double        x)
{
  GtkEventController *motion =
    chart_fixture_find_controller (self, GTK_TYPE_EVENT_CONTROLLER_MOTION);

  g_signal_emit_by_name (motion, "motion", x, 60.0);

  return tropea_chart_get_cursor (self->chart);
}

static inline void
chart_fixture_test_pointer (ChartFixture *self,
                            int           n_items)
{
  gboolean is_rtl = gtk_widget_get_direction (GTK_WIDGET (self->chart)) == GTK_TEXT_DIR_RTL;
  double width = gtk_widget_get_width (GTK_WIDGET (self->chart));
  GtkEventController *motion =
    chart_fixture_find_controller (self, GTK_TYPE_EVENT_CONTROLLER_MOTION);

  chart_fixture_settle (self);
  g_assert_cmpint (chart_fixture_point_at (self, is_rtl ? 3.0 : width - 3.0), ==, n_items - 1);
  g_assert_cmpint (chart_fixture_point_at (self, is_rtl ? width - 2.0 : 2.0), ==, -1);
  g_assert_cmpint (chart_fixture_point_at (self, width / 2.0), >, 0);
  g_signal_emit_by_name (motion, "leave");
  g_assert_cmpint (tropea_chart_get_cursor (self->chart), ==, -1);
}

/* As the application would show it, in light and dark, below the build folder; with high
 * contrast where ADW_DEBUG_HIGH_CONTRAST is set. */
static inline void
chart_fixture_photograph (ChartFixture *self,
                          const char   *name)
{
  static const AdwColorScheme schemes[] = {
    ADW_COLOR_SCHEME_FORCE_LIGHT, ADW_COLOR_SCHEME_FORCE_DARK,
  };
  AdwStyleManager *style_manager = adw_style_manager_get_default ();
  const char *contrast = adw_style_manager_get_high_contrast (style_manager) ? "-contrast" : "";
  const char *dir = g_getenv ("TROPEA_SCREENSHOTS");

  if (dir == NULL)
    return;

  g_mkdir_with_parents (dir, 0755);
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      g_autoptr(GdkPaintable) paintable = NULL;
      g_autoptr(GtkSnapshot) snapshot = gtk_snapshot_new ();
      g_autoptr(GskRenderNode) node = NULL;
      g_autoptr(GdkTexture) texture = NULL;
      g_autofree char *path = g_strdup_printf ("%s/%s-%s%s.png", dir, name,
                                               i == 0 ? "light" : "dark", contrast);

      adw_style_manager_set_color_scheme (style_manager, schemes[i]);
      gtk_widget_queue_draw (self->window);
      chart_fixture_settle (self);
      paintable = gtk_widget_paintable_new (self->window);
      gdk_paintable_snapshot (paintable, GDK_SNAPSHOT (snapshot),
                              gtk_widget_get_width (self->window),
                              gtk_widget_get_height (self->window));
      node = gtk_snapshot_free_to_node (g_steal_pointer (&snapshot));
      texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (self->window)),
                                             node, NULL);
      g_assert_true (gdk_texture_save_to_png (texture, path));
    }
  adw_style_manager_set_color_scheme (style_manager, ADW_COLOR_SCHEME_DEFAULT);
}
