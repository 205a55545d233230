/* tropea-tray-actions.h: the groups of actions that a menu names, by prefix
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_TRAY_ACTIONS (tropea_tray_actions_get_type ())

G_DECLARE_FINAL_TYPE (TropeaTrayActions, tropea_tray_actions, TROPEA, TRAY_ACTIONS, GObject)

/* Signal "changed": an action came, went, or says something else. */
TropeaTrayActions *tropea_tray_actions_new      (void);
void               tropea_tray_actions_insert   (TropeaTrayActions   *self,
                                                 const char          *prefix,
                                                 GActionGroup        *group);
gboolean           tropea_tray_actions_query    (TropeaTrayActions   *self,
                                                 const char          *name,
                                                 GVariant            *target,
                                                 gboolean            *enabled,
                                                 GVariant           **state);
gboolean           tropea_tray_actions_activate (TropeaTrayActions   *self,
                                                 const char          *name,
                                                 GVariant            *target);

G_END_DECLS
