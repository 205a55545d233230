/* tropea-figure-grid.h: what went through tor since it started, as figures
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/tropea-host-view.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_FIGURE_GRID (tropea_figure_grid_get_type ())

G_DECLARE_FINAL_TYPE (TropeaFigureGrid, tropea_figure_grid, TROPEA, FIGURE_GRID, TropeaHostView)

G_END_DECLS
