#!/usr/bin/env bash
# bench.sh TRAINING_BENCH: measures it beside PyTorch, from PyPI in a virtual environment of its own.
# VENV=folder keeps the environment; TORCH_INDEX=address has pip look there first, as for PyTorch's builds without CUDA,
# which are a tenth of the size.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
environment=${VENV:-$(mktemp -d)/venv}
[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
if ! "$environment/bin/python" -c 'import torch, numpy' 2>/dev/null; then
  "$environment/bin/pip" install --quiet numpy
  "$environment/bin/pip" install --quiet ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} torch
fi
"$environment/bin/python" -B "$here/bench.py" "$1"
