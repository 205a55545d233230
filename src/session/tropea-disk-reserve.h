/* tropea-disk-reserve.h: a little space that is kept for the last save on a full disk
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_DISK_RESERVE (tropea_disk_reserve_get_type ())

G_DECLARE_FINAL_TYPE (TropeaDiskReserve, tropea_disk_reserve, TROPEA, DISK_RESERVE, GObject)

TropeaDiskReserve *tropea_disk_reserve_new              (const char           *path);

/* Make it, unless it is there. Fails with G_IO_ERROR, G_IO_ERROR_NO_SPACE on a full disk. */
void               tropea_disk_reserve_make_async       (TropeaDiskReserve    *self,
                                                         GAsyncReadyCallback   callback,
                                                         gpointer              user_data);
gboolean           tropea_disk_reserve_make_finish      (TropeaDiskReserve    *self,
                                                         GAsyncResult         *result,
                                                         GError              **error);
/* Fails where there is nothing to give back: G_IO_ERROR_NOT_FOUND. */
void               tropea_disk_reserve_give_back_async  (TropeaDiskReserve    *self,
                                                         GAsyncReadyCallback   callback,
                                                         gpointer              user_data);
gboolean           tropea_disk_reserve_give_back_finish (TropeaDiskReserve    *self,
                                                         GAsyncResult         *result,
                                                         GError              **error);
void               tropea_disk_reserve_settle_async     (TropeaDiskReserve    *self,
                                                         GAsyncReadyCallback   callback,
                                                         gpointer              user_data);
gboolean           tropea_disk_reserve_settle_finish    (TropeaDiskReserve    *self,
                                                         GAsyncResult         *result,
                                                         GError              **error);

G_END_DECLS
