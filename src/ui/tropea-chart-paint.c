/* tropea-chart-paint.c: axes, texts and colours of a chart
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-chart-paint"

#include "config.h"

#include "ui/tropea-chart-paint.h"

/* Time runs in the direction of the text, so in Arabic or Hebrew the present is on the left and
 * the values stand on the right: the whole chart is mirrored, never a part of it.
 *
 * The only place that asks for a style context: GTK 4.8 has no other way to the colours of the
 * style sheet.
 */

#define SPACING 6
/* Most texts are the same in the next drawing; figures are not and would stay for ever. */
#define MOST_LAYOUTS 64
#define KEY_SIZE 10

static void
clear_mark (gpointer mark)
{
  g_clear_pointer (&((TropeaChartMark *) mark)->label, g_free);
}

/* Returns: (transfer full) (element-type TropeaChartMark): */
GArray *
tropea_chart_marks_new (void)
{
  GArray *marks = g_array_new (FALSE, TRUE, sizeof (TropeaChartMark));

  g_array_set_clear_func (marks, clear_mark);

  return marks;
}

static void
clear_key (gpointer key)
{
  g_clear_pointer (&((TropeaChartKey *) key)->label, g_free);
}

/* Returns: (transfer full) (element-type TropeaChartKey): */
GArray *
tropea_chart_keys_new (void)
{
  GArray *keys = g_array_new (FALSE, TRUE, sizeof (TropeaChartKey));

  g_array_set_clear_func (keys, clear_key);

  return keys;
}

/* Returns: (transfer full): to be emptied when font or direction change */
GHashTable *
tropea_chart_layouts_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

/* @layouts may be %NULL for who draws no texts with it. */
void
tropea_chart_paint_init (TropeaChartPaint *self,
                         GtkWidget        *widget,
                         GtkSnapshot      *snapshot,
                         GHashTable       *layouts)
{
  GdkDisplay *display = gtk_widget_get_display (widget);
  AdwStyleManager *style_manager = adw_style_manager_get_for_display (display);

  *self = (TropeaChartPaint) { .widget = widget, .snapshot = snapshot, .layouts = layouts };
  if (layouts != NULL && g_hash_table_size (layouts) > MOST_LAYOUTS)
    g_hash_table_remove_all (layouts);
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &self->text);
  self->is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  self->has_high_contrast = adw_style_manager_get_high_contrast (style_manager);
}

float
tropea_chart_paint_get_x (const TropeaChartPaint *self,
                          double                  position)
{
  double way = self->is_rtl ? 1.0 - position : position;

  return self->area.origin.x + (float) (way * (double) self->area.size.width);
}

float
tropea_chart_paint_get_y (const TropeaChartPaint *self,
                          guint64                 value)
{
  double part = MIN ((double) value / (double) self->scale.top, 1.0);

  return self->area.origin.y + self->area.size.height * (float) (1.0 - part);
}

/* Returns: the text's colour where the style sheet has no such name */
GdkRGBA
tropea_chart_paint_get_color (const TropeaChartPaint *self,
                              const char             *name)
{
  GtkStyleContext *context = gtk_widget_get_style_context (self->widget);
  GdkRGBA color = self->text;

  gtk_style_context_lookup_color (context, name, &color);

  return color;
}

static GdkRGBA
get_faint (const TropeaChartPaint *self,
           float                   alpha,
           float                   alpha_high_contrast)
{
  GdkRGBA color = self->text;

  color.alpha *= self->has_high_contrast ? alpha_high_contrast : alpha;

  return color;
}

/* From one position of the time axis to another, in pixels that are whole. */
void
tropea_chart_paint_rect (const TropeaChartPaint *self,
                         const GdkRGBA          *color,
                         double                  from,
                         double                  to,
                         float                   top,
                         float                   bottom)
{
  float x1 = tropea_chart_paint_get_x (self, from);
  float x2 = tropea_chart_paint_get_x (self, to);
  int left = (int) (MIN (x1, x2) + 0.5f);
  int right = (int) (MAX (x1, x2) + 0.5f);
  graphene_rect_t rect = GRAPHENE_RECT_INIT ((float) left, top, (float) MAX (right - left, 1),
                                             bottom - top);

  if (bottom > top)
    gtk_snapshot_append_color (self->snapshot, color, &rect);
}

static PangoLayout *
get_layout (const TropeaChartPaint *self,
            const char             *text)
{
  PangoLayout *layout = g_hash_table_lookup (self->layouts, text);

  if (layout == NULL)
    {
      layout = gtk_widget_create_pango_layout (self->widget, text);
      g_hash_table_insert (self->layouts, g_strdup (text), layout);
    }

  return layout;
}

/* In pixels, as it is painted. */
void
tropea_chart_paint_measure (const TropeaChartPaint *self,
                            const char             *text,
                            int                    *width,
                            int                    *height)
{
  pango_layout_get_pixel_size (get_layout (self, text), width, height);
}

/* Returns: where a text begins that stands inside of the widget */
static int
find_left (const TropeaChartPaint *self,
           const char             *text,
           float                   x,
           float                   x_align)
{
  int width = 0;

  tropea_chart_paint_measure (self, text, &width, NULL);

  return CLAMP ((int) (x - x_align * (float) width), 0,
                MAX (gtk_widget_get_width (self->widget) - width, 0));
}

/* @x_align, @y_align: 0: (x, y) is the text's left or upper edge; 1: its right or lower one.
 * Returns: its width */
static int
paint_text (const TropeaChartPaint *self,
            const char             *text,
            const GdkRGBA          *color,
            float                   x,
            float                   y,
            float                   x_align,
            float                   y_align)
{
  PangoLayout *layout = get_layout (self, text);
  int width = 0;
  int height = 0;
  int left = find_left (self, text, x, x_align);

  pango_layout_get_pixel_size (layout, &width, &height);
  gtk_snapshot_save (self->snapshot);
  gtk_snapshot_translate (self->snapshot,
                          &GRAPHENE_POINT_INIT ((float) left,
                                                (float) (int) (y - y_align * (float) height)));
  gtk_snapshot_append_layout (self->snapshot, layout, color);
  gtk_snapshot_restore (self->snapshot);

  return width;
}

/**
 * tropea_chart_paint_values:
 * @labels: one for each line, from 0 up
 *
 * The value axis.
 */
void
tropea_chart_paint_values (const TropeaChartPaint  *self,
                           char                   **labels)
{
  GdkRGBA grid = get_faint (self, 0.12f, 0.4f);
  GdkRGBA base = get_faint (self, 0.4f, 1.0f);
  GdkRGBA text = get_faint (self, 0.7f, 1.0f);
  float x = tropea_chart_paint_get_x (self, 0.0) + (float) (self->is_rtl ? SPACING : -SPACING);

  for (guint i = 0; labels[i] != NULL; i++)
    {
      float y = (float) (int) tropea_chart_paint_get_y (self, i * self->scale.step);

      tropea_chart_paint_rect (self, i == 0 ? &base : &grid, 0.0, 1.0, y, y + 1.0f);
      paint_text (self, labels[i], &text, x, y, self->is_rtl ? 0.0f : 1.0f, 0.5f);
    }
}

/**
 * tropea_chart_paint_marks:
 * @marks: (element-type TropeaChartMark):
 *
 * The time axis, from the latest mark backwards: one whose words would stand on those of the mark
 * before goes without.
 */
void
tropea_chart_paint_marks (const TropeaChartPaint *self,
                          const GArray           *marks)
{
  const TropeaChartMark *all = (const TropeaChartMark *) (gpointer) marks->data;
  gboolean is_ascending = marks->len > 1 && all[0].position < all[marks->len - 1].position;
  GdkRGBA line = get_faint (self, 0.4f, 1.0f);
  GdkRGBA text = get_faint (self, 0.7f, 1.0f);
  float bottom = self->area.origin.y + self->area.size.height;
  int taken_from = G_MAXINT;
  int taken_to = G_MININT;

  for (guint i = 0; i < marks->len; i++)
    {
      const TropeaChartMark *mark = &all[is_ascending ? marks->len - 1 - i : i];
      float x = tropea_chart_paint_get_x (self, mark->position);
      int left = find_left (self, mark->label, x, 0.5f);
      int width = 0;

      gtk_snapshot_append_color (self->snapshot, &line,
                                 &GRAPHENE_RECT_INIT ((float) (int) x, bottom, 1.0f, 4.0f));
      tropea_chart_paint_measure (self, mark->label, &width, NULL);
      if (left < taken_to && left + width + SPACING > taken_from)
        continue;

      paint_text (self, mark->label, &text, x, bottom + 5.0f, 0.5f, 0.0f);
      taken_from = left;
      taken_to = left + width + SPACING;
    }
}

/**
 * tropea_chart_paint_count_key_lines:
 * @keys: (element-type TropeaChartKey):
 *
 * Returns: 1 where the legend has room beside one another, else a line for each
 */
int
tropea_chart_paint_count_key_lines (const TropeaChartPaint *self,
                                    const GArray           *keys)
{
  int way = 0;

  for (guint i = 0; i < keys->len; i++)
    {
      int width = 0;

      tropea_chart_paint_measure (self, g_array_index (keys, TropeaChartKey, i).label, &width,
                                  NULL);
      way += (i > 0 ? 2 * SPACING : 0) + KEY_SIZE + SPACING + width;
    }

  return way <= gtk_widget_get_width (self->widget) ? 1 : (int) keys->len;
}

/**
 * tropea_chart_paint_keys:
 * @keys: (element-type TropeaChartKey):
 * @n_lines: 1, or as many as there are keys
 *
 * What the shapes and colours mean, above the values: filled ones have a square, lines a line.
 */
void
tropea_chart_paint_keys (const TropeaChartPaint *self,
                         const GArray           *keys,
                         int                     n_lines)
{
  int width = gtk_widget_get_width (self->widget);
  float line = (self->area.origin.y - 2.0f * (float) SPACING) / (float) n_lines;
  int way = 0;

  for (guint i = 0; i < keys->len; i++)
    {
      const TropeaChartKey *key = &g_array_index (keys, TropeaChartKey, i);
      GdkRGBA color = tropea_chart_paint_get_color (self, key->color);
      float height = key->is_line ? 3.0f : (float) KEY_SIZE;
      int left = self->is_rtl ? width - way - KEY_SIZE : way;
      int text_x = self->is_rtl ? left - SPACING : left + KEY_SIZE + SPACING;
      float middle = line * ((n_lines > 1 ? (float) i : 0.0f) + 0.5f);
      int text_width = 0;

      gtk_snapshot_append_color (self->snapshot, &color,
                                 &GRAPHENE_RECT_INIT ((float) left,
                                                      (float) (int) (middle - height / 2.0f),
                                                      (float) KEY_SIZE, height));
      text_width = paint_text (self, key->label, &self->text, (float) text_x, middle,
                               self->is_rtl ? 1.0f : 0.0f, 0.5f);
      way += n_lines > 1 ? 0 : KEY_SIZE + 3 * SPACING + text_width;
    }
}

/* In the middle, where there is nothing else. */
void
tropea_chart_paint_note (const TropeaChartPaint *self,
                         const char             *text)
{
  GdkRGBA color = get_faint (self, 0.7f, 1.0f);

  paint_text (self, text, &color, self->area.origin.x + self->area.size.width / 2.0f,
              self->area.origin.y + self->area.size.height / 2.0f, 0.5f, 0.5f);
}

void
tropea_chart_paint_cursor (const TropeaChartPaint *self,
                           double                  position)
{
  GdkRGBA color = get_faint (self, 0.6f, 1.0f);
  float x = (float) (int) tropea_chart_paint_get_x (self, position);

  gtk_snapshot_append_color (self->snapshot, &color,
                             &GRAPHENE_RECT_INIT (x, self->area.origin.y, 1.0f,
                                                  self->area.size.height));
}
