/* tropea-host-hash.c: a name for this host that means nothing tomorrow
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-host-hash"

#include "config.h"

#include "session/tropea-host-hash.h"

#include "base/tropea-secret.h"
#include "session/tropea-small-file.h"

#include <sodium.h>
#include <string.h>

/* The hash is BLAKE2b of a constant under a secret of the day. Yesterday's secret is overwritten
 * by today's, so from then on nobody, we included, can say whether two days' hashes belong to
 * the same host. Where the file cannot be kept, the secret lives as long as the program: a
 * ledger then sees two hosts in a day, which harms nobody.
 */

#define SECRET_BYTES 32
#define DAY_MS (G_GINT64_CONSTANT (24) * 3600 * 1000)
#define CONTEXT "tropea/host/v1"
/* "<days since 1970> <64 hexadecimal digits>\n", with room for the longest day and more. */
#define FILE_BYTES 96

struct _TropeaHostHash
{
  GObject       parent_instance;

  char         *path;    /* (owned) */
  TropeaSecret *secret;  /* (owned) (nullable) */
  gint64        day;     /* of @secret, since 1970 in UTC */
};

G_DEFINE_FINAL_TYPE (TropeaHostHash, tropea_host_hash, G_TYPE_OBJECT)

static gboolean
parse (TropeaHostHash *self,
       char           *text)
{
  g_autoptr(TropeaSecret) secret = tropea_secret_new (SECRET_BYTES);
  char *end = NULL;
  gint64 day = g_ascii_strtoll (text, &end, 10);
  gsize length = 0;

  if (end == text || *end != ' ' || strlen (end) != 1 + 2 * SECRET_BYTES + 1 ||
      sodium_hex2bin (tropea_secret_get_data (secret), SECRET_BYTES, end + 1, 2 * SECRET_BYTES,
                      NULL, &length, NULL) != 0 ||
      length != SECRET_BYTES)
    return FALSE;

  g_clear_pointer (&self->secret, tropea_secret_unref);
  self->secret = g_steal_pointer (&secret);
  self->day = day;
  return TRUE;
}

static void
load (TropeaHostHash *self)
{
  g_autoptr(TropeaSecret) text = tropea_secret_new (FILE_BYTES);
  char *data = (char *) tropea_secret_get_data (text);
  gsize length = 0;

  if (!tropea_small_file_read (self->path, TRUE, data, FILE_BYTES - 1, &length, NULL) ||
      !parse (self, data))
    g_debug ("There is no usable secret yet");
}

static void
renew (TropeaHostHash *self,
       gint64          day)
{
  g_autoptr(TropeaSecret) text = tropea_secret_new (FILE_BYTES);
  char *data = (char *) tropea_secret_get_data (text);
  char hex[2 * SECRET_BYTES + 1];
  g_autoptr(GError) error = NULL;

  g_clear_pointer (&self->secret, tropea_secret_unref);
  self->secret = tropea_secret_new (SECRET_BYTES);
  self->day = day;
  randombytes_buf (tropea_secret_get_data (self->secret), SECRET_BYTES);

  sodium_bin2hex (hex, sizeof hex, tropea_secret_get_data (self->secret), SECRET_BYTES);
  g_snprintf (data, FILE_BYTES, "%" G_GINT64_FORMAT " %s\n", day, hex);
  sodium_memzero (hex, sizeof hex);
  if (!tropea_small_file_replace (self->path, data, &error))
    g_debug ("The secret of the day stays in memory: %s", error->message);
}

static void
tropea_host_hash_finalize (GObject *object)
{
  TropeaHostHash *self = TROPEA_HOST_HASH (object);

  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->secret, tropea_secret_unref);

  G_OBJECT_CLASS (tropea_host_hash_parent_class)->finalize (object);
}

static void
tropea_host_hash_class_init (TropeaHostHashClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tropea_host_hash_finalize;
}

static void
tropea_host_hash_init (TropeaHostHash *self)
{
}

/**
 * tropea_host_hash_new:
 * @path: where the secret of the day is kept; read when it is needed first
 */
TropeaHostHash *
tropea_host_hash_new (const char *path)
{
  TropeaHostHash *self = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (TROPEA_TYPE_HOST_HASH, NULL);
  self->path = g_strdup (path);

  return self;
}

/**
 * tropea_host_hash_dup:
 * @wall_ms: a moment of the day that is asked for
 *
 * A day other than the last one asked for makes a new secret, and the old one is gone.
 *
 * Returns: (transfer full): 64 hexadecimal digits
 */
char *
tropea_host_hash_dup (TropeaHostHash *self,
                      gint64          wall_ms)
{
  guint8 hash[32] = { 0 };
  char hex[65];
  gint64 day = wall_ms / DAY_MS;

  g_return_val_if_fail (TROPEA_IS_HOST_HASH (self), NULL);

  if (self->secret == NULL)
    load (self);
  if (self->secret == NULL || self->day != day)
    renew (self, day);

  crypto_generichash (hash, sizeof hash, (const guint8 *) CONTEXT, strlen (CONTEXT),
                      tropea_secret_get_data (self->secret), SECRET_BYTES);
  sodium_bin2hex (hex, sizeof hex, hash, sizeof hash);

  return g_strdup (hex);
}
