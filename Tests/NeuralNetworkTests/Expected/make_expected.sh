#!/usr/bin/env bash
# Makes the expected values anew, with the packages from PyPI in a virtual environment of its own.
set -euo pipefail
cd "$(dirname "$0")"
environment=${VENV:-$(mktemp -d)/venv}
[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
"$environment/bin/pip" install --quiet numpy==2.4.6 onnx==1.23.2 onnxruntime==1.31.1
"$environment/bin/python" make_expected.py
