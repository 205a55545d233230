/* tropea-key-store.c: where the secret key rests: the user's keyring, or a file
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-key-store"

#include "config.h"

#include "session/tropea-key-store.h"

#include <sodium.h>

G_DEFINE_INTERFACE (TropeaKeyStore, tropea_key_store, G_TYPE_OBJECT)
G_DEFINE_QUARK (tropea-key-store-error-quark, tropea_key_store_error)
G_DEFINE_ENUM_TYPE (TropeaKeyState, tropea_key_state,
                    G_DEFINE_ENUM_VALUE (TROPEA_KEY_STATE_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (TROPEA_KEY_STATE_READY, "ready"),
                    G_DEFINE_ENUM_VALUE (TROPEA_KEY_STATE_ABSENT, "absent"),
                    G_DEFINE_ENUM_VALUE (TROPEA_KEY_STATE_LOCKED, "locked"),
                    G_DEFINE_ENUM_VALUE (TROPEA_KEY_STATE_MISSING, "missing"),
                    G_DEFINE_ENUM_VALUE (TROPEA_KEY_STATE_UNAVAILABLE, "unavailable"))

static void
tropea_key_store_default_init (TropeaKeyStoreInterface *iface)
{
}

/**
 * tropea_key_state_to_string:
 *
 * Returns: the state's name in JSON
 */
const char *
tropea_key_state_to_string (TropeaKeyState state)
{
  switch (state)
    {
    case TROPEA_KEY_STATE_UNKNOWN:
      return "unknown";

    case TROPEA_KEY_STATE_READY:
      return "ready";

    case TROPEA_KEY_STATE_ABSENT:
      return "absent";

    case TROPEA_KEY_STATE_LOCKED:
      return "locked";

    case TROPEA_KEY_STATE_MISSING:
      return "missing";

    case TROPEA_KEY_STATE_UNAVAILABLE:
      return "unavailable";

    default:
      g_return_val_if_reached ("unknown");
    }
}

/**
 * tropea_key_store_load_async:
 * @may_prompt: whether the user may be asked to unlock the store
 *
 * Errors are %TROPEA_KEY_STORE_ERROR; %TROPEA_KEY_STORE_ERROR_ABSENT only where the store has
 * answered and surely has no key.
 */
void
tropea_key_store_load_async (TropeaKeyStore      *self,
                             gboolean             may_prompt,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_return_if_fail (TROPEA_IS_KEY_STORE (self));

  TROPEA_KEY_STORE_GET_IFACE (self)->load_async (self, may_prompt, callback, user_data);
}

/**
 * tropea_key_store_load_finish:
 *
 * Returns: (transfer full): the seed, %TROPEA_KEY_SEED_BYTES long
 */
TropeaSecret *
tropea_key_store_load_finish (TropeaKeyStore  *self,
                              GAsyncResult    *result,
                              GError         **error)
{
  g_return_val_if_fail (TROPEA_IS_KEY_STORE (self), NULL);

  return TROPEA_KEY_STORE_GET_IFACE (self)->load_finish (self, result, error);
}

/**
 * tropea_key_store_store_async:
 * @seed: %TROPEA_KEY_SEED_BYTES long
 *
 * Only after a load that said %TROPEA_KEY_STORE_ERROR_ABSENT. A key that is there is never
 * replaced.
 */
void
tropea_key_store_store_async (TropeaKeyStore      *self,
                              TropeaSecret        *seed,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_return_if_fail (TROPEA_IS_KEY_STORE (self));
  g_return_if_fail (seed != NULL && tropea_secret_get_size (seed) == TROPEA_KEY_SEED_BYTES);

  TROPEA_KEY_STORE_GET_IFACE (self)->store_async (self, seed, callback, user_data);
}

gboolean
tropea_key_store_store_finish (TropeaKeyStore  *self,
                               GAsyncResult    *result,
                               GError         **error)
{
  g_return_val_if_fail (TROPEA_IS_KEY_STORE (self), FALSE);

  return TROPEA_KEY_STORE_GET_IFACE (self)->store_finish (self, result, error);
}

/**
 * tropea_key_seed_from_hex:
 * @hex: text that is not ended by a zero
 *
 * For implementations. Takes the same time for every key.
 *
 * Returns: (transfer full): the seed; else %TROPEA_KEY_STORE_ERROR_INVALID
 */
TropeaSecret *
tropea_key_seed_from_hex (gconstpointer   hex,
                          gsize           size_bytes,
                          GError        **error)
{
  g_autoptr(TropeaSecret) seed = tropea_secret_new (TROPEA_KEY_SEED_BYTES);
  gsize length = 0;

  if (size_bytes == TROPEA_KEY_SEED_HEX_BYTES &&
      sodium_hex2bin (tropea_secret_get_data (seed), TROPEA_KEY_SEED_BYTES, hex, size_bytes,
                      NULL, &length, NULL) == 0 &&
      length == TROPEA_KEY_SEED_BYTES)
    return g_steal_pointer (&seed);

  g_set_error_literal (error, TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_INVALID,
                       "What is stored there is not a key of Tropea");
  return NULL;
}

/**
 * tropea_key_seed_to_hex:
 *
 * For implementations.
 *
 * Returns: (transfer full): %TROPEA_KEY_SEED_HEX_BYTES digits and a zero, in locked memory
 */
TropeaSecret *
tropea_key_seed_to_hex (TropeaSecret *seed)
{
  TropeaSecret *hex = tropea_secret_new (TROPEA_KEY_SEED_HEX_BYTES + 1);

  sodium_bin2hex ((char *) tropea_secret_get_data (hex), TROPEA_KEY_SEED_HEX_BYTES + 1,
                  tropea_secret_get_data (seed), TROPEA_KEY_SEED_BYTES);

  return hex;
}
