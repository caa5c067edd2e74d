#!/bin/sh
# explore.sh: forward push on a graph of 100,000 nodes and a million edges beside power iteration;
# goals: 5 ms at most (p99), and .9 of its best fifty.
#
# Usage: explore.sh [QUERIES]   with KVASIR_DEV_BUILD, the folder of a build (./dev bench explore
# sets it).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
${CC:-cc} -O2 -D_GNU_SOURCE -I"$here/../../src" -o "$dir/explore" "$here/explore.c" \
    "$KVASIR_DEV_BUILD/libkvasir.a" -lm
"$dir/explore" "$@"
