/* tropea-record.c: the session as it is signed and sent, the same for client and ledger
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-record"

#include "config.h"

#include "record/tropea-record.h"

#include <sodium.h>
#include <string.h>

#include "record/tropea-encoding.h"

/* The signature is over lines rebuilt from the fields, never over received text, by the same
 * function on both sides. The first line keeps it out of every other protocol, the second out
 * of every other ledger. tropea-record-parser.c reads what this file writes.
 */

/* The longest name that DNS allows; a version 3 onion name has 62 characters. */
#define LONGEST_ORIGIN_BYTES 253

#define SESSION_ID_BYTES 36
#define IP_HASH_BYTES 64

G_DEFINE_QUARK (tropea-record-error-quark, tropea_record_error)

G_DEFINE_ENUM_TYPE (TropeaSource, tropea_source,
                    G_DEFINE_ENUM_VALUE (TROPEA_SOURCE_TOR_CLIENT, "tor-client"),
                    G_DEFINE_ENUM_VALUE (TROPEA_SOURCE_SIMULATION, "simulation"))

static const char * const source_names[] = {
  [TROPEA_SOURCE_TOR_CLIENT] = "tor-client",
  [TROPEA_SOURCE_SIMULATION] = "simulation",
};

/**
 * tropea_source_to_string:
 *
 * Returns: (transfer none): the word that is signed and stored
 */
const char *
tropea_source_to_string (TropeaSource source)
{
  g_return_val_if_fail (source <= TROPEA_SOURCE_SIMULATION, NULL);

  return source_names[source];
}

/**
 * tropea_source_from_string:
 * @string: (nullable):
 * @source: (out): written on success only
 */
gboolean
tropea_source_from_string (const char   *string,
                           TropeaSource *source)
{
  g_return_val_if_fail (source != NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (source_names); i++)
    {
      if (g_strcmp0 (string, source_names[i]) == 0)
        {
          *source = (TropeaSource) i;
          return TRUE;
        }
    }

  return FALSE;
}

/**
 * tropea_record_is_valid_origin:
 * @origin: (nullable):
 *
 * A ledger's name is what a host name is: at most 253 lower-case letters, digits, dots and
 * hyphens, a letter or digit at both ends.
 */
gboolean
tropea_record_is_valid_origin (const char *origin)
{
  gsize length = origin != NULL ? strlen (origin) : 0;

  if (length == 0 || length > LONGEST_ORIGIN_BYTES ||
      !g_ascii_isalnum (origin[0]) || !g_ascii_isalnum (origin[length - 1]))
    return FALSE;

  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_islower (origin[i]) && !g_ascii_isdigit (origin[i]) &&
          origin[i] != '.' && origin[i] != '-')
        return FALSE;
    }

  return TRUE;
}

/**
 * tropea_record_is_valid_session_id:
 * @string: need not end in a zero byte
 *
 * Returns: whether @string is a UUID of version 4 (RFC 4122 section 4.4) in lower case
 */
gboolean
tropea_record_is_valid_session_id (const char *string,
                                   gsize       length_bytes)
{
  g_return_val_if_fail (string != NULL, FALSE);

  if (length_bytes != SESSION_ID_BYTES)
    return FALSE;

  for (gsize i = 0; i < SESSION_ID_BYTES; i++)
    {
      char c = string[i];

      if (i == 8 || i == 13 || i == 18 || i == 23)
        {
          if (c != '-')
            return FALSE;
        }
      else if (!g_ascii_isxdigit (c) || g_ascii_isupper (c))
        return FALSE;
    }

  return string[14] == '4' && strchr ("89ab", string[19]) != NULL;
}

/* A record of ours that breaks the grammar is our own bug: it could never be read back. */
static gboolean
is_well_formed (const TropeaRecord *self)
{
  gsize ip_hash_length = strnlen (self->ip_hash, sizeof self->ip_hash);
  guint8 ip_hash[IP_HASH_BYTES / 2] = { 0 };

  return tropea_record_is_valid_session_id (self->session_id,
                                            strnlen (self->session_id,
                                                     sizeof self->session_id)) &&
         self->timestamp_ms >= 0 && self->timestamp_ms <= TROPEA_RECORD_MAX_INTEGER &&
         self->duration_s >= 0 && self->duration_s <= TROPEA_RECORD_MAX_INTEGER &&
         self->bytes >= 0 && self->bytes <= TROPEA_RECORD_MAX_INTEGER &&
         self->source <= TROPEA_SOURCE_SIMULATION &&
         (ip_hash_length == 0 ||
          tropea_hex_decode (self->ip_hash, ip_hash_length, ip_hash, sizeof ip_hash));
}

/**
 * tropea_record_dup_canonical:
 *
 * Returns: (transfer full): the bytes that the signature covers; they hold no zero byte
 */
char *
tropea_record_dup_canonical (const TropeaRecord *self,
                             const char         *origin)
{
  g_autofree char *client_pub = NULL;

  g_return_val_if_fail (self != NULL && is_well_formed (self), NULL);
  g_return_val_if_fail (tropea_record_is_valid_origin (origin), NULL);

  client_pub = tropea_base64_encode (self->client_pub, sizeof self->client_pub);

  return g_strdup_printf ("tropea/session/v1\n%s\n%s\n%s\n%" G_GINT64_FORMAT "\n"
                          "%" G_GINT64_FORMAT "\n%" G_GINT64_FORMAT "\n%s\n%s\n",
                          origin, self->session_id, client_pub, self->timestamp_ms,
                          self->duration_s, self->bytes, self->ip_hash,
                          source_names[self->source]);
}

/**
 * tropea_record_sign:
 * @secret_key: TROPEA_RECORD_SECRET_KEY_BYTES, as libsodium keeps them (seed and public key)
 *
 * Fill in @self's client_pub, from @secret_key, and signature.
 */
void
tropea_record_sign (TropeaRecord *self,
                    const char   *origin,
                    TropeaSecret *secret_key)
{
  g_autofree char *canonical = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (tropea_secret_get_size (secret_key) == TROPEA_RECORD_SECRET_KEY_BYTES);

  crypto_sign_ed25519_sk_to_pk (self->client_pub, tropea_secret_get_data (secret_key));
  canonical = tropea_record_dup_canonical (self, origin);
  g_return_if_fail (canonical != NULL);
  crypto_sign_detached (self->signature, NULL, (const guint8 *) canonical, strlen (canonical),
                        tropea_secret_get_data (secret_key));
}

/**
 * tropea_record_verify:
 *
 * Pure Ed25519 as libsodium checks it: keys and nonce points of small order and an S that is
 * not reduced are refused too.
 */
gboolean
tropea_record_verify (const TropeaRecord *self,
                      const char         *origin)
{
  g_autofree char *canonical = tropea_record_dup_canonical (self, origin);

  return canonical != NULL &&
         crypto_sign_verify_detached (self->signature, (const guint8 *) canonical,
                                      strlen (canonical), self->client_pub) == 0;
}

/**
 * tropea_record_equal_content:
 *
 * Returns: whether @a and @b would be signed over the same bytes; the signatures are not
 *   compared
 */
gboolean
tropea_record_equal_content (const TropeaRecord *a,
                             const TropeaRecord *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return strcmp (a->session_id, b->session_id) == 0 &&
         memcmp (a->client_pub, b->client_pub, sizeof a->client_pub) == 0 &&
         a->timestamp_ms == b->timestamp_ms &&
         a->duration_s == b->duration_s &&
         a->bytes == b->bytes &&
         strcmp (a->ip_hash, b->ip_hash) == 0 &&
         a->source == b->source;
}

/**
 * tropea_record_to_json:
 *
 * Returns: (transfer full): @self on one line, as tropea_record_from_json () reads it
 */
char *
tropea_record_to_json (const TropeaRecord *self)
{
  g_autofree char *client_pub = NULL;
  g_autofree char *signature = NULL;

  g_return_val_if_fail (self != NULL && is_well_formed (self), NULL);

  client_pub = tropea_base64_encode (self->client_pub, sizeof self->client_pub);
  signature = tropea_base64_encode (self->signature, sizeof self->signature);

  /* No value can hold a character that JSON would escape. */
  return g_strdup_printf ("{\"v\":%d,\"sessionId\":\"%s\",\"clientPub\":\"%s\","
                          "\"timestamp\":%" G_GINT64_FORMAT ",\"duration\":%" G_GINT64_FORMAT ","
                          "\"bytesTransferred\":%" G_GINT64_FORMAT ",\"ipHash\":\"%s\","
                          "\"source\":\"%s\",\"signature\":\"%s\"}",
                          TROPEA_RECORD_VERSION, self->session_id, client_pub,
                          self->timestamp_ms, self->duration_s, self->bytes, self->ip_hash,
                          source_names[self->source], signature);
}

/**
 * tropea_record_batch_to_json:
 * @records: (array length=n_records):
 * @n_records: at most TROPEA_RECORD_MAX_BATCH
 *
 * Returns: (transfer full): the body of one batch
 */
char *
tropea_record_batch_to_json (const TropeaRecord *records,
                             gsize               n_records)
{
  GString *json = NULL;

  g_return_val_if_fail (records != NULL || n_records == 0, NULL);
  g_return_val_if_fail (n_records <= TROPEA_RECORD_MAX_BATCH, NULL);

  json = g_string_new ("{\"sessions\":[");
  for (gsize i = 0; i < n_records; i++)
    {
      g_autofree char *record = tropea_record_to_json (&records[i]);

      if (i > 0)
        g_string_append_c (json, ',');
      g_string_append (json, record);
    }
  g_string_append (json, "]}");

  return g_string_free (json, FALSE);
}
