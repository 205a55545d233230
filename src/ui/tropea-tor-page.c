/* tropea-tor-page.c: tor: start and stop, what it does and what it carries
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-page"

#include "config.h"

#include "ui/tropea-tor-page.h"

#include <glib/gi18n.h>

#include "ui/tropea-figure-grid.h"
#include "ui/tropea-format.h"
#include "ui/tropea-tor-controls.h"
#include "ui/tropea-tor-panel.h"
#include "ui/tropea-ui.h"

/* The page is a frame: each part shows the host by itself. */

struct _TropeaTorPage
{
  TropeaHostView parent_instance;
};

G_DEFINE_FINAL_TYPE (TropeaTorPage, tropea_tor_page, TROPEA_TYPE_HOST_VIEW)

static char *
programs_text (TropeaTorPage *self,
               guint64        bytes_in,
               guint64        bytes_out)
{
  g_autofree char *in = tropea_format_bytes (bytes_in);
  g_autofree char *out = tropea_format_bytes (bytes_out);

  /* Translators: two amounts of data, one per line. */
  return g_strdup_printf (_("%s in\n%s out"), in, out);
}

static char *
programs_exact (TropeaTorPage *self,
                guint64        bytes_in,
                guint64        bytes_out)
{
  g_autofree char *in = tropea_format_exact_bytes (bytes_in);
  g_autofree char *out = tropea_format_exact_bytes (bytes_out);

  return g_strdup_printf (_("%s in\n%s out"), in, out);
}

static void
tropea_tor_page_class_init (TropeaTorPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (TROPEA_TYPE_FIGURE_GRID);
  g_type_ensure (TROPEA_TYPE_TOR_CONTROLS);
  g_type_ensure (TROPEA_TYPE_TOR_PANEL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-tor-page.ui");
  gtk_widget_class_bind_template_callback (widget_class, programs_text);
  gtk_widget_class_bind_template_callback (widget_class, programs_exact);
}

static void
tropea_tor_page_init (TropeaTorPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
