/* tropea-marker.c: the public key on disk that says that there is an identity
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-marker"

#include "config.h"

#include "session/tropea-marker.h"

#include "record/tropea-encoding.h"
#include "record/tropea-record.h"
#include "session/tropea-key-store.h"
#include "session/tropea-small-file.h"

/* 44 digits of base64 and a newline, with room to see that there is more. */
#define MARKER_LENGTH 44
#define MARKER_BYTES (MARKER_LENGTH + 1)

/**
 * tropea_marker_read:
 * @public_key: (out) (transfer full) (nullable): base64; %NULL where there is no marker
 *
 * A marker that cannot be read is an error, never the same as none. Errors are
 * %TROPEA_KEY_STORE_ERROR.
 */
gboolean
tropea_marker_read (const char  *path,
                    char       **public_key,
                    GError     **error)
{
  char text[MARKER_BYTES + 2] = { 0 };
  guint8 key[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };
  g_autoptr(GError) cause = NULL;
  gsize length = 0;

  *public_key = NULL;
  if (!tropea_small_file_read (path, FALSE, text, MARKER_BYTES + 1, &length, &cause))
    {
      if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        return TRUE;

      g_set_error (error, TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_FAILED,
                   "The identity's public key cannot be read: %s", cause->message);
      return FALSE;
    }

  if (length != MARKER_BYTES || text[MARKER_LENGTH] != '\n' ||
      !tropea_base64_decode (text, MARKER_LENGTH, key, sizeof key))
    {
      g_set_error (error, TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_INVALID,
                   "“%s” does not hold a public key: restore it from a backup, or move it away if "
                   "the signing key is still where it was stored", path);
      return FALSE;
    }

  *public_key = g_strndup (text, MARKER_LENGTH);
  return TRUE;
}

/**
 * tropea_marker_write:
 *
 * It is on disk when this returns.
 */
gboolean
tropea_marker_write (const char  *path,
                     const char  *public_key,
                     GError     **error)
{
  g_autofree char *text = g_strconcat (public_key, "\n", NULL);
  g_autoptr(GError) cause = NULL;

  if (tropea_small_file_replace (path, text, &cause))
    return TRUE;

  g_set_error (error, TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_FAILED,
               "The identity's public key cannot be written down: %s", cause->message);
  return FALSE;
}
