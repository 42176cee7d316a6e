#!/usr/bin/env bash
# bench.sh TRAINING_BENCH: measures it beside PyTorch, from PyPI in a virtual environment of its own.
# VENV=folder keeps the environment; TORCH_INDEX= says where pip finds PyTorch's builds without CUDA.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
environment=${VENV:-$(mktemp -d)/venv}
[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
if ! "$environment/bin/python" -c 'import torch, numpy' 2>/dev/null; then
  "$environment/bin/pip" install --quiet numpy
  # The builds without CUDA are a tenth of the size.
  "$environment/bin/pip" install --quiet --extra-index-url "${TORCH_INDEX:-https://download.pytorch.org/whl/cpu}" 'torch==2.13.0+cpu' \
    || "$environment/bin/pip" install --quiet torch
fi
"$environment/bin/python" -B "$here/bench.py" "$1"
