#!/usr/bin/env bash
# Keeps one worker at work until its sweep is over. Its keeper tells the coordinator how a worker ends that crashes or
# hangs, and starts another; one whose coordinator hands over to another is started again here.
# Usage: worker-loop.sh SETTINGS [KEY]; in a Slurm job the key is the node's.
set -u
. "$1"
key=${2:-worker-${SLURM_ARRAY_TASK_ID:-$((${SLURM_NODEID:-0} + 1))}}

# Slurm, and a terminal, ask every process at once, and a keeper that is asked twice ends without a drain: so nothing is
# passed on here, and whoever asks this shell alone must ask its child as well.
worker=
leaving=
trap 'leaving=1' TERM INT

# Between two workers; a signal ends it.
pause() {
  [ -n "$leaving" ] && return
  sleep "$1" &
  wait $!
}

failures=0
while [ -z "$leaving" ] && [ ! -e "$over" ]; do
  start=$SECONDS
  "$volcsweep" worker --run "$run" --keys "$run/keys/workers/$key" --timeout "$patience_seconds" \
    --log-format "$log_format" --log-to-run --processes 1 &
  worker=$!
  status=128
  # A wait that a signal ends is no end of the worker.
  while [ "$status" -ge 128 ] && kill -0 "$worker" 2>/dev/null; do
    wait "$worker"
    status=$?
  done
  worker=
  case $status in
    # The sweep is complete and not yet said to be over, or its coordinator ended ahead of its time limit.
    0)
      failures=0
      pause 5
      continue
      ;;
    5)
      echo "worker-loop on $(hostname), key $key: no coordinator for $patience_seconds s" >&2
      exit 1
      ;;
    64 | 71 | 78)
      echo "worker-loop on $(hostname), key $key: no worker can work here (status $status)" >&2
      exit "$status"
      ;;
  esac
  # One that worked for a while has had bad luck; one that never does is not to be started for ever.
  [ $((SECONDS - start)) -gt 60 ] && failures=0
  failures=$((failures + 1))
  if [ "$failures" -ge 8 ]; then
    echo "worker-loop on $(hostname), key $key: the worker ended $failures times, at last with status $status" >&2
    exit 1
  fi
  pause "$failures"
done
exit 0
