#!/bin/sh
# chroma.sh: the same work for Kvasir and for the real Chroma server, in one run.
exec python3 "$(dirname "$0")/chroma.py" "$@"
