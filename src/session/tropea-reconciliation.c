/* tropea-reconciliation.c: how far a store was compared with a ledger, and what came of it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-reconciliation"

#include "config.h"

#include "session/tropea-reconciliation.h"

#include <string.h>

/* Sessions are compared once, when they are new in the ledger's list. Afterwards it is enough
 * that the sums on both sides differ by what is known: a sum that moved by itself is what
 * sends us through the whole list again.
 */

#define FACT_PREFIX "ledger-compared "

/* Of all members, in the order in which they are written. */
#define N_MEMBERS (sizeof (TropeaReconciliation) / sizeof (gint64))

/**
 * tropea_reconciliation_dup_fact_name:
 * @ledger: its public key in base64
 *
 * Returns: (transfer full): the name of the fact that keeps this value
 */
char *
tropea_reconciliation_dup_fact_name (const char *ledger)
{
  g_return_val_if_fail (ledger != NULL, NULL);

  return g_strconcat (FACT_PREFIX, ledger, NULL);
}

char *
tropea_reconciliation_to_string (const TropeaReconciliation *self)
{
  gint64 members[N_MEMBERS] = { 0 };
  GString *string = g_string_new (NULL);

  memcpy (members, self, sizeof members);
  for (gsize i = 0; i < N_MEMBERS; i++)
    g_string_append_printf (string, "%s%" G_GINT64_FORMAT, i > 0 ? " " : "", members[i]);

  return g_string_free (string, FALSE);
}

/**
 * tropea_reconciliation_from_string:
 * @self: (out caller-allocates): all zero where FALSE is returned
 * @string: (nullable):
 *
 * Returns: whether it was such a value; where it was none, all is compared again
 */
gboolean
tropea_reconciliation_from_string (TropeaReconciliation *self,
                                   const char           *string)
{
  gint64 members[N_MEMBERS] = { 0 };
  g_auto(GStrv) words = g_strsplit (string != NULL ? string : "", " ", -1);

  *self = (TropeaReconciliation) { 0 };
  if (g_strv_length (words) != N_MEMBERS)
    return FALSE;

  for (gsize i = 0; i < N_MEMBERS; i++)
    {
      if (!g_ascii_string_to_signed (words[i], 10, G_MININT64, G_MAXINT64, &members[i],
                                     NULL))
        return FALSE;
    }

  memcpy (self, members, sizeof members);
  return TRUE;
}

/**
 * tropea_reconciliation_begin_anew:
 *
 * Forget what was compared, but not what the user was told.
 */
void
tropea_reconciliation_begin_anew (TropeaReconciliation *self)
{
  *self = (TropeaReconciliation) { .told_extra = self->told_extra };
}

/**
 * tropea_reconciliation_agrees:
 * @ledger: what the ledger says that it has of our key
 * @store: what the store has of this ledger
 *
 * Returns: whether the two differ by nothing but what is known
 */
gboolean
tropea_reconciliation_agrees (const TropeaReconciliation *self,
                              const TropeaLedgerFigures  *ledger,
                              const TropeaLedgerFigures  *store)
{
  return ledger->sessions - store->sessions == self->gap.sessions &&
         ledger->credits_micro - store->credits_micro == self->gap.credits_micro &&
         ledger->simulated_micro - store->simulated_micro == self->gap.simulated_micro;
}

/**
 * tropea_reconciliation_take_gap:
 *
 * The ledger's sums are not those of its list even after all of it was compared: remember by
 * how much, so that only another difference is looked into again.
 */
void
tropea_reconciliation_take_gap (TropeaReconciliation      *self,
                                const TropeaLedgerFigures *ledger,
                                const TropeaLedgerFigures *store)
{
  self->gap.sessions = ledger->sessions - store->sessions;
  self->gap.credits_micro = ledger->credits_micro - store->credits_micro;
  self->gap.simulated_micro = ledger->simulated_micro - store->simulated_micro;
  self->is_unexplained = TRUE;
}

/**
 * tropea_reconciliation_dup_problem:
 *
 * Returns: (transfer full) (nullable): one sentence for the user, while there is a reason
 */
char *
tropea_reconciliation_dup_problem (const TropeaReconciliation *self)
{
  if (self->missing > 0)
    return g_strdup_printf ("The ledger no longer has %" G_GINT64_FORMAT " %s that it credited: "
                            "ask its operator to put back the newest copy of its database, all "
                            "that it credited stays recorded here",
                            self->missing, self->missing == 1 ? "session" : "sessions");

  if (self->changed > 0)
    return g_strdup_printf ("The ledger has other figures than those that it gave for %"
                            G_GINT64_FORMAT " %s: ask its operator why, the credits that it gave "
                            "stay recorded here",
                            self->changed, self->changed == 1 ? "session" : "sessions");

  if (self->is_unexplained)
    return g_strdup ("The ledger's balance is not the sum of the sessions that it lists: ask its "
                     "operator to verify its database, all that it credited stays recorded here");

  return NULL;
}

/**
 * tropea_reconciliation_dup_notice:
 *
 * Returns: (transfer full) (nullable): one sentence to be told once, where there is news
 */
char *
tropea_reconciliation_dup_notice (const TropeaReconciliation *self)
{
  if (self->extra <= self->told_extra)
    return NULL;

  return g_strdup_printf ("The ledger has %" G_GINT64_FORMAT " %s of this key that %s not "
                          "recorded here", self->extra,
                          self->extra == 1 ? "session" : "sessions",
                          self->extra == 1 ? "is" : "are");
}
