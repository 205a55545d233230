/* tropea-bridge-list.h: a pasted text as bridges, with a word on each line
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-bridge-line.h"

G_BEGIN_DECLS

/**
 * TropeaBridgeVerdict:
 * @TROPEA_BRIDGE_VERDICT_GOOD: a bridge
 * @TROPEA_BRIDGE_VERDICT_LEFT_OUT: no bridge, or one for the second time: not used
 * @TROPEA_BRIDGE_VERDICT_WRONG: meant as a bridge, but cannot be used
 */
typedef enum
{
  TROPEA_BRIDGE_VERDICT_GOOD,
  TROPEA_BRIDGE_VERDICT_LEFT_OUT,
  TROPEA_BRIDGE_VERDICT_WRONG,
} TropeaBridgeVerdict;

/**
 * TropeaBridgeRemark:
 * @line_number: of the text, from 1
 * @verdict: what becomes of the line
 * @bridge: (owned) (nullable): the bridge as a torrc says it, where it is good
 * @message: (owned): one sentence
 */
typedef struct
{
  guint                line_number;
  TropeaBridgeVerdict  verdict;
  char                *bridge;
  char                *message;
} TropeaBridgeRemark;

#define TROPEA_BRIDGE_LIST_MOST 100

GPtrArray *tropea_bridge_list_check  (const char *text);
char     **tropea_bridge_list_parse  (const char *text,
                                      GError    **error);

G_END_DECLS
