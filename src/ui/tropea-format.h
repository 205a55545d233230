/* tropea-format.h: figures and states in the words that people read
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "session/tropea-session.h"
#include "tor/tropea-tor-backend.h"

G_BEGIN_DECLS

char       *tropea_format_bytes         (guint64             bytes);
char       *tropea_format_exact_bytes   (guint64             bytes);
char       *tropea_format_rate          (guint64             bytes_per_second);
char       *tropea_format_axis_rate     (guint64             bytes_per_second);
char       *tropea_format_duration      (gint64              seconds);
char       *tropea_format_credits       (gint64              micro);
char       *tropea_format_time          (gint64              wall_ms);
char       *tropea_format_date_time     (gint64              wall_ms);
char       *tropea_format_port          (guint               port);
char       *tropea_format_bytes_of      (gint64              bytes,
                                         gint64              of_bytes);
char       *tropea_format_seconds_of    (gint64              seconds,
                                         gint64              of_seconds);
double      tropea_format_fraction      (gint64              value,
                                         gint64              of);
const char *tropea_format_tor_state     (TropeaTorState      state);
const char *tropea_format_session_state (TropeaSessionState  state);

G_END_DECLS
