#!/usr/bin/env bash
# check_heights.sh VOLCSWEEP DEM-FOLDER MODEL WORK-FOLDER: measures a model on invented volcanoes that stand on real heights,
# tiles (.hgt, .hgt.zip, .tif) that no training has seen, with sources of two fringes and more, in three draws, because sources
# are few and their noise differs; ends with 1 if the AUC of one is below 0.99. What is in WORK-FOLDER is not made again.
set -euo pipefail
[ $# = 4 ] || { echo "check_heights.sh VOLCSWEEP DEM-FOLDER MODEL WORK-FOLDER" >&2; exit 2; }
volcsweep=$1 tiles=$2 model=$3 work=$4
mkdir -p "$work"
heights=()
for tile in "$tiles"/*; do heights+=(--dem "$tile"); done
missed=0
for seed in 43 44 45; do
  draw=$work/heights-$seed
  if [ ! -e "$draw.h5" ]; then
    "$volcsweep" synthesize "$draw" --acquisitions 6 --format archive --snow --force --volcanoes 64 --deforming 48 \
      --sources mogi,dyke,sill,earthquake,crack,spheroid --seed "$seed" --transient 0.5 --faults 0.2 "${heights[@]}"
    "$volcsweep" dataset make "$draw.h5" --from "$draw" --least-fringes 2
  fi
  "$volcsweep" evaluate "model=$model" --on "$draw.h5" > "$draw.txt"
  cat "$draw.txt"
  area=$(awk '$1 == "model" && $4 + 0 > 0 { print $4 }' "$draw.txt")
  if awk "BEGIN { exit !($area >= 0.99) }"; then word="met   "; else word=MISSED missed=1; fi
  echo "$word  two fringes and more on heights that no training has seen, draw $seed: AUC $area, asked for 0.99"
done
exit "$missed"
