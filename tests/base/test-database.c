/* test-database.c: safe opening, migration and errors of SQLite files
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "base/tropea-database.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define CREATE_A "CREATE TABLE a (x INTEGER NOT NULL) STRICT; INSERT INTO a VALUES (1);"
#define CREATE_B "CREATE TABLE b (y INTEGER NOT NULL) STRICT; INSERT INTO b VALUES (2);"

typedef struct
{
  char *dir;
  char *path;
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  fixture->dir = g_dir_make_tmp ("test-database-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->dir, "test.db", NULL);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  const char * const endings[] = { "", "-wal", "-shm", "-journal" };

  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *path = g_strconcat (fixture->path, endings[i], NULL);

      g_unlink (path);
    }
  g_assert_cmpint (g_rmdir (fixture->dir), ==, 0);
  g_free (fixture->path);
  g_free (fixture->dir);
}

static sqlite3 *
open_good (const char         *path,
           const char * const *steps)
{
  g_autoptr(GError) error = NULL;
  sqlite3 *db = NULL;

  g_assert_true (tropea_database_open (path, steps, &db, &error));
  g_assert_no_error (error);

  return db;
}

static void
expect_open_error (const char          *path,
                   const char * const  *steps,
                   TropeaDatabaseError  code)
{
  g_autoptr(GError) error = NULL;
  sqlite3 *db = NULL;

  g_assert_false (tropea_database_open (path, steps, &db, &error));
  g_assert_error (error, TROPEA_DATABASE_ERROR, (int) code);
  g_assert_null (db);
}

static gint64
query (sqlite3    *db,
       const char *sql)
{
  g_autoptr(GError) error = NULL;
  gint64 value = -1;

  g_assert_true (tropea_database_query_int64 (db, sql, &value, &error));
  g_assert_no_error (error);

  return value;
}

static void
test_new_file (Fixture       *fixture,
               gconstpointer  data)
{
  const char * const steps[] = { CREATE_A, CREATE_B, NULL };
  g_autoptr(sqlite3) db = open_good (fixture->path, steps);
  g_autofree char *wal = g_strconcat (fixture->path, "-wal", NULL);
  struct stat info;

  g_assert_cmpint (query (db, "PRAGMA user_version"), ==, 2);
  g_assert_cmpint (query (db, "SELECT x FROM a"), ==, 1);
  g_assert_cmpint (query (db, "SELECT y FROM b"), ==, 2);
  g_assert_cmpint (query (db, "PRAGMA synchronous"), ==, 2);
  g_assert_cmpint (query (db, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), ==, 1);

  g_assert_cmpint (stat (fixture->path, &info), ==, 0);
  g_assert_cmpint ((int) (info.st_mode & 0777), ==, 0600);
  g_assert_cmpint (stat (wal, &info), ==, 0);
  g_assert_cmpint ((int) (info.st_mode & 0777), ==, 0600);
}

static void
test_second_open (Fixture       *fixture,
                  gconstpointer  data)
{
  const char * const old_steps[] = { CREATE_A, NULL };
  const char * const new_steps[] = { CREATE_A, CREATE_B, NULL };
  g_autoptr(GError) error = NULL;
  sqlite3 *db = open_good (fixture->path, old_steps);

  g_assert_true (tropea_database_exec (db, "INSERT INTO a VALUES (7)", &error));
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);

  db = open_good (fixture->path, new_steps);
  g_assert_cmpint (query (db, "PRAGMA user_version"), ==, 2);
  g_assert_cmpint (query (db, "SELECT sum (x) FROM a"), ==, 8);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

/* The step's first statements are undone together with its number. */
static void
test_step_failure (Fixture       *fixture,
                   gconstpointer  data)
{
  const char * const bad_steps[] = {
    CREATE_A, CREATE_B "UPDATE a SET x = 9; SELECT nonsense;", NULL,
  };
  const char * const good_steps[] = { CREATE_A, CREATE_B, NULL };
  const char * const first_steps[] = { CREATE_A, NULL };
  sqlite3 *db = NULL;

  expect_open_error (fixture->path, bad_steps, TROPEA_DATABASE_ERROR_FAILED);

  db = open_good (fixture->path, first_steps);
  g_assert_cmpint (query (db, "PRAGMA user_version"), ==, 1);
  g_assert_cmpint (query (db, "SELECT x FROM a"), ==, 1);
  g_assert_cmpint (query (db, "SELECT count (*) FROM sqlite_schema WHERE name = 'b'"), ==, 0);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);

  db = open_good (fixture->path, good_steps);
  g_assert_cmpint (query (db, "PRAGMA user_version"), ==, 2);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

static void
test_too_new (Fixture       *fixture,
              gconstpointer  data)
{
  const char * const new_steps[] = { CREATE_A, CREATE_B, NULL };
  const char * const old_steps[] = { CREATE_A, NULL };
  sqlite3 *db = open_good (fixture->path, new_steps);

  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  expect_open_error (fixture->path, old_steps, TROPEA_DATABASE_ERROR_TOO_NEW);
  db = open_good (fixture->path, new_steps);
  g_assert_cmpint (query (db, "SELECT y FROM b"), ==, 2);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

static void
test_no_database (Fixture       *fixture,
                  gconstpointer  data)
{
  const char * const steps[] = { CREATE_A, NULL };
  g_autoptr(GError) error = NULL;
  g_autofree char *text = g_strnfill (5000, 't');
  g_autofree char *contents = NULL;

  g_assert_true (g_file_set_contents (fixture->path, text, -1, &error));
  expect_open_error (fixture->path, steps, TROPEA_DATABASE_ERROR_CORRUPT);
  g_assert_true (g_file_get_contents (fixture->path, &contents, NULL, &error));
  g_assert_cmpstr (contents, ==, text);
}

static void
test_damaged (Fixture       *fixture,
              gconstpointer  data)
{
  const char * const steps[] = { CREATE_A, NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(sqlite3) damaged = NULL;
  g_autofree char *contents = NULL;
  gsize length = 0;
  gint64 value = 0;
  sqlite3 *db = open_good (fixture->path, steps);

  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  g_assert_true (g_file_get_contents (fixture->path, &contents, &length, &error));
  g_assert_cmpuint (length, >, 4096);
  memset (contents + 4096, 0xee, length - 4096);
  g_assert_true (g_file_set_contents (fixture->path, contents, (gssize) length, &error));

  damaged = open_good (fixture->path, steps);
  g_assert_false (tropea_database_query_int64 (damaged, "SELECT x FROM a", &value, &error));
  g_assert_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_CORRUPT);
  g_assert_nonnull (strstr (error->message, "backup"));
}

static void
test_unavailable (Fixture       *fixture,
                  gconstpointer  data)
{
  const char * const steps[] = { CREATE_A, NULL };
  g_autofree char *no_folder = g_build_filename (fixture->dir, "none", "test.db", NULL);

  expect_open_error (fixture->dir, steps, TROPEA_DATABASE_ERROR_UNAVAILABLE);
  expect_open_error (no_folder, steps, TROPEA_DATABASE_ERROR_UNAVAILABLE);
}

/* What does not fit is undone, what was committed before stands, and work goes on with room. */
static void
test_full (Fixture       *fixture,
           gconstpointer  data)
{
  const char * const steps[] = { CREATE_A, NULL };
  g_autoptr(sqlite3) db = open_good (fixture->path, steps);
  g_autoptr(GError) error = NULL;

  g_assert_true (tropea_database_exec (db, "PRAGMA max_page_count = 4", &error));
  g_assert_false (tropea_database_exec (db, "CREATE TABLE big AS SELECT zeroblob (100000) AS b",
                                        &error));
  g_assert_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_FULL);
  g_assert_nonnull (strstr (error->message, "make room"));
  g_clear_error (&error);
  g_assert_true (sqlite3_get_autocommit (db));
  g_assert_cmpint (query (db, "SELECT x FROM a"), ==, 1);

  g_assert_true (tropea_database_exec (db, "PRAGMA max_page_count = 4000", &error));
  g_assert_true (tropea_database_exec (db, "INSERT INTO a VALUES (2)", &error));
  g_assert_cmpint (query (db, "SELECT count (*) FROM a"), ==, 2);
}

/* A limit on the size of files makes the kernel refuse writes as a full disk does. */
static void
test_no_room_child (void)
{
  const char * const steps[] = { CREATE_A, NULL };
  const struct rlimit limit = { 128 * 1024, 128 * 1024 };
  g_autoptr(GError) error = NULL;
  Fixture fixture = { NULL };
  sqlite3 *db = NULL;

  fixture_set_up (&fixture, NULL);
  db = open_good (fixture.path, steps);
  g_assert_true (signal (SIGXFSZ, SIG_IGN) != SIG_ERR);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  g_assert_false (tropea_database_exec (db, "INSERT INTO a SELECT value FROM json_each "
                                            "('[' || rtrim (replace (hex (zeroblob (60000)), "
                                            "'0', '1,'), ',') || ']')", &error));
  g_assert_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_FULL);
  g_assert_cmpint (query (db, "SELECT count (*) FROM a"), ==, 1);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  fixture_tear_down (&fixture, NULL);
}

static void
test_no_room (void)
{
  g_test_trap_subprocess ("/database/subprocess/no-room", 30 * G_USEC_PER_SEC,
                          G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

static void
test_query_without_row (Fixture       *fixture,
                        gconstpointer  data)
{
  const char * const steps[] = { CREATE_A, NULL };
  g_autoptr(sqlite3) db = open_good (fixture->path, steps);
  g_autoptr(GError) error = NULL;
  gint64 value = 5;

  g_assert_false (tropea_database_query_int64 (db, "SELECT x FROM a WHERE x = 9", &value, &error));
  g_assert_error (error, TROPEA_DATABASE_ERROR, TROPEA_DATABASE_ERROR_FAILED);
  g_assert_cmpint (value, ==, 5);
}

/* SQLite's own: the bytes of its lock that says that somebody uses the file. */
#define SHARED_LOCK_START (0x40000000 + 2)
#define SHARED_LOCK_BYTES 510

/* A process loses its locks on a file as soon as it closes any descriptor of it. */
static void
test_locks_stay (Fixture       *fixture,
                 gconstpointer  data)
{
  const char *steps[] = { CREATE_A, NULL };
  g_autoptr(sqlite3) first = open_good (fixture->path, steps);
  g_autoptr(sqlite3) second = open_good (fixture->path, steps);
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = SHARED_LOCK_START,
                        .l_len = SHARED_LOCK_BYTES };
  gint64 value = 0;
  int fd = -1;

  g_assert_true (tropea_database_query_int64 (first, "SELECT x FROM a", &value, NULL));
  g_assert_true (tropea_database_query_int64 (second, "SELECT x FROM a", &value, NULL));
  g_clear_pointer (&second, sqlite3_close);
  second = open_good (fixture->path, steps);

  fd = g_open (fixture->path, O_RDWR | O_CLOEXEC, 0);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (fcntl (fd, F_OFD_GETLK, &lock), ==, 0);
  g_assert_cmpint (lock.l_type, ==, F_RDLCK);
  g_close (fd, NULL);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, func) \
  g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("/database/new-file-is-private-and-durable", test_new_file);
  ADD ("/database/steps-bring-an-old-file-up-to-date", test_second_open);
  ADD ("/database/failed-step-rolls-back-with-its-version", test_step_failure);
  ADD ("/database/too-new-file-is-left-alone", test_too_new);
  ADD ("/database/no-database-is-left-alone", test_no_database);
  ADD ("/database/damaged-page-is-corrupt", test_damaged);
  ADD ("/database/unavailable-place", test_unavailable);
  ADD ("/database/another-open-keeps-the-locks", test_locks_stay);
  ADD ("/database/full-keeps-what-was-committed", test_full);
  ADD ("/database/query-without-row-is-an-error", test_query_without_row);
#undef ADD
  g_test_add_func ("/database/no-room-for-a-write-is-full", test_no_room);

  /* Only as a child of the case above. */
  g_test_add_func ("/database/subprocess/no-room", test_no_room_child);

  return g_test_run ();
}
