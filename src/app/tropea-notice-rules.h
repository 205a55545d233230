/* tropea-notice-rules.h: what the user is notified of, and when that is over
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-tor-diagnosis.h"

G_BEGIN_DECLS

typedef enum
{
  TROPEA_NOTICE_TOR_FAILED,
  TROPEA_NOTICE_FIRST_CREDITS,
  TROPEA_NOTICE_REFUSED,
  TROPEA_NOTICE_KEYRING,

  TROPEA_N_NOTICES,
} TropeaNoticeKind;

/* @action: what a click does, and @button_action, what its button does: detailed names of
 * actions of the application. */
typedef struct
{
  char *title;
  char *body;
  char *action;
  char *button;
  char *button_action;
} TropeaNotice;

#define TROPEA_TYPE_NOTICE_RULES (tropea_notice_rules_get_type ())

G_DECLARE_FINAL_TYPE (TropeaNoticeRules, tropea_notice_rules, TROPEA, NOTICE_RULES, GObject)

/* Signal "changed" (int, a TropeaNoticeKind): what is to be seen is another, or nothing. */
TropeaNoticeRules  *tropea_notice_rules_new            (void);
/* What is to be seen; NULL for nothing. */
const TropeaNotice *tropea_notice_rules_get            (TropeaNoticeRules       *self,
                                                        TropeaNoticeKind         kind);
void                tropea_notice_rules_set_enabled    (TropeaNoticeRules       *self,
                                                        TropeaNoticeKind         kind,
                                                        gboolean                 enabled);
void                tropea_notice_rules_set_looked_at  (TropeaNoticeRules       *self,
                                                        gboolean                 is_looked_at);
/* @sentence: why tor has failed and stays down; NULL where it has not. */
void                tropea_notice_rules_set_failure    (TropeaNoticeRules       *self,
                                                        const char              *sentence,
                                                        const TropeaTorDiagnosis *diagnosis);
void                tropea_notice_rules_set_is_locked_out (TropeaNoticeRules    *self,
                                                        gboolean                 is_locked_out);
/* @day: such as “2026-01-31”; what was told of it was told. */
void                tropea_notice_rules_set_told_day   (TropeaNoticeRules       *self,
                                                        const char              *day);
const char         *tropea_notice_rules_get_told_day   (TropeaNoticeRules       *self);
void                tropea_notice_rules_credited       (TropeaNoticeRules       *self,
                                                        const char              *day,
                                                        const char              *credits);
void                tropea_notice_rules_refused        (TropeaNoticeRules       *self,
                                                        const char              *sentence);

G_END_DECLS
