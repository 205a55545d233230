/* tropea-session-filter.h: which sessions a list shows
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "session/tropea-session.h"

G_BEGIN_DECLS

#define TROPEA_SESSION_FILTER_ANY -1

/**
 * TropeaSessionFilter:
 * @state: a TropeaSessionState, or TROPEA_SESSION_FILTER_ANY
 * @kind: a TropeaSessionKind, or TROPEA_SESSION_FILTER_ANY
 * @text: (nullable): in lower case; NULL for all, else one of the three below must fit
 * @is_id: whether @text can be the beginning of a session id
 * @from_ms: with @until_ms, when the session began; both 0 where @text is no date
 * @until_ms: not part of it
 * @since_ms: only sessions that began then or later; 0: all
 * @before_ms: only sessions that began before; 0: all
 *
 * A refused session fits also where @text is in the ledger's sentence or code.
 */
typedef struct
{
  int       state;
  int       kind;
  char     *text;
  gboolean  is_id;
  gint64    from_ms;
  gint64    until_ms;
  gint64    since_ms;
  gint64    before_ms;
} TropeaSessionFilter;

TropeaSessionFilter *tropea_session_filter_new     (int                        state,
                                                    int                        kind,
                                                    const char                *text);
TropeaSessionFilter *tropea_session_filter_copy    (const TropeaSessionFilter *self);
void                 tropea_session_filter_free    (TropeaSessionFilter       *self);
gboolean             tropea_session_filter_equal   (const TropeaSessionFilter *a,
                                                    const TropeaSessionFilter *b);
gboolean             tropea_session_filter_is_any  (const TropeaSessionFilter *self);
gboolean             tropea_session_filter_matches (const TropeaSessionFilter *self,
                                                    TropeaSession             *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaSessionFilter, tropea_session_filter_free)

G_END_DECLS
