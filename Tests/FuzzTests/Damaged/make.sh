#!/usr/bin/env bash
# Makes damaged stacks on which the libhdf5 1.10.8 of Debian 12 crashes or hangs, from seeds that
# `make fuzz DECODER=hdf5-library` named. A stack of another form gives other files for the same seeds: after a change
# of the form these stay as they are, or seeds are looked for anew.
set -euo pipefail
cd "$(dirname "$0")"
program=../../../.build/debug/volcsweep-fuzz
for seed in 99 160; do "$program" show hdf5-library $seed >crash-$seed.h5; done
"$program" show hdf5-library 1241 >hang-1241.h5
