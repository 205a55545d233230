/* tropea-ledger-postgres-store.c: a ledger in a PostgreSQL database that processes share
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-store"

#include "config.h"

#include "ledger/tropea-ledger-postgres-store.h"

#include "ledger/tropea-ledger-postgres-log.h"
#include "ledger/tropea-ledger-postgres-readers.h"
#include "ledger/tropea-ledger-postgres-rows.h"
#include "ledger/tropea-ledger-postgres-schema.h"
#include "ledger/tropea-ledger-postgres-visit.h"
#include "ledger/tropea-ledger-postgres-writer.h"

/* One connection writes, and others read, as many as threads ever do at once; both heal
 * themselves. Whoever adds the whole ledger up gets a connection of its own.
 */

struct _TropeaLedgerPostgresStore
{
  GObject                      parent_instance;

  char                        *origin;    /* (owned) */
  TropeaPostgresAddress       *address;   /* (owned) */
  TropeaLedgerPostgresWriter  *writer;    /* (owned): submit () and import () only */
  TropeaLedgerPostgresReaders *readers;   /* (owned) */
};

static void store_iface_init (TropeaLedgerStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TropeaLedgerPostgresStore, tropea_ledger_postgres_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TROPEA_TYPE_LEDGER_STORE,
                                                      store_iface_init))

static const char *
get_origin (TropeaLedgerStore *store)
{
  return TROPEA_LEDGER_POSTGRES_STORE (store)->origin;
}

static gboolean
submit (TropeaLedgerStore  *store,
        GPtrArray          *entries,
        gint64              received_hour,
        GError            **error)
{
  return tropea_ledger_postgres_writer_submit (TROPEA_LEDGER_POSTGRES_STORE (store)->writer,
                                               entries, received_hour, error);
}

static gboolean
import (TropeaLedgerStore     *store,
        TropeaLedgerPageFunc   next,
        gpointer               user_data,
        TropeaLedgerStore     *log,
        GError               **error)
{
  return tropea_ledger_postgres_writer_import (TROPEA_LEDGER_POSTGRES_STORE (store)->writer,
                                               next, user_data, log, error);
}

static gboolean
set_key (TropeaLedgerStore  *store,
         TropeaSecret       *secret_key,
         GError            **error)
{
  return tropea_ledger_postgres_writer_set_key (TROPEA_LEDGER_POSTGRES_STORE (store)->writer,
                                                secret_key, error);
}

static TropeaLedgerGroup *
dup_group (TropeaLedgerStore *store)
{
  return tropea_ledger_postgres_writer_dup_group (TROPEA_LEDGER_POSTGRES_STORE (store)->writer);
}

static gboolean
read_head (TropeaLedgerStore  *store,
           TropeaLedgerHead   *head,
           GError            **error)
{
  TropeaLedgerPostgresStore *self = TROPEA_LEDGER_POSTGRES_STORE (store);
  g_autoptr(PGresult) result =
    tropea_ledger_postgres_readers_query (self->readers, "log-head",
                                          &(TropeaPostgresParams) { 0 }, error);

  return result != NULL && tropea_ledger_postgres_log_read_head (result, head, error);
}

static GBytes *
read_hashes (TropeaLedgerStore  *store,
             guint               level,
             guint64             first,
             guint               n_hashes,
             GError            **error)
{
  TropeaLedgerPostgresStore *self = TROPEA_LEDGER_POSTGRES_STORE (store);
  TropeaPostgresParams params = { 0 };
  g_autoptr(PGresult) result = NULL;

  tropea_postgres_add_int64 (&params, (gint64) first);
  tropea_postgres_add_int64 (&params, n_hashes);
  if (level > 0)
    tropea_postgres_add_int64 (&params, level);
  result = tropea_ledger_postgres_readers_query (self->readers,
                                                 level > 0 ? "log-nodes" : "log-entries",
                                                 &params, error);
  if (result == NULL)
    return NULL;

  return tropea_ledger_postgres_log_read_hashes (result, level, first, n_hashes, error);
}

static gboolean
find (TropeaLedgerStore   *store,
      const TropeaRecord  *record,
      TropeaLedgerEntry   *entry,
      gboolean            *is_found,
      GError             **error)
{
  TropeaLedgerPostgresStore *self = TROPEA_LEDGER_POSTGRES_STORE (store);
  TropeaPostgresParams params = { 0 };
  g_autoptr(PGresult) result = NULL;

  tropea_postgres_add_bytes (&params, record->client_pub, sizeof record->client_pub);
  tropea_postgres_add_text (&params, record->session_id);
  result = tropea_ledger_postgres_readers_query (self->readers, "find", &params, error);
  if (result == NULL ||
      (PQntuples (result) > 0 && !tropea_ledger_postgres_read_entry (result, 0, 0, entry, error)))
    return FALSE;

  *is_found = PQntuples (result) > 0;
  return TRUE;
}

static gboolean
get_balance (TropeaLedgerStore    *store,
             const guint8         *client_pub,
             TropeaLedgerBalance  *balance,
             GError              **error)
{
  TropeaLedgerPostgresStore *self = TROPEA_LEDGER_POSTGRES_STORE (store);
  TropeaPostgresParams params = { 0 };
  g_autoptr(PGresult) result = NULL;

  tropea_postgres_add_bytes (&params, client_pub, TROPEA_RECORD_PUBLIC_KEY_BYTES);
  result = tropea_ledger_postgres_readers_query (self->readers, "balance", &params, error);
  if (result == NULL)
    return FALSE;

  balance->balance_micro = tropea_postgres_get_int64 (result, 0, 0);
  balance->simulated_micro = tropea_postgres_get_int64 (result, 0, 1);
  balance->n_sessions = tropea_postgres_get_int64 (result, 0, 2);
  return TRUE;
}

static GPtrArray *
list (TropeaLedgerStore  *store,
      const guint8       *client_pub,
      gint64              before_seq,
      guint               limit,
      GError            **error)
{
  TropeaLedgerPostgresStore *self = TROPEA_LEDGER_POSTGRES_STORE (store);
  TropeaPostgresParams params = { 0 };
  g_autoptr(PGresult) result = NULL;

  tropea_postgres_add_bytes (&params, client_pub, TROPEA_RECORD_PUBLIC_KEY_BYTES);
  tropea_postgres_add_int64 (&params, before_seq);
  tropea_postgres_add_int64 (&params, limit);
  result = tropea_ledger_postgres_readers_query (self->readers, "list", &params, error);

  return result != NULL ? tropea_ledger_postgres_read_page (result, error) : NULL;
}

static GPtrArray *
list_all (TropeaLedgerStore  *store,
          gint64              after_seq,
          guint               limit,
          GError            **error)
{
  TropeaLedgerPostgresStore *self = TROPEA_LEDGER_POSTGRES_STORE (store);
  TropeaPostgresParams params = { 0 };
  g_autoptr(PGresult) result = NULL;

  tropea_postgres_add_int64 (&params, after_seq);
  tropea_postgres_add_int64 (&params, limit);
  result = tropea_ledger_postgres_readers_query (self->readers, "list-all", &params, error);

  return result != NULL ? tropea_ledger_postgres_read_page (result, error) : NULL;
}

/* Once at the start: through a connection that is not kept. */
static gboolean
find_key (TropeaLedgerStore  *store,
          guint8             *public_key,
          gboolean           *is_found,
          GError            **error)
{
  TropeaLedgerPostgresStore *self = TROPEA_LEDGER_POSTGRES_STORE (store);
  g_autoptr(TropeaPostgres) postgres = tropea_postgres_connect (self->address, error);

  return postgres != NULL &&
         tropea_ledger_postgres_find_ledger_key (postgres, public_key, is_found, error);
}

static gboolean
put_key (TropeaLedgerStore  *store,
         const guint8       *public_key,
         gboolean            replaces,
         GError            **error)
{
  TropeaLedgerPostgresStore *self = TROPEA_LEDGER_POSTGRES_STORE (store);
  g_autoptr(TropeaPostgres) postgres = tropea_postgres_connect (self->address, error);

  return postgres != NULL &&
         tropea_ledger_postgres_put_ledger_key (postgres, public_key, replaces, error);
}

/* Seldom: through a connection that is not kept. */
static gboolean
decide (TropeaLedgerStore     *store,
        TropeaLedgerDecision  *decision,
        GError               **error)
{
  TropeaLedgerPostgresStore *self = TROPEA_LEDGER_POSTGRES_STORE (store);
  g_autoptr(TropeaPostgres) postgres = tropea_postgres_connect (self->address, error);

  return postgres != NULL && tropea_ledger_postgres_put_decision (postgres, decision, error);
}

static GPtrArray *
list_decisions (TropeaLedgerStore  *store,
                gint64              after_number,
                GError            **error)
{
  TropeaLedgerPostgresStore *self = TROPEA_LEDGER_POSTGRES_STORE (store);
  TropeaPostgresParams params = { 0 };
  g_autoptr(PGresult) result = NULL;

  tropea_postgres_add_int64 (&params, after_number);
  result = tropea_ledger_postgres_readers_query (self->readers, "list-decisions", &params, error);

  return result != NULL ? tropea_ledger_postgres_read_decisions (result, error) : NULL;
}

static gboolean
visit (TropeaLedgerStore          *store,
       const TropeaLedgerVisitor  *visitor,
       gpointer                    user_data,
       GError                    **error)
{
  return tropea_ledger_postgres_visit (TROPEA_LEDGER_POSTGRES_STORE (store)->address, visitor,
                                       user_data, error);
}

static void
store_iface_init (TropeaLedgerStoreInterface *iface)
{
  iface->is_shared = TRUE;
  iface->get_origin = get_origin;
  iface->submit = submit;
  iface->find = find;
  iface->get_balance = get_balance;
  iface->list = list;
  iface->list_all = list_all;
  iface->import = import;
  iface->find_key = find_key;
  iface->put_key = put_key;
  iface->decide = decide;
  iface->list_decisions = list_decisions;
  iface->visit = visit;
  iface->set_key = set_key;
  iface->dup_group = dup_group;
  iface->read_head = read_head;
  iface->read_hashes = read_hashes;
}

static void
tropea_ledger_postgres_store_finalize (GObject *object)
{
  TropeaLedgerPostgresStore *self = TROPEA_LEDGER_POSTGRES_STORE (object);

  g_clear_pointer (&self->writer, tropea_ledger_postgres_writer_free);
  g_clear_pointer (&self->readers, tropea_ledger_postgres_readers_free);
  g_clear_pointer (&self->address, tropea_postgres_address_free);
  g_clear_pointer (&self->origin, g_free);

  G_OBJECT_CLASS (tropea_ledger_postgres_store_parent_class)->finalize (object);
}

static void
tropea_ledger_postgres_store_class_init (TropeaLedgerPostgresStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tropea_ledger_postgres_store_finalize;
}

static void
tropea_ledger_postgres_store_init (TropeaLedgerPostgresStore *self)
{
}

/**
 * tropea_ledger_postgres_store_open:
 * @uri: postgresql://…, as libpq reads it; with several hosts, whichever takes writes is used
 * @origin: (nullable): the ledger's name, written into an empty database; NULL: whatever it has
 *
 * Any number of processes may have one database open. Not through a pooler that gives each
 * transaction another connection: statements are prepared once.
 */
TropeaLedgerStore *
tropea_ledger_postgres_store_open (const char  *uri,
                                   const char  *origin,
                                   GError     **error)
{
  g_autoptr(TropeaLedgerPostgresStore) self = NULL;

  g_return_val_if_fail (uri != NULL, NULL);
  g_return_val_if_fail (origin == NULL || tropea_record_is_valid_origin (origin), NULL);

  self = g_object_new (TROPEA_TYPE_LEDGER_POSTGRES_STORE, NULL);
  self->address = tropea_postgres_address_new (uri, error);
  if (self->address == NULL)
    return NULL;

  self->readers = tropea_ledger_postgres_readers_new (self->address);
  self->writer = tropea_ledger_postgres_writer_open (self->address, self->readers, origin,
                                                     &self->origin, error);
  if (self->writer == NULL)
    return NULL;

  return TROPEA_LEDGER_STORE (g_steal_pointer (&self));
}
