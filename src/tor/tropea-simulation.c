/* tropea-simulation.c: the figures of simulated traffic, drawn from a seed
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-simulation"

#include "config.h"

#include "tor/tropea-simulation.h"

/* Pure: a seed in, a series of figures out, the same on every machine. That rules out GRand,
 * whose series the environment can change (G_RANDOM_VERSION), and floating point. The
 * generator is splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", 2014), whose whole state is one counter.
 */

#define LOWEST_RATE     50000  /* bytes per second */
#define HIGHEST_RATE   150000
#define LOWEST_CONNECTIONS 10
#define HIGHEST_CONNECTIONS 59
#define LOWEST_CIRCUITS     1
#define HIGHEST_CIRCUITS    5

static guint64
next (TropeaSimulation *self)
{
  guint64 bits = (self->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  bits = (bits ^ (bits >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  bits = (bits ^ (bits >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);

  return bits ^ (bits >> 31);
}

/* A number from @lowest to @highest, both included. The upper 32 bits are scaled, which
 * favours some numbers by less than one part in 40 000 here.
 */
static guint
next_between (TropeaSimulation *self,
              guint             lowest,
              guint             highest)
{
  guint64 count = (guint64) highest - lowest + 1;

  return lowest + (guint) (((next (self) >> 32) * count) >> 32);
}

void
tropea_simulation_init (TropeaSimulation *self,
                        guint32           seed)
{
  self->state = seed;
}

/**
 * tropea_simulation_draw:
 *
 * Draw what the next %TROPEA_SIMULATION_INTERVAL_USEC brought.
 */
void
tropea_simulation_draw (TropeaSimulation        *self,
                        TropeaSimulationFigures *figures)
{
  guint64 rate = next_between (self, LOWEST_RATE, HIGHEST_RATE);
  guint64 bytes = rate * (TROPEA_SIMULATION_INTERVAL_USEC / G_USEC_PER_SEC);

  figures->bytes_in = bytes * 60 / 100;
  figures->bytes_out = bytes - figures->bytes_in;
  figures->connection_count = next_between (self, LOWEST_CONNECTIONS, HIGHEST_CONNECTIONS);
  figures->circuit_count = next_between (self, LOWEST_CIRCUITS, HIGHEST_CIRCUITS);
}
