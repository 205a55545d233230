/* tropea-circuits-view.h: tor's circuits, what each is for and where it goes through
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/tropea-host-view.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_CIRCUITS_VIEW (tropea_circuits_view_get_type ())

G_DECLARE_FINAL_TYPE (TropeaCircuitsView, tropea_circuits_view, TROPEA, CIRCUITS_VIEW,
                      TropeaHostView)

G_END_DECLS
