/* tropea-bandwidth-graph.h: the rates in and out over a time that one chooses
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "ui/tropea-host-view.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_BANDWIDTH_GRAPH (tropea_bandwidth_graph_get_type ())

G_DECLARE_FINAL_TYPE (TropeaBandwidthGraph, tropea_bandwidth_graph, TROPEA, BANDWIDTH_GRAPH,
                      TropeaHostView)

/* Property: "range" (TropeaRateRange), to bind to the setting “graph-range”; also the action
 * “graph.range” with the nickname. */

G_END_DECLS
