/* tropea-ledger-systemd.h: what a service manager hands over and wants to know
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean tropea_ledger_systemd_dup_listen (char       **address,
                                           GError     **error);
void     tropea_ledger_systemd_notify     (const char  *state);

G_END_DECLS
