/* tropea-credits-overview.c: credits by day, their averages, and the check of the books
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-credits-overview"

#include "config.h"

#include "ui/tropea-credits-overview.h"

#include <glib/gi18n.h>

#include "host/tropea-host-history.h"
#include "ui/tropea-day-chart.h"
#include "ui/tropea-figure.h"
#include "ui/tropea-format.h"
#include "ui/tropea-session-words.h"
#include "ui/tropea-ui.h"

/* All figures are of one book of days, which is kept from what the list is made of; simulated
 * credits are in none of them. The check believes neither of the two.
 */

#define CHART_DAYS 30

struct _TropeaCreditsOverview
{
  TropeaHostView  parent_instance;

  TropeaDayBook  *book;          /* (owned) (nullable) */
  gboolean        is_checking;

  GtkWidget      *today_figure;
  GtkWidget      *week_figure;
  GtkWidget      *month_figure;
  GtkWidget      *total_figure;
  GtkWidget      *average_figure;
  GtkWidget      *streak_figure;
  TropeaDayChart *chart;
  GtkWidget      *books_row;
  GtkImage       *books_icon;
  GtkSpinner     *books_spinner;
  GtkWidget      *books_button;
};

G_DEFINE_FINAL_TYPE (TropeaCreditsOverview, tropea_credits_overview, TROPEA_TYPE_HOST_VIEW)

static void
show_credits (TropeaCreditsOverview *self,
              GtkWidget             *figure,
              const char            *property)
{
  g_autofree char *text = NULL;
  gint64 micro = 0;

  g_object_get (self->book, property, &micro, NULL);
  text = tropea_format_credits (micro);
  g_object_set (figure, "value", text, NULL);
}

static void
show_streak (TropeaCreditsOverview *self)
{
  g_autofree char *text = NULL;
  guint days = 0;

  g_object_get (self->book, "streak-days", &days, NULL);
  text = g_strdup_printf ("%u", days);
  g_object_set (self->streak_figure, "value", text, NULL);
}

static gint64
get_start_ms (gint64 day)
{
  g_autoptr(GDateTime) epoch = g_date_time_new_local (1970, 1, 1, 0, 0, 0);
  g_autoptr(GDateTime) start = g_date_time_add_days (epoch, (int) day);

  return start != NULL ? g_date_time_to_unix (start) * 1000 : 0;
}

/* The last days up to today, those without a session too. */
static void
show_days (TropeaCreditsOverview *self)
{
  const GArray *days = tropea_day_book_get_days (self->book);
  gint64 first = tropea_day_book_get_today (self->book) - (CHART_DAYS - 1);
  TropeaDayValue values[CHART_DAYS] = { { 0, 0 } };

  for (int i = 0; i < CHART_DAYS; i++)
    values[i].start_ms = get_start_ms (first + i);
  for (guint i = 0; i < days->len; i++)
    {
      const TropeaDaySum *day = &g_array_index (days, TropeaDaySum, i);

      if (day->day >= first && day->day < first + CHART_DAYS)
        values[day->day - first].credits_micro = day->credits_micro;
    }

  tropea_day_chart_set_days (self->chart, values, CHART_DAYS);
}

static void
show_book (TropeaCreditsOverview *self)
{
  show_credits (self, self->today_figure, "today-micro");
  show_credits (self, self->week_figure, "week-micro");
  show_credits (self, self->month_figure, "month-micro");
  show_credits (self, self->total_figure, "total-micro");
  show_credits (self, self->average_figure, "average-micro");
  show_streak (self);
  show_days (self);
}

static void
show_host (TropeaCreditsOverview *self)
{
  TropeaHost *host = tropea_host_view_get_host (TROPEA_HOST_VIEW (self));

  if (self->book != NULL)
    g_signal_handlers_disconnect_by_data (self->book, self);
  g_clear_object (&self->book);
  if (host == NULL)
    return;

  self->book = tropea_host_new_day_book (host);
  g_signal_connect_swapped (self->book, "changed", G_CALLBACK (show_book), self);
  show_book (self);
}

static void
set_checking (TropeaCreditsOverview *self,
              gboolean               is_checking)
{
  self->is_checking = is_checking;
  gtk_widget_set_visible (GTK_WIDGET (self->books_spinner), is_checking);
  gtk_spinner_set_spinning (self->books_spinner, is_checking);
  gtk_widget_set_sensitive (self->books_button, !is_checking);
}

static void
show_result (TropeaCreditsOverview *self,
             const char            *sentence,
             const char            *icon_name,
             const char            *colour)
{
  const char *classes[] = { colour, NULL };
  g_autofree char *time = tropea_format_time (g_get_real_time () / 1000);
  /* Translators: %s is a day and a time. */
  g_autofree char *checked = g_strdup_printf (_("Checked on %s"), time);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->books_row), checked);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->books_row), sentence);
  gtk_image_set_from_icon_name (self->books_icon, icon_name);
  gtk_widget_set_css_classes (GTK_WIDGET (self->books_icon), classes);
  gtk_widget_set_visible (GTK_WIDGET (self->books_icon), TRUE);
}

static void
checked_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(TropeaCreditsOverview) self = user_data;
  g_autoptr(GError) error = NULL;
  TropeaBooks books = { 0 };
  gboolean is_done = tropea_host_check_books_finish (TROPEA_HOST (object), result, &books, &error);

  /* The view may have gone meanwhile. */
  if (tropea_host_view_get_host (TROPEA_HOST_VIEW (self)) == NULL)
    return;

  set_checking (self, FALSE);
  if (is_done)
    tropea_credits_overview_show_books (self, &books);
  else
    show_result (self, error->message, "tropea-refused-symbolic", "error");
}

static void
check_cb (TropeaCreditsOverview *self)
{
  TropeaHost *host = tropea_host_view_get_host (TROPEA_HOST_VIEW (self));

  if (host == NULL || self->is_checking)
    return;

  set_checking (self, TRUE);
  tropea_host_check_books_async (host, checked_cb, g_object_ref (self));
}

static void
tropea_credits_overview_dispose (GObject *object)
{
  TropeaCreditsOverview *self = TROPEA_CREDITS_OVERVIEW (object);

  if (self->book != NULL)
    g_signal_handlers_disconnect_by_data (self->book, self);
  g_clear_object (&self->book);

  G_OBJECT_CLASS (tropea_credits_overview_parent_class)->dispose (object);
}

static void
tropea_credits_overview_class_init (TropeaCreditsOverviewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tropea_credits_overview_dispose;

  g_type_ensure (TROPEA_TYPE_DAY_CHART);
  g_type_ensure (TROPEA_TYPE_FIGURE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-credits-overview.ui");
  gtk_widget_class_bind_template_callback (widget_class, check_cb);
  gtk_widget_class_bind_template_child (widget_class, TropeaCreditsOverview, today_figure);
  gtk_widget_class_bind_template_child (widget_class, TropeaCreditsOverview, week_figure);
  gtk_widget_class_bind_template_child (widget_class, TropeaCreditsOverview, month_figure);
  gtk_widget_class_bind_template_child (widget_class, TropeaCreditsOverview, total_figure);
  gtk_widget_class_bind_template_child (widget_class, TropeaCreditsOverview, average_figure);
  gtk_widget_class_bind_template_child (widget_class, TropeaCreditsOverview, streak_figure);
  gtk_widget_class_bind_template_child (widget_class, TropeaCreditsOverview, chart);
  gtk_widget_class_bind_template_child (widget_class, TropeaCreditsOverview, books_row);
  gtk_widget_class_bind_template_child (widget_class, TropeaCreditsOverview, books_icon);
  gtk_widget_class_bind_template_child (widget_class, TropeaCreditsOverview, books_spinner);
  gtk_widget_class_bind_template_child (widget_class, TropeaCreditsOverview, books_button);
}

static void
tropea_credits_overview_init (TropeaCreditsOverview *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->books_row), FALSE);
  g_signal_connect (self, "notify::host", G_CALLBACK (show_host), NULL);
}

/**
 * tropea_credits_overview_show_books:
 *
 * Say what came of a check.
 */
void
tropea_credits_overview_show_books (TropeaCreditsOverview *self,
                                    const TropeaBooks     *books)
{
  g_autofree char *sentence = NULL;
  gboolean is_right = FALSE;

  g_return_if_fail (TROPEA_IS_CREDITS_OVERVIEW (self));
  g_return_if_fail (books != NULL);

  sentence = tropea_words_books (books);
  is_right = books->fault == TROPEA_BOOKS_RIGHT;
  show_result (self, sentence, is_right ? "tropea-credited-symbolic" : "tropea-refused-symbolic",
               is_right ? "success" : "error");
}
