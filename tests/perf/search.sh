#!/bin/sh
# search.sh: a vector search through nginx and kvasir-fcgi against the same question straight to
# Postgres, on 50,000 x 384 vectors; goal: at least 0.75 at equal recall.
#
# Usage: search.sh [RECORDS [ROUNDS [SECONDS [CONNECTIONS]]]]   with KVASIR_URL and KVASIR_DATABASE
# of a running environment (./dev bench search sets them).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# shellcheck disable=SC2046  # flags are words
${CC:-cc} -O3 -march=native -D_GNU_SOURCE -o "$dir/search_load" "$here/search_load.c" "$here/load.c" \
    $(pkg-config --cflags --libs libpq) -lpthread -lm
address=${KVASIR_URL#http://}
"$dir/search_load" "${address%%:*}" "${address##*:}" "$KVASIR_DATABASE" "$@"
