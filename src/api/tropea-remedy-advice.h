/* tropea-remedy-advice.h: what to type for a remedy
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-tor-diagnosis.h"

G_BEGIN_DECLS

const char *tropea_remedy_advice (TropeaTorRemedy remedy);

G_END_DECLS
