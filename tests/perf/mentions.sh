#!/bin/sh
# mentions.sh: passages that one core reads for the graph a second, beside walking their text.
#
# Usage: mentions.sh [FILE]   a passage a line; KVASIR_DEV_BUILD is a build of this tree
# (./dev bench mentions sets it).
set -eu
make -s -C "$KVASIR_DEV_BUILD" tests/perf/perf_mentions
exec "$KVASIR_DEV_BUILD/tests/perf/perf_mentions" "$@"
