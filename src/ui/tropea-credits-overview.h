/* tropea-credits-overview.h: credits by day, their averages, and the check of the books
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "session/tropea-books.h"
#include "ui/tropea-host-view.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_CREDITS_OVERVIEW (tropea_credits_overview_get_type ())

G_DECLARE_FINAL_TYPE (TropeaCreditsOverview, tropea_credits_overview, TROPEA, CREDITS_OVERVIEW,
                      TropeaHostView)

void tropea_credits_overview_show_books (TropeaCreditsOverview *self,
                                         const TropeaBooks     *books);

G_END_DECLS
