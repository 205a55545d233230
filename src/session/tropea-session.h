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

/**
 * TropeaSessionKind:
 * @TROPEA_SESSION_KIND_AUTOMATIC: from tor, cut by the thresholds or at a gap
 * @TROPEA_SESSION_KIND_MANUAL: from tor, cut because the user said so
 * @TROPEA_SESSION_KIND_SIMULATED: from the simulator
 */
typedef enum
{
  TROPEA_SESSION_KIND_AUTOMATIC,
  TROPEA_SESSION_KIND_MANUAL,
  TROPEA_SESSION_KIND_SIMULATED,
} TropeaSessionKind;

#define TROPEA_TYPE_SESSION_KIND (tropea_session_kind_get_type ())
GType          tropea_session_kind_get_type    (void);
const char    *tropea_session_kind_to_string   (TropeaSessionKind    kind);

#define TROPEA_TYPE_SESSION_STATE (tropea_session_state_get_type ())
GType          tropea_session_state_get_type   (void);
const char    *tropea_session_state_to_string  (TropeaSessionState   state);

#define TROPEA_SESSION_BYTES_UNKNOWN -1

/**
 * TropeaCut:
 * @record: the session, not signed
 * @bytes_in: of its bytes, those that came in; TROPEA_SESSION_BYTES_UNKNOWN where not kept
 * @is_manual: cut because the user said so
 *
 * A session with what is known of it but never sent. A plain value.
 */
typedef struct
{
  TropeaRecord record;
  gint64       bytes_in;
  gboolean     is_manual;
} TropeaCut;

#define TROPEA_SESSION_LONGEST_ORIGIN_BYTES 253

/**
 * TropeaSent:
 * @record: signed, as it was sent
 * @origin: the ledger's name, which the signature covers
 * @answered_ms: when the ledger's last word came, in milliseconds since 1970
 * @n_sessions: how many were in the same request
 * @receipt: (unowned) (nullable): JSON: the proof that the ledger's log has it, "log", and the
 *   "checkpoint" that it is for
 *
 * What left the computer for a session. A plain value.
 */
typedef struct
{
  TropeaRecord record;
  char         origin[TROPEA_SESSION_LONGEST_ORIGIN_BYTES + 1];
  gint64       answered_ms;
  gint64       n_sessions;
  const char  *receipt;
} TropeaSent;

/**
 * TropeaSettlement:
 * @ledger: its public key in base64; empty where not known
 * @seq: the session's place in the ledger; 0 where it was refused
 * @balance_micro: the key's balance after it; 0 where it was refused
 * @has_sent: whether @sent is known: it is not for what an older version had sent, nor for what
 *   the ledger turned out to have already
 *
 * A plain value.
 */
typedef struct
{
  char       ledger[45];
  gint64     seq;
  gint64     balance_micro;
  gboolean   has_sent;
  TropeaSent sent;
} TropeaSettlement;

#define TROPEA_TYPE_SESSION (tropea_session_get_type ())

G_DECLARE_FINAL_TYPE (TropeaSession, tropea_session, TROPEA, SESSION, GObject)

/* An immutable snapshot of a stored session. Properties, all read-only: "session-id" (string),
 * "timestamp-ms", "duration-s", "bytes", "credits-micro" (int64; 0 unless credited),
 * "ip-hash" (string), "source" (TropeaSource), "state" (TropeaSessionState),
 * "reason-code" and "reason" (string, nullable: the ledger's, where refused), "row" (int64; its
 * place in the store, 0 where it comes from elsewhere), "kind" (TropeaSessionKind).
 */
TropeaSession      *tropea_session_new                (const TropeaRecord *unsigned_record,
                                                       TropeaSessionState  state,
                                                       gint64              credits_micro,
                                                       const char         *reason_code,
                                                       const char         *reason);
TropeaSession      *tropea_session_new_from_row       (gint64              row,
                                                       const TropeaCut    *cut,
                                                       TropeaSessionState  state,
                                                       gint64              credits_micro,
                                                       const char         *reason_code,
                                                       const char         *reason,
                                                       const TropeaSettlement *settlement);
gint64              tropea_session_get_row            (TropeaSession      *self);
const TropeaRecord *tropea_session_get_record         (TropeaSession      *self);
TropeaSessionState  tropea_session_get_state          (TropeaSession      *self);
gint64              tropea_session_get_credits_micro  (TropeaSession      *self);
const char         *tropea_session_get_reason_code    (TropeaSession      *self);
const char         *tropea_session_get_reason         (TropeaSession      *self);
TropeaSessionKind   tropea_session_get_kind           (TropeaSession      *self);
gint64              tropea_session_get_bytes_in       (TropeaSession      *self);
/* What came of it; NULL while it waits, and where it comes from elsewhere than a store. */
const TropeaSettlement *tropea_session_get_settlement (TropeaSession      *self);
/* Exactly what was sent, where it is known: the JSON, and the lines that the signature is over. */
char               *tropea_session_dup_sent_json      (TropeaSession      *self);
char               *tropea_session_dup_signed_lines   (TropeaSession      *self);

G_END_DECLS
