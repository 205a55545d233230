/* tropea-ledger-key.c: the file that holds a ledger's own key
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-key"

#include "config.h"

#include "ledger/tropea-ledger-key.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/tropea-encoding.h"
#include "record/tropea-record.h"

/* The file holds the Ed25519 seed: 64 hexadecimal digits and a line feed. Clients pin the key
 * at first use, so a ledger that loses the file is another ledger to them. A file that others
 * can read is refused, not mended: the key may be known to somebody already.
 */

#define SEED_HEX_LENGTH (2 * crypto_sign_SEEDBYTES)
#define FILE_SIZE_BYTES (SEED_HEX_LENGTH + 1)

static gboolean
fail (GError     **error,
      const char  *path,
      int          code,
      const char  *what)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
               "Could not %s the key file “%s”: %s", what, path, g_strerror (code));
  return FALSE;
}

static gboolean
check_file (int          fd,
            const char  *path,
            GError     **error)
{
  struct stat status;

  if (fstat (fd, &status) != 0)
    return fail (error, path, errno, "look at");

  if (!S_ISREG (status.st_mode) || status.st_size != FILE_SIZE_BYTES)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "“%s” is not a ledger's key file: name another with --key-file", path);
      return FALSE;
    }

  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   "Others can read the key file “%s”: if nobody did, run chmod 600 on it; "
                   "else remove it and begin with a new key", path);
      return FALSE;
    }

  return TRUE;
}

static TropeaSecret *
read_seed (int          fd,
           const char  *path,
           GError     **error)
{
  g_autoptr(TropeaSecret) text = tropea_secret_new (FILE_SIZE_BYTES);
  g_autoptr(TropeaSecret) seed = tropea_secret_new (crypto_sign_SEEDBYTES);
  const char *line = (const char *) tropea_secret_get_data (text);

  if (!check_file (fd, path, error))
    return NULL;

  if (read (fd, tropea_secret_get_data (text), FILE_SIZE_BYTES) != FILE_SIZE_BYTES ||
      line[SEED_HEX_LENGTH] != '\n' ||
      !tropea_hex_decode (line, SEED_HEX_LENGTH, tropea_secret_get_data (seed),
                          crypto_sign_SEEDBYTES))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "“%s” is not a ledger's key file: name another with --key-file", path);
      return NULL;
    }

  return g_steal_pointer (&seed);
}

static gboolean
write_seed (int            fd,
            TropeaSecret  *seed)
{
  g_autoptr(TropeaSecret) text = tropea_secret_new (FILE_SIZE_BYTES + 1);
  char *line = (char *) tropea_secret_get_data (text);

  sodium_bin2hex (line, FILE_SIZE_BYTES, tropea_secret_get_data (seed), crypto_sign_SEEDBYTES);
  line[SEED_HEX_LENGTH] = '\n';

  return write (fd, line, FILE_SIZE_BYTES) == FILE_SIZE_BYTES && fsync (fd) == 0;
}

/* Under a name of its own first: the key file is whole or not there. */
static TropeaSecret *
create_seed (const char  *path,
             GError     **error)
{
  g_autoptr(TropeaSecret) seed = tropea_secret_new (crypto_sign_SEEDBYTES);
  g_autofree char *new_path = g_strdup_printf ("%s.%d.new", path, (int) getpid ());
  int fd = g_open (new_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  int code = errno;
  gboolean is_written = FALSE;

  if (fd < 0)
    {
      fail (error, path, code, "make");
      return NULL;
    }

  randombytes_buf (tropea_secret_get_data (seed), crypto_sign_SEEDBYTES);
  is_written = write_seed (fd, seed);
  code = errno;
  g_close (fd, NULL);

  /* link () does not replace a key that another process made meanwhile. */
  if (is_written && link (new_path, path) != 0)
    {
      is_written = FALSE;
      code = errno;
    }
  g_unlink (new_path);
  if (!is_written)
    {
      fail (error, path, code, "make");
      return NULL;
    }

  return g_steal_pointer (&seed);
}

/**
 * tropea_ledger_key_load_or_create:
 * @path: the file; a new key is made if it is not there
 *
 * Returns: (transfer full): TROPEA_RECORD_SECRET_KEY_BYTES, for libsodium
 */
TropeaSecret *
tropea_ledger_key_load_or_create (const char  *path,
                                  GError     **error)
{
  g_autoptr(TropeaSecret) seed = NULL;
  g_autoptr(TropeaSecret) key = NULL;
  guint8 public_key[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };
  int fd = -1;

  g_return_val_if_fail (path != NULL, NULL);

  fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
  if (fd >= 0)
    {
      seed = read_seed (fd, path, error);
      g_close (fd, NULL);
    }
  else if (errno == ENOENT)
    seed = create_seed (path, error);
  else
    fail (error, path, errno, "open");

  if (seed == NULL)
    return NULL;

  key = tropea_secret_new (TROPEA_RECORD_SECRET_KEY_BYTES);
  crypto_sign_seed_keypair (public_key, tropea_secret_get_data (key),
                            tropea_secret_get_data (seed));
  return g_steal_pointer (&key);
}
