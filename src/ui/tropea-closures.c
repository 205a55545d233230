/* tropea-closures.c: the formatters as templates call them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-closures"

#include "config.h"

#include "ui/tropea-closures.h"

#include "ui/tropea-format.h"

/* A <closure> passes the widget first and then the looked-up values, so each formatter that
 * more than one template needs stands here once with that argument in front. The types of
 * the others are those of the properties that are looked up.
 */

static char *
bytes_closure (gpointer view,
               guint64  bytes)
{
  return tropea_format_bytes (bytes);
}

static char *
exact_bytes_closure (gpointer view,
                     guint64  bytes)
{
  return tropea_format_exact_bytes (bytes);
}

static char *
rate_closure (gpointer view,
              guint64  bytes_per_second)
{
  return tropea_format_rate (bytes_per_second);
}

static char *
credits_closure (gpointer view,
                 gint64   micro)
{
  return tropea_format_credits (micro);
}

static char *
port_closure (gpointer view,
              guint    port)
{
  return tropea_format_port (port);
}

static char *
count_closure (gpointer view,
               guint    count)
{
  return g_strdup_printf ("%u", count);
}

static char *
count64_closure (gpointer view,
                 gint64   count)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT, count);
}

static char *
bytes_of_closure (gpointer view,
                  gint64   bytes,
                  gint64   of_bytes)
{
  return tropea_format_bytes_of (bytes, of_bytes);
}

static char *
seconds_of_closure (gpointer view,
                    gint64   seconds,
                    gint64   of_seconds)
{
  return tropea_format_seconds_of (seconds, of_seconds);
}

static double
fraction_closure (gpointer view,
                  gint64   value,
                  gint64   of)
{
  return tropea_format_fraction (value, of);
}

static double
percent_closure (gpointer view,
                 int      percent)
{
  return tropea_format_fraction (percent, 100);
}

/**
 * tropea_closures_bind:
 *
 * Let the template of @widget_class call the closures of this file by the names below.
 */
void
tropea_closures_bind (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char *name;
    GCallback   function;
  } closures[] = {
    { "format_bytes", G_CALLBACK (bytes_closure) },
    { "format_exact_bytes", G_CALLBACK (exact_bytes_closure) },
    { "format_rate", G_CALLBACK (rate_closure) },
    { "format_credits", G_CALLBACK (credits_closure) },
    { "format_port", G_CALLBACK (port_closure) },
    { "format_count", G_CALLBACK (count_closure) },
    { "format_count64", G_CALLBACK (count64_closure) },
    { "format_bytes_of", G_CALLBACK (bytes_of_closure) },
    { "format_seconds_of", G_CALLBACK (seconds_of_closure) },
    { "fraction_of", G_CALLBACK (fraction_closure) },
    { "fraction_of_percent", G_CALLBACK (percent_closure) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (closures); i++)
    gtk_widget_class_bind_template_callback_full (widget_class, closures[i].name,
                                                  closures[i].function);
}
