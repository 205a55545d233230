/* tropea-session-history.h: all sessions of a store as a list that reads what is looked at
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "host/tropea-history-item.h"
#include "session/tropea-session-filter.h"
#include "session/tropea-store.h"

G_BEGIN_DECLS

/**
 * TropeaHistoryPhase:
 * @TROPEA_HISTORY_PHASE_LOADING: nothing was found yet; later lists stay until the next is there
 * @TROPEA_HISTORY_PHASE_EMPTY: there are no sessions at all
 * @TROPEA_HISTORY_PHASE_NO_MATCH: none that fits
 * @TROPEA_HISTORY_PHASE_LIST: there is something to see
 * @TROPEA_HISTORY_PHASE_FAILED: the store could not be read; "error" says why
 */
typedef enum
{
  TROPEA_HISTORY_PHASE_LOADING,
  TROPEA_HISTORY_PHASE_EMPTY,
  TROPEA_HISTORY_PHASE_NO_MATCH,
  TROPEA_HISTORY_PHASE_LIST,
  TROPEA_HISTORY_PHASE_FAILED,
} TropeaHistoryPhase;

#define TROPEA_TYPE_HISTORY_PHASE (tropea_history_phase_get_type ())
GType tropea_history_phase_get_type (void);

#define TROPEA_TYPE_SESSION_HISTORY (tropea_session_history_get_type ())

G_DECLARE_FINAL_TYPE (TropeaSessionHistory, tropea_session_history, TROPEA, SESSION_HISTORY,
                      GObject)

/* A GListModel of TropeaHistoryItem, newest first. Properties, read-only and notified: "phase"
 * (TropeaHistoryPhase), "count" (uint), "error" (string, nullable).
 */
TropeaSessionHistory      *tropea_session_history_new        (TropeaStore               *store);
void                       tropea_session_history_set_filter (TropeaSessionHistory      *self,
                                                              const TropeaSessionFilter *filter);
const TropeaSessionFilter *tropea_session_history_get_filter (TropeaSessionHistory      *self);
TropeaHistoryPhase         tropea_session_history_get_phase  (TropeaSessionHistory      *self);

G_END_DECLS
