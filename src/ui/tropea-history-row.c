/* tropea-history-row.c: one place in the history, whichever it is now
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-history-row"

#include "config.h"

#include "ui/tropea-history-row.h"

#include <glib/gi18n.h>

#include "ui/tropea-chart-paint.h"
#include "ui/tropea-format.h"

/* GTK keeps some 200 of these for any number of sessions, though some dozens at most are on the
 * screen, and gives all of them other items when somebody jumps. So a row has no children, asks
 * for the room that the style sheet says, and makes its texts when it is drawn; those for a screen
 * reader it makes when it is told to, and says when it is time. All rows are of the same height,
 * so the scroll bar knows where it is.
 */

#define ICON_SIZE 16
#define SPACING 12
#define LINE_SPACING 2
#define CAPTION_SCALE 0.82
#define DIM_ALPHA 0.6f

typedef enum
{
  TEXT_TITLE,
  TEXT_SUBTITLE,
  TEXT_CREDITS,
  TEXT_STATE,
  N_TEXTS,
} Text;

struct _TropeaHistoryRow
{
  GtkWidget          parent_instance;

  TropeaHistoryItem *item;              /* (owned) (nullable) */
  gulong             session_id;        /* of notify::session */
  PangoLayout       *layouts[N_TEXTS];  /* (owned) (nullable): made when drawn */
  gboolean           is_described;
};

typedef enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
} TropeaHistoryRowSignal;

G_DEFINE_FINAL_TYPE (TropeaHistoryRow, tropea_history_row, GTK_TYPE_WIDGET)

static guint signals[N_SIGNALS];

static const struct
{
  const char *icon;
  const char *colour;  /* (nullable): the text's, dimmed */
} looks[] = {
  [TROPEA_SESSION_STATE_WAITING] = { "tropea-waiting-symbolic", NULL },
  [TROPEA_SESSION_STATE_CREDITED] = { "tropea-credited-symbolic", "success_color" },
  [TROPEA_SESSION_STATE_REFUSED] = { "tropea-refused-symbolic", "error_color" },
};

static TropeaSession *
get_session (TropeaHistoryRow *self)
{
  return self->item != NULL ? tropea_history_item_get_session (self->item) : NULL;
}

static char *
dup_title (TropeaSession *session)
{
  const TropeaRecord *record = tropea_session_get_record (session);
  g_autofree char *amount = tropea_format_bytes ((guint64) MAX (record->bytes, 0));
  g_autofree char *duration = tropea_format_duration (record->duration_s);

  /* Translators: an amount of data, and how long it took. */
  return g_strdup_printf (_("%s in %s"), amount, duration);
}

static char *
dup_subtitle (TropeaSession *session)
{
  const TropeaRecord *record = tropea_session_get_record (session);
  const char *reason = tropea_session_get_reason (session);
  g_autofree char *time = tropea_format_time (record->timestamp_ms);
  g_autofree char *line = NULL;

  switch (tropea_session_get_kind (session))
    {
    case TROPEA_SESSION_KIND_SIMULATED:
      /* Translators: %s is a day and a time. */
      line = g_strdup_printf (_("%s · simulated"), time);
      break;

    case TROPEA_SESSION_KIND_MANUAL:
      /* Translators: %s is a day and a time; the user had the session sent at once. */
      line = g_strdup_printf (_("%s · manual"), time);
      break;

    case TROPEA_SESSION_KIND_AUTOMATIC:
    default:
      line = g_steal_pointer (&time);
      break;
    }

  if (reason == NULL || *reason == '\0')
    return g_steal_pointer (&line);

  return g_strdup_printf ("%s · %s", line, reason);
}

static char *
dup_credits (TropeaSession *session)
{
  g_autofree char *credits = NULL;

  if (tropea_session_get_state (session) != TROPEA_SESSION_STATE_CREDITED)
    return g_strdup ("–");

  credits = tropea_format_credits (tropea_session_get_credits_micro (session));

  /* Translators: credits that were earned. Where one reads from right to left, put the mark
   * U+200E before the “+”, so that it stays on the left of the number. */
  return g_strdup_printf (_("+%s"), credits);
}

static void
forget_texts (TropeaHistoryRow *self)
{
  for (guint i = 0; i < N_TEXTS; i++)
    g_clear_object (&self->layouts[i]);
}

static void
set_text (TropeaHistoryRow *self,
          Text              text,
          const char       *string)
{
  /* All rows of a list have its font: a context for each would cost more than the texts. */
  GtkWidget *list = gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_LIST_VIEW);
  PangoLayout *layout = gtk_widget_create_pango_layout (list != NULL ? list : GTK_WIDGET (self),
                                                        string);
  g_autoptr(PangoAttrList) attributes = pango_attr_list_new ();

  if (text == TEXT_SUBTITLE || text == TEXT_STATE)
    pango_attr_list_insert (attributes, pango_attr_scale_new (CAPTION_SCALE));
  if (text == TEXT_CREDITS)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  self->layouts[text] = layout;
}

static void
make_texts (TropeaHistoryRow *self,
            TropeaSession    *session)
{
  g_autofree char *title = dup_title (session);
  g_autofree char *subtitle = dup_subtitle (session);
  g_autofree char *credits = dup_credits (session);

  if (self->layouts[TEXT_TITLE] != NULL)
    return;

  set_text (self, TEXT_TITLE, title);
  set_text (self, TEXT_SUBTITLE, subtitle);
  set_text (self, TEXT_CREDITS, credits);
  set_text (self, TEXT_STATE,
            tropea_format_session_state (tropea_session_get_state (session)));
}

/* @x is where it begins in the direction of the text. */
static void
draw_text (TropeaHistoryRow *self,
           GtkSnapshot      *snapshot,
           PangoLayout      *layout,
           int               x,
           int               y,
           const GdkRGBA    *color)
{
  int width = 0;

  pango_layout_get_pixel_size (layout, &width, NULL);
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    x = gtk_widget_get_width (GTK_WIDGET (self)) - x - width;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, (float) y));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

/* Two lines that begin at @x, or end there. */
static void
draw_column (TropeaHistoryRow *self,
             GtkSnapshot      *snapshot,
             PangoLayout      *lines[2],
             int               x,
             gboolean          ends_there,
             const GdkRGBA     colors[2])
{
  int widths[2] = { 0, 0 };
  int heights[2] = { 0, 0 };
  int y = 0;

  for (guint i = 0; i < 2; i++)
    pango_layout_get_pixel_size (lines[i], &widths[i], &heights[i]);
  y = (gtk_widget_get_height (GTK_WIDGET (self)) - heights[0] - LINE_SPACING - heights[1]) / 2;
  draw_text (self, snapshot, lines[0], ends_there ? x - widths[0] : x, y, &colors[0]);
  draw_text (self, snapshot, lines[1], ends_there ? x - widths[1] : x,
             y + heights[0] + LINE_SPACING, &colors[1]);
}

/* Returns: (transfer full): from GTK's cache, which tells them apart by all that is given here */
static GtkIconPaintable *
look_up_icon (GtkWidget  *widget,
              const char *name)
{
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (widget));

  return gtk_icon_theme_lookup_icon (theme, name, NULL, ICON_SIZE,
                                     gtk_widget_get_scale_factor (widget),
                                     gtk_widget_get_direction (widget),
                                     GTK_ICON_LOOKUP_FORCE_SYMBOLIC | GTK_ICON_LOOKUP_PRELOAD);
}

static void
draw_icon (TropeaHistoryRow *self,
           GtkSnapshot      *snapshot,
           const char       *name,
           const GdkRGBA    *color)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  g_autoptr(GtkIconPaintable) icon = look_up_icon (widget, name);
  int x = is_rtl ? gtk_widget_get_width (widget) - ICON_SIZE : 0;
  int y = (gtk_widget_get_height (widget) - ICON_SIZE) / 2;

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, (float) y));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (icon), snapshot, ICON_SIZE,
                                            ICON_SIZE, color, 1);
  gtk_snapshot_restore (snapshot);
}

static void
tropea_history_row_snapshot (GtkWidget   *widget,
                             GtkSnapshot *snapshot)
{
  TropeaHistoryRow *self = TROPEA_HISTORY_ROW (widget);
  TropeaSession *session = get_session (self);
  TropeaChartPaint paint;
  GdkRGBA dim;
  GdkRGBA colour;
  int width = gtk_widget_get_width (widget);
  int widths[2] = { 0, 0 };
  int room = 0;

  if (session == NULL)
    return;

  make_texts (self, session);
  tropea_chart_paint_init (&paint, widget, snapshot, NULL);
  dim = paint.text;
  dim.alpha *= paint.has_high_contrast ? 0.9f : DIM_ALPHA;
  colour = dim;
  if (looks[tropea_session_get_state (session)].colour != NULL)
    colour = tropea_chart_paint_get_color (&paint,
                                           looks[tropea_session_get_state (session)].colour);

  draw_icon (self, snapshot, looks[tropea_session_get_state (session)].icon, &colour);
  pango_layout_get_pixel_size (self->layouts[TEXT_CREDITS], &widths[0], NULL);
  pango_layout_get_pixel_size (self->layouts[TEXT_STATE], &widths[1], NULL);
  room = MAX (width - ICON_SIZE - 2 * SPACING - MAX (widths[0], widths[1]), 0);
  pango_layout_set_width (self->layouts[TEXT_TITLE], room * PANGO_SCALE);
  pango_layout_set_width (self->layouts[TEXT_SUBTITLE], room * PANGO_SCALE);
  draw_column (self, snapshot, &self->layouts[TEXT_TITLE], ICON_SIZE + SPACING, FALSE,
               (const GdkRGBA[]) { paint.text, dim });
  draw_column (self, snapshot, &self->layouts[TEXT_CREDITS], width, TRUE,
               (const GdkRGBA[]) { paint.text, colour });
}

static gboolean
tropea_history_row_query_tooltip (GtkWidget  *widget,
                                  int         x,
                                  int         y,
                                  gboolean    keyboard_tooltip,
                                  GtkTooltip *tooltip)
{
  TropeaSession *session = get_session (TROPEA_HISTORY_ROW (widget));
  const char *reason = session != NULL ? tropea_session_get_reason (session) : NULL;

  gtk_tooltip_set_text (tooltip, reason);

  return reason != NULL && *reason != '\0';
}

static void
tropea_history_row_css_changed (GtkWidget         *widget,
                                GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (tropea_history_row_parent_class)->css_changed (widget, change);

  forget_texts (TROPEA_HISTORY_ROW (widget));
}

static void
show_session (TropeaHistoryRow *self)
{
  forget_texts (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (!self->is_described)
    return;

  self->is_described = FALSE;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
tropea_history_row_dispose (GObject *object)
{
  TropeaHistoryRow *self = TROPEA_HISTORY_ROW (object);

  self->is_described = FALSE;
  tropea_history_row_set_item (self, NULL);
  forget_texts (self);

  G_OBJECT_CLASS (tropea_history_row_parent_class)->dispose (object);
}

static void
tropea_history_row_class_init (TropeaHistoryRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tropea_history_row_dispose;
  widget_class->snapshot = tropea_history_row_snapshot;
  widget_class->query_tooltip = tropea_history_row_query_tooltip;
  widget_class->css_changed = tropea_history_row_css_changed;

  /**
   * TropeaHistoryRow::changed:
   *
   * Another session is shown, which tropea_history_row_describe() has not described.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TROPEA_TYPE_HISTORY_ROW, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "history-row");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
tropea_history_row_init (TropeaHistoryRow *self)
{
  self->is_described = TRUE;
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
}

GtkWidget *
tropea_history_row_new (void)
{
  return g_object_new (TROPEA_TYPE_HISTORY_ROW, NULL);
}

/**
 * tropea_history_row_set_item:
 * @item: (nullable): what to show from now on
 */
void
tropea_history_row_set_item (TropeaHistoryRow  *self,
                             TropeaHistoryItem *item)
{
  g_return_if_fail (TROPEA_IS_HISTORY_ROW (self));
  g_return_if_fail (item == NULL || TROPEA_IS_HISTORY_ITEM (item));

  if (self->item == item)
    return;

  if (self->item != NULL)
    g_signal_handler_disconnect (self->item, self->session_id);
  g_set_object (&self->item, item);
  if (item == NULL)
    return;

  self->session_id = g_signal_connect_swapped (item, "notify::session",
                                               G_CALLBACK (show_session), self);
  show_session (self);
}

/**
 * tropea_history_row_describe:
 * @name: (out) (transfer full): for a screen reader, as @description
 *
 * Say what the row shows.
 *
 * Returns: whether it shows anything yet
 */
gboolean
tropea_history_row_describe (TropeaHistoryRow  *self,
                             char             **name,
                             char             **description)
{
  TropeaSession *session = NULL;
  g_autofree char *title = NULL;
  g_autofree char *credits = NULL;

  g_return_val_if_fail (TROPEA_IS_HISTORY_ROW (self), FALSE);

  session = get_session (self);
  self->is_described = TRUE;
  if (session == NULL)
    return FALSE;

  title = dup_title (session);
  credits = dup_credits (session);
  /* Translators: “4.3 MB in 35 s, +5.65, Credited”, for a screen reader. */
  *name = g_strdup_printf (_("%s, %s, %s"), title, credits,
                           tropea_format_session_state (tropea_session_get_state (session)));
  *description = dup_subtitle (session);

  return TRUE;
}

/**
 * tropea_history_row_load_icons:
 * @widget: where rows will be
 * @icons: (out) (transfer full): room for %TROPEA_HISTORY_ROW_N_ICONS
 *
 * Have what rows draw read in a thread, so that the first ones need not wait for it.
 */
void
tropea_history_row_load_icons (GtkWidget        *widget,
                               GtkIconPaintable *icons[])
{
  G_STATIC_ASSERT (G_N_ELEMENTS (looks) == TROPEA_HISTORY_ROW_N_ICONS);

  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    icons[i] = look_up_icon (widget, looks[i].icon);
}
