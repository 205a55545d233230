/* tropea-ledger-audit-days.c: what the sessions say that each key has for each day
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-audit"

#include "config.h"

#include "ledger/tropea-ledger-audit-days.h"

#include <gio/gio.h>
#include <string.h>

#include "record/tropea-encoding.h"

/* The daily caps are held against what the store has added up for the day. First the sessions
 * are added up again; then each of the store's days is compared and struck out. None may be
 * left.
 */

typedef struct
{
  guint8            client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES];
  TropeaLedgerGrade grade;
  gint64            day;
  gint64            micro;
  gint64            bytes;
} Day;

struct _TropeaLedgerAuditDays
{
  GHashTable *days;  /* (owned), of Day */
};

static guint
hash_day (gconstpointer key)
{
  const Day *day = key;
  guint hash = 0;

  memcpy (&hash, day->client_pub, sizeof hash);
  return hash ^ (guint) day->grade ^ ((guint) day->day << 1);
}

static int
compare_days (gconstpointer a,
              gconstpointer b)
{
  const Day *left = a;
  const Day *right = b;
  int order = memcmp (left->client_pub, right->client_pub, sizeof left->client_pub);

  if (order == 0 && left->day != right->day)
    order = left->day < right->day ? -1 : 1;

  return order != 0 ? order : (int) left->grade - (int) right->grade;
}

static gboolean
equal_days (gconstpointer a,
            gconstpointer b)
{
  return compare_days (a, b) == 0;
}

TropeaLedgerAuditDays *
tropea_ledger_audit_days_new (void)
{
  TropeaLedgerAuditDays *self = g_new0 (TropeaLedgerAuditDays, 1);

  self->days = g_hash_table_new_full (hash_day, equal_days, g_free, NULL);

  return self;
}

void
tropea_ledger_audit_days_free (TropeaLedgerAuditDays *self)
{
  g_clear_pointer (&self->days, g_hash_table_unref);
  g_free (self);
}

static Day
make_day (const guint8      *client_pub,
          TropeaLedgerGrade  grade,
          gint64             day)
{
  Day value = { { 0 }, grade, day, 0, 0 };

  memcpy (value.client_pub, client_pub, sizeof value.client_pub);
  return value;
}

/* Names the day as people do, as far as there are such days. */
static gboolean
fail (GError     **error,
      const Day   *day,
      const char  *what)
{
  g_autofree char *key = tropea_base64_encode (day->client_pub, sizeof day->client_pub);
  g_autoptr(GDateTime) date =
    g_date_time_new_from_unix_utc (CLAMP (day->day, 0, G_MAXINT32) *
                                   (TROPEA_LEDGER_DAY_MS / 1000));
  g_autofree char *name = date != NULL ? g_date_time_format (date, "%F")
                                       : g_strdup_printf ("%" G_GINT64_FORMAT, day->day);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "Key %s, grade “%s”, day %s: %s", key,
               tropea_ledger_grade_to_string (day->grade), name, what);
  return FALSE;
}

void
tropea_ledger_audit_days_add (TropeaLedgerAuditDays   *self,
                              const TropeaLedgerEntry *entry)
{
  Day wanted = make_day (entry->record.client_pub, entry->grade,
                         entry->record.timestamp_ms / TROPEA_LEDGER_DAY_MS);
  Day *day = g_hash_table_lookup (self->days, &wanted);

  if (day == NULL)
    {
      day = g_memdup2 (&wanted, sizeof wanted);
      g_hash_table_add (self->days, day);
    }

  day->micro += entry->credits_micro;
  day->bytes += entry->record.bytes;
}

/**
 * tropea_ledger_audit_days_strike:
 *
 * Returns: FALSE where the sessions say something else
 */
gboolean
tropea_ledger_audit_days_strike (TropeaLedgerAuditDays  *self,
                                 const guint8           *client_pub,
                                 TropeaLedgerGrade       grade,
                                 gint64                  day,
                                 gint64                  micro,
                                 gint64                  bytes,
                                 GError                **error)
{
  Day wanted = make_day (client_pub, grade, day);
  const Day *added = g_hash_table_lookup (self->days, &wanted);

  if (added == NULL || added->micro != micro)
    return fail (error, &wanted, "the day's credits are not the sum of its sessions");
  if (added->bytes != bytes)
    return fail (error, &wanted, "the day's bytes are not the sum of its sessions");

  g_hash_table_remove (self->days, &wanted);
  return TRUE;
}

/**
 * tropea_ledger_audit_days_end:
 *
 * Returns: FALSE where the sessions have a day that was not struck; of several, always the same
 *   one is named
 */
gboolean
tropea_ledger_audit_days_end (TropeaLedgerAuditDays  *self,
                              GError                **error)
{
  const Day *first = NULL;
  GHashTableIter iter;
  gpointer day = NULL;

  g_hash_table_iter_init (&iter, self->days);
  while (g_hash_table_iter_next (&iter, &day, NULL))
    {
      if (first == NULL || compare_days (day, first) < 0)
        first = day;
    }

  return first == NULL ||
         fail (error, first, "there are sessions, and nothing counts for the daily caps");
}
