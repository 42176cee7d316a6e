#!/usr/bin/env bash
# A complete example with synthetic volcanoes: synthesize, ingest, sweep, ranked list, training and rescoring.
# Usage: demo.sh VOLCSWEEP FOLDER [SYNTHESIZE-OPTION…]; FOLDER is deleted and created again.
set -euo pipefail
volcsweep=$1
folder=$2
shift 2
jobs="$(CDPATH='' cd "$(dirname "$0")/../../jobs" && pwd)"

rm -rf "$folder"
mkdir -p "$folder"
echo "== Synthesize: synthetic interferograms in LiCSAR's layout"
"$volcsweep" synthesize "$folder/products" "$@"
echo "== Ingest: crop around the volcanoes into an archive of HDF5 stacks"
"$volcsweep" ingest "$folder/products/licsar" --archive "$folder/archive" --catalogue "$folder/products/catalogue.csv"
echo "== Sweep: one worker process per core"
cp "$jobs/demo.yaml" "$folder/demo.yaml"
"$volcsweep" sweep "$folder/demo.yaml"
echo "== Ground truth ($folder/products/truth.csv): the deforming volcanoes are"
awk -F, 'NR > 1 && $4 == 1 && !seen[$1]++ { print "  " $1 }' "$folder/products/truth.csv"
echo "== Train: new last layers of the built-in model, on the synthetic interferograms"
"$volcsweep" train "$folder/products" --start default --layers last:2 --epochs 1 --steps-per-epoch 6 --batch 32 --rate 1e-3 \
  --validation 0 --name new-head --output "$folder/new-head.onnx"
echo "== Rescore: start from the stored activations of the shared layers, without reading pixels"
"$volcsweep" rescore "$folder/run" --model "$folder/new-head.onnx"
"$volcsweep" compare "$folder/run@1" "$folder/run" --top 10 --page "$folder/comparison.html"
