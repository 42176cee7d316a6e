#!/usr/bin/env bash
# Installs the system libraries that volcsweep needs (Debian 12). Does nothing if all are installed.
# Usage: install-dependencies.sh [FURTHER-PACKAGE…]
set -euo pipefail

packages=(
  libzmq3-dev libhdf5-dev libgdal-dev libopenblas-serial-dev libsqlite3-dev zlib1g-dev libsvm-dev
  # Optional, for the job setting library: onednn.
  libdnnl2
  # Used by the tests to check files with independent tools.
  python3 python3-numpy python3-h5py gdal-bin
  # Used by the chaos tests to take network links down and to fill disks.
  iproute2 e2fsprogs
  "$@"
)

if ! command -v swift >/dev/null; then
  echo "swift is not on the PATH: install Swift 6.2 or newer from https://www.swift.org/install first" >&2
  exit 1
fi
missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "missing packages: ${missing[*]}; sudo is not available, so run this script as root" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
