#!/usr/bin/env bash
# Makes a small archive and a run of it by a released program, which later programs must take over: PROGRAM is a debug
# build of commit a95db8a, the last one with ledgers of version 6 (the debug build, because it can quarantine on demand).
# Usage: make-released-run.sh PROGRAM FOLDER; needs python3 with h5py. FOLDER/archive, FOLDER/run and FOLDER/job.yaml
# appear. The run has interferograms that are scored, rejected and quarantined, a review, two scorings, stored
# activations, and one interferogram that was rejected because its file could not be read for a while.
set -euo pipefail
program=$(realpath "$1")
mkdir -p "$2"
cd "$2"
rm -rf archive run models synthetic job.yaml
"$program" synthesize --format archive --size 224 --volcanoes 3 --acquisitions 3 --deforming 1 --seed 9 synthetic
cp -r synthetic/archive archive
# One pair without any data, and one with an infinite phase.
python3 - <<'PYTHON'
import glob, h5py, numpy
first, second, third = sorted(glob.glob("archive/*.h5"))
with h5py.File(first, "r+") as file: file["wrapPhase"][1] = numpy.nan
with h5py.File(second, "r+") as file: file["wrapPhase"][2, 5, 7] = numpy.inf
PYTHON
cat > job.yaml <<'YAML'
archive: archive
run: run
workers: 1
kernels: usual
store-activations: relu6
scheduling:
  losses-before-split: 1
  losses-before-quarantine: 1
YAML
stacks=(archive/*.h5)
poisoned=$(basename "${stacks[2]}")
# The second stack cannot be opened while it is scored: the released program rejects what it holds for good.
cp "${stacks[1]}" aside.h5
python3 - "${stacks[1]}" <<'PYTHON'
import sys, h5py
with h5py.File(sys.argv[1], "r+") as stack:
    phase, attributes = stack["wrapPhase"][...], dict(stack["wrapPhase"].attrs)
    del stack["wrapPhase"]
    stack.create_dataset("wrapPhase", data=phase, chunks=(1, 224, 224), compression="gzip").attrs.update(attributes)
    chunk = stack["wrapPhase"].id.get_chunk_info(0)
with open(sys.argv[1], "r+b") as file:
    file.seek(chunk.byte_offset)
    file.write(b"\0" * 64)
PYTHON
pairs=$(python3 -c "import h5py; print(' '.join('_'.join(p.decode() for p in pair) for pair in h5py.File('${stacks[2]}')['date'][...]))")
export VOLCSWEEP_POISON="crash=$poisoned:${pairs%% *}"
"$program" sweep job.yaml || [ $? = 3 ]
mv aside.h5 "${stacks[1]}"
"$program" train synthetic --start default --layers last:2 --epochs 1 --steps-per-epoch 2 --batch 16 --rate 1e-3 \
  --validation 0 --name new-head --output new-head.onnx
"$program" rescore run --model new-head.onnx --yes || [ $? = 3 ]
cat > review.csv <<CSV
uniqueID,volcano,frameID,primary_date,secondary_date,corrupted,processing_error,glacier_fringes,orbital_fringes,atmospheric_fringes,low_coherence,no_info,image_artifacts,label,activity_type,intensity_level,phase,confidence,segmentation_mask,is_crowd,caption,reviewer,time
1,$(python3 -c "import h5py; file = h5py.File('${stacks[2]}'); print(file.attrs['VOLCANO_KEY'] + ',' + file.attrs['FRAME'])"),${pairs##* },0,0,0,0,1,0,0,0,Deformation,Mogi,High,Unrest,0.8,,0,round,a reviewer,2026-01-02T03:04:05Z
CSV
sed -i 's/_\(2[0-9]*\),0,0,0,0,1/,\1,0,0,0,0,1/' review.csv
"$program" reviews import run review.csv
# What tests need: the rest can be made again.
rm -rf synthetic new-head.onnx* review.csv run/logs run/status.json run/coordinator.lock run/results/maps/*.h5 models
rm -f archive/.volcsweep.lock
