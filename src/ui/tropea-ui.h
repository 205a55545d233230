/* tropea-ui.h: where the templates and pictures of the window are
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Also the application's resource base path: style.css and icons/ are found below it. */
#define TROPEA_UI_RESOURCES "/io/github/tropea/Tropea"

void tropea_ui_init (void);

G_END_DECLS
