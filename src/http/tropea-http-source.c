/* tropea-http-source.c: runs libmicrohttpd from a GLib main loop
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-http"

#include "config.h"

#include "http/tropea-http-source.h"

/* The daemon watches all its sockets with one epoll descriptor; that it is readable, or that
 * the next timeout is due, is all there is to know. Only a connection that was resumed is not
 * seen there (microhttpd.h, MHD_resume_connection): whoever resumes one wakes the source.
 */

typedef struct
{
  GSource            parent;

  struct MHD_Daemon *daemon;  /* (unowned): outlives the source */
  gpointer           tag;     /* (unowned) */
} DaemonSource;

static gboolean
prepare (GSource *source,
         int     *timeout_ms)
{
  DaemonSource *self = (DaemonSource *) source;
  MHD_UNSIGNED_LONG_LONG wait_ms = 0;

  *timeout_ms = -1;
  if (MHD_get_timeout (self->daemon, &wait_ms) == MHD_YES)
    *timeout_ms = (int) MIN (wait_ms, G_MAXINT);

  return *timeout_ms == 0;
}

static gboolean
check (GSource *source)
{
  DaemonSource *self = (DaemonSource *) source;
  int timeout_ms = 0;

  return g_source_query_unix_fd (source, self->tag) != 0 || prepare (source, &timeout_ms);
}

static unsigned int
count_connections (struct MHD_Daemon *daemon)
{
  return MHD_get_daemon_info (daemon,
                              MHD_DAEMON_INFO_CURRENT_CONNECTIONS)->num_connections;
}

static gboolean
dispatch (GSource     *source,
          GSourceFunc  callback,
          gpointer     user_data)
{
  DaemonSource *self = (DaemonSource *) source;
  unsigned int n_before = 0;

  n_before = count_connections (self->daemon);
  g_source_set_ready_time (source, -1);
  MHD_run (self->daemon);

  /* At its limit the daemon no longer listens, and it starts again at the beginning of a run
   * only: a run that ended connections needs one more. */
  if (count_connections (self->daemon) < n_before)
    MHD_run (self->daemon);

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = { prepare, check, dispatch, NULL, NULL, NULL };

/**
 * tropea_http_source_new:
 * @daemon: (transfer none): started with MHD_USE_EPOLL and without threads of its own; destroy
 *   the source before it
 *
 * Returns: (transfer full): for g_source_attach ()
 */
GSource *
tropea_http_source_new (struct MHD_Daemon *daemon)
{
  const union MHD_DaemonInfo *info = MHD_get_daemon_info (daemon, MHD_DAEMON_INFO_EPOLL_FD);
  GSource *source = g_source_new (&source_funcs, sizeof (DaemonSource));
  DaemonSource *self = (DaemonSource *) source;

  self->daemon = daemon;
  self->tag = g_source_add_unix_fd (source, info->epoll_fd, G_IO_IN);
  g_source_set_static_name (source, "tropea-http");

  return source;
}

/**
 * tropea_http_source_wake:
 *
 * Run the daemon once as soon as the main loop can. From any thread.
 */
void
tropea_http_source_wake (GSource *source)
{
  g_source_set_ready_time (source, 0);
}
