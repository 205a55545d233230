/* tropea-locale.h: the user's language, for the programs of Tropea
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void tropea_locale_init (void);

G_END_DECLS
