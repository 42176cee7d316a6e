#!/usr/bin/env bash
# ablation.sh VOLCSWEEP licsar-patches.h5 WORK-FOLDER: what the data and each kind of change are good for.
#
# Trains networks from nothing on one short schedule, without the Galápagos (fold 0), and prints a table of how each does on
# the patches of the Galápagos. WORK-FOLDER is that of make-native-model.sh, whose synthetic.h5 and invented.h5 are used;
# what is there is not trained again. STEPS=… are hundreds of steps (3), THREADS=… as there.
set -euo pipefail
volcsweep=$1 patches=$2 work=$3
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$work/ablation"
threads=${THREADS:-2}
models=()
learning=()
# None goes on alone when one fails or this ends.
trap '[ -z "$(jobs -p)" ] || kill $(jobs -p)' EXIT

# network NAME OPTION…: as many learn at a time as there are threads, each with one.
network() {
  local name=$1 output="$work/ablation/${1// /-}.onnx"
  shift
  models+=("$name=$output")
  [ -e "$output" ] && return
  if [ "${#learning[@]}" -ge "$threads" ]; then
    wait "${learning[0]}"
    learning=("${learning[@]:1}")
  fi
  "$volcsweep" train --output "$output" --network fringe --rate 2e-4 --batch 48 --patience 0 --dropout 0.3 \
    --weight-decay 2e-2 --averaging 0.98 --epochs "${STEPS:-3}" --steps-per-epoch 100 --deforming-fraction 0.45 \
    --hard-fraction 0.7 --seed 50 --threads 1 --folds "$here/folds.csv" --fold 0 --unseen "$@" > "$output.log" 2>&1 &
  learning+=($!)
}

all=("$patches" "$work/invented.h5" "$work/synthetic.h5" --deforming-fractions 7,9,5 --quiet-fractions 18,5,4)
network "real only" "$patches"
network "invented volcanoes only" "$work/synthetic.h5"
network "both" "$patches" "$work/synthetic.h5" --deforming-fractions 1,1 --quiet-fractions 18,9
network "and laid over real ones" "${all[@]}"
for kind in shifts flips turns scales offset sign air; do network "all but $kind" "${all[@]}" --without "$kind"; done
network "every patch moved" "${all[@]}" --moved-fractions 1,1,1
network "invented ones not moved" "${all[@]}" --moved-fractions 0.9,0,0
network "no changes" "${all[@]}" --plain
for process in "${learning[@]}"; do wait "$process"; done
# The row of fold 0, turned: every other row has patches in it that the networks have seen.
"$volcsweep" evaluate "${models[@]}" --on "$patches" --folds "$here/folds.csv" --bootstrap 0 | awk -F '  +' '
  $1 == "fold" { split($0, names, /  +/) }
  $1 == "0" { for (i = 2; i < NF; i += 2) printf "%-36s %s  against hard %s\n", names[i], $i, $(i + 1) }' \
  | tee "$work/ablation/table.txt"
