/* tropea-control-auth.c: the proofs of SAFECOOKIE authentication
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-control-auth"

#include "config.h"

#include "tor/tropea-control-auth.h"

#include <sodium.h>
#include <string.h>

#include "tor/tropea-control-line.h"
#include "tor/tropea-tor-backend.h"

/* Pure. control-spec, "AUTHCHALLENGE": each side proves with an HMAC over both nonces that it
 * has read the cookie file. tor proves first, so whoever merely sits on the socket learns
 * nothing that it could use elsewhere.
 */

#define SERVER_KEY "Tor safe cookie authentication server-to-controller hash"
#define CLIENT_KEY "Tor safe cookie authentication controller-to-server hash"

static gboolean
refuse (GError     **error,
        const char  *what)
{
  g_set_error (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONTROL,
               "tor's control socket %s: stop other tor processes that use this data "
               "directory and start again", what);
  return FALSE;
}

/**
 * tropea_control_auth_check_methods:
 *
 * Refuse a control port that would let anybody in, and one that cannot prove that it is ours.
 */
gboolean
tropea_control_auth_check_methods (const TropeaControlReply  *protocolinfo,
                                   GError                   **error)
{
  for (guint i = 0; i < protocolinfo->lines->len; i++)
    {
      const char *text = tropea_control_reply_get_text (protocolinfo, i);
      g_autoptr(TropeaControlLine) line = NULL;
      g_auto(GStrv) methods = NULL;
      const char *value;

      if (!g_str_has_prefix (text, "AUTH "))
        continue;

      line = tropea_control_line_parse (text, error);
      if (line == NULL)
        return FALSE;

      value = tropea_control_line_get_value (line, "METHODS");
      methods = g_strsplit (value != NULL ? value : "", ",", -1);
      if (g_strv_contains ((const char * const *) methods, "NULL"))
        return refuse (error, "asks for no authentication");
      if (g_strv_contains ((const char * const *) methods, "SAFECOOKIE"))
        return TRUE;
    }

  return refuse (error, "does not offer SAFECOOKIE authentication");
}

static char *
to_hex (const guint8 *bytes,
        gsize         length)
{
  char *hex = g_malloc (length * 2 + 1);

  return sodium_bin2hex (hex, length * 2 + 1, bytes, length);
}

/* The command that asks tor for its proof. */
char *
tropea_control_auth_dup_challenge (const TropeaControlAuth *self)
{
  g_autofree char *nonce = to_hex (self->client_nonce, sizeof self->client_nonce);

  return g_strconcat ("AUTHCHALLENGE SAFECOOKIE ", nonce, NULL);
}

static void
make_hash (const TropeaControlAuth *self,
           const char              *key,
           const guint8            *server_nonce,
           guint8                  *hash)
{
  crypto_auth_hmacsha256_state state;

  crypto_auth_hmacsha256_init (&state, (const guint8 *) key, strlen (key));
  crypto_auth_hmacsha256_update (&state, self->cookie, sizeof self->cookie);
  crypto_auth_hmacsha256_update (&state, self->client_nonce, sizeof self->client_nonce);
  crypto_auth_hmacsha256_update (&state, server_nonce, TROPEA_CONTROL_NONCE_BYTES);
  crypto_auth_hmacsha256_final (&state, hash);
}

static gboolean
read_hex (const TropeaControlLine *line,
          const char              *key,
          guint8                  *bytes,
          gsize                    length)
{
  const char *hex = tropea_control_line_get_value (line, key);
  gsize read_length = 0;

  return hex != NULL && strlen (hex) == length * 2
         && sodium_hex2bin (bytes, length, hex, length * 2, NULL, &read_length, NULL) == 0
         && read_length == length;
}

/**
 * tropea_control_auth_answer:
 * @challenge: tor's reply to the challenge
 *
 * Returns: (transfer full): the AUTHENTICATE command; %NULL with %TROPEA_TOR_ERROR_CONTROL if
 *   the other side did not prove that it knows the cookie
 */
char *
tropea_control_auth_answer (const TropeaControlAuth   *self,
                            const TropeaControlReply  *challenge,
                            GError                   **error)
{
  g_autoptr(TropeaControlLine) line = NULL;
  guint8 server_hash[crypto_auth_hmacsha256_BYTES];
  guint8 server_nonce[TROPEA_CONTROL_NONCE_BYTES];
  guint8 hash[crypto_auth_hmacsha256_BYTES];
  g_autofree char *hex = NULL;

  if (tropea_control_reply_is_success (challenge))
    line = tropea_control_line_parse (tropea_control_reply_get_text (challenge, 0), NULL);

  if (line == NULL || !read_hex (line, "SERVERHASH", server_hash, sizeof server_hash)
      || !read_hex (line, "SERVERNONCE", server_nonce, sizeof server_nonce))
    {
      refuse (error, "does not answer a SAFECOOKIE challenge");
      return NULL;
    }

  make_hash (self, SERVER_KEY, server_nonce, hash);
  if (sodium_memcmp (hash, server_hash, sizeof hash) != 0)
    {
      refuse (error, "belongs to another tor than ours");
      return NULL;
    }

  make_hash (self, CLIENT_KEY, server_nonce, hash);
  hex = to_hex (hash, sizeof hash);

  return g_strconcat ("AUTHENTICATE ", hex, NULL);
}
