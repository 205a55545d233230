/* test-secret.c: bytes in locked memory
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "base/tropea-secret.h"

#include <string.h>

static void
test_zero (void)
{
  g_autoptr(TropeaSecret) secret = tropea_secret_new (64);
  const guint8 zero[64] = { 0 };

  g_assert_cmpuint (tropea_secret_get_size (secret), ==, 64);
  g_assert_cmpmem (tropea_secret_get_data (secret), 64, zero, sizeof zero);
}

static void
test_copy (void)
{
  guint8 bytes[32];
  TropeaSecret *secret = NULL;
  TropeaSecret *other = NULL;

  memset (bytes, 0x5a, sizeof bytes);
  secret = tropea_secret_new_from_bytes (bytes, sizeof bytes);
  memset (bytes, 0, sizeof bytes);
  other = tropea_secret_ref (secret);
  tropea_secret_unref (secret);

  memset (bytes, 0x5a, sizeof bytes);
  g_assert_cmpmem (tropea_secret_get_data (other), tropea_secret_get_size (other),
                   bytes, sizeof bytes);
  tropea_secret_unref (other);
}

/* The guard page behind the bytes ends the process that reads past them. */
static void
test_guard (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr(TropeaSecret) secret = tropea_secret_new (32);
      volatile guint8 *data = tropea_secret_get_data (secret);

      g_assert_cmpuint (data[32], <=, 255);
      return;
    }

  g_test_trap_subprocess (NULL, 30 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_true (tropea_secret_init (NULL));
  g_assert_true (tropea_secret_init (NULL));

  g_test_add_func ("/secret/new-bytes-are-zero", test_zero);
  g_test_add_func ("/secret/copy-lives-as-long-as-its-owners", test_copy);
  g_test_add_func ("/secret/reading-past-the-end-ends-the-process", test_guard);

  return g_test_run ();
}
