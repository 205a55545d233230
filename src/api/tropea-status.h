/* tropea-status.h: a host's figures at one moment, as a plain value
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "host/tropea-host.h"

G_BEGIN_DECLS

/**
 * TropeaStatus:
 *
 * The properties of #TropeaHost of the same names; what is shown is made of this alone, so it
 * can be tested without a host.
 */
typedef struct
{
  TropeaTorState state;
  int            bootstrap_percent;
  char          *bootstrap_tag;
  char          *bootstrap_summary;
  gboolean       is_simulating;
  gboolean       is_monitoring;
  guint          socks_port;
  guint          control_port;
  guint          restart_seconds;
  guint          new_identity_seconds;
  gint64         uptime_seconds;
  guint64        bytes_in;
  guint64        bytes_out;
  guint64        total_bytes;
  guint64        app_bytes_in;
  guint64        app_bytes_out;
  guint64        rate_in;
  guint64        rate_out;
  guint          connection_count;
  guint          circuit_count;
  gint64         accumulated_bytes;
  gint64         accumulated_seconds;
  gint64         min_bytes;
  gint64         min_seconds;
  gint64         max_seconds;
  gint64         submitted_sessions;
  gint64         waiting_sessions;
  gint64         refused_sessions;
  gint64         total_credits_micro;
  gint64         simulated_credits_micro;
  char          *problem;
  char          *notice;             /* not the host's: what it told once */
} TropeaStatus;

void  tropea_status_read            (TropeaStatus *self,
                                     TropeaHost   *host);
void  tropea_status_clear           (TropeaStatus *self);

char *tropea_status_format_bytes    (guint64       bytes);
char *tropea_status_format_duration (gint64        seconds);
char *tropea_status_format_credits  (gint64        credits_micro,
                                     gint64        simulated_micro);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TropeaStatus, tropea_status_clear)

G_END_DECLS
