#!/usr/bin/env bash
# run.sh SECONDS [DECODER…]: libFuzzer on each decoder of any bytes, one after the other, SECONDS each.
#
# libFuzzer sees which code an input reaches and keeps what reaches more, so it goes deeper than seeded damage; but its
# inputs are not the same again elsewhere. What it finds lies in .build-fuzzer/found/DECODER; every file there is one
# input, which the program takes again as its argument. Found inputs belong into a test as text or bytes.
set -euo pipefail
cd "$(dirname "$0")/../../.."
seconds=$1
shift
[ "$seconds" -gt 0 ] || exit 0
build=.build-fuzzer
trial=$(mktemp -d)
trap 'rm -rf "$trial"' EXIT
echo '@_cdecl("LLVMFuzzerTestOneInput") public func run(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 { 0 }' \
  >"$trial/trial.swift"
if ! swiftc -sanitize=fuzzer -parse-as-library "$trial/trial.swift" -o "$trial/trial" 2>"$trial/log"; then
  echo "skipped: this toolchain links no libFuzzer: $(tail -1 "$trial/log")"
  exit 0
fi
export OPENBLAS_NUM_THREADS=1
VOLCSWEEP_LIBFUZZER=1 swift build --scratch-path $build --sanitize fuzzer --product volcsweep-libfuzzer
swift build --product volcsweep-fuzz
decoders=("$@")
[ ${#decoders[@]} -gt 0 ] || mapfile -t decoders < <(.build/debug/volcsweep-fuzz corpus)
failed=0
for decoder in "${decoders[@]}"; do
  corpus=$build/corpus/$decoder found=$build/found/$decoder
  mkdir -p "$corpus" "$found"
  .build/debug/volcsweep-fuzz corpus --decoder "$decoder" --folder "$corpus"
  log=$build/found/$decoder.log
  if VOLCSWEEP_DECODER=$decoder $build/debug/volcsweep-libfuzzer "$corpus" -artifact_prefix="$found/" \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 >"$log" 2>&1; then
    echo "$decoder: $(grep -c . <(ls "$corpus")) inputs kept, $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") run, none failed"
  else
    echo "FAILED $decoder: see $log and $found"
    failed=1
  fi
done
exit $failed
