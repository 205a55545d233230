/* tropea-ledger-limiter.c: how often a key or a connection may come
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-limiter"

#include "config.h"

#include "ledger/tropea-ledger-limiter.h"

#include <sodium.h>
#include <string.h>

/* A bucket is the moment at which it is full again, in nanoseconds: to take a token moves it by
 * the time that one needs to come back, and what would move it further ahead than a burst is
 * refused. So a bucket that nobody used for a while is 0 to us, and can be forgotten.
 *
 * Keys are in memory only. Those that were seen last are kept; a key that a flood of others
 * pushed out starts with a full bucket, which costs the flood more than it gives the key. Each
 * process counts for itself: behind N of them everybody may come N times as often.
 */

#define NSEC_PER_SEC G_GINT64_CONSTANT (1000000000)
#define NSEC_PER_HOUR (3600 * NSEC_PER_SEC)
#define NSEC_PER_USEC 1000

/* About 10 MiB. */
#define MAX_KEYS 65536

typedef struct
{
  guint8        client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES];
  const guint8 *hash_secret;  /* (unowned): the limiter's */
  gint64        bucket;
  gboolean      is_known;
  GList         link;         /* in @recent */
} Key;

struct _TropeaLedgerLimiter
{
  TropeaLedgerRate  key_rate;
  gint64            new_keys_per_hour;

  /* Nobody outside can choose keys that fall into one place of the table. */
  guint8            hash_secret[crypto_shorthash_KEYBYTES];

  GMutex            mutex;     /* for what follows */
  GHashTable       *keys;      /* (owned), of Key */
  GQueue            recent;    /* the last that came is the head */
  gint64            new_keys;  /* a bucket */
};

static guint
hash_key (gconstpointer data)
{
  const Key *key = data;
  guint8 hash[crypto_shorthash_BYTES] = { 0 };
  guint value = 0;

  crypto_shorthash (hash, key->client_pub, sizeof key->client_pub, key->hash_secret);
  memcpy (&value, hash, sizeof value);

  return value;
}

static gboolean
equal_keys (gconstpointer a,
            gconstpointer b)
{
  return memcmp (((const Key *) a)->client_pub, ((const Key *) b)->client_pub,
                 TROPEA_RECORD_PUBLIC_KEY_BYTES) == 0;
}

static gboolean
take (gint64 *bucket,
      gint64  nsec_per_token,
      gint64  burst,
      gint64  n_tokens,
      gint64  now_usec,
      gint64 *wait_usec)
{
  gint64 now_nsec = now_usec * NSEC_PER_USEC;
  gint64 full_nsec = MAX (*bucket, now_nsec) + n_tokens * nsec_per_token;
  gint64 excess_nsec = full_nsec - now_nsec - burst * nsec_per_token;

  if (excess_nsec > 0)
    {
      *wait_usec = excess_nsec / NSEC_PER_USEC + 1;
      return FALSE;
    }

  *bucket = full_nsec;
  return TRUE;
}

/**
 * tropea_ledger_bucket_take:
 * @bucket: its owner's, 0 at first
 * @n_tokens: all of them or none
 * @now_usec: of a clock that never goes back
 * @wait_usec: (out): where FALSE is returned, the time until they are there
 */
gboolean
tropea_ledger_bucket_take (gint64                 *bucket,
                           const TropeaLedgerRate *rate,
                           gint64                  n_tokens,
                           gint64                  now_usec,
                           gint64                 *wait_usec)
{
  g_return_val_if_fail (bucket != NULL && rate != NULL && wait_usec != NULL, FALSE);

  return rate->per_s == 0 ||
         take (bucket, NSEC_PER_SEC / rate->per_s, rate->burst, n_tokens, now_usec, wait_usec);
}

TropeaLedgerLimiter *
tropea_ledger_limiter_new (const TropeaLedgerPolicy *policy)
{
  TropeaLedgerLimiter *self = NULL;

  g_return_val_if_fail (policy != NULL, NULL);

  self = g_new0 (TropeaLedgerLimiter, 1);
  self->key_rate = policy->key_rate;
  self->new_keys_per_hour = policy->new_keys_per_hour;
  crypto_shorthash_keygen (self->hash_secret);
  g_mutex_init (&self->mutex);
  self->keys = g_hash_table_new_full (hash_key, equal_keys, NULL, g_free);

  return self;
}

void
tropea_ledger_limiter_free (TropeaLedgerLimiter *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->keys, g_hash_table_unref);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

static Key *
get_key (TropeaLedgerLimiter *self,
         const guint8        *client_pub)
{
  Key probe = { { 0 }, self->hash_secret };
  Key *key = NULL;

  memcpy (probe.client_pub, client_pub, sizeof probe.client_pub);
  key = g_hash_table_lookup (self->keys, &probe);
  if (key != NULL)
    {
      g_queue_unlink (&self->recent, &key->link);
      g_queue_push_head_link (&self->recent, &key->link);
      return key;
    }

  if (g_hash_table_size (self->keys) >= MAX_KEYS)
    {
      Key *oldest = g_queue_pop_tail_link (&self->recent)->data;

      g_hash_table_remove (self->keys, oldest);
    }

  key = g_new0 (Key, 1);
  memcpy (key->client_pub, client_pub, sizeof key->client_pub);
  key->hash_secret = self->hash_secret;
  key->link.data = key;
  g_queue_push_head_link (&self->recent, &key->link);
  g_hash_table_add (self->keys, key);

  return key;
}

/**
 * tropea_ledger_limiter_take_key:
 * @wait_usec: (out): where FALSE is returned, the time until there is room
 *
 * One session or one read of a key. From any thread.
 */
gboolean
tropea_ledger_limiter_take_key (TropeaLedgerLimiter *self,
                                const guint8        *client_pub,
                                gint64               now_usec,
                                gint64              *wait_usec)
{
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = NULL;

  g_return_val_if_fail (self != NULL && client_pub != NULL && wait_usec != NULL, FALSE);

  locker = g_mutex_locker_new (&self->mutex);

  return tropea_ledger_bucket_take (&get_key (self, client_pub)->bucket, &self->key_rate, 1,
                                    now_usec, wait_usec);
}

/**
 * tropea_ledger_limiter_is_known:
 *
 * Whether somebody has said that the store has this key, or is about to. FALSE says nothing.
 */
gboolean
tropea_ledger_limiter_is_known (TropeaLedgerLimiter *self,
                                const guint8        *client_pub)
{
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = NULL;

  g_return_val_if_fail (self != NULL && client_pub != NULL, FALSE);

  locker = g_mutex_locker_new (&self->mutex);

  return self->new_keys_per_hour == 0 || get_key (self, client_pub)->is_known;
}

void
tropea_ledger_limiter_set_known (TropeaLedgerLimiter *self,
                                 const guint8        *client_pub)
{
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = NULL;

  g_return_if_fail (self != NULL && client_pub != NULL);

  locker = g_mutex_locker_new (&self->mutex);
  get_key (self, client_pub)->is_known = TRUE;
}

/**
 * tropea_ledger_limiter_take_new_key:
 * @wait_usec: (out): where FALSE is returned, the time until there is room
 *
 * One key that the store has never seen.
 */
gboolean
tropea_ledger_limiter_take_new_key (TropeaLedgerLimiter *self,
                                    gint64               now_usec,
                                    gint64              *wait_usec)
{
  g_autoptr(GMutexLocker) G_GNUC_UNUSED locker = NULL;

  g_return_val_if_fail (self != NULL && wait_usec != NULL, FALSE);

  locker = g_mutex_locker_new (&self->mutex);

  return self->new_keys_per_hour == 0 ||
         take (&self->new_keys, NSEC_PER_HOUR / self->new_keys_per_hour,
               self->new_keys_per_hour, 1, now_usec, wait_usec);
}
