/* tropea-ledger-identity.c: a ledger's database and its key belong together
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger"

#include "config.h"

#include "ledger/tropea-ledger-identity.h"

#include <gio/gio.h>
#include <sodium.h>
#include <string.h>

#include "base/tropea-database.h"
#include "ledger/tropea-ledger-key.h"
#include "ledger/tropea-ledger-merkle.h"

/* The database has the public half of the key of its first start. Clients pin that key, so a
 * process with another one would be refused by each of them, and two processes of one ledger
 * with two keys by half of them at random: such a process does not start. For the same reason
 * no new key is made for a database that has one.
 */

static gboolean
fail (GError     **error,
      const char  *what)
{
  g_set_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_UNAVAILABLE,
               "%s: name the key file that it was first started with (--key-file PATH), or, if "
               "that is lost, begin with a new key by “tropea-ledger rekey”, which clients that "
               "know the old one will refuse", what);
  return FALSE;
}

static void
get_public_key (TropeaSecret *key,
                guint8       *public_key)
{
  crypto_sign_ed25519_sk_to_pk (public_key, tropea_secret_get_data (key));
}

/**
 * tropea_ledger_identity_settle:
 * @key_path: a new key is made there if neither the file nor the database has one
 *
 * Load the ledger's key, and let the database keep it in mind where it has none.
 *
 * Returns: (transfer full): the key that all processes of this ledger have
 */
TropeaSecret *
tropea_ledger_identity_settle (TropeaLedgerStore  *store,
                               const char         *key_path,
                               GError            **error)
{
  g_autoptr(TropeaSecret) key = NULL;
  guint8 stored[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };
  guint8 ours[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };
  gboolean is_found = FALSE;

  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (store), NULL);
  g_return_val_if_fail (key_path != NULL, NULL);

  if (!tropea_ledger_store_find_key (store, stored, &is_found, error))
    return NULL;

  if (is_found && !g_file_test (key_path, G_FILE_TEST_EXISTS))
    {
      g_autofree char *what = g_strdup_printf ("There is no key file at “%s”, but the database "
                                               "belongs to a ledger that has a key", key_path);

      fail (error, what);
      return NULL;
    }

  key = tropea_ledger_key_load_or_create (key_path, error);
  if (key == NULL)
    return NULL;

  get_public_key (key, ours);
  if (!is_found && (!tropea_ledger_store_put_key (store, ours, FALSE, error) ||
                    !tropea_ledger_store_find_key (store, stored, &is_found, error)))
    return NULL;

  if (memcmp (stored, ours, sizeof ours) != 0)
    {
      fail (error, "The database belongs to a ledger with another key");
      return NULL;
    }

  return g_steal_pointer (&key);
}

/**
 * tropea_ledger_identity_open_log:
 * @key: of tropea_ledger_identity_settle ()
 *
 * Sign the log with the ledger's key from now on, if it can go on from the head that was signed
 * last: clients have seen that one, and a log that is another is none.
 */
gboolean
tropea_ledger_identity_open_log (TropeaLedgerStore  *store,
                                 TropeaSecret       *key,
                                 GError            **error)
{
  guint8 public_key[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };

  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (store), FALSE);
  g_return_val_if_fail (key != NULL, FALSE);

  get_public_key (key, public_key);
  return tropea_ledger_merkle_check_head (store, public_key, error) &&
         tropea_ledger_store_set_key (store, key, error);
}

/**
 * tropea_ledger_identity_replace:
 * @key_path: a new key is made there if there is none
 *
 * From now on the database's ledger has this key.
 */
gboolean
tropea_ledger_identity_replace (TropeaLedgerStore  *store,
                                const char         *key_path,
                                GError            **error)
{
  g_autoptr(TropeaSecret) key = NULL;
  guint8 public_key[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };

  g_return_val_if_fail (TROPEA_IS_LEDGER_STORE (store), FALSE);
  g_return_val_if_fail (key_path != NULL, FALSE);

  key = tropea_ledger_key_load_or_create (key_path, error);
  if (key == NULL)
    return FALSE;

  get_public_key (key, public_key);
  return tropea_ledger_store_put_key (store, public_key, TRUE, error);
}
