#!/usr/bin/env bash
# check_heights.sh VOLCSWEEP DEM-FOLDER MODEL WORK-FOLDER: measures a model on invented volcanoes that stand on real heights,
# tiles (.hgt, .hgt.zip, .tif) that no training has seen, with sources of two fringes and more; ends with 1 if the AUC is
# below 0.99. What is in WORK-FOLDER is not made again.
set -euo pipefail
volcsweep=$1 tiles=$2 model=$3 work=$4
mkdir -p "$work"
heights=()
for tile in "$tiles"/*; do heights+=(--dem "$tile"); done
if [ ! -e "$work/on-heights.h5" ]; then
  "$volcsweep" synthesize "$work/on-heights" --acquisitions 6 --format archive --snow --force --volcanoes 64 --deforming 48 \
    --sources mogi,dyke,sill,earthquake,crack,spheroid --seed 43 --transient 0.5 --faults 0.2 "${heights[@]}"
  "$volcsweep" dataset make "$work/on-heights.h5" --from "$work/on-heights" --least-fringes 2
fi
"$volcsweep" evaluate "model=$model" --on "$work/on-heights.h5" | tee "$work/on-heights.txt"
if awk '$1 == "model" { found = $4 >= 0.99 } END { exit !found }' "$work/on-heights.txt"; then
  echo "met     on heights that no training has seen, two fringes and more: AUC at least 0.99"
else
  echo "MISSED  on heights that no training has seen, two fringes and more: AUC at least 0.99"
  exit 1
fi
