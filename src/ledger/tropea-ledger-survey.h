/* tropea-ledger-survey.h: keeps a ledger's statistics up to date
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-ledger-statistics.h"

G_BEGIN_DECLS

/**
 * TropeaLedgerSurveyState:
 * @is_reading: some of what is stored is still missing
 * @error: (owned) (nullable): why the last reading ended early
 */
typedef struct
{
  gboolean  is_reading;
  char     *error;
} TropeaLedgerSurveyState;

typedef struct _TropeaLedgerSurvey TropeaLedgerSurvey;

TropeaLedgerSurvey     *tropea_ledger_survey_new     (TropeaLedgerStore       *store);
void                    tropea_ledger_survey_free    (TropeaLedgerSurvey      *self);
void                    tropea_ledger_survey_refresh (TropeaLedgerSurvey      *self,
                                                      gint64                   patience_usec);
TropeaLedgerStatistics *tropea_ledger_survey_lock    (TropeaLedgerSurvey      *self,
                                                      TropeaLedgerSurveyState *state);
void                    tropea_ledger_survey_unlock  (TropeaLedgerSurvey      *self);
void                    tropea_ledger_survey_state_clear (TropeaLedgerSurveyState *state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerSurvey, tropea_ledger_survey_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TropeaLedgerSurveyState, tropea_ledger_survey_state_clear)

G_END_DECLS
