/* tropea-tor-check.h: what can be known to be wrong before tor is started
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-tor-config.h"

G_BEGIN_DECLS

gboolean tropea_tor_check_directory (const TropeaTorConfig  *config,
                                     GError                **error);
gboolean tropea_tor_check_lock      (const TropeaTorConfig  *config,
                                     GError                **error);
/* Why @directory cannot be written to, in the words of @reason. */
GError  *tropea_tor_check_explain_directory (const TropeaTorConfig *config,
                                             const char            *reason);
GError  *tropea_tor_check_explain_port      (const TropeaTorConfig *config,
                                             guint                  port,
                                             gboolean               is_taken);

G_END_DECLS
