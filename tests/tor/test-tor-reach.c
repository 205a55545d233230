/* test-tor-reach.c: when a tor that was connected has lost its network
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tor/tropea-tor-reach.h"

#define NONE TROPEA_NETWORK_NONE
#define KNOWN TROPEA_NETWORK_CONNECTED

/* Either an event of tor's, with the connections that are open then, or what the system says. */
typedef struct
{
  const char         *event;
  guint               n_open;
  TropeaNetworkState  network;
  gboolean            is_lost;  /* after it */
} Step;

static const struct
{
  const char *path;
  Step        steps[5];
} rows[] = {
  { "/tor-reach/idle-connections-may-close",
    { { "ORCONN $A CLOSED ID=1", 0, 0, FALSE } } },
  { "/tor-reach/closed-and-nothing-else-to-be-had",
    { { "ORCONN $A CLOSED ID=1", 0, 0, FALSE },
      { "ORCONN $A FAILED REASON=CONNECTREFUSED ID=2", 0, 0, TRUE },
      { "ORCONN $B LAUNCHED ID=3", 0, 0, TRUE },
      { "ORCONN $B CONNECTED ID=3", 1, 0, FALSE } } },
  { "/tor-reach/one-relay-is-not-the-network",
    { { "ORCONN $B FAILED REASON=TIMEOUT ID=2", 1, 0, FALSE } } },
  { "/tor-reach/the-system-knows-it-first",
    { { NULL, 0, KNOWN, FALSE }, { NULL, 0, NONE, TRUE }, { NULL, 0, KNOWN, FALSE } } },
  { "/tor-reach/tor-knows-better",
    { { NULL, 0, KNOWN, FALSE }, { NULL, 0, NONE, TRUE },
      { "ORCONN $B CONNECTED ID=3", 2, 0, FALSE } } },
  { "/tor-reach/a-system-that-never-saw-a-network",
    { { NULL, 0, NONE, FALSE }, { "ORCONN $A CONNECTED ID=1", 1, 0, FALSE } } },
  { "/tor-reach/other-events-say-nothing",
    { { "CIRC 1 FAILED REASON=TIMEOUT", 0, 0, FALSE }, { "BW 0 0", 0, 0, FALSE } } },
};

static void
test_row (gconstpointer data)
{
  const Step *steps = data;
  TropeaTorReach reach = { 0 };

  for (guint i = 0; i < 5; i++)
    {
      if (steps[i].event == NULL && steps[i].network == TROPEA_NETWORK_UNKNOWN)
        break;

      if (steps[i].event != NULL)
        {
          g_autoptr(TropeaControlEvent) event = tropea_control_event_parse (steps[i].event);

          tropea_tor_reach_take_event (&reach, event, steps[i].n_open);
        }
      else
        {
          tropea_tor_reach_set_network (&reach, steps[i].network);
        }
      g_assert_cmpint (tropea_tor_reach_is_lost (&reach), ==, steps[i].is_lost);
    }

  tropea_tor_reach_forget (&reach);
  g_assert_false (tropea_tor_reach_is_lost (&reach));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_test_add_data_func (rows[i].path, rows[i].steps, test_row);

  return g_test_run ();
}
