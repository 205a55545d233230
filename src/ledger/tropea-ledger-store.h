/* tropea-ledger-store.h: what every ledger's store does, whatever keeps the rows
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-secret.h"
#include "ledger/tropea-ledger-decision.h"
#include "record/tropea-record.h"
#include "tlog/tropea-tlog-leaf.h"

G_BEGIN_DECLS

/* See tropea-ledger-head.h. */
typedef struct _TropeaLedgerHead  TropeaLedgerHead;
typedef struct _TropeaLedgerGroup TropeaLedgerGroup;

/**
 * TropeaLedgerGrade:
 * @TROPEA_LEDGER_GRADE_SELF_REPORTED: a client's own word
 * @TROPEA_LEDGER_GRADE_SIMULATED: made up by simulation mode; never a part of the balance
 */
typedef enum
{
  TROPEA_LEDGER_GRADE_SELF_REPORTED,
  TROPEA_LEDGER_GRADE_SIMULATED,
} TropeaLedgerGrade;

#define TROPEA_LEDGER_N_GRADES 2

/**
 * TropeaLedgerOutcome:
 * @TROPEA_LEDGER_OUTCOME_ACCEPTED: credited now
 * @TROPEA_LEDGER_OUTCOME_DUPLICATE: credited before; the entry has the figures of then
 * @TROPEA_LEDGER_OUTCOME_CONFLICT: the key has another session of this id
 * @TROPEA_LEDGER_OUTCOME_OVERLAP: the key has another session in this time
 * @TROPEA_LEDGER_OUTCOME_DAY_FULL: with it the key would have more in this grade than its
 *   day's caps allow
 */
typedef enum
{
  TROPEA_LEDGER_OUTCOME_ACCEPTED,
  TROPEA_LEDGER_OUTCOME_DUPLICATE,
  TROPEA_LEDGER_OUTCOME_CONFLICT,
  TROPEA_LEDGER_OUTCOME_OVERLAP,
  TROPEA_LEDGER_OUTCOME_DAY_FULL,
} TropeaLedgerOutcome;

/**
 * TropeaLedgerEntry:
 * @record: verified
 * @grade: what its credits are worth
 * @credits_micro: what it earns
 * @balance_micro: the key's balance after it, without simulated credits
 * @seq: its place in the ledger, from 1
 * @received_hour: when it arrived, hours since 1970; written where it is read from a store
 * @outcome: what became of it; tropea_ledger_store_submit () writes this, @balance_micro and
 *   @seq
 * @day_cap_micro: the most that the key may have in this grade for the UTC day of the start; 0:
 *   as much as it likes. Not stored
 * @day_cap_bytes: the same, of bytes
 * @leaf: its place in the ledger's log, from 0; negative: it is in none
 * @nonce: what makes its entry in the log unguessable
 *
 * A plain value.
 */
typedef struct
{
  TropeaRecord        record;
  TropeaLedgerGrade   grade;
  gint64              credits_micro;
  gint64              balance_micro;
  gint64              seq;
  gint64              received_hour;
  TropeaLedgerOutcome outcome;
  gint64              day_cap_micro;
  gint64              day_cap_bytes;
  gint64              leaf;
  guint8              nonce[TROPEA_TLOG_NONCE_BYTES];
} TropeaLedgerEntry;

#define TROPEA_LEDGER_DAY_MS (G_GINT64_CONSTANT (24) * 3600 * 1000)

typedef struct
{
  gint64 balance_micro;    /* all but simulated */
  gint64 simulated_micro;
  gint64 n_sessions;       /* of every grade */
} TropeaLedgerBalance;

/* @client_pub: NULL for the mint, which holds the negative of all that was ever credited. */
typedef gboolean (*TropeaLedgerEntryFunc)   (const TropeaLedgerEntry  *entry,
                                             gpointer                  user_data,
                                             GError                  **error);
typedef gboolean (*TropeaLedgerBalanceFunc) (const guint8             *client_pub,
                                             TropeaLedgerGrade         grade,
                                             gint64                    micro,
                                             gint64                    n_sessions,
                                             gpointer                  user_data,
                                             GError                  **error);

/* What a key has in a grade for a day, counted in days since 1970. */
typedef gboolean (*TropeaLedgerDayFunc)     (const guint8             *client_pub,
                                             TropeaLedgerGrade         grade,
                                             gint64                    day,
                                             gint64                    micro,
                                             gint64                    bytes,
                                             gpointer                  user_data,
                                             GError                  **error);

/**
 * TropeaLedgerVisitor:
 * @session: (nullable): the sessions of one key together and in the order of their start
 * @balance: (nullable): every account's balance in every grade, the mint's too
 * @day: (nullable): in the order of key, day and grade as the store sorts them
 *
 * Whom tropea_ledger_store_visit () calls; whoever is NULL is passed over.
 */
typedef struct
{
  TropeaLedgerEntryFunc   session;
  TropeaLedgerBalanceFunc balance;
  TropeaLedgerDayFunc     day;
} TropeaLedgerVisitor;

/* Returns: (transfer full) (element-type TropeaLedgerEntry): empty at the end; NULL: an error */
typedef GPtrArray *(*TropeaLedgerPageFunc)  (gpointer                  user_data,
                                             GError                  **error);

#define TROPEA_TYPE_LEDGER_STORE (tropea_ledger_store_get_type ())

G_DECLARE_INTERFACE (TropeaLedgerStore, tropea_ledger_store, TROPEA, LEDGER_STORE, GObject)

/* submit, dup_group, set_key, decide and import: from one thread; all others: from any. */
struct _TropeaLedgerStoreInterface
{
  GTypeInterface parent_iface;

  gboolean     is_shared;  /* what is stored is as likely to be another process's */
  const char *(*get_origin)      (TropeaLedgerStore        *self);
  gboolean   (*submit)           (TropeaLedgerStore        *self,
                                  GPtrArray                *entries,
                                  gint64                    received_hour,
                                  GError                  **error);
  gboolean   (*find)             (TropeaLedgerStore        *self,
                                  const TropeaRecord       *record,
                                  TropeaLedgerEntry        *entry,
                                  gboolean                 *is_found,
                                  GError                  **error);
  gboolean   (*get_balance)      (TropeaLedgerStore        *self,
                                  const guint8             *client_pub,
                                  TropeaLedgerBalance      *balance,
                                  GError                  **error);
  GPtrArray *(*list)             (TropeaLedgerStore        *self,
                                  const guint8             *client_pub,
                                  gint64                    before_seq,
                                  guint                     limit,
                                  GError                  **error);
  GPtrArray *(*list_all)         (TropeaLedgerStore        *self,
                                  gint64                    after_seq,
                                  guint                     limit,
                                  GError                  **error);
  gboolean   (*import)           (TropeaLedgerStore        *self,
                                  TropeaLedgerPageFunc      next,
                                  gpointer                  user_data,
                                  TropeaLedgerStore        *log,
                                  GError                  **error);
  gboolean   (*find_key)         (TropeaLedgerStore        *self,
                                  guint8                   *public_key,
                                  gboolean                 *is_found,
                                  GError                  **error);
  gboolean   (*put_key)          (TropeaLedgerStore        *self,
                                  const guint8             *public_key,
                                  gboolean                  replaces,
                                  GError                  **error);
  gboolean   (*decide)           (TropeaLedgerStore        *self,
                                  TropeaLedgerDecision     *decision,
                                  GError                  **error);
  GPtrArray *(*list_decisions)   (TropeaLedgerStore        *self,
                                  gint64                    after_number,
                                  GError                  **error);
  gboolean   (*visit)            (TropeaLedgerStore        *self,
                                  const TropeaLedgerVisitor *visitor,
                                  gpointer                  user_data,
                                  GError                  **error);
  gboolean   (*set_key)          (TropeaLedgerStore        *self,
                                  TropeaSecret             *secret_key,
                                  GError                  **error);
  TropeaLedgerGroup *(*dup_group) (TropeaLedgerStore       *self);
  gboolean   (*read_head)        (TropeaLedgerStore        *self,
                                  TropeaLedgerHead         *head,
                                  GError                  **error);
  GBytes    *(*read_hashes)      (TropeaLedgerStore        *self,
                                  guint                     level,
                                  guint64                   first,
                                  guint                     n_hashes,
                                  GError                  **error);
};

const char *tropea_ledger_grade_to_string       (TropeaLedgerGrade         grade);
gboolean    tropea_ledger_grade_from_string     (const char               *string,
                                                 TropeaLedgerGrade        *grade);
TropeaLedgerGrade tropea_ledger_grade_for_source (TropeaSource             source);

const char *tropea_ledger_store_get_origin      (TropeaLedgerStore        *self);
gboolean    tropea_ledger_store_is_shared       (TropeaLedgerStore        *self);
gboolean    tropea_ledger_store_submit          (TropeaLedgerStore        *self,
                                                 GPtrArray                *entries,
                                                 gint64                    received_hour,
                                                 GError                  **error);
gboolean    tropea_ledger_store_find            (TropeaLedgerStore        *self,
                                                 const TropeaRecord       *record,
                                                 TropeaLedgerEntry        *entry,
                                                 gboolean                 *is_found,
                                                 GError                  **error);
gboolean    tropea_ledger_store_get_balance     (TropeaLedgerStore        *self,
                                                 const guint8             *client_pub,
                                                 TropeaLedgerBalance      *balance,
                                                 GError                  **error);
GPtrArray  *tropea_ledger_store_list            (TropeaLedgerStore        *self,
                                                 const guint8             *client_pub,
                                                 gint64                    before_seq,
                                                 guint                     limit,
                                                 GError                  **error);
GPtrArray  *tropea_ledger_store_list_all        (TropeaLedgerStore        *self,
                                                 gint64                    after_seq,
                                                 guint                     limit,
                                                 GError                  **error);
gboolean    tropea_ledger_store_import          (TropeaLedgerStore        *self,
                                                 TropeaLedgerPageFunc      next,
                                                 gpointer                  user_data,
                                                 TropeaLedgerStore        *log,
                                                 GError                  **error);
gboolean    tropea_ledger_store_find_key        (TropeaLedgerStore        *self,
                                                 guint8                   *public_key,
                                                 gboolean                 *is_found,
                                                 GError                  **error);
gboolean    tropea_ledger_store_put_key         (TropeaLedgerStore        *self,
                                                 const guint8             *public_key,
                                                 gboolean                  replaces,
                                                 GError                  **error);
gboolean    tropea_ledger_store_decide          (TropeaLedgerStore        *self,
                                                 TropeaLedgerDecision     *decision,
                                                 GError                  **error);
GPtrArray  *tropea_ledger_store_list_decisions  (TropeaLedgerStore        *self,
                                                 gint64                    after_number,
                                                 GError                  **error);
gboolean    tropea_ledger_store_visit           (TropeaLedgerStore        *self,
                                                 const TropeaLedgerVisitor *visitor,
                                                 gpointer                  user_data,
                                                 GError                  **error);
gboolean    tropea_ledger_store_set_key         (TropeaLedgerStore        *self,
                                                 TropeaSecret             *secret_key,
                                                 GError                  **error);
TropeaLedgerGroup *tropea_ledger_store_dup_group (TropeaLedgerStore       *self);
gboolean    tropea_ledger_store_read_head       (TropeaLedgerStore        *self,
                                                 TropeaLedgerHead         *head,
                                                 GError                  **error);
GBytes     *tropea_ledger_store_read_hashes     (TropeaLedgerStore        *self,
                                                 guint                     level,
                                                 guint64                   first,
                                                 guint                     n_hashes,
                                                 GError                  **error);

G_END_DECLS
