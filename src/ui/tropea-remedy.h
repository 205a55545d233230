/* tropea-remedy.h: the button that belongs to a remedy
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-tor-diagnosis.h"

G_BEGIN_DECLS

char       *tropea_remedy_dup_label  (TropeaTorRemedy remedy,
                                      gboolean        has_failed);
const char *tropea_remedy_get_action (TropeaTorRemedy remedy,
                                      gboolean        has_failed);

G_END_DECLS
