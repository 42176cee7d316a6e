#!/usr/bin/env bash
# The main job from end to end on invented volcanoes: synthesize, ingest, sweep, ranked list, and a rescoring.
# Usage: demo.sh VOLCSWEEP FOLDER [SYNTHESIZE-OPTION…]; FOLDER is made anew.
set -euo pipefail
volcsweep=$1
folder=$2
shift 2
jobs="$(CDPATH='' cd "$(dirname "$0")/../../jobs" && pwd)"

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
echo "== A new model: the last layers of the shipped one learn from what was put in"
"$volcsweep" train "$folder/products" --start default --layers last:2 --epochs 1 --steps-per-epoch 6 --batch 32 --rate 1e-3 \
  --validation 0 --name new-head --output "$folder/new-head.onnx"
echo "== Rescoring: what the two models share was stored, so no pixel is read again"
"$volcsweep" rescore "$folder/run" --model "$folder/new-head.onnx"
"$volcsweep" compare "$folder/run@1" "$folder/run" --top 10 --page "$folder/comparison.html"
