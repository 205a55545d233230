/* tropea-credits-page.h: what the ledger credited, and what it did not
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/tropea-host-view.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_CREDITS_PAGE (tropea_credits_page_get_type ())

G_DECLARE_FINAL_TYPE (TropeaCreditsPage, tropea_credits_page, TROPEA, CREDITS_PAGE, TropeaHostView)

G_END_DECLS
