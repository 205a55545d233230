/* tropea-record.h: the session as it is signed and sent, the same for client and ledger
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "base/tropea-secret.h"

G_BEGIN_DECLS

#define TROPEA_RECORD_VERSION 1
#define TROPEA_RECORD_PUBLIC_KEY_BYTES 32
#define TROPEA_RECORD_SECRET_KEY_BYTES 64
#define TROPEA_RECORD_SIGNATURE_BYTES 64
#define TROPEA_RECORD_MAX_JSON_BYTES 4096
#define TROPEA_RECORD_MAX_BATCH 64
#define TROPEA_RECORD_MAX_BATCH_JSON_BYTES \
  (TROPEA_RECORD_MAX_BATCH * (TROPEA_RECORD_MAX_JSON_BYTES + 2) + 64)
#define TROPEA_RECORD_MAX_INTEGER G_GINT64_CONSTANT (9007199254740991)

typedef enum
{
  TROPEA_SOURCE_TOR_CLIENT,
  TROPEA_SOURCE_SIMULATION,
} TropeaSource;

#define TROPEA_TYPE_SOURCE (tropea_source_get_type ())
GType tropea_source_get_type (void);

/**
 * TropeaRecord:
 * @session_id: lower-case UUID version 4, chosen when the session was cut
 * @client_pub: the Ed25519 public key that @signature verifies under
 * @timestamp_ms: start, milliseconds since 1970 in UTC
 * @duration_s: whole seconds, rounded down
 * @bytes: in plus out, by tor's own count
 * @ip_hash: 64 hexadecimal digits in lower case, or empty
 * @source: what was metered
 * @signature: over the canonical bytes; all zero before tropea_record_sign ()
 *
 * A plain value: copy it as you like. It holds no secret.
 */
typedef struct
{
  char         session_id[37];
  guint8       client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES];
  gint64       timestamp_ms;
  gint64       duration_s;
  gint64       bytes;
  char         ip_hash[65];
  TropeaSource source;
  guint8       signature[TROPEA_RECORD_SIGNATURE_BYTES];
} TropeaRecord;

/**
 * TropeaRecordError:
 * @TROPEA_RECORD_ERROR_TOO_LARGE: more bytes or items than the contract allows
 * @TROPEA_RECORD_ERROR_MALFORMED: not the one spelling that the contract allows
 * @TROPEA_RECORD_ERROR_VERSION: a "v" that this program does not know
 */
typedef enum
{
  TROPEA_RECORD_ERROR_TOO_LARGE,
  TROPEA_RECORD_ERROR_MALFORMED,
  TROPEA_RECORD_ERROR_VERSION,
} TropeaRecordError;

#define TROPEA_RECORD_ERROR (tropea_record_error_quark ())
GQuark      tropea_record_error_quark        (void);

const char *tropea_source_to_string          (TropeaSource          source);
gboolean    tropea_source_from_string        (const char           *string,
                                              TropeaSource         *source);

gboolean    tropea_record_is_valid_origin    (const char           *origin);
gboolean    tropea_record_is_valid_session_id (const char          *string,
                                              gsize                 length_bytes);
char       *tropea_record_dup_canonical      (const TropeaRecord   *self,
                                              const char           *origin);
void        tropea_record_sign               (TropeaRecord         *self,
                                              const char           *origin,
                                              TropeaSecret         *secret_key);
gboolean    tropea_record_verify             (const TropeaRecord   *self,
                                              const char           *origin);
gboolean    tropea_record_equal_content      (const TropeaRecord   *a,
                                              const TropeaRecord   *b);

char       *tropea_record_to_json            (const TropeaRecord   *self);
gboolean    tropea_record_from_json          (const char           *data,
                                              gsize                 length_bytes,
                                              TropeaRecord         *record,
                                              GError              **error);
char       *tropea_record_batch_to_json      (const TropeaRecord   *records,
                                              gsize                 n_records);
GPtrArray  *tropea_record_batch_split        (GBytes               *body,
                                              GError              **error);

G_END_DECLS
