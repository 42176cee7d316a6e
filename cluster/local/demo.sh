#!/usr/bin/env bash
# The main job from end to end on invented volcanoes: synthesize, ingest, sweep, ranked list.
# Usage: demo.sh VOLCSWEEP FOLDER [SYNTHESIZE-OPTION…]; FOLDER is made anew.
set -euo pipefail
volcsweep=$1
folder=$2
shift 2
jobs="$(cd "$(dirname "$0")/../../jobs" && pwd)"

rm -rf "$folder"
mkdir -p "$folder"
echo "== Invented interferograms, as LiCSAR lays them out"
"$volcsweep" synthesize "$folder/products" "$@"
echo "== Ingest: crops around the volcanoes into an archive of HDF5 stacks"
"$volcsweep" ingest "$folder/products/licsar" --archive "$folder/archive" --catalogue "$folder/products/catalogue.csv"
echo "== Sweep: one worker process for each core"
cp "$jobs/demo.yaml" "$folder/demo.yaml"
"$volcsweep" sweep "$folder/demo.yaml"
echo "== What was put in: $folder/products/truth.csv; the volcanoes that do deform are"
awk -F, 'NR > 1 && $4 == 1 && !seen[$1]++ { print "  " $1 }' "$folder/products/truth.csv"
