/* tropea-accessible.h: what assistive technologies are told, where GTK tells them too much
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void tropea_accessible_name_buttons (GtkWidget       *root);

void tropea_accessible_name_toasts  (AdwToastOverlay *overlay);

G_END_DECLS
