/* tropea-api-answer.h: what the local API says of a host, as JSON
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "host/tropea-day-book.h"
#include "host/tropea-host.h"
#include "http/tropea-http-request.h"

G_BEGIN_DECLS

JsonObject *tropea_api_answer_new_status    (TropeaHost               *host,
                                             const char               *event);
JsonObject *tropea_api_answer_new_stats     (TropeaHost               *host);
JsonObject *tropea_api_answer_new_limits    (TropeaHost               *host);
JsonObject *tropea_api_answer_new_identity  (TropeaHost               *host);
JsonObject *tropea_api_answer_new_sample    (gint64                    id,
                                             const TropeaTorSample    *sample);
JsonObject *tropea_api_answer_new_session   (TropeaSession            *session);
JsonObject *tropea_api_answer_new_credits   (TropeaHost               *host,
                                             TropeaDayBook            *book,
                                             gint64                    n_days);
JsonObject *tropea_api_answer_new_diagnosis (const TropeaTorDiagnosis *diagnosis);
void        tropea_api_answer_status        (TropeaHttpRequest        *request,
                                             TropeaHost               *host,
                                             guint                     code);

G_END_DECLS
