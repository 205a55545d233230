/* tropea-tor-log.h: tor's own log lines, the last of them, for a window
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "base/tropea-clock.h"

G_BEGIN_DECLS

/* tor's levels, the worst first. */
typedef enum
{
  TROPEA_TOR_LOG_LEVEL_ERR,
  TROPEA_TOR_LOG_LEVEL_WARN,
  TROPEA_TOR_LOG_LEVEL_NOTICE,
  TROPEA_TOR_LOG_LEVEL_INFO,
  TROPEA_TOR_LOG_LEVEL_DEBUG,
} TropeaTorLogLevel;

const char *tropea_tor_log_level_to_string (TropeaTorLogLevel level);

/* With more, the oldest go. */
#define TROPEA_TOR_LOG_MOST_LINES 1000

#define TROPEA_TYPE_TOR_LOG_LINE (tropea_tor_log_line_get_type ())

G_DECLARE_FINAL_TYPE (TropeaTorLogLine, tropea_tor_log_line, TROPEA, TOR_LOG_LINE, GObject)

TropeaTorLogLevel  tropea_tor_log_line_get_level   (TropeaTorLogLine *self);
gint64             tropea_tor_log_line_get_wall_ms (TropeaTorLogLine *self);
const char        *tropea_tor_log_line_get_text    (TropeaTorLogLine *self);

#define TROPEA_TYPE_TOR_LOG (tropea_tor_log_get_type ())

G_DECLARE_FINAL_TYPE (TropeaTorLog, tropea_tor_log, TROPEA, TOR_LOG, GObject)

/* A GListModel of TropeaTorLogLine, oldest first. */
TropeaTorLog *tropea_tor_log_new    (TropeaClock  *clock);
void          tropea_tor_log_append (TropeaTorLog *self,
                                     const char   *line);

G_END_DECLS
