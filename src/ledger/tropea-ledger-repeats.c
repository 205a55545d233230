/* tropea-ledger-repeats.c: which sessions may have been answered a moment ago
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger"

#include "config.h"

#include "ledger/tropea-ledger-repeats.h"

#include <string.h>

/* To ask the store about each session that comes in, whether it was answered before, is what
 * grows dear with the sessions stored, and nearly always the answer is no. This remembers a
 * part of the signature of those answered lately, so that only they are asked about.
 *
 * It decides nothing: a mark that somebody forged, or that is another's by chance, costs a
 * look-up; one that was overwritten costs a verification, after which the store's transaction
 * finds the session. So a mark is only ever read or written whole, without a lock.
 */

/* A power of two: some seconds under full load. */
#define N_MARKS 65536

struct _TropeaLedgerRepeats
{
  gpointer marks[N_MARKS];  /* (unowned): not addresses, but what GLib writes whole */
};

/* A signature's first bytes are as good as random in whatever its owner did not choose. */
static void
get_mark (const TropeaRecord *record,
          gsize              *mark,
          gsize              *place)
{
  G_STATIC_ASSERT (2 * sizeof (gsize) <= sizeof record->signature);

  memcpy (mark, record->signature, sizeof *mark);
  memcpy (place, record->signature + sizeof *mark, sizeof *place);
  *place %= N_MARKS;
}

TropeaLedgerRepeats *
tropea_ledger_repeats_new (void)
{
  return g_new0 (TropeaLedgerRepeats, 1);
}

void
tropea_ledger_repeats_free (TropeaLedgerRepeats *self)
{
  g_free (self);
}

/**
 * tropea_ledger_repeats_add:
 * @record: stored, under this signature
 *
 * On any thread.
 */
void
tropea_ledger_repeats_add (TropeaLedgerRepeats *self,
                           const TropeaRecord  *record)
{
  gsize mark = 0;
  gsize place = 0;

  g_return_if_fail (self != NULL);

  get_mark (record, &mark, &place);
  g_atomic_pointer_set (&self->marks[place], GSIZE_TO_POINTER (mark));
}

/**
 * tropea_ledger_repeats_has:
 *
 * On any thread.
 *
 * Returns: whether it is worth asking the store
 */
gboolean
tropea_ledger_repeats_has (TropeaLedgerRepeats *self,
                           const TropeaRecord  *record)
{
  gsize mark = 0;
  gsize place = 0;

  g_return_val_if_fail (self != NULL, FALSE);

  get_mark (record, &mark, &place);
  return mark != 0 && g_atomic_pointer_get (&self->marks[place]) == GSIZE_TO_POINTER (mark);
}
