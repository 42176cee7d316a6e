#!/usr/bin/env bash
# Dispatch, ours and others', in one run: run.sh DISPATCH-BENCH. Their packages go into a folder beside the program.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bench=$(realpath "$1")
environment=${VOLCSWEEP_BENCH_VENV:-$(dirname "$bench")/bench-venv}
python=${PYTHON:-python3}

if [ ! -x "$environment/bin/python" ]; then
  "$python" -m venv "$environment"
fi
"$environment/bin/python" -c 'import distributed, parsl, zmq' 2>/dev/null \
  || "$environment/bin/pip" install --quiet 'dask[distributed]' parsl pyzmq

{
  "$bench" 50000 2
  # Parsl starts programs of its own by name.
  PATH=$environment/bin:$PATH "$environment/bin/python" "$here/peers.py"
} | "$environment/bin/python" -c '
import json, sys
lines = [json.loads(line) for line in sys.stdin if line.startswith("{")]
ours = lines[0]
print("50,000 units of one interferogram, two worker processes, %s leases in the hands of each:" % ours["window"])
print("  %8.0f units a second" % ours["unitsPerSecond"])
print("  %8.1f us of the coordinator'"'"'s CPU a unit" % ours["coordinatorMicrosecondsPerUnit"])
print("  %8d commits, %.0f units each" % (ours["commits"], ours["unitsPerCommit"]))
print()
print("%-44s %10s %10s" % ("the same run, results of 1 KB", "a second", "ours is"))
for peer in lines[1:]:
    if "error" in peer:
        print("%-44s %s" % (peer["name"], peer["error"]))
    else:
        print("%-44s %10.0f %9.1fx" % (peer["name"], peer["perSecond"], ours["unitsPerSecond"] / peer["perSecond"]))
'
