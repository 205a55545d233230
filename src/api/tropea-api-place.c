/* tropea-api-place.c: where the local API of a Tropea is found
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-api"

#include "config.h"

#include "api/tropea-api-place.h"

#include <sodium.h>
#include <string.h>
#include <sys/un.h>

#include "base/tropea-paths.h"
#include "session/tropea-small-file.h"

/* The user's own Tropea is where everybody looks for it; one with another data folder is beside
 * its other sockets. So two that run together never meet, and a client that knows the folder
 * knows the socket.
 *
 * The token lies in the data folder, so that a program that was given it once can keep it. Who
 * reads it can read everything else there, too.
 */

#define SOCKET_NAME "api.sock"
#define TOKEN_NAME "api-token"
#define TOKEN_BYTES 32

/**
 * tropea_api_dup_socket_path:
 * @data_dir: (nullable): NULL for the user's own
 *
 * Returns: (transfer full): where a Tropea with this data folder serves its API
 */
char *
tropea_api_dup_socket_path (const char *data_dir)
{
  g_autofree char *usual = g_build_filename (g_get_user_data_dir (), "tropea", NULL);
  g_autofree char *folder = g_canonicalize_filename (data_dir != NULL ? data_dir : usual, NULL);
  g_autofree char *runtime_dir = NULL;
  struct sockaddr_un address;

  if (strcmp (folder, usual) == 0 && g_getenv ("XDG_RUNTIME_DIR") != NULL)
    {
      g_autofree char *path = g_build_filename (g_get_user_runtime_dir (), "tropea", SOCKET_NAME,
                                                NULL);

      if (strlen (path) < sizeof address.sun_path)
        return g_steal_pointer (&path);
    }

  runtime_dir = tropea_paths_dup_runtime_dir_of (folder);

  return g_build_filename (runtime_dir, SOCKET_NAME, NULL);
}

/**
 * tropea_api_make_folder:
 * @socket_path: from tropea_api_dup_socket_path ()
 *
 * Make the folder that the socket is in, open to its owner only.
 */
gboolean
tropea_api_make_folder (const char  *socket_path,
                        GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (socket_path);

  return tropea_paths_make_private_dir (folder, error);
}

static gboolean
is_token (const char *text)
{
  return strlen (text) == 2 * TOKEN_BYTES &&
         strspn (text, "0123456789abcdef") == 2 * TOKEN_BYTES;
}

static char *
make_token (const char  *path,
            GError     **error)
{
  guint8 bytes[TOKEN_BYTES] = { 0 };
  char text[2 * TOKEN_BYTES + 2] = { 0 };

  randombytes_buf (bytes, sizeof bytes);
  sodium_bin2hex (text, 2 * TOKEN_BYTES + 1, bytes, sizeof bytes);
  text[2 * TOKEN_BYTES] = '\n';
  if (!tropea_small_file_create (path, text, 2 * TOKEN_BYTES + 1, error))
    return NULL;

  text[2 * TOKEN_BYTES] = '\0';

  return g_strdup (text);
}

/**
 * tropea_api_dup_token:
 *
 * Read the token that requests on the port must carry; make it, where there is none. One small
 * file, meant for the moment when the port is switched on.
 *
 * Returns: (transfer full): the token, or NULL where it cannot be had or others can read it
 */
char *
tropea_api_dup_token (const char  *data_dir,
                      GError     **error)
{
  g_autofree char *path = g_build_filename (data_dir, TOKEN_NAME, NULL);
  char text[2 * TOKEN_BYTES + 2] = { 0 };
  gsize length_bytes = 0;
  g_autoptr(GError) local_error = NULL;

  if (!tropea_small_file_read (path, TRUE, text, sizeof text - 1, &length_bytes, &local_error))
    {
      if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        return make_token (path, error);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  g_strchomp (text);
  if (!is_token (text))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "“%s” holds no token: delete it, and a new one is made", path);
      return NULL;
    }

  return g_strdup (text);
}
