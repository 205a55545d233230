/* tropea-books.h: re-adds every session and says whether the figures shown are right
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "session/tropea-reconciliation.h"
#include "session/tropea-session.h"
#include "session/tropea-store.h"

G_BEGIN_DECLS

/**
 * TropeaBooksFault:
 * @TROPEA_BOOKS_RIGHT: everything adds up
 * @TROPEA_BOOKS_SESSION_CREDITS: a session was credited with @found_micro, the formula gives
 *   @expected_micro
 * @TROPEA_BOOKS_SHOWN_CREDITS: the credits that are shown are not the sum over the sessions
 * @TROPEA_BOOKS_SHOWN_SIMULATED: likewise the simulated ones
 * @TROPEA_BOOKS_SHOWN_COUNTS: likewise the number of sessions in a state
 * @TROPEA_BOOKS_LEDGER: the ledger has other credits than the sessions that it credited
 * @TROPEA_BOOKS_LEDGER_SIMULATED: likewise the simulated ones
 */
typedef enum
{
  TROPEA_BOOKS_RIGHT,
  TROPEA_BOOKS_SESSION_CREDITS,
  TROPEA_BOOKS_SHOWN_CREDITS,
  TROPEA_BOOKS_SHOWN_SIMULATED,
  TROPEA_BOOKS_SHOWN_COUNTS,
  TROPEA_BOOKS_LEDGER,
  TROPEA_BOOKS_LEDGER_SIMULATED,
} TropeaBooksFault;

/**
 * TropeaBooks:
 * @sums: added up from the sessions, one by one
 * @own: of the sessions that the asked ledger credited
 * @ledger: what that ledger says; only where @has_ledger
 * @has_ledger: whether it answered
 * @fault: the first difference
 * @session_id: where it is in a session
 * @timestamp_ms: when that session began
 * @expected_micro: what should be there; sessions with TROPEA_BOOKS_SHOWN_COUNTS
 * @found_micro: what is there
 * @faults: sessions whose credits are not the formula's
 *
 * A plain value. All zero is where to begin.
 */
typedef struct
{
  TropeaStoreTotals   sums;
  TropeaLedgerFigures own;
  TropeaLedgerFigures ledger;
  gboolean            has_ledger;
  TropeaBooksFault    fault;
  char                session_id[37];
  gint64              timestamp_ms;
  gint64              expected_micro;
  gint64              found_micro;
  gint64              faults;
} TropeaBooks;

void tropea_books_add            (TropeaBooks               *self,
                                  TropeaSession             *session,
                                  const char                *ledger);
void tropea_books_compare_shown  (TropeaBooks               *self,
                                  const TropeaStoreTotals   *shown);
void tropea_books_compare_ledger (TropeaBooks               *self,
                                  const TropeaLedgerFigures *ledger);

G_END_DECLS
