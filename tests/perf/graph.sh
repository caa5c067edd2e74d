#!/bin/sh
# graph.sh: what the graph costs: reading records, going one hop and two, deleting, beside the same
# collection without it.
#
# Usage: graph.sh [RECORDS]   with KVASIR_URL, KVASIR_DATABASE and KVASIR_DATABASE_ADMIN of a running environment
# (./dev bench graph sets them).
set -eu
exec python3 -B "$(dirname "$0")/graph.py" "$@"
