/* tropea-key-store.h: where the secret key rests: the user's keyring, or a file
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "base/tropea-secret.h"

G_BEGIN_DECLS

/**
 * TropeaKeyState:
 * @TROPEA_KEY_STATE_UNKNOWN: not asked yet
 * @TROPEA_KEY_STATE_READY: the key is in our memory
 * @TROPEA_KEY_STATE_ABSENT: the store answers and has no key
 * @TROPEA_KEY_STATE_LOCKED: there is a key, and the keyring is locked (or the prompt was
 *   dismissed: then the error says so)
 * @TROPEA_KEY_STATE_MISSING: the marker on disk names a key that the store does not have
 * @TROPEA_KEY_STATE_UNAVAILABLE: no Secret Service, or it failed
 */
typedef enum
{
  TROPEA_KEY_STATE_UNKNOWN,
  TROPEA_KEY_STATE_READY,
  TROPEA_KEY_STATE_ABSENT,
  TROPEA_KEY_STATE_LOCKED,
  TROPEA_KEY_STATE_MISSING,
  TROPEA_KEY_STATE_UNAVAILABLE,
} TropeaKeyState;

#define TROPEA_TYPE_KEY_STATE (tropea_key_state_get_type ())
GType           tropea_key_state_get_type        (void);
const char     *tropea_key_state_to_string       (TropeaKeyState state);

/**
 * TropeaKeyStoreError:
 * @TROPEA_KEY_STORE_ERROR_FAILED: anything that has no code of its own
 * @TROPEA_KEY_STORE_ERROR_UNAVAILABLE: no Secret Service answers
 * @TROPEA_KEY_STORE_ERROR_LOCKED: the keyring is locked and no prompt was allowed
 * @TROPEA_KEY_STORE_ERROR_DISMISSED: the user dismissed the prompt
 * @TROPEA_KEY_STORE_ERROR_ABSENT: the store answers and has no key
 * @TROPEA_KEY_STORE_ERROR_MISSING: the marker names a key that the store does not have
 * @TROPEA_KEY_STORE_ERROR_INSECURE: a key file that others can read
 * @TROPEA_KEY_STORE_ERROR_INVALID: what is stored is not a key, or another one
 */
typedef enum
{
  TROPEA_KEY_STORE_ERROR_FAILED,
  TROPEA_KEY_STORE_ERROR_UNAVAILABLE,
  TROPEA_KEY_STORE_ERROR_LOCKED,
  TROPEA_KEY_STORE_ERROR_DISMISSED,
  TROPEA_KEY_STORE_ERROR_ABSENT,
  TROPEA_KEY_STORE_ERROR_MISSING,
  TROPEA_KEY_STORE_ERROR_INSECURE,
  TROPEA_KEY_STORE_ERROR_INVALID,
} TropeaKeyStoreError;

#define TROPEA_KEY_STORE_ERROR (tropea_key_store_error_quark ())
GQuark          tropea_key_store_error_quark     (void);

#define TROPEA_TYPE_KEY_STORE (tropea_key_store_get_type ())

G_DECLARE_INTERFACE (TropeaKeyStore, tropea_key_store, TROPEA, KEY_STORE, GObject)

/* The seed of an Ed25519 key, and how it is written where it is stored. */
#define TROPEA_KEY_SEED_BYTES 32
#define TROPEA_KEY_SEED_HEX_BYTES 64

/* load: the 32-byte seed; with @may_prompt the user may be asked to unlock. Neither can be
 * cancelled: a prompt whose asker goes away can bring the keyring's daemon down.
 * store: only ever called after load said ABSENT; never replaces a key. */
struct _TropeaKeyStoreInterface
{
  GTypeInterface parent_iface;

  void          (*load_async)   (TropeaKeyStore       *self,
                                 gboolean              may_prompt,
                                 GAsyncReadyCallback   callback,
                                 gpointer              user_data);
  TropeaSecret *(*load_finish)  (TropeaKeyStore       *self,
                                 GAsyncResult         *result,
                                 GError              **error);
  void          (*store_async)  (TropeaKeyStore       *self,
                                 TropeaSecret         *seed,
                                 GAsyncReadyCallback   callback,
                                 gpointer              user_data);
  gboolean      (*store_finish) (TropeaKeyStore       *self,
                                 GAsyncResult         *result,
                                 GError              **error);
};

void            tropea_key_store_load_async      (TropeaKeyStore       *self,
                                                  gboolean              may_prompt,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
TropeaSecret   *tropea_key_store_load_finish     (TropeaKeyStore       *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
void            tropea_key_store_store_async     (TropeaKeyStore       *self,
                                                  TropeaSecret         *seed,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean        tropea_key_store_store_finish    (TropeaKeyStore       *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);

TropeaSecret   *tropea_key_seed_from_hex         (gconstpointer         hex,
                                                  gsize                 size_bytes,
                                                  GError              **error);
TropeaSecret   *tropea_key_seed_to_hex           (TropeaSecret         *seed);

/* The Secret Service; @account tells several data folders of one user apart. */
TropeaKeyStore *tropea_secret_key_store_new      (const char           *account);
/* A file of mode 0600 that holds the seed as 64 hexadecimal digits and a newline. */
TropeaKeyStore *tropea_file_key_store_new        (const char           *path);

G_END_DECLS
