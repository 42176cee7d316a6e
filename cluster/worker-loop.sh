#!/usr/bin/env bash
# Keeps one worker running until its sweep is complete. The worker's supervisor (--processes 1) reports crashes and hangs to the
# coordinator and restarts the worker; this loop restarts the supervisor when the coordinator hands over to another one.
# Usage: worker-loop.sh SETTINGS [KEY]; in a Slurm job the key is the node's.
set -u
. "$1"
key=${2:-worker-${SLURM_ARRAY_TASK_ID:-$((${SLURM_NODEID:-0} + 1))}}

# Slurm and terminals signal every process, and a supervisor that gets a second signal exits without draining. So signals are
# not forwarded here: to stop only this shell, signal its child as well.
worker=
leaving=
trap 'leaving=1' TERM INT

# Pause between two workers; a signal ends it.
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
  # wait returns early on a signal, while the worker is still running.
  while [ "$status" -ge 128 ] && kill -0 "$worker" 2>/dev/null; do
    wait "$worker"
    status=$?
  done
  worker=
  case $status in
    # The sweep is complete but not yet marked as over, or its coordinator stopped before its time limit.
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
      echo "worker-loop on $(hostname), key $key: workers cannot run on this machine (exit status $status)" >&2
      exit "$status"
      ;;
  esac
  # A worker that ran for a while is restarted without limit; one that fails at once is given up after some attempts.
  [ $((SECONDS - start)) -gt 60 ] && failures=0
  failures=$((failures + 1))
  if [ "$failures" -ge 8 ]; then
    echo "worker-loop on $(hostname), key $key: the worker failed $failures times, most recently with exit status $status" >&2
    exit 1
  fi
  pause "$failures"
done
exit 0
