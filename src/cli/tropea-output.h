/* tropea-output.h: writes to a pipe or terminal that may be slow, or gone
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_OUTPUT (tropea_output_get_type ())

G_DECLARE_FINAL_TYPE (TropeaOutput, tropea_output, TROPEA, OUTPUT, GObject)

/* Signal "closed": the reader went away, or the disk is full; nothing is written any more. */
TropeaOutput *tropea_output_new       (int           fd);
/* At once where the reader keeps up; else kept until it does. */
void          tropea_output_write     (TropeaOutput *self,
                                       const char   *text);
/* For what only matters now: dropped where more than @most_waiting bytes wait already. */
gboolean      tropea_output_offer     (TropeaOutput *self,
                                       const char   *text,
                                       gsize         most_waiting);
/* Why it was closed, an errno value: EPIPE where the reader went away; 0 while it is open. */
int           tropea_output_get_errno (TropeaOutput *self);
/* Wait for a slow reader, at most @limit_ms; at the end of a program. */
void          tropea_output_flush     (TropeaOutput *self,
                                       guint         limit_ms);

G_END_DECLS
