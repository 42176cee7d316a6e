#!/usr/bin/env bash
# make-default-model.sh licsar-patches.h5 WORK-FOLDER: makes the default model anew and measures it, with PyTorch from PyPI in
# a virtual environment of the work folder. What is in the work folder is not made again.
# TORCH_INDEX=address has pip look there first, as for PyTorch's builds without CUDA, which are a tenth of the size.
set -euo pipefail
patches=$1 work=$2
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$work"
environment=$work/venv
[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
if ! "$environment/bin/python" -c 'import torch, numpy, h5py, onnx, onnxruntime, cv2, scipy' 2>/dev/null; then
  "$environment/bin/pip" install --quiet ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} \
    torch numpy h5py onnx onnxruntime opencv-python-headless scipy
fi
"$environment/bin/python" -B "$here/make_default_model.py" "$patches" --work "$work"
