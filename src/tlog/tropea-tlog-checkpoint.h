/* tropea-tlog-checkpoint.h: the signed head of a log, as C2SP tlog-checkpoint has it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tlog/tropea-tlog-frontier.h"
#include "tlog/tropea-tlog-note.h"

G_BEGIN_DECLS

/* What is minted is told in whole steps of the most that one session can earn, so that no two
 * checkpoints tell what a session earned. */
#define TROPEA_TLOG_MINTED_STEP 100

/**
 * TropeaTlogCheckpoint:
 * @size: how many leaves the tree has
 * @root: RFC 6962's Merkle Tree Hash
 * @minted: credits of all grades but the simulated, rounded down to the step; -1: not said
 * @simulated: simulated credits, the same way
 *
 * A plain value.
 */
typedef struct
{
  guint64 size;
  guint8  root[TROPEA_TLOG_HASH_BYTES];
  gint64  minted;
  gint64  simulated;
} TropeaTlogCheckpoint;

char     *tropea_tlog_dup_log_name          (const char                  *ledger_origin);
gboolean  tropea_tlog_checkpoint_from_text  (const char                  *text,
                                             const char                  *log_name,
                                             TropeaTlogCheckpoint        *checkpoint,
                                             GError                     **error);
char     *tropea_tlog_checkpoint_to_text    (const TropeaTlogCheckpoint  *self,
                                             const char                  *log_name);
char     *tropea_tlog_checkpoint_sign       (const TropeaTlogCheckpoint  *self,
                                             const char                  *log_name,
                                             TropeaSecret                *secret_key);
gboolean  tropea_tlog_checkpoint_open       (const char                  *note,
                                             const char                  *log_name,
                                             const guint8                *public_key,
                                             TropeaTlogCheckpoint        *checkpoint,
                                             GError                     **error);

G_END_DECLS
