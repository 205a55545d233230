/* tropea-host-ledger-change.c: going over to another ledger while the host runs
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-host-ledger-change"

#include "config.h"

#include "host/tropea-host-ledger.h"

#include "host/tropea-host-private.h"

/* While the ledger is changed, sessions are cut and wait as ever; the outbox is the store's and
 * not a ledger's. What is under way to the one before is brought to its end first, so that its
 * answers are on disk; what it did not answer stays its own (see tropea-store-claim.c). The new
 * one is compared with the store before anything is sent to it, as at every opening.
 */

/* Through tor an answer may take as long; what comes later is no longer listened to. */
#define LAST_ANSWER_MS 10000

/* It ends within a moment; what it acknowledged is on its disk whatever happens. */
#define END_LEDGER_MS 2000

typedef struct
{
  char               *url;      /* (owned) (nullable): NULL for ours */
  TropeaLedgerClient *client;   /* (owned) */
} Change;

static void
change_free (Change *self)
{
  g_free (self->url);
  g_clear_object (&self->client);
  g_free (self);
}

/* Whoever closes the host has taken over from here. */
static gboolean
is_too_late (GTask *task)
{
  TropeaHost *self = g_task_get_source_object (task);

  if (!self->is_closing)
    return FALSE;

  self->is_changing_ledger = FALSE;
  g_task_return_new_error (task, TROPEA_HOST_ERROR, TROPEA_HOST_ERROR_BUSY,
                           "Tropea is being closed: choose the ledger again after that");

  return TRUE;
}

static void
go_over (GTask *task)
{
  TropeaHost *self = g_task_get_source_object (task);
  Change *change = g_task_get_task_data (task);

  g_signal_handlers_disconnect_by_data (self->submitter, self);
  g_clear_object (&self->submitter);
  g_clear_object (&self->ledger);
  g_set_object (&self->client, change->client);
  g_free (self->options->ledger_url);
  self->options->ledger_url = g_steal_pointer (&change->url);

  self->is_changing_ledger = FALSE;
  self->is_submitting = FALSE;
  tropea_host_make_ledger (self);
  tropea_host_connect_ledger (self);
  tropea_host_update_socks_port (self);
  tropea_host_start_ledger (self);
  tropea_host_update_problem (self);
  g_task_return_boolean (task, TRUE);
}

static void
ledger_ended_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;

  if (!tropea_embedded_ledger_stop_finish (TROPEA_EMBEDDED_LEDGER (object), result, &error))
    g_debug ("The embedded ledger did not end in order: %s", error->message);
  if (!is_too_late (task))
    go_over (task);
}

static void
submitter_stopped_cb (GObject      *object,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  TropeaHost *self = g_task_get_source_object (task);

  if (!tropea_submitter_stop_finish (TROPEA_SUBMITTER (object), result, &error))
    g_debug ("The last submission did not end in order: %s", error->message);
  if (is_too_late (task))
    return;

  if (self->ledger == NULL)
    {
      go_over (task);
      return;
    }

  g_signal_handlers_disconnect_by_data (self->ledger, self);
  tropea_embedded_ledger_stop_async (self->ledger, END_LEDGER_MS, ledger_ended_cb,
                                     g_steal_pointer (&task));
}

/* Takes @task over. */
static void
leave (GTask *task)
{
  TropeaHost *self = g_task_get_source_object (task);

  tropea_submitter_stop_async (self->submitter, LAST_ANSWER_MS, submitter_stopped_cb, task);
}

static void
pinned_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  TropeaHost *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!tropea_ledger_pin_replace_finish (TROPEA_STORE (object), result, &error))
    {
      self->is_changing_ledger = FALSE;
      g_task_return_error (task, error);
    }
  else if (!is_too_late (task))
    {
      leave (g_steal_pointer (&task));
    }
}

static gboolean
check_change (TropeaHost  *self,
              GError     **error)
{
  if (self->is_closing)
    g_set_error_literal (error, TROPEA_HOST_ERROR, TROPEA_HOST_ERROR_BUSY,
                         "Tropea is being closed: choose the ledger again after that");
  else if (self->is_changing_ledger)
    g_set_error_literal (error, TROPEA_HOST_ERROR, TROPEA_HOST_ERROR_BUSY,
                         "Another ledger is being taken already: try again in a moment");
  else
    return TRUE;

  return FALSE;
}

/**
 * tropea_host_use_ledger_async:
 * @url: (nullable): NULL for the one on this computer
 * @trusted: (nullable): who the user says it is, whoever it was before; NULL: who it was when it
 *   was first used, or whoever it is where it never was
 *
 * Send sessions there from now on, those that wait too. Nothing is sent twice and nothing is
 * lost: see the comment at the top. Fails with %TROPEA_LEDGER_CLIENT_ERROR_INVALID_URL,
 * %TROPEA_HOST_ERROR_BUSY and the store's errors; then all stays as it was.
 */
void
tropea_host_use_ledger_async (TropeaHost             *self,
                              const char             *url,
                              const TropeaLedgerInfo *trusted,
                              GAsyncReadyCallback     callback,
                              gpointer                user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(TropeaLedgerClient) client = NULL;
  GError *error = NULL;
  Change *change = NULL;

  g_return_if_fail (TROPEA_IS_HOST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_host_use_ledger_async);

  if (!check_change (self, &error) ||
      (client = tropea_host_make_client (self, url, &error)) == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  if (trusted == NULL && g_str_equal (tropea_ledger_client_get_url (client),
                                      tropea_ledger_client_get_url (self->client)))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  change = g_new0 (Change, 1);
  change->url = url != NULL ? g_strdup (tropea_ledger_client_get_url (client)) : NULL;
  change->client = g_steal_pointer (&client);
  g_task_set_task_data (task, change, (GDestroyNotify) change_free);
  self->is_changing_ledger = TRUE;
  if (trusted != NULL)
    tropea_ledger_pin_replace_async (self->store, tropea_ledger_client_get_url (change->client),
                                     trusted, pinned_cb, g_steal_pointer (&task));
  else
    leave (g_steal_pointer (&task));
}

gboolean
tropea_host_use_ledger_finish (TropeaHost    *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
looked_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  TropeaLedgerSight *sight = g_task_get_task_data (task);
  GError *error = NULL;

  if (tropea_ledger_pin_look_finish (TROPEA_STORE (object), result, &sight->trust, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
asked_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  TropeaHost *self = TROPEA_HOST (object);
  TropeaLedgerSight *sight = g_task_get_task_data (task);
  GError *error = NULL;

  sight->info = tropea_host_ask_ledger_finish (self, result, &error);
  if (sight->info == NULL)
    g_task_return_error (task, error);
  else
    tropea_ledger_pin_look_async (self->store, sight->url, sight->info, looked_cb,
                                  g_steal_pointer (&task));
}

/**
 * tropea_host_look_at_ledger_async:
 * @url: (nullable): NULL for the one on this computer
 *
 * Ask a ledger who it is and whether it was so before; see tropea_host_ask_ledger_async ().
 */
void
tropea_host_look_at_ledger_async (TropeaHost          *self,
                                  const char          *url,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(TropeaLedgerClient) client = NULL;
  TropeaLedgerSight *sight = NULL;
  GError *error = NULL;

  g_return_if_fail (TROPEA_IS_HOST (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, tropea_host_look_at_ledger_async);
  client = tropea_host_make_client (self, url, &error);
  if (client == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  sight = g_new0 (TropeaLedgerSight, 1);
  sight->url = g_strdup (tropea_ledger_client_get_url (client));
  g_task_set_task_data (task, sight, (GDestroyNotify) tropea_ledger_sight_free);
  tropea_host_ask_ledger_async (self, url, cancellable, asked_cb, g_steal_pointer (&task));
}

/**
 * tropea_host_look_at_ledger_finish:
 *
 * Returns: (transfer full): who it is, or NULL with @error
 */
TropeaLedgerSight *
tropea_host_look_at_ledger_finish (TropeaHost    *self,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  TropeaLedgerSight *sight = NULL;
  TropeaLedgerSight *copy = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;

  sight = g_task_get_task_data (G_TASK (result));
  copy = g_new0 (TropeaLedgerSight, 1);
  *copy = (TropeaLedgerSight) { g_strdup (sight->url), tropea_ledger_info_copy (sight->info),
                                sight->trust };

  return copy;
}

void
tropea_ledger_sight_free (TropeaLedgerSight *self)
{
  g_free (self->url);
  g_clear_pointer (&self->info, tropea_ledger_info_free);
  g_free (self);
}
