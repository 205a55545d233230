/* tropea-identity.c: the key that signs sessions, and what is known of it while it is away
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-identity"

#include "config.h"

#include "session/tropea-identity.h"

#include "record/tropea-encoding.h"
#include "record/tropea-proof.h"
#include "session/tropea-marker.h"

#include <sodium.h>
#include <string.h>

/* The marker on disk says that there is an identity, whatever the key store says. A new key is
 * made only where the store has answered that it has none and there is no marker; it is read
 * back before it is used, and the marker is written before the first signature. So a locked,
 * emptied or exchanged keyring never leads to a second identity.
 */

#define PUBLIC_KEY_BYTES TROPEA_RECORD_PUBLIC_KEY_BYTES

typedef struct
{
  gboolean      may_prompt;
  TropeaSecret *made;        /* (owned) (nullable): a seed that was made now */
} Opening;

struct _TropeaIdentity
{
  GObject         parent_instance;

  TropeaKeyStore *key_store;    /* (owned) */
  char           *marker_path;  /* (owned) */
  GQueue          openings;     /* (owned), of GTask; the first one is under way */

  TropeaKeyState  state;
  char           *public_key;   /* (owned) (nullable): base64 */
  TropeaSecret   *secret_key;   /* (owned) (nullable): only while READY */
};

typedef enum
{
  PROP_STATE = 1,
  PROP_PUBLIC_KEY,
} TropeaIdentityProperty;

G_DEFINE_FINAL_TYPE (TropeaIdentity, tropea_identity, G_TYPE_OBJECT)

static GParamSpec *properties[PROP_PUBLIC_KEY + 1];

static void load (TropeaIdentity *self);

static void
set_state (TropeaIdentity *self,
           TropeaKeyState  state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
set_public_key (TropeaIdentity *self,
                const char     *public_key)
{
  if (g_strcmp0 (self->public_key, public_key) == 0)
    return;

  g_free (self->public_key);
  self->public_key = g_strdup (public_key);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PUBLIC_KEY]);
}

static void
opening_free (Opening *opening)
{
  g_clear_pointer (&opening->made, tropea_secret_unref);
  g_free (opening);
}

static Opening *
current_opening (TropeaIdentity *self)
{
  return g_task_get_task_data (g_queue_peek_head (&self->openings));
}

/* Takes @error, NULL for success. State and keys are set already. */
static void
finish_opening (TropeaIdentity *self,
                GError         *error)
{
  g_autoptr(GTask) task = g_queue_pop_head (&self->openings);

  if (!g_queue_is_empty (&self->openings))
    load (self);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static TropeaKeyState
state_for (const GError *error)
{
  if (error->domain != TROPEA_KEY_STORE_ERROR)
    return TROPEA_KEY_STATE_UNAVAILABLE;

  switch ((TropeaKeyStoreError) error->code)
    {
    case TROPEA_KEY_STORE_ERROR_LOCKED:
    case TROPEA_KEY_STORE_ERROR_DISMISSED:
      return TROPEA_KEY_STATE_LOCKED;

    case TROPEA_KEY_STORE_ERROR_ABSENT:
      return TROPEA_KEY_STATE_ABSENT;

    case TROPEA_KEY_STORE_ERROR_MISSING:
      return TROPEA_KEY_STATE_MISSING;

    case TROPEA_KEY_STORE_ERROR_FAILED:
    case TROPEA_KEY_STORE_ERROR_UNAVAILABLE:
    case TROPEA_KEY_STORE_ERROR_INSECURE:
    case TROPEA_KEY_STORE_ERROR_INVALID:
    default:
      return TROPEA_KEY_STATE_UNAVAILABLE;
    }
}

static void
fail_opening (TropeaIdentity *self,
              GError         *error)
{
  set_state (self, state_for (error));
  finish_opening (self, error);
}

/* Takes @secret_key and makes it ours, if the marker agrees or can be written. */
static void
adopt (TropeaIdentity *self,
       TropeaSecret   *secret_key,
       const char     *public_key)
{
  g_autoptr(TropeaSecret) owned = secret_key;
  g_autofree char *known = NULL;
  GError *error = NULL;

  if (!tropea_marker_read (self->marker_path, &known, &error) ||
      (known == NULL && !tropea_marker_write (self->marker_path, public_key, &error)))
    {
      fail_opening (self, error);
      return;
    }

  if (known != NULL && strcmp (known, public_key) != 0)
    {
      set_state (self, TROPEA_KEY_STATE_MISSING);
      finish_opening (self, g_error_new (TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_INVALID,
                                         "The stored signing key is not the one of this identity: "
                                         "restore the right key, or move “%s” away to go on with "
                                         "the other one", self->marker_path));
      return;
    }

  g_clear_pointer (&self->secret_key, tropea_secret_unref);
  self->secret_key = g_steal_pointer (&owned);
  set_public_key (self, public_key);
  set_state (self, TROPEA_KEY_STATE_READY);
  finish_opening (self, NULL);
}

static void
use_seed (TropeaIdentity *self,
          TropeaSecret   *seed)
{
  TropeaSecret *secret_key = tropea_secret_new (TROPEA_RECORD_SECRET_KEY_BYTES);
  guint8 public_key[PUBLIC_KEY_BYTES] = { 0 };
  g_autofree char *encoded = NULL;

  crypto_sign_seed_keypair (public_key, tropea_secret_get_data (secret_key),
                            tropea_secret_get_data (seed));
  encoded = tropea_base64_encode (public_key, sizeof public_key);
  adopt (self, secret_key, encoded);
}

static void
stored_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(TropeaIdentity) self = user_data;
  GError *error = NULL;

  if (tropea_key_store_store_finish (self->key_store, result, &error))
    load (self);
  else
    fail_opening (self, error);
}

static void
make_key (TropeaIdentity *self)
{
  Opening *opening = current_opening (self);

  opening->made = tropea_secret_new (TROPEA_KEY_SEED_BYTES);
  randombytes_buf (tropea_secret_get_data (opening->made), TROPEA_KEY_SEED_BYTES);
  tropea_key_store_store_async (self->key_store, opening->made, stored_cb, g_object_ref (self));
}

/* The store has answered that it has no key. */
static void
handle_absent (TropeaIdentity *self,
               GError         *absent)
{
  g_autofree char *known = NULL;
  GError *error = NULL;

  if (!tropea_marker_read (self->marker_path, &known, &error))
    {
      g_error_free (absent);
      fail_opening (self, error);
      return;
    }

  if (known != NULL)
    {
      g_error_free (absent);
      fail_opening (self, g_error_new (TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_MISSING,
                                       "The signing key of this identity is gone: restore it from "
                                       "a backup, or move “%s” away to begin anew with another "
                                       "key", self->marker_path));
      return;
    }

  if (current_opening (self)->made != NULL)
    {
      g_prefix_error (&absent, "The new signing key was stored and is not there: ");
      fail_opening (self, absent);
      return;
    }

  g_error_free (absent);
  make_key (self);
}

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(TropeaIdentity) self = user_data;
  g_autoptr(TropeaSecret) seed = NULL;
  TropeaSecret *made = current_opening (self)->made;
  GError *error = NULL;

  seed = tropea_key_store_load_finish (self->key_store, result, &error);
  if (g_error_matches (error, TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_ABSENT))
    handle_absent (self, error);
  else if (error != NULL)
    fail_opening (self, error);
  else if (made != NULL && sodium_memcmp (tropea_secret_get_data (seed),
                                          tropea_secret_get_data (made),
                                          TROPEA_KEY_SEED_BYTES) != 0)
    fail_opening (self, g_error_new (TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_INVALID,
                                     "The new signing key came back as another one from where it "
                                     "was stored: try again"));
  else
    use_seed (self, seed);
}

/* The first opening in the queue is on. */
static void
load (TropeaIdentity *self)
{
  Opening *opening = current_opening (self);

  if (self->state == TROPEA_KEY_STATE_READY)
    finish_opening (self, NULL);
  else
    tropea_key_store_load_async (self->key_store, opening->may_prompt, loaded_cb,
                                 g_object_ref (self));
}

static void
tropea_identity_get_property (GObject    *object,
                              guint       property_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  TropeaIdentity *self = TROPEA_IDENTITY (object);

  switch ((TropeaIdentityProperty) property_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;

    case PROP_PUBLIC_KEY:
      g_value_set_string (value, self->public_key);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
tropea_identity_finalize (GObject *object)
{
  TropeaIdentity *self = TROPEA_IDENTITY (object);

  g_assert (g_queue_is_empty (&self->openings));
  g_clear_pointer (&self->secret_key, tropea_secret_unref);
  g_clear_pointer (&self->public_key, g_free);
  g_clear_pointer (&self->marker_path, g_free);
  g_clear_object (&self->key_store);

  G_OBJECT_CLASS (tropea_identity_parent_class)->finalize (object);
}

static void
tropea_identity_class_init (TropeaIdentityClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tropea_identity_get_property;
  object_class->finalize = tropea_identity_finalize;

  /**
   * TropeaIdentity:state:
   *
   * Whether sessions can be signed, and why not.
   */
  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, TROPEA_TYPE_KEY_STATE, TROPEA_KEY_STATE_UNKNOWN,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * TropeaIdentity:public-key:
   *
   * Base64; known from the marker also while the secret key is away.
   */
  properties[PROP_PUBLIC_KEY] =
    g_param_spec_string ("public-key", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tropea_identity_init (TropeaIdentity *self)
{
  g_queue_init (&self->openings);
}

/**
 * tropea_identity_new:
 * @marker_path: a file with the public key; read now, written when a key is made
 */
TropeaIdentity *
tropea_identity_new (TropeaKeyStore *key_store,
                     const char     *marker_path)
{
  TropeaIdentity *self = NULL;

  g_return_val_if_fail (TROPEA_IS_KEY_STORE (key_store), NULL);
  g_return_val_if_fail (marker_path != NULL, NULL);

  self = g_object_new (TROPEA_TYPE_IDENTITY, NULL);
  self->key_store = g_object_ref (key_store);
  self->marker_path = g_strdup (marker_path);
  /* What is wrong with it is said when the identity is opened. */
  tropea_marker_read (self->marker_path, &self->public_key, NULL);

  return self;
}

/**
 * tropea_identity_open_async:
 * @may_prompt: whether the user may be asked to unlock the keyring
 *
 * Load the key; make one where there never was one. Errors are %TROPEA_KEY_STORE_ERROR, and
 * "state" has changed before the callback. While one opening is under way the next one waits.
 */
void
tropea_identity_open_async (TropeaIdentity      *self,
                            gboolean             may_prompt,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task = NULL;
  Opening *opening = NULL;

  g_return_if_fail (TROPEA_IS_IDENTITY (self));

  opening = g_new0 (Opening, 1);
  opening->may_prompt = may_prompt;
  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_identity_open_async);
  g_task_set_task_data (task, opening, (GDestroyNotify) opening_free);

  g_queue_push_tail (&self->openings, task);
  if (g_queue_get_length (&self->openings) == 1)
    load (self);
}

gboolean
tropea_identity_open_finish (TropeaIdentity  *self,
                             GAsyncResult    *result,
                             GError         **error)
{
  g_return_val_if_fail (TROPEA_IS_IDENTITY (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

TropeaKeyState
tropea_identity_get_state (TropeaIdentity *self)
{
  g_return_val_if_fail (TROPEA_IS_IDENTITY (self), TROPEA_KEY_STATE_UNKNOWN);

  return self->state;
}

/**
 * tropea_identity_get_public_key:
 *
 * Returns: (transfer none) (nullable): base64
 */
const char *
tropea_identity_get_public_key (TropeaIdentity *self)
{
  g_return_val_if_fail (TROPEA_IS_IDENTITY (self), NULL);

  return self->public_key;
}

static gboolean
check_ready (TropeaIdentity  *self,
             GError         **error)
{
  if (self->state == TROPEA_KEY_STATE_READY)
    return TRUE;

  g_set_error (error, TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_UNAVAILABLE,
               "The signing key is not at hand (%s): unlock the keyring",
               tropea_key_state_to_string (self->state));
  return FALSE;
}

/**
 * tropea_identity_sign:
 * @record: gets our public key and the signature
 * @origin: the ledger that it is for
 */
gboolean
tropea_identity_sign (TropeaIdentity  *self,
                      TropeaRecord    *record,
                      const char      *origin,
                      GError         **error)
{
  g_return_val_if_fail (TROPEA_IS_IDENTITY (self), FALSE);
  g_return_val_if_fail (record != NULL && origin != NULL, FALSE);

  if (!check_ready (self, error))
    return FALSE;

  /* An Ed25519 secret key ends with its public key. */
  memcpy (record->client_pub,
          tropea_secret_get_data (self->secret_key) + TROPEA_KEY_SEED_BYTES, PUBLIC_KEY_BYTES);
  tropea_record_sign (record, origin, self->secret_key);

  return TRUE;
}

/**
 * tropea_identity_dup_read_proof:
 * @target: path and query of the request
 *
 * Returns: (transfer full): the value of the request's Authorization header
 */
char *
tropea_identity_dup_read_proof (TropeaIdentity  *self,
                                const char      *origin,
                                const char      *target,
                                gint64           now_ms,
                                GError         **error)
{
  g_return_val_if_fail (TROPEA_IS_IDENTITY (self), NULL);
  g_return_val_if_fail (origin != NULL && target != NULL, NULL);

  if (!check_ready (self, error))
    return NULL;

  return tropea_read_proof_dup_header (self->secret_key, origin, target, now_ms);
}
