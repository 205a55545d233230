/* tropea-tor-scrub.h: takes out of tor's words what nobody else should read
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *tropea_tor_scrub (const char *text);

G_END_DECLS
