/* tropea-ledger-postgres-log.c: the log in a ledger's PostgreSQL database
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-store"

#include "config.h"

#include "ledger/tropea-ledger-postgres-log.h"

#include <string.h>

#include "ledger/tropea-ledger-postgres-rows.h"

/* Several processes write one ledger, and its log has one order. Whoever commits a group takes
 * the lock of the one row that is the log's head, as the last of its locks, and keeps it until
 * the commit: with the row it has all that is needed to add its own sessions and to sign.
 *
 * So commits follow one another, and each costs a round trip more. What that takes from a group
 * it gives back to the next one, which is larger by what arrived meanwhile. The other way, to
 * let groups commit side by side and give out the places afterwards, needs one process that does
 * so, another that takes over when it dies, and answers that wait for both; and a session would
 * be credited for a while without being in the log, which is what the log is there to rule out.
 * As nobody waits for a key's lock while it holds the head's, there is no circle.
 */

#define HEAD_COLUMNS "size, frontier, micro, simulated_micro, checkpoint"

#define MAX_HASHES 256

/* Sessions of an earlier version, in one transaction. */
#define PAGE_LENGTH 1000

#define CATCH_UP_DEADLINE_USEC (600 * (gint64) G_USEC_PER_SEC)

static const TropeaLedgerPostgresStatement statements[] = {
  { "log-lock",
    "SELECT " HEAD_COLUMNS " FROM tropea_ledger.log_head WHERE id = 0 FOR UPDATE" },
  { "log-head", "SELECT " HEAD_COLUMNS " FROM tropea_ledger.log_head WHERE id = 0" },
  { "log-append",
    "INSERT INTO tropea_ledger.log (leaf, seq, entry) "
    "SELECT $1::bigint + u.i - 1, nullif (u.seq, 0), "
    "substr ($3::bytea, ((u.i - 1) * 32 + 1)::integer, 32) "
    "FROM unnest ($2::bigint[]) WITH ORDINALITY AS u (seq, i)" },
  { "log-node",
    "INSERT INTO tropea_ledger.log_nodes (level, node, hash) "
    "VALUES ($1::bigint, $2::bigint, $3::bytea)" },
  { "log-put-head",
    "UPDATE tropea_ledger.log_head SET size = $1::bigint, frontier = $2::bytea, "
    "micro = $3::bigint, simulated_micro = $4::bigint, checkpoint = nullif ($5::text, '') "
    "WHERE id = 0" },
  { "log-entries",
    "SELECT leaf, entry FROM tropea_ledger.log "
    "WHERE leaf >= $1::bigint AND leaf < $1::bigint + $2::bigint ORDER BY leaf" },
  { "log-nodes",
    "SELECT node, hash FROM tropea_ledger.log_nodes WHERE level = $3::bigint "
    "AND node >= $1::bigint AND node < $1::bigint + $2::bigint ORDER BY node" },
};

const TropeaLedgerPostgresStatement *
tropea_ledger_postgres_log_get_statements (gsize *n_statements)
{
  *n_statements = G_N_ELEMENTS (statements);

  return statements;
}

/* @result: of HEAD_COLUMNS */
gboolean
tropea_ledger_postgres_log_read_head (const PGresult    *result,
                                      TropeaLedgerHead  *head,
                                      GError           **error)
{
  gint64 size = PQntuples (result) > 0 ? tropea_postgres_get_int64 (result, 0, 0) : -1;

  if (size < 0 ||
      !tropea_tlog_frontier_from_bytes ((guint64) size,
                                        (const guint8 *) PQgetvalue (result, 0, 1),
                                        (gsize) PQgetlength (result, 0, 1), &head->frontier))
    {
      g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT,
                           "The head of the ledger's log is damaged: go back to a copy, and see "
                           "what “tropea-ledger verify” says of it");
      return FALSE;
    }

  head->micro = tropea_postgres_get_int64 (result, 0, 2);
  head->simulated_micro = tropea_postgres_get_int64 (result, 0, 3);
  if (!PQgetisnull (result, 0, 4))
    head->checkpoint = g_strndup (PQgetvalue (result, 0, 4),
                                  (gsize) PQgetlength (result, 0, 4));
  return TRUE;
}

/* See tropea_ledger_store_read_hashes (). */
GBytes *
tropea_ledger_postgres_log_read_hashes (const PGresult  *result,
                                        guint            level,
                                        guint64          first,
                                        guint            n_hashes,
                                        GError         **error)
{
  g_autoptr(GByteArray) hashes = g_byte_array_sized_new (n_hashes * TROPEA_TLOG_HASH_BYTES);

  for (guint i = 0; i < n_hashes; i++)
    {
      guint8 hash[TROPEA_TLOG_HASH_BYTES] = { 0 };

      if ((int) i >= PQntuples (result) ||
          tropea_postgres_get_int64 (result, (int) i, 0) != (gint64) (first + i) ||
          !tropea_postgres_copy_bytes (result, (int) i, 1, hash, sizeof hash))
        {
          g_set_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT,
                       "Level %u of the ledger's log has no hash at %" G_GUINT64_FORMAT, level,
                       first + i);
          return NULL;
        }
      g_byte_array_append (hashes, hash, sizeof hash);
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&hashes));
}

gboolean
tropea_ledger_postgres_log_send_lock (TropeaPostgres  *postgres,
                                      GError         **error)
{
  return tropea_postgres_pipeline_send (postgres, "log-lock", &(TropeaPostgresParams) { 0 },
                                        error);
}

/**
 * tropea_ledger_postgres_log_begin:
 * @result: of the lock
 */
gboolean
tropea_ledger_postgres_log_begin (TropeaLedgerAppender  *appender,
                                  const PGresult        *result,
                                  GError               **error)
{
  g_auto(TropeaLedgerHead) head = { { 0 } };

  if (!tropea_ledger_postgres_log_read_head (result, &head, error))
    return FALSE;

  tropea_ledger_appender_begin (appender, &head);
  return TRUE;
}

/* An array, as the server reads it. */
static char *
dup_seqs (const gint64 *seqs,
          gsize         n_seqs)
{
  GString *text = g_string_new ("{");

  for (gsize i = 0; i < n_seqs; i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "", seqs[i]);
  g_string_append_c (text, '}');

  return g_string_free (text, FALSE);
}

static gboolean
send_nodes (TropeaPostgres     *postgres,
            TropeaLedgerGroup  *group,
            guint              *n_sent,
            GError            **error)
{
  for (guint level = 1; level < TROPEA_TLOG_N_LEVELS / 8; level++)
    {
      guint64 first = 0;
      gsize n_nodes = 0;
      const guint8 *hashes = tropea_tlog_span_get_completed (group->span, level, &first,
                                                             &n_nodes);

      for (gsize i = 0; i < n_nodes; i++)
        {
          TropeaPostgresParams params = { 0 };

          tropea_postgres_add_int64 (&params, level);
          tropea_postgres_add_int64 (&params, (gint64) (first + i));
          tropea_postgres_add_bytes (&params, hashes + i * TROPEA_TLOG_HASH_BYTES,
                                     TROPEA_TLOG_HASH_BYTES);
          if (!tropea_postgres_pipeline_send (postgres, "log-node", &params, error))
            return FALSE;
          (*n_sent)++;
        }
    }

  return TRUE;
}

static gboolean
send_head (TropeaPostgres          *postgres,
           const TropeaLedgerHead  *head,
           GError                 **error)
{
  g_autoptr(GBytes) frontier = tropea_tlog_frontier_to_bytes (&head->frontier);
  TropeaPostgresParams params = { 0 };
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (frontier, &size);

  tropea_postgres_add_int64 (&params, (gint64) head->frontier.size);
  tropea_postgres_add_bytes (&params, size > 0 ? data : (const guint8 *) "", size);
  tropea_postgres_add_int64 (&params, head->micro);
  tropea_postgres_add_int64 (&params, head->simulated_micro);
  tropea_postgres_add_text (&params, head->checkpoint != NULL ? head->checkpoint : "");

  return tropea_postgres_pipeline_send (postgres, "log-put-head", &params, error);
}

/**
 * tropea_ledger_postgres_log_send:
 * @appender: has all sessions of the group
 * @seqs: (array): theirs; 0 for an entry that is no session's
 * @n_sent: (out): how many results there will be
 *
 * Send what the group adds to the log; where that is nothing, nothing.
 */
gboolean
tropea_ledger_postgres_log_send (TropeaPostgres        *postgres,
                                 TropeaLedgerAppender  *appender,
                                 const gint64          *seqs,
                                 guint                 *n_sent,
                                 GError               **error)
{
  const TropeaLedgerHead *head = tropea_ledger_appender_finish (appender);
  g_autoptr(TropeaLedgerGroup) group = tropea_ledger_appender_dup_group (appender);
  g_autofree char *array = NULL;
  TropeaPostgresParams params = { 0 };
  guint64 first = 0;
  gsize n_entries = 0;
  const guint8 *entries = tropea_ledger_appender_get_entries (appender, &first, &n_entries);

  *n_sent = 0;
  if (n_entries == 0)
    return TRUE;

  array = dup_seqs (seqs, n_entries);
  tropea_postgres_add_int64 (&params, (gint64) first);
  tropea_postgres_add_text (&params, array);
  tropea_postgres_add_bytes (&params, entries, n_entries * TROPEA_TLOG_ENTRY_BYTES);
  *n_sent = 2;

  return tropea_postgres_pipeline_send (postgres, "log-append", &params, error) &&
         send_nodes (postgres, group, n_sent, error) && send_head (postgres, head, error);
}

static gboolean
wait_for (TropeaPostgres  *postgres,
          guint            n_results,
          gint64           deadline_usec,
          GError         **error)
{
  for (guint i = 0; i < n_results; i++)
    {
      g_autoptr(PGresult) result = tropea_postgres_pipeline_next (postgres, deadline_usec, error);

      if (result == NULL)
        return FALSE;
    }

  return TRUE;
}

/**
 * tropea_ledger_postgres_log_copy:
 * @postgres: in a pipeline, with the sessions sent and answered
 * @from: the store whose log it is
 * @seqs: (element-type gint64): for each leaf the session that it is of, or 0
 *
 * Copy a log as it is into one that is empty.
 */
gboolean
tropea_ledger_postgres_log_copy (TropeaPostgres        *postgres,
                                 TropeaLedgerAppender  *appender,
                                 TropeaLedgerStore     *from,
                                 GArray                *seqs,
                                 gint64                 deadline_usec,
                                 GError               **error)
{
  g_auto(TropeaLedgerHead) head = { { 0 } };
  g_auto(TropeaLedgerHead) grown = { { 0 } };
  guint64 size = 0;

  if (!tropea_ledger_store_read_head (from, &head, error))
    return FALSE;

  size = head.frontier.size;
  g_array_set_size (seqs, (guint) size);
  for (guint64 leaf = 0; leaf < size; leaf += MAX_HASHES)
    {
      guint n_entries = (guint) MIN (size - leaf, MAX_HASHES);
      g_autoptr(GBytes) entries = tropea_ledger_store_read_hashes (from, 0, leaf, n_entries,
                                                                   error);
      g_autoptr(TropeaLedgerGroup) group = NULL;
      guint n_sent = 0;

      if (entries == NULL)
        return FALSE;

      tropea_ledger_appender_begin (appender, &grown);
      tropea_ledger_appender_add_entries (appender, g_bytes_get_data (entries, NULL), n_entries);
      if (!tropea_ledger_postgres_log_send (postgres, appender,
                                            &g_array_index (seqs, gint64, (guint) leaf), &n_sent,
                                            error) ||
          !tropea_postgres_pipeline_sync (postgres, error) ||
          !wait_for (postgres, n_sent, deadline_usec, error))
        return FALSE;

      group = tropea_ledger_appender_dup_group (appender);
      tropea_tlog_span_get_frontier (group->span, &grown.frontier);
    }

  return send_head (postgres, &head, error) && tropea_postgres_pipeline_sync (postgres, error) &&
         wait_for (postgres, 1, deadline_usec, error);
}

/* Sign the head there is, if nobody has. Not in a pipeline. */
gboolean
tropea_ledger_postgres_log_sign (TropeaPostgres        *postgres,
                                 TropeaLedgerAppender  *appender,
                                 gint64                 deadline_usec,
                                 GError               **error)
{
  g_autoptr(PGresult) begin = NULL;
  g_autoptr(PGresult) lock = NULL;
  g_autoptr(PGresult) put = NULL;

  return tropea_postgres_pipeline_begin (postgres, error) &&
         tropea_ledger_postgres_log_send_lock (postgres, error) &&
         tropea_postgres_pipeline_sync (postgres, error) &&
         (begin = tropea_postgres_pipeline_next (postgres, deadline_usec, error)) != NULL &&
         (lock = tropea_postgres_pipeline_next (postgres, deadline_usec, error)) != NULL &&
         tropea_ledger_postgres_log_begin (appender, lock, error) &&
         send_head (postgres, tropea_ledger_appender_finish (appender), error) &&
         tropea_postgres_pipeline_commit (postgres, error) &&
         (put = tropea_postgres_pipeline_next (postgres, deadline_usec, error)) != NULL &&
         tropea_postgres_pipeline_end (postgres, deadline_usec, error);
}

/* Sessions of an earlier version that have no place yet. */
#define UNLOGGED_SQL \
  "SELECT " TROPEA_LEDGER_POSTGRES_COLUMNS " FROM " TROPEA_LEDGER_POSTGRES_SESSIONS " " \
  "WHERE l.leaf IS NULL AND s.seq > $2::bigint ORDER BY s.seq LIMIT $1::bigint"
#define PUT_NONCES_SQL \
  "UPDATE tropea_ledger.sessions s " \
  "SET nonce = substr ($2::bytea, ((u.i - 1) * 32 + 1)::integer, 32) " \
  "FROM unnest ($1::bigint[]) WITH ORDINALITY AS u (seq, i) WHERE s.seq = u.seq"

static gboolean
add_page (TropeaLedgerAppender  *appender,
          const PGresult        *page,
          GArray                *seqs,
          GByteArray            *nonces,
          GError               **error)
{
  for (int row = 0; row < PQntuples (page); row++)
    {
      TropeaLedgerEntry entry = { 0 };

      if (!tropea_ledger_postgres_read_entry (page, row, 0, &entry, error))
        return FALSE;

      tropea_ledger_make_nonce (&entry);
      tropea_ledger_appender_add (appender, &entry);
      g_array_append_val (seqs, entry.seq);
      g_byte_array_append (nonces, entry.nonce, sizeof entry.nonce);
    }

  return TRUE;
}

/* @seq: (inout): how far it is; who is interrupted looks from the beginning again */
static gboolean
catch_up_by_a_page (TropeaPostgres        *postgres,
                    TropeaLedgerAppender  *appender,
                    gint64                *seq,
                    gboolean              *is_end,
                    GError               **error)
{
  gint64 deadline_usec = g_get_monotonic_time () + CATCH_UP_DEADLINE_USEC;
  g_autoptr(GArray) seqs = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr(GByteArray) nonces = g_byte_array_new ();
  g_autofree char *array = NULL;
  TropeaPostgresParams limit = { 0 };
  TropeaPostgresParams params = { 0 };
  g_autoptr(PGresult) begin = NULL;
  g_autoptr(PGresult) lock = NULL;
  g_autoptr(PGresult) page = NULL;
  g_autoptr(PGresult) put = NULL;
  guint n_sent = 0;

  tropea_postgres_add_int64 (&limit, PAGE_LENGTH);
  tropea_postgres_add_int64 (&limit, *seq);
  if (!tropea_postgres_pipeline_begin (postgres, error) ||
      !tropea_ledger_postgres_log_send_lock (postgres, error) ||
      !tropea_postgres_pipeline_send (postgres, "log-unlogged", &limit, error) ||
      !tropea_postgres_pipeline_sync (postgres, error) ||
      (begin = tropea_postgres_pipeline_next (postgres, deadline_usec, error)) == NULL ||
      (lock = tropea_postgres_pipeline_next (postgres, deadline_usec, error)) == NULL ||
      (page = tropea_postgres_pipeline_next (postgres, deadline_usec, error)) == NULL ||
      !tropea_ledger_postgres_log_begin (appender, lock, error) ||
      !add_page (appender, page, seqs, nonces, error))
    return FALSE;

  *is_end = seqs->len < PAGE_LENGTH;
  if (seqs->len > 0)
    *seq = g_array_index (seqs, gint64, seqs->len - 1);
  array = dup_seqs ((const gint64 *) (gpointer) seqs->data, seqs->len);
  tropea_postgres_add_text (&params, array);
  tropea_postgres_add_bytes (&params, seqs->len > 0 ? nonces->data : (const guint8 *) "",
                             nonces->len);

  return tropea_postgres_pipeline_send (postgres, "log-put-nonces", &params, error) &&
         tropea_ledger_postgres_log_send (postgres, appender,
                                          (const gint64 *) (gpointer) seqs->data, &n_sent,
                                          error) &&
         tropea_postgres_pipeline_commit (postgres, error) &&
         (put = tropea_postgres_pipeline_next (postgres, deadline_usec, error)) != NULL &&
         wait_for (postgres, n_sent, deadline_usec, error) &&
         tropea_postgres_pipeline_end (postgres, deadline_usec, error);
}

/**
 * tropea_ledger_postgres_log_catch_up:
 * @postgres: not in a pipeline
 *
 * Put what an earlier version stored into the log. Other processes of this version may write
 * meanwhile, and may be at the same.
 */
gboolean
tropea_ledger_postgres_log_catch_up (TropeaPostgres        *postgres,
                                     TropeaLedgerAppender  *appender,
                                     GError               **error)
{
  gint64 deadline_usec = g_get_monotonic_time () + CATCH_UP_DEADLINE_USEC;
  g_autoptr(PGresult) unlogged =
    tropea_postgres_query_sql (postgres, "SELECT 1 FROM tropea_ledger.facts "
                               "WHERE name = 'unlogged'", NULL, deadline_usec, error);
  gboolean is_end = FALSE;
  gint64 seq = 0;

  if (unlogged == NULL)
    return FALSE;

  if (PQntuples (unlogged) == 0)
    return TRUE;

  if (!tropea_postgres_prepare (postgres, "log-unlogged", UNLOGGED_SQL, deadline_usec, error) ||
      !tropea_postgres_prepare (postgres, "log-put-nonces", PUT_NONCES_SQL, deadline_usec, error))
    return FALSE;

  while (!is_end)
    {
      if (!catch_up_by_a_page (postgres, appender, &seq, &is_end, error))
        return FALSE;
    }

  return tropea_postgres_exec (postgres, "DELETE FROM tropea_ledger.facts WHERE name = 'unlogged'",
                               g_get_monotonic_time () + CATCH_UP_DEADLINE_USEC, error);
}
