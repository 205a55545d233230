/* tropea-menu-layout.h: what a menu looks like at one moment, as com.canonical.dbusmenu has it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tray/tropea-menu-reader.h"

G_BEGIN_DECLS

typedef struct _TropeaMenuLayout TropeaMenuLayout;

/* Items are in the order in which they are read: each before its children.
 * @ids: (element-type utf8 int): the ids that were given so far, and those that this gives. */
TropeaMenuLayout     *tropea_menu_layout_new          (GMenuModel              *model,
                                                       TropeaTrayActions       *actions,
                                                       GHashTable              *ids);
void                  tropea_menu_layout_free         (TropeaMenuLayout        *self);
/* (element-type GMenuModel): all that it was read from. */
GPtrArray            *tropea_menu_layout_get_models   (TropeaMenuLayout        *self);
const TropeaMenuItem *tropea_menu_layout_find         (TropeaMenuLayout        *self,
                                                       int                      id);
gboolean              tropea_menu_layout_same_shape   (TropeaMenuLayout        *self,
                                                       TropeaMenuLayout        *other);
/* As the answers and signals of the interface have them; floating. */
GVariant             *tropea_menu_layout_to_tree      (TropeaMenuLayout        *self,
                                                       const TropeaMenuItem    *item,
                                                       int                      depth,
                                                       const char * const      *names);
GVariant             *tropea_menu_layout_to_list      (TropeaMenuLayout        *self,
                                                       GVariant                *ids,
                                                       const char * const      *names);
GVariant             *tropea_menu_layout_to_changes   (TropeaMenuLayout        *self,
                                                       TropeaMenuLayout        *before);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaMenuLayout, tropea_menu_layout_free)

G_END_DECLS
