#!/bin/sh
# sqltool.sh: functions of the database as tools against the same statements by direct libpq; goal: 0.7.
#
# Usage: sqltool.sh [ROUNDS [SECONDS [CONNECTIONS]]]
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "${KVASIR_DEV_BUILD:-.}"
# shellcheck disable=SC2046  # flags are words
${CC:-cc} -O2 -D_GNU_SOURCE -o "$dir/sqltool_load" "$here/tests/perf/sqltool_load.c" "$here/tests/perf/load.c" \
    $(pkg-config --cflags --libs libpq) -lpthread -lm
SQLTOOL_LOAD=$dir/sqltool_load srcdir=$here PYTHONPATH=$here/tests/it python3 -B "$here/tests/perf/sqltool.py" "$@"
