/* tropea-exit-census.h: how many exits are in which country, as tor knows it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-control-connection.h"

G_BEGIN_DECLS

char       *tropea_exit_census_next_exit   (const char              **entries);
void        tropea_exit_census_take_async  (TropeaControlConnection  *connection,
                                            GCancellable             *cancellable,
                                            GAsyncReadyCallback       callback,
                                            gpointer                  user_data);
GHashTable *tropea_exit_census_take_finish (TropeaControlConnection  *connection,
                                            GAsyncResult             *result,
                                            GError                  **error);

G_END_DECLS
