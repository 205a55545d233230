/* tropea-api-input.h: reads what a request asks with, by name, type and range
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "http/tropea-http-request.h"

G_BEGIN_DECLS

/**
 * TropeaApiInput:
 * @name: of the field or parameter
 * @words: (nullable): what it may be, NULL-terminated; @value is the place in it
 * @lowest: without @words, the least whole number that it may be; with @is_true, nothing
 * @highest: the largest
 * @is_true: it is the constant true
 * @is_text: any text, for @text
 * @value: where it was given, its value; else as before
 * @is_given: whether it was
 * @text: (owned) (nullable)
 */
typedef struct
{
  const char         *name;
  gint64              lowest;
  gint64              highest;
  const char * const *words;
  gboolean            is_true;
  gboolean            is_text;
  gint64              value;
  gboolean            is_given;
  char               *text;
} TropeaApiInput;

/* FALSE: the request is answered. */
gboolean tropea_api_input_read_body  (TropeaHttpRequest *request,
                                      TropeaApiInput    *inputs,
                                      gsize              n_inputs);
gboolean tropea_api_input_read_query (TropeaHttpRequest *request,
                                      TropeaApiInput    *inputs,
                                      gsize              n_inputs);
void     tropea_api_input_refuse     (TropeaHttpRequest *request,
                                      const char        *code,
                                      const char        *field,
                                      const char        *detail);

G_END_DECLS
