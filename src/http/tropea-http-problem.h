/* tropea-http-problem.h: what an HTTP error looks like
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define TROPEA_HTTP_PROBLEM_TYPE "application/problem+json"

JsonObject *tropea_http_problem_new (guint       status,
                                     const char *code,
                                     const char *detail);

G_END_DECLS
