/* tropea-ledger-service.h: what the routes need to answer
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "base/tropea-clock.h"
#include "base/tropea-secret.h"
#include "http/tropea-http-server.h"
#include "ledger/tropea-dashboard.h"
#include "ledger/tropea-ledger-admission.h"
#include "ledger/tropea-ledger-freezer.h"
#include "ledger/tropea-ledger-limiter.h"
#include "ledger/tropea-ledger-metrics.h"
#include "ledger/tropea-ledger-repeats.h"
#include "ledger/tropea-ledger-store.h"
#include "ledger/tropea-ledger-survey.h"
#include "ledger/tropea-ledger-writer.h"

G_BEGIN_DECLS

/**
 * TropeaLedgerService:
 *
 * Read by all HTTP threads and never written while they run.
 */
typedef struct
{
  TropeaLedgerStore   *store;       /* (owned) */
  TropeaLedgerWriter  *writer;      /* (owned) */
  TropeaLedgerLimiter *limiter;     /* (owned) */
  TropeaLedgerRepeats *repeats;     /* (owned) */
  TropeaLedgerMetrics *metrics;     /* (owned) */
  TropeaLedgerFreezer *freezer;     /* (owned) */
  TropeaLedgerSurvey  *survey;      /* (owned) (nullable): this and the next: for the operator */
  TropeaDashboard     *dashboard;   /* (owned) (nullable) */
  TropeaClock         *clock;       /* (owned) */
  TropeaLedgerPolicy   policy;
  char                *origin;      /* (owned) */
  TropeaSecret        *secret_key;  /* (owned) */
} TropeaLedgerService;

/* The wait of a limiter, as Retry-After has it. */
guint       tropea_ledger_service_to_seconds   (gint64                     wait_usec);
gboolean    tropea_ledger_service_take_connection (const TropeaLedgerService *self,
                                                TropeaHttpRequest         *request,
                                                guint                      n_tokens);
gboolean    tropea_ledger_service_take_key     (const TropeaLedgerService *self,
                                                TropeaHttpRequest         *request,
                                                const guint8              *client_pub);

/* Handlers; user_data is a TropeaLedgerService. */
void        tropea_ledger_handle_submit     (TropeaHttpRequest *request,
                                             gpointer           user_data);
void        tropea_ledger_handle_batch      (TropeaHttpRequest *request,
                                             gpointer           user_data);
void        tropea_ledger_handle_balance    (TropeaHttpRequest *request,
                                             gpointer           user_data);
void        tropea_ledger_handle_list       (TropeaHttpRequest *request,
                                             gpointer           user_data);
void        tropea_ledger_handle_checkpoint (TropeaHttpRequest *request,
                                             gpointer           user_data);
void        tropea_ledger_handle_tile       (TropeaHttpRequest *request,
                                             gpointer           user_data);
void        tropea_ledger_handle_inclusion  (TropeaHttpRequest *request,
                                             gpointer           user_data);
void        tropea_ledger_handle_consistency (TropeaHttpRequest *request,
                                             gpointer           user_data);
void        tropea_ledger_handle_info       (TropeaHttpRequest *request,
                                             gpointer           user_data);
void        tropea_ledger_handle_health     (TropeaHttpRequest *request,
                                             gpointer           user_data);
void        tropea_ledger_handle_metrics    (TropeaHttpRequest *request,
                                             gpointer           user_data);
void        tropea_ledger_handle_readiness  (TropeaHttpRequest *request,
                                             gpointer           user_data);

G_END_DECLS
