/* tropea-live-text.h: a short text that changes often, in a place that does not
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_LIVE_TEXT (tropea_live_text_get_type ())

G_DECLARE_FINAL_TYPE (TropeaLiveText, tropea_live_text, TROPEA, LIVE_TEXT, AdwBin)

G_END_DECLS
