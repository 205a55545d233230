/* tropea-store-traffic.h: the history of rates on disk
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "activity/tropea-rate-history.h"
#include "session/tropea-store.h"

G_BEGIN_DECLS

/* How much moved when, in the store's file: only sums over 10 s and more, at most 1008 rows.
 * Both take and give arrays of TropeaRateBucket.
 */
void      tropea_store_load_traffic_async  (TropeaStore          *store,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
GArray   *tropea_store_load_traffic_finish (TropeaStore          *store,
                                            GAsyncResult         *result,
                                            GError              **error);
/* In one transaction: write @buckets, and take away what is not within its range at @now_s. */
void      tropea_store_save_traffic_async  (TropeaStore          *store,
                                            GArray               *buckets,
                                            gint64                now_s,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
gboolean  tropea_store_save_traffic_finish (TropeaStore          *store,
                                            GAsyncResult         *result,
                                            GError              **error);

G_END_DECLS
