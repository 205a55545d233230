/* tropea-bridge-line.c: one bridge as users paste it, and as a torrc says it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-bridge-line"

#include "config.h"

#include "tor/tropea-bridge-line.h"

#include <arpa/inet.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* Pure. A line is taken apart word by word, each word is checked against the few characters
 * that may occur in it, and only what was understood is put together again. So no line that
 * comes out of here can hold a second torrc line, a comment, a quote or a continuation.
 *
 * Bridges are secrets of their user: the messages say what is wrong, not what was written.
 */

#define FINGERPRINT_CHARACTERS 40

/* 20 bytes of node id and 32 of key in base64, without the padding. */
#define CERT_CHARACTERS 70

/* tor hands them over as user and password of SOCKS, 255 bytes each. */
#define MOST_ARGUMENT_BYTES 510

G_DEFINE_QUARK (tropea-bridge-line-error-quark, tropea_bridge_line_error)

void
tropea_bridge_line_free (TropeaBridgeLine *self)
{
  if (self == NULL)
    return;

  g_free (self->transport);
  g_free (self->address);
  g_free (self->fingerprint);
  g_strfreev (self->arguments);
  g_free (self);
}

static gboolean
refuse (GError     **error,
        const char  *message)
{
  g_set_error_literal (error, TROPEA_BRIDGE_LINE_ERROR, TROPEA_BRIDGE_LINE_ERROR_INVALID, message);

  return FALSE;
}

static gboolean
is_digits (const char *text,
           gsize       length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (text[i]))
      return FALSE;

  return length > 0;
}

/* "192.0.2.1:443" or "[2001:db8::1]:443", also with something wrong in it. */
static gboolean
is_like_address (const char *word)
{
  const char *colon = strrchr (word, ':');

  if (word[0] == '[')
    return strchr (word, ':') != NULL;

  return colon != NULL && g_ascii_isdigit (word[0]) && strchr (word, '.') != NULL
         && strspn (word, "0123456789.") == (gsize) (colon - word);
}

static gboolean
take_port (const char  *text,
           guint       *port,
           GError     **error)
{
  gsize length = strlen (text);

  if (!is_digits (text, length) || length > 5 || text[0] == '0'
      || (*port = (guint) g_ascii_strtoull (text, NULL, 10)) > 65535)
    return refuse (error, _("The port behind the address must be a number from 1 to 65535"));

  return TRUE;
}

static gboolean
is_unspecified (const guint8 *bytes,
                gsize         length)
{
  for (gsize i = 0; i < length; i++)
    if (bytes[i] != 0)
      return FALSE;

  return TRUE;
}

static gboolean
take_address (TropeaBridgeLine  *self,
              const char        *word,
              GError           **error)
{
  const gboolean is_six = word[0] == '[';
  const char *colon = strrchr (word, ':');
  const char *end = is_six ? strchr (word, ']') : colon;
  g_autofree char *host = NULL;
  char text[INET6_ADDRSTRLEN];
  guint8 bytes[16] = { 0 };
  guint port;

  if (colon == NULL || end == NULL || (is_six && end + 1 != colon))
    return refuse (error, is_six ? _("An IPv6 address is written in brackets, with a colon and "
                                     "the port behind it")
                                 : _("A bridge needs an address and a port, such as "
                                     "192.0.2.1:443"));

  host = g_strndup (word + is_six, (gsize) (end - word) - is_six);
  if (inet_pton (is_six ? AF_INET6 : AF_INET, host, bytes) != 1
      || is_unspecified (bytes, is_six ? 16 : 4))
    return refuse (error, is_six ? _("What is in brackets is not an IPv6 address")
                                 : _("The address is not one of IPv4; names of hosts cannot "
                                     "be used"));

  if (!take_port (colon + 1, &port, error))
    return FALSE;

  inet_ntop (is_six ? AF_INET6 : AF_INET, bytes, text, sizeof text);
  self->address = is_six ? g_strdup_printf ("[%s]:%u", text, port)
                         : g_strdup_printf ("%s:%u", text, port);

  return TRUE;
}

static gboolean
take_fingerprint (TropeaBridgeLine  *self,
                  const char        *word,
                  GError           **error)
{
  if (word[0] == '$')
    word++;

  for (gsize i = 0; i < FINGERPRINT_CHARACTERS; i++)
    if (!g_ascii_isxdigit (word[i]))
      return refuse (error, _("The fingerprint must have 40 hexadecimal digits"));
  if (word[FINGERPRINT_CHARACTERS] != '\0')
    return refuse (error, _("The fingerprint must have 40 hexadecimal digits"));

  self->fingerprint = g_ascii_strup (word, -1);

  return TRUE;
}

/* @word is "cert=…": what obfs4's program itself would only refuse when tor runs. */
static gboolean
check_cert (const char  *value,
            GError     **error)
{
  gsize length = 0;

  while (g_ascii_isalnum (value[length]) || value[length] == '+' || value[length] == '/')
    length++;

  if (length != CERT_CHARACTERS || value[length] != '\0')
    return refuse (error, _("The value of “cert=” is not whole: it has 70 letters, digits, “+” "
                            "and “/”"));

  return TRUE;
}

static gboolean
check_obfs4 (const TropeaBridgeLine  *self,
             GError                 **error)
{
  guint n_certs = 0;
  guint n_modes = 0;

  for (gsize i = 0; self->arguments[i] != NULL; i++)
    {
      const char *argument = self->arguments[i];

      if (g_str_has_prefix (argument, "cert="))
        {
          n_certs++;
          if (!check_cert (argument + strlen ("cert="), error))
            return FALSE;
        }
      else if (g_str_has_prefix (argument, "iat-mode="))
        {
          n_modes++;
          if (strlen (argument) != strlen ("iat-mode=0") || !strchr ("012", argument[9]))
            return refuse (error, _("“iat-mode=” must be 0, 1 or 2"));
        }
      else
        {
          return refuse (error, _("An obfs4 bridge has only “cert=” and “iat-mode=” behind its "
                                  "fingerprint"));
        }
    }

  if (self->fingerprint == NULL)
    return refuse (error, _("The fingerprint is missing behind the address"));
  if (n_certs != 1)
    return refuse (error, _("An obfs4 bridge needs “cert=” once"));
  if (n_modes != 1)
    return refuse (error, _("An obfs4 bridge needs “iat-mode=” once; it is usually "
                            "“iat-mode=0”"));

  return TRUE;
}

static gboolean
is_argument (const char *word)
{
  const char *equals = strchr (word, '=');

  if (equals == NULL || equals == word || equals[1] == '\0')
    return FALSE;

  for (const char *at = word; *at != '\0'; at++)
    {
      if (at < equals && !g_ascii_isalnum (*at) && *at != '-' && *at != '_')
        return FALSE;
      if (!g_ascii_isgraph (*at) || strchr ("\"#\\", *at) != NULL)
        return FALSE;
    }

  return TRUE;
}

static gboolean
take_arguments (TropeaBridgeLine    *self,
                const char * const  *words,
                GError             **error)
{
  gsize n_bytes = 0;

  for (gsize i = 0; words[i] != NULL; i++)
    {
      if (!is_argument (words[i]))
        return refuse (error, _("What follows the address and the fingerprint must be pairs "
                                "such as “cert=…”"));
      n_bytes += strlen (words[i]) + 1;
    }

  if (n_bytes > MOST_ARGUMENT_BYTES)
    return refuse (error, _("The line is longer than tor can hand to the transport's program"));

  self->arguments = g_strdupv ((char **) words);

  return TRUE;
}

static gboolean
take_transport (TropeaBridgeLine  *self,
                const char        *word,
                GError           **error)
{
  static const char * const known[] = { "obfs4", "snowflake", NULL };

  self->transport = g_ascii_strdown (word, -1);
  if (!g_strv_contains (known, self->transport))
    return refuse (error, _("Bridges of this transport cannot be used here: only obfs4, "
                            "snowflake and bridges without a transport can"));

  return TRUE;
}

/* "obfs4", "webtunnel": a word that could be a transport's name. */
static gboolean
is_like_transport (const char *word)
{
  gsize length = strlen (word);

  return length <= 20 && g_ascii_isalpha (word[0])
         && strspn (word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
            == length;
}

static gboolean
is_known_transport (const char *word)
{
  return g_ascii_strcasecmp (word, "obfs4") == 0 || g_ascii_strcasecmp (word, "snowflake") == 0;
}

/* The words that make up the bridge, or that there are none in the line. */
static gboolean
is_prose (const char * const *words)
{
  if (words[0] == NULL)
    return TRUE;
  if (is_like_address (words[0]))
    return FALSE;

  return !(is_like_transport (words[0]) && words[1] != NULL
           && (is_like_address (words[1])
               || (is_known_transport (words[0]) && strchr (words[1], ':') != NULL)));
}

static gboolean
take_words (TropeaBridgeLine    *self,
            const char * const  *words,
            GError             **error)
{
  if (!is_like_address (words[0]) && !take_transport (self, *words++, error))
    return FALSE;

  if (!take_address (self, *words++, error))
    return FALSE;

  if (*words != NULL && strchr (*words, '=') == NULL && !take_fingerprint (self, *words++, error))
    return FALSE;

  if (self->transport == NULL && *words != NULL)
    return refuse (error, _("A bridge without a transport has nothing behind its fingerprint; "
                            "perhaps “obfs4” is missing before the address"));

  if (!take_arguments (self, words, error))
    return FALSE;

  return g_strcmp0 (self->transport, "obfs4") != 0 || check_obfs4 (self, error);
}

static char **
split_words (const char *text)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) words = g_strsplit_set (text, " \t", -1);
  gboolean is_first = TRUE;

  for (gsize i = 0; words[i] != NULL; i++)
    {
      if (*words[i] == '\0')
        continue;
      if (!is_first || g_ascii_strcasecmp (words[i], "Bridge") != 0)
        g_strv_builder_add (builder, words[i]);
      is_first = FALSE;
    }

  return g_strv_builder_end (builder);
}

/**
 * tropea_bridge_line_parse:
 * @text: "[Bridge] [TRANSPORT] ADDRESS:PORT [FINGERPRINT] [KEY=VALUE …]", one line
 *
 * Returns: (transfer full): the bridge, or %NULL with a %TROPEA_BRIDGE_LINE_ERROR
 */
TropeaBridgeLine *
tropea_bridge_line_parse (const char  *text,
                          GError     **error)
{
  g_autoptr(TropeaBridgeLine) self = g_new0 (TropeaBridgeLine, 1);
  g_auto(GStrv) words = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  if (strlen (text) > TROPEA_BRIDGE_LINE_LONGEST_BYTES || strpbrk (text, "\r\n") != NULL)
    {
      refuse (error, _("The line is too long for a bridge"));
      return NULL;
    }

  words = split_words (text);
  if (is_prose ((const char * const *) words))
    {
      g_set_error_literal (error, TROPEA_BRIDGE_LINE_ERROR, TROPEA_BRIDGE_LINE_ERROR_PROSE,
                           _("This is not a bridge"));
      return NULL;
    }

  if (!take_words (self, (const char * const *) words, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * tropea_bridge_line_to_string:
 *
 * Returns: (transfer full): the line as it stands in a torrc behind "Bridge "; parsed again it
 *   is the same
 */
char *
tropea_bridge_line_to_string (const TropeaBridgeLine *self)
{
  g_autofree char *arguments = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  arguments = g_strjoinv (" ", self->arguments);

  return g_strconcat (self->transport != NULL ? self->transport : "",
                      self->transport != NULL ? " " : "", self->address,
                      self->fingerprint != NULL ? " " : "",
                      self->fingerprint != NULL ? self->fingerprint : "",
                      *arguments != '\0' ? " " : "", arguments, NULL);
}

/* Two lines with the same one are the same bridge: tor would only keep the last. */
char *
tropea_bridge_line_dup_key (const TropeaBridgeLine *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_strconcat (self->transport != NULL ? self->transport : "-", " ", self->address, NULL);
}
