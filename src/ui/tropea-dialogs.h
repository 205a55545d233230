/* tropea-dialogs.h: the dialogs whose widgets a newer libadwaita has replaced
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void tropea_dialogs_show_about (GtkWindow *parent);

G_END_DECLS
