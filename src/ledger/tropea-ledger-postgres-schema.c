/* tropea-ledger-postgres-schema.c: a ledger's tables in PostgreSQL
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-store"

#include "config.h"

#include "ledger/tropea-ledger-postgres-schema.h"

#include <string.h>

#include "record/tropea-encoding.h"
#include "record/tropea-record.h"

/* Versions of the tables:
 * 1  accounts, balances per grade, sessions, days, and whose ledger it is
 * 2  what writes a session, in one call
 * 3  what the operator decided about keys
 * 4  the log; see tropea-ledger-postgres-log.c
 *
 * The key is the first column of every account's primary key and every rule is about one key, so
 * that these tables can be spread by it; the one row that all keys share is the log's head. So
 * the mint has its balance in pieces, one beside each key's: “micro” is what the key has,
 * “minted_micro” what the mint gave for it, and all of both together are zero.
 *
 * An account's row is the key's lock: whoever has it sees all that was committed for the key,
 * and seq grows with each of a key's sessions. Seq comes from a sequence and has gaps where a
 * group was rolled back. The only writers are the two functions, which make a session's rows
 * together; there are no foreign keys, which would read the account again for each of them.
 */
static const char * const steps[] = {
  "CREATE TABLE tropea_ledger.facts ("
  "  name text PRIMARY KEY,"
  "  value text NOT NULL"
  ");"

  "CREATE TABLE tropea_ledger.accounts ("
  "  client_pub bytea PRIMARY KEY CHECK (length (client_pub) = 32)"
  ");"

  "CREATE TABLE tropea_ledger.balances ("
  "  client_pub bytea NOT NULL,"
  "  grade text NOT NULL,"
  "  micro bigint NOT NULL CHECK (micro >= 0),"
  "  minted_micro bigint NOT NULL CHECK (minted_micro <= 0),"
  "  sessions bigint NOT NULL CHECK (sessions >= 0),"
  "  PRIMARY KEY (client_pub, grade)"
  ") WITH (fillfactor = 70);"

  "CREATE TABLE tropea_ledger.days ("
  "  client_pub bytea NOT NULL,"
  "  grade text NOT NULL,"
  "  day bigint NOT NULL CHECK (day >= 0),"
  "  micro bigint NOT NULL CHECK (micro >= 0),"
  "  bytes bigint NOT NULL CHECK (bytes >= 0),"
  "  PRIMARY KEY (client_pub, grade, day)"
  ") WITH (fillfactor = 70);"

  "CREATE SEQUENCE tropea_ledger.session_seq;"
  "CREATE TABLE tropea_ledger.sessions ("
  "  client_pub bytea NOT NULL CHECK (length (client_pub) = 32),"
  "  session_id uuid NOT NULL,"
  "  seq bigint NOT NULL DEFAULT nextval ('tropea_ledger.session_seq') CHECK (seq > 0),"
  "  start_ms bigint NOT NULL CHECK (start_ms >= 0),"
  "  duration_s bigint NOT NULL CHECK (duration_s >= 1),"
  "  bytes bigint NOT NULL CHECK (bytes >= 0),"
  "  ip_hash bytea NOT NULL CHECK (length (ip_hash) IN (0, 32)),"
  "  source text NOT NULL,"
  "  signature bytea NOT NULL CHECK (length (signature) = 64),"
  "  grade text NOT NULL,"
  "  credits_micro bigint NOT NULL CHECK (credits_micro >= 0),"
  "  balance_micro bigint NOT NULL CHECK (balance_micro >= 0),"
  "  received_hour bigint NOT NULL,"
  "  PRIMARY KEY (client_pub, session_id)"
  ");"
  "CREATE UNIQUE INDEX sessions_by_client ON tropea_ledger.sessions (client_pub, seq);"
  "CREATE INDEX sessions_by_start ON tropea_ledger.sessions (client_pub, start_ms);"
  "CREATE INDEX sessions_by_seq ON tropea_ledger.sessions (seq);",

  /* Outcomes: 0 credited, 1 there before (and here it is), 2 overlap, 3 the day is full. No two
   * sessions of a key that are stored overlap, so the one that starts last before the new
   * one's end also ends last.
   */
  "CREATE FUNCTION tropea_ledger.submit ("
  "  p_client_pub bytea, p_session_id uuid, p_start_ms bigint, p_duration_s bigint,"
  "  p_bytes bigint, p_ip_hash bytea, p_source text, p_signature bytea, p_grade text,"
  "  p_credits_micro bigint, p_received_hour bigint, p_cap_micro bigint, p_cap_bytes bigint,"
  "  OUT outcome bigint, OUT o_client_pub bytea, OUT o_session_id text, OUT o_start_ms bigint,"
  "  OUT o_duration_s bigint, OUT o_bytes bigint, OUT o_ip_hash bytea, OUT o_source text,"
  "  OUT o_signature bytea, OUT o_grade text, OUT o_credits_micro bigint,"
  "  OUT o_balance_micro bigint, OUT o_seq bigint, OUT o_received_hour bigint)"
  "LANGUAGE plpgsql AS $body$"
  "DECLARE neighbour_end_ms bigint;"
  "BEGIN"
  "  PERFORM 1 FROM tropea_ledger.accounts a WHERE a.client_pub = p_client_pub"
  "    FOR NO KEY UPDATE;"
  "  IF NOT FOUND THEN"
  "    IF (p_cap_micro > 0 AND p_credits_micro > p_cap_micro)"
  "       OR (p_cap_bytes > 0 AND p_bytes > p_cap_bytes) THEN"
  "      outcome := 3; RETURN;"
  "    END IF;"
  "    INSERT INTO tropea_ledger.accounts (client_pub) VALUES (p_client_pub)"
  "      ON CONFLICT DO NOTHING;"
  "    PERFORM 1 FROM tropea_ledger.accounts a WHERE a.client_pub = p_client_pub"
  "      FOR NO KEY UPDATE;"
  "  END IF;"
  "  SELECT s.client_pub, s.session_id::text, s.start_ms, s.duration_s, s.bytes, s.ip_hash,"
  "      s.source, s.signature, s.grade, s.credits_micro, s.balance_micro, s.seq,"
  "      s.received_hour"
  "    INTO o_client_pub, o_session_id, o_start_ms, o_duration_s, o_bytes, o_ip_hash,"
  "      o_source, o_signature, o_grade, o_credits_micro, o_balance_micro, o_seq,"
  "      o_received_hour"
  "    FROM tropea_ledger.sessions s"
  "    WHERE s.client_pub = p_client_pub AND s.session_id = p_session_id;"
  "  IF FOUND THEN outcome := 1; RETURN; END IF;"
  "  SELECT s.start_ms + s.duration_s * 1000 INTO neighbour_end_ms"
  "    FROM tropea_ledger.sessions s"
  "    WHERE s.client_pub = p_client_pub AND s.start_ms < p_start_ms + p_duration_s * 1000"
  "    ORDER BY s.start_ms DESC LIMIT 1;"
  "  IF neighbour_end_ms > p_start_ms THEN outcome := 2; RETURN; END IF;"
  "  IF (p_cap_micro > 0 AND p_credits_micro > p_cap_micro)"
  "     OR (p_cap_bytes > 0 AND p_bytes > p_cap_bytes) THEN"
  "    outcome := 3; RETURN;"
  "  END IF;"
  "  INSERT INTO tropea_ledger.days AS d (client_pub, grade, day, micro, bytes)"
  "    VALUES (p_client_pub, p_grade, p_start_ms / 86400000, p_credits_micro, p_bytes)"
  "    ON CONFLICT (client_pub, grade, day) DO UPDATE"
  "      SET micro = d.micro + excluded.micro, bytes = d.bytes + excluded.bytes"
  "      WHERE (p_cap_micro = 0 OR d.micro + excluded.micro <= p_cap_micro)"
  "        AND (p_cap_bytes = 0 OR d.bytes + excluded.bytes <= p_cap_bytes);"
  "  IF NOT FOUND THEN outcome := 3; RETURN; END IF;"
  "  INSERT INTO tropea_ledger.balances AS b (client_pub, grade, micro, minted_micro, sessions)"
  "    VALUES (p_client_pub, p_grade, p_credits_micro, -p_credits_micro, 1)"
  "    ON CONFLICT (client_pub, grade) DO UPDATE SET micro = b.micro + excluded.micro,"
  "      minted_micro = b.minted_micro + excluded.minted_micro, sessions = b.sessions + 1;"
  "  SELECT coalesce (sum (b.micro), 0)::bigint INTO o_balance_micro"
  "    FROM tropea_ledger.balances b"
  "    WHERE b.client_pub = p_client_pub AND b.grade <> 'simulated';"
  "  INSERT INTO tropea_ledger.sessions AS s (client_pub, session_id, start_ms, duration_s,"
  "      bytes, ip_hash, source, signature, grade, credits_micro, balance_micro,"
  "      received_hour)"
  "    VALUES (p_client_pub, p_session_id, p_start_ms, p_duration_s, p_bytes, p_ip_hash,"
  "      p_source, p_signature, p_grade, p_credits_micro, o_balance_micro, p_received_hour)"
  "    RETURNING s.seq INTO o_seq;"
  "  outcome := 0;"
  "END $body$;"

  /* A session of another store, with what it has there. */
  "CREATE FUNCTION tropea_ledger.import ("
  "  p_client_pub bytea, p_session_id uuid, p_start_ms bigint, p_duration_s bigint,"
  "  p_bytes bigint, p_ip_hash bytea, p_source text, p_signature bytea, p_grade text,"
  "  p_credits_micro bigint, p_received_hour bigint, p_balance_micro bigint, p_seq bigint)"
  "RETURNS void LANGUAGE sql AS $body$"
  "  INSERT INTO tropea_ledger.accounts (client_pub) VALUES (p_client_pub)"
  "    ON CONFLICT DO NOTHING;"
  "  INSERT INTO tropea_ledger.days AS d (client_pub, grade, day, micro, bytes)"
  "    VALUES (p_client_pub, p_grade, p_start_ms / 86400000, p_credits_micro, p_bytes)"
  "    ON CONFLICT (client_pub, grade, day) DO UPDATE"
  "      SET micro = d.micro + excluded.micro, bytes = d.bytes + excluded.bytes;"
  "  INSERT INTO tropea_ledger.balances AS b (client_pub, grade, micro, minted_micro, sessions)"
  "    VALUES (p_client_pub, p_grade, p_credits_micro, -p_credits_micro, 1)"
  "    ON CONFLICT (client_pub, grade) DO UPDATE SET micro = b.micro + excluded.micro,"
  "      minted_micro = b.minted_micro + excluded.minted_micro, sessions = b.sessions + 1;"
  "  INSERT INTO tropea_ledger.sessions (client_pub, session_id, start_ms, duration_s,"
  "      bytes, ip_hash, source, signature, grade, credits_micro, balance_micro,"
  "      received_hour, seq)"
  "    VALUES (p_client_pub, p_session_id, p_start_ms, p_duration_s, p_bytes, p_ip_hash,"
  "      p_source, p_signature, p_grade, p_credits_micro, p_balance_micro, p_received_hour,"
  "      p_seq);"
  "$body$;",

  "CREATE TABLE tropea_ledger.decisions ("
  "  number bigint PRIMARY KEY CHECK (number > 0),"
  "  hour bigint NOT NULL CHECK (hour >= 0),"
  "  client_pub bytea NOT NULL CHECK (length (client_pub) = 32),"
  "  freezes boolean NOT NULL,"
  "  reason text NOT NULL"
  ");",

  "CREATE TABLE tropea_ledger.log ("
  "  leaf bigint PRIMARY KEY CHECK (leaf >= 0),"
  "  seq bigint UNIQUE,"
  "  entry bytea NOT NULL CHECK (length (entry) = 32)"
  ");"
  "CREATE TABLE tropea_ledger.log_nodes ("
  "  level bigint NOT NULL CHECK (level > 0),"
  "  node bigint NOT NULL CHECK (node >= 0),"
  "  hash bytea NOT NULL CHECK (length (hash) = 32),"
  "  PRIMARY KEY (level, node)"
  ");"
  "CREATE TABLE tropea_ledger.log_head ("
  "  id bigint PRIMARY KEY CHECK (id = 0),"
  "  size bigint NOT NULL CHECK (size >= 0),"
  "  frontier bytea NOT NULL,"
  "  micro bigint NOT NULL CHECK (micro >= 0),"
  "  simulated_micro bigint NOT NULL CHECK (simulated_micro >= 0),"
  "  checkpoint text"
  ") WITH (fillfactor = 10);"
  "INSERT INTO tropea_ledger.log_head (id, size, frontier, micro, simulated_micro)"
  "  VALUES (0, 0, '', 0, 0);"
  "ALTER TABLE tropea_ledger.sessions ADD COLUMN nonce bytea CHECK (length (nonce) = 32);"
  "INSERT INTO tropea_ledger.facts (name, value) SELECT 'unlogged', '1'"
  "  WHERE EXISTS (SELECT 1 FROM tropea_ledger.sessions);"
  "DROP FUNCTION tropea_ledger.submit (bytea, uuid, bigint, bigint, bigint, bytea, text, bytea,"
  "  text, bigint, bigint, bigint, bigint);"
  "DROP FUNCTION tropea_ledger.import (bytea, uuid, bigint, bigint, bigint, bytea, text, bytea,"
  "  text, bigint, bigint, bigint, bigint);"
  "CREATE FUNCTION tropea_ledger.submit ("
  "  p_client_pub bytea, p_session_id uuid, p_start_ms bigint, p_duration_s bigint,"
  "  p_bytes bigint, p_ip_hash bytea, p_source text, p_signature bytea, p_grade text,"
  "  p_credits_micro bigint, p_received_hour bigint, p_cap_micro bigint, p_cap_bytes bigint,"
  "  p_nonce bytea,"
  "  OUT outcome bigint, OUT o_client_pub bytea, OUT o_session_id text, OUT o_start_ms bigint,"
  "  OUT o_duration_s bigint, OUT o_bytes bigint, OUT o_ip_hash bytea, OUT o_source text,"
  "  OUT o_signature bytea, OUT o_grade text, OUT o_credits_micro bigint,"
  "  OUT o_balance_micro bigint, OUT o_seq bigint, OUT o_received_hour bigint,"
  "  OUT o_leaf bigint, OUT o_nonce bytea)"
  "LANGUAGE plpgsql AS $body$"
  "DECLARE neighbour_end_ms bigint;"
  "BEGIN"
  "  PERFORM 1 FROM tropea_ledger.accounts a WHERE a.client_pub = p_client_pub"
  "    FOR NO KEY UPDATE;"
  "  IF NOT FOUND THEN"
  "    IF (p_cap_micro > 0 AND p_credits_micro > p_cap_micro)"
  "       OR (p_cap_bytes > 0 AND p_bytes > p_cap_bytes) THEN"
  "      outcome := 3; RETURN;"
  "    END IF;"
  "    INSERT INTO tropea_ledger.accounts (client_pub) VALUES (p_client_pub)"
  "      ON CONFLICT DO NOTHING;"
  "    PERFORM 1 FROM tropea_ledger.accounts a WHERE a.client_pub = p_client_pub"
  "      FOR NO KEY UPDATE;"
  "  END IF;"
  "  SELECT s.client_pub, s.session_id::text, s.start_ms, s.duration_s, s.bytes, s.ip_hash,"
  "      s.source, s.signature, s.grade, s.credits_micro, s.balance_micro, s.seq,"
  "      s.received_hour, l.leaf, s.nonce"
  "    INTO o_client_pub, o_session_id, o_start_ms, o_duration_s, o_bytes, o_ip_hash,"
  "      o_source, o_signature, o_grade, o_credits_micro, o_balance_micro, o_seq,"
  "      o_received_hour, o_leaf, o_nonce"
  "    FROM tropea_ledger.sessions s LEFT JOIN tropea_ledger.log l ON l.seq = s.seq"
  "    WHERE s.client_pub = p_client_pub AND s.session_id = p_session_id;"
  "  IF FOUND THEN outcome := 1; RETURN; END IF;"
  "  SELECT s.start_ms + s.duration_s * 1000 INTO neighbour_end_ms"
  "    FROM tropea_ledger.sessions s"
  "    WHERE s.client_pub = p_client_pub AND s.start_ms < p_start_ms + p_duration_s * 1000"
  "    ORDER BY s.start_ms DESC LIMIT 1;"
  "  IF neighbour_end_ms > p_start_ms THEN outcome := 2; RETURN; END IF;"
  "  IF (p_cap_micro > 0 AND p_credits_micro > p_cap_micro)"
  "     OR (p_cap_bytes > 0 AND p_bytes > p_cap_bytes) THEN"
  "    outcome := 3; RETURN;"
  "  END IF;"
  "  INSERT INTO tropea_ledger.days AS d (client_pub, grade, day, micro, bytes)"
  "    VALUES (p_client_pub, p_grade, p_start_ms / 86400000, p_credits_micro, p_bytes)"
  "    ON CONFLICT (client_pub, grade, day) DO UPDATE"
  "      SET micro = d.micro + excluded.micro, bytes = d.bytes + excluded.bytes"
  "      WHERE (p_cap_micro = 0 OR d.micro + excluded.micro <= p_cap_micro)"
  "        AND (p_cap_bytes = 0 OR d.bytes + excluded.bytes <= p_cap_bytes);"
  "  IF NOT FOUND THEN outcome := 3; RETURN; END IF;"
  "  INSERT INTO tropea_ledger.balances AS b (client_pub, grade, micro, minted_micro, sessions)"
  "    VALUES (p_client_pub, p_grade, p_credits_micro, -p_credits_micro, 1)"
  "    ON CONFLICT (client_pub, grade) DO UPDATE SET micro = b.micro + excluded.micro,"
  "      minted_micro = b.minted_micro + excluded.minted_micro, sessions = b.sessions + 1;"
  "  SELECT coalesce (sum (b.micro), 0)::bigint INTO o_balance_micro"
  "    FROM tropea_ledger.balances b"
  "    WHERE b.client_pub = p_client_pub AND b.grade <> 'simulated';"
  "  INSERT INTO tropea_ledger.sessions AS s (client_pub, session_id, start_ms, duration_s,"
  "      bytes, ip_hash, source, signature, grade, credits_micro, balance_micro,"
  "      received_hour, nonce)"
  "    VALUES (p_client_pub, p_session_id, p_start_ms, p_duration_s, p_bytes, p_ip_hash,"
  "      p_source, p_signature, p_grade, p_credits_micro, o_balance_micro, p_received_hour,"
  "      p_nonce)"
  "    RETURNING s.seq INTO o_seq;"
  "  outcome := 0;"
  "END $body$;"

  "CREATE FUNCTION tropea_ledger.import ("
  "  p_client_pub bytea, p_session_id uuid, p_start_ms bigint, p_duration_s bigint,"
  "  p_bytes bigint, p_ip_hash bytea, p_source text, p_signature bytea, p_grade text,"
  "  p_credits_micro bigint, p_received_hour bigint, p_balance_micro bigint, p_seq bigint,"
  "  p_nonce bytea)"
  "RETURNS void LANGUAGE sql AS $body$"
  "  INSERT INTO tropea_ledger.accounts (client_pub) VALUES (p_client_pub)"
  "    ON CONFLICT DO NOTHING;"
  "  INSERT INTO tropea_ledger.days AS d (client_pub, grade, day, micro, bytes)"
  "    VALUES (p_client_pub, p_grade, p_start_ms / 86400000, p_credits_micro, p_bytes)"
  "    ON CONFLICT (client_pub, grade, day) DO UPDATE"
  "      SET micro = d.micro + excluded.micro, bytes = d.bytes + excluded.bytes;"
  "  INSERT INTO tropea_ledger.balances AS b (client_pub, grade, micro, minted_micro, sessions)"
  "    VALUES (p_client_pub, p_grade, p_credits_micro, -p_credits_micro, 1)"
  "    ON CONFLICT (client_pub, grade) DO UPDATE SET micro = b.micro + excluded.micro,"
  "      minted_micro = b.minted_micro + excluded.minted_micro, sessions = b.sessions + 1;"
  "  INSERT INTO tropea_ledger.sessions (client_pub, session_id, start_ms, duration_s,"
  "      bytes, ip_hash, source, signature, grade, credits_micro, balance_micro,"
  "      received_hour, seq, nonce)"
  "    VALUES (p_client_pub, p_session_id, p_start_ms, p_duration_s, p_bytes, p_ip_hash,"
  "      p_source, p_signature, p_grade, p_credits_micro, p_balance_micro, p_received_hour,"
  "      p_seq, p_nonce);"
  "$body$;",
};

/* Any number, as long as it is always the same: one process at a time makes tables. */
#define LOCK_SQL "SELECT pg_advisory_xact_lock (8457123390017)"

#define DEADLINE_USEC (60 * G_USEC_PER_SEC)

static gint64
get_deadline (void)
{
  return g_get_monotonic_time () + DEADLINE_USEC;
}

/* The first column of the only row, as text. */
static gboolean
fetch_text (TropeaPostgres  *postgres,
            const char      *sql,
            char           **text,
            GError         **error)
{
  g_autoptr(PGresult) result = tropea_postgres_query_sql (postgres, sql, NULL, get_deadline (),
                                                          error);

  if (result == NULL)
    return FALSE;

  if (PQntuples (result) > 0 && !PQgetisnull (result, 0, 0))
    *text = g_strndup (PQgetvalue (result, 0, 0), (gsize) PQgetlength (result, 0, 0));
  return TRUE;
}

static gboolean
read_version (TropeaPostgres  *postgres,
              const char      *origin,
              guint64         *version,
              GError         **error)
{
  g_autofree char *table = NULL;
  g_autofree char *text = NULL;

  if (!fetch_text (postgres, "SELECT to_regclass ('tropea_ledger.facts')::text", &table, error))
    return FALSE;

  if (table == NULL && origin == NULL)
    {
      g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_UNAVAILABLE,
                           "There is no ledger in this database: name another");
      return FALSE;
    }

  *version = 0;
  if (table == NULL)
    return TRUE;

  if (!fetch_text (postgres, "SELECT value FROM tropea_ledger.facts WHERE name = 'version'",
                   &text, error))
    return FALSE;

  if (text != NULL && g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT, version, NULL))
    return TRUE;

  g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT,
                       "The database does not say which version its tables have");
  return FALSE;
}

static gboolean
make_schema (TropeaPostgres  *postgres,
             GError         **error)
{
  g_autofree char *name = NULL;

  if (!fetch_text (postgres, "SELECT to_regnamespace ('tropea_ledger')::text", &name, error))
    return FALSE;

  /* Somebody with more rights may have made it for us. */
  return name != NULL ||
         tropea_postgres_exec (postgres, "CREATE SCHEMA tropea_ledger", get_deadline (), error);
}

static gboolean
take_steps (TropeaPostgres  *postgres,
            guint64          version,
            GError         **error)
{
  g_autofree char *put_version =
    g_strdup_printf ("INSERT INTO tropea_ledger.facts (name, value) VALUES ('version', '%u') "
                     "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                     (guint) G_N_ELEMENTS (steps));

  if (version > G_N_ELEMENTS (steps))
    {
      g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_TOO_NEW,
                           "The database was written by a newer version of this program: "
                           "update this one");
      return FALSE;
    }

  if (version == G_N_ELEMENTS (steps))
    return TRUE;

  if (version == 0 && !make_schema (postgres, error))
    return FALSE;
  for (gsize i = version; i < G_N_ELEMENTS (steps); i++)
    {
      if (!tropea_postgres_exec (postgres, steps[i], get_deadline (), error))
        return FALSE;
    }

  return tropea_postgres_exec (postgres, put_version, get_deadline (), error);
}

/* Signatures cover the origin: a database that changed its name would hold sessions that no
 * longer verify. The first name stays.
 */
static gboolean
settle_origin (TropeaPostgres  *postgres,
               const char      *origin,
               char           **stored,
               GError         **error)
{
  if (origin != NULL)
    {
      TropeaPostgresParams params = { 0 };
      g_autoptr(PGresult) result = NULL;

      tropea_postgres_add_text (&params, origin);
      result = tropea_postgres_query_sql (postgres,
                                          "INSERT INTO tropea_ledger.facts (name, value) "
                                          "VALUES ('origin', $1::text) ON CONFLICT DO NOTHING",
                                          &params, get_deadline (), error);
      if (result == NULL)
        return FALSE;
    }

  if (!fetch_text (postgres, "SELECT value FROM tropea_ledger.facts WHERE name = 'origin'",
                   stored, error))
    return FALSE;

  if (!tropea_record_is_valid_origin (*stored))
    {
      g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT,
                           "The database does not say whose ledger it is");
      return FALSE;
    }

  if (origin != NULL && g_strcmp0 (*stored, origin) != 0)
    {
      g_set_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_UNAVAILABLE,
                   "The database belongs to the ledger “%s”: start with --origin %s or with "
                   "another database", *stored, *stored);
      return FALSE;
    }

  return TRUE;
}

/**
 * tropea_ledger_postgres_bring_up_to_date:
 * @origin: (nullable): the ledger's name, written into an empty database; NULL: whatever it has,
 *   and a database without a ledger is an error
 *
 * Make the tables or bring them to this program's version, in one transaction, while no other
 * process does.
 *
 * Returns: (transfer full): the ledger's name
 */
char *
tropea_ledger_postgres_bring_up_to_date (TropeaPostgres  *postgres,
                                         const char      *origin,
                                         GError         **error)
{
  g_autofree char *stored = NULL;
  guint64 version = 0;

  if (!tropea_postgres_exec (postgres, "BEGIN", get_deadline (), error) ||
      !tropea_postgres_exec (postgres, LOCK_SQL, get_deadline (), error) ||
      !read_version (postgres, origin, &version, error) ||
      !take_steps (postgres, version, error) ||
      !settle_origin (postgres, origin, &stored, error) ||
      !tropea_postgres_exec (postgres, "COMMIT", get_deadline (), error))
    return NULL;

  return g_steal_pointer (&stored);
}

gboolean
tropea_ledger_postgres_find_ledger_key (TropeaPostgres  *postgres,
                                        guint8          *public_key,
                                        gboolean        *is_found,
                                        GError         **error)
{
  g_autofree char *text = NULL;

  if (!fetch_text (postgres, "SELECT value FROM tropea_ledger.facts WHERE name = 'key'", &text,
                   error))
    return FALSE;

  if (text != NULL && !tropea_base64_decode (text, strlen (text), public_key,
                                             TROPEA_RECORD_PUBLIC_KEY_BYTES))
    {
      g_set_error_literal (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT,
                           "What the database says of its ledger's key is damaged");
      return FALSE;
    }

  *is_found = text != NULL;
  return TRUE;
}

/* Of processes that start at once with different keys, the first one's stays. */
gboolean
tropea_ledger_postgres_put_ledger_key (TropeaPostgres  *postgres,
                                       const guint8    *public_key,
                                       gboolean         replaces,
                                       GError         **error)
{
  g_autofree char *text = tropea_base64_encode (public_key, TROPEA_RECORD_PUBLIC_KEY_BYTES);
  TropeaPostgresParams params = { 0 };
  g_autoptr(PGresult) result = NULL;

  tropea_postgres_add_text (&params, text);
  tropea_postgres_add_int64 (&params, replaces);
  result = tropea_postgres_query_sql (postgres,
                                      "INSERT INTO tropea_ledger.facts AS f (name, value) "
                                      "VALUES ('key', $1::text) ON CONFLICT (name) "
                                      "DO UPDATE SET value = excluded.value "
                                      "WHERE $2::bigint <> 0", &params, get_deadline (), error);

  /* The log goes on, under the new key: its head is signed anew. */
  return result != NULL &&
         (!replaces ||
          tropea_postgres_exec (postgres, "UPDATE tropea_ledger.log_head SET checkpoint = NULL",
                                get_deadline (), error));
}
