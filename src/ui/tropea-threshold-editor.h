/* tropea-threshold-editor.h: says where a session ends, and lets it be said
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/tropea-host-view.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_THRESHOLD_EDITOR (tropea_threshold_editor_get_type ())

G_DECLARE_FINAL_TYPE (TropeaThresholdEditor, tropea_threshold_editor, TROPEA, THRESHOLD_EDITOR,
                      TropeaHostView)

G_END_DECLS
