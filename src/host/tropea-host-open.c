/* tropea-host-open.c: from options to a host that could start
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-host-open"

#include "config.h"

#include "host/tropea-host-private.h"
#include "session/tropea-host-hash.h"

/* In this order, because each needs the one before: folders and lock, store, recorder,
 * identity, ledger, submitter. What fails up to the recorder fails the opening: without it
 * nothing could be recorded. A key or a ledger that is not there does not: metering
 * needs neither, sessions wait in the outbox, and "problem" says why.
 */

/* A keyring that does not answer must not keep the window away; it is listened to longer. */
#define IDENTITY_WAIT_MS 3000

typedef struct
{
  TropeaHost *host;            /* (owned) */
  guint       identity_timer;
} Opening;

static void
opening_free (Opening *self)
{
  g_clear_handle_id (&self->identity_timer, g_source_remove);
  g_clear_object (&self->host);
  g_free (self);
}

static TropeaHost *
get_host (GTask *task)
{
  Opening *opening = g_task_get_task_data (task);

  return opening->host;
}

/* Reads no keyring and writes nothing; that is the identity's business. */
static TropeaIdentity *
make_identity (TropeaHost *self)
{
  g_autoptr(TropeaKeyStore) key_store = NULL;
  g_autofree char *marker = tropea_paths_dup_data_file (self->paths, "identity.pub");

  if (self->options->key_file != NULL)
    {
      key_store = tropea_file_key_store_new (self->options->key_file);
    }
  else
    {
      g_autofree char *usual = g_build_filename (g_get_user_data_dir (), "tropea", NULL);
      const char *data_dir = tropea_paths_get_data_dir (self->paths);
      g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, data_dir, -1);

      /* Each data folder has a key of its own; the name in the keyring must not say where. */
      digest[16] = '\0';
      key_store = tropea_secret_key_store_new (g_str_equal (data_dir, usual) ? "default"
                                                                             : digest);
    }

  return tropea_identity_new (key_store, marker);
}

static void
finish_open (GTask *task)
{
  TropeaHost *self = get_host (task);

  if (g_task_get_completed (task))
    return;

  tropea_host_start_ledger (self);
  g_task_return_pointer (task, g_object_ref (self), g_object_unref);
}

static void
identity_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  Opening *opening = g_task_get_task_data (task);

  if (!tropea_identity_open_finish (TROPEA_IDENTITY (object), result, &error))
    tropea_host_set_key_failure (opening->host, error);

  /* Too late for the opening, in time for what waits. */
  if (opening->identity_timer == 0)
    return;

  g_clear_handle_id (&opening->identity_timer, g_source_remove);
  finish_open (task);
}

static gboolean
identity_is_late_cb (gpointer user_data)
{
  GTask *task = user_data;
  Opening *opening = g_task_get_task_data (task);

  opening->identity_timer = 0;
  finish_open (task);

  return G_SOURCE_REMOVE;
}

static void
open_identity (GTask *task)
{
  Opening *opening = g_task_get_task_data (task);

  opening->identity_timer = g_timeout_add_full (G_PRIORITY_DEFAULT, IDENTITY_WAIT_MS,
                                                identity_is_late_cb, g_object_ref (task),
                                                g_object_unref);
  tropea_identity_open_async (opening->host->identity, FALSE, identity_cb, g_object_ref (task));
}

static void
recorder_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  TropeaHost *self = get_host (task);

  self->recorder = tropea_recorder_new_finish (result, &error);
  if (self->recorder == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  self->identity = make_identity (self);
  tropea_host_make_ledger (self);
  tropea_host_connect (self);
  tropea_host_watch_sleep (self);
  open_identity (task);
}

static void
store_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(TropeaHostHash) host_hash = NULL;
  g_autofree char *hash_path = NULL;
  g_autofree char *reserve_path = NULL;
  TropeaHost *self = get_host (task);

  self->store = tropea_store_open_finish (result, &error);
  if (self->store == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  reserve_path = tropea_paths_dup_data_file (self->paths, "reserve");
  self->reserve = tropea_disk_reserve_new (reserve_path);
  tropea_host_make_reserve (self);
  tropea_host_load_traffic (self);
  hash_path = tropea_paths_dup_data_file (self->paths, "host-hash");
  host_hash = tropea_host_hash_new (hash_path);
  tropea_recorder_new_async (self->store, host_hash, &self->options->thresholds, recorder_cb,
                             g_steal_pointer (&task));
}

/**
 * tropea_host_open_async:
 * @options: copied
 *
 * Take the data folder, open what is in it, and begin to submit what waits there. Tor is not
 * started. Fails with G_IO_ERROR_BUSY where another Tropea has the folder, with other errors
 * where it cannot be used, with %TROPEA_LEDGER_CLIENT_ERROR_INVALID_URL for such a ledger.
 */
void
tropea_host_open_async (const TropeaHostOptions *options,
                        GAsyncReadyCallback      callback,
                        gpointer                 user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *store_path = NULL;
  Opening *opening = NULL;
  TropeaHost *self = NULL;

  g_return_if_fail (options != NULL);

  task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_host_open_async);
  opening = g_new0 (Opening, 1);
  opening->host = g_object_new (TROPEA_TYPE_HOST, NULL);
  g_task_set_task_data (task, opening, (GDestroyNotify) opening_free);

  self = opening->host;
  self->options = tropea_host_options_copy (options);
  if (!tropea_thresholds_check (&self->options->thresholds, &error) ||
      !tropea_secret_init (&error) ||
      (self->paths = tropea_paths_open (self->options->data_dir, &error)) == NULL ||
      (self->client = tropea_host_make_client (self, self->options->ledger_url, &error)) == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  store_path = tropea_paths_dup_data_file (self->paths, "sessions.db");
  tropea_store_open_async (store_path, NULL, store_cb, g_steal_pointer (&task));
}

TropeaHost *
tropea_host_open_finish (GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
