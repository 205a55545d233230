/* tropea-dashboard-views.h: the pages of the operator's dashboard
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-secret.h"
#include "ledger/tropea-ledger-freezer.h"
#include "ledger/tropea-ledger-metrics.h"
#include "ledger/tropea-ledger-review.h"
#include "ledger/tropea-ledger-survey.h"

G_BEGIN_DECLS

/* A key is called by a name that tells nobody else which key it is. */
#define TROPEA_DASHBOARD_NAME_BYTES 8
#define TROPEA_DASHBOARD_NAME_CHARS (2 * TROPEA_DASHBOARD_NAME_BYTES)

/**
 * TropeaDashboardView:
 * @stamp: (nullable): for forms; NULL: there are none
 * @notice: (nullable): a sentence about what was just done, or why not
 *
 * What a page is made of; all of it the caller's.
 */
typedef struct
{
  const char             *origin;
  TropeaSecret           *name_key;
  TropeaLedgerStatistics *statistics;
  TropeaLedgerSurveyState *state;
  TropeaLedgerFreezer    *freezer;
  TropeaLedgerMetrics    *metrics;
  gint64                  now_ms;
  gboolean                can_leave;
  const char             *stamp;
  const char             *notice;
} TropeaDashboardView;

typedef enum
{
  TROPEA_DASHBOARD_OVERVIEW,
  TROPEA_DASHBOARD_KEYS,
  TROPEA_DASHBOARD_REFUSALS,
  TROPEA_DASHBOARD_REVIEW,
} TropeaDashboardPage;

#define TROPEA_DASHBOARD_N_PAGES 4

const char *tropea_dashboard_get_path (TropeaDashboardPage        page);
void        tropea_dashboard_make_name (TropeaSecret              *name_key,
                                       const guint8               *client_pub,
                                       char                       *name);
char       *tropea_dashboard_dup_page (const TropeaDashboardView  *view,
                                       TropeaDashboardPage         page);
char       *tropea_dashboard_dup_login (const char                *origin,
                                       const char                 *notice);

void        tropea_dashboard_append_overview (GString                   *html,
                                              const TropeaDashboardView *view);
void        tropea_dashboard_append_keys     (GString                   *html,
                                              const TropeaDashboardView *view);
void        tropea_dashboard_append_refusals (GString                   *html,
                                              const TropeaDashboardView *view);
void        tropea_dashboard_append_review   (GString                   *html,
                                              const TropeaDashboardView *view);

G_END_DECLS
