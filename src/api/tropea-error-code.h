/* tropea-error-code.h: a stable word for each kind of error
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *tropea_error_code (const GError *error);

G_END_DECLS
