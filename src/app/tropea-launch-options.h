/* tropea-launch-options.h: what the window's command line says about the host
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "host/tropea-settings.h"

G_BEGIN_DECLS

void               tropea_launch_options_add        (GApplication  *application);
gboolean           tropea_launch_options_any        (GVariantDict  *dict);
const char        *tropea_launch_options_get_action (GVariantDict  *dict);
TropeaHostOptions *tropea_launch_options_read       (GVariantDict    *dict,
                                                     TropeaSettings  *settings,
                                                     const char      *working_dir,
                                                     GError         **error);

G_END_DECLS
