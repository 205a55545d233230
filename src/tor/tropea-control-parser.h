/* tropea-control-parser.h: bytes of a control port in, whole replies out
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-control-reply.h"

G_BEGIN_DECLS

typedef struct _TropeaControlParser TropeaControlParser;

TropeaControlParser *tropea_control_parser_new  (void);
void                 tropea_control_parser_free (TropeaControlParser  *self);
gboolean             tropea_control_parser_push (TropeaControlParser  *self,
                                                 const char           *bytes,
                                                 gsize                 length_bytes,
                                                 GError              **error);
TropeaControlReply  *tropea_control_parser_pop  (TropeaControlParser  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaControlParser, tropea_control_parser_free)

G_END_DECLS
