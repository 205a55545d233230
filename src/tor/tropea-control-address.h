/* tropea-control-address.h: where a tor's control port may be, as people write it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GSocketAddress     *tropea_control_address_parse     (const char      *text,
                                                      GError         **error);
char               *tropea_control_address_to_string (GSocketAddress  *address);
const char * const *tropea_control_address_get_usual (void);

G_END_DECLS
