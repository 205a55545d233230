/* tropea-host-history.c: what a host has recorded, to look at, to check and to take along
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-host-history"

#include "config.h"

#include "host/tropea-host-history.h"

#include <string.h>

#include "host/tropea-host-private.h"
#include "record/tropea-encoding.h"

/* The ledger's figures are only compared with books that did not move while it was asked: where
 * a session was credited in between, both are asked again. A ledger that does not answer leaves
 * the books as they are, and they say that it was not asked.
 */

#define MOST_ROUNDS 4

typedef struct
{
  TropeaLedgerClient  *client;   /* (owned): the one in use when it began */
  TropeaLedgerInfo    *info;     /* (owned) (nullable) */
  char                *ledger;   /* (owned) (nullable): its key */
  TropeaBooks          books;    /* before the ledger was asked */
  TropeaLedgerFigures  figures;
  gboolean             has_figures;
  guint                n_rounds;
} Check;

static void add_up (GTask *task);

static void
check_free (Check *self)
{
  g_clear_object (&self->client);
  g_clear_pointer (&self->info, tropea_ledger_info_free);
  g_free (self->ledger);
  g_free (self);
}

/**
 * tropea_host_new_history:
 *
 * Returns: (transfer full): all sessions, newest first
 */
TropeaSessionHistory *
tropea_host_new_history (TropeaHost *self)
{
  g_return_val_if_fail (TROPEA_IS_HOST (self), NULL);

  return tropea_session_history_new (self->store);
}

/**
 * tropea_host_new_day_book:
 *
 * Returns: (transfer full): the credits by day
 */
TropeaDayBook *
tropea_host_new_day_book (TropeaHost *self)
{
  g_return_val_if_fail (TROPEA_IS_HOST (self), NULL);

  return tropea_day_book_new (self->store, self->clock);
}

/* Takes @task over, as all that follow. */
static void
finish_check (GTask *task)
{
  Check *self = g_task_get_task_data (task);

  if (self->has_figures)
    tropea_books_compare_ledger (&self->books, &self->figures);
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
balance_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  GTask *task = user_data;
  g_autoptr(GError) error = NULL;
  Check *self = g_task_get_task_data (task);

  self->has_figures = tropea_ledger_client_balance_finish (TROPEA_LEDGER_CLIENT (object), result,
                                                           &self->figures, &error);
  if (self->has_figures)
    {
      add_up (task);
      return;
    }

  g_debug ("The ledger's balance is not known: %s", error->message);
  finish_check (task);
}

static void
ask_balance (GTask *task)
{
  TropeaHost *host = g_task_get_source_object (task);
  Check *self = g_task_get_task_data (task);
  const char *key = tropea_identity_get_public_key (host->identity);
  guint8 client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };
  g_autofree char *target = NULL;
  g_autofree char *proof = NULL;

  if (key != NULL && tropea_identity_get_state (host->identity) == TROPEA_KEY_STATE_READY &&
      tropea_base64_decode (key, strlen (key), client_pub, sizeof client_pub))
    {
      target = tropea_ledger_client_dup_balance_target (client_pub);
      proof = tropea_identity_dup_read_proof (host->identity, self->info->origin, target,
                                              tropea_clock_get_wall_ms (host->clock), NULL);
    }

  if (proof != NULL)
    tropea_ledger_client_balance_async (self->client, target, proof, NULL, balance_cb, task);
  else
    finish_check (task);
}

static gboolean
has_same_own (const TropeaBooks *a,
              const TropeaBooks *b)
{
  return a->own.credits_micro == b->own.credits_micro &&
         a->own.simulated_micro == b->own.simulated_micro;
}

static void
added_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  TropeaBooks books = { 0 };
  Check *self = g_task_get_task_data (task);
  gboolean has_moved = FALSE;

  if (!tropea_store_check_books_finish (TROPEA_STORE (object), result, &books, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  has_moved = !has_same_own (&books, &self->books);
  self->books = books;
  if (self->info == NULL || (self->has_figures && !has_moved))
    {
      finish_check (task);
      return;
    }

  self->has_figures = FALSE;
  if (self->n_rounds++ < MOST_ROUNDS)
    ask_balance (task);
  else
    finish_check (task);
}

static void
add_up (GTask *task)
{
  TropeaHost *host = g_task_get_source_object (task);
  Check *self = g_task_get_task_data (task);

  tropea_store_check_books_async (host->store, self->ledger, NULL, added_cb, task);
}

static void
info_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  GTask *task = user_data;
  g_autoptr(GError) error = NULL;
  Check *self = g_task_get_task_data (task);

  self->info = tropea_ledger_client_info_finish (TROPEA_LEDGER_CLIENT (object), result, &error);
  if (self->info != NULL)
    self->ledger = tropea_base64_encode (self->info->public_key, sizeof self->info->public_key);
  else
    g_debug ("The ledger does not answer: %s", error->message);

  add_up (task);
}

/**
 * tropea_host_check_books_async:
 *
 * Never fails for the ledger's sake. Errors: the store's.
 */
void
tropea_host_check_books_async (TropeaHost          *self,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  GTask *task = NULL;
  Check *check = NULL;

  g_return_if_fail (TROPEA_IS_HOST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_host_check_books_async);
  check = g_new0 (Check, 1);
  check->client = g_object_ref (self->client);
  g_task_set_task_data (task, check, (GDestroyNotify) check_free);
  tropea_ledger_client_info_async (self->client, NULL, info_cb, task);
}

/**
 * tropea_host_check_books_finish:
 * @books: (out):
 */
gboolean
tropea_host_check_books_finish (TropeaHost    *self,
                                GAsyncResult  *result,
                                TropeaBooks   *books,
                                GError       **error)
{
  Check *check = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  check = g_task_get_task_data (G_TASK (result));
  *books = check->books;
  return TRUE;
}

static void
exported_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;
  gint64 *n_sessions = g_task_get_task_data (task);

  if (tropea_export_finish (TROPEA_STORE (object), result, n_sessions, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * tropea_host_export_async:
 *
 * See tropea_export_async ().
 */
void
tropea_host_export_async (TropeaHost                *self,
                          const TropeaSessionFilter *filter,
                          TropeaExportFormat         format,
                          const char                *path,
                          GAsyncReadyCallback        callback,
                          gpointer                   user_data)
{
  GTask *task = NULL;

  g_return_if_fail (TROPEA_IS_HOST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_host_export_async);
  g_task_set_task_data (task, g_new0 (gint64, 1), g_free);
  tropea_export_async (self->store, filter, format, path, NULL, exported_cb, task);
}

gboolean
tropea_host_export_finish (TropeaHost    *self,
                           GAsyncResult  *result,
                           gint64        *n_sessions,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  *n_sessions = *(gint64 *) g_task_get_task_data (G_TASK (result));
  return TRUE;
}
