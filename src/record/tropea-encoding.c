/* tropea-encoding.c: base64 and hexadecimal with exactly one spelling for each value
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-encoding"

#include "config.h"

#include "record/tropea-encoding.h"

#include <sodium.h>
#include <string.h>

/* What is decoded is encoded again and compared: whatever a lenient decoder would let through
 * (missing padding, stray bits after the last byte, capitals in hexadecimal) is refused, so two
 * different texts never mean the same bytes.
 */

#define BASE64_VARIANT sodium_base64_VARIANT_ORIGINAL

/**
 * tropea_base64_encode:
 *
 * Returns: (transfer full): RFC 4648 section 4, with padding
 */
char *
tropea_base64_encode (const guint8 *data,
                      gsize         size_bytes)
{
  gsize length = sodium_base64_encoded_len (size_bytes, BASE64_VARIANT);
  char *string = g_malloc (length);

  return sodium_bin2base64 (string, length, data, size_bytes, BASE64_VARIANT);
}

/**
 * tropea_base64_decode:
 * @string: need not end in a zero byte
 * @data: (out caller-allocates) (array length=size_bytes): written on success only
 * @size_bytes: how many bytes @string must mean
 *
 * Returns: whether @string is the one spelling of @size_bytes bytes
 */
gboolean
tropea_base64_decode (const char *string,
                      gsize       length_bytes,
                      guint8     *data,
                      gsize       size_bytes)
{
  g_autofree guint8 *bytes = NULL;
  g_autofree char *again = NULL;
  gsize n_bytes = 0;

  g_return_val_if_fail (string != NULL && data != NULL, FALSE);

  if (length_bytes != sodium_base64_encoded_len (size_bytes, BASE64_VARIANT) - 1)
    return FALSE;

  bytes = g_malloc (size_bytes + 1);
  if (sodium_base642bin (bytes, size_bytes, string, length_bytes, NULL, &n_bytes, NULL,
                         BASE64_VARIANT) != 0 ||
      n_bytes != size_bytes)
    return FALSE;

  again = tropea_base64_encode (bytes, size_bytes);
  if (memcmp (again, string, length_bytes) != 0)
    return FALSE;

  memcpy (data, bytes, size_bytes);
  return TRUE;
}

/**
 * tropea_hex_encode:
 *
 * Returns: (transfer full): two lower-case digits for each byte
 */
char *
tropea_hex_encode (const guint8 *data,
                   gsize         size_bytes)
{
  gsize length = 2 * size_bytes + 1;

  return sodium_bin2hex (g_malloc (length), length, data, size_bytes);
}

/**
 * tropea_hex_decode:
 * @string: need not end in a zero byte
 * @data: (out caller-allocates) (array length=size_bytes): written on success only
 * @size_bytes: how many bytes @string must mean
 *
 * Returns: whether @string is the one spelling of @size_bytes bytes
 */
gboolean
tropea_hex_decode (const char *string,
                   gsize       length_bytes,
                   guint8     *data,
                   gsize       size_bytes)
{
  g_return_val_if_fail (string != NULL && data != NULL, FALSE);

  if (length_bytes != 2 * size_bytes)
    return FALSE;

  for (gsize i = 0; i < length_bytes; i++)
    {
      if (!g_ascii_isxdigit (string[i]) || g_ascii_isupper (string[i]))
        return FALSE;
    }

  return sodium_hex2bin (data, size_bytes, string, length_bytes, NULL, NULL, NULL) == 0;
}
