/* tropea-settings.h: what the user chose to keep, by name
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "host/tropea-host-options.h"

G_BEGIN_DECLS

#define TROPEA_SETTING_SOCKS_PORT "socks-port"
#define TROPEA_SETTING_CONTROL_PORT "control-port"
#define TROPEA_SETTING_LOG_LEVEL "log-level"
#define TROPEA_SETTING_TORRC_ADDITIONS "torrc-additions"
#define TROPEA_SETTING_BRIDGE_MODE "bridge-mode"
#define TROPEA_SETTING_BRIDGES "bridges"
#define TROPEA_SETTING_EXIT_COUNTRIES "exit-countries"
#define TROPEA_SETTING_STRICT_EXITS "strict-exits"
#define TROPEA_SETTING_ATTACH "attach"
#define TROPEA_SETTING_LEDGER_URL "ledger-url"
#define TROPEA_SETTING_MIN_BYTES "min-bytes"
#define TROPEA_SETTING_MIN_SECONDS "min-seconds"
#define TROPEA_SETTING_MAX_SECONDS "max-seconds"
#define TROPEA_SETTING_START_TOR "start-tor"
#define TROPEA_SETTING_KEEP_RUNNING "keep-running"
#define TROPEA_SETTING_CLOSING_TOLD "closing-told"
#define TROPEA_SETTING_TRAY "tray"
#define TROPEA_SETTING_NOTIFY_TOR_FAILED "notify-tor-failed"
#define TROPEA_SETTING_NOTIFY_FIRST_CREDITS "notify-first-credits"
#define TROPEA_SETTING_NOTIFY_REFUSED "notify-refused"
#define TROPEA_SETTING_NOTIFY_KEYRING "notify-keyring"
#define TROPEA_SETTING_CREDITS_TOLD "credits-told"
#define TROPEA_SETTING_AUTOSTART_GRANTED "autostart-granted"
#define TROPEA_SETTING_API_TCP "api-tcp"
#define TROPEA_SETTING_API_TCP_PORT "api-tcp-port"
#define TROPEA_SETTING_WINDOW_WIDTH "window-width"
#define TROPEA_SETTING_WINDOW_HEIGHT "window-height"
#define TROPEA_SETTING_WINDOW_MAXIMIZED "window-maximized"
#define TROPEA_SETTING_PAGE "page"
#define TROPEA_SETTING_GRAPH_RANGE "graph-range"
#define TROPEA_SETTING_GUIDE_DONE "guide-done"

#define TROPEA_TYPE_SETTINGS (tropea_settings_get_type ())

G_DECLARE_FINAL_TYPE (TropeaSettings, tropea_settings, TROPEA, SETTINGS, GObject)

TropeaSettings   *tropea_settings_new            (void);
/* To bind widgets and actions to, and for the types that have no shorter way below. */
GSettings        *tropea_settings_get_gsettings  (TropeaSettings          *self);
gboolean          tropea_settings_get_boolean    (TropeaSettings          *self,
                                                  const char              *key);
void              tropea_settings_set_boolean    (TropeaSettings          *self,
                                                  const char              *key,
                                                  gboolean                 value);
int               tropea_settings_get_int        (TropeaSettings          *self,
                                                  const char              *key);
char             *tropea_settings_dup_string     (TropeaSettings          *self,
                                                  const char              *key);
void              tropea_settings_set_string     (TropeaSettings          *self,
                                                  const char              *key,
                                                  const char              *value);
TropeaThresholds  tropea_settings_get_thresholds (TropeaSettings          *self);
void              tropea_settings_set_thresholds (TropeaSettings          *self,
                                                  const TropeaThresholds  *thresholds);
void              tropea_settings_fill_tor_options (TropeaSettings        *self,
                                                    TropeaHostOptions     *options);
void              tropea_settings_fill_options   (TropeaSettings          *self,
                                                  TropeaHostOptions       *options);

G_END_DECLS
