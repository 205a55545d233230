/* tropea-background-portal.h: asks the desktop, from a sandbox, to let us run and be started
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_BACKGROUND_PORTAL (tropea_background_portal_get_type ())

G_DECLARE_FINAL_TYPE (TropeaBackgroundPortal, tropea_background_portal, TROPEA, BACKGROUND_PORTAL,
                      GObject)

/* Whether this process is in a sandbox of Flatpak's. */
gboolean tropea_background_portal_is_needed      (void);

TropeaBackgroundPortal *tropea_background_portal_new (GDBusConnection *bus);
/* @has_autostart: whether we are to be started at login from now on */
void     tropea_background_portal_request_async  (TropeaBackgroundPortal  *self,
                                                  const char              *reason,
                                                  gboolean                 has_autostart,
                                                  GCancellable            *cancellable,
                                                  GAsyncReadyCallback      callback,
                                                  gpointer                 user_data);
gboolean tropea_background_portal_request_finish (TropeaBackgroundPortal  *self,
                                                  GAsyncResult            *result,
                                                  gboolean                *may_run,
                                                  gboolean                *has_autostart,
                                                  GError                 **error);
/* One short line that the desktop may show; nothing happens where it cannot. */
void     tropea_background_portal_set_status     (TropeaBackgroundPortal  *self,
                                                  const char              *message);

G_END_DECLS
