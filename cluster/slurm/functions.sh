# Functions shared by the jobs of a sweep. Sourced after the run's settings, which volcsweep slurm submit writes.
# shellcheck shell=bash disable=SC2154 # the settings

hands_over=
interrupted=
coordinator=

note() { echo "$(date '+%F %T') job $SLURM_JOB_ID, restart ${SLURM_RESTART_COUNT:-0}: $*"; }

# Slurm sends this signal to the batch script only, warning-seconds before the time limit, so that the job can hand over.
on_warning() {
  interrupted=1
  note "the time limit is near: handing over"
  hands_over=1
  hand_over
}
trap on_warning USR1

# Slurm sends this signal to every process of the job, so it is not forwarded: a coordinator that gets it twice exits immediately.
on_term() {
  interrupted=1
  note "received SIGTERM: stopping"
}
trap on_term TERM

# Waits until a child exits, regardless of signals, and returns its exit status.
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

# Requeues this job under the same job ID.
requeue() {
  note "back to the queue"
  scontrol requeue "$SLURM_JOB_ID" && sleep 600
  note "requeueing failed: run volcsweep slurm submit again to continue the sweep"
  exit 1
}

# Creates an empty file; an existing link is replaced, not followed.
place() {
  local made
  made=$(mktemp "$1.XXXXXX") && mv -fT "$made" "$1"
}

# Whether to retry a failed coordinator: up to ten times in a row; a coordinator that ran for ten minutes resets the count. Its
# input may not be available yet, for example on a node that mounts its file systems late.
may_pass() {
  local number='' tries=0 made file="$run/slurm/failures"
  if [ $((SECONDS - coordinator_start)) -lt 600 ] && [ -f "$file" ]; then read -r number tries <"$file"; fi
  case $number,$tries in "$SLURM_JOB_ID",[0-9] | "$SLURM_JOB_ID",10) ;; *) tries=0 ;; esac
  [ "$tries" -lt 10 ] || return 1
  made=$(mktemp "$file.XXXXXX") && echo "$SLURM_JOB_ID $((tries + 1))" >"$made" && mv -fT "$made" "$file"
}

# Ends the coordinator's job according to the exit status of the sweep.
finish() {
  case $1 in
    0) note "the sweep is complete" ;;
    3) note "the sweep is complete; some input was rejected or quarantined, see results/interferograms.csv" ;;
    74) note "the sweep is complete, but its list could not be written to this output" ;;
    6)
      # Waiting workers belong to the other coordinator.
      note "another coordinator is running this sweep"
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
        note "the cause may be temporary: back to the queue"
        scontrol requeue "$SLURM_JOB_ID" && sleep 600
        note "requeueing failed"
      fi
      ;;
    *) note "the sweep failed with status $1" ;;
  esac
  # Workers that are still queued or waiting for a coordinator are not needed any more.
  place "$over"
  awk '$1 == "workers" { print $2 }' "$run/slurm/jobs" | xargs -r scancel --quiet
  case $1 in 3 | 74) exit 0 ;; esac
  exit "$1"
}
