/* tropea-secret-key-store.c: the secret key in the user's keyring
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-secret-key-store"

#include "config.h"

#include "session/tropea-key-store.h"

#include "session/tropea-keyring-prompt.h"

#include <libsecret/secret.h>

/* "Not found" is no proof that there is no key: libsecret's simple look-up says the same of a
 * locked keyring. So: search without unlocking; an item that is locked, or a locked keyring in
 * which we see none, is LOCKED; only with the user's leave is it unlocked, and only an unlocked
 * keyring without our item is ABSENT. The schema's name is not matched, because gnome-keyring
 * cannot match it in a locked keyring; "tropea-key" keeps us apart in its place.
 *
 * Nothing here is ever cancelled: gnome-keyring's daemon aborts when the asker of an open
 * prompt vanishes, and libsecret would never call back. Its own prompts are not used, see
 * tropea-keyring-prompt.c.
 */

#define KIND "ed25519-seed"
#define CONTENT_TYPE "text/plain"

#define TROPEA_TYPE_SECRET_KEY_STORE (tropea_secret_key_store_get_type ())

G_DECLARE_FINAL_TYPE (TropeaSecretKeyStore, tropea_secret_key_store, TROPEA, SECRET_KEY_STORE,
                      GObject)

struct _TropeaSecretKeyStore
{
  GObject   parent_instance;

  char     *account;        /* (owned) */
  gboolean  may_prompt;     /* at the last load: making the first keyring prompts too */
};

typedef struct
{
  SecretService    *service;     /* (owned) (nullable) */
  SecretCollection *collection;  /* (owned) (nullable): the default one */
  TropeaSecret     *seed;        /* (owned) (nullable): to be stored */
  gboolean          may_prompt;
  gboolean          was_asked;   /* once already: never ask twice */
} Request;

static const SecretSchema schema = {
  .name = "io.github.tropea.Tropea.Key",
  .flags = SECRET_SCHEMA_DONT_MATCH_NAME,
  .attributes = {
    { "tropea-key", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "account", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, SECRET_SCHEMA_ATTRIBUTE_STRING },
  },
};

static void key_store_iface_init (TropeaKeyStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TropeaSecretKeyStore, tropea_secret_key_store, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TROPEA_TYPE_KEY_STORE,
                                                      key_store_iface_init))

static void search (GTask *task);
static void find_collection_for_store (GTask *task);

static void
request_free (Request *request)
{
  g_clear_object (&request->service);
  g_clear_object (&request->collection);
  g_clear_pointer (&request->seed, tropea_secret_unref);
  g_free (request);
}

/* Takes @task and @cause. */
static void
fail_unavailable (GTask  *task,
                  GError *cause)
{
  g_dbus_error_strip_remote_error (cause);
  g_task_return_new_error (task, TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_UNAVAILABLE,
                           "There is no keyring to keep the signing key in: start a keyring such "
                           "as gnome-keyring, or use --key-file PATH (%s)", cause->message);
  g_error_free (cause);
  g_object_unref (task);
}

/* Takes @task. */
static void
fail (GTask               *task,
      TropeaKeyStoreError  code,
      const char          *message)
{
  g_task_return_new_error (task, TROPEA_KEY_STORE_ERROR, (int) code, "%s", message);
  g_object_unref (task);
}

static void
fail_locked (GTask *task)
{
  fail (task, TROPEA_KEY_STORE_ERROR_LOCKED,
        "The keyring that holds the signing key is locked: unlock it");
}

static GHashTable *
build_attributes (TropeaSecretKeyStore *self)
{
  return secret_attributes_build (&schema, "tropea-key", KIND, "account", self->account, NULL);
}

static void
unlock_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  GTask *task = user_data;
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;

  if (tropea_keyring_prompt_finish (result, &error))
    {
      request->was_asked = TRUE;
      search (task);
      return;
    }

  g_prefix_error (&error, "The signing key stays locked: ");
  g_task_return_error (task, error);
  g_object_unref (task);
}

/* Unlock @proxy, an item or a collection, and search again. */
static void
unlock (GTask    *task,
        gpointer  proxy)
{
  Request *request = g_task_get_task_data (task);
  const char * const paths[] = { g_dbus_proxy_get_object_path (G_DBUS_PROXY (proxy)), NULL };

  if (request->may_prompt && !request->was_asked)
    tropea_keyring_prompt_async (G_DBUS_PROXY (request->service), "Unlock",
                                 g_variant_new ("(^ao)", paths), unlock_cb, task);
  else
    fail_locked (task);
}

static void
load_secret_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;
  SecretValue *value = NULL;
  TropeaSecret *seed = NULL;
  const char *hex = NULL;
  gsize size = 0;

  if (!secret_item_load_secret_finish (SECRET_ITEM (object), result, &error))
    {
      fail_unavailable (g_steal_pointer (&task), error);
      return;
    }

  value = secret_item_get_secret (SECRET_ITEM (object));
  if (value == NULL)
    {
      /* It was locked in between. */
      fail_locked (g_steal_pointer (&task));
      return;
    }

  hex = secret_value_get (value, &size);
  seed = tropea_key_seed_from_hex (hex, size, &error);
  secret_value_unref (value);
  if (seed == NULL)
    {
      g_prefix_error (&error, "The keyring's item “Tropea signing key” is damaged: ");
      g_task_return_error (task, error);
      return;
    }

  g_task_return_pointer (task, seed, (GDestroyNotify) tropea_secret_unref);
}

static void
collection_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  g_autoptr(SecretCollection) collection =
    secret_collection_for_alias_finish (result, &error);

  if (error != NULL)
    {
      fail_unavailable (task, error);
      return;
    }

  if (collection != NULL && secret_collection_get_locked (collection))
    {
      unlock (task, collection);
      return;
    }

  fail (task, TROPEA_KEY_STORE_ERROR_ABSENT, "The keyring has no signing key of Tropea yet");
}

static void
search_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  GTask *task = user_data;
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;
  GList *items = secret_service_search_finish (SECRET_SERVICE (object), result, &error);

  if (error != NULL)
    fail_unavailable (task, error);
  else if (items == NULL)
    /* Some services show no items of a locked keyring: then it may still be there. */
    secret_collection_for_alias (request->service, SECRET_COLLECTION_DEFAULT,
                                 SECRET_COLLECTION_NONE, NULL, collection_cb, task);
  else if (items->next != NULL)
    fail (task, TROPEA_KEY_STORE_ERROR_INVALID,
          "The keyring has more than one signing key for this data folder: remove all but the "
          "right one with a program such as “Passwords and Keys”");
  else if (secret_item_get_locked (items->data))
    unlock (task, items->data);
  else
    secret_item_load_secret (items->data, NULL, load_secret_cb, task);

  g_list_free_full (items, g_object_unref);
}

static void
search (GTask *task)
{
  Request *request = g_task_get_task_data (task);
  g_autoptr(GHashTable) attributes = build_attributes (g_task_get_source_object (task));

  secret_service_search (request->service, &schema, attributes, SECRET_SEARCH_ALL, NULL,
                         search_cb, task);
}

static void
opened_for_load_cb (GObject      *object,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  GTask *task = user_data;
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;

  request->service = secret_service_open_finish (result, &error);
  if (request->service == NULL)
    fail_unavailable (task, error);
  else
    search (task);
}

/* A service of its own for each request: a daemon that was started anew knows nothing of the
 * sessions of the one before. */
static void
load_async (TropeaKeyStore      *key_store,
            gboolean             may_prompt,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  TropeaSecretKeyStore *self = TROPEA_SECRET_KEY_STORE (key_store);
  GTask *task = g_task_new (self, NULL, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->may_prompt = may_prompt;
  self->may_prompt = may_prompt;
  g_task_set_source_tag (task, load_async);
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);
  secret_service_open (SECRET_TYPE_SERVICE, NULL, SECRET_SERVICE_OPEN_SESSION, NULL,
                       opened_for_load_cb, task);
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
item_created_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;
  SecretItem *item = secret_item_create_finish (result, &error);

  g_clear_object (&item);
  if (g_error_matches (error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
    {
      g_error_free (error);
      fail_locked (g_steal_pointer (&task));
    }
  else if (error != NULL)
    {
      fail_unavailable (g_steal_pointer (&task), error);
    }
  else
    {
      g_task_return_boolean (task, TRUE);
    }
}

/* Never with REPLACE: a key that is there stays. */
static void
create_item (GTask *task)
{
  Request *request = g_task_get_task_data (task);
  TropeaSecretKeyStore *self = g_task_get_source_object (task);
  g_autoptr(GHashTable) attributes = build_attributes (self);
  g_autoptr(TropeaSecret) hex = tropea_key_seed_to_hex (request->seed);
  SecretValue *value = secret_value_new ((const char *) tropea_secret_get_data (hex),
                                         TROPEA_KEY_SEED_HEX_BYTES, CONTENT_TYPE);

  secret_item_create (request->collection, &schema, attributes, "Tropea signing key", value,
                      SECRET_ITEM_CREATE_NONE, NULL, item_created_cb, task);
  secret_value_unref (value);
}

static void
collection_created_cb (GObject      *object,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  GTask *task = user_data;
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;

  if (tropea_keyring_prompt_finish (result, &error))
    {
      request->was_asked = TRUE;
      find_collection_for_store (task);
      return;
    }

  g_prefix_error (&error, "There is no keyring yet, and none was made: ");
  g_task_return_error (task, error);
  g_object_unref (task);
}

/* The label that libsecret gives to a default collection. */
static void
create_collection (GTask *task)
{
  Request *request = g_task_get_task_data (task);
  GVariantBuilder values;

  g_variant_builder_init (&values, G_VARIANT_TYPE ("a{sv}"));
  g_variant_builder_add (&values, "{sv}", "org.freedesktop.Secret.Collection.Label",
                         g_variant_new_string ("Default keyring"));
  tropea_keyring_prompt_async (G_DBUS_PROXY (request->service), "CreateCollection",
                               g_variant_new ("(a{sv}s)", &values, SECRET_COLLECTION_DEFAULT),
                               collection_created_cb, task);
}

static void
collection_for_store_cb (GObject      *object,
                         GAsyncResult *result,
                         gpointer      user_data)
{
  GTask *task = user_data;
  Request *request = g_task_get_task_data (task);
  TropeaSecretKeyStore *self = g_task_get_source_object (task);
  GError *error = NULL;

  request->collection = secret_collection_for_alias_finish (result, &error);
  if (error != NULL)
    fail_unavailable (task, error);
  else if (request->collection != NULL && secret_collection_get_locked (request->collection))
    fail_locked (task);
  else if (request->collection != NULL)
    create_item (task);
  else if (self->may_prompt && !request->was_asked)
    create_collection (task);
  else
    fail (task, TROPEA_KEY_STORE_ERROR_UNAVAILABLE,
          "There is no keyring yet to keep the signing key in: log in to your desktop once, make "
          "one with a program such as “Passwords and Keys”, or use --key-file PATH");
}

static void
find_collection_for_store (GTask *task)
{
  Request *request = g_task_get_task_data (task);

  secret_collection_for_alias (request->service, SECRET_COLLECTION_DEFAULT,
                               SECRET_COLLECTION_NONE, NULL, collection_for_store_cb, task);
}

static void
opened_for_store_cb (GObject      *object,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  GTask *task = user_data;
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;

  request->service = secret_service_open_finish (result, &error);
  if (request->service == NULL)
    fail_unavailable (task, error);
  else
    find_collection_for_store (task);
}

static void
store_async (TropeaKeyStore      *key_store,
             TropeaSecret        *seed,
             GAsyncReadyCallback  callback,
             gpointer             user_data)
{
  GTask *task = g_task_new (key_store, NULL, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->seed = tropea_secret_ref (seed);
  g_task_set_source_tag (task, store_async);
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);
  secret_service_open (SECRET_TYPE_SERVICE, NULL, SECRET_SERVICE_OPEN_SESSION, NULL,
                       opened_for_store_cb, task);
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
tropea_secret_key_store_finalize (GObject *object)
{
  TropeaSecretKeyStore *self = TROPEA_SECRET_KEY_STORE (object);

  g_clear_pointer (&self->account, g_free);

  G_OBJECT_CLASS (tropea_secret_key_store_parent_class)->finalize (object);
}

static void
tropea_secret_key_store_class_init (TropeaSecretKeyStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tropea_secret_key_store_finalize;
}

static void
tropea_secret_key_store_init (TropeaSecretKeyStore *self)
{
}

/**
 * tropea_secret_key_store_new:
 * @account: tells several data folders of one user apart
 */
TropeaKeyStore *
tropea_secret_key_store_new (const char *account)
{
  TropeaSecretKeyStore *self = NULL;

  g_return_val_if_fail (account != NULL, NULL);

  self = g_object_new (TROPEA_TYPE_SECRET_KEY_STORE, NULL);
  self->account = g_strdup (account);

  return TROPEA_KEY_STORE (self);
}
