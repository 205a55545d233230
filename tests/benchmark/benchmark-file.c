/* benchmark-file.c: requests made beforehand, and the keys that sign them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "benchmark-file.h"

#include <sodium.h>
#include <string.h>

gboolean
benchmark_reader_open (BenchmarkReader  *self,
                       const char       *path,
                       GError          **error)
{
  self->file = g_mapped_file_new (path, FALSE, error);
  self->position = 0;

  return self->file != NULL;
}

gboolean
benchmark_reader_next (BenchmarkReader *self,
                       BenchmarkItem   *item)
{
  const char *data = g_mapped_file_get_contents (self->file);
  gsize left = g_mapped_file_get_length (self->file) - self->position;
  guint32 length = 0;

  if (left < sizeof length)
    return FALSE;

  memcpy (&length, data + self->position, sizeof length);
  if (left < sizeof length + length)
    return FALSE;

  item->data = data + self->position + sizeof length;
  item->size_bytes = length;
  self->position += sizeof length + length;
  return TRUE;
}

void
benchmark_reader_close (BenchmarkReader *self)
{
  g_clear_pointer (&self->file, g_mapped_file_unref);
}

void
benchmark_write_item (FILE       *file,
                      const char *data,
                      gsize       size_bytes)
{
  guint32 length = (guint32) size_bytes;

  fwrite (&length, sizeof length, 1, file);
  fwrite (data, 1, size_bytes, file);
}

/**
 * benchmark_key_new:
 *
 * Returns: (transfer full): TROPEA_RECORD_SECRET_KEY_BYTES
 */
TropeaSecret *
benchmark_key_new (guint number)
{
  TropeaSecret *key = tropea_secret_new (TROPEA_RECORD_SECRET_KEY_BYTES);
  guint8 seed[crypto_sign_SEEDBYTES] = "tropea benchmark";
  guint8 public_key[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };

  memcpy (seed + sizeof seed - sizeof number, &number, sizeof number);
  crypto_sign_seed_keypair (public_key, tropea_secret_get_data (key), seed);

  return key;
}

/**
 * benchmark_order_new:
 * @number: another number, another order
 */
guint *
benchmark_order_new (guint n_keys,
                     guint number)
{
  g_autoptr(GRand) source = g_rand_new_with_seed (number);
  guint *order = g_new (guint, n_keys);

  for (guint i = 0; i < n_keys; i++)
    {
      guint other = i == 0 ? 0 : (guint) g_rand_int_range (source, 0, (gint32) i + 1);

      order[i] = order[other];
      order[other] = i;
    }

  return order;
}
