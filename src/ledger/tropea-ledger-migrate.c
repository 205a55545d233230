/* tropea-ledger-migrate.c: moves a ledger from one store to another
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger"

#include "config.h"

#include "ledger/tropea-ledger-migrate.h"

#include <gio/gio.h>
#include <string.h>

#include "ledger/tropea-ledger-head.h"

/* The copy is one commit of the target: it is there whole or not at all. Then both are read
 * again, from beginning to end, and every session and every balance is compared. Memory is
 * needed for one page of sessions, and for the balances.
 */

#define PAGE_LENGTH 1000

/* How far a store has been read. */
typedef struct
{
  TropeaLedgerStore *store;  /* (unowned) */
  gint64             seq;
} Cursor;

typedef struct
{
  gboolean          is_mint;
  guint8            client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES];
  TropeaLedgerGrade grade;
  gint64            micro;
  gint64            n_sessions;
} Balance;

static GPtrArray *
next_page (gpointer   user_data,
           GError   **error)
{
  Cursor *cursor = user_data;
  GPtrArray *page = tropea_ledger_store_list_all (cursor->store, cursor->seq, PAGE_LENGTH, error);

  if (page != NULL && page->len > 0)
    {
      const TropeaLedgerEntry *last = g_ptr_array_index (page, page->len - 1);

      cursor->seq = last->seq;
    }

  return page;
}

static gboolean
is_equal (const TropeaLedgerEntry *left,
          const TropeaLedgerEntry *right)
{
  return tropea_record_equal_content (&left->record, &right->record) &&
         memcmp (left->record.signature, right->record.signature,
                 sizeof left->record.signature) == 0 &&
         left->grade == right->grade && left->seq == right->seq &&
         left->credits_micro == right->credits_micro &&
         left->balance_micro == right->balance_micro && left->leaf == right->leaf &&
         memcmp (left->nonce, right->nonce, sizeof left->nonce) == 0 &&
         left->received_hour == right->received_hour;
}

static gboolean
compare_sessions (TropeaLedgerStore  *left,
                  TropeaLedgerStore  *right,
                  gint64             *n_sessions,
                  GError            **error)
{
  Cursor left_cursor = { left, 0 };
  Cursor right_cursor = { right, 0 };
  gint64 n_equal = 0;

  while (TRUE)
    {
      g_autoptr(GPtrArray) left_page = next_page (&left_cursor, error);
      g_autoptr(GPtrArray) right_page = NULL;

      if (left_page == NULL || (right_page = next_page (&right_cursor, error)) == NULL)
        return FALSE;

      for (guint i = 0; i < MAX (left_page->len, right_page->len); i++, n_equal++)
        {
          if (i < left_page->len && i < right_page->len &&
              is_equal (g_ptr_array_index (left_page, i), g_ptr_array_index (right_page, i)))
            continue;

          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "The two ledgers are not equal: they differ after %" G_GINT64_FORMAT
                       " sessions", n_equal);
          return FALSE;
        }

      if (left_page->len == 0)
        {
          *n_sessions = n_equal;
          return TRUE;
        }
    }
}

static guint
hash_balance (gconstpointer key)
{
  const Balance *balance = key;
  guint hash = 0;

  memcpy (&hash, balance->client_pub, sizeof hash);
  return hash ^ (guint) balance->grade;
}

static gboolean
equal_balances (gconstpointer a,
                gconstpointer b)
{
  const Balance *left = a;
  const Balance *right = b;

  return left->is_mint == right->is_mint && left->grade == right->grade &&
         left->micro == right->micro && left->n_sessions == right->n_sessions &&
         memcmp (left->client_pub, right->client_pub, sizeof left->client_pub) == 0;
}

static Balance
make_balance (const guint8      *client_pub,
              TropeaLedgerGrade  grade,
              gint64             micro,
              gint64             n_sessions)
{
  Balance balance = { client_pub == NULL, { 0 }, grade, micro, n_sessions };

  if (client_pub != NULL)
    memcpy (balance.client_pub, client_pub, sizeof balance.client_pub);

  return balance;
}

static gboolean
keep_balance_cb (const guint8       *client_pub,
                 TropeaLedgerGrade   grade,
                 gint64              micro,
                 gint64              n_sessions,
                 gpointer            user_data,
                 GError            **error)
{
  Balance balance = make_balance (client_pub, grade, micro, n_sessions);

  g_hash_table_add (user_data, g_memdup2 (&balance, sizeof balance));
  return TRUE;
}

static gboolean
strike_balance_cb (const guint8       *client_pub,
                   TropeaLedgerGrade   grade,
                   gint64              micro,
                   gint64              n_sessions,
                   gpointer            user_data,
                   GError            **error)
{
  Balance balance = make_balance (client_pub, grade, micro, n_sessions);

  if (g_hash_table_remove (user_data, &balance))
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "The two ledgers are not equal: a balance is another");
  return FALSE;
}

static gboolean
compare_balances (TropeaLedgerStore  *left,
                  TropeaLedgerStore  *right,
                  GError            **error)
{
  g_autoptr(GHashTable) balances = g_hash_table_new_full (hash_balance, equal_balances, g_free,
                                                          NULL);
  const TropeaLedgerVisitor keep = { .balance = keep_balance_cb };
  const TropeaLedgerVisitor strike = { .balance = strike_balance_cb };

  if (!tropea_ledger_store_visit (left, &keep, balances, error) ||
      !tropea_ledger_store_visit (right, &strike, balances, error))
    return FALSE;

  if (g_hash_table_size (balances) == 0)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "The two ledgers are not equal: a balance is missing");
  return FALSE;
}

/* Each store's tree is checked by an audit; here it is enough that their heads are the same. */
static gboolean
compare_logs (TropeaLedgerStore  *left,
              TropeaLedgerStore  *right,
              GError            **error)
{
  g_auto(TropeaLedgerHead) left_head = { { 0 } };
  g_auto(TropeaLedgerHead) right_head = { { 0 } };
  TropeaTlogCheckpoint checkpoints[2] = { { 0 } };

  if (!tropea_ledger_store_read_head (left, &left_head, error) ||
      !tropea_ledger_store_read_head (right, &right_head, error))
    return FALSE;

  tropea_ledger_head_get_checkpoint (&left_head, &checkpoints[0]);
  tropea_ledger_head_get_checkpoint (&right_head, &checkpoints[1]);
  if (checkpoints[0].size == checkpoints[1].size &&
      memcmp (checkpoints[0].root, checkpoints[1].root, sizeof checkpoints[0].root) == 0 &&
      left_head.micro == right_head.micro &&
      left_head.simulated_micro == right_head.simulated_micro &&
      g_strcmp0 (left_head.checkpoint, right_head.checkpoint) == 0)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "The two ledgers are not equal: their logs end differently");
  return FALSE;
}

static gboolean
compare_keys (TropeaLedgerStore  *left,
              TropeaLedgerStore  *right,
              GError            **error)
{
  guint8 keys[2][TROPEA_RECORD_PUBLIC_KEY_BYTES] = { { 0 } };
  gboolean has_key[2] = { FALSE };

  if (!tropea_ledger_store_find_key (left, keys[0], &has_key[0], error) ||
      !tropea_ledger_store_find_key (right, keys[1], &has_key[1], error))
    return FALSE;

  if (has_key[0] == has_key[1] && memcmp (keys[0], keys[1], sizeof keys[0]) == 0)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "The two ledgers are not equal: they have not the same key");
  return FALSE;
}

static gboolean
compare_decisions (TropeaLedgerStore  *left,
                   TropeaLedgerStore  *right,
                   GError            **error)
{
  g_autoptr(GPtrArray) ours = tropea_ledger_store_list_decisions (left, 0, error);
  g_autoptr(GPtrArray) theirs = NULL;
  gboolean is_equal_list = FALSE;

  if (ours == NULL || (theirs = tropea_ledger_store_list_decisions (right, 0, error)) == NULL)
    return FALSE;

  is_equal_list = ours->len == theirs->len;
  for (guint i = 0; is_equal_list && i < ours->len; i++)
    is_equal_list = tropea_ledger_decision_equal (g_ptr_array_index (ours, i),
                                                  g_ptr_array_index (theirs, i));
  if (!is_equal_list)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         "The two ledgers are not equal: their operators decided differently");

  return is_equal_list;
}

static gboolean
copy_decisions (TropeaLedgerStore  *from,
                TropeaLedgerStore  *to,
                GError            **error)
{
  g_autoptr(GPtrArray) decisions = tropea_ledger_store_list_decisions (from, 0, error);

  for (guint i = 0; decisions != NULL && i < decisions->len; i++)
    {
      if (!tropea_ledger_store_decide (to, g_ptr_array_index (decisions, i), error))
        return FALSE;
    }

  return decisions != NULL;
}

/* A ledger that was never started has none. */
static gboolean
copy_key (TropeaLedgerStore  *from,
          TropeaLedgerStore  *to,
          GError            **error)
{
  guint8 public_key[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };
  gboolean is_found = FALSE;

  return tropea_ledger_store_find_key (from, public_key, &is_found, error) &&
         (!is_found || tropea_ledger_store_put_key (to, public_key, FALSE, error));
}

/**
 * tropea_ledger_prove_equal:
 * @n_sessions: (out): how many were compared
 *
 * For stores that nobody writes to meanwhile.
 *
 * Returns: FALSE with a sentence that says what differs first
 */
gboolean
tropea_ledger_prove_equal (TropeaLedgerStore  *left,
                           TropeaLedgerStore  *right,
                           gint64             *n_sessions,
                           GError            **error)
{
  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (left), FALSE);
  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (right), FALSE);
  g_return_val_if_fail (n_sessions != NULL, FALSE);

  return compare_sessions (left, right, n_sessions, error) &&
         compare_balances (left, right, error) && compare_keys (left, right, error) &&
         compare_decisions (left, right, error) && compare_logs (left, right, error);
}

/**
 * tropea_ledger_migrate:
 * @from: not written to meanwhile
 * @to: without a session
 * @n_sessions: (out): how many there are now
 *
 * Copy everything and prove that it is equal.
 */
gboolean
tropea_ledger_migrate (TropeaLedgerStore  *from,
                       TropeaLedgerStore  *to,
                       gint64             *n_sessions,
                       GError            **error)
{
  Cursor cursor = { from, 0 };

  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (from), FALSE);
  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (to), FALSE);

  return tropea_ledger_store_import (to, next_page, &cursor, from, error) &&
         copy_key (from, to, error) && copy_decisions (from, to, error) &&
         tropea_ledger_prove_equal (from, to, n_sessions, error);
}
