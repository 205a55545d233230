/* tropea-help-topics.h: questions with their answers, one row each
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_HELP_TOPICS (tropea_help_topics_get_type ())

G_DECLARE_FINAL_TYPE (TropeaHelpTopics, tropea_help_topics, TROPEA, HELP_TOPICS, AdwBin)

/* Open the answer called @anchor and bring it into view; FALSE where it is not here. */
gboolean tropea_help_topics_open (TropeaHelpTopics *self,
                                  const char       *anchor);

G_END_DECLS
