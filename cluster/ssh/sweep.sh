#!/usr/bin/env bash
# Runs a sweep with the coordinator on this machine and workers on other machines over ssh, with a shared file system.
# Usage: sweep.sh JOB.yaml RUN HOSTS [SWEEP-OPTION…]
# RUN is the job's run folder. Each line of HOSTS has a machine and its number of workers. All machines must see the volcsweep
# program (or the one given by VOLCSWEEP), the job, the archive and RUN under the same paths. Ctrl-C drains the sweep; run the
# same command again to continue. A worker exits after VOLCSWEEP_SSH_TIMEOUT_SECONDS (default 600) without a coordinator.
set -euo pipefail
unset CDPATH
if [ $# -lt 3 ]; then
  sed -n '3,6s/^# //p' "$0" >&2
  exit 64
fi
job=$1 run=$2 hosts=$3
shift 3
here="$(cd "$(dirname "$0")" && pwd)"
ssh=${SSH:-ssh}

# Prints a message and exits. Arguments: STATUS REASON.
fail() {
  echo "sweep.sh: $2" >&2
  exit "$1"
}

# In a folder that others can write, they could place links, or scripts that would run on the other machines.
check_own() {
  [ -d "$1" ] || fail 1 "$1 is not a folder; use another one"
  [ -O "$1" ] || fail 1 "$1 belongs to another user; run the command as its owner, or use another folder"
  [ $((8#$(stat -Lc %a "$1") & 8#22)) -eq 0 ] ||
    fail 1 "$1 can be written by others; run chmod go-w on it, and check its contents first"
}

# Quotes a word for the shell of another machine, whichever shell it is.
quoted() {
  local word=$1 quote="'\\''"
  word=${word//\'/"$quote"}
  printf "'%s'" "$word"
}

volcsweep=$(command -v "${VOLCSWEEP:-volcsweep}") || fail 1 "the program ${VOLCSWEEP:-volcsweep} was not found"
case $volcsweep in /*) ;; *) volcsweep=$PWD/$volcsweep ;; esac

machines=() counts=()
[ -r "$hosts" ] || fail 64 "$hosts cannot be read"
# The last line may lack a newline.
while read -r machine count _ || [ -n "$machine" ]; do
  case $machine in
    '' | '#'*) continue ;;
    -*) fail 64 "$hosts: $machine is not a valid machine name" ;;
  esac
  case ${count:=1} in *[!0-9]*) fail 64 "$hosts: the number of workers of $machine is $count, expected a whole number" ;; esac
  machines+=("$machine") counts+=("$count")
done <"$hosts"
[ ${#machines[@]} -gt 0 ] || fail 64 "$hosts lists no machine"

umask 077
mkdir -p -- "$run"
# The dot preserves newlines at the end of a name.
run="$(cd -- "$run" && pwd && echo .)"
run=${run%$'\n.'}
if [ -L "$run" ]; then
  case $(stat -c %u "$run") in
    0 | "$EUID") ;;
    *) fail 1 "$run is a link created by another user; use the folder that it points to" ;;
  esac
fi
check_own "$run"
if [ -L "$run/ssh" ]; then
  fail 1 "$run/ssh is a symbolic link, and links in a run folder are not followed; remove it"
fi
if [ -e "$run/ssh" ]; then check_own "$run/ssh"; fi

# Created under another name and moved into place, so that nothing in an older folder is written to or run.
fresh=$(mktemp -d "$run/.ssh-XXXXXX")
old=
trap 'rm -rf "$fresh" ${old:+"$old"}' EXIT
cp "$here/../worker-loop.sh" "$fresh/"
over="$run/ssh/over"
# The old names of the variable are accepted.
patience_seconds=${VOLCSWEEP_SSH_TIMEOUT_SECONDS:-${TIMEOUT_SECONDS:-${PATIENCE_SECONDS:-600}}} log_format=text
declare -p volcsweep run over patience_seconds log_format >"$fresh/settings"
if [ -e "$run/ssh" ]; then
  old=$(mktemp -d "$run/.ssh-XXXXXX")
  mv -T "$run/ssh" "$old"
fi
mv -T "$fresh" "$run/ssh"
# On NFS the script of a running worker remains until that worker exits.
if [ -n "$old" ]; then rm -rf "$old" || true; fi
trap - EXIT

"$volcsweep" keys "$run/keys" --workers "${#machines[@]}"
for number in "${!machines[@]}"; do
  words="$(quoted "$run/ssh/worker-loop.sh") $(quoted "$run/ssh/settings") worker-$((number + 1))"
  for _ in $(seq "${counts[number]}"); do
    "$ssh" -n "${machines[number]}" "exec $words" &
  done
done

status=0
"$volcsweep" sweep "$job" --workers 0 --listen "${LISTEN:-tcp://*:0}" --keys "$run/keys" "$@" || status=$?
# Workers that the coordinator could not tell look for this file. A link in its place is replaced.
made=$(mktemp "$run/ssh/.over-XXXXXX")
mv -fT "$made" "$over"
wait
exit "$status"
