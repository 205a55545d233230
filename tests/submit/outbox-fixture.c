/* outbox-fixture.c: a real store and identity in a folder of their own
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "outbox-fixture.h"

#include <glib/gstdio.h>

#include "test-wait.h"

/* Sessions start long enough ago that a thousand of them end before now. */
#define FIRST_AGE_MS (3 * 24 * 3600 * G_GINT64_CONSTANT (1000))

/* A folder with files only. */
void
outbox_fixture_remove_tree (const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name = NULL;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      g_assert_cmpint (g_unlink (child), ==, 0);
    }
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

void
outbox_fixture_open_store (OutboxFixture *self)
{
  g_autoptr(GAsyncResult) opened = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename (self->dir, "store.db", NULL);

  g_assert_null (self->store);
  tropea_store_open_async (path, NULL, test_keep_result, &opened);
  test_wait_until (opened != NULL, 30);
  self->store = tropea_store_open_finish (opened, &error);
  g_assert_no_error (error);
}

void
outbox_fixture_close_store (OutboxFixture *self)
{
  g_autoptr(GAsyncResult) closed = NULL;

  tropea_store_close_async (self->store, test_keep_result, &closed);
  test_wait_until (closed != NULL, 30);
  g_assert_true (tropea_store_close_finish (self->store, closed, NULL));
  g_clear_object (&closed);
  g_assert_finalize_object (self->store);
  self->store = NULL;
}

void
outbox_fixture_set_up (OutboxFixture *self)
{
  g_autoptr(GAsyncResult) key_opened = NULL;
  g_autoptr(GError) error = NULL;

  self->dir = g_dir_make_tmp ("test-outbox-XXXXXX", &error);
  g_assert_no_error (error);
  outbox_fixture_open_store (self);

  self->identity = outbox_fixture_new_closed_identity (self);
  tropea_identity_open_async (self->identity, FALSE, test_keep_result, &key_opened);
  test_wait_until (key_opened != NULL, 30);
  g_assert_true (tropea_identity_open_finish (self->identity, key_opened, &error));
  g_assert_no_error (error);
  self->next_ms = g_get_real_time () / 1000 - FIRST_AGE_MS;
}

void
outbox_fixture_tear_down (OutboxFixture *self)
{
  outbox_fixture_close_store (self);
  g_clear_object (&self->client);
  g_assert_finalize_object (self->identity);
  outbox_fixture_remove_tree (self->dir);
  g_free (self->dir);
}

static void
cut (OutboxFixture      *self,
     const TropeaRecord *record)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_store_cut_async (self->store, &(TropeaCut) { *record, -1, FALSE }, NULL,
                          test_keep_result, &result);
  test_wait_until (result != NULL, 30);
  g_assert_true (tropea_store_cut_finish (self->store, result, &error));
  g_assert_no_error (error);
}

/* The next session in time, with figures of its own. */
TropeaRecord
outbox_fixture_cut_record (OutboxFixture *self,
                           TropeaSource   source,
                           gint64         duration_s,
                           gint64         bytes)
{
  g_autofree char *session_id = g_uuid_string_random ();
  TropeaRecord record = { .source = source };

  g_strlcpy (record.session_id, session_id, sizeof record.session_id);
  record.timestamp_ms = self->next_ms;
  record.duration_s = duration_s;
  record.bytes = bytes;
  self->next_ms += duration_s * 1000;
  cut (self, &record);

  return record;
}

char *
outbox_fixture_cut_one (OutboxFixture *self)
{
  TropeaRecord record = outbox_fixture_cut_record (self, TROPEA_SOURCE_TOR_CLIENT,
                                                   OUTBOX_DURATION_S, OUTBOX_BYTES);

  return g_strdup (record.session_id);
}

void
outbox_fixture_cut (OutboxFixture *self,
                    guint          count)
{
  for (guint i = 0; i < count; i++)
    {
      g_autofree char *session_id = outbox_fixture_cut_one (self);

      g_assert_nonnull (session_id);
    }
}

/* The same key each time; nobody has opened it yet. */
TropeaIdentity *
outbox_fixture_new_closed_identity (OutboxFixture *self)
{
  g_autofree char *key_path = g_build_filename (self->dir, "key", NULL);
  g_autofree char *marker_path = g_build_filename (self->dir, "identity", NULL);
  g_autoptr(TropeaKeyStore) key_store = tropea_file_key_store_new (key_path);

  return tropea_identity_new (key_store, marker_path);
}

TropeaSubmitter *
outbox_fixture_new_submitter (OutboxFixture *self,
                              const char    *url)
{
  g_autoptr(TropeaClock) clock = tropea_system_clock_new ();
  g_autoptr(GError) error = NULL;

  g_clear_object (&self->client);
  self->client = tropea_ledger_client_new (url, &error);
  g_assert_no_error (error);

  return tropea_submitter_new (self->store, self->identity, self->client, clock);
}

void
outbox_fixture_stop_submitter (TropeaSubmitter *submitter)
{
  g_autoptr(GAsyncResult) result = NULL;

  tropea_submitter_stop_async (submitter, 0, test_keep_result, &result);
  test_wait_until (result != NULL, 30);
  g_assert_true (tropea_submitter_stop_finish (submitter, result, NULL));
}
