/* tropea-ledger-store.c: what every ledger's store does, whatever keeps the rows
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-store"

#include "config.h"

#include "ledger/tropea-ledger-store.h"

/* The contract, which tests/ledger/ puts every store through:
 *
 * - submit () commits a group as a whole, on disk when it returns TRUE. On FALSE nothing of it
 *   is there, but with the error TROPEA_DATABASE_ERROR_BUSY (a store that is away for the
 *   moment) that is not known: the same sessions, submitted again, are duplicates then.
 *   Entries of one group see each other in their order.
 * - (key, session id) is there once. So is every moment of a key's time.
 * - What a key has for one UTC day, in one grade, stays within the caps that each of its
 *   entries brought along, also when two processes write at once.
 * - Credits move from the mint to the key: the sum over all balances is zero after every
 *   commit.
 * - What is credited is in the log when submit () returns, and the log's signed head with it. No
 *   entry of the log, no node and no head that was signed ever changes.
 * - Arrival is kept to the hour, and nothing is kept of where a session came from.
 */

G_DEFINE_INTERFACE (TropeaLedgerStore, tropea_ledger_store, G_TYPE_OBJECT)

static const char * const grade_names[] = {
  [TROPEA_LEDGER_GRADE_SELF_REPORTED] = "self-reported",
  [TROPEA_LEDGER_GRADE_SIMULATED] = "simulated",
};

static void
tropea_ledger_store_default_init (TropeaLedgerStoreInterface *iface)
{
}

/**
 * tropea_ledger_grade_to_string:
 *
 * Returns: (transfer none): the word that is stored
 */
const char *
tropea_ledger_grade_to_string (TropeaLedgerGrade grade)
{
  g_return_val_if_fail (grade < G_N_ELEMENTS (grade_names), NULL);

  return grade_names[grade];
}

/**
 * tropea_ledger_grade_from_string:
 * @string: (nullable):
 * @grade: (out): written on success only
 */
gboolean
tropea_ledger_grade_from_string (const char        *string,
                                 TropeaLedgerGrade *grade)
{
  for (gsize i = 0; i < G_N_ELEMENTS (grade_names); i++)
    {
      if (g_strcmp0 (string, grade_names[i]) == 0)
        {
          *grade = (TropeaLedgerGrade) i;
          return TRUE;
        }
    }

  return FALSE;
}

TropeaLedgerGrade
tropea_ledger_grade_for_source (TropeaSource source)
{
  return source == TROPEA_SOURCE_SIMULATION ? TROPEA_LEDGER_GRADE_SIMULATED
                                            : TROPEA_LEDGER_GRADE_SELF_REPORTED;
}

/**
 * tropea_ledger_store_get_origin:
 *
 * Returns: (transfer none): whose ledger it is
 */
const char *
tropea_ledger_store_get_origin (TropeaLedgerStore *self)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (self), NULL);

  return TROPEA_LEDGER_STORE_GET_IFACE (self)->get_origin (self);
}

/**
 * tropea_ledger_store_is_shared:
 *
 * Returns: whether other processes write the ledger too, so that a session which this one does
 *   not remember may well have been answered
 */
gboolean
tropea_ledger_store_is_shared (TropeaLedgerStore *self)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (self), FALSE);

  return TROPEA_LEDGER_STORE_GET_IFACE (self)->is_shared;
}

/**
 * tropea_ledger_store_submit:
 * @entries: (element-type TropeaLedgerEntry): verified and admitted; outcomes are written here
 * @received_hour: hours since 1970
 *
 * Put a group on disk in one commit. Blocks; always from the same thread.
 */
gboolean
tropea_ledger_store_submit (TropeaLedgerStore  *self,
                            GPtrArray          *entries,
                            gint64              received_hour,
                            GError            **error)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (self), FALSE);
  g_return_val_if_fail (entries != NULL, FALSE);

  return TROPEA_LEDGER_STORE_GET_IFACE (self)->submit (self, entries, received_hour, error);
}

/**
 * tropea_ledger_store_find:
 * @entry: (out caller-allocates): written where @is_found
 * @is_found: (out): whether the key has a session of this id; its content is not compared
 */
gboolean
tropea_ledger_store_find (TropeaLedgerStore   *self,
                          const TropeaRecord  *record,
                          TropeaLedgerEntry   *entry,
                          gboolean            *is_found,
                          GError             **error)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (self), FALSE);
  g_return_val_if_fail (record != NULL && entry != NULL && is_found != NULL, FALSE);

  return TROPEA_LEDGER_STORE_GET_IFACE (self)->find (self, record, entry, is_found, error);
}

/**
 * tropea_ledger_store_get_balance:
 * @balance: (out caller-allocates): all zero for a key that was never seen
 */
gboolean
tropea_ledger_store_get_balance (TropeaLedgerStore    *self,
                                 const guint8         *client_pub,
                                 TropeaLedgerBalance  *balance,
                                 GError              **error)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (self), FALSE);
  g_return_val_if_fail (client_pub != NULL && balance != NULL, FALSE);

  return TROPEA_LEDGER_STORE_GET_IFACE (self)->get_balance (self, client_pub, balance, error);
}

/**
 * tropea_ledger_store_list:
 * @before_seq: only sessions before this place
 * @limit: at most so many
 *
 * Returns: (transfer full) (element-type TropeaLedgerEntry): the latest first
 */
GPtrArray *
tropea_ledger_store_list (TropeaLedgerStore  *self,
                          const guint8       *client_pub,
                          gint64              before_seq,
                          guint               limit,
                          GError            **error)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (self), NULL);
  g_return_val_if_fail (client_pub != NULL, NULL);

  return TROPEA_LEDGER_STORE_GET_IFACE (self)->list (self, client_pub, before_seq, limit, error);
}

/**
 * tropea_ledger_store_list_all:
 * @after_seq: only sessions after this place
 * @limit: at most so many
 *
 * Returns: (transfer full) (element-type TropeaLedgerEntry): every key's, the earliest first
 */
GPtrArray *
tropea_ledger_store_list_all (TropeaLedgerStore  *self,
                              gint64              after_seq,
                              guint               limit,
                              GError            **error)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (self), NULL);

  return TROPEA_LEDGER_STORE_GET_IFACE (self)->list_all (self, after_seq, limit, error);
}

/**
 * tropea_ledger_store_import:
 * @next: (scope call): called until the page that it returns is empty
 * @log: the other store; its log is copied as it is, with the head that is signed
 *
 * Put sessions of another store there in one commit, each with the seq, figures and hour that
 * it has, and make the balances from them. It is an error if there are sessions already.
 */
gboolean
tropea_ledger_store_import (TropeaLedgerStore     *self,
                            TropeaLedgerPageFunc   next,
                            gpointer               user_data,
                            TropeaLedgerStore     *log,
                            GError               **error)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (self), FALSE);
  g_return_val_if_fail (next != NULL && TROPEA_IS_LEDGER_STORE (log), FALSE);

  return TROPEA_LEDGER_STORE_GET_IFACE (self)->import (self, next, user_data, log, error);
}

/**
 * tropea_ledger_store_find_key:
 * @public_key: (out caller-allocates): TROPEA_RECORD_PUBLIC_KEY_BYTES, written where @is_found
 * @is_found: (out): whether the database knows which key its ledger has
 *
 * The ledger's own key, which whoever serves this database must have.
 */
gboolean
tropea_ledger_store_find_key (TropeaLedgerStore  *self,
                              guint8             *public_key,
                              gboolean           *is_found,
                              GError            **error)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (self), FALSE);
  g_return_val_if_fail (public_key != NULL && is_found != NULL, FALSE);

  return TROPEA_LEDGER_STORE_GET_IFACE (self)->find_key (self, public_key, is_found, error);
}

/**
 * tropea_ledger_store_put_key:
 * @replaces: FALSE: a key that is there stays, and that is no error
 */
gboolean
tropea_ledger_store_put_key (TropeaLedgerStore  *self,
                             const guint8       *public_key,
                             gboolean            replaces,
                             GError            **error)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (self), FALSE);
  g_return_val_if_fail (public_key != NULL, FALSE);

  return TROPEA_LEDGER_STORE_GET_IFACE (self)->put_key (self, public_key, replaces, error);
}

/**
 * tropea_ledger_store_decide:
 * @decision: (inout): it gets the next number, unless it has one
 *
 * Put a decision of the operator's on disk. Blocks; from the thread that submits.
 */
gboolean
tropea_ledger_store_decide (TropeaLedgerStore     *self,
                            TropeaLedgerDecision  *decision,
                            GError               **error)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (self), FALSE);
  g_return_val_if_fail (decision != NULL, FALSE);

  return TROPEA_LEDGER_STORE_GET_IFACE (self)->decide (self, decision, error);
}

/**
 * tropea_ledger_store_list_decisions:
 *
 * Returns: (transfer full) (element-type TropeaLedgerDecision): those after @after_number, in
 *   order
 */
GPtrArray *
tropea_ledger_store_list_decisions (TropeaLedgerStore  *self,
                                    gint64              after_number,
                                    GError            **error)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (self), NULL);

  return TROPEA_LEDGER_STORE_GET_IFACE (self)->list_decisions (self, after_number, error);
}

/**
 * tropea_ledger_store_visit:
 * @visitor: (scope call): each returns FALSE with an error set to stop
 *
 * Read everything as it was at one moment: first every session, then every balance, then every
 * day. Others may write meanwhile; what they write is not seen.
 */
gboolean
tropea_ledger_store_visit (TropeaLedgerStore          *self,
                           const TropeaLedgerVisitor  *visitor,
                           gpointer                    user_data,
                           GError                    **error)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (self), FALSE);
  g_return_val_if_fail (visitor != NULL, FALSE);

  return TROPEA_LEDGER_STORE_GET_IFACE (self)->visit (self, visitor, user_data, error);
}

/**
 * tropea_ledger_store_set_key:
 * @secret_key: the ledger's own
 *
 * Sign each head of the log from now on, and at once one that nobody has signed.
 */
gboolean
tropea_ledger_store_set_key (TropeaLedgerStore  *self,
                             TropeaSecret       *secret_key,
                             GError            **error)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (self), FALSE);
  g_return_val_if_fail (secret_key != NULL, FALSE);

  return TROPEA_LEDGER_STORE_GET_IFACE (self)->set_key (self, secret_key, error);
}

/**
 * tropea_ledger_store_dup_group:
 *
 * Returns: (transfer full) (nullable): what the last submit () added to the log
 */
TropeaLedgerGroup *
tropea_ledger_store_dup_group (TropeaLedgerStore *self)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (self), NULL);

  return TROPEA_LEDGER_STORE_GET_IFACE (self)->dup_group (self);
}

/**
 * tropea_ledger_store_read_head:
 * @head: (out): to be cleared by tropea_ledger_head_clear ()
 *
 * The head of the log as the last commit left it.
 */
gboolean
tropea_ledger_store_read_head (TropeaLedgerStore  *self,
                               TropeaLedgerHead   *head,
                               GError            **error)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (self), FALSE);
  g_return_val_if_fail (head != NULL, FALSE);

  return TROPEA_LEDGER_STORE_GET_IFACE (self)->read_head (self, head, error);
}

/**
 * tropea_ledger_store_read_hashes:
 * @level: 0: the log's entries; otherwise the hashes of tiles of that level
 * @n_hashes: all of them must be there; 256 at the most
 *
 * Returns: (transfer full): 32 bytes for each
 */
GBytes *
tropea_ledger_store_read_hashes (TropeaLedgerStore  *self,
                                 guint               level,
                                 guint64             first,
                                 guint               n_hashes,
                                 GError            **error)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (self), NULL);

  return TROPEA_LEDGER_STORE_GET_IFACE (self)->read_hashes (self, level, first, n_hashes, error);
}
