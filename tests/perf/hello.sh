#!/bin/sh
# hello.sh: our cheapest route against a bare libfcgi program under the same nginx; goal: 0.85.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
cd "${KVASIR_DEV_BUILD:-.}"
make -s tests/perf/bare_fcgi
srcdir=$here exec python3 "$here/tests/perf/hello.py"
