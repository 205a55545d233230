/* tropea-chart-paint.h: axes, texts and colours of a chart
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "ui/tropea-scale.h"

G_BEGIN_DECLS

/**
 * TropeaChartMark:
 * @position: on the time axis: 0 is its beginning, 1 its end
 * @label: (owned): what stands below it
 */
typedef struct
{
  double  position;
  char   *label;
} TropeaChartMark;

/**
 * TropeaChartKey:
 * @color: the name of a colour in style.css
 * @is_line: drawn as a line; else as a filled area
 * @label: (owned): what it is, and how much of it
 */
typedef struct
{
  const char *color;
  gboolean    is_line;
  char       *label;
} TropeaChartKey;

GArray *tropea_chart_marks_new (void);
GArray *tropea_chart_keys_new  (void);

/**
 * TropeaChartPaint:
 * @layouts: (unowned): of PangoLayout by text, kept from drawing to drawing
 * @area: where the values are drawn
 *
 * One drawing of a chart; lives on the stack of the snapshot.
 */
typedef struct
{
  GtkWidget       *widget;
  GtkSnapshot     *snapshot;
  GHashTable      *layouts;
  graphene_rect_t  area;
  TropeaScale      scale;
  GdkRGBA          text;
  gboolean         is_rtl;
  gboolean         has_high_contrast;
} TropeaChartPaint;

void    tropea_chart_paint_init    (TropeaChartPaint    *self,
                                    GtkWidget           *widget,
                                    GtkSnapshot         *snapshot,
                                    GHashTable          *layouts);
GHashTable *tropea_chart_layouts_new (void);
void    tropea_chart_paint_measure (const TropeaChartPaint *self,
                                    const char          *text,
                                    int                 *width,
                                    int                 *height);
float   tropea_chart_paint_get_x   (const TropeaChartPaint *self,
                                    double               position);
float   tropea_chart_paint_get_y   (const TropeaChartPaint *self,
                                    guint64              value);
GdkRGBA tropea_chart_paint_get_color (const TropeaChartPaint *self,
                                    const char          *name);
void    tropea_chart_paint_rect    (const TropeaChartPaint *self,
                                    const GdkRGBA       *color,
                                    double               from,
                                    double               to,
                                    float                top,
                                    float                bottom);
void    tropea_chart_paint_values  (const TropeaChartPaint *self,
                                    char               **labels);
void    tropea_chart_paint_marks   (const TropeaChartPaint *self,
                                    const GArray        *marks);
int     tropea_chart_paint_count_key_lines (const TropeaChartPaint *self,
                                    const GArray        *keys);
void    tropea_chart_paint_keys    (const TropeaChartPaint *self,
                                    const GArray        *keys,
                                    int                  n_lines);
void    tropea_chart_paint_note    (const TropeaChartPaint *self,
                                    const char          *text);
void    tropea_chart_paint_cursor  (const TropeaChartPaint *self,
                                    double               position);

G_END_DECLS
