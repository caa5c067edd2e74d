#!/bin/sh
# listeners.sh: calls of a tool while thousands listen for notifications, beside calls while nobody
# does, in turns; goals: p99 at most 1.2 times as long, a notification with all of them within
# 1 s, the processes that hold them, nginx's among them, below 64 MiB.
#
# Usage: listeners.sh [LISTENERS [ROUNDS [SECONDS]]]   with KVASIR_URL, KVASIR_DATABASE and KVASIR_RUN_DIR
# of a running environment (./dev bench listeners sets them).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# shellcheck disable=SC2046  # flags are words
${CC:-cc} -O2 -D_GNU_SOURCE -o "$dir/listeners" "$here/listeners.c" "$here/load.c" \
    $(pkg-config --cflags --libs libpq) -lpthread -lm
address=${KVASIR_URL#http://}
read -r stream _ <"$KVASIR_RUN_DIR/stream.pid"
read -r nginx _ <"$KVASIR_RUN_DIR/nginx.pid"
pids=$stream$(pgrep -P "$nginx" | sed 's/^/,/' | tr -d '\n')
"$dir/listeners" "${address%%:*}" "${address##*:}" "$KVASIR_DATABASE" "$pids" "$@"
