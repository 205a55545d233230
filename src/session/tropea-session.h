/* tropea-session.h: one cut session as lists and windows show it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "record/tropea-record.h"

G_BEGIN_DECLS

/**
 * TropeaSessionState:
 * @TROPEA_SESSION_STATE_WAITING: in the outbox
 * @TROPEA_SESSION_STATE_CREDITED: the ledger has it and answered with credits
 * @TROPEA_SESSION_STATE_REFUSED: the ledger will never take it; see "reason"
 */
typedef enum
{
  TROPEA_SESSION_STATE_WAITING,
  TROPEA_SESSION_STATE_CREDITED,
  TROPEA_SESSION_STATE_REFUSED,
} TropeaSessionState;

#define TROPEA_TYPE_SESSION_STATE (tropea_session_state_get_type ())
GType          tropea_session_state_get_type   (void);
const char    *tropea_session_state_to_string  (TropeaSessionState   state);

#define TROPEA_TYPE_SESSION (tropea_session_get_type ())

G_DECLARE_FINAL_TYPE (TropeaSession, tropea_session, TROPEA, SESSION, GObject)

/* An immutable snapshot of a stored session. Properties, all read-only: "session-id" (string),
 * "timestamp-ms", "duration-s", "bytes", "credits-micro" (int64; 0 unless credited),
 * "ip-hash" (string), "source" (TropeaSource), "state" (TropeaSessionState),
 * "reason-code" and "reason" (string, nullable: the ledger's, where refused), "row" (int64; its
 * place in the store, 0 where it comes from elsewhere).
 */
TropeaSession      *tropea_session_new                (const TropeaRecord *unsigned_record,
                                                       TropeaSessionState  state,
                                                       gint64              credits_micro,
                                                       const char         *reason_code,
                                                       const char         *reason);
TropeaSession      *tropea_session_new_from_row       (gint64              row,
                                                       const TropeaRecord *unsigned_record,
                                                       TropeaSessionState  state,
                                                       gint64              credits_micro,
                                                       const char         *reason_code,
                                                       const char         *reason);
gint64              tropea_session_get_row            (TropeaSession      *self);
const TropeaRecord *tropea_session_get_record         (TropeaSession      *self);
TropeaSessionState  tropea_session_get_state          (TropeaSession      *self);
gint64              tropea_session_get_credits_micro  (TropeaSession      *self);
const char         *tropea_session_get_reason_code    (TropeaSession      *self);
const char         *tropea_session_get_reason         (TropeaSession      *self);

G_END_DECLS
