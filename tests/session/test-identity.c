/* test-identity.c: one identity for life, whatever happens to the place where its key rests
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "record/tropea-encoding.h"
#include "record/tropea-proof.h"
#include "session/tropea-identity.h"
#include "test-wait.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define WAIT_S 20
#define ORIGIN "ledger.example.org"
#define OTHER_KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"

typedef struct
{
  char           *dir;
  char           *key_path;
  char           *marker_path;
  TropeaIdentity *identity;
  guint           n_notified;
} Fixture;

static void
notify_cb (TropeaIdentity *identity,
           GParamSpec     *pspec,
           gpointer        user_data)
{
  ((Fixture *) user_data)->n_notified++;
}

/* The program starts anew. */
static void
start (Fixture *fixture)
{
  g_autoptr(TropeaKeyStore) store = tropea_file_key_store_new (fixture->key_path);

  if (fixture->identity != NULL)
    g_assert_finalize_object (g_steal_pointer (&fixture->identity));
  fixture->identity = tropea_identity_new (store, fixture->marker_path);
  fixture->n_notified = 0;
  g_signal_connect (fixture->identity, "notify", G_CALLBACK (notify_cb), fixture);
}

static gboolean
open_identity (Fixture  *fixture,
               GError  **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_identity_open_async (fixture->identity, FALSE, test_keep_result, &result);
  test_wait_until (result != NULL, WAIT_S);

  return tropea_identity_open_finish (fixture->identity, result, error);
}

static void
open_well (Fixture *fixture)
{
  g_autoptr(GError) error = NULL;

  open_identity (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpint (tropea_identity_get_state (fixture->identity), ==, TROPEA_KEY_STATE_READY);
}

static void
check_open_fails (Fixture             *fixture,
                  TropeaKeyStoreError  code,
                  TropeaKeyState       state)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GError) sign_error = NULL;
  TropeaRecord record = { 0 };

  g_assert_false (open_identity (fixture, &error));
  g_assert_error (error, TROPEA_KEY_STORE_ERROR, (int) code);
  g_assert_cmpint (tropea_identity_get_state (fixture->identity), ==, state);
  g_assert_false (tropea_identity_sign (fixture->identity, &record, ORIGIN, &sign_error));
  g_assert_error (sign_error, TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_UNAVAILABLE);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
  g_autoptr(GError) error = NULL;

  fixture->dir = g_dir_make_tmp ("tropea-identity-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->key_path = g_build_filename (fixture->dir, "key", NULL);
  fixture->marker_path = g_build_filename (fixture->dir, "identity.pub", NULL);
  start (fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
  g_assert_finalize_object (g_steal_pointer (&fixture->identity));
  g_unlink (fixture->key_path);
  g_unlink (fixture->marker_path);
  g_assert_cmpint (g_rmdir (fixture->dir), ==, 0);
  g_clear_pointer (&fixture->dir, g_free);
  g_clear_pointer (&fixture->key_path, g_free);
  g_clear_pointer (&fixture->marker_path, g_free);
}

static char *
read_text (const char *path)
{
  char *text = NULL;
  g_autoptr(GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  return text;
}

static void
write_text (const char *path,
            const char *text)
{
  g_autoptr(GError) error = NULL;

  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
}

static void
test_makes_one_key_and_finds_it_again (Fixture       *fixture,
                                       gconstpointer  user_data)
{
  g_autofree char *public_key = NULL;
  g_autofree char *marker = NULL;
  g_autofree char *expected = NULL;

  g_assert_null (tropea_identity_get_public_key (fixture->identity));
  g_assert_cmpint (tropea_identity_get_state (fixture->identity), ==, TROPEA_KEY_STATE_UNKNOWN);
  open_well (fixture);
  g_assert_cmpuint (fixture->n_notified, ==, 2);
  public_key = g_strdup (tropea_identity_get_public_key (fixture->identity));
  g_assert_cmpuint (strlen (public_key), ==, 44);
  marker = read_text (fixture->marker_path);
  expected = g_strconcat (public_key, "\n", NULL);
  g_assert_cmpstr (marker, ==, expected);

  start (fixture);
  g_assert_cmpstr (tropea_identity_get_public_key (fixture->identity), ==, public_key);
  open_well (fixture);
  g_assert_cmpstr (tropea_identity_get_public_key (fixture->identity), ==, public_key);
  open_well (fixture);
}

static void
test_signs_with_its_key (Fixture       *fixture,
                         gconstpointer  user_data)
{
  TropeaRecord record = {
    .session_id = "0b7c2f7e-6a4c-4f7e-9a53-0a8b5a1f0001", .timestamp_ms = 1700000000000,
    .duration_s = 31, .bytes = 123456,
  };
  g_autoptr(GError) error = NULL;
  g_autofree char *encoded = NULL;
  g_autofree char *proof = NULL;

  open_well (fixture);
  g_assert_true (tropea_identity_sign (fixture->identity, &record, ORIGIN, &error));
  encoded = tropea_base64_encode (record.client_pub, sizeof record.client_pub);
  g_assert_cmpstr (encoded, ==, tropea_identity_get_public_key (fixture->identity));
  g_assert_true (tropea_record_verify (&record, ORIGIN));
  g_assert_false (tropea_record_verify (&record, "ledger.example.com"));

  proof = tropea_identity_dup_read_proof (fixture->identity, ORIGIN, "/api/x?y=z", 1700000000000,
                                          &error);
  g_assert_true (tropea_read_proof_verify (proof, record.client_pub, ORIGIN, "/api/x?y=z",
                                           1700000000000, &error));
}

static void
test_no_proof_without_a_key (Fixture       *fixture,
                             gconstpointer  user_data)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (tropea_identity_dup_read_proof (fixture->identity, ORIGIN, "/", 1, &error));
  g_assert_error (error, TROPEA_KEY_STORE_ERROR, TROPEA_KEY_STORE_ERROR_UNAVAILABLE);
}

static void
test_a_known_key_that_is_gone_is_missed (Fixture       *fixture,
                                         gconstpointer  user_data)
{
  g_autofree char *public_key = NULL;
  g_autofree char *key = NULL;

  open_well (fixture);
  public_key = g_strdup (tropea_identity_get_public_key (fixture->identity));
  key = read_text (fixture->key_path);
  g_unlink (fixture->key_path);

  start (fixture);
  check_open_fails (fixture, TROPEA_KEY_STORE_ERROR_MISSING, TROPEA_KEY_STATE_MISSING);
  g_assert_false (g_file_test (fixture->key_path, G_FILE_TEST_EXISTS));
  g_assert_cmpstr (tropea_identity_get_public_key (fixture->identity), ==, public_key);

  /* Restored while the program runs: opening again is enough. */
  write_text (fixture->key_path, key);
  open_well (fixture);
  g_assert_cmpstr (tropea_identity_get_public_key (fixture->identity), ==, public_key);
}

static void
test_moving_the_marker_away_begins_anew (Fixture       *fixture,
                                         gconstpointer  user_data)
{
  g_autofree char *public_key = NULL;

  open_well (fixture);
  public_key = g_strdup (tropea_identity_get_public_key (fixture->identity));
  g_unlink (fixture->key_path);
  g_unlink (fixture->marker_path);
  start (fixture);
  open_well (fixture);
  g_assert_cmpstr (tropea_identity_get_public_key (fixture->identity), !=, public_key);
}

static void
test_another_key_is_never_used (Fixture       *fixture,
                                gconstpointer  user_data)
{
  g_autofree char *marker = NULL;
  g_autofree char *after = NULL;

  open_well (fixture);
  marker = read_text (fixture->marker_path);
  write_text (fixture->key_path, OTHER_KEY);
  start (fixture);
  check_open_fails (fixture, TROPEA_KEY_STORE_ERROR_INVALID, TROPEA_KEY_STATE_MISSING);
  after = read_text (fixture->marker_path);
  g_assert_cmpstr (after, ==, marker);
}

/* As after a crash between storing the key and writing the marker. */
static void
test_adopts_a_key_without_a_marker (Fixture       *fixture,
                                    gconstpointer  user_data)
{
  g_autofree char *marker = NULL;

  write_text (fixture->key_path, OTHER_KEY);
  open_well (fixture);
  marker = read_text (fixture->marker_path);
  g_assert_true (g_str_has_prefix (marker, tropea_identity_get_public_key (fixture->identity)));
}

static void
test_a_broken_marker_makes_no_key (Fixture       *fixture,
                                   gconstpointer  user_data)
{
  static const char * const broken[] = {
    "", "\n", "hello\n", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      write_text (fixture->marker_path, broken[i]);
      start (fixture);
      g_assert_null (tropea_identity_get_public_key (fixture->identity));
      check_open_fails (fixture, TROPEA_KEY_STORE_ERROR_INVALID, TROPEA_KEY_STATE_UNAVAILABLE);
      g_assert_false (g_file_test (fixture->key_path, G_FILE_TEST_EXISTS));
    }
}

static void
test_no_marker_no_signature (Fixture       *fixture,
                             gconstpointer  user_data)
{
  g_clear_pointer (&fixture->marker_path, g_free);
  fixture->marker_path = g_build_filename (fixture->dir, "no", "such", "folder", NULL);
  start (fixture);
  check_open_fails (fixture, TROPEA_KEY_STORE_ERROR_FAILED, TROPEA_KEY_STATE_UNAVAILABLE);
}

static void
test_an_open_key_file_is_refused (Fixture       *fixture,
                                  gconstpointer  user_data)
{
  open_well (fixture);
  g_assert_cmpint (g_chmod (fixture->key_path, 0644), ==, 0);
  start (fixture);
  check_open_fails (fixture, TROPEA_KEY_STORE_ERROR_INSECURE, TROPEA_KEY_STATE_UNAVAILABLE);
}

static void
test_openings_wait_for_each_other (Fixture       *fixture,
                                   gconstpointer  user_data)
{
  GAsyncResult *results[3] = { NULL, NULL, NULL };

  for (int i = 0; i < 3; i++)
    tropea_identity_open_async (fixture->identity, i == 1, test_keep_result, &results[i]);
  for (int i = 0; i < 3; i++)
    {
      g_autoptr(GError) error = NULL;

      test_wait_until (results[i] != NULL, WAIT_S);
      g_assert_true (tropea_identity_open_finish (fixture->identity, results[i], &error));
      g_clear_object (&results[i]);
    }
}

static void
add (const char *name,
     void      (*test) (Fixture       *fixture,
                        gconstpointer  user_data))
{
  g_test_add (name, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_true (tropea_secret_init (NULL));

  add ("/identity/makes-one-key-and-finds-it-again", test_makes_one_key_and_finds_it_again);
  add ("/identity/signs-with-its-key", test_signs_with_its_key);
  add ("/identity/no-proof-without-a-key", test_no_proof_without_a_key);
  add ("/identity/a-known-key-that-is-gone-is-missed", test_a_known_key_that_is_gone_is_missed);
  add ("/identity/moving-the-marker-away-begins-anew", test_moving_the_marker_away_begins_anew);
  add ("/identity/another-key-is-never-used", test_another_key_is_never_used);
  add ("/identity/adopts-a-key-without-a-marker", test_adopts_a_key_without_a_marker);
  add ("/identity/a-broken-marker-makes-no-key", test_a_broken_marker_makes_no_key);
  add ("/identity/no-marker-no-signature", test_no_marker_no_signature);
  add ("/identity/an-open-key-file-is-refused", test_an_open_key_file_is_refused);
  add ("/identity/openings-wait-for-each-other", test_openings_wait_for_each_other);

  return g_test_run ();
}
