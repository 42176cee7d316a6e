#!/usr/bin/env bash
# Makes messages.pb.swift from messages.proto. Needs protoc (Debian: protobuf-compiler) and protoc-gen-swift of the
# swift-protobuf version in Package.swift (in a checkout of it: swift build --product protoc-gen-swift), on the PATH.
set -euo pipefail
cd "$(dirname "$0")"
protoc --swift_opt=Visibility=Public --swift_out=. messages.proto
