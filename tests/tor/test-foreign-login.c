/* test-foreign-login.c: whoever listens where a tor is looked for is told nothing too early
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tor/tropea-foreign-login.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake-control.h"
#include "test-wait.h"
#include "tor-tree.h"
#include "tor/tropea-attached-tor.h"
#include "tor/tropea-control-address.h"
#include "tor/tropea-tor-backend.h"
#include "tor/tropea-tor-diagnosis.h"

#define COOKIE     "0123456789abcdef0123456789abcdef"
#define COOKIE_HEX "3031323334353637383961626364656630313233343536373839616263646566"

/* Any user that is not this one. */
#define STRANGER 65534

typedef struct
{
  char           *root;         /* (owned) */
  char           *cookie_path;  /* (owned) */
  GSocketAddress *address;      /* (owned) (nullable) */
  FakeControl    *fake;         /* (owned) (nullable) */
  GAsyncResult   *result;       /* (owned) (nullable) */
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->root = g_strdup ("/tmp/tropea-foreign-XXXXXX");
  g_assert_nonnull (g_mkdtemp (fixture->root));
  g_assert_cmpint (g_chmod (fixture->root, 0777), ==, 0);
  fixture->cookie_path = g_build_filename (fixture->root, "c", NULL);
  g_assert_true (g_file_set_contents (fixture->cookie_path, COOKIE, 32, NULL));
}

static void
end_fake (Fixture *fixture)
{
  g_clear_pointer (&fixture->fake, fake_control_free);
  g_clear_object (&fixture->address);
  g_clear_object (&fixture->result);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  end_fake (fixture);
  test_remove_tree (fixture->root);
  g_free (fixture->root);
  g_free (fixture->cookie_path);
}

static void
listen_as (Fixture         *fixture,
           gboolean         is_tcp,
           FakeControlMode  mode,
           const char      *methods,
           const char      *cookie_path)
{
  g_autofree char *path = g_build_filename (fixture->root, "s", NULL);
  g_autofree char *offer = g_strdup_printf ("METHODS=%s COOKIEFILE=\"%s\"", methods, cookie_path);
  g_autoptr(GSocketAddress) address = NULL;

  g_unlink (path);
  address = is_tcp ? g_inet_socket_address_new_from_string ("127.0.0.1", 0)
                   : g_unix_socket_address_new (path);
  fixture->fake = fake_control_new_at (address, (const guint8 *) COOKIE, mode, NULL,
                                       &fixture->address);
  fake_control_set_offer (fixture->fake, offer);
}

/* As another user, where the test may do that. */
static void
listen_as_stranger (Fixture    *fixture,
                    gboolean    is_tcp,
                    const char *methods)
{
  g_assert_cmpint (seteuid (STRANGER), ==, 0);
  listen_as (fixture, is_tcp, FAKE_CONTROL_GOOD, methods, fixture->cookie_path);
  g_assert_cmpint (seteuid (0), ==, 0);
}

static gboolean
log_in (Fixture     *fixture,
        const char  *password,
        GError     **error)
{
  g_autoptr(TropeaSecret) secret = NULL;
  TropeaControlConnection *connection;
  gboolean is_open = TRUE;

  if (password != NULL)
    secret = tropea_secret_new_from_bytes (password, strlen (password));
  tropea_foreign_login_async (fixture->address, secret, NULL, test_keep_result, &fixture->result);
  test_wait_until (fixture->result != NULL, 30);
  connection = tropea_foreign_login_finish (fixture->result, &is_open, error);
  if (connection == NULL)
    return FALSE;

  g_assert_false (is_open);
  tropea_control_connection_close (connection);
  g_object_unref (connection);

  return TRUE;
}

static void
assert_failed (Fixture          *fixture,
               const char       *password,
               TropeaTorProblem  problem)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (log_in (fixture, password, &error));
  g_assert_cmpint (tropea_tor_problem_of_error (error), ==, (int) problem);
}

static gboolean
was_sent (Fixture    *fixture,
          const char *text)
{
  return strstr (fake_control_get_commands (fixture->fake), text) != NULL;
}

static void
test_safecookie (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  listen_as (fixture, TRUE, FAKE_CONTROL_GOOD, "COOKIE,SAFECOOKIE,HASHEDPASSWORD",
             fixture->cookie_path);
  log_in (fixture, "secret", &error);
  g_assert_no_error (error);
  g_assert_true (was_sent (fixture, "AUTHENTICATE "));
  g_assert_false (was_sent (fixture, COOKIE_HEX));
}

/* Not one byte of the file, nor the password, for who cannot prove to know the cookie. */
static void
test_impostor (Fixture       *fixture,
               gconstpointer  data)
{
  static const struct
  {
    FakeControlMode   mode;
    const char       *methods;
    const char       *password;
    TropeaTorProblem  problem;
  } rows[] = {
    { FAKE_CONTROL_WRONG_HASH, "COOKIE,SAFECOOKIE", NULL, TROPEA_TOR_PROBLEM_FOREIGN_UNPROVEN },
    { FAKE_CONTROL_WRONG_HASH, "COOKIE,SAFECOOKIE,HASHEDPASSWORD", "secret",
      TROPEA_TOR_PROBLEM_FOREIGN_UNPROVEN },
    { FAKE_CONTROL_SHORT_NONCE, "COOKIE,SAFECOOKIE,HASHEDPASSWORD", "secret",
      TROPEA_TOR_PROBLEM_FOREIGN_UNPROVEN },
    { FAKE_CONTROL_NO_CHALLENGE, "COOKIE,SAFECOOKIE", NULL, TROPEA_TOR_PROBLEM_FOREIGN_REFUSED },
    { FAKE_CONTROL_NO_CHALLENGE, "COOKIE,SAFECOOKIE,HASHEDPASSWORD", NULL,
      TROPEA_TOR_PROBLEM_FOREIGN_PASSWORD_NEEDED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows) * 2; i++)
    {
      gsize row = i / 2;

      listen_as (fixture, i % 2 == 0, rows[row].mode, rows[row].methods, fixture->cookie_path);
      assert_failed (fixture, rows[row].password, rows[row].problem);
      g_assert_true (was_sent (fixture, "AUTHCHALLENGE "));
      g_assert_false (was_sent (fixture, "AUTHENTICATE"));
      end_fake (fixture);
    }
}

/* The file itself is shown only to who may read it. */
static void
test_plain_cookie (Fixture       *fixture,
                   gconstpointer  data)
{
  for (int i = 0; i < 2; i++)
    {
      g_autoptr(GError) error = NULL;

      listen_as (fixture, i == 0, FAKE_CONTROL_GOOD, "COOKIE", fixture->cookie_path);
      log_in (fixture, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (was_sent (fixture, "AUTHENTICATE " COOKIE_HEX));
      end_fake (fixture);

      if (geteuid () != 0)
        continue;

      listen_as_stranger (fixture, i == 0, "COOKIE");
      assert_failed (fixture, NULL, TROPEA_TOR_PROBLEM_FOREIGN_UNPROVEN);
      g_assert_false (was_sent (fixture, "AUTHENTICATE"));
      end_fake (fixture);

      g_assert_cmpint (chown (fixture->cookie_path, STRANGER, STRANGER), ==, 0);
      listen_as_stranger (fixture, i == 0, "COOKIE");
      log_in (fixture, NULL, &error);
      g_assert_no_error (error);
      end_fake (fixture);
      g_assert_cmpint (chown (fixture->cookie_path, 0, 0), ==, 0);
    }
}

/* What is no cookie is not read, and nothing waits for it. */
static void
test_no_cookie (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *pipe = g_build_filename (fixture->root, "pipe", NULL);
  g_autofree char *longer = g_build_filename (fixture->root, "longer", NULL);
  const char *paths[] = { "/dev/zero", pipe, longer, fixture->root, "/nonexistent" };

  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_true (g_file_set_contents (longer, COOKIE "x", 33, NULL));

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      listen_as (fixture, FALSE, FAKE_CONTROL_GOOD, "COOKIE,SAFECOOKIE", paths[i]);
      assert_failed (fixture, NULL, TROPEA_TOR_PROBLEM_FOREIGN_COOKIE);
      g_assert_false (was_sent (fixture, "AUTH"));
      end_fake (fixture);
    }
}

static void
test_password (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  listen_as (fixture, TRUE, FAKE_CONTROL_GOOD, "HASHEDPASSWORD", "");
  assert_failed (fixture, NULL, TROPEA_TOR_PROBLEM_FOREIGN_PASSWORD_NEEDED);
  g_assert_false (was_sent (fixture, "AUTH"));
  end_fake (fixture);

  listen_as (fixture, TRUE, FAKE_CONTROL_REFUSES, "HASHEDPASSWORD", "");
  assert_failed (fixture, "secret", TROPEA_TOR_PROBLEM_FOREIGN_PASSWORD_WRONG);
  end_fake (fixture);

  listen_as (fixture, TRUE, FAKE_CONTROL_GOOD, "HASHEDPASSWORD", "");
  log_in (fixture, "se\"c", &error);
  g_assert_no_error (error);
  g_assert_true (was_sent (fixture, "AUTHENTICATE 73652263\n"));
}

static const char *
answer_running (const char *command)
{
  if (g_str_equal (command, "GETINFO status/bootstrap-phase"))
    return "250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY=\"Done\"\r\n"
           "250 OK\r\n";

  return g_str_has_prefix (command, "GETINFO ") ? "552 Unrecognized key\r\n" : NULL;
}

/* Nobody, no tor, one with another's password, then two that let us in: the first of these. */
static void
test_order (Fixture       *fixture,
            gconstpointer  data)
{
  static const struct
  {
    FakeControlMode  mode;
    const char      *methods;
    gboolean         is_asked;
  } rows[] = {
    { FAKE_CONTROL_GARBAGE, "SAFECOOKIE", TRUE },
    { FAKE_CONTROL_GOOD, "HASHEDPASSWORD", TRUE },
    { FAKE_CONTROL_GOOD, "SAFECOOKIE", TRUE },
    { FAKE_CONTROL_GOOD, "SAFECOOKIE", FALSE },
  };
  static const char * const usual[] = { "/run/tor/control", "127.0.0.1:9051", "127.0.0.1:9151" };
  g_autofree char *nobody = g_build_filename (fixture->root, "nobody", NULL);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) addresses = NULL;
  g_autoptr(TropeaClock) clock = tropea_system_clock_new ();
  g_autoptr(TropeaAttachedTor) tor = NULL;
  g_autoptr(GError) error = NULL;
  FakeControl *fakes[G_N_ELEMENTS (rows)];

  for (gsize i = 0; i < G_N_ELEMENTS (usual); i++)
    g_assert_cmpstr (tropea_control_address_get_usual ()[i], ==, usual[i]);
  g_assert_null (tropea_control_address_get_usual ()[G_N_ELEMENTS (usual)]);

  g_strv_builder_add (builder, nobody);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
      g_autoptr(GSocketAddress) address = NULL;
      g_autofree char *offer = g_strdup_printf ("METHODS=%s COOKIEFILE=\"%s\"", rows[i].methods,
                                                fixture->cookie_path);
      g_autofree char *name = NULL;

      fakes[i] = fake_control_new_at (any, (const guint8 *) COOKIE, rows[i].mode, answer_running,
                                      &address);
      fake_control_set_offer (fakes[i], offer);
      name = tropea_control_address_to_string (address);
      g_strv_builder_add (builder, name);
    }
  addresses = g_strv_builder_end (builder);

  tor = tropea_attached_tor_new ((const char * const *) addresses, clock);
  tropea_tor_backend_start_async (TROPEA_TOR_BACKEND (tor), NULL, test_keep_result,
                                  &fixture->result);
  test_wait_until (fixture->result != NULL, 30);
  tropea_tor_backend_start_finish (TROPEA_TOR_BACKEND (tor), fixture->result, &error);
  g_assert_no_error (error);
  g_assert_null (tropea_attached_tor_get_locked (tor));

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_true ((*fake_control_get_commands (fakes[i]) != '\0') == rows[i].is_asked);
      fake_control_free (fakes[i]);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_true (tropea_secret_init (NULL));

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/foreign-login/safecookie-first", test_safecookie);
  ADD ("/foreign-login/an-impostor-learns-nothing", test_impostor);
  ADD ("/foreign-login/plain-cookie-only-for-its-owner", test_plain_cookie);
  ADD ("/foreign-login/what-is-no-cookie-is-not-read", test_no_cookie);
  ADD ("/foreign-login/password", test_password);
  ADD ("/foreign-login/usual-places-in-order", test_order);
#undef ADD

  return g_test_run ();
}
