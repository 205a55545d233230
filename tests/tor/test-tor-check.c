/* test-tor-check.c: what is wrong before tor starts, and who is to blame
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tor/tropea-tor-check.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "tor-tree.h"
#include "tor/tropea-distribution.h"
#include "tor/tropea-proc.h"
#include "tor/tropea-tor-diagnosis.h"
#include "tor/tropea-torrc.h"

#define HEAD "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
#define ROW(address, state, uid, inode) \
  "   0: " address " 00000000:0000 " state " 00000000:00000000 00:00000000 00000000 " uid \
  "        0 " inode " 1 0000000000000000 100 0 0 10 0\n"

static void
test_parse_listener (void)
{
  static const struct
  {
    const char *text;
    guint       port;
    guint64     inode;
    guint       uid;
  } rows[] = {
    { HEAD ROW ("0100007F:235A", "0A", "106", "1234"), 9050, 1234, 106 },
    { HEAD ROW ("0100007F:235A", "01", "106", "1234"), 9050, 0, 0 },
    { HEAD ROW ("0100007F:235B", "0A", "0", "1") ROW ("00000000:235A", "0A", "1000", "2"), 9050, 2,
      1000 },
    { HEAD ROW ("00000000000000000000000001000000:235A", "0A", "7", "3"), 9050, 3, 7 },
    { HEAD, 9050, 0, 0 },
    { "nonsense\n", 9050, 0, 0 },
    { "", 0, 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint64 inode = 0;
      guint uid = 0;

      g_assert_cmpint (tropea_proc_parse_listener (rows[i].text, rows[i].port, &inode, &uid), ==,
                       rows[i].inode != 0);
      g_assert_cmpuint (inode, ==, rows[i].inode);
      g_assert_cmpuint (uid, ==, rows[i].uid);
    }
}

static void
test_find_listener (void)
{
  g_autoptr(GSocketListener) listener = g_socket_listener_new ();
  g_autoptr(TropeaListener) found = NULL;
  g_autoptr(TropeaListener) nobody = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  found = tropea_proc_find_listener (port);
  g_assert_nonnull (found);
  g_assert_cmpint (found->pid, ==, getpid ());
  g_assert_cmpstr (found->name, ==, "test-tor-check");
  g_assert_false (found->is_tor);

  g_socket_listener_close (listener);
  nobody = tropea_proc_find_listener (port);
  g_assert_null (nobody);
}

static void
test_find_line (void)
{
  static const char lines[] = "# MaxCircuitDirtiness\n\nSafeLogging 1\n"
                              "  maxcircuitdirtiness banana\nNoSuchOption 1\n+Bridge nonsense\n";
  static const struct
  {
    const char *message;
    guint       line;
  } rows[] = {
    { "Unknown option 'NoSuchOption'.  Failing.", 5 },
    { "Could not parse MaxCircuitDirtiness: 'banana' is not a number", 4 },
    { "Error parsing Bridge address 'nonsense'; Bridge line did not parse.", 6 },
    { "If you set UseBridges, you must specify at least one bridge.", 6 },
    { "Something else", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (tropea_torrc_find_line (lines, rows[i].message), ==, rows[i].line);
}

static void
test_install_command (void)
{
  static const struct
  {
    const char *id;
    const char *id_like;
    const char *command;
  } rows[] = {
    { "debian", NULL, "sudo apt install tor" },
    { "linuxmint", "ubuntu debian", "sudo apt install tor" },
    { "fedora", NULL, "sudo dnf install tor" },
    { "rocky", "rhel centos fedora", "sudo dnf install tor" },
    { "manjaro", "arch", "sudo pacman -S tor" },
    { "gentoo", NULL, "sudo emerge net-vpn/tor" },
    { "opensuse-leap", "suse opensuse", "sudo zypper install tor" },
    { "plan9", NULL, NULL },
    { NULL, NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *command =
        tropea_distribution_dup_install_command (rows[i].id, rows[i].id_like, "tor");

      g_assert_cmpstr (command, ==, rows[i].command);
    }
}

typedef struct
{
  char            *root;
  TropeaTorConfig *config;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autofree char *data_dir = NULL;

  fixture->root = g_strdup ("/tmp/tropea-check-XXXXXX");
  g_assert_nonnull (g_mkdtemp (fixture->root));
  data_dir = g_build_filename (fixture->root, "data", NULL);
  g_assert_cmpint (g_mkdir (data_dir, 0700), ==, 0);
  fixture->config = tropea_tor_config_new (data_dir, fixture->root);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  test_remove_tree (fixture->root);
  tropea_tor_config_free (fixture->config);
  g_free (fixture->root);
}

static void
assert_wrong (GError     *error,
              const char *code)
{
  g_autoptr(TropeaTorDiagnosis) diagnosis = NULL;

  g_assert_nonnull (error);
  diagnosis = tropea_tor_diagnosis_new_from_error (error);
  g_test_message ("%s", error->message);
  g_assert_cmpstr (tropea_tor_diagnosis_get_code (diagnosis), ==, code);
}

static void
test_directory (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (tropea_tor_check_directory (fixture->config, &error));
  g_assert_no_error (error);

  /* Both are only root's to try, or only everybody else's. */
  if (geteuid () == 0)
    {
      g_assert_cmpint (chown (fixture->config->data_dir, 65534, 65534), ==, 0);
      g_assert_false (tropea_tor_check_directory (fixture->config, &error));
      assert_wrong (error, "directory-foreign");
    }
  else
    {
      g_assert_cmpint (g_chmod (fixture->config->data_dir, 0500), ==, 0);
      g_assert_false (tropea_tor_check_directory (fixture->config, &error));
      assert_wrong (error, "directory-unwritable");
      g_assert_cmpint (g_chmod (fixture->config->data_dir, 0700), ==, 0);
    }
}

/* Somebody who is no tor of ours keeps what it has, and its life. */
static void
test_foreign_lock (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->config->data_dir, "lock", NULL);
  g_autoptr(GSubprocess) holder = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true (tropea_tor_check_lock (fixture->config, &error));
  g_assert_no_error (error);

  holder = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                             "/usr/bin/flock", path, "/bin/sh", "-c", "echo x; read x", NULL);
  g_assert_no_error (error);
  g_assert_cmpint (g_input_stream_read (g_subprocess_get_stdout_pipe (holder), (char[1]) { 0 }, 1,
                                        NULL, NULL), ==, 1);

  g_assert_false (tropea_tor_check_lock (fixture->config, &error));
  assert_wrong (error, "directory-locked");
  g_assert_cmpint (kill (atoi (g_subprocess_get_identifier (holder)), 0), ==, 0);

  g_output_stream_close (g_subprocess_get_stdin_pipe (holder), NULL, NULL);
  g_assert_true (g_subprocess_wait (holder, NULL, NULL));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/tor-check/reads-who-listens", test_parse_listener);
  g_test_add_func ("/tor-check/finds-who-listens", test_find_listener);
  g_test_add_func ("/tor-check/finds-the-line", test_find_line);
  g_test_add_func ("/tor-check/knows-the-distribution", test_install_command);
  g_test_add ("/tor-check/directory", Fixture, NULL, set_up, test_directory, tear_down);
  g_test_add ("/tor-check/never-ends-a-foreign-process", Fixture, NULL, set_up, test_foreign_lock,
              tear_down);

  return g_test_run ();
}
