/* tropea-ledger-statistics.c: what all sessions of a ledger say together
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger"

#include "config.h"

#include "ledger/tropea-ledger-statistics.h"

#include <string.h>

/* Each session is added once, in any order, and what is asked for is there at once: a sum for
 * each day, each hour and each key. Nothing in it is stored, since all of it follows from the
 * sessions. It takes some 200 bytes for each key, and has shapes for the last sessions only.
 *
 * For one thread at a time.
 */

/* How a session went into the shapes, to take it out again. */
typedef struct
{
  gint64 bytes;
  gint64 duration_s;
} Shaped;

struct _TropeaLedgerStatistics
{
  TropeaLedgerSums  sums;
  GArray           *keys;      /* (owned), of TropeaLedgerKeyFacts, in order of appearance */
  GHashTable       *places;    /* (owned): GBytes of a key to its place in @keys, from 1 */
  GHashTable       *days;      /* (owned): day to TropeaLedgerDaySums */
  GHashTable       *hours;     /* (owned): hour to TropeaLedgerHour */
  GHashTable       *shapes;    /* (owned): TropeaLedgerShape to itself */
  GQueue            shaped;    /* (owned), of Shaped, the oldest first */
  GQueue            recent;    /* (owned), of TropeaLedgerEntry, the latest place first */
};

static void
hour_free (TropeaLedgerHour *self)
{
  g_array_unref (self->new_keys);
  g_free (self);
}

static void
shape_free (TropeaLedgerShape *self)
{
  g_array_unref (self->keys);
  g_free (self);
}

static guint
hash_shape (gconstpointer data)
{
  const TropeaLedgerShape *shape = data;

  return g_int64_hash (&shape->bytes) * 31 + g_int64_hash (&shape->duration_s);
}

static gboolean
is_same_shape (gconstpointer a,
               gconstpointer b)
{
  const TropeaLedgerShape *one = a;
  const TropeaLedgerShape *other = b;

  return one->bytes == other->bytes && one->duration_s == other->duration_s;
}

TropeaLedgerStatistics *
tropea_ledger_statistics_new (void)
{
  TropeaLedgerStatistics *self = g_new0 (TropeaLedgerStatistics, 1);

  self->keys = g_array_new (FALSE, TRUE, sizeof (TropeaLedgerKeyFacts));
  self->places = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                        (GDestroyNotify) g_bytes_unref, NULL);
  self->days = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->hours = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                       (GDestroyNotify) hour_free);
  self->shapes = g_hash_table_new_full (hash_shape, is_same_shape, NULL,
                                        (GDestroyNotify) shape_free);
  g_queue_init (&self->shaped);
  g_queue_init (&self->recent);

  return self;
}

void
tropea_ledger_statistics_free (TropeaLedgerStatistics *self)
{
  g_array_unref (self->keys);
  g_hash_table_unref (self->places);
  g_hash_table_unref (self->days);
  g_hash_table_unref (self->hours);
  g_hash_table_unref (self->shapes);
  g_queue_clear_full (&self->shaped, g_free);
  g_queue_clear_full (&self->recent, g_free);
  g_free (self);
}

static void
add_to_sums (TropeaLedgerSums        *sums,
             const TropeaLedgerEntry *entry)
{
  sums->n_sessions++;
  sums->bytes += entry->record.bytes;
  sums->micro[entry->grade] += entry->credits_micro;
}

static TropeaLedgerHour *
get_hour (TropeaLedgerStatistics *self,
          gint64                  number)
{
  TropeaLedgerHour *hour = g_hash_table_lookup (self->hours, &number);

  if (hour == NULL)
    {
      hour = g_new0 (TropeaLedgerHour, 1);
      hour->hour = number;
      hour->new_keys = g_array_new (FALSE, FALSE, sizeof (guint));
      g_hash_table_insert (self->hours, &hour->hour, hour);
    }

  return hour;
}

static guint
get_place (TropeaLedgerStatistics  *self,
           const TropeaLedgerEntry *entry,
           TropeaLedgerHour        *hour)
{
  g_autoptr(GBytes) id = g_bytes_new (entry->record.client_pub, TROPEA_RECORD_PUBLIC_KEY_BYTES);
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (self->places, id));
  TropeaLedgerKeyFacts facts = { .first_hour = entry->received_hour };

  if (place > 0)
    return place - 1;

  memcpy (facts.client_pub, entry->record.client_pub, sizeof facts.client_pub);
  g_array_append_val (self->keys, facts);
  place = self->keys->len;
  g_hash_table_insert (self->places, g_steal_pointer (&id), GUINT_TO_POINTER (place));
  place--;
  g_array_append_val (hour->new_keys, place);

  return place;
}

static void
add_to_key (TropeaLedgerKeyFacts    *facts,
            const TropeaLedgerEntry *entry)
{
  const TropeaRecord *record = &entry->record;

  add_to_sums (&facts->sums, entry);
  facts->first_hour = MIN (facts->first_hour, entry->received_hour);
  facts->last_hour = MAX (facts->last_hour, entry->received_hour);
  if (entry->grade == TROPEA_LEDGER_GRADE_SIMULATED || record->duration_s == 0)
    return;

  if (facts->fastest_duration_s == 0 ||
      record->bytes / record->duration_s > facts->fastest_bytes / facts->fastest_duration_s)
    {
      facts->fastest_bytes = record->bytes;
      facts->fastest_duration_s = record->duration_s;
    }
}

static void
add_to_day (TropeaLedgerStatistics  *self,
            const TropeaLedgerEntry *entry)
{
  gint64 number = entry->record.timestamp_ms / TROPEA_LEDGER_DAY_MS;
  TropeaLedgerDaySums *day = g_hash_table_lookup (self->days, &number);

  if (day == NULL)
    {
      day = g_new0 (TropeaLedgerDaySums, 1);
      day->day = number;
      g_hash_table_insert (self->days, &day->day, day);
    }
  add_to_sums (&day->sums, entry);
}

/* The oldest goes out of the shape that it went into. */
static void
forget_shaped (TropeaLedgerStatistics *self)
{
  g_autofree Shaped *oldest = g_queue_pop_head (&self->shaped);
  TropeaLedgerShape wanted = { oldest->bytes, oldest->duration_s, 0, NULL };
  TropeaLedgerShape *shape = g_hash_table_lookup (self->shapes, &wanted);

  if (--shape->n_sessions == 0)
    g_hash_table_remove (self->shapes, shape);
  else if (shape->keys->len > shape->n_sessions)
    g_array_remove_index (shape->keys, 0);
}

static void
add_to_shapes (TropeaLedgerStatistics  *self,
               const TropeaLedgerEntry *entry,
               guint                    place)
{
  TropeaLedgerShape wanted = { entry->record.bytes, entry->record.duration_s, 0, NULL };
  TropeaLedgerShape *shape = g_hash_table_lookup (self->shapes, &wanted);
  Shaped *shaped = g_new0 (Shaped, 1);

  if (shape == NULL)
    {
      shape = g_new0 (TropeaLedgerShape, 1);
      *shape = wanted;
      shape->keys = g_array_new (FALSE, FALSE, sizeof (guint));
      g_hash_table_add (self->shapes, shape);
    }
  shape->n_sessions++;
  g_array_append_val (shape->keys, place);
  if (shape->keys->len > TROPEA_LEDGER_STATISTICS_N_SHAPE_KEYS)
    g_array_remove_index (shape->keys, 0);

  shaped->bytes = wanted.bytes;
  shaped->duration_s = wanted.duration_s;
  g_queue_push_tail (&self->shaped, shaped);
  if (self->shaped.length > TROPEA_LEDGER_STATISTICS_N_SHAPED)
    forget_shaped (self);
}

static int
compare_places (gconstpointer a,
                gconstpointer b,
                gpointer      user_data)
{
  const TropeaLedgerEntry *one = a;
  const TropeaLedgerEntry *other = b;

  return one->seq > other->seq ? -1 : one->seq < other->seq;
}

static void
add_to_recent (TropeaLedgerStatistics  *self,
               const TropeaLedgerEntry *entry)
{
  const TropeaLedgerEntry *oldest = g_queue_peek_tail (&self->recent);
  gboolean is_full = self->recent.length == TROPEA_LEDGER_STATISTICS_N_RECENT;

  if (is_full && entry->seq < oldest->seq)
    return;

  if (is_full)
    g_free (g_queue_pop_tail (&self->recent));
  g_queue_insert_sorted (&self->recent, g_memdup2 (entry, sizeof *entry), compare_places, NULL);
}

/**
 * tropea_ledger_statistics_add:
 * @entry: a stored session that was not added before
 */
void
tropea_ledger_statistics_add (TropeaLedgerStatistics  *self,
                              const TropeaLedgerEntry *entry)
{
  TropeaLedgerHour *hour = get_hour (self, entry->received_hour);
  guint place = get_place (self, entry, hour);

  hour->n_sessions++;
  add_to_sums (&self->sums, entry);
  add_to_day (self, entry);
  add_to_key (&g_array_index (self->keys, TropeaLedgerKeyFacts, place), entry);
  add_to_recent (self, entry);
  if (entry->grade != TROPEA_LEDGER_GRADE_SIMULATED)
    add_to_shapes (self, entry, place);
}

/* Returns: (transfer none): of all sessions */
const TropeaLedgerSums *
tropea_ledger_statistics_get_sums (TropeaLedgerStatistics *self)
{
  return &self->sums;
}

guint
tropea_ledger_statistics_get_n_keys (TropeaLedgerStatistics *self)
{
  return self->keys->len;
}

/* Returns: (transfer none): until the next is added */
const TropeaLedgerKeyFacts *
tropea_ledger_statistics_get_key (TropeaLedgerStatistics *self,
                                  guint                   place)
{
  g_return_val_if_fail (place < self->keys->len, NULL);

  return &g_array_index (self->keys, TropeaLedgerKeyFacts, place);
}

/**
 * tropea_ledger_statistics_list_days:
 *
 * Returns: (transfer full) (element-type TropeaLedgerDaySums): one for each day from @first_day
 *   to @last_day, also where nothing happened
 */
GArray *
tropea_ledger_statistics_list_days (TropeaLedgerStatistics *self,
                                    gint64                  first_day,
                                    gint64                  last_day)
{
  GArray *days = g_array_new (FALSE, TRUE, sizeof (TropeaLedgerDaySums));

  for (gint64 day = first_day; day <= last_day; day++)
    {
      const TropeaLedgerDaySums *known = g_hash_table_lookup (self->days, &day);
      TropeaLedgerDaySums empty = { .day = day };

      g_array_append_vals (days, known != NULL ? known : &empty, 1);
    }

  return days;
}

static int
compare_hours (gconstpointer a,
               gconstpointer b)
{
  const TropeaLedgerHour *one = *(TropeaLedgerHour * const *) a;
  const TropeaLedgerHour *other = *(TropeaLedgerHour * const *) b;

  return one->hour < other->hour ? -1 : one->hour > other->hour;
}

/**
 * tropea_ledger_statistics_list_hours:
 *
 * Returns: (transfer container) (element-type TropeaLedgerHour): those from @first_hour on in
 *   which something came, in order
 */
GPtrArray *
tropea_ledger_statistics_list_hours (TropeaLedgerStatistics *self,
                                     gint64                  first_hour)
{
  GPtrArray *hours = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer hour = NULL;

  g_hash_table_iter_init (&iter, self->hours);
  while (g_hash_table_iter_next (&iter, NULL, &hour))
    {
      if (((TropeaLedgerHour *) hour)->hour >= first_hour)
        g_ptr_array_add (hours, hour);
    }
  g_ptr_array_sort (hours, compare_hours);

  return hours;
}

static gint64
get_balance (const TropeaLedgerStatistics *self,
             guint                         place)
{
  return g_array_index (self->keys, TropeaLedgerKeyFacts, place)
    .sums.micro[TROPEA_LEDGER_GRADE_SELF_REPORTED];
}

/* By credits, then by age. */
static int
compare_keys (gconstpointer a,
              gconstpointer b,
              gpointer      user_data)
{
  guint one = *(const guint *) a;
  guint other = *(const guint *) b;
  gint64 difference = get_balance (user_data, other) - get_balance (user_data, one);

  if (difference == 0)
    return one < other ? -1 : one > other;

  return difference < 0 ? -1 : 1;
}

/**
 * tropea_ledger_statistics_list_top:
 *
 * Returns: (transfer full) (element-type guint): the places of the keys with the most credits,
 *   without simulated ones
 */
GArray *
tropea_ledger_statistics_list_top (TropeaLedgerStatistics *self,
                                   guint                   limit)
{
  GArray *places = g_array_sized_new (FALSE, FALSE, sizeof (guint), self->keys->len);

  for (guint i = 0; i < self->keys->len; i++)
    g_array_append_val (places, i);
  g_array_sort_with_data (places, compare_keys, self);

  return g_array_set_size (places, MIN (limit, places->len));
}

static int
compare_shapes (gconstpointer a,
                gconstpointer b)
{
  const TropeaLedgerShape *one = *(TropeaLedgerShape * const *) a;
  const TropeaLedgerShape *other = *(TropeaLedgerShape * const *) b;

  if (one->n_sessions != other->n_sessions)
    return one->n_sessions > other->n_sessions ? -1 : 1;

  return one->bytes < other->bytes ? -1 : one->bytes > other->bytes;
}

/**
 * tropea_ledger_statistics_list_shapes:
 *
 * Returns: (transfer container) (element-type TropeaLedgerShape): those that at least
 *   @min_sessions of the last sessions have, the most frequent first
 */
GPtrArray *
tropea_ledger_statistics_list_shapes (TropeaLedgerStatistics *self,
                                      guint                   min_sessions)
{
  GPtrArray *shapes = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer shape = NULL;

  g_hash_table_iter_init (&iter, self->shapes);
  while (g_hash_table_iter_next (&iter, &shape, NULL))
    {
      if (((TropeaLedgerShape *) shape)->n_sessions >= min_sessions)
        g_ptr_array_add (shapes, shape);
    }
  g_ptr_array_sort (shapes, compare_shapes);

  return shapes;
}

/**
 * tropea_ledger_statistics_list_recent:
 *
 * Returns: (transfer container) (element-type TropeaLedgerEntry): the latest first
 */
GPtrArray *
tropea_ledger_statistics_list_recent (TropeaLedgerStatistics *self)
{
  GPtrArray *recent = g_ptr_array_new ();

  for (GList *link = self->recent.head; link != NULL; link = link->next)
    g_ptr_array_add (recent, link->data);

  return recent;
}
