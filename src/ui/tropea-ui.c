/* tropea-ui.c: where the templates and pictures of the window are
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ui"

#include "config.h"

#include "ui/tropea-ui.h"

#include "host/tropea-host.h"
#include "ui/tropea-resources.h"
#ifdef TROPEA_HAS_ICONS
#include "ui/tropea-icons.h"
#endif

/**
 * tropea_ui_init:
 *
 * Make templates and pictures known, and the types that templates name. Call it before the
 * first widget of this folder is made; again is harmless.
 */
void
tropea_ui_init (void)
{
  g_resources_register (tropea_get_resource ());
#ifdef TROPEA_HAS_ICONS
  g_resources_register (tropea_icons_get_resource ());
#endif

  g_type_ensure (TROPEA_TYPE_HOST);
  g_type_ensure (TROPEA_TYPE_SESSION);
}
