/* test-autostart-file.c: the autostart file as a desktop reads it, whoever wrote it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "app/tropea-autostart-file.h"

#include "test-wait.h"

#include <glib/gstdio.h>
#include <unistd.h>

#define PATIENCE_SECONDS 20
#define NAME TROPEA_APPLICATION_ID ".desktop"
#define HEAD "[Desktop Entry]\nType=Application\nName=Tropea\n"

typedef struct
{
  char *folder;
  char *user;
  char *system;
  char *user_file;
  char *system_file;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *system_folder = NULL;

  fixture->folder = g_dir_make_tmp ("tropea-autostart-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->user = g_build_filename (fixture->folder, "user", NULL);
  fixture->system = g_build_filename (fixture->folder, "system", NULL);
  system_folder = g_build_filename (fixture->system, "autostart", NULL);
  g_assert_cmpint (g_mkdir_with_parents (system_folder, 0700), ==, 0);
  fixture->user_file = g_build_filename (fixture->user, "autostart", NAME, NULL);
  fixture->system_file = g_build_filename (system_folder, NAME, NULL);
}

static void
remove_all (const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      remove_all (inner);
    }
  g_remove (path);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  remove_all (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->user);
  g_free (fixture->system);
  g_free (fixture->user_file);
  g_free (fixture->system_file);
}

static void
write_text (const char *path,
            const char *text)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static char *
read_text (const char *path)
{
  g_autoptr(GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  return text;
}

static TropeaAutostartFile *
make_file (Fixture    *fixture,
           const char *program)
{
  const char * const system_dirs[] = { fixture->system, NULL };

  return tropea_autostart_file_new (fixture->user, system_dirs, program);
}

static void
switch_to (TropeaAutostartFile *file,
           gboolean             is_on)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (tropea_autostart_file_set_is_on (file, is_on, &error));
  g_assert_no_error (error);
  g_assert_cmpint (tropea_autostart_file_get_is_on (file), ==, is_on);
}

typedef struct
{
  const char *name;
  const char *user;     /* (nullable) */
  const char *system;   /* (nullable) */
  gboolean    is_on;
} Row;

static const Row rows[] = {
  { "none", NULL, NULL, FALSE },
  { "plain", HEAD "Exec=true --hidden\n", NULL, TRUE },
  { "hidden", HEAD "Exec=true\nHidden=true\n", NULL, FALSE },
  { "not-hidden", HEAD "Exec=true\nHidden=false\n", NULL, TRUE },
  { "gnome-off", HEAD "Exec=true\nX-GNOME-Autostart-enabled=false\n", NULL, FALSE },
  { "gnome-on", HEAD "Exec=true\nX-GNOME-Autostart-enabled=true\n", NULL, TRUE },
  { "no-exec", HEAD, NULL, FALSE },
  { "program-gone", HEAD "Exec=/nonexistent/tropea --hidden\n", NULL, FALSE },
  { "try-exec-gone", HEAD "Exec=true\nTryExec=/nonexistent/tropea\n", NULL, FALSE },
  { "other-desktop", HEAD "Exec=true\nOnlyShowIn=XFCE;\n", NULL, FALSE },
  { "this-desktop", HEAD "Exec=true\nOnlyShowIn=XFCE;GNOME;\n", NULL, TRUE },
  { "not-this-desktop", HEAD "Exec=true\nNotShowIn=GNOME;\n", NULL, FALSE },
  { "a-link", "[Desktop Entry]\nType=Link\nName=Tropea\nURL=file:///\n", NULL, FALSE },
  { "garbage", "\x01\x02 nothing of the kind", NULL, FALSE },
  { "empty", "", NULL, FALSE },
  { "the-systems", NULL, HEAD "Exec=true\n", TRUE },
  { "the-systems-hidden-by-the-user", "[Desktop Entry]\nHidden=true\n", HEAD "Exec=true\n", FALSE },
  { "the-systems-hidden-by-garbage", "?", HEAD "Exec=true\n", FALSE },
};

static void
test_row (Fixture       *fixture,
          gconstpointer  data)
{
  const Row *row = data;
  TropeaAutostartFile *file = NULL;

  if (row->user != NULL)
    write_text (fixture->user_file, row->user);
  if (row->system != NULL)
    write_text (fixture->system_file, row->system);

  file = make_file (fixture, "true");
  g_assert_cmpint (tropea_autostart_file_get_is_on (file), ==, row->is_on);

  /* From wherever it was, both ways, and found the same by the next who reads it. */
  for (guint i = 0; i < 2; i++)
    {
      TropeaAutostartFile *other = NULL;
      gboolean is_on = i == 0 ? !row->is_on : row->is_on;

      switch_to (file, is_on);
      other = make_file (fixture, "true");
      g_assert_cmpint (tropea_autostart_file_get_is_on (other), ==, is_on);
      g_assert_finalize_object (other);
    }
  g_assert_finalize_object (file);
}

static void
test_leaves_nothing (Fixture       *fixture,
                     gconstpointer  data)
{
  TropeaAutostartFile *file = make_file (fixture, "true");
  g_autofree char *text = NULL;

  switch_to (file, TRUE);
  text = read_text (fixture->user_file);
  g_assert_nonnull (strstr (text, "\nExec=true --hidden\n"));
  g_assert_nonnull (strstr (text, "\nTryExec=true\n"));
  switch_to (file, FALSE);
  g_assert_false (g_file_test (fixture->user_file, G_FILE_TEST_EXISTS));
  g_assert_finalize_object (file);
}

static void
test_keeps_what_others_wrote (Fixture       *fixture,
                              gconstpointer  data)
{
  TropeaAutostartFile *file = NULL;
  g_autofree char *off = NULL;
  g_autofree char *on = NULL;

  write_text (fixture->user_file, HEAD "# mine\nExec=true --hidden --start\nX-Mine=1\n");
  file = make_file (fixture, "true");
  switch_to (file, FALSE);
  off = read_text (fixture->user_file);
  g_assert_nonnull (strstr (off, "Exec=true --hidden --start\n"));
  switch_to (file, TRUE);
  on = read_text (fixture->user_file);
  g_assert_nonnull (strstr (on, "# mine\nExec=true --hidden --start\nX-Mine=1\n"));
  g_assert_finalize_object (file);
}

static void
test_follows (Fixture       *fixture,
              gconstpointer  data)
{
  TropeaAutostartFile *file = make_file (fixture, "true");

  tropea_autostart_file_watch (file);
  write_text (fixture->user_file, HEAD "Exec=true\n");
  test_wait_until (tropea_autostart_file_get_is_on (file), PATIENCE_SECONDS);
  write_text (fixture->user_file, HEAD "Exec=true\nHidden=true\n");
  test_wait_until (!tropea_autostart_file_get_is_on (file), PATIENCE_SECONDS);
  write_text (fixture->user_file, HEAD "Exec=true\n");
  test_wait_until (tropea_autostart_file_get_is_on (file), PATIENCE_SECONDS);
  g_assert_cmpint (g_remove (fixture->user_file), ==, 0);
  test_wait_until (!tropea_autostart_file_get_is_on (file), PATIENCE_SECONDS);
  g_assert_finalize_object (file);
}

/* A path with all that the specification wants quoted is found again by who reads the file. */
static void
test_quotes (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *program = g_build_filename (fixture->folder, "a b \"$`\\ c", NULL);
  TropeaAutostartFile *file = make_file (fixture, program);

  g_assert_cmpint (symlink ("/bin/true", program), ==, 0);
  switch_to (file, TRUE);
  g_assert_finalize_object (file);
}

static void
test_cannot_write (Fixture       *fixture,
                   gconstpointer  data)
{
  TropeaAutostartFile *file = NULL;
  g_autoptr(GError) error = NULL;

  /* A file where the folder should be. */
  write_text (fixture->user, "");
  file = make_file (fixture, "true");
  g_assert_false (tropea_autostart_file_set_is_on (file, TRUE, &error));
  g_assert_nonnull (error);
  g_assert_false (tropea_autostart_file_get_is_on (file));
  g_assert_finalize_object (file);
}

int
main (int   argc,
      char *argv[])
{
  g_setenv ("XDG_CURRENT_DESKTOP", "GNOME", TRUE);
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/autostart-file/read/%s", rows[i].name);

      g_test_add (path, Fixture, &rows[i], set_up, test_row, tear_down);
    }
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/autostart-file/ours-leaves-nothing-behind", test_leaves_nothing);
  ADD ("/autostart-file/what-others-wrote-stays", test_keeps_what_others_wrote);
  ADD ("/autostart-file/changes-by-hand-are-seen", test_follows);
  ADD ("/autostart-file/quotes", test_quotes);
  ADD ("/autostart-file/cannot-be-written", test_cannot_write);

  return g_test_run ();
}
