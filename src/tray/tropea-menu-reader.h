/* tropea-menu-reader.h: reads a GMenuModel and its actions as com.canonical.dbusmenu has them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tray/tropea-tray-actions.h"

G_BEGIN_DECLS

#define TROPEA_MENU_ROOT 0

typedef struct
{
  int         id;
  guint       depth;       /* of the root: 0 */
  char       *action;      /* (owned) (nullable) */
  GVariant   *target;      /* (owned) (nullable) */
  GVariant   *properties;  /* (owned): a{sv} */
} TropeaMenuItem;

void tropea_menu_reader_read (GMenuModel        *model,
                              TropeaTrayActions *actions,
                              GHashTable        *ids,
                              GArray            *items,
                              GPtrArray         *models);

G_END_DECLS
