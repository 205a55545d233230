/* tropea-run-view.h: shows a running host: live block, plain lines or JSON
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "cli/tropea-output.h"
#include "host/tropea-host.h"

G_BEGIN_DECLS

/**
 * TropeaRunViewMode:
 * @TROPEA_RUN_VIEW_BLOCK: a block that is redrawn in place, for a terminal
 * @TROPEA_RUN_VIEW_PLAIN: a line for each thing that happens
 * @TROPEA_RUN_VIEW_JSON: the same as JSON objects
 */
typedef enum
{
  TROPEA_RUN_VIEW_BLOCK,
  TROPEA_RUN_VIEW_PLAIN,
  TROPEA_RUN_VIEW_JSON,
} TropeaRunViewMode;

#define TROPEA_TYPE_RUN_VIEW (tropea_run_view_get_type ())

G_DECLARE_FINAL_TYPE (TropeaRunView, tropea_run_view, TROPEA, RUN_VIEW, GObject)

/* The mode for @fd: a block where it is a terminal that can. */
TropeaRunViewMode  tropea_run_view_choose_mode (int                fd,
                                                gboolean           json);

TropeaRunView     *tropea_run_view_new         (TropeaRunViewMode  mode,
                                                int                fd,
                                                TropeaOutput      *output);
void               tropea_run_view_set_host    (TropeaRunView     *self,
                                                TropeaHost        *host);
/* The answer to something that was asked for. */
void               tropea_run_view_notice      (TropeaRunView     *self,
                                                const char        *sentence);
void               tropea_run_view_error       (TropeaRunView     *self,
                                                const char        *code,
                                                const char        *message);
/* An error that ends the program, which says it on stderr as well. */
void               tropea_run_view_last_error  (TropeaRunView     *self,
                                                const char        *code,
                                                const char        *message);
/* Last state, then leave the terminal as it was found. */
void               tropea_run_view_end         (TropeaRunView     *self);

char *tropea_run_view_dup_advice (const TropeaTorDiagnosis *diagnosis);

G_END_DECLS
