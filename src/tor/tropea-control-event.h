/* tropea-control-event.h: the events that Tropea understands, as values
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-control-line.h"

G_BEGIN_DECLS

typedef enum
{
  TROPEA_CONTROL_EVENT_OTHER,
  TROPEA_CONTROL_EVENT_BW,
  TROPEA_CONTROL_EVENT_BOOTSTRAP,
  TROPEA_CONTROL_EVENT_STATUS,
  TROPEA_CONTROL_EVENT_CIRC,
  TROPEA_CONTROL_EVENT_STREAM,
  TROPEA_CONTROL_EVENT_STREAM_BW,
  TROPEA_CONTROL_EVENT_ORCONN,
  TROPEA_CONTROL_EVENT_WARNING,
  TROPEA_CONTROL_EVENT_SIGNAL,
} TropeaControlEventKind;

/* What tor says nowhere but in its log; all its other lines are OTHER events. */
typedef enum
{
  TROPEA_CONTROL_WARNING_NONE,
  TROPEA_CONTROL_WARNING_CERTIFICATES,
  TROPEA_CONTROL_WARNING_TOO_OLD,
  TROPEA_CONTROL_WARNING_TRANSPORT_ENDED,
  TROPEA_CONTROL_WARNING_BRIDGE_FAILED,
} TropeaControlWarning;

/* Of circuits, streams and OR connections; only what makes a difference here. */
typedef enum
{
  TROPEA_CONTROL_STATUS_OTHER,
  TROPEA_CONTROL_STATUS_NEW,
  TROPEA_CONTROL_STATUS_BUILT,
  TROPEA_CONTROL_STATUS_CONNECTED,
  TROPEA_CONTROL_STATUS_SUCCEEDED,
  TROPEA_CONTROL_STATUS_FAILED,
  TROPEA_CONTROL_STATUS_CLOSED,
} TropeaControlStatus;

/**
 * TropeaControlEvent:
 * @kind: which of the members below mean something
 * @id: CIRC, STREAM, STREAM_BW, ORCONN: tor's id (0 for an ORCONN without one)
 * @status: CIRC, STREAM, ORCONN
 * @purpose: (owned) (nullable): CIRC, STREAM: tor's word, where the event has one
 * @bytes_in: BW: read from the network. STREAM_BW: what the program received
 * @bytes_out: BW: written to it. STREAM_BW: what the program sent
 * @percent: BOOTSTRAP: 0 to 100
 * @tag: (owned) (nullable): BOOTSTRAP, valid UTF-8
 * @summary: (owned) (nullable): BOOTSTRAP, valid UTF-8
 * @reason: (owned) (nullable): BOOTSTRAP: why it does not go on; ORCONN, STATUS: why, as one of
 *   tor's words
 * @severity: (owned) (nullable): BOOTSTRAP, STATUS: NOTICE, WARN or ERR
 * @skew_seconds: STATUS of a clock: by how much ours is ahead, or behind if it is negative
 * @version: (owned) (nullable): STATUS of tor's version: that one
 * @warning: WARNING: which
 * @action: (owned) (nullable): STATUS: what happened, as one of tor's words. SIGNAL: which one
 *   tor has acted on
 */
typedef struct
{
  TropeaControlEventKind  kind;
  guint64                 id;
  TropeaControlStatus     status;
  char                   *purpose;
  guint64                 bytes_in;
  guint64                 bytes_out;
  int                     percent;
  char                   *tag;
  char                   *summary;
  char                   *reason;
  char                   *severity;
  char                   *action;
  gint64                  skew_seconds;
  char                   *version;
  TropeaControlWarning    warning;
} TropeaControlEvent;

TropeaControlEvent  *tropea_control_event_parse           (const char *text);
TropeaControlEvent  *tropea_control_event_parse_bootstrap (const char *text);
void                 tropea_control_event_free            (TropeaControlEvent *self);
TropeaControlStatus  tropea_control_status_from_string    (const char         *word);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaControlEvent, tropea_control_event_free)

G_END_DECLS
