/* tropea-error-code.c: a stable word for each kind of error
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-error-code"

#include "config.h"

#include "api/tropea-error-code.h"

#include "base/tropea-database.h"
#include "session/tropea-key-store.h"
#include "submit/tropea-ledger-client.h"
#include "tor/tropea-tor-backend.h"

/* Sentences may be reworded and translated; these words never change, so that programs can
 * tell errors apart.
 */

static const char * const tor_codes[] = {
  [TROPEA_TOR_ERROR_FAILED] = "tor-failed",
  [TROPEA_TOR_ERROR_NOT_INSTALLED] = "tor-not-installed",
  [TROPEA_TOR_ERROR_PORT_IN_USE] = "tor-port-in-use",
  [TROPEA_TOR_ERROR_DATA_DIRECTORY] = "tor-data-directory",
  [TROPEA_TOR_ERROR_CONFIGURATION] = "tor-configuration",
  [TROPEA_TOR_ERROR_CONTROL] = "tor-control",
  [TROPEA_TOR_ERROR_EXITED] = "tor-exited",
  [TROPEA_TOR_ERROR_BUSY] = "tor-busy",
  [TROPEA_TOR_ERROR_CANCELLED] = "tor-cancelled",
  [TROPEA_TOR_ERROR_HUNG] = "tor-hung",
  [TROPEA_TOR_ERROR_UNSTABLE] = "tor-unstable",
  [TROPEA_TOR_ERROR_TRANSPORT_MISSING] = "tor-transport-missing",
  [TROPEA_TOR_ERROR_PASSWORD] = "tor-password",
};

static const char * const key_codes[] = {
  [TROPEA_KEY_STORE_ERROR_FAILED] = "key-failed",
  [TROPEA_KEY_STORE_ERROR_UNAVAILABLE] = "key-unavailable",
  [TROPEA_KEY_STORE_ERROR_LOCKED] = "key-locked",
  [TROPEA_KEY_STORE_ERROR_DISMISSED] = "key-dismissed",
  [TROPEA_KEY_STORE_ERROR_ABSENT] = "key-absent",
  [TROPEA_KEY_STORE_ERROR_MISSING] = "key-missing",
  [TROPEA_KEY_STORE_ERROR_INSECURE] = "key-insecure",
  [TROPEA_KEY_STORE_ERROR_INVALID] = "key-invalid",
};

static const char * const database_codes[] = {
  [TROPEA_DATABASE_ERROR_FAILED] = "store-failed",
  [TROPEA_DATABASE_ERROR_UNAVAILABLE] = "store-unavailable",
  [TROPEA_DATABASE_ERROR_FULL] = "store-full",
  [TROPEA_DATABASE_ERROR_BUSY] = "store-busy",
  [TROPEA_DATABASE_ERROR_CORRUPT] = "store-corrupt",
  [TROPEA_DATABASE_ERROR_TOO_NEW] = "store-too-new",
};

static const char * const ledger_codes[] = {
  [TROPEA_LEDGER_CLIENT_ERROR_UNREACHABLE] = "ledger-unreachable",
  [TROPEA_LEDGER_CLIENT_ERROR_BUSY] = "ledger-busy",
  [TROPEA_LEDGER_CLIENT_ERROR_BROKEN] = "ledger-broken",
  [TROPEA_LEDGER_CLIENT_ERROR_NONSENSE] = "ledger-nonsense",
  [TROPEA_LEDGER_CLIENT_ERROR_KEY_CHANGED] = "ledger-key-changed",
  [TROPEA_LEDGER_CLIENT_ERROR_NEEDS_TOR] = "ledger-needs-tor",
  [TROPEA_LEDGER_CLIENT_ERROR_INVALID_URL] = "ledger-invalid-url",
  [TROPEA_LEDGER_CLIENT_ERROR_REFUSED] = "ledger-refused",
  [TROPEA_LEDGER_CLIENT_ERROR_FORKED] = "ledger-forked",
};

static const char *
look_up (const char * const *codes,
         gsize               n_codes,
         int                 code)
{
  return code >= 0 && (gsize) code < n_codes ? codes[code] : "failed";
}

/**
 * tropea_error_code:
 *
 * Returns: (transfer none): such as "tor-port-in-use"; "failed" where there is no other word
 */
const char *
tropea_error_code (const GError *error)
{
  g_return_val_if_fail (error != NULL, "failed");

  if (error->domain == TROPEA_TOR_ERROR)
    return look_up (tor_codes, G_N_ELEMENTS (tor_codes), error->code);
  if (error->domain == TROPEA_KEY_STORE_ERROR)
    return look_up (key_codes, G_N_ELEMENTS (key_codes), error->code);
  if (error->domain == TROPEA_DATABASE_ERROR)
    return look_up (database_codes, G_N_ELEMENTS (database_codes), error->code);
  if (error->domain == TROPEA_LEDGER_CLIENT_ERROR)
    return look_up (ledger_codes, G_N_ELEMENTS (ledger_codes), error->code);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY))
    return "data-dir-in-use";

  return "failed";
}
