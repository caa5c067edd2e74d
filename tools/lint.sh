#!/bin/sh
# lint.sh: what reads the sources instead of running them: layout, static checks, shell, manuals, words.
#
# usage: tools/lint.sh [BUILD_FOLDER]   (the folder holds config.h and generated headers)
# clang's formatter and tidy judge differently from release to release, so only the release this
# tree is laid out by (14, Debian 12) decides; elsewhere these two are named and left out.
set -u
top=$(cd "$(dirname "$0")/.." && pwd) || exit 1
build=$(cd "${1:-$top/.dev/build}" && pwd) || exit 1
cd "$top" || exit 1
bad=0
jobs=$(nproc)

say() { printf '%s\n' "lint: $*"; }
part() {
    name=$1
    shift
    if "$@"; then say "$name: good"; else say "$name: BAD"; bad=1; fi
}
files() { find src tests -name "$1" -not -path '*/_build/*' | LC_ALL=C sort; }
is14() { "$1" --version 2>/dev/null | grep -q 'version 14\.'; }

layout() { files '*.[ch]' | xargs clang-format --dry-run -Werror; }

flags() {
    printf '%s\n' "-std=gnu11 -D_GNU_SOURCE -DHAVE_CONFIG_H -I$top/src -I$build/src -I$build -I$top/tests/unit"
    pkg-config --cflags fcgi libpq hiredis json-c libcrypto libcurl openblas libutf8proc \
        libcmark-gfm libxml-2.0 libarchive cunit
}

tidy() {
    # shellcheck disable=SC2046 # flags are words
    out=$(files '*.c' | xargs -P "$jobs" -I FILE clang-tidy --quiet --warnings-as-errors='*' FILE -- $(flags) 2>&1)
    status=$?
    printf '%s\n' "$out" | grep -E 'warning:|error:' | LC_ALL=C sort -u
    return "$status"
}

# shellcheck disable=SC2046
static() {
    cppcheck --quiet -j "$jobs" --enable=warning,style,performance,portability --inline-suppr \
        --suppress=missingInclude --suppress=unusedFunction --std=c11 --error-exitcode=1 \
        $( [ ! -f .cppcheck ] || echo --suppressions-list=.cppcheck ) \
        -I src -I "$build/src" src
}

# shellcheck disable=SC2046
scripts() { shellcheck --severity=warning --exclude=SC2038 dev .ci/run tools/*.sh tools/dev/*.sh $(files '*.sh'); }

manuals() {
    pages=$(find docs -name '*.[1-8]')
    # shellcheck disable=SC2086
    [ -z "$pages" ] || mandoc -Tlint -Wwarning $pages
}

words() {
    # shellcheck disable=SC2046
    codespell --quiet-level=2 --skip='*.txt,*.json,*.jsonl,*.csv,*.svg' \
        $( [ ! -f .codespell ] || echo --ignore-words=.codespell ) \
        README.md docs src sql tests tools dev nginx 2>&1
}

sizes() {
    { files '*.c' | xargs wc -l | awk '$2 != "total" && $1 > 500 { print $2 ": " $1 " lines, at most 500"; bad = 1 } END { exit bad }'; } &&
        files '*.h' | xargs wc -l | awk '$2 != "total" && $1 > 120 { print $2 ": " $1 " lines, at most 120"; bad = 1 } END { exit bad }'
}

blanks() { ! grep -rnE '[ 	]+$' src sql tests tools dev --include='*.[ch]' --include='*.sh' --include='*.sql' --include='*.awk'; }

if is14 clang-format; then part layout layout; else say "layout: left out, clang-format is not 14"; fi
if is14 clang-tidy; then part tidy tidy; else say "tidy: left out, clang-tidy is not 14"; fi
part cppcheck static
part shell scripts
part manuals manuals
part words words
part sizes sizes
part blanks blanks
exit $bad
