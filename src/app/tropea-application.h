/* tropea-application.h: one Tropea on the desktop: opens the host, shows it, closes it in order
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_APPLICATION (tropea_application_get_type ())

G_DECLARE_FINAL_TYPE (TropeaApplication, tropea_application, TROPEA, APPLICATION, AdwApplication)

TropeaApplication *tropea_application_new (void);

G_END_DECLS
