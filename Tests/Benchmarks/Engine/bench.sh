#!/usr/bin/env bash
# bench.sh ENGINE_BENCH: measures it beside ONNX Runtime and OpenVINO, from PyPI in a virtual environment of its own.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
environment=${VENV:-$(mktemp -d)/venv}
[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
"$environment/bin/pip" install --quiet numpy==2.4.6 onnx==1.23.2 onnxruntime==1.31.1
"$environment/bin/pip" install --quiet openvino || echo "OpenVINO cannot be installed and is left out" >&2
"$environment/bin/python" -B "$here/bench.py" "$1" "$here/../../NeuralNetworkTests/Expected"
