/* tropea-help-page.h: how it works, and what to do when it does not
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/tropea-host-view.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_HELP_PAGE (tropea_help_page_get_type ())

G_DECLARE_FINAL_TYPE (TropeaHelpPage, tropea_help_page, TROPEA, HELP_PAGE, TropeaHostView)

void tropea_help_page_open (TropeaHelpPage *self,
                            const char     *anchor);

G_END_DECLS
