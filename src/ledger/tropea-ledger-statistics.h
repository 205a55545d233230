/* tropea-ledger-statistics.h: what all sessions of a ledger say together
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ledger/tropea-ledger-store.h"

G_BEGIN_DECLS

#define TROPEA_LEDGER_STATISTICS_N_RECENT 50

/* The sessions among which equal shapes are looked for: the last so many. */
#define TROPEA_LEDGER_STATISTICS_N_SHAPED 200000

/* A shape remembers whose its last so many sessions are. */
#define TROPEA_LEDGER_STATISTICS_N_SHAPE_KEYS 64

/* Of any set of sessions. */
typedef struct
{
  gint64 n_sessions;
  gint64 bytes;
  gint64 micro[TROPEA_LEDGER_N_GRADES];
} TropeaLedgerSums;

/* The sessions that start on a UTC day, counted in days since 1970. */
typedef struct
{
  gint64           day;
  TropeaLedgerSums sums;
} TropeaLedgerDaySums;

/* What came in an hour, counted since 1970. */
typedef struct
{
  gint64  hour;
  gint64  n_sessions;
  GArray *new_keys;   /* (owned), of guint: places in the list of keys */
} TropeaLedgerHour;

/**
 * TropeaLedgerKeyFacts:
 * @first_hour: when its first session arrived, hours since 1970
 * @fastest_bytes: of the session with the most bytes a second; simulated ones are left out here
 *   and wherever somebody is suspected
 * @fastest_duration_s: the same session's; 0: there is none
 */
typedef struct
{
  guint8           client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES];
  TropeaLedgerSums sums;
  gint64           first_hour;
  gint64           last_hour;
  gint64           fastest_bytes;
  gint64           fastest_duration_s;
} TropeaLedgerKeyFacts;

/* Sessions of one size and one duration among the last ones. */
typedef struct
{
  gint64  bytes;
  gint64  duration_s;
  guint   n_sessions;
  GArray *keys;        /* (owned), of guint: whose the last of them are, the latest last */
} TropeaLedgerShape;

typedef struct _TropeaLedgerStatistics TropeaLedgerStatistics;

TropeaLedgerStatistics *tropea_ledger_statistics_new (void);
void       tropea_ledger_statistics_free        (TropeaLedgerStatistics   *self);
void       tropea_ledger_statistics_add         (TropeaLedgerStatistics   *self,
                                                 const TropeaLedgerEntry  *entry);

const TropeaLedgerSums *tropea_ledger_statistics_get_sums (
                                                 TropeaLedgerStatistics   *self);
guint      tropea_ledger_statistics_get_n_keys  (TropeaLedgerStatistics   *self);
const TropeaLedgerKeyFacts *tropea_ledger_statistics_get_key (
                                                 TropeaLedgerStatistics   *self,
                                                 guint                     place);
GArray    *tropea_ledger_statistics_list_days   (TropeaLedgerStatistics   *self,
                                                 gint64                    first_day,
                                                 gint64                    last_day);
GPtrArray *tropea_ledger_statistics_list_hours  (TropeaLedgerStatistics   *self,
                                                 gint64                    first_hour);
GArray    *tropea_ledger_statistics_list_top    (TropeaLedgerStatistics   *self,
                                                 guint                     limit);
GPtrArray *tropea_ledger_statistics_list_shapes (TropeaLedgerStatistics   *self,
                                                 guint                     min_sessions);
GPtrArray *tropea_ledger_statistics_list_recent (TropeaLedgerStatistics   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaLedgerStatistics, tropea_ledger_statistics_free)

G_END_DECLS
