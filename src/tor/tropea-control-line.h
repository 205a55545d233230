/* tropea-control-line.h: the words and key=value pairs of one line, and quoting both ways
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TropeaControlLine TropeaControlLine;

TropeaControlLine *tropea_control_line_parse     (const char               *text,
                                                  GError                  **error);
void               tropea_control_line_free      (TropeaControlLine        *self);
guint              tropea_control_line_count     (const TropeaControlLine  *self);
const char        *tropea_control_line_get_word  (const TropeaControlLine  *self,
                                                  guint                     index);
const char        *tropea_control_line_get_value (const TropeaControlLine  *self,
                                                  const char               *key);
char              *tropea_control_line_quote     (const char               *text);
gboolean           tropea_control_parse_uint64   (const char               *text,
                                                  guint64                  *number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaControlLine, tropea_control_line_free)

G_END_DECLS
