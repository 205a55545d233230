/* tropea-file-key-store.c: the secret key in a file, for machines without a keyring
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-file-key-store"

#include "config.h"

#include "session/tropea-key-store.h"

#include "session/tropea-small-file.h"

/* A key that others can read is no key: the file is refused, not repaired, as nobody knows who
 * has read it already. It is made once and never written again.
 */

#define FILE_BYTES (TROPEA_KEY_SEED_HEX_BYTES + 1)

#define TROPEA_TYPE_FILE_KEY_STORE (tropea_file_key_store_get_type ())

G_DECLARE_FINAL_TYPE (TropeaFileKeyStore, tropea_file_key_store, TROPEA, FILE_KEY_STORE, GObject)

struct _TropeaFileKeyStore
{
  GObject  parent_instance;

  char    *path;  /* (owned) */
};

static void key_store_iface_init (TropeaKeyStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TropeaFileKeyStore, tropea_file_key_store, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TROPEA_TYPE_KEY_STORE,
                                                      key_store_iface_init))

static TropeaKeyStoreError
code_for (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return TROPEA_KEY_STORE_ERROR_ABSENT;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_LINKS))
    return TROPEA_KEY_STORE_ERROR_INSECURE;

  return TROPEA_KEY_STORE_ERROR_FAILED;
}

static void
load_in_thread (GTask        *task,
                gpointer      source_object,
                gpointer      task_data,
                GCancellable *cancellable)
{
  const char *path = task_data;
  /* One more byte, to see that the file is longer than a key. */
  g_autoptr(TropeaSecret) text = tropea_secret_new (FILE_BYTES + 1);
  const guint8 *data = tropea_secret_get_data (text);
  TropeaSecret *seed = NULL;
  g_autoptr(GError) error = NULL;
  gsize length = 0;

  if (!tropea_small_file_read (path, TRUE, tropea_secret_get_data (text), FILE_BYTES + 1,
                               &length, &error))
    {
      g_task_return_new_error (task, TROPEA_KEY_STORE_ERROR, (int) code_for (error),
                               "The key file cannot be used: %s", error->message);
      return;
    }

  if (length == FILE_BYTES && data[FILE_BYTES - 1] == '\n')
    seed = tropea_key_seed_from_hex (data, TROPEA_KEY_SEED_HEX_BYTES, NULL);
  if (seed == NULL)
    {
      g_task_return_new_error (task, TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_INVALID,
                               "“%s” holds no key: it must be 64 hexadecimal digits and a "
                               "newline; restore it from a backup, or name another file", path);
      return;
    }

  g_task_return_pointer (task, seed, (GDestroyNotify) tropea_secret_unref);
}

static void
load_async (TropeaKeyStore      *key_store,
            gboolean             may_prompt,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  TropeaFileKeyStore *self = TROPEA_FILE_KEY_STORE (key_store);
  g_autoptr(GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, load_async);
  g_task_set_task_data (task, g_strdup (self->path), g_free);
  g_task_run_in_thread (task, load_in_thread);
}

static TropeaSecret *
load_finish (TropeaKeyStore  *key_store,
             GAsyncResult    *result,
             GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, key_store), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
store_in_thread (GTask        *task,
                 gpointer      source_object,
                 gpointer      task_data,
                 GCancellable *cancellable)
{
  const char *path = TROPEA_FILE_KEY_STORE (source_object)->path;
  g_autoptr(TropeaSecret) text = tropea_key_seed_to_hex (task_data);
  g_autoptr(GError) error = NULL;

  /* In the place of the zero at the end. */
  tropea_secret_get_data (text)[TROPEA_KEY_SEED_HEX_BYTES] = '\n';
  if (tropea_small_file_create (path, tropea_secret_get_data (text), FILE_BYTES, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_FAILED,
                             "The key file cannot be made: %s; name a file in a folder that you "
                             "can write to", error->message);
}

static void
store_async (TropeaKeyStore      *key_store,
             TropeaSecret        *seed,
             GAsyncReadyCallback  callback,
             gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (key_store, NULL, callback, user_data);

  g_task_set_source_tag (task, store_async);
  g_task_set_task_data (task, tropea_secret_ref (seed), (GDestroyNotify) tropea_secret_unref);
  g_task_run_in_thread (task, store_in_thread);
}

static gboolean
store_finish (TropeaKeyStore  *key_store,
              GAsyncResult    *result,
              GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, key_store), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
key_store_iface_init (TropeaKeyStoreInterface *iface)
{
  iface->load_async = load_async;
  iface->load_finish = load_finish;
  iface->store_async = store_async;
  iface->store_finish = store_finish;
}

static void
tropea_file_key_store_finalize (GObject *object)
{
  TropeaFileKeyStore *self = TROPEA_FILE_KEY_STORE (object);

  g_clear_pointer (&self->path, g_free);

  G_OBJECT_CLASS (tropea_file_key_store_parent_class)->finalize (object);
}

static void
tropea_file_key_store_class_init (TropeaFileKeyStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tropea_file_key_store_finalize;
}

static void
tropea_file_key_store_init (TropeaFileKeyStore *self)
{
}

/**
 * tropea_file_key_store_new:
 * @path: made with mode 0600 when a key is stored; refused where others can read it
 */
TropeaKeyStore *
tropea_file_key_store_new (const char *path)
{
  TropeaFileKeyStore *self = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (TROPEA_TYPE_FILE_KEY_STORE, NULL);
  self->path = g_strdup (path);

  return TROPEA_KEY_STORE (self);
}
