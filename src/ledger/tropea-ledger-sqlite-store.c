/* tropea-ledger-sqlite-store.c: a ledger in one SQLite file
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-store"

#include "config.h"

#include "ledger/tropea-ledger-sqlite-store.h"

#include "ledger/tropea-ledger-sqlite-reader.h"
#include "ledger/tropea-ledger-sqlite-rows.h"
#include "ledger/tropea-ledger-sqlite-writer.h"

/* One handle writes; only submit () and import () touch it, from one thread. Readers are lent
 * to whoever asks, so there are as many as threads ever read at the same time, and none waits
 * for another.
 */

struct _TropeaLedgerSqliteStore
{
  GObject                   parent_instance;

  char                     *path;          /* (owned) */
  char                     *origin;        /* (owned) */
  TropeaLedgerSqliteWriter *writer;        /* (owned) */

  GMutex                    mutex;         /* for what follows */
  GPtrArray                *idle_readers;  /* (owned), of TropeaLedgerSqliteReader */
};

/* A reader on loan: whoever has it has it alone, and it goes back when it goes out of scope. */
typedef struct
{
  TropeaLedgerSqliteStore  *store;   /* (unowned) */
  TropeaLedgerSqliteReader *reader;  /* (owned) (nullable) */
} Loan;

static void store_iface_init (TropeaLedgerStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TropeaLedgerSqliteStore, tropea_ledger_sqlite_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TROPEA_TYPE_LEDGER_STORE,
                                                      store_iface_init))

static void
loan_end (Loan *loan)
{
  if (loan->reader == NULL)
    return;

  g_mutex_lock (&loan->store->mutex);
  g_ptr_array_add (loan->store->idle_readers, g_steal_pointer (&loan->reader));
  g_mutex_unlock (&loan->store->mutex);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Loan, loan_end)

static gboolean
loan_begin (Loan                     *loan,
            TropeaLedgerStore        *store,
            GError                  **error)
{
  TropeaLedgerSqliteStore *self = TROPEA_LEDGER_SQLITE_STORE (store);

  loan->store = self;
  g_mutex_lock (&self->mutex);
  if (self->idle_readers->len > 0)
    loan->reader = g_ptr_array_steal_index_fast (self->idle_readers,
                                                 self->idle_readers->len - 1);
  g_mutex_unlock (&self->mutex);

  if (loan->reader == NULL)
    loan->reader = tropea_ledger_sqlite_reader_open (self->path, error);
  return loan->reader != NULL;
}

static const char *
get_origin (TropeaLedgerStore *store)
{
  return TROPEA_LEDGER_SQLITE_STORE (store)->origin;
}

static gboolean
submit (TropeaLedgerStore  *store,
        GPtrArray          *entries,
        gint64              received_hour,
        GError            **error)
{
  return tropea_ledger_sqlite_writer_submit (TROPEA_LEDGER_SQLITE_STORE (store)->writer, entries,
                                             received_hour, error);
}

static gboolean
import (TropeaLedgerStore     *store,
        TropeaLedgerPageFunc   next,
        gpointer               user_data,
        TropeaLedgerStore     *log,
        GError               **error)
{
  return tropea_ledger_sqlite_writer_import (TROPEA_LEDGER_SQLITE_STORE (store)->writer, next,
                                             user_data, log, error);
}

static TropeaLedgerSqliteLog *
get_log (TropeaLedgerStore *store)
{
  return tropea_ledger_sqlite_writer_get_log (TROPEA_LEDGER_SQLITE_STORE (store)->writer);
}

static gboolean
set_key (TropeaLedgerStore  *store,
         TropeaSecret       *secret_key,
         GError            **error)
{
  return tropea_ledger_sqlite_log_set_key (get_log (store), secret_key, error);
}

static TropeaLedgerGroup *
dup_group (TropeaLedgerStore *store)
{
  return tropea_ledger_sqlite_log_dup_group (get_log (store));
}

static gboolean
read_head (TropeaLedgerStore  *store,
           TropeaLedgerHead   *head,
           GError            **error)
{
  g_auto(Loan) loan = { NULL, NULL };

  return loan_begin (&loan, store, error) &&
         tropea_ledger_sqlite_log_read_head (tropea_ledger_sqlite_reader_get_db (loan.reader),
                                             head, error);
}

static GBytes *
read_hashes (TropeaLedgerStore  *store,
             guint               level,
             guint64             first,
             guint               n_hashes,
             GError            **error)
{
  g_auto(Loan) loan = { NULL, NULL };

  if (!loan_begin (&loan, store, error))
    return NULL;

  return tropea_ledger_sqlite_log_read_hashes (tropea_ledger_sqlite_reader_get_db (loan.reader),
                                               level, first, n_hashes, error);
}

static gboolean
find (TropeaLedgerStore   *store,
      const TropeaRecord  *record,
      TropeaLedgerEntry   *entry,
      gboolean            *is_found,
      GError             **error)
{
  g_auto(Loan) loan = { NULL, NULL };

  return loan_begin (&loan, store, error) &&
         tropea_ledger_sqlite_reader_find (loan.reader, record, entry, is_found, error);
}

static gboolean
get_balance (TropeaLedgerStore    *store,
             const guint8         *client_pub,
             TropeaLedgerBalance  *balance,
             GError              **error)
{
  g_auto(Loan) loan = { NULL, NULL };

  return loan_begin (&loan, store, error) &&
         tropea_ledger_sqlite_reader_get_balance (loan.reader, client_pub, balance, error);
}

static GPtrArray *
list (TropeaLedgerStore  *store,
      const guint8       *client_pub,
      gint64              before_seq,
      guint               limit,
      GError            **error)
{
  g_auto(Loan) loan = { NULL, NULL };

  if (!loan_begin (&loan, store, error))
    return NULL;

  return tropea_ledger_sqlite_reader_list (loan.reader, client_pub, before_seq, limit, error);
}

static GPtrArray *
list_all (TropeaLedgerStore  *store,
          gint64              after_seq,
          guint               limit,
          GError            **error)
{
  g_auto(Loan) loan = { NULL, NULL };

  if (!loan_begin (&loan, store, error))
    return NULL;

  return tropea_ledger_sqlite_reader_list_all (loan.reader, after_seq, limit, error);
}

static sqlite3 *
get_db (TropeaLedgerStore *store)
{
  return tropea_ledger_sqlite_writer_get_db (TROPEA_LEDGER_SQLITE_STORE (store)->writer);
}

static gboolean
find_key (TropeaLedgerStore  *store,
          guint8             *public_key,
          gboolean           *is_found,
          GError            **error)
{
  return tropea_ledger_sqlite_find_ledger_key (get_db (store), public_key, is_found, error);
}

static gboolean
put_key (TropeaLedgerStore  *store,
         const guint8       *public_key,
         gboolean            replaces,
         GError            **error)
{
  return tropea_ledger_sqlite_put_ledger_key (get_db (store), public_key, replaces, error);
}

static gboolean
decide (TropeaLedgerStore     *store,
        TropeaLedgerDecision  *decision,
        GError               **error)
{
  return tropea_ledger_sqlite_writer_decide (TROPEA_LEDGER_SQLITE_STORE (store)->writer, decision,
                                             error);
}

static GPtrArray *
list_decisions (TropeaLedgerStore  *store,
                gint64              after_number,
                GError            **error)
{
  g_auto(Loan) loan = { NULL, NULL };

  if (!loan_begin (&loan, store, error))
    return NULL;

  return tropea_ledger_sqlite_reader_list_decisions (loan.reader, after_number, error);
}

static gboolean
visit (TropeaLedgerStore          *store,
       const TropeaLedgerVisitor  *visitor,
       gpointer                    user_data,
       GError                    **error)
{
  g_auto(Loan) loan = { NULL, NULL };

  return loan_begin (&loan, store, error) &&
         tropea_ledger_sqlite_reader_visit (loan.reader, visitor, user_data, error);
}

static void
store_iface_init (TropeaLedgerStoreInterface *iface)
{
  iface->get_origin = get_origin;
  iface->submit = submit;
  iface->list_all = list_all;
  iface->import = import;
  iface->find = find;
  iface->get_balance = get_balance;
  iface->list = list;
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
tropea_ledger_sqlite_store_finalize (GObject *object)
{
  TropeaLedgerSqliteStore *self = TROPEA_LEDGER_SQLITE_STORE (object);

  /* The writer last: it moves the log into the file and removes it. */
  g_clear_pointer (&self->idle_readers, g_ptr_array_unref);
  g_clear_pointer (&self->writer, tropea_ledger_sqlite_writer_free);
  g_clear_pointer (&self->origin, g_free);
  g_clear_pointer (&self->path, g_free);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (tropea_ledger_sqlite_store_parent_class)->finalize (object);
}

static void
tropea_ledger_sqlite_store_class_init (TropeaLedgerSqliteStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tropea_ledger_sqlite_store_finalize;
}

static void
tropea_ledger_sqlite_store_init (TropeaLedgerSqliteStore *self)
{
  g_mutex_init (&self->mutex);
  self->idle_readers = g_ptr_array_new_with_free_func (
    (GDestroyNotify) tropea_ledger_sqlite_reader_free);
}

/**
 * tropea_ledger_sqlite_store_open:
 * @path: the file; it is made if it is not there
 * @origin: (nullable): the ledger's name, written into a new file; NULL: whatever it has
 */
TropeaLedgerStore *
tropea_ledger_sqlite_store_open (const char  *path,
                                 const char  *origin,
                                 GError     **error)
{
  g_autoptr(TropeaLedgerSqliteStore) self = NULL;
  g_auto(Loan) first = { NULL, NULL };

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (origin == NULL || tropea_record_is_valid_origin (origin), NULL);

  self = g_object_new (TROPEA_TYPE_LEDGER_SQLITE_STORE, NULL);
  self->path = g_strdup (path);
  self->writer = tropea_ledger_sqlite_writer_open (path, error);
  if (self->writer == NULL)
    return NULL;

  self->origin = tropea_ledger_sqlite_writer_dup_origin (self->writer, origin, error);
  if (self->origin == NULL || !loan_begin (&first, TROPEA_LEDGER_STORE (self), error))
    return NULL;

  return TROPEA_LEDGER_STORE (g_steal_pointer (&self));
}
