/* tropea-closures.h: the formatters as templates call them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/tropea-ui.h"

G_BEGIN_DECLS

void tropea_closures_bind (GtkWidgetClass *widget_class);

G_END_DECLS
