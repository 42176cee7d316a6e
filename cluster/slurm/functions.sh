# What the jobs of a sweep share. Sourced after the run's settings, as volcsweep slurm submit wrote them.
# shellcheck shell=bash disable=SC2154 # the settings

hands_over=
interrupted=
coordinator=

note() { echo "$(date '+%F %T') job $SLURM_JOB_ID, restart ${SLURM_RESTART_COUNT:-0}: $*"; }

# A signal to the batch script alone, so long before the time limit as the site says: another job goes on.
on_warning() {
  interrupted=1
  note "the time limit is near: handing over"
  hands_over=1
  hand_over
}
trap on_warning USR1

# On its own behalf, or before a requeue, Slurm sends this to every process of the job: nothing to pass on, and a
# coordinator that got it twice would end at once.
on_term() {
  interrupted=1
  note "asked to end"
}
trap on_term TERM

# Blocks until a child ends, whatever signals come meanwhile, and returns its exit status.
await() {
  local status last=0
  while :; do
    interrupted=
    wait "$1"
    status=$?
    [ "$status" -eq 127 ] && return "$last"
    [ -z "$interrupted" ] && return "$status"
    last=$status
  done
}

start_coordinator() {
  note "coordinator on $(hostname)"
  coordinator_start=$SECONDS
  "$volcsweep" sweep "$job" --workers 0 --listen "$listen" --keys "$run/keys" --scratch "$scratch" \
    --log-format "$log_format" --verbose &
  coordinator=$!
}

workers_on_a_node() {
  local each=${workers_per_node:-$((${SLURM_CPUS_ON_NODE:-$(nproc)} / cpus_per_worker))}
  echo $((each > 0 ? each : 1))
}

# This job again, from the queue, under its own number.
requeue() {
  note "back to the queue"
  scontrol requeue "$SLURM_JOB_ID" && sleep 600
  note "cannot be requeued: volcsweep slurm submit continues the sweep"
  exit 1
}

# Puts an empty file in a place; a link that is there is replaced, not followed.
place() {
  local made
  made=$(mktemp "$1.XXXXXX") && mv -fT "$made" "$1"
}

# Whether a coordinator that failed is tried again: ten times in a row, which one that ran for ten minutes begins anew.
# What it reads may not be there yet, as on a node whose mounts are late.
may_pass() {
  local number='' tries=0 made file="$run/slurm/failures"
  if [ $((SECONDS - coordinator_start)) -lt 600 ] && [ -f "$file" ]; then read -r number tries <"$file"; fi
  case $number,$tries in "$SLURM_JOB_ID",[0-9] | "$SLURM_JOB_ID",10) ;; *) tries=0 ;; esac
  [ "$tries" -lt 10 ] || return 1
  made=$(mktemp "$file.XXXXXX") && echo "$SLURM_JOB_ID $((tries + 1))" >"$made" && mv -fT "$made" "$file"
}

# The end of a coordinator's job, by the sweep's exit status.
finish() {
  case $1 in
    0) note "the sweep is complete" ;;
    3) note "the sweep is complete; some input was rejected or quarantined, see results/interferograms.csv" ;;
    74) note "the sweep is complete, but its list could not be written here" ;;
    6)
      # Workers that wait do so for the other one.
      note "the sweep has another coordinator, which goes on"
      exit 6
      ;;
    130)
      [ -n "$hands_over" ] && requeue
      note "interrupted"
      exit 130
      ;;
    1)
      note "the sweep failed with status 1"
      if may_pass; then
        note "that may pass: back to the queue"
        scontrol requeue "$SLURM_JOB_ID" && sleep 600
        note "cannot be requeued"
      fi
      ;;
    *) note "the sweep failed with status $1" ;;
  esac
  # Workers that still wait, in the queue or for a coordinator, wait in vain.
  place "$over"
  awk '$1 == "workers" { print $2 }' "$run/slurm/jobs" | xargs -r scancel --quiet
  case $1 in 3 | 74) exit 0 ;; esac
  exit "$1"
}
