/* faulty-ledger.h: a ledger in the test process that errs as it is told
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "record/tropea-record.h"

#define FAULTY_LEDGER_ORIGIN "faulty.test"

typedef enum
{
  FAULT_NONE,
  FAULT_NO_JSON,          /* a page of HTML with status 200 */
  FAULT_WRONG_JSON,       /* {"success":true} and nothing else */
  FAULT_WRONG_COUNT,      /* one verdict too few */
  FAULT_WRONG_SESSION,    /* verdicts in the reverse order */
  FAULT_WRONG_PROOF,      /* names one key and signs with another */
  FAULT_BUSY,             /* 503 with Retry-After: 1 */
  FAULT_TOO_MANY,         /* 429 with Retry-After: 7 */
  FAULT_BROKEN,           /* 500 */
  FAULT_REFUSED,          /* 400 with a problem document */
  FAULT_NOT_FOUND,        /* 404 with HTML */
  FAULT_REDIRECT,         /* 302 to /elsewhere */
  FAULT_HANG,             /* takes the request and does not answer */
  FAULT_HUGE,             /* an answer of 2 MiB */
  FAULT_CUT,              /* does the work, then cuts the connection */
} Fault;

typedef struct _FaultyLedger FaultyLedger;

FaultyLedger *faulty_ledger_new             (const char         *socket_path);
void          faulty_ledger_free            (FaultyLedger       *self);
char         *faulty_ledger_dup_url         (FaultyLedger       *self);
guint         faulty_ledger_get_port        (FaultyLedger       *self);
const guint8 *faulty_ledger_get_key         (FaultyLedger       *self);
void          faulty_ledger_make_new_key    (FaultyLedger       *self);
void          faulty_ledger_set_origin      (FaultyLedger       *self,
                                             const char         *origin);
/* The next @times requests whose path is @path, or all that follow where it is -1. */
void          faulty_ledger_set_fault       (FaultyLedger       *self,
                                             const char         *path,
                                             Fault               fault,
                                             int                 times);
/* The same, once @after requests have passed. */
void          faulty_ledger_set_later_fault (FaultyLedger       *self,
                                             const char         *path,
                                             Fault               fault,
                                             guint               after,
                                             int                 times);
void          faulty_ledger_forget          (FaultyLedger       *self,
                                             const char         *session_id);
void          faulty_ledger_change          (FaultyLedger       *self,
                                             const char         *session_id,
                                             gint64              credits_micro);
/* Simulated credits that no session is listed for. */
void          faulty_ledger_set_simulated   (FaultyLedger       *self,
                                             gint64              simulated_micro);
/* Answer this session with a problem; @status 0: no longer. */
void          faulty_ledger_refuse          (FaultyLedger       *self,
                                             const char         *session_id,
                                             guint               status,
                                             const char         *code,
                                             const char         *rule);
guint         faulty_ledger_count_requests  (FaultyLedger       *self,
                                             const char         *path);
/* How many different sessions it credited. */
guint         faulty_ledger_count_credited  (FaultyLedger       *self);
gboolean      faulty_ledger_has_credited    (FaultyLedger       *self,
                                             const char         *session_id);
gint64        faulty_ledger_get_balance     (FaultyLedger       *self);
/* (element-type utf8): the bodies of all submissions in order. */
GPtrArray    *faulty_ledger_get_bodies      (FaultyLedger       *self);
/* The headers of the last request, one "Name: value" per line. */
const char   *faulty_ledger_get_headers     (FaultyLedger       *self);
