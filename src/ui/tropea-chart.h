/* tropea-chart.h: what every chart over time has: axes, a cursor, a text alternative
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/tropea-chart-paint.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_CHART (tropea_chart_get_type ())

G_DECLARE_DERIVABLE_TYPE (TropeaChart, tropea_chart, TROPEA, CHART, GtkWidget)

/**
 * TropeaChartClass:
 * @get_n_items: steps of the time axis, oldest first
 * @get_maximum: the largest value
 * @get_least_step: below which the axis is not divided: 1, 2 or 5 and zeros
 * @format_value: (transfer full): a value of the axis
 * @list_marks: (transfer full): of TropeaChartMark
 * @list_keys: (transfer full): of TropeaChartKey, with the values of @item, or of no item in
 *   particular where that is negative
 * @draw: the values, within paint->area
 * @format_item: (transfer full): when @item was, as it stands on the time axis
 * @describe: (transfer full): the whole in words
 * @describe_empty: what to show where there is nothing to draw, %NULL where there is something
 *
 * What a kind of chart knows about its values. All are asked from the snapshot and from key
 * presses only.
 */
struct _TropeaChartClass
{
  GtkWidgetClass parent_class;

  guint       (*get_n_items)    (TropeaChart            *self);
  guint64     (*get_maximum)    (TropeaChart            *self);
  guint64     (*get_least_step) (TropeaChart            *self);
  char       *(*format_value)   (TropeaChart            *self,
                                 guint64                 value);
  GArray     *(*list_marks)     (TropeaChart            *self);
  GArray     *(*list_keys)      (TropeaChart            *self,
                                 int                     item);
  void        (*draw)           (TropeaChart            *self,
                                 const TropeaChartPaint *paint);
  char       *(*format_item)    (TropeaChart            *self,
                                 guint                   item);
  char       *(*describe)       (TropeaChart            *self);
  const char *(*describe_empty) (TropeaChart            *self);
};

/* Property "cursor" (int): the item that is pointed at, -1 for none. */
int      tropea_chart_get_cursor   (TropeaChart *self);
void     tropea_chart_set_cursor   (TropeaChart *self,
                                    int          item);
/* Whether anybody could see it: mapped, and its window not minimised. */
gboolean tropea_chart_is_visible   (TropeaChart *self);
/* The values are others. Draws nothing where nobody could see it. */
void     tropea_chart_redraw       (TropeaChart *self);
/* Say the text alternative anew; calmly: each time a screen reader may read it out. */
void     tropea_chart_update_text  (TropeaChart *self);
/* (transfer full): the item in words, as a screen reader hears it. */
char    *tropea_chart_dup_readout  (TropeaChart *self,
                                    guint        item);
/* How often it was drawn. */
guint    tropea_chart_get_n_draws  (TropeaChart *self);

G_END_DECLS
