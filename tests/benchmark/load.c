/* load.c: keeps a server busy over a fixed number of connections and says how it did
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "benchmark-file.h"

/* A closed loop: each connection sends a request, waits for the whole answer, then sends the
 * next. Every request of the file is sent once. Answers that come while the server warms up
 * are not counted. One thread and no allocation while it runs, so that it takes as little as
 * it can of a machine that the server has to share.
 */

/* A page of 200 sessions or the verdicts of a whole batch. */
#define MAX_ANSWER_BYTES (128 * 1024)
#define MAX_EVENTS 256

/* How long answers may take after the last request has been sent. */
#define GRACE_US (20 * G_USEC_PER_SEC)

typedef struct
{
  int            fd;
  BenchmarkItem  request;
  gsize          n_sent;
  gint64         begun_us;
  char          *answer;   /* (owned), MAX_ANSWER_BYTES */
  gsize          n_read;
} Connection;

typedef struct
{
  BenchmarkReader  reader;
  Connection      *connections;   /* (owned) */
  int              n_connections;
  int              n_busy;
  int              epoll_fd;

  gint64           counted_from_us;
  gint64           end_us;
  gint64           last_us;       /* the last answer that counts */

  GArray          *latencies;     /* (owned), of gint32: microseconds */
  guint64          n_requests;    /* all answers, counted or not */
  guint64          n_accepted;    /* sessions in the answers that count */
  guint64          n_refused;     /* answers other than 200 */
  guint64          n_broken;      /* connections that the server ended */
} Load;

static int
connect_to (guint16 port)
{
  struct sockaddr_in address = { 0 };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int on = 1;

  address.sin_family = AF_INET;
  address.sin_port = htons (port);
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (fd < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
    {
      g_printerr ("load: Could not connect to port %u: %s\n", port, g_strerror (errno));
      exit (1);
    }

  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

static void
set_idle (Load       *load,
          Connection *connection)
{
  epoll_ctl (load->epoll_fd, EPOLL_CTL_DEL, connection->fd, NULL);
  close (connection->fd);
  connection->fd = -1;
  load->n_busy--;
}

static void
wait_for (Load       *load,
          Connection *connection,
          guint32     events)
{
  struct epoll_event event = { 0 };

  event.events = events;
  event.data.ptr = connection;
  if (epoll_ctl (load->epoll_fd, EPOLL_CTL_MOD, connection->fd, &event) != 0 &&
      epoll_ctl (load->epoll_fd, EPOLL_CTL_ADD, connection->fd, &event) != 0)
    {
      g_printerr ("load: epoll_ctl: %s\n", g_strerror (errno));
      exit (1);
    }
}

static void
send_more (Load       *load,
           Connection *connection)
{
  while (connection->n_sent < connection->request.size_bytes)
    {
      gssize n = send (connection->fd, connection->request.data + connection->n_sent,
                       connection->request.size_bytes - connection->n_sent,
                       MSG_NOSIGNAL | MSG_DONTWAIT);

      if (n < 0 && errno == EAGAIN)
        {
          wait_for (load, connection, EPOLLOUT);
          return;
        }
      if (n <= 0)
        {
          load->n_broken++;
          set_idle (load, connection);
          return;
        }

      connection->n_sent += (gsize) n;
      if (connection->n_sent == connection->request.size_bytes &&
          (gsize) n < connection->request.size_bytes)
        wait_for (load, connection, EPOLLIN);
    }
}

static void
begin_next (Load       *load,
            Connection *connection,
            gint64      now_us)
{
  if (now_us >= load->end_us || !benchmark_reader_next (&load->reader, &connection->request))
    {
      set_idle (load, connection);
      return;
    }

  connection->begun_us = now_us;
  connection->n_sent = 0;
  connection->n_read = 0;
  send_more (load, connection);
}

/* The whole size of the answer that begins in the buffer, or 0 while that cannot be said. */
static gsize
get_answer_size (const Connection *connection)
{
  const char *end = strstr (connection->answer, "\r\n\r\n");
  const char *length = end != NULL ? strcasestr (connection->answer, "\r\ncontent-length:") : NULL;

  if (length == NULL || length > end)
    return 0;

  return (gsize) (end + 4 - connection->answer) +
         (gsize) g_ascii_strtoull (length + strlen ("\r\ncontent-length:"), NULL, 10);
}

static guint64
count_accepted (const Connection *connection)
{
  guint64 n = 0;

  for (const char *p = strstr (connection->answer, "\"accepted\""); p != NULL;
       p = strstr (p + 1, "\"accepted\""))
    n++;

  return n;
}

static void
count (Load             *load,
       const Connection *connection,
       gint64            now_us)
{
  gint32 latency_us = (gint32) (now_us - connection->begun_us);

  load->n_requests++;
  if (now_us < load->counted_from_us || now_us > load->end_us)
    return;

  load->last_us = now_us;
  g_array_append_val (load->latencies, latency_us);
  if (strncmp (connection->answer, "HTTP/1.1 200 ", strlen ("HTTP/1.1 200 ")) == 0)
    load->n_accepted += count_accepted (connection);
  else
    load->n_refused++;
}

static void
read_more (Load       *load,
           Connection *connection)
{
  gssize n = recv (connection->fd, connection->answer + connection->n_read,
                   MAX_ANSWER_BYTES - 1 - connection->n_read, MSG_DONTWAIT);
  gsize size_bytes = 0;
  gint64 now_us = 0;

  if (n < 0 && errno == EAGAIN)
    return;
  if (n <= 0)
    {
      load->n_broken++;
      set_idle (load, connection);
      return;
    }

  connection->n_read += (gsize) n;
  connection->answer[connection->n_read] = '\0';
  size_bytes = get_answer_size (connection);
  if (size_bytes == 0 || connection->n_read < size_bytes)
    return;

  now_us = g_get_monotonic_time ();
  count (load, connection, now_us);
  begin_next (load, connection, now_us);
}

static void
run (Load *load)
{
  struct epoll_event events[MAX_EVENTS];

  while (load->n_busy > 0 && g_get_monotonic_time () < load->end_us + GRACE_US)
    {
      int n = epoll_wait (load->epoll_fd, events, MAX_EVENTS, 1000);

      for (int i = 0; i < n; i++)
        {
          Connection *connection = events[i].data.ptr;

          if (events[i].events & EPOLLOUT)
            send_more (load, connection);
          else
            read_more (load, connection);
        }
    }
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  gint32 x = *(const gint32 *) a;
  gint32 y = *(const gint32 *) b;

  return (x > y) - (x < y);
}

static double
get_percentile_ms (GArray *sorted,
                   guint   percent)
{
  if (sorted->len == 0)
    return 0.0;

  return g_array_index (sorted, gint32, (guint) ((guint64) sorted->len * percent / 100)) / 1000.0;
}

static void
print_result (Load *load)
{
  gint64 window_us = load->last_us - load->counted_from_us;
  double seconds = (double) MAX (window_us, 1) / G_USEC_PER_SEC;

  g_array_sort (load->latencies, compare);
  g_print ("{\"seconds\": %.3f, \"requests\": %" G_GUINT64_FORMAT ", \"answers\": %u, "
           "\"accepted\": %" G_GUINT64_FORMAT ", \"refused\": %" G_GUINT64_FORMAT ", "
           "\"broken\": %" G_GUINT64_FORMAT ", \"stuck\": %d, \"per_second\": %.1f, "
           "\"accepted_per_second\": %.1f, \"p50_ms\": %.3f, \"p99_ms\": %.3f}\n",
           seconds, load->n_requests, load->latencies->len, load->n_accepted, load->n_refused,
           load->n_broken, load->n_busy, load->latencies->len / seconds,
           (double) load->n_accepted / seconds, get_percentile_ms (load->latencies, 50),
           get_percentile_ms (load->latencies, 99));
}

static void
open_all (Load    *load,
          guint16  port)
{
  gint64 now_us = 0;

  load->connections = g_new0 (Connection, load->n_connections);
  for (int i = 0; i < load->n_connections; i++)
    {
      load->connections[i].fd = connect_to (port);
      load->connections[i].answer = g_malloc (MAX_ANSWER_BYTES);
      wait_for (load, &load->connections[i], EPOLLIN);
    }

  load->n_busy = load->n_connections;
  now_us = g_get_monotonic_time ();
  for (int i = 0; i < load->n_connections; i++)
    begin_next (load, &load->connections[i], now_us);
}

int
main (int    argc,
      char **argv)
{
  Load load = { 0 };
  double warm_up_s = 0.0;
  double seconds = 0.0;
  g_autoptr(GError) error = NULL;

  if (argc != 6)
    {
      g_printerr ("Usage: load PORT CONNECTIONS WARM-UP-SECONDS SECONDS FILE\n");
      return 2;
    }

  if (!benchmark_reader_open (&load.reader, argv[5], &error))
    {
      g_printerr ("load: %s\n", error->message);
      return 1;
    }

  load.n_connections = (int) g_ascii_strtoll (argv[2], NULL, 10);
  warm_up_s = g_ascii_strtod (argv[3], NULL);
  seconds = g_ascii_strtod (argv[4], NULL);
  load.latencies = g_array_sized_new (FALSE, FALSE, sizeof (gint32), 1 << 20);
  load.epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  load.counted_from_us = g_get_monotonic_time () + (gint64) (warm_up_s * G_USEC_PER_SEC);
  load.end_us = load.counted_from_us + (gint64) (seconds * G_USEC_PER_SEC);
  open_all (&load, (guint16) g_ascii_strtoull (argv[1], NULL, 10));
  run (&load);
  print_result (&load);

  for (int i = 0; i < load.n_connections; i++)
    g_free (load.connections[i].answer);
  g_free (load.connections);
  g_array_unref (load.latencies);
  close (load.epoll_fd);
  benchmark_reader_close (&load.reader);
  return load.n_broken == 0 && load.n_busy == 0 ? 0 : 1;
}
