/* tropea-books.c: re-adds every session and says whether the figures shown are right
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-books"

#include "config.h"

#include "session/tropea-books.h"

#include "record/tropea-credit.h"

/* Nothing of what is kept as a sum is believed: each session is taken by itself, and its credits
 * are what the formula gives for its seconds and bytes. The first difference is named, in the
 * order sessions, figures shown, ledger; later ones may well follow from it.
 */

static void
set_fault (TropeaBooks      *self,
           TropeaBooksFault  fault,
           gint64            expected,
           gint64            found)
{
  if (expected == found || self->fault != TROPEA_BOOKS_RIGHT)
    return;

  self->fault = fault;
  self->expected_micro = expected;
  self->found_micro = found;
}

static void
add_credited (TropeaBooks   *self,
              TropeaSession *session,
              const char    *ledger)
{
  const TropeaRecord *record = tropea_session_get_record (session);
  const TropeaSettlement *settlement = tropea_session_get_settlement (session);
  gboolean is_simulated = record->source == TROPEA_SOURCE_SIMULATION;
  gboolean is_of_ledger = ledger != NULL && settlement != NULL &&
                          g_str_equal (settlement->ledger, ledger);
  gint64 found = tropea_session_get_credits_micro (session);
  gint64 expected = tropea_credit_compute_micro (MAX (record->duration_s, 0),
                                                 MAX (record->bytes, 0));

  if (is_simulated)
    self->sums.simulated_credits_micro += found;
  else
    self->sums.credits_micro += found;

  if (is_of_ledger)
    {
      self->own.sessions += 1;
      self->own.simulated_micro += is_simulated ? found : 0;
      self->own.credits_micro += is_simulated ? 0 : found;
    }

  if (found == expected)
    return;

  self->faults += 1;
  if (self->faults > 1)
    return;

  g_strlcpy (self->session_id, record->session_id, sizeof self->session_id);
  self->timestamp_ms = record->timestamp_ms;
  set_fault (self, TROPEA_BOOKS_SESSION_CREDITS, expected, found);
}

/**
 * tropea_books_add:
 * @ledger: (nullable): whose sessions are also summed up by themselves
 */
void
tropea_books_add (TropeaBooks   *self,
                  TropeaSession *session,
                  const char    *ledger)
{
  const TropeaRecord *record = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (TROPEA_IS_SESSION (session));

  record = tropea_session_get_record (session);
  self->sums.sessions += 1;
  self->sums.bytes += record->bytes;
  self->sums.duration_s += record->duration_s;
  switch (tropea_session_get_state (session))
    {
    case TROPEA_SESSION_STATE_CREDITED:
      self->sums.credited += 1;
      add_credited (self, session, ledger);
      break;

    case TROPEA_SESSION_STATE_REFUSED:
      self->sums.refused += 1;
      break;

    case TROPEA_SESSION_STATE_WAITING:
    default:
      self->sums.waiting += 1;
      break;
    }
}

/**
 * tropea_books_compare_shown:
 * @shown: the figures that everybody is shown
 *
 * When all sessions were added.
 */
void
tropea_books_compare_shown (TropeaBooks             *self,
                            const TropeaStoreTotals *shown)
{
  const TropeaStoreTotals *sums = NULL;

  g_return_if_fail (self != NULL && shown != NULL);

  sums = &self->sums;
  set_fault (self, TROPEA_BOOKS_SHOWN_CREDITS, sums->credits_micro, shown->credits_micro);
  set_fault (self, TROPEA_BOOKS_SHOWN_SIMULATED, sums->simulated_credits_micro,
             shown->simulated_credits_micro);
  set_fault (self, TROPEA_BOOKS_SHOWN_COUNTS, sums->sessions,
             shown->waiting + shown->credited + shown->refused);
  set_fault (self, TROPEA_BOOKS_SHOWN_COUNTS, sums->sessions, shown->sessions);
  set_fault (self, TROPEA_BOOKS_SHOWN_COUNTS, sums->waiting, shown->waiting);
  set_fault (self, TROPEA_BOOKS_SHOWN_COUNTS, sums->credited, shown->credited);
  set_fault (self, TROPEA_BOOKS_SHOWN_COUNTS, sums->refused, shown->refused);
}

/**
 * tropea_books_compare_ledger:
 * @ledger: what the ledger says
 */
void
tropea_books_compare_ledger (TropeaBooks               *self,
                             const TropeaLedgerFigures *ledger)
{
  g_return_if_fail (self != NULL && ledger != NULL);

  self->has_ledger = TRUE;
  self->ledger = *ledger;
  set_fault (self, TROPEA_BOOKS_LEDGER, self->own.credits_micro, ledger->credits_micro);
  set_fault (self, TROPEA_BOOKS_LEDGER_SIMULATED, self->own.simulated_micro,
             ledger->simulated_micro);
}
