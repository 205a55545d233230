/* tropea-keyring-prompt.h: asks the keyring for something that the user may have to allow
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void     tropea_keyring_prompt_async  (GDBusProxy           *service,
                                       const char           *method,
                                       GVariant             *parameters,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
gboolean tropea_keyring_prompt_finish (GAsyncResult         *result,
                                       GError              **error);

G_END_DECLS
