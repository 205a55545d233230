/* tropea-ledger-freezer.c: the keys that nothing is credited to for now
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger"

#include "config.h"

#include "ledger/tropea-ledger-freezer.h"

/* The store has every decision of the operator's, in order; here is what they come to, in
 * memory, since each submitted session is held against it. Where several processes share a
 * store, what the others decided is read again every few seconds, by whoever comes by.
 */

struct _TropeaLedgerFreezer
{
  TropeaLedgerStore *store;          /* (owned) */

  GMutex             refresh_mutex;  /* whoever reads the store */
  gint64             next_usec;      /* (atomic by the mutex above) */

  GRWLock            lock;           /* for what follows */
  GHashTable        *frozen;         /* (owned): GBytes of a key to its TropeaLedgerDecision */
  GPtrArray         *decisions;      /* (owned), of TropeaLedgerDecision, in order */
};

/**
 * tropea_ledger_freezer_new:
 *
 * It is empty until the first tropea_ledger_freezer_refresh ().
 */
TropeaLedgerFreezer *
tropea_ledger_freezer_new (TropeaLedgerStore *store)
{
  TropeaLedgerFreezer *self = g_new0 (TropeaLedgerFreezer, 1);

  self->store = g_object_ref (store);
  g_mutex_init (&self->refresh_mutex);
  g_rw_lock_init (&self->lock);
  self->frozen = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                        (GDestroyNotify) g_bytes_unref, NULL);
  self->decisions = g_ptr_array_new_with_free_func ((GDestroyNotify) tropea_ledger_decision_free);

  return self;
}

void
tropea_ledger_freezer_free (TropeaLedgerFreezer *self)
{
  g_clear_object (&self->store);
  g_hash_table_unref (self->frozen);
  g_ptr_array_unref (self->decisions);
  g_rw_lock_clear (&self->lock);
  g_mutex_clear (&self->refresh_mutex);
  g_free (self);
}

static gint64
get_last_number (TropeaLedgerFreezer *self)
{
  gint64 number = 0;

  g_rw_lock_reader_lock (&self->lock);
  if (self->decisions->len > 0)
    number = ((const TropeaLedgerDecision *)
              g_ptr_array_index (self->decisions, self->decisions->len - 1))->number;
  g_rw_lock_reader_unlock (&self->lock);

  return number;
}

static void
take_decision (TropeaLedgerFreezer  *self,
               TropeaLedgerDecision *decision)
{
  GBytes *key = g_bytes_new (decision->client_pub, sizeof decision->client_pub);

  g_ptr_array_add (self->decisions, decision);
  if (decision->freezes)
    g_hash_table_replace (self->frozen, key, decision);
  else
    {
      g_hash_table_remove (self->frozen, key);
      g_bytes_unref (key);
    }
}

/**
 * tropea_ledger_freezer_refresh:
 *
 * Read what was decided since the last time. From any thread, as all that follow.
 */
gboolean
tropea_ledger_freezer_refresh (TropeaLedgerFreezer  *self,
                               GError              **error)
{
  g_autoptr(GPtrArray) decisions = NULL;
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = g_mutex_locker_new (&self->refresh_mutex);

  self->next_usec = g_get_monotonic_time () + TROPEA_LEDGER_FREEZER_LAG_USEC;
  decisions = tropea_ledger_store_list_decisions (self->store, get_last_number (self), error);
  if (decisions == NULL)
    return FALSE;

  g_rw_lock_writer_lock (&self->lock);
  g_ptr_array_set_free_func (decisions, NULL);
  for (guint i = 0; i < decisions->len; i++)
    take_decision (self, g_ptr_array_index (decisions, i));
  g_rw_lock_writer_unlock (&self->lock);

  return TRUE;
}

static gboolean
is_due (TropeaLedgerFreezer *self)
{
  gboolean is_old = FALSE;

  if (!tropea_ledger_store_is_shared (self->store) || !g_mutex_trylock (&self->refresh_mutex))
    return FALSE;

  is_old = g_get_monotonic_time () >= self->next_usec;
  if (is_old)
    self->next_usec = g_get_monotonic_time () + TROPEA_LEDGER_FREEZER_LAG_USEC;
  g_mutex_unlock (&self->refresh_mutex);

  return is_old;
}

/* What cannot be read now is read a little later; what was known stays true until then. */
gboolean
tropea_ledger_freezer_has (TropeaLedgerFreezer *self,
                           const guint8        *client_pub)
{
  g_autoptr(GBytes) key = NULL;
  gboolean is_frozen = FALSE;

  if (is_due (self))
    tropea_ledger_freezer_refresh (self, NULL);

  g_rw_lock_reader_lock (&self->lock);
  if (g_hash_table_size (self->frozen) > 0)
    {
      key = g_bytes_new_static (client_pub, TROPEA_RECORD_PUBLIC_KEY_BYTES);
      is_frozen = g_hash_table_contains (self->frozen, key);
    }
  g_rw_lock_reader_unlock (&self->lock);

  return is_frozen;
}

static GPtrArray *
new_list (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) tropea_ledger_decision_free);
}

static int
compare_decisions (gconstpointer a,
                   gconstpointer b)
{
  const TropeaLedgerDecision *one = *(TropeaLedgerDecision * const *) a;
  const TropeaLedgerDecision *other = *(TropeaLedgerDecision * const *) b;

  return one->number > other->number ? -1 : one->number < other->number;
}

/**
 * tropea_ledger_freezer_list_frozen:
 *
 * Returns: (transfer full) (element-type TropeaLedgerDecision): the decision that froze each key
 *   that is frozen now, the latest first
 */
GPtrArray *
tropea_ledger_freezer_list_frozen (TropeaLedgerFreezer *self)
{
  GPtrArray *list = new_list ();
  GHashTableIter iter;
  gpointer decision = NULL;

  g_rw_lock_reader_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->frozen);
  while (g_hash_table_iter_next (&iter, NULL, &decision))
    g_ptr_array_add (list, tropea_ledger_decision_copy (decision));
  g_rw_lock_reader_unlock (&self->lock);
  g_ptr_array_sort (list, compare_decisions);

  return list;
}

/**
 * tropea_ledger_freezer_list_decisions:
 *
 * Returns: (transfer full) (element-type TropeaLedgerDecision): the last @limit, the latest first
 */
GPtrArray *
tropea_ledger_freezer_list_decisions (TropeaLedgerFreezer *self,
                                      guint                limit)
{
  GPtrArray *list = new_list ();

  g_rw_lock_reader_lock (&self->lock);
  for (guint i = self->decisions->len; i > 0 && list->len < limit; i--)
    g_ptr_array_add (list,
                     tropea_ledger_decision_copy (g_ptr_array_index (self->decisions, i - 1)));
  g_rw_lock_reader_unlock (&self->lock);

  return list;
}
