/* tropea-ledger-head.h: the head of a ledger's log, and a group that makes it longer
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-secret.h"
#include "ledger/tropea-ledger-store.h"
#include "tlog/tropea-tlog-checkpoint.h"
#include "tlog/tropea-tlog-span.h"

G_BEGIN_DECLS

/**
 * TropeaLedgerHead:
 * @frontier: all that a longer tree is made of
 * @micro: what the log's sessions have earned, in all grades but the simulated
 * @simulated_micro: the same, simulated
 * @checkpoint: (owned) (nullable): the signed note of it; NULL: nobody has signed it yet
 */
struct _TropeaLedgerHead
{
  TropeaTlogFrontier  frontier;
  gint64              micro;
  gint64              simulated_micro;
  char               *checkpoint;
};

void  tropea_ledger_head_clear          (TropeaLedgerHead       *self);
void  tropea_ledger_head_get_checkpoint (const TropeaLedgerHead *self,
                                         TropeaTlogCheckpoint   *checkpoint);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TropeaLedgerHead, tropea_ledger_head_clear)

/* What a commit added to the log. Immutable; from any thread. */
struct _TropeaLedgerGroup
{
  char           *checkpoint;  /* (owned) (nullable) */
  guint64         size;        /* that the checkpoint is of */
  TropeaTlogSpan *span;        /* (owned) */
};

TropeaLedgerGroup *tropea_ledger_group_ref   (TropeaLedgerGroup *self);
void               tropea_ledger_group_unref (TropeaLedgerGroup *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerGroup, tropea_ledger_group_unref)

/* Makes a log longer by a group at a time; for one thread. */
typedef struct _TropeaLedgerAppender TropeaLedgerAppender;

TropeaLedgerAppender   *tropea_ledger_appender_new         (const char              *origin);
void                    tropea_ledger_appender_free        (TropeaLedgerAppender    *self);
void                    tropea_ledger_appender_set_key     (TropeaLedgerAppender    *self,
                                                            TropeaSecret            *secret_key);
void                    tropea_ledger_appender_begin       (TropeaLedgerAppender    *self,
                                                            TropeaLedgerHead        *head);
const guint8           *tropea_ledger_appender_add         (TropeaLedgerAppender    *self,
                                                            TropeaLedgerEntry       *entry);
void                    tropea_ledger_appender_add_entries (TropeaLedgerAppender    *self,
                                                            const guint8            *entries,
                                                            gsize                    n_entries);
const TropeaLedgerHead *tropea_ledger_appender_finish      (TropeaLedgerAppender    *self);
const guint8           *tropea_ledger_appender_get_entries (TropeaLedgerAppender    *self,
                                                            guint64                 *first,
                                                            gsize                   *n_entries);
TropeaLedgerGroup      *tropea_ledger_appender_dup_group   (TropeaLedgerAppender    *self);
void                    tropea_ledger_make_nonce           (TropeaLedgerEntry       *entry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerAppender, tropea_ledger_appender_free)

G_END_DECLS
