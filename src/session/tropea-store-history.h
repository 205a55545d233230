/* tropea-store-history.h: the sessions of a store by filter and place, and their sums by day
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "session/tropea-books.h"
#include "session/tropea-session-filter.h"
#include "session/tropea-store.h"

G_BEGIN_DECLS

/**
 * TropeaDaySum:
 * @day: days since 1970-01-01, in this computer's time zone
 * @sessions: that began on it; the sum of the three below
 * @waiting: in the outbox
 * @credited: taken by the ledger
 * @refused: refused for good
 * @credits_micro: of the credited sessions from tor
 * @simulated_micro: of the credited sessions from simulation
 * @paid: how many of @credited are from tor
 */
typedef struct
{
  gint64 day;
  gint64 sessions;
  gint64 waiting;
  gint64 credited;
  gint64 refused;
  gint64 credits_micro;
  gint64 simulated_micro;
  gint64 paid;
} TropeaDaySum;

gint64     tropea_day_from_ms                (gint64                      wall_ms);

/* The rows of all sessions that fit, oldest first: (element-type gint64). */
void       tropea_store_find_rows_async      (TropeaStore                *self,
                                              const TropeaSessionFilter  *filter,
                                              GCancellable               *cancellable,
                                              GAsyncReadyCallback         callback,
                                              gpointer                    user_data);
GArray    *tropea_store_find_rows_finish     (TropeaStore                *self,
                                              GAsyncResult               *result,
                                              GError                    **error);
/* The sessions in @rows, newest first; tropea_store_list_finish () for this and the next. */
void       tropea_store_read_rows_async      (TropeaStore                *self,
                                              const gint64               *rows,
                                              gsize                       n_rows,
                                              GCancellable               *cancellable,
                                              GAsyncReadyCallback         callback,
                                              gpointer                    user_data);
/* Newest first, those that fit and are older than the row @before (0: from the newest). */
void       tropea_store_list_filtered_async  (TropeaStore                *self,
                                              const TropeaSessionFilter  *filter,
                                              gint64                      before,
                                              guint                       limit,
                                              GCancellable               *cancellable,
                                              GAsyncReadyCallback         callback,
                                              gpointer                    user_data);
/* Days that have sessions, the earliest first: (element-type TropeaDaySum). */
void       tropea_store_sum_days_async       (TropeaStore                *self,
                                              GCancellable               *cancellable,
                                              GAsyncReadyCallback         callback,
                                              gpointer                    user_data);
GArray    *tropea_store_sum_days_finish      (TropeaStore                *self,
                                              GAsyncResult               *result,
                                              GError                    **error);
/* Add everything up again. @ledger: its public key in base64, whose own sums are wanted too. */
void       tropea_store_check_books_async    (TropeaStore                *self,
                                              const char                 *ledger,
                                              GCancellable               *cancellable,
                                              GAsyncReadyCallback         callback,
                                              gpointer                    user_data);
gboolean   tropea_store_check_books_finish   (TropeaStore                *self,
                                              GAsyncResult               *result,
                                              TropeaBooks                *books,
                                              GError                    **error);

G_END_DECLS
