/* tropea-run-options.h: what “tropeactl run” was asked for
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-secret.h"
#include "host/tropea-host-options.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TropeaRunOptions:
 * @host: what the host is opened with
 * @simulate: the simulator instead of tor
 * @json: one JSON object a line
 * @control_password: (nullable): of the tor to attach to
 * @until_sessions: stop after so many credited sessions; 0 for never
 * @for_seconds: stop after so many seconds; 0 for never
 * @no_api: do not serve the local API
 * @api_socket: (nullable): where to serve it; NULL for where everybody looks
 * @api_port: of 127.0.0.1, to serve it there too; 0 for not
 */
typedef struct
{
  TropeaHostOptions *host;
  gboolean           simulate;
  gboolean           json;
  TropeaSecret      *control_password;
  gint64             until_sessions;
  gint64             for_seconds;
  gboolean           no_api;
  char              *api_socket;
  guint              api_port;
} TropeaRunOptions;

/* @arguments: those behind “run”. Errors are G_OPTION_ERROR, a sentence each. */
TropeaRunOptions *tropea_run_options_parse (const char * const  *arguments,
                                            GError             **error);
void              tropea_run_options_free  (TropeaRunOptions    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaRunOptions, tropea_run_options_free)

G_END_DECLS
