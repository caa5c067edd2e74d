#!/bin/sh
# retrieval.sh: what searching costs as collections grow; of words beside a plain GIN index.
#
# Usage: retrieval.sh [RECORDS ...]   with KVASIR_URL, KVASIR_DATABASE, KVASIR_DATABASE_ADMIN of a
# running environment (./dev bench retrieval sets them).  Without numbers: 20000 and 200000.
set -eu
exec python3 -B "$(dirname "$0")/retrieval.py" "$@"
