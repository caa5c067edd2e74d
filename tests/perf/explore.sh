#!/bin/sh
# explore.sh: exploring over a graph of 100,000 nodes and a million edges: the walk in C beside power
# iteration, and whole searches over HTTP beside a search by words; goals: 5 ms at most (p99) for the walk,
# and .9 of the best fifty.
#
# Usage: explore.sh [RECORDS [--keep] [--filled]]   with KVASIR_DEV_BUILD, the folder of a build, and
# KVASIR_URL and KVASIR_DATABASE of a running environment (./dev bench explore sets them); --filled: as
# --keep left it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
${CC:-cc} -O2 -D_GNU_SOURCE -I"$here/../../src" -o "$dir/explore" "$here/explore.c" \
    "$KVASIR_DEV_BUILD/libkvasir.a" -lm
"$dir/explore"
python3 -B "$here/explore.py" "$dir/explore" "$@"
