# tropeactl.fish: fish completion of tropeactl
# SPDX-License-Identifier: GPL-3.0-or-later

complete -c tropeactl -f
complete -c tropeactl -n __fish_use_subcommand -l help -d 'Show all commands'
complete -c tropeactl -n __fish_use_subcommand -l version -d 'Show the version'
complete -c tropeactl -n __fish_use_subcommand -a run -d 'Run Tor and earn credits; Ctrl-C stops'
complete -c tropeactl -n __fish_use_subcommand -a start -d 'Start Tor, and wait until it is connected'
complete -c tropeactl -n __fish_use_subcommand -a stop -d 'Stop Tor or the simulation; Tropea goes on'
complete -c tropeactl -n __fish_use_subcommand -a restart -d 'Stop what runs, and start it again'
complete -c tropeactl -n __fish_use_subcommand -a pause -d 'Take Tor\'s network away'
complete -c tropeactl -n __fish_use_subcommand -a resume -d 'Give it back'
complete -c tropeactl -n __fish_use_subcommand -a simulate -d 'Start made-up traffic, or --stop it'
complete -c tropeactl -n __fish_use_subcommand -a status -d 'Show state and figures; --watch them change'
complete -c tropeactl -n __fish_use_subcommand -a events -d 'Show what happens, a line for each event'
complete -c tropeactl -n __fish_use_subcommand -a monitor -d 'Make sessions of what is metered, or not'
complete -c tropeactl -n __fish_use_subcommand -a sessions -d 'List sessions, the latest first'
complete -c tropeactl -n __fish_use_subcommand -a credits -d 'Show what was earned, in all and by day'
complete -c tropeactl -n __fish_use_subcommand -a thresholds -d 'Show or change where a session ends'
complete -c tropeactl -n __fish_use_subcommand -a submit -d 'End the open session, send all that waits'
complete -c tropeactl -n __fish_use_subcommand -a identity -d 'Show the key that signs sessions'
complete -c tropeactl -n __fish_use_subcommand -a new-identity -d 'New circuits for new connections'
complete -c tropeactl -n __fish_use_subcommand -a reset -d 'Count bytes from 0 again; needs --yes'
complete -c tropeactl -n __fish_use_subcommand -a help -d 'Show what a command takes'
complete -c tropeactl -n '__fish_seen_subcommand_from help' -a 'run start stop restart pause resume simulate status events monitor sessions credits thresholds submit identity new-identity reset'

set -l asking start stop restart pause resume simulate status events monitor sessions credits thresholds submit identity new-identity reset
complete -c tropeactl -n "__fish_seen_subcommand_from $asking" -l json -d 'Print the answer as a line of JSON'
complete -c tropeactl -n "__fish_seen_subcommand_from $asking" -l data-dir -d 'Ask the Tropea that keeps its data in DIR' -x -a '(__fish_complete_directories)'
complete -c tropeactl -n "__fish_seen_subcommand_from $asking" -l api-socket -d 'Ask the one that listens on this socket' -r -F
complete -c tropeactl -n "__fish_seen_subcommand_from $asking" -l help -d 'Show this help'

complete -c tropeactl -n '__fish_seen_subcommand_from run' -l simulate -d 'Made-up traffic instead of Tor'
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l seed -d 'Which made-up traffic' -x
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l ledger -d 'http:, https: or unix: ledger, not our own' -x
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l data-dir -d 'Keep everything in DIR' -x -a '(__fish_complete_directories)'
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l key-file -d 'Key in FILE (0600), not in the keyring' -r -F
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l torrc-append -d 'Put its lines behind Tropea\'s torrc' -r -F
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l socks-port -d 'For programs (9050); “auto”: a free one' -x
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l control-port -d 'For nyx and the like (9051); 0: not at all' -x
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l bridges-file -d 'Connect through the bridges in FILE' -r -F
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l bridge -d 'One bridge; other users can see it' -x
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l snowflake -d 'Connect through Snowflake\'s volunteers'
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l exit-country -x -d 'Leave Tor in this country'
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l strict-exits -d 'Rather nothing than an exit elsewhere'
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l attach -d 'Use a tor that runs already'
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l control-password-file -d 'The password of its control port' -r -F
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l until-sessions -d 'Stop when N sessions were credited' -x
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l for -d 'Stop after so long' -x
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l json -d 'One JSON object a line'
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l min-bytes -d 'A session has at least N bytes (100000)' -x
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l min-seconds -d 'and N seconds (30)' -x
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l max-seconds -d 'or N seconds whatever it moved (600)' -x
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l api-socket -d 'Listen to the other commands there' -r -F
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l api-tcp -d 'and on this port of 127.0.0.1, for a token' -x
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l no-api -d 'or not at all'
complete -c tropeactl -n '__fish_seen_subcommand_from run' -l help -d 'Show this help'
complete -c tropeactl -n '__fish_seen_subcommand_from start' -l wait -d 'How long to wait until it is done (120)' -x
complete -c tropeactl -n '__fish_seen_subcommand_from restart' -l wait -d 'How long to wait until it is done (120)' -x
complete -c tropeactl -n '__fish_seen_subcommand_from simulate' -l stop -d 'Stop the simulation'
complete -c tropeactl -n '__fish_seen_subcommand_from simulate' -l wait -d 'How long to wait until it is done (120)' -x
complete -c tropeactl -n '__fish_seen_subcommand_from status' -l watch -d 'Show it as it changes, until Ctrl-C'
complete -c tropeactl -n '__fish_seen_subcommand_from events' -l only -d 'Only events of these kinds' -x -a 'status state bootstrap sample session credited refused notice diagnosis error dropped'
complete -c tropeactl -n '__fish_seen_subcommand_from events' -l count -d 'End after N of them' -x
complete -c tropeactl -n '__fish_seen_subcommand_from monitor' -a 'on off'
complete -c tropeactl -n '__fish_seen_subcommand_from sessions' -l all -d 'All, not the latest 20'
complete -c tropeactl -n '__fish_seen_subcommand_from sessions' -l since -d 'All that began since then' -x -a 'today yesterday 1h 1d 7d 30d'
complete -c tropeactl -n '__fish_seen_subcommand_from sessions' -l state -d 'Only those in this state' -x -a 'waiting credited refused'
complete -c tropeactl -n '__fish_seen_subcommand_from sessions' -l csv -d 'As CSV with exact figures, the names first'
complete -c tropeactl -n '__fish_seen_subcommand_from credits' -l days -d 'How many days to list (30)' -x
complete -c tropeactl -n '__fish_seen_subcommand_from thresholds' -l min-bytes -d 'A session has at least N bytes' -x
complete -c tropeactl -n '__fish_seen_subcommand_from thresholds' -l min-seconds -d 'and N seconds' -x
complete -c tropeactl -n '__fish_seen_subcommand_from thresholds' -l max-seconds -d 'or N seconds whatever it moved' -x
complete -c tropeactl -n '__fish_seen_subcommand_from thresholds' -a 'get set'
complete -c tropeactl -n '__fish_seen_subcommand_from reset' -l yes -d 'You mean it'
