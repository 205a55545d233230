/* tropea-simulation.h: the figures of simulated traffic, drawn from a seed
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One sample stands for this much time. */
#define TROPEA_SIMULATION_INTERVAL_USEC (2 * G_USEC_PER_SEC)

/**
 * TropeaSimulationFigures:
 * @bytes_in: 60 % of what moved, rounded down
 * @bytes_out: the rest
 * @connection_count: 10 to 59
 * @circuit_count: 1 to 5
 */
typedef struct
{
  guint64 bytes_in;
  guint64 bytes_out;
  guint   connection_count;
  guint   circuit_count;
} TropeaSimulationFigures;

typedef struct
{
  guint64 state;
} TropeaSimulation;

void tropea_simulation_init (TropeaSimulation        *self,
                             guint32                  seed);
void tropea_simulation_draw (TropeaSimulation        *self,
                             TropeaSimulationFigures *figures);

G_END_DECLS
