/* tropea-encoding.c: base64 and hexadecimal with exactly one spelling for each value
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-encoding"

#include "config.h"

#include "record/tropea-encoding.h"

#include <sodium.h>
/* Whatever a lenient decoder would let through (missing padding, stray bits after the last byte,
 * capitals in hexadecimal) is refused, so two different texts never mean the same bytes.
 *
 * A ledger decodes five of these for each session: no allocation.
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

/* The six bits of a digit; more than six where @c is none. */
static guint32
get_sextet (char c)
{
  if (c >= 'A' && c <= 'Z')
    return (guint32) (c - 'A');
  if (c >= 'a' && c <= 'z')
    return (guint32) (c - 'a') + 26;
  if (c >= '0' && c <= '9')
    return (guint32) (c - '0') + 52;
  if (c == '+')
    return 62;

  return c == '/' ? 63 : G_MAXUINT32;
}

/* @n_bytes: 1 to 3, which four characters stand for */
static gboolean
decode_quantum (const char *string,
                guint8     *data,
                gsize       n_bytes)
{
  guint32 bits = 0;

  for (gsize i = 0; i < 4; i++)
    {
      gboolean is_padding = i > n_bytes;
      guint32 sextet = is_padding ? 0 : get_sextet (string[i]);

      if (sextet > 63 || (is_padding && string[i] != '='))
        return FALSE;
      bits = bits << 6 | sextet;
    }

  for (gsize i = 0; i < n_bytes; i++)
    data[i] = (guint8) (bits >> (16 - 8 * i));
  return (bits & (0xffffffU >> (8 * n_bytes)) & 0xffffffU) == 0;
}

/**
 * tropea_base64_decode:
 * @string: need not end in a zero byte
 * @data: (out caller-allocates) (array length=size_bytes): undefined where FALSE is returned
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
  g_return_val_if_fail (string != NULL && data != NULL, FALSE);

  if (length_bytes != (size_bytes + 2) / 3 * 4)
    return FALSE;

  for (gsize i = 0; i < size_bytes; i += 3)
    {
      if (!decode_quantum (string + i / 3 * 4, data + i, MIN (size_bytes - i, 3)))
        return FALSE;
    }

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

/* @c: a hexadecimal digit in lower case */
static guint
get_nibble (char c)
{
  return c <= '9' ? (guint) (c - '0') : (guint) (c - 'a') + 10;
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

  for (gsize i = 0; i < size_bytes; i++)
    data[i] = (guint8) (get_nibble (string[2 * i]) << 4 | get_nibble (string[2 * i + 1]));
  return TRUE;
}
