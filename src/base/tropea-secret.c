/* tropea-secret.c: bytes in locked memory that are wiped when the last owner lets go
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-secret"

#include "config.h"

#include "base/tropea-secret.h"

#include <gio/gio.h>
#include <sodium.h>
#include <string.h>

/* sodium_malloc () puts guard pages around the bytes, keeps them out of swap and core dumps
 * where the system allows it, and wipes them when they are freed.
 */

struct _TropeaSecret
{
  gatomicrefcount  ref_count;

  guint8          *data;        /* (owned), sodium memory */
  gsize            size_bytes;
};

G_DEFINE_BOXED_TYPE (TropeaSecret, tropea_secret, tropea_secret_ref, tropea_secret_unref)

/**
 * tropea_secret_init:
 *
 * Prepare libsodium; call once at the start of each program, before anything else
 * that uses cryptography. It may be called again.
 */
gboolean
tropea_secret_init (GError **error)
{
  if (sodium_init () >= 0)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                       "The cryptography library did not start: the system gives no random "
                       "numbers");
  return FALSE;
}

/**
 * tropea_secret_new:
 *
 * Returns: (transfer full): @size_bytes zero bytes in locked memory
 */
TropeaSecret *
tropea_secret_new (gsize size_bytes)
{
  TropeaSecret *self = NULL;

  g_return_val_if_fail (size_bytes > 0, NULL);

  self = g_new0 (TropeaSecret, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->data = sodium_malloc (size_bytes);
  if (self->data == NULL)
    g_error ("Out of memory for %" G_GSIZE_FORMAT " secret bytes", size_bytes);
  self->size_bytes = size_bytes;
  memset (self->data, 0, size_bytes);

  return self;
}

TropeaSecret *
tropea_secret_new_from_bytes (gconstpointer data,
                              gsize         size_bytes)
{
  TropeaSecret *self = tropea_secret_new (size_bytes);

  memcpy (self->data, data, size_bytes);

  return self;
}

TropeaSecret *
tropea_secret_ref (TropeaSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
tropea_secret_unref (TropeaSecret *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  sodium_free (self->data);
  g_free (self);
}

/**
 * tropea_secret_get_data:
 *
 * Returns: (transfer none): the bytes; valid as long as a reference is held
 */
guint8 *
tropea_secret_get_data (TropeaSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->data;
}

gsize
tropea_secret_get_size (TropeaSecret *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->size_bytes;
}
