/* tropea-guide.h: the four steps of the first run
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_GUIDE (tropea_guide_get_type ())

G_DECLARE_FINAL_TYPE (TropeaGuide, tropea_guide, TROPEA, GUIDE, AdwBin)

/* Signal: "done": the user has read it, or does not want to. */
void tropea_guide_rewind (TropeaGuide *self);

G_END_DECLS
