#!/usr/bin/env bash
# bench.sh DETECTION_BENCH: measures it beside OpenCV, NumPy and a Python pipeline, from PyPI in a virtual environment
# of its own; VENV=folder keeps that for the next time.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
environment=${VENV:-$work/venv}
[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
"$environment/bin/pip" install --quiet numpy opencv-python-headless h5py onnx onnxruntime
cc -O1 -shared -fPIC -o "$work/allocations.so" "$here/../../WorkTests/Shim/allocations.c"
"$environment/bin/python" -B "$here/bench.py" "$1" "$here/../../NeuralNetworkTests/Expected" "$work/allocations.so"
