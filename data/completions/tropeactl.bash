# tropeactl.bash: bash completion of tropeactl
# SPDX-License-Identifier: GPL-3.0-or-later

_tropeactl ()
{
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
  local command=${COMP_WORDS[1]} words="" common="--json --data-dir --api-socket --help"
  local IFS=$' \t\n'

  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="run start stop restart pause resume simulate status events monitor sessions credits
           thresholds submit identity new-identity reset help --help --version"
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
    return
  fi

  case $prev in
    --data-dir)
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      return ;;
    --api-socket | --key-file | --torrc-append | --bridges-file | --control-password-file)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      return ;;
    --state)
      mapfile -t COMPREPLY < <(compgen -W "waiting credited refused" -- "$cur")
      return ;;
    --since)
      mapfile -t COMPREPLY < <(compgen -W "today yesterday 1h 1d 7d 30d" -- "$cur")
      return ;;
    --only)
      words="status state bootstrap sample session credited refused notice diagnosis error dropped"
      mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
      return ;;
    --wait | --count | --days | --min-bytes | --min-seconds | --max-seconds | --seed | --ledger | \
      --socks-port | --control-port | --bridge | --until-sessions | --for | --api-tcp)
      return ;;
  esac

  case $command in
    run)
      words="--simulate --seed --ledger --data-dir --key-file --torrc-append --socks-port
             --control-port --bridges-file --bridge --snowflake --exit-country --strict-exits
             --attach --control-password-file
             --until-sessions --for --json --min-bytes --min-seconds --max-seconds --api-socket
             --api-tcp --no-api --help"
      common="" ;;
    start | restart) words="--wait" ;;
    simulate) words="--stop --wait" ;;
    status) words="--watch" ;;
    events) words="--only --count" ;;
    monitor) words="on off" ;;
    sessions) words="--all --since --state --csv" ;;
    credits) words="--days" ;;
    thresholds) words="get set --min-bytes --min-seconds --max-seconds" ;;
    reset) words="--yes" ;;
    stop | pause | resume | submit | identity | new-identity) ;;
    help)
      words="run start stop restart pause resume simulate status events monitor sessions credits
             thresholds submit identity new-identity reset"
      common="" ;;
    *) return ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words $common" -- "$cur")
}

complete -F _tropeactl tropeactl
