/* tropea-figure.h: one figure with its name
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_FIGURE (tropea_figure_get_type ())

G_DECLARE_FINAL_TYPE (TropeaFigure, tropea_figure, TROPEA, FIGURE, AdwBin)

G_END_DECLS
