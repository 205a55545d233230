/* tropea-tlog-note.c: texts with signatures below them, as C2SP signed-note has them
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tlog"

#include "config.h"

#include "tlog/tropea-tlog-note.h"

#include <sodium.h>
#include <string.h>

#include "record/tropea-encoding.h"

/* A note is a text, an empty line, and lines “— name base64 (key id, signature)”. Only Ed25519
 * is known here, and one key: lines of others are left alone, but must be lines. The text may
 * not be used before the note was opened.
 */

#define LINE_START "\xe2\x80\x94 "
#define KEY_ID_BYTES 4
#define ED25519 0x01

/* The specification asks for 16 at least; each line costs little, only its own key's a check. */
#define MAX_SIGNATURES 64

/* Base64 of a post-quantum signature of nearly 5 KB. */
#define LONGEST_BASE64_BYTES 8192

/* A name of nobody's choosing can have any character but a plus and a space. */
static gboolean
is_name (const char *name,
         gsize       length)
{
  const char *end = name + length;

  for (const char *c = name; c < end; c = g_utf8_next_char (c))
    {
      if (*c == '+' || g_unichar_isspace (g_utf8_get_char (c)))
        return FALSE;
    }

  return length > 0;
}

static gboolean
is_plain_text (const char *text,
               gsize       length)
{
  for (gsize i = 0; i < length; i++)
    {
      if ((guint8) text[i] < 0x20 && text[i] != '\n')
        return FALSE;
    }

  return g_utf8_validate (text, (gssize) length, NULL);
}

static void
compute_key_id (const char   *name,
                const guint8 *public_key,
                guint8       *key_id)
{
  static const guint8 separator[] = { '\n', ED25519 };
  guint8 hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_state state;

  crypto_hash_sha256_init (&state);
  crypto_hash_sha256_update (&state, (const guint8 *) name, strlen (name));
  crypto_hash_sha256_update (&state, separator, sizeof separator);
  crypto_hash_sha256_update (&state, public_key, crypto_sign_ed25519_PUBLICKEYBYTES);
  crypto_hash_sha256_final (&state, hash);
  memcpy (key_id, hash, KEY_ID_BYTES);
}

/**
 * tropea_tlog_note_sign:
 * @text: ends in a newline
 * @name: the key's
 * @secret_key: as libsodium keeps them (seed and public key)
 *
 * Returns: (transfer full): the note
 */
char *
tropea_tlog_note_sign (const char   *text,
                       const char   *name,
                       TropeaSecret *secret_key)
{
  guint8 public_key[crypto_sign_ed25519_PUBLICKEYBYTES];
  guint8 blob[KEY_ID_BYTES + crypto_sign_ed25519_BYTES];
  g_autofree char *base64 = NULL;

  g_return_val_if_fail (g_str_has_suffix (text, "\n") && is_plain_text (text, strlen (text)),
                        NULL);
  g_return_val_if_fail (is_name (name, strlen (name)), NULL);
  g_return_val_if_fail (tropea_secret_get_size (secret_key) ==
                        crypto_sign_ed25519_SECRETKEYBYTES, NULL);

  crypto_sign_ed25519_sk_to_pk (public_key, tropea_secret_get_data (secret_key));
  compute_key_id (name, public_key, blob);
  crypto_sign_detached (blob + KEY_ID_BYTES, NULL, (const guint8 *) text, strlen (text),
                        tropea_secret_get_data (secret_key));
  base64 = tropea_base64_encode (blob, sizeof blob);

  return g_strdup_printf ("%s\n" LINE_START "%s %s\n", text, name, base64);
}

/* The end of the text: the last empty line. */
static const char *
find_signatures (const char *note,
                 gsize       length)
{
  for (gsize i = length; i >= 2; i--)
    {
      if (note[i - 1] == '\n' && note[i - 2] == '\n')
        return note + i;
    }

  return NULL;
}

/* Any base64 with padding; the one spelling is asked for only where the key is known. */
static gboolean
is_base64 (const char *string,
           gsize       length)
{
  gsize n_padding = 0;

  if (length == 0 || length % 4 != 0 || length > LONGEST_BASE64_BYTES)
    return FALSE;

  for (gsize i = 0; i < length; i++)
    {
      if (string[i] == '=')
        n_padding++;
      else if (n_padding > 0 ||
               !(g_ascii_isalnum (string[i]) || string[i] == '+' || string[i] == '/'))
        return FALSE;
    }

  return n_padding <= 2;
}

/* @is_ours: (inout): whether a line of the key has been seen */
static gboolean
check_line (const char   *line,
            gsize         length,
            const char   *text,
            gsize         text_length,
            const char   *name,
            const guint8 *public_key,
            gboolean     *is_ours)
{
  guint8 blob[KEY_ID_BYTES + crypto_sign_ed25519_BYTES] = { 0 };
  guint8 key_id[KEY_ID_BYTES];
  const char *base64 = NULL;
  gsize name_length = 0;
  gsize base64_length = 0;

  if (length <= strlen (LINE_START) || memcmp (line, LINE_START, strlen (LINE_START)) != 0)
    return FALSE;

  line += strlen (LINE_START);
  length -= strlen (LINE_START);
  base64 = memchr (line, ' ', length);
  if (base64 == NULL)
    return FALSE;

  name_length = (gsize) (base64 - line);
  base64++;
  base64_length = length - name_length - 1;
  if (!is_name (line, name_length) || !is_base64 (base64, base64_length))
    return FALSE;

  compute_key_id (name, public_key, key_id);
  if (name_length != strlen (name) || memcmp (line, name, name_length) != 0 ||
      !tropea_base64_decode (base64, base64_length, blob, sizeof blob) ||
      memcmp (blob, key_id, sizeof key_id) != 0)
    return TRUE;

  *is_ours = TRUE;
  return crypto_sign_verify_detached (blob + KEY_ID_BYTES, (const guint8 *) text, text_length,
                                      public_key) == 0;
}

/**
 * tropea_tlog_note_open:
 * @note: from outside; need not end in a zero byte
 * @name: the key's
 * @public_key: Ed25519
 *
 * Returns: (transfer full): the text, which this key signed
 */
char *
tropea_tlog_note_open (const char    *note,
                       gsize          length_bytes,
                       const char    *name,
                       const guint8  *public_key,
                       GError       **error)
{
  const char *line = NULL;
  const char *end = note + length_bytes;
  gboolean is_ours = FALSE;
  gsize text_length = 0;
  guint n_lines = 0;

  if (length_bytes > TROPEA_TLOG_NOTE_MAX_BYTES || !is_plain_text (note, length_bytes) ||
      (line = find_signatures (note, length_bytes)) == NULL || line == end || end[-1] != '\n')
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "It is not a signed note");
      return NULL;
    }

  text_length = (gsize) (line - 1 - note);
  for (; line < end; n_lines++)
    {
      const char *newline = memchr (line, '\n', (gsize) (end - line));

      if (n_lines == MAX_SIGNATURES ||
          !check_line (line, (gsize) (newline - line), note, text_length, name, public_key,
                       &is_ours))
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                               is_ours ? "The signature of the note is not right"
                                       : "The signature lines of the note cannot be read");
          return NULL;
        }
      line = newline + 1;
    }

  if (!is_ours)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "The note is not signed by the key that it should be signed by");
      return NULL;
    }

  return g_strndup (note, text_length);
}
