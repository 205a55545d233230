/* tropea-http-problem.c: what an HTTP error looks like
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-http"

#include "config.h"

#include "http/tropea-http-problem.h"

#include <microhttpd.h>

/* RFC 9457. The type is about:blank, so the title is the status code's own phrase; programs
 * look at "code", which never changes, people at "detail", which may. Nothing that the client
 * sent goes into either.
 */

/**
 * tropea_http_problem_new:
 * @code: a stable word such as "malformed"
 * @detail: one sentence
 *
 * Returns: (transfer full): add members of your own as you like
 */
JsonObject *
tropea_http_problem_new (guint       status,
                         const char *code,
                         const char *detail)
{
  JsonObject *problem = json_object_new ();

  json_object_set_string_member (problem, "type", "about:blank");
  json_object_set_string_member (problem, "title", MHD_get_reason_phrase_for (status));
  json_object_set_int_member (problem, "status", status);
  json_object_set_string_member (problem, "detail", detail);
  json_object_set_string_member (problem, "code", code);

  return problem;
}
