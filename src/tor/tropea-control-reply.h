/* tropea-control-reply.h: one whole reply or event of the control port
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TropeaControlReplyLine:
 * @text: (owned): the line behind its status code and separator, without CRLF; tor's bytes,
 *   not necessarily UTF-8
 * @data: (owned) (nullable): what followed a "+" line, dots unstuffed, each line ended by \n
 */
typedef struct
{
  char *text;
  char *data;
} TropeaControlReplyLine;

/**
 * TropeaControlReply:
 * @code: status code of the last line
 * @lines: (owned): of TropeaControlReplyLine, at least one
 */
typedef struct
{
  int     code;
  GArray *lines;
} TropeaControlReply;

TropeaControlReply *tropea_control_reply_new        (void);
void                tropea_control_reply_free       (TropeaControlReply       *self);
gboolean            tropea_control_reply_is_event   (const TropeaControlReply *self);
gboolean            tropea_control_reply_is_success (const TropeaControlReply *self);
const char         *tropea_control_reply_get_text   (const TropeaControlReply *self,
                                                     guint                     index);
const char         *tropea_control_reply_get_value  (const TropeaControlReply *self,
                                                     const char               *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaControlReply, tropea_control_reply_free)

G_END_DECLS
