/* fill-sessions.h: a store with as many sessions as a test wants, in one transaction
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "session/tropea-store.h"
#include "test-wait.h"

#include <sqlite3.h>

/* Of all that is made here. */
#define FILL_LEDGER "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

#define FILL_N "%1$" G_GINT64_FORMAT
#define FILL_END "%2$" G_GINT64_FORMAT

/* Ten minutes apart, the newest at @end_ms. Every 10th is simulated, every 50th refused, the
 * newest three wait, every 7th was cut by hand; credits are the formula's. Ids begin with the
 * number in eight hexadecimal digits. The schema must be there. */
static inline void
fill_sessions (const char *path,
               gint64      n_sessions,
               gint64      end_ms)
{
  g_autofree char *sql = NULL;
  sqlite3 *db = NULL;

  sql = g_strdup_printf (
    "WITH RECURSIVE numbers (i) AS"
    "   (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < " FILL_N "),"
    " figures AS (SELECT i, 30 + i %% 571 AS seconds, 100000 + i * 7919 %% 5000000 AS amount,"
    "   iif (i > " FILL_N " - 3, 'waiting',"
    "        iif (i %% 50 = 0, 'refused', 'credited')) AS outcome"
    "   FROM numbers)"
    " INSERT INTO sessions (session_id, timestamp_ms, duration_s, bytes, ip_hash, source, state,"
    "   credits_micro, balance_micro, ledger_seq, ledger, reason_code, reason, bytes_in,"
    "   is_manual)"
    " SELECT printf ('%%08x-0000-4000-8000-%%012d', i, i),"
    "   " FILL_END " - (" FILL_N " - i) * 600000, seconds,"
    "   amount, '', iif (i %% 10 = 0, 'simulation', 'tor-client'), outcome,"
    "   iif (outcome = 'credited', min (100000000, seconds * 100000 + amount / 2), 0),"
    "   iif (outcome = 'credited', 0, NULL), iif (outcome = 'credited', i, NULL),"
    "   iif (outcome = 'credited', '" FILL_LEDGER "', NULL),"
    "   iif (outcome = 'refused', 'implausible', NULL),"
    "   iif (outcome = 'refused', 'More than a line of 100 Mbit/s carries in that time.', NULL),"
    "   amount / 3, i %% 7 = 0 FROM figures",
    n_sessions, end_ms);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

static inline TropeaStore *
fill_open (const char *path)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  TropeaStore *store = NULL;

  tropea_store_open_async (path, NULL, test_keep_result, &result);
  test_wait_until (result != NULL, 40);
  store = tropea_store_open_finish (result, &error);
  g_assert_no_error (error);

  return store;
}

static inline void
fill_close (TropeaStore *store)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_store_close_async (store, test_keep_result, &result);
  test_wait_until (result != NULL, 40);
  tropea_store_close_finish (store, result, &error);
  g_assert_no_error (error);
}

/* A new store with @n_sessions at @path. */
static inline TropeaStore *
fill_new (const char *path,
          gint64      n_sessions,
          gint64      end_ms)
{
  TropeaStore *store = fill_open (path);

  fill_close (store);
  g_object_unref (store);
  fill_sessions (path, n_sessions, end_ms);

  return fill_open (path);
}
