/* test-api-guard.c: who is let in by name and by token
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "api/tropea-api-guard.h"
#include "http/tropea-http-host.h"

static void
test_hosts (void)
{
  static const struct
  {
    const char *host;
    gboolean    is_ours;
  } rows[] = {
    { "localhost", TRUE },
    { "LocalHost", TRUE },
    { "localhost:9052", TRUE },
    { "127.0.0.1", TRUE },
    { "127.0.0.1:9052", TRUE },
    { "[::1]", TRUE },
    { "[::1]:9052", TRUE },
    { NULL, FALSE },
    { "", FALSE },
    { "localhost.", FALSE },
    { "localhost:", FALSE },
    { "localhost:9053", FALSE },
    { "localhost:90520", FALSE },
    { "localhost.example", FALSE },
    { "example.localhost", FALSE },
    { "127.0.0.1.example", FALSE },
    { "127.0.0.2", FALSE },
    { "::1", FALSE },
    { "user@localhost", FALSE },
    { " localhost", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (tropea_http_host_is_loopback (rows[i].host, 9052), ==, rows[i].is_ours);
}

static void
test_tokens (void)
{
  static const struct
  {
    const char *header;
    gboolean    is_good;
  } rows[] = {
    { "Bearer 0123abcd", TRUE },
    { "bearer 0123abcd", TRUE },
    { NULL, FALSE },
    { "", FALSE },
    { "Bearer", FALSE },
    { "Bearer ", FALSE },
    { "Bearer 0123abce", FALSE },
    { "Bearer 1123abcd", FALSE },
    { "Bearer 0123abc", FALSE },
    { "Bearer 0123abcd ", FALSE },
    { "Bearer 0123abcd0", FALSE },
    { "Bearer  0123abcd", FALSE },
    { "Bearer 0123ABCD", FALSE },
    { "Basic 0123abcd", FALSE },
    { "0123abcd", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (tropea_api_guard_has_token (rows[i].header, "0123abcd"), ==,
                     rows[i].is_good);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/api-guard/only-this-computer-by-name", test_hosts);
  g_test_add_func ("/api-guard/only-the-whole-token", test_tokens);

  return g_test_run ();
}
