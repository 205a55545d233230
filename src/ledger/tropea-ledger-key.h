/* tropea-ledger-key.h: the file that holds a ledger's own key
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "base/tropea-secret.h"

G_BEGIN_DECLS

TropeaSecret *tropea_ledger_key_load_or_create (const char  *path,
                                                GError     **error);

G_END_DECLS
