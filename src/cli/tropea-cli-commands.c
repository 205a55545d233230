/* tropea-cli-commands.c: the table of commands
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-cli-commands"

#include "config.h"

#include "cli/tropea-cli-command.h"

#include "cli/tropea-cli-run.h"
#include "cli/tropea-cli-verbs.h"

/* Help, parser and the tests of man page and completions read it here. A new command or option
 * is a row; the tests then name the documents that do not have it yet.
 */

#define WAIT_OPTION \
  { "wait", "SECONDS", "How long to wait until it is done (120)", NULL }

static const TropeaCliOption common[] = {
  { "json", NULL, "Print the answer as a line of JSON", NULL },
  { "data-dir", "DIR", "Ask the Tropea that keeps its data in DIR", NULL },
  { "api-socket", "PATH", "Ask the one that listens on this socket", NULL },
  { "help", NULL, "Show this help", NULL },
  { NULL },
};

static const TropeaCliOption run_options[] = {
  { "simulate", NULL, "Made-up traffic instead of Tor", NULL },
  { "seed", "N", "Which made-up traffic", NULL },
  { "ledger", "URL", "http:, https: or unix: ledger, not our own", NULL },
  { "data-dir", "DIR", "Keep everything in DIR", NULL },
  { "key-file", "FILE", "Key in FILE (0600), not in the keyring", NULL },
  { "torrc-append", "FILE", "Put its lines behind Tropea's torrc", NULL },
  { "socks-port", "PORT", "For programs (9050); “auto”: a free one", NULL },
  { "control-port", "PORT", "For nyx and the like (9051); 0: not at all", NULL },
  { "bridges-file", "FILE", "Connect through the bridges in FILE", NULL },
  { "bridge", "LINE", "One bridge; other users can see it", NULL },
  { "snowflake", NULL, "Connect through Snowflake's volunteers", NULL },
  { "exit-country", "CC", "Leave Tor in this country; may be repeated", NULL },
  { "strict-exits", NULL, "Rather nothing than an exit elsewhere", NULL },
  { "attach", "[ADDRESS]", "Use a tor that runs already", NULL },
  { "control-password-file", "FILE", "The password of its control port", NULL },
  { "until-sessions", "N", "Stop when N sessions were credited", NULL },
  { "for", "SECONDS", "Stop after so long", NULL },
  { "json", NULL, "One JSON object a line", NULL },
  { "min-bytes", "N", "A session has at least N bytes (100000)", NULL },
  { "min-seconds", "N", "and N seconds (30),", NULL },
  { "max-seconds", "N", "or N seconds whatever it moved (600)", NULL },
  { "api-socket", "PATH", "Listen to the other commands there", NULL },
  { "api-tcp", "PORT", "and on this port of 127.0.0.1, for a token", NULL },
  { "no-api", NULL, "or not at all", NULL },
  { "help", NULL, "Show this help", NULL },
  { NULL },
};

static const TropeaCliOption wait_options[] = {
  WAIT_OPTION,
  { NULL },
};

static const TropeaCliOption simulate_options[] = {
  { "stop", NULL, "Stop the simulation", NULL },
  WAIT_OPTION,
  { NULL },
};

static const TropeaCliOption status_options[] = {
  { "watch", NULL, "Show it as it changes, until Ctrl-C", NULL },
  { NULL },
};

static const TropeaCliOption events_options[] = {
  { "only", "KIND[,KIND…]", "Only events of these kinds", NULL },
  { "count", "N", "End after N of them", NULL },
  { NULL },
};

static const TropeaCliOption sessions_options[] = {
  { "all", NULL, "All, not the latest 20", NULL },
  { "since", "TIME", "All that began since then", "today yesterday 1h 1d 7d 30d" },
  { "state", "STATE", "Only those in this state", "waiting credited refused" },
  { "csv", NULL, "As CSV with exact figures, the names first", NULL },
  { NULL },
};

static const TropeaCliOption credits_options[] = {
  { "days", "N", "How many days to list (30)", NULL },
  { NULL },
};

static const TropeaCliOption thresholds_options[] = {
  { "min-bytes", "N", "A session has at least N bytes", NULL },
  { "min-seconds", "N", "and N seconds,", NULL },
  { "max-seconds", "N", "or N seconds whatever it moved", NULL },
  { NULL },
};

static const TropeaCliOption reset_options[] = {
  { "yes", NULL, "You mean it", NULL },
  { NULL },
};

static const TropeaCliCommand commands[] = {
  { "run", "", "", 0, "Run Tor and earn credits; Ctrl-C stops",
    "$TOR_SOCKS_PORT, $TOR_CONTROL_PORT and $TOR_LOG_LEVEL are heeded; NO_COLOR too.\n",
    run_options, NULL, tropea_cli_run },
  { "start", "", "", 0, "Start Tor, and wait until it is connected", NULL,
    wait_options, tropea_cli_start, NULL },
  { "stop", "", "", 0, "Stop Tor or the simulation; Tropea goes on", NULL,
    NULL, tropea_cli_stop, NULL },
  { "restart", "", "", 0, "Stop what runs, and start it again", NULL,
    wait_options, tropea_cli_restart, NULL },
  { "pause", "", "", 0, "Take Tor's network away", NULL, NULL, tropea_cli_pause, NULL },
  { "resume", "", "", 0, "Give it back", NULL, NULL, tropea_cli_resume, NULL },
  { "simulate", "", "", 0, "Start made-up traffic, or --stop it", NULL,
    simulate_options, tropea_cli_simulate, NULL },
  { "status", "", "", 0, "Show state and figures; --watch them change",
    "In a pipe, --watch writes the figures again when they have changed.\n",
    status_options, tropea_cli_status, NULL },
  { "events", "", "", 0, "Show what happens, a line for each event",
    "Kinds: status, state, bootstrap, sample, session, credited, refused, notice,\n"
    "diagnosis, error, dropped. With --json a line is the event itself.\n",
    events_options, tropea_cli_events, NULL },
  { "monitor", "[on|off]", "on off", 1, "Make sessions of what is metered, or not", NULL,
    NULL, tropea_cli_monitor, NULL },
  { "sessions", "", "", 0, "List sessions, the latest first",
    "TIME is a date (2026-01-31), with a time (2026-01-31T18:00) or a Z behind it for UTC,\n"
    "“today”, “yesterday”, or how long ago: 90s, 30min, 12h, 7d. --csv and --json write the\n"
    "columns that the window exports, in exact integers.\n",
    sessions_options, tropea_cli_sessions, NULL },
  { "credits", "", "", 0, "Show what was earned, in all and by day", NULL,
    credits_options, tropea_cli_credits, NULL },
  { "thresholds", "[get|set]", "get set", 1, "Show or change where a session ends",
    "What is set counts at once, for the open session, too. A window keeps it; “tropeactl run”\n"
    "has it until it ends.\n",
    thresholds_options, tropea_cli_thresholds, NULL },
  { "submit", "", "", 0, "End the open session, send all that waits", NULL,
    NULL, tropea_cli_submit, NULL },
  { "identity", "", "", 0, "Show the key that signs sessions", NULL,
    NULL, tropea_cli_identity, NULL },
  { "new-identity", "", "", 0, "New circuits for new connections", NULL,
    NULL, tropea_cli_new_identity, NULL },
  { "reset", "", "", 0, "Count bytes from 0 again; needs --yes",
    "Sessions and credits are records: they stay.\n",
    reset_options, tropea_cli_reset, NULL },
  { NULL },
};

const TropeaCliCommand *
tropea_cli_commands_get (void)
{
  return commands;
}

const TropeaCliCommand *
tropea_cli_commands_find (const char *name)
{
  for (const TropeaCliCommand *p = commands; p->name != NULL; p++)
    if (g_str_equal (p->name, name))
      return p;

  return NULL;
}

const TropeaCliOption *
tropea_cli_commands_get_common (void)
{
  return common;
}
