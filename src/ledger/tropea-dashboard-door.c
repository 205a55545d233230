/* tropea-dashboard-door.c: who may see and use the operator's dashboard
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-dashboard"

#include "config.h"

#include "ledger/tropea-dashboard-door.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

/* Whoever knows the token gets a pass, which a browser sends back as a cookie. It says when it
 * ends and is sealed with a key that follows from the token, so that nothing is kept of it and
 * every process of a ledger takes it; a new token ends all of them. Each form has a stamp, which
 * is sealed over the pass: a page of another site can make a browser send the pass, but cannot
 * know the stamp.
 *
 * A door without a lock is for an address that only this computer reaches. It has no passes,
 * but stamps all the same.
 */

#define PASS_MS (G_GINT64_CONSTANT (1000) * TROPEA_DASHBOARD_PASS_S)
#define SEAL_BYTES 32
#define SEAL_CHARS (2 * SEAL_BYTES)
#define MAX_PASS_CHARS 128
#define TOKEN_RANDOM_BYTES 32

struct _TropeaDashboardDoor
{
  gboolean      has_lock;
  TropeaSecret *key;       /* (owned) */
};

static gboolean
fail (GError     **error,
      const char  *path,
      int          code,
      const char  *what)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
               "Could not %s the token file “%s”: %s", what, path, g_strerror (code));
  return FALSE;
}

static gboolean
make_token (const char  *path,
            GError     **error)
{
  guint8 bytes[TOKEN_RANDOM_BYTES] = { 0 };
  char text[2 * TOKEN_RANDOM_BYTES + 2] = { 0 };
  gboolean is_made = FALSE;

  randombytes_buf (bytes, sizeof bytes);
  sodium_bin2hex (text, 2 * TOKEN_RANDOM_BYTES + 1, bytes, sizeof bytes);
  text[2 * TOKEN_RANDOM_BYTES] = '\n';
  is_made = g_file_set_contents_full (path, text, sizeof text - 1,
                                      G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
  sodium_memzero (text, sizeof text);
  sodium_memzero (bytes, sizeof bytes);
  if (!is_made)
    g_prefix_error (error, "Could not make the token file: ");

  return is_made;
}

static gboolean
check_file (int          fd,
            const char  *path,
            GError     **error)
{
  struct stat status;

  if (fstat (fd, &status) != 0)
    return fail (error, path, errno, "look at");

  if (S_ISREG (status.st_mode) && (status.st_mode & (S_IRWXG | S_IRWXO)) == 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
               "Others can read the token file “%s”: remove it, and a new one is made", path);
  return FALSE;
}

static TropeaSecret *
read_token (int          fd,
            const char  *path,
            GError     **error)
{
  g_autoptr(TropeaSecret) text = tropea_secret_new (TROPEA_DASHBOARD_MAX_TOKEN_BYTES + 1);
  char *line = (char *) tropea_secret_get_data (text);
  gssize size_bytes = 0;

  if (!check_file (fd, path, error))
    return NULL;

  size_bytes = read (fd, line, TROPEA_DASHBOARD_MAX_TOKEN_BYTES);
  if (size_bytes < 0)
    {
      fail (error, path, errno, "read");
      return NULL;
    }

  line[size_bytes] = '\0';
  g_strchomp (line);
  if (strlen (line) < TROPEA_DASHBOARD_MIN_TOKEN_BYTES || strpbrk (line, " \t\r\n") != NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "“%s” is not one line with a token of at least %d characters: remove the file, "
                   "and a new one is made", path, TROPEA_DASHBOARD_MIN_TOKEN_BYTES);
      return NULL;
    }

  return tropea_secret_new_from_bytes (line, strlen (line));
}

/**
 * tropea_dashboard_token_load:
 * @path: the file, for its owner alone; made where there is none
 *
 * Returns: (transfer full): the token, without what ends its line
 */
TropeaSecret *
tropea_dashboard_token_load (const char  *path,
                             GError     **error)
{
  TropeaSecret *token = NULL;
  int fd = -1;

  g_return_val_if_fail (path != NULL, NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS) && !make_token (path, error))
    return NULL;

  fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  if (fd < 0)
    {
      fail (error, path, errno, "open");
      return NULL;
    }

  token = read_token (fd, path, error);
  g_close (fd, NULL);
  return token;
}

static TropeaSecret *
key_of_token (const void *token,
              gsize       size_bytes)
{
  static const char context[] = "tropea/dashboard/v1";
  TropeaSecret *key = tropea_secret_new (SEAL_BYTES);

  crypto_generichash (tropea_secret_get_data (key), SEAL_BYTES, token, size_bytes,
                      (const guint8 *) context, sizeof context - 1);
  return key;
}

/**
 * tropea_dashboard_door_new:
 * @token: (nullable): NULL: no lock
 */
TropeaDashboardDoor *
tropea_dashboard_door_new (TropeaSecret *token)
{
  TropeaDashboardDoor *self = g_new0 (TropeaDashboardDoor, 1);

  self->has_lock = token != NULL;
  if (token != NULL)
    self->key = key_of_token (tropea_secret_get_data (token), tropea_secret_get_size (token));
  else
    {
      self->key = tropea_secret_new (SEAL_BYTES);
      randombytes_buf (tropea_secret_get_data (self->key), SEAL_BYTES);
    }

  return self;
}

void
tropea_dashboard_door_free (TropeaDashboardDoor *self)
{
  g_clear_pointer (&self->key, tropea_secret_unref);
  g_free (self);
}

gboolean
tropea_dashboard_door_has_lock (TropeaDashboardDoor *self)
{
  return self->has_lock;
}

/**
 * tropea_dashboard_door_accepts:
 * @token: (nullable): what somebody typed
 *
 * The time that this takes does not depend on where a wrong token differs.
 */
gboolean
tropea_dashboard_door_accepts (TropeaDashboardDoor *self,
                               const char          *token)
{
  g_autoptr(TropeaSecret) key = NULL;

  if (!self->has_lock || token == NULL || strlen (token) > TROPEA_DASHBOARD_MAX_TOKEN_BYTES)
    return FALSE;

  key = key_of_token (token, strlen (token));
  return sodium_memcmp (tropea_secret_get_data (key), tropea_secret_get_data (self->key),
                        SEAL_BYTES) == 0;
}

/* @seal: SEAL_CHARS + 1 */
static void
seal (TropeaDashboardDoor *self,
      const char          *kind,
      const char          *text,
      char                *seal_chars)
{
  g_autofree char *message = g_strconcat (kind, "\n", text, NULL);
  guint8 bytes[SEAL_BYTES] = { 0 };

  crypto_generichash (bytes, sizeof bytes, (const guint8 *) message, strlen (message),
                      tropea_secret_get_data (self->key), SEAL_BYTES);
  sodium_bin2hex (seal_chars, SEAL_CHARS + 1, bytes, sizeof bytes);
}

static gboolean
is_sealed (TropeaDashboardDoor *self,
           const char          *kind,
           const char          *text,
           const char          *seal_chars)
{
  char wanted[SEAL_CHARS + 1] = { 0 };

  seal (self, kind, text, wanted);
  return strlen (seal_chars) == SEAL_CHARS &&
         sodium_memcmp (wanted, seal_chars, SEAL_CHARS) == 0;
}

/**
 * tropea_dashboard_door_dup_pass:
 *
 * Returns: (transfer full): for a cookie
 */
char *
tropea_dashboard_door_dup_pass (TropeaDashboardDoor *self,
                                gint64               now_ms)
{
  g_autofree char *end = g_strdup_printf ("%" G_GINT64_FORMAT, now_ms + PASS_MS);
  char seal_chars[SEAL_CHARS + 1] = { 0 };

  seal (self, "pass", end, seal_chars);
  return g_strconcat (end, ".", seal_chars, NULL);
}

/**
 * tropea_dashboard_door_takes_pass:
 * @pass: (nullable): of a cookie
 */
gboolean
tropea_dashboard_door_takes_pass (TropeaDashboardDoor *self,
                                  const char          *pass,
                                  gint64               now_ms)
{
  g_auto(GStrv) parts = NULL;
  gint64 end_ms = 0;

  if (!self->has_lock)
    return TRUE;

  if (pass == NULL || strlen (pass) > MAX_PASS_CHARS)
    return FALSE;

  parts = g_strsplit (pass, ".", 2);
  return g_strv_length (parts) == 2 &&
         g_ascii_string_to_signed (parts[0], 10, 0, G_MAXINT64, &end_ms, NULL) &&
         is_sealed (self, "pass", parts[0], parts[1]) && now_ms < end_ms &&
         end_ms <= now_ms + PASS_MS;
}

/**
 * tropea_dashboard_door_dup_stamp:
 * @pass: (nullable): one that is taken
 *
 * Returns: (transfer full): for the forms of whoever has @pass
 */
char *
tropea_dashboard_door_dup_stamp (TropeaDashboardDoor *self,
                                 const char          *pass)
{
  char seal_chars[SEAL_CHARS + 1] = { 0 };

  seal (self, "stamp", self->has_lock && pass != NULL ? pass : "", seal_chars);
  return g_strdup (seal_chars);
}

/**
 * tropea_dashboard_door_takes_stamp:
 * @pass: (nullable): one that is taken
 * @stamp: (nullable): of a form
 */
gboolean
tropea_dashboard_door_takes_stamp (TropeaDashboardDoor *self,
                                   const char          *pass,
                                   const char          *stamp)
{
  return stamp != NULL &&
         is_sealed (self, "stamp", self->has_lock && pass != NULL ? pass : "", stamp);
}

/**
 * tropea_dashboard_is_same_site:
 * @host: (nullable): the header Host
 * @origin: (nullable): the header Origin; browsers send it with each POST
 * @fetch_site: (nullable): the header Sec-Fetch-Site
 *
 * Returns: FALSE where a browser says that another site's page sends this
 */
gboolean
tropea_dashboard_is_same_site (const char *host,
                               const char *origin,
                               const char *fetch_site)
{
  const char *place = origin != NULL ? strstr (origin, "://") : NULL;

  if (fetch_site != NULL && strcmp (fetch_site, "same-origin") != 0)
    return FALSE;

  return origin == NULL ||
         (place != NULL && host != NULL && g_ascii_strcasecmp (place + 3, host) == 0);
}
