#!/usr/bin/env bash
# make-native-model.sh VOLCSWEEP licsar-patches.h5 WORK-FOLDER: makes a model by the program's own training, and measures it.
#
# Everything is made in WORK-FOLDER, and what is there already is not made again: run again after an interruption, it goes
# on, and ends with the same bytes as if nothing had happened. At the end the model replaces the shipped one and its
# scores out of fold those beside this file, if they are good enough.
#
#   THREADS=2    cores that a training takes
#   EPOCHS=20    hundreds of steps of each fold's network
#   DEM=folder   tiles of heights (.hgt, .hgt.zip, .tif) on which invented volcanoes stand for one more test
set -euo pipefail
volcsweep=$1 patches=$2 work=$3
here=$(cd "$(dirname "$0")" && pwd)
shipped=$here/../../Sources/volcsweep/DefaultModel/default-model.onnx
threads=${THREADS:-2}
mkdir -p "$work"

say() { echo "== $(date +%H:%M:%S) $*"; }

# made FILE COMMAND…: runs the command, which writes FILE whole or not at all, unless FILE is there.
made() {
  local file=$1
  shift
  if [ -e "$file" ]; then echo "$file is there"; else "$@"; fi
}

# archive NAME OPTION…: invented volcanoes; a folder that is not finished is made anew.
archive() {
  local name=$1
  shift
  [ -e "$work/$name.done" ] && return
  "$volcsweep" synthesize "$work/$name" --acquisitions 6 --format archive --snow --threads "$threads" --force \
    --sources mogi,dyke,sill,earthquake,crack,spheroid "$@"
  touch "$work/$name.done"
}

say "Invented volcanoes: ground of all forms, steady and sudden sources, faults of acquisitions"
archive volcanoes --volcanoes 90 --deforming 64 --seed 11 --transient 0.4 --faults 0.15
made "$work/synthetic.h5" "$volcsweep" dataset make "$work/synthetic.h5" --from "$work/volcanoes"

say "Deformation laid over real quiet patches, blanked patches, and patches that show nothing"
made "$work/invented.h5" "$volcsweep" dataset synthesize "$work/invented.h5" --from "$patches" \
  --overlaid 6000 --blanked 1600 --plain 400 --seed 12

# train OUTPUT OPTION…: one network. Batch statistics throughout, and the mean of the last steps is kept.
train() {
  local output=$1
  shift
  made "$output" "$volcsweep" train --output "$output" --normalisation batch --batch 48 --patience 0 --dropout 0.3 \
    --weight-decay 2e-2 --averaging 0.995 --validation 0 "$@"
}

say "A network that learns from invented volcanoes alone"
train "$work/pretrained.onnx" "$work/synthetic.h5" --network fringe --rate 2e-4 --seed 13 \
  --epochs 2 --steps-per-epoch 100 --threads "$threads"

# refine OUTPUT START RATE EPOCHS OPTION…: goes on from a network with real patches and what was made of them.
refine() {
  local output=$1 start=$2 rate=$3 epochs=$4
  shift 4
  train "$output" "$patches" "$work/invented.h5" "$work/synthetic.h5" --start "$start" --rate "$rate" \
    --epochs "$epochs" --steps-per-epoch 100 --deforming-fraction 0.45 --deforming-fractions 7,9,5 --quiet-fractions 18,5,4 \
    --hard-fraction 0.7 "$@"
}

# One thread learns half as fast as two, so as many folds as there are threads learn at a time.
learning=()
# None goes on alone when one fails or this ends.
trap '[ -z "$(jobs -p)" ] || kill $(jobs -p)' EXIT
for fold in 0 1 2; do
  if [ "${#learning[@]}" -ge "$threads" ]; then
    wait "${learning[0]}"
    learning=("${learning[@]:1}")
  fi
  say "Without fold $fold; see $work/fold-$fold.log"
  refine "$work/fold-$fold.onnx" "$work/pretrained.onnx" 2e-3 "${EPOCHS:-20}" --folds "$here/folds.csv" --fold "$fold" \
    --unseen --seed "2$fold" --threads 1 > "$work/fold-$fold.log" 2>&1 &
  learning+=($!)
done
for process in "${learning[@]}"; do wait "$process"; done

say "Out of fold"
if [ ! -e "$work/out-of-fold.txt" ]; then
  "$volcsweep" evaluate "out of fold=$work/fold-0.onnx,$work/fold-1.onnx,$work/fold-2.onnx" --on "$patches" \
    --folds "$here/folds.csv" --page "$work/out-of-fold.html" --csv "$work/out-of-fold" > "$work/out-of-fold.tmp"
  mv "$work/out-of-fold.tmp" "$work/out-of-fold.txt"
fi
cat "$work/out-of-fold.txt"

say "The model that is shipped: the network without fold 2 goes on with all folds"
# Of a line of the table of folds: the area under the curve, and that against hard negatives.
areas() { awk -v fold="$1" '$1 == fold && NF == 3 { print $2 " (hard negatives alone " $3 ")" }' "$work/out-of-fold.txt"; }
scores="AUC of networks that have not seen the fold's places: Galapagos $(areas 0), Erta Ale range $(areas 1), Laguna del \
Maule $(areas 2), pooled $(areas pooled)"
limits="strong atmosphere that makes closed fringes around steep volcanoes is still taken for deformation at times; less \
than half a fringe is not seen; P is not calibrated; see jobs/default-model/CARD.md"
refine "$work/default.onnx" "$work/fold-2.onnx" 1e-3 6 --seed 30 --threads "$threads" --name default --model-version 2 --entry "scores=$scores" --entry "limits=$limits" \
  --entry "splits=three folds by place, folds.csv; the shipped network learnt from all three"

if [ -n "${DEM:-}" ]; then
  say "Invented volcanoes on ground that training has not seen, two fringes and more"
  "$here/check_heights.sh" "$volcsweep" "$DEM" "$work/default.onnx" "$work/heights" || true
fi

# Of the table's row of all folds: at least 0.97 against all negatives, and 0.95 against the hard ones.
if awk '$1 == "pooled" && $2 >= 0.97 && $3 >= 0.95 { good = 1 } END { exit !good }' "$work/out-of-fold.txt"; then
  cp "$work/default.onnx" "$shipped"
  awk -F, 'NR == 1 { print "index,volcano,fold,deformation,hard_negative,score" }
    NR > 1 { print $1 "," $3 "," $4 "," $5 "," $6 "," $7 }' "$work/out-of-fold/scores.csv" > "$here/scores.csv"
  say "Done: $shipped and $here/scores.csv"
else
  say "Done: $work/default.onnx; out of fold it is not good enough to take the shipped model's place, which stays"
fi
