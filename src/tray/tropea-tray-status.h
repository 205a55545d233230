/* tropea-tray-status.h: what the icon in the tray says
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  TROPEA_TRAY_STATE_STOPPED,
  TROPEA_TRAY_STATE_CONNECTING,
  TROPEA_TRAY_STATE_RUNNING,
  TROPEA_TRAY_STATE_PAUSED,
  TROPEA_TRAY_STATE_FAILED,
} TropeaTrayState;

#define TROPEA_TYPE_TRAY_STATE (tropea_tray_state_get_type ())
GType       tropea_tray_state_get_type  (void);
const char *tropea_tray_state_to_string (TropeaTrayState state);

#define TROPEA_TYPE_TRAY_STATUS (tropea_tray_status_get_type ())

G_DECLARE_FINAL_TYPE (TropeaTrayStatus, tropea_tray_status, TROPEA, TRAY_STATUS, GObject)

/* Properties, all readable, writable and notified when they change: "state" (TropeaTrayState),
 * "headline" and "text" (string, nullable): the tooltip, in words for people. */
TropeaTrayStatus *tropea_tray_status_new          (void);
TropeaTrayState   tropea_tray_status_get_state    (TropeaTrayStatus *self);
void              tropea_tray_status_set_state    (TropeaTrayStatus *self,
                                                   TropeaTrayState   state);
const char       *tropea_tray_status_get_headline (TropeaTrayStatus *self);
void              tropea_tray_status_set_headline (TropeaTrayStatus *self,
                                                   const char       *headline);
const char       *tropea_tray_status_get_text     (TropeaTrayStatus *self);
void              tropea_tray_status_set_text     (TropeaTrayStatus *self,
                                                   const char       *text);

G_END_DECLS
