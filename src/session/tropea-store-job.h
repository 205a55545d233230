/* tropea-store-job.h: one call on the store, on its way to the worker and back
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "session/tropea-books.h"
#include "session/tropea-session-filter.h"
#include "session/tropea-store-file.h"

G_BEGIN_DECLS

/* Private to TropeaStore: tropea-store.c carries jobs, tropea-store-calls.c makes them. */
typedef struct _TropeaStoreJob TropeaStoreJob;

typedef gboolean (*TropeaStoreJobFunc) (TropeaStoreJob  *job,
                                        GError         **error);

struct _TropeaStoreJob
{
  TropeaStoreFile    *file;         /* (owned) */
  TropeaStoreJobFunc  run;

  /* in, by kind of job */
  TropeaBatch         batch;
  TropeaCut           cut;
  TropeaReceipt       receipt;
  TropeaSent         *sent;         /* (owned) (nullable) */
  char               *session_id;   /* (owned) (nullable) */
  char               *reason_code;  /* (owned) (nullable) */
  char               *reason;       /* (owned) (nullable) */
  char               *name;         /* (owned) (nullable) */
  char               *value;        /* (owned) (nullable), out for a get */
  char               *ledger;       /* (owned) (nullable) */
  TropeaComparison   *page;         /* (owned) (nullable), in and out */
  TropeaSessionFilter *filter;      /* (owned) (nullable) */
  GArray             *rows;         /* (owned) (nullable): of gint64, in or out */
  gint64              before;
  gint64              after;
  guint               limit;
  gint64              now_s;
  GArray             *buckets;      /* (owned) (nullable): of TropeaRateBucket; out for a load */

  /* out */
  gint64              last_end_ms;
  gboolean            has_last_end;   /* and it may be another one */
  GPtrArray          *sessions;     /* (owned) (nullable) */
  GArray             *days;         /* (owned) (nullable): of TropeaDaySum */
  TropeaBooks         books;
  TropeaSession      *changed;      /* (owned) (nullable) */
  TropeaStoreTotals   totals;
  gboolean            has_totals;
};

TropeaStoreJob *tropea_store_job_new    (TropeaStore          *store,
                                         TropeaStoreJobFunc    run);
void            tropea_store_job_start  (TropeaStoreJob       *job,
                                         TropeaStore          *store,
                                         gpointer              source_tag,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
TropeaStoreJob *tropea_store_job_finish (GAsyncResult         *result,
                                         GError              **error);

G_END_DECLS
