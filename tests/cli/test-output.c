/* test-output.c: readers that are slow, gone or a file
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "cli/tropea-output.h"

#include "test-wait.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* More than a pipe takes. */
#define MUCH (1024 * 1024)

static void
count_cb (guint *count)
{
  (*count)++;
}

static gsize
drain (int fd)
{
  char buffer[65536];
  gsize n_all = 0;
  gssize n = 0;

  while ((n = read (fd, buffer, sizeof buffer)) > 0)
    n_all += (gsize) n;

  return n_all;
}

static void
make_pipe (int fds[2])
{
  g_assert_true (g_unix_open_pipe (fds, FD_CLOEXEC, NULL));
  g_assert_true (g_unix_set_fd_nonblocking (fds[0], TRUE, NULL));
}

static void
test_at_once (void)
{
  TropeaOutput *output = NULL;
  char buffer[16] = { 0 };
  int fds[2];

  make_pipe (fds);
  output = tropea_output_new (fds[1]);
  tropea_output_write (output, "line\n");
  g_assert_cmpint (read (fds[0], buffer, sizeof buffer), ==, 5);
  g_assert_cmpstr (buffer, ==, "line\n");

  g_assert_finalize_object (output);
  close (fds[0]);
  close (fds[1]);
}

static void
test_slow_reader (void)
{
  g_autofree char *much = g_strnfill (MUCH, 'x');
  TropeaOutput *output = NULL;
  gsize n_read = 0;
  int fds[2];

  make_pipe (fds);
  output = tropea_output_new (fds[1]);

  /* Comes back although nobody reads; what only matters now is dropped then. */
  tropea_output_write (output, much);
  g_assert_false (tropea_output_offer (output, "dropped", 0));
  tropea_output_write (output, "kept");

  test_wait_until ((n_read += drain (fds[0])) >= MUCH + strlen ("kept"), 10);
  g_assert_cmpuint (n_read, ==, MUCH + strlen ("kept"));
  g_assert_true (tropea_output_offer (output, "again", 0));

  g_assert_finalize_object (output);
  close (fds[0]);
  close (fds[1]);
}

static void
test_reader_goes (void)
{
  TropeaOutput *output = NULL;
  guint n_closed = 0;
  int fds[2];

  make_pipe (fds);
  output = tropea_output_new (fds[1]);
  g_signal_connect_swapped (output, "closed", G_CALLBACK (count_cb), &n_closed);

  close (fds[0]);
  tropea_output_write (output, "one\n");
  tropea_output_write (output, "two\n");
  g_assert_cmpuint (n_closed, ==, 1);

  g_assert_finalize_object (output);
  close (fds[1]);
}

static void
test_reader_goes_while_it_is_waited_for (void)
{
  g_autofree char *much = g_strnfill (MUCH, 'x');
  TropeaOutput *output = NULL;
  guint n_closed = 0;
  int fds[2];

  make_pipe (fds);
  output = tropea_output_new (fds[1]);
  g_signal_connect_swapped (output, "closed", G_CALLBACK (count_cb), &n_closed);
  tropea_output_write (output, much);
  close (fds[0]);
  test_wait_until (n_closed == 1, 10);

  g_assert_finalize_object (output);
  close (fds[1]);
}

static void
test_flush_is_bounded (void)
{
  g_autofree char *much = g_strnfill (MUCH, 'x');
  TropeaOutput *output = NULL;
  gint64 begun_usec = 0;
  int fds[2];

  make_pipe (fds);
  output = tropea_output_new (fds[1]);
  tropea_output_write (output, much);
  begun_usec = g_get_monotonic_time ();
  tropea_output_flush (output, 50);
  g_assert_cmpint (g_get_monotonic_time () - begun_usec, <, 5 * G_USEC_PER_SEC);

  g_assert_finalize_object (output);
  close (fds[0]);
  close (fds[1]);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  signal (SIGPIPE, SIG_IGN);

  g_test_add_func ("/output/at-once", test_at_once);
  g_test_add_func ("/output/slow-reader", test_slow_reader);
  g_test_add_func ("/output/reader-goes", test_reader_goes);
  g_test_add_func ("/output/reader-goes-while-it-is-waited-for",
                   test_reader_goes_while_it_is_waited_for);
  g_test_add_func ("/output/flush-is-bounded", test_flush_is_bounded);

  return g_test_run ();
}
