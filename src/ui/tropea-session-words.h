/* tropea-session-words.h: what is known of a session, and of the books, in sentences
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "session/tropea-books.h"
#include "session/tropea-session.h"

G_BEGIN_DECLS

/* All digits of it, such as “5.657890”. */
char       *tropea_words_micro      (gint64              micro);
char       *tropea_words_time_term  (const TropeaRecord *record);
char       *tropea_words_data_term  (const TropeaRecord *record);
char       *tropea_words_sum        (const TropeaRecord *record);
char       *tropea_words_state      (TropeaSession      *session);
const char *tropea_words_kind       (TropeaSessionKind   kind);
char       *tropea_words_sent       (TropeaSession      *session);
char       *tropea_words_books      (const TropeaBooks  *books);

G_END_DECLS
