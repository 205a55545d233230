/* tropea-ledger-audit.c: adds a ledger up again
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-audit"

#include "config.h"

#include "ledger/tropea-ledger-audit.h"

#include <gio/gio.h>
#include <string.h>

#include "ledger/tropea-ledger-audit-days.h"
#include "ledger/tropea-ledger-merkle.h"
#include "record/tropea-credit.h"
#include "record/tropea-encoding.h"

/* Believes nothing but the signed sessions: each must verify, earn what the formula says, and
 * leave its key's other sessions their time. What they add up to, per key and grade, must be
 * what the balances and the days say, the mint must hold the negative of it, and the sum must be
 * zero. Each session must also have the balance that its key had after it, which is what its
 * client was told; and the log must have it where it says, and nothing else, in a tree that
 * makes the head which is signed. All is read as it was at one moment: others may write meanwhile.
 */

typedef struct
{
  gint64 micro;
  gint64 n_sessions;
} Sum;

typedef struct
{
  guint8            client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES];
  TropeaLedgerGrade grade;
} Account;

/* One key's session, to be put in the order of the places. */
typedef struct
{
  gint64 seq;
  gint64 micro;          /* that count for the balance */
  gint64 balance_micro;
  char   session_id[sizeof ((TropeaRecord *) NULL)->session_id];
} Step;

typedef struct
{
  const char            *origin;       /* (unowned) */
  GHashTable            *sums;         /* (unowned): Account to Sum; what the sessions say */
  TropeaLedgerAuditDays *days;         /* (unowned) */
  GArray                *steps;        /* (unowned), of Step: of the key of @last */
  Sum                    issued[TROPEA_LEDGER_N_GRADES];
  gboolean               has_mint[TROPEA_LEDGER_N_GRADES];
  gint64                 balance_sum;
  gint64                 n_sessions;
  gint64                 n_keys;
  TropeaRecord           last;         /* the session before */
  TropeaLedgerHead      *head;         /* (unowned): of before anything was read */
  guint8                *marks;        /* (unowned): how each entry of the log must begin */
  guint8                *is_marked;    /* (unowned) */
  Sum                    logged[TROPEA_LEDGER_N_GRADES];
} Audit;

static guint
hash_account (gconstpointer key)
{
  const Account *account = key;
  guint hash = 0;

  memcpy (&hash, account->client_pub, sizeof hash);
  return hash ^ (guint) account->grade;
}

static gboolean
equal_accounts (gconstpointer a,
                gconstpointer b)
{
  const Account *left = a;
  const Account *right = b;

  return left->grade == right->grade &&
         memcmp (left->client_pub, right->client_pub, sizeof left->client_pub) == 0;
}

/* Says which session it is, and which of its fields cannot be. */
static gboolean
fail_session (GError     **error,
              gint64       seq,
              const char  *session_id,
              const char  *field,
              const char  *what)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "Session %" G_GINT64_FORMAT " (%s), field “%s”: it %s", seq, session_id, field,
               what);
  return FALSE;
}

static gboolean
fail (GError                  **error,
      const TropeaLedgerEntry  *entry,
      const char               *field,
      const char               *what)
{
  return fail_session (error, entry->seq, entry->record.session_id, field, what);
}

static gboolean
fail_account (GError            **error,
              const guint8       *client_pub,
              TropeaLedgerGrade   grade,
              const char         *what)
{
  g_autofree char *key = tropea_base64_encode (client_pub, TROPEA_RECORD_PUBLIC_KEY_BYTES);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "Key %s, grade “%s”: %s", key,
               tropea_ledger_grade_to_string (grade), what);
  return FALSE;
}

/* Of several that are missing, always the same one is named. */
static int
compare_accounts (gconstpointer a,
                  gconstpointer b)
{
  const Account *left = a;
  const Account *right = b;
  int order = memcmp (left->client_pub, right->client_pub, sizeof left->client_pub);

  return order != 0 ? order : (int) left->grade - (int) right->grade;
}

static gboolean
fail_without_balance (GError     **error,
                      GHashTable  *sums)
{
  g_autoptr(GList) accounts = g_list_sort (g_hash_table_get_keys (sums), compare_accounts);
  const Account *first = accounts->data;

  return fail_account (error, first->client_pub, first->grade,
                       "there are sessions and no balance");
}

static int
compare_steps (gconstpointer a,
               gconstpointer b)
{
  const Step *left = a;
  const Step *right = b;

  return left->seq < right->seq ? -1 : left->seq > right->seq;
}

/* All sessions of a key are there: was each balance what the credits until then add up to? */
static gboolean
check_steps (Audit   *self,
             GError **error)
{
  gint64 balance_micro = 0;

  g_array_sort (self->steps, compare_steps);
  for (guint i = 0; i < self->steps->len; i++)
    {
      const Step *step = &g_array_index (self->steps, Step, i);

      balance_micro += step->micro;
      if (step->balance_micro != balance_micro)
        return fail_session (error, step->seq, step->session_id, "balance",
                             "has another balance than its key had after it");
    }

  g_array_set_size (self->steps, 0);
  return TRUE;
}

static void
add_step (Audit                   *self,
          const TropeaLedgerEntry *entry)
{
  gboolean counts = entry->grade != TROPEA_LEDGER_GRADE_SIMULATED;
  Step step = { entry->seq, counts ? entry->credits_micro : 0, entry->balance_micro, { 0 } };

  memcpy (step.session_id, entry->record.session_id, sizeof step.session_id);
  g_array_append_val (self->steps, step);
}

static void
add_up (Audit                   *self,
        const TropeaLedgerEntry *entry)
{
  Account account = { { 0 }, entry->grade };
  Sum *sum = NULL;

  tropea_ledger_audit_days_add (self->days, entry);
  add_step (self, entry);

  memcpy (account.client_pub, entry->record.client_pub, sizeof account.client_pub);
  sum = g_hash_table_lookup (self->sums, &account);
  if (sum == NULL)
    {
      sum = g_new0 (Sum, 1);
      g_hash_table_insert (self->sums, g_memdup2 (&account, sizeof account), sum);
    }

  sum->micro += entry->credits_micro;
  sum->n_sessions++;
  self->issued[entry->grade].micro += entry->credits_micro;
  self->issued[entry->grade].n_sessions++;
}

/* What the log must have of it. What came after the head was read is not looked at. */
static gboolean
mark_entry (Audit                    *self,
            const TropeaLedgerEntry  *entry,
            GError                  **error)
{
  guint8 expected[TROPEA_TLOG_ENTRY_BYTES];

  if (entry->leaf < 0)
    return fail (error, entry, "leaf", "has no place in the log");

  if ((guint64) entry->leaf >= self->head->frontier.size)
    return TRUE;

  if (self->is_marked[entry->leaf])
    return fail (error, entry, "leaf", "has the place of another in the log");

  tropea_tlog_entry_for_session (&entry->record, self->origin, entry->credits_micro,
                                 tropea_ledger_grade_to_string (entry->grade), entry->nonce,
                                 expected);
  memcpy (self->marks + entry->leaf * TROPEA_LEDGER_MERKLE_MARK_BYTES, expected,
          TROPEA_LEDGER_MERKLE_MARK_BYTES);
  self->is_marked[entry->leaf] = TRUE;
  self->logged[entry->grade].micro += entry->credits_micro;
  return TRUE;
}

static gboolean
check_session_cb (const TropeaLedgerEntry  *entry,
                  gpointer                  user_data,
                  GError                  **error)
{
  Audit *self = user_data;
  const TropeaRecord *record = &entry->record;
  gboolean is_same_key = self->n_sessions > 0 &&
                         memcmp (record->client_pub, self->last.client_pub,
                                 sizeof record->client_pub) == 0;

  if (entry->grade != tropea_ledger_grade_for_source (record->source))
    return fail (error, entry, "grade", "has a grade that its source does not earn");

  if (entry->credits_micro != tropea_credit_compute_micro (record->duration_s, record->bytes))
    return fail (error, entry, "credits", "has other credits than the formula gives");

  if (!tropea_record_verify (record, self->origin))
    return fail (error, entry, "signature", "is not signed by its key as it stands");

  if (is_same_key &&
      record->timestamp_ms < self->last.timestamp_ms + self->last.duration_s * 1000)
    return fail (error, entry, "timestamp", "overlaps with another of its key");

  if ((!is_same_key && !check_steps (self, error)) || !mark_entry (self, entry, error))
    return FALSE;

  add_up (self, entry);
  self->n_sessions++;
  if (!is_same_key)
    self->n_keys++;
  self->last = *record;
  return TRUE;
}

static gboolean
check_balance_cb (const guint8       *client_pub,
                  TropeaLedgerGrade   grade,
                  gint64              micro,
                  gint64              n_sessions,
                  gpointer            user_data,
                  GError            **error)
{
  Audit *self = user_data;
  Account account = { { 0 }, grade };
  const Sum *sum = NULL;

  self->balance_sum += micro;
  if (client_pub == NULL)
    {
      self->has_mint[grade] = TRUE;
      if (micro == -self->issued[grade].micro && n_sessions == self->issued[grade].n_sessions)
        return TRUE;

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "The mint has issued other %s credits than the sessions earned",
                   tropea_ledger_grade_to_string (grade));
      return FALSE;
    }

  memcpy (account.client_pub, client_pub, sizeof account.client_pub);
  sum = g_hash_table_lookup (self->sums, &account);
  if (sum == NULL || sum->micro != micro || sum->n_sessions != n_sessions)
    return fail_account (error, client_pub, grade, "the balance is not the sum of its sessions");

  g_hash_table_remove (self->sums, &account);
  return TRUE;
}

static gboolean
check_day_cb (const guint8       *client_pub,
              TropeaLedgerGrade   grade,
              gint64              day,
              gint64              micro,
              gint64              bytes,
              gpointer            user_data,
              GError            **error)
{
  Audit *self = user_data;

  return tropea_ledger_audit_days_strike (self->days, client_pub, grade, day, micro, bytes,
                                          error);
}

static gboolean
check_mint (const Audit  *self,
            GError      **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (self->issued); i++)
    {
      if (self->issued[i].n_sessions > 0 && !self->has_mint[i])
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                               "The mint has issued nothing, but there are sessions");
          return FALSE;
        }
    }

  if (self->balance_sum != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "All balances together are %" G_GINT64_FORMAT " micro-credits, not zero",
                   self->balance_sum);
      return FALSE;
    }

  return TRUE;
}

/* Every entry of the log is some session's, and the log's head says what they earned. */
static gboolean
check_log (const Audit        *self,
           TropeaLedgerStore  *store,
           GError            **error)
{
  gint64 micro = 0;

  for (guint64 leaf = 0; leaf < self->head->frontier.size; leaf++)
    {
      if (!self->is_marked[leaf])
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "The log, entry %" G_GUINT64_FORMAT ": its session is not there", leaf);
          return FALSE;
        }
    }

  for (guint i = 0; i < TROPEA_LEDGER_N_GRADES; i++)
    micro += i == TROPEA_LEDGER_GRADE_SIMULATED ? 0 : self->logged[i].micro;
  if (micro != self->head->micro ||
      self->logged[TROPEA_LEDGER_GRADE_SIMULATED].micro != self->head->simulated_micro)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "The log's head says that other credits were minted than its "
                           "sessions earned");
      return FALSE;
    }

  return tropea_ledger_merkle_audit (store, self->head, self->marks, error);
}

/**
 * tropea_ledger_audit:
 * @n_sessions: (out): how many there are
 * @n_keys: (out): whose they are
 *
 * Returns: FALSE with a sentence that names the first thing that is wrong
 */
gboolean
tropea_ledger_audit (TropeaLedgerStore  *store,
                     const char         *origin,
                     gint64             *n_sessions,
                     gint64             *n_keys,
                     GError            **error)
{
  static const TropeaLedgerVisitor visitor = { check_session_cb, check_balance_cb, check_day_cb };
  g_autoptr(GHashTable) sums = g_hash_table_new_full (hash_account, equal_accounts, g_free,
                                                      g_free);
  g_autoptr(TropeaLedgerAuditDays) days = tropea_ledger_audit_days_new ();
  g_autoptr(GArray) steps = g_array_new (FALSE, FALSE, sizeof (Step));
  g_auto(TropeaLedgerHead) head = { { 0 } };
  g_autofree guint8 *marks = NULL;
  g_autofree guint8 *is_marked = NULL;
  Audit audit = { origin, sums, days, steps };

  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (store), FALSE);
  g_return_val_if_fail (n_sessions != NULL && n_keys != NULL, FALSE);

  if (!tropea_ledger_store_read_head (store, &head, error))
    return FALSE;

  audit.head = &head;
  audit.marks = marks = g_malloc0_n (head.frontier.size + 1, TROPEA_LEDGER_MERKLE_MARK_BYTES);
  audit.is_marked = is_marked = g_malloc0 (head.frontier.size + 1);
  if (!tropea_ledger_store_visit (store, &visitor, &audit, error) ||
      !check_steps (&audit, error))
    return FALSE;

  if (g_hash_table_size (sums) > 0)
    return fail_without_balance (error, sums);

  if (!tropea_ledger_audit_days_end (days, error) || !check_mint (&audit, error) ||
      !check_log (&audit, store, error))
    return FALSE;

  *n_sessions = audit.n_sessions;
  *n_keys = audit.n_keys;
  return TRUE;
}
