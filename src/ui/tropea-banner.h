/* tropea-banner.h: a line across the window with, where there is one, a remedy
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_BANNER (tropea_banner_get_type ())

G_DECLARE_FINAL_TYPE (TropeaBanner, tropea_banner, TROPEA, BANNER, AdwBin)

G_END_DECLS
