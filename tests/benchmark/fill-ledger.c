/* fill-ledger.c: puts many sessions into a ledger's database, as old ledgers have them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "base/tropea-database.h"
#include "benchmark-file.h"
#include "ledger/tropea-ledger-sqlite-rows.h"
#include "ledger/tropea-ledger-sqlite-store.h"
#include "record/tropea-credit.h"

/* The store makes the file, and this the rows, all in one transaction that no power cut would
 * survive: ten million are there in minutes. They grow as a ledger's do: hour by hour, each hour
 * with the clients in another order, so no index is filled in its own order and each page is as
 * full as it would be. The sums add up; only the signatures are noise, since nobody will check
 * them here. The sessions lie before those that make-requests makes for the same keys.
 */

#define MS_PER_HOUR G_GINT64_CONSTANT (3600000)
#define OLDEST_NEW_SESSION_HOURS (40 * 24)

static const char * const before =
  "PRAGMA locking_mode = EXCLUSIVE;"
  "PRAGMA journal_mode = OFF;"
  "PRAGMA synchronous = OFF;"
  "PRAGMA cache_size = -2000000;"
  "BEGIN;";

static const char * const add_account = "INSERT INTO accounts (id, client_pub) VALUES (?1, ?2)";

static const char * const add_session =
  "INSERT INTO sessions (client, session_id, start_ms, duration_s, bytes, ip_hash, source, "
  "signature, grade, credits_micro, balance_micro, received_hour, prev_seq) "
  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'tor-client', ?7, 'self-reported', ?8, ?9, ?10, ?11)";

/* What a key has so far. */
typedef struct
{
  gint64 balance_micro;
  gint64 last_seq;  /* 0: it has no session */
} Account;

/* In the order in which they came to be. */
static const char * const after =
  "INSERT INTO tallies (account, day, grade, micro, bytes) "
  "SELECT client, start_ms / 86400000 AS day, grade, sum (credits_micro), sum (bytes) "
  "FROM sessions GROUP BY 1, 2, 3 ORDER BY day, min (seq);"
  "INSERT INTO tallies (account, day, grade, micro, sessions, last_seq) "
  "SELECT client, " TROPEA_LEDGER_TOTAL ", grade, sum (credits_micro), count (*), max (seq) "
  "FROM sessions GROUP BY 1, 3 ORDER BY min (seq);"
  "INSERT INTO tallies (account, day, grade, micro, sessions) "
  "SELECT 0, " TROPEA_LEDGER_TOTAL ", grade, -sum (micro), sum (sessions) FROM balances "
  "GROUP BY 3;"
  "COMMIT;";

static gboolean
step (sqlite3_stmt  *statement,
      GError       **error)
{
  gboolean is_done = tropea_database_step (statement, NULL, error);

  sqlite3_reset (statement);
  return is_done;
}

static guint8 *
make_public_keys (guint n_keys)
{
  guint8 *keys = g_malloc_n (n_keys, TROPEA_RECORD_PUBLIC_KEY_BYTES);

  for (guint k = 0; k < n_keys; k++)
    {
      g_autoptr(TropeaSecret) key = benchmark_key_new (k);

      crypto_sign_ed25519_sk_to_pk (keys + k * TROPEA_RECORD_PUBLIC_KEY_BYTES,
                                    tropea_secret_get_data (key));
    }

  return keys;
}

static gboolean
add_accounts (sqlite3  *db,
              guint     n_keys,
              GError  **error)
{
  g_autofree guint8 *keys = make_public_keys (n_keys);
  g_autoptr(sqlite3_stmt) add = NULL;

  if (!tropea_database_prepare (db, add_account, &add, error))
    return FALSE;

  for (guint k = 0; k < n_keys; k++)
    {
      sqlite3_bind_int64 (add, 1, k + 1);
      sqlite3_bind_blob (add, 2, keys + k * TROPEA_RECORD_PUBLIC_KEY_BYTES,
                         TROPEA_RECORD_PUBLIC_KEY_BYTES, SQLITE_STATIC);
      if (!step (add, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
add_one_session (sqlite3_stmt  *add,
                 gint64         client,
                 Account       *account,
                 gint64         start_ms,
                 GError       **error)
{
  guint8 noise[16 + 32 + TROPEA_RECORD_SIGNATURE_BYTES] = { 0 };
  gint64 duration_s = 30 + randombytes_uniform (570);
  gint64 n_bytes = 100000 + randombytes_uniform (9900000);
  gint64 credits_micro = tropea_credit_compute_micro (duration_s, n_bytes);

  /* The first is a UUID of version 4. */
  randombytes_buf (noise, sizeof noise);
  noise[6] = (noise[6] & 0x0f) | 0x40;
  noise[8] = (noise[8] & 0x3f) | 0x80;
  sqlite3_bind_int64 (add, 1, client);
  sqlite3_bind_blob (add, 2, noise, 16, SQLITE_STATIC);
  sqlite3_bind_int64 (add, 3, start_ms);
  sqlite3_bind_int64 (add, 4, duration_s);
  sqlite3_bind_int64 (add, 5, n_bytes);
  sqlite3_bind_blob (add, 6, noise + 16, 32, SQLITE_STATIC);
  sqlite3_bind_blob (add, 7, noise + 16 + 32, TROPEA_RECORD_SIGNATURE_BYTES, SQLITE_STATIC);
  sqlite3_bind_int64 (add, 8, credits_micro);
  sqlite3_bind_int64 (add, 9, account->balance_micro + credits_micro);
  sqlite3_bind_int64 (add, 10, start_ms / MS_PER_HOUR);
  if (account->last_seq > 0)
    sqlite3_bind_int64 (add, 11, account->last_seq);
  else
    sqlite3_bind_null (add, 11);
  if (!step (add, error))
    return FALSE;

  account->balance_micro += credits_micro;
  account->last_seq = sqlite3_last_insert_rowid (sqlite3_db_handle (add));
  return TRUE;
}

static gboolean
add_sessions (sqlite3  *db,
              guint64   n_sessions,
              guint     n_keys,
              GError  **error)
{
  guint n_hours = (guint) (n_sessions / n_keys) + 1;
  gint64 start_ms = g_get_real_time () / 1000 -
                    (OLDEST_NEW_SESSION_HOURS + (gint64) n_hours) * MS_PER_HOUR;
  g_autofree Account *accounts = g_new0 (Account, n_keys);
  g_autoptr(sqlite3_stmt) add = NULL;

  if (!tropea_database_prepare (db, add_session, &add, error))
    return FALSE;

  for (guint hour = 0; hour < n_hours; hour++, start_ms += MS_PER_HOUR)
    {
      g_autofree guint *order = benchmark_order_new (n_keys, hour);

      for (guint i = 0; i < n_keys && (guint64) hour * n_keys + i < n_sessions; i++)
        {
          if (!add_one_session (add, order[i] + 1, &accounts[order[i]], start_ms, error))
            return FALSE;
        }
    }

  return TRUE;
}

/* Closed when it returns, since the last handle moves the log into the file. */
static gboolean
make_ledger (const char  *path,
             const char  *origin,
             GError     **error)
{
  g_autoptr(TropeaLedgerStore) store = tropea_ledger_sqlite_store_open (path, origin, error);

  return store != NULL;
}

static gboolean
fill_ledger (const char  *path,
             guint64      n_sessions,
             guint        n_keys,
             GError     **error)
{
  g_autoptr(sqlite3) db = NULL;

  if (sqlite3_open (path, &db) != SQLITE_OK)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, sqlite3_errmsg (db));
      return FALSE;
    }

  return tropea_database_exec (db, before, error) &&
         add_accounts (db, n_keys, error) &&
         add_sessions (db, n_sessions, n_keys, error) &&
         tropea_database_exec (db, after, error);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr(GError) error = NULL;

  if (argc != 5)
    {
      g_printerr ("Usage: fill-ledger DATABASE ORIGIN SESSIONS KEYS\n");
      return 2;
    }

  if (!tropea_secret_init (&error) ||
      !make_ledger (argv[1], argv[2], &error) ||
      !fill_ledger (argv[1], g_ascii_strtoull (argv[3], NULL, 10),
                    (guint) g_ascii_strtoull (argv[4], NULL, 10), &error))
    {
      g_printerr ("fill-ledger: %s\n", error->message);
      return 1;
    }

  return 0;
}
