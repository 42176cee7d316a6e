#!/usr/bin/env bash
# A sweep with a coordinator here and workers on other machines over ssh; no scheduler, a shared file system.
# Usage: sweep.sh JOB.yaml RUN HOSTS [SWEEP-OPTION…]
# RUN is the job's run folder. HOSTS has a machine and its number of workers a line. volcsweep (VOLCSWEEP names another),
# the job, the archive and RUN are seen by all of them under the same paths. An interrupt drains; the same command
# continues the sweep.
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

# Says why and ends: STATUS REASON.
fail() {
  echo "sweep.sh: $2" >&2
  exit "$1"
}

# A folder that others may write to could hold links, and scripts of theirs for the other machines.
check_own() {
  [ -d "$1" ] || fail 1 "$1 is not a folder; use another one"
  [ -O "$1" ] || fail 1 "$1 belongs to another user; run the command as its owner, or use another folder"
  [ $((8#$(stat -Lc %a "$1") & 8#22)) -eq 0 ] ||
    fail 1 "$1 can be written by others; close it with chmod go-w, after a look at what is in it"
}

# A word for the shell of another machine, whichever that is.
quoted() {
  local word=$1 quote="'\\''"
  word=${word//\'/"$quote"}
  printf "'%s'" "$word"
}

volcsweep=$(command -v "${VOLCSWEEP:-volcsweep}") || fail 1 "there is no program ${VOLCSWEEP:-volcsweep}"
case $volcsweep in /*) ;; *) volcsweep=$PWD/$volcsweep ;; esac

machines=() counts=()
[ -r "$hosts" ] || fail 64 "$hosts cannot be read"
# The last line may have no end.
while read -r machine count _ || [ -n "$machine" ]; do
  case $machine in
    '' | '#'*) continue ;;
    -*) fail 64 "$hosts: $machine is no name of a machine" ;;
  esac
  case ${count:=1} in *[!0-9]*) fail 64 "$hosts: $machine has a number of workers after it, not $count" ;; esac
  machines+=("$machine") counts+=("$count")
done <"$hosts"
[ ${#machines[@]} -gt 0 ] || fail 64 "$hosts names no machine"

umask 077
mkdir -p -- "$run"
# The dot keeps line ends at the end of a name.
run="$(cd -- "$run" && pwd && echo .)"
run=${run%$'\n.'}
if [ -L "$run" ]; then
  case $(stat -c %u "$run") in
    0 | "$EUID") ;;
    *) fail 1 "$run is a link that another user made; name the folder it stands for" ;;
  esac
fi
check_own "$run"
if [ -L "$run/ssh" ]; then
  fail 1 "$run/ssh is a symbolic link, and links in a run folder are not followed; remove it"
fi
if [ -e "$run/ssh" ]; then check_own "$run/ssh"; fi

# Made anew and put into place whole: nothing that lies in an older one is written to, nor run.
fresh=$(mktemp -d "$run/.ssh-XXXXXX")
old=
trap 'rm -rf "$fresh" ${old:+"$old"}' EXIT
cp "$here/../worker-loop.sh" "$fresh/"
over="$run/ssh/over"
patience_seconds=${PATIENCE_SECONDS:-600} log_format=text
declare -p volcsweep run over patience_seconds log_format >"$fresh/settings"
if [ -e "$run/ssh" ]; then
  old=$(mktemp -d "$run/.ssh-XXXXXX")
  mv -T "$run/ssh" "$old"
fi
mv -T "$fresh" "$run/ssh"
# On NFS the script of a worker that is still there stays until that one has left.
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
# The workers have heard it from the coordinator; those that have not look for this. A link in its place is replaced.
made=$(mktemp "$run/ssh/.over-XXXXXX")
mv -fT "$made" "$over"
wait
exit "$status"
