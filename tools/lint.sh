#!/bin/sh
# lint.sh: what people would remark on in a review, remarked on by tools.
#
# Run by `make lint` in the build folder, with srcdir and LINT_CFLAGS set.  clang-tidy looks at what
# was compiled since it last found nothing.  All checks run; the exit status tells whether any failed.
set -u
top=${srcdir:-.}
failed=''
only=${LINT:-format tidy cppcheck shell mandoc spell blanks house}

# need PROGRAM PACKAGE: false, and a word about it, when the program is not there.
need() {
    command -v "$1" >/dev/null && return 0
    echo "lint: $1 is missing: install the package $2"
    return 1
}

sources() { find "$top/src" "$top/tests" -name '*.[ch]' | LC_ALL=C sort; }

scripts() {
    find "$top/dev" "$top/.ci" "$top/tools" "$top/tests" "$top/docs" -type f | while read -r file; do
        case $file in
        */corpus/*|*/data/*) continue ;;
        *.sh) echo "$file" ;;
        *) head -c 20 "$file" | grep -aqE '^#!/bin/(ba)?sh' && echo "$file" ;;
        esac
    done
}

# clang's formatter and tidy judge differently from release to release: 14 is the one that counts.
# Sets `tool`; false when it is not there, after saying so.
need14() {
    for tool in "$1-14" "$1"; do
        case $("$tool" --version 2>/dev/null) in *'version 14.'*) return 0 ;; esac
    done
    echo "lint: left out, only $1 of release 14 decides (package $1-14)"
    return 1
}

lint_format() {
    need14 clang-format || return 0
    sources | xargs "$tool" --dry-run -Werror
}

tidy_one() {
    stamp=lint/$(echo "$1" | tr / .)
    object=${1%.c}.o
    [ -f "$object" ] || return 0
    [ -z "$(find "$stamp" -newer "$object" 2>/dev/null)" ] || return 0
    # shellcheck disable=SC2086 # the flags are words
    if "$LINT_TIDY" --quiet "$top/$1" -- $LINT_CFLAGS >"$stamp.out" 2>&1; then
        touch "$stamp" && rm -f "$stamp.out"
    else
        grep -vE '^[0-9]+ warnings? (generated|treated)' "$stamp.out"
        return 1
    fi
}

lint_tidy() {
    need14 clang-tidy || return 0
    export LINT_TIDY="$tool"
    mkdir -p lint
    (cd "$top" && find src -name '*.c') | LC_ALL=C sort |
        xargs -P "$(nproc)" -n 1 sh "$0" tidy_one
}

lint_cppcheck() {
    need cppcheck cppcheck || return 1
    cppcheck --quiet --std=c11 --language=c -j "$(nproc)" --inline-suppr --error-exitcode=1 \
        --enable=warning,style,performance,portability --library=posix \
        --suppressions-list="$top/tools/cppcheck.txt" -I "$top/src" -I src -D_GNU_SOURCE "$top/src"
}

lint_shell() {
    need shellcheck shellcheck || return 1
    scripts | xargs shellcheck -x --severity=warning
}

lint_mandoc() {
    need mandoc mandoc || return 1
    find docs "$top/docs" -name '*.[1-8]' | LC_ALL=C sort -u | xargs mandoc -T lint -W warning
}

lint_spell() {
    need codespell codespell || return 1
    (cd "$top" && codespell --quiet-level=3 --skip='*/corpus/*,*/data/*,*/eval/*' \
        --ignore-words=tools/codespell.txt src sql tests docs tools nginx dev ./*.md ./*.am ./*.ac)
}

lint_blanks() {
    ! (cd "$top" && grep -rnE '[[:blank:]]+$' src sql tests tools dev docs \
        --include='*.[ch]' --include='*.sh' --include='*.sql' --include='*.awk' --include='*.mk')
}

lint_house() {
    for rule in layers symbols sizes words self; do
        srcdir=$top sh "$top/tests/house/$rule.sh" || return 1
    done
}

if [ "${1:-}" = tidy_one ]; then
    tidy_one "$2"
    exit
fi
for check in $only; do
    "lint_$check" && echo "lint: $check: clean" || failed="$failed $check"
done
[ -z "$failed" ] || echo "lint: not clean:$failed"
[ -z "$failed" ]
