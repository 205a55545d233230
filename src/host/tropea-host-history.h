/* tropea-host-history.h: what a host has recorded, to look at, to check and to take along
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "host/tropea-day-book.h"
#include "host/tropea-host.h"
#include "host/tropea-session-history.h"
#include "session/tropea-books.h"
#include "session/tropea-exporter.h"

G_BEGIN_DECLS

/* Each with a filter of its own. */
TropeaSessionHistory *tropea_host_new_history         (TropeaHost                 *self);
TropeaDayBook        *tropea_host_new_day_book        (TropeaHost                 *self);

/* Add up everything again and ask the ledger, where it answers. */
void                  tropea_host_check_books_async   (TropeaHost                 *self,
                                                       GAsyncReadyCallback         callback,
                                                       gpointer                    user_data);
gboolean              tropea_host_check_books_finish  (TropeaHost                 *self,
                                                       GAsyncResult               *result,
                                                       TropeaBooks                *books,
                                                       GError                    **error);

void                  tropea_host_export_async        (TropeaHost                 *self,
                                                       const TropeaSessionFilter  *filter,
                                                       TropeaExportFormat          format,
                                                       const char                 *path,
                                                       GAsyncReadyCallback         callback,
                                                       gpointer                    user_data);
gboolean              tropea_host_export_finish       (TropeaHost                 *self,
                                                       GAsyncResult               *result,
                                                       gint64                     *n_sessions,
                                                       GError                    **error);

G_END_DECLS
