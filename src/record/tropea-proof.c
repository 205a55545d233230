/* tropea-proof.c: signatures that show who asks a ledger, and which ledger answers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-proof"

#include "config.h"

#include "record/tropea-proof.h"

#include <sodium.h>
#include <string.h>

#include "record/tropea-encoding.h"
#include "record/tropea-record.h"

/* Each kind of signature covers a first line that no other kind has, and the ledger's origin:
 * a proof made for one ledger or one purpose is worth nothing at another.
 */

#define READ_SCHEME "Tropea ts="
#define READ_SIGNATURE ",sig="

/* 2^53 - 1 has 16 digits. */
#define MAX_TIMESTAMP_DIGITS 16

static char *
dup_read_message (const char *origin,
                  const char *target,
                  gint64      timestamp_ms)
{
  return g_strdup_printf ("tropea/read/v1\n%s\n%s\n%" G_GINT64_FORMAT "\n",
                          origin, target, timestamp_ms);
}

/**
 * tropea_read_proof_dup_header:
 * @secret_key: the client's, TROPEA_RECORD_SECRET_KEY_BYTES
 * @target: path and query exactly as they stand in the request line
 *
 * Returns: (transfer full): the value for the Authorization header
 */
char *
tropea_read_proof_dup_header (TropeaSecret *secret_key,
                              const char   *origin,
                              const char   *target,
                              gint64        now_ms)
{
  guint8 signature[TROPEA_RECORD_SIGNATURE_BYTES] = { 0 };
  g_autofree char *message = NULL;
  g_autofree char *encoded = NULL;

  g_return_val_if_fail (tropea_secret_get_size (secret_key) == TROPEA_RECORD_SECRET_KEY_BYTES,
                        NULL);
  g_return_val_if_fail (tropea_record_is_valid_origin (origin), NULL);
  g_return_val_if_fail (target != NULL && strchr (target, '\n') == NULL, NULL);
  g_return_val_if_fail (now_ms >= 0 && now_ms <= TROPEA_RECORD_MAX_INTEGER, NULL);

  message = dup_read_message (origin, target, now_ms);
  crypto_sign_detached (signature, NULL, (const guint8 *) message, strlen (message),
                        tropea_secret_get_data (secret_key));
  encoded = tropea_base64_encode (signature, sizeof signature);

  return g_strdup_printf (READ_SCHEME "%" G_GINT64_FORMAT READ_SIGNATURE "%s", now_ms, encoded);
}

static gboolean
parse_header (const char *header,
              gint64     *timestamp_ms,
              guint8     *signature)
{
  const char *cursor = header;
  gint64 value = 0;
  gsize n_digits = 0;

  if (!g_str_has_prefix (cursor, READ_SCHEME))
    return FALSE;

  cursor += strlen (READ_SCHEME);
  for (; g_ascii_isdigit (cursor[n_digits]) && n_digits < MAX_TIMESTAMP_DIGITS; n_digits++)
    value = value * 10 + g_ascii_digit_value (cursor[n_digits]);
  if (n_digits == 0 || (cursor[0] == '0' && n_digits > 1) || value > TROPEA_RECORD_MAX_INTEGER)
    return FALSE;

  cursor += n_digits;
  if (!g_str_has_prefix (cursor, READ_SIGNATURE))
    return FALSE;

  cursor += strlen (READ_SIGNATURE);
  if (!tropea_base64_decode (cursor, strlen (cursor), signature, TROPEA_RECORD_SIGNATURE_BYTES))
    return FALSE;

  *timestamp_ms = value;
  return TRUE;
}

/**
 * tropea_read_proof_verify:
 * @header: (nullable): the Authorization header as it came
 * @client_pub: TROPEA_RECORD_PUBLIC_KEY_BYTES
 * @target: path and query as they stand in the request line
 *
 * Sets G_IO_ERROR_INVALID_DATA where @header is none of ours, G_IO_ERROR_TIMED_OUT where the
 * two clocks differ by more than TROPEA_PROOF_MAX_SKEW_MS, G_IO_ERROR_PERMISSION_DENIED where
 * the signature is not @client_pub's.
 */
gboolean
tropea_read_proof_verify (const char    *header,
                          const guint8  *client_pub,
                          const char    *origin,
                          const char    *target,
                          gint64         now_ms,
                          GError       **error)
{
  guint8 signature[TROPEA_RECORD_SIGNATURE_BYTES] = { 0 };
  g_autofree char *message = NULL;
  gint64 timestamp_ms = 0;

  g_return_val_if_fail (client_pub != NULL && target != NULL, FALSE);
  g_return_val_if_fail (tropea_record_is_valid_origin (origin), FALSE);

  if (header == NULL || !parse_header (header, &timestamp_ms, signature) ||
      strchr (target, '\n') != NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "This needs proof of the key: “Authorization: Tropea "
                           "ts=<milliseconds>,sig=<base64>”");
      return FALSE;
    }

  if (ABS (now_ms - timestamp_ms) > TROPEA_PROOF_MAX_SKEW_MS)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                           "The proof is more than five minutes off the ledger's clock: set "
                           "the clock and make a new one");
      return FALSE;
    }

  message = dup_read_message (origin, target, timestamp_ms);
  if (crypto_sign_verify_detached (signature, (const guint8 *) message, strlen (message),
                                   client_pub) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                           "The proof is not signed by the key that is asked about");
      return FALSE;
    }

  return TRUE;
}

static char *
dup_ledger_message (const guint8 *ledger_pub,
                    const char   *origin,
                    const guint8 *challenge)
{
  g_autofree char *public_key = tropea_base64_encode (ledger_pub,
                                                      TROPEA_RECORD_PUBLIC_KEY_BYTES);
  g_autofree char *hex = tropea_hex_encode (challenge, TROPEA_PROOF_CHALLENGE_BYTES);

  return g_strdup_printf ("tropea/ledger/v1\n%s\n%s\n%s\n", origin, public_key, hex);
}

/**
 * tropea_ledger_proof_sign:
 * @secret_key: the ledger's, TROPEA_RECORD_SECRET_KEY_BYTES
 * @challenge: TROPEA_PROOF_CHALLENGE_BYTES that the client chose at random
 * @signature: (out caller-allocates): TROPEA_RECORD_SIGNATURE_BYTES
 */
void
tropea_ledger_proof_sign (TropeaSecret *secret_key,
                          const char   *origin,
                          const guint8 *challenge,
                          guint8       *signature)
{
  guint8 ledger_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };
  g_autofree char *message = NULL;

  g_return_if_fail (tropea_secret_get_size (secret_key) == TROPEA_RECORD_SECRET_KEY_BYTES);
  g_return_if_fail (tropea_record_is_valid_origin (origin));
  g_return_if_fail (challenge != NULL && signature != NULL);

  crypto_sign_ed25519_sk_to_pk (ledger_pub, tropea_secret_get_data (secret_key));
  message = dup_ledger_message (ledger_pub, origin, challenge);
  crypto_sign_detached (signature, NULL, (const guint8 *) message, strlen (message),
                        tropea_secret_get_data (secret_key));
}

/**
 * tropea_ledger_proof_verify:
 *
 * Returns: whether whoever signed has the secret half of @ledger_pub and calls itself @origin
 */
gboolean
tropea_ledger_proof_verify (const guint8 *signature,
                            const guint8 *ledger_pub,
                            const char   *origin,
                            const guint8 *challenge)
{
  g_autofree char *message = NULL;

  g_return_val_if_fail (signature != NULL && ledger_pub != NULL && challenge != NULL, FALSE);

  if (!tropea_record_is_valid_origin (origin))
    return FALSE;

  message = dup_ledger_message (ledger_pub, origin, challenge);
  return crypto_sign_verify_detached (signature, (const guint8 *) message, strlen (message),
                                      ledger_pub) == 0;
}
