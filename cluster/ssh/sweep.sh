#!/usr/bin/env bash
# A sweep with a coordinator here and workers on other machines over ssh; no scheduler, a shared file system.
# Usage: sweep.sh JOB.yaml RUN HOSTS [SWEEP-OPTION…]
# RUN is the job's run folder. HOSTS has a machine and its number of workers a line. volcsweep (VOLCSWEEP names another),
# the job, the archive and RUN are seen by all of them under the same paths. An interrupt drains; the same command
# continues the sweep.
set -euo pipefail
if [ $# -lt 3 ]; then
  sed -n '3,6s/^# //p' "$0" >&2
  exit 64
fi
job=$1 run=$2 hosts=$3
shift 3
volcsweep=$(command -v "${VOLCSWEEP:-volcsweep}")
here="$(cd "$(dirname "$0")" && pwd)"
ssh=${SSH:-ssh}

umask 077
mkdir -p "$run/ssh"
run="$(cd "$run" && pwd)"
over="$run/ssh/over"
rm -f "$over"
cp "$here/../worker-loop.sh" "$run/ssh/"
{
  declare -p volcsweep run over
  echo "patience_seconds=${PATIENCE_SECONDS:-600} log_format=text"
} >"$run/ssh/settings"

number=0
"$volcsweep" keys "$run/keys" --workers "$(grep -vcE '^ *(#|$)' "$hosts")"
while read -r host workers _; do
  case $host in '' | '#'*) continue ;; esac
  number=$((number + 1))
  for _ in $(seq "${workers:-1}"); do
    "$ssh" -n "$host" "$(printf 'exec %q %q %q' "$run/ssh/worker-loop.sh" "$run/ssh/settings" "worker-$number")" &
  done
done <"$hosts"

status=0
"$volcsweep" sweep "$job" --workers 0 --listen "${LISTEN:-tcp://*:0}" --keys "$run/keys" "$@" || status=$?
# The workers have heard it from the coordinator; those that have not look for this.
: >"$over"
wait
exit "$status"
