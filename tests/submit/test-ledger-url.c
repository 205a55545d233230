/* test-ledger-url.c: which URLs are a ledger's, and which of them need tor
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "submit/tropea-ledger-url.h"

#include <string.h>

#include "submit/tropea-ledger-client.h"

#define HUNDRED_BYTES \
  "/2345678901234567890123456789012345678901234567890" \
  "12345678901234567890123456789012345678901234567890"

static void
test_good (void)
{
  static const struct
  {
    const char *string;
    const char *url;
    gboolean    is_remote;
    const char *socket_path;
  } rows[] = {
    { "unix:/run/ledger.sock", "unix:/run/ledger.sock", FALSE, "/run/ledger.sock" },
    { "unix:/a b/ü", "unix:/a b/ü", FALSE, "/a b/ü" },
    { "http://127.0.0.1:9200", "http://127.0.0.1:9200", FALSE, NULL },
    { "http://127.8.9.10", "http://127.8.9.10", FALSE, NULL },
    { "http://[::1]:80", "http://[::1]:80", FALSE, NULL },
    { "http://localhost:1/", "http://localhost:1", FALSE, NULL },
    { "HTTPS://LocalHost", "https://localhost", FALSE, NULL },
    { "http://Ledger.Example.org:8080/", "http://ledger.example.org:8080", TRUE, NULL },
    { "http://ledger%2eexample.org", "http://ledger.example.org", TRUE, NULL },
    { "http://lédger.example.org", "http://xn--ldger-bsa.example.org", TRUE, NULL },
    { "https://ledger.example.org", "https://ledger.example.org", TRUE, NULL },
    { "http://abcdefghijklmnop.onion", "http://abcdefghijklmnop.onion", TRUE, NULL },

    /* Not loopback to the letter, so not loopback. */
    { "http://localhost.", "http://localhost.", TRUE, NULL },
    { "http://ledger.localhost", "http://ledger.localhost", TRUE, NULL },
    { "http://localhost.example.org", "http://localhost.example.org", TRUE, NULL },
    { "http://127.1", "http://127.1", TRUE, NULL },
    { "http://128.0.0.1", "http://128.0.0.1", TRUE, NULL },
    { "http://0.0.0.0", "http://0.0.0.0", TRUE, NULL },
    { "http://10.0.0.1", "http://10.0.0.1", TRUE, NULL },
    { "http://[::ffff:127.0.0.1]", "http://[::ffff:127.0.0.1]", TRUE, NULL },
    { "http://[2001:db8::1]", "http://[2001:db8::1]", TRUE, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(TropeaLedgerUrl) url = tropea_ledger_url_parse (rows[i].string, &error);

      g_test_message ("%s", rows[i].string);
      g_assert_no_error (error);
      g_assert_cmpstr (url->url, ==, rows[i].url);
      g_assert_cmpint (url->is_remote, ==, rows[i].is_remote);
      g_assert_cmpstr (url->socket_path, ==, rows[i].socket_path);
    }
}

static void
test_bad (void)
{
  const char * const strings[] = {
    "",
    "ledger.example.org",
    "127.0.0.1:9200",
    "ftp://ledger.example.org",
    "file:///etc/passwd",
    "http:",
    "http://",
    "http://:80",
    "http://user@127.0.0.1",
    "http://user:password@ledger.example.org",
    "http://ledger.example.org/path",
    "http://ledger.example.org?query",
    "http://ledger.example.org/?",
    "http://ledger.example.org#fragment",
    "http://ledger.example.org:0",
    "http://ledger.example.org:65536",
    "http://ledger.example.org:x",
    "http://ledger example.org",
    "http://ledger.example.org\n",
    "http://[::1%25eth0]",
    "http://[::1",
    "unix:",
    "unix:relative/path",
    "unix:" HUNDRED_BYTES "12345678",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    {
      g_autoptr(GError) error = NULL;

      g_test_message ("%s", strings[i]);
      g_assert_null (tropea_ledger_url_parse (strings[i], &error));
      g_assert_error (error, TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_INVALID_URL);
      g_assert_nonnull (strstr (error->message, "unix:PATH"));
    }
}

static void
test_longest_socket (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TropeaLedgerUrl) url = tropea_ledger_url_parse ("unix:" HUNDRED_BYTES "1234567",
                                                            &error);

  g_assert_no_error (error);
  g_assert_cmpuint (strlen (url->socket_path), ==, 107);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/ledger-url/only-literal-loopback-is-local", test_good);
  g_test_add_func ("/ledger-url/anything-else-is-refused", test_bad);
  g_test_add_func ("/ledger-url/longest-socket-path", test_longest_socket);

  return g_test_run ();
}
