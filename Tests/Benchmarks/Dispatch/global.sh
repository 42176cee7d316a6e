#!/usr/bin/env bash
# A sweep of the published size, step by step: global.sh DISPATCH-BENCH SCORES [WORKERS]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" global-plan "$2" "$folder"
"$1" global-run "$folder" "${3:-2}"
"$1" global-reduce "$folder"
