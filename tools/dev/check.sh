# shellcheck shell=bash
# check.sh: everything that must pass, in its own place, beside a running environment.
#
# Builds stand in .dev/check/NAME.  Tests start servers of their own from the programs below
# KVASIR_TEST_SYS and on PATH; nothing touches what runs.  A failing part does not hide the ones
# behind it.

check_rows='' check_passed=0 check_failed=0

# check_part NAME FUNCTION [ARGS]: one row of the table at the end; the outcome is left in $check_rc.
# As with step, never to be called in a condition.
check_part() {
    local name=$1 began rc seconds passed=0 failed=0 skipped=0 result=passed
    shift
    began=$(base_now)
    base_say "  $name ..."
    set +e
    (
        set -e
        "$@"
    ) >"$log/check-$name.log" 2>&1 </dev/null 9>&-
    rc=$?
    set -e
    seconds=$(base_since "$began")
    if [ -f "$log/check-$name.count" ]; then
        read -r passed failed skipped <"$log/check-$name.count"
    elif [ $rc -eq 0 ]; then
        passed=1
    fi
    if [ $rc -ne 0 ]; then
        result=FAILED
        [ "$failed" -gt 0 ] || failed=1
        tail -n 40 "$log/check-$name.log" | sed 's/^/    | /' >&3
        base_say "    the whole log: $log/check-$name.log"
    fi
    check_passed=$((check_passed + passed)) check_failed=$((check_failed + failed))
    check_rows+=$(printf '%-12s %-7s %7s s %7d %7d %7d' "$name" "$result" "$seconds" \
        "$passed" "$failed" "$skipped")$'\n'
    check_rc=$rc
}

# check_count NAME FOLDER: count what make check left: each CUnit case, and each other program, is one test.
check_count() {
    local trs logfile passed=0 failed=0 skipped=0 result good bad
    while IFS= read -r trs; do
        logfile=${trs%.trs}.log
        result=$(awk '/^:global-test-result:/ { print $2 }' "$trs")
        good=$(grep -c '\.\.\.passed' "$logfile" || :) bad=$(grep -c '\.\.\.FAILED' "$logfile" || :)
        case $result in
        SKIP) skipped=$((skipped + 1)) ;;
        PASS) passed=$((passed + (good > 0 ? good : 1))) ;;
        *) passed=$((passed + good)) failed=$((failed + (bad > 0 ? bad : 1))) ;;
        esac
    done < <(find "$2" -name '*.trs' -not -path '*/_build/*')
    echo "$passed $failed $skipped" >"$log/check-$1.count"
}

# check_build NAME [CONFIGURE ARGS]: a strict build of its own.
check_build() {
    local folder=$check_home/$1
    shift
    if build_needed_configure; then (cd "$top" && autoreconf -i); fi
    mkdir -p "$folder"
    cd "$folder"
    "$check_up/configure" --prefix=/usr --enable-werror "$@"
    make -s -j"$(nproc)" all
}

# check_tests NAME: make check in that build; the failing tests' own words end the log.
check_tests() {
    local name=$1 failing
    shift
    cd "$check_home/${name%-tests}"
    rm -f "$log/check-$name.count"
    find . -name '*.trs' -delete
    if make -j"$((2 * $(nproc)))" check "$@"; then # tests of whole programs wait more than they work
        check_count "$name" .
        return 0
    fi
    check_count "$name" .
    while IFS= read -r failing; do
        echo "--- ${failing%.trs}"
        tail -n 25 "${failing%.trs}.log"
    done < <(grep -lE '^:global-test-result: (FAIL|ERROR)' -r . --include='*.trs')
    return 1
}

check_lint() {
    cd "$check_home/gcc"
    make -s lint
}

# The release builds and passes by itself; tests with servers ran above.
check_dist() {
    cd "$check_home/gcc"
    env -u KVASIR_TEST_DEV VERBOSE=1 make -s -j"$(nproc)" distcheck
    check_shipped
}

# What git knows and the release lacks, but for the files that only a checkout needs.
check_shipped() {
    local missing
    missing=$(comm -23 <(cd "$top" && git ls-files | grep -vE '^\.|/\.' | sort) \
        <(tar -tf kvasir-*.tar.xz | sed 's,^[^/]*/,,' | sort))
    [ -z "$missing" ] || { echo "not in the release: $missing"; return 1; }
}

# The same calls to Chroma's own server and to ours; each call is one test.
check_chroma() {
    local rc=0
    cd "$check_home/gcc"
    rm -f "$log/check-chroma.count"
    make -s chroma-differ || rc=$?
    sed -n 's/^\([0-9]*\) calls: \([0-9]*\) equal, \([0-9]*\) intended differences, \([0-9]*\) unintended/\2 \3 \4/p' \
        "$log/check-chroma.log" | awk '{ print $1 + $2, $3, 0 }' >"$log/check-chroma.count"
    return "$rc"
}

# The official suite of the Model Context Protocol; each scenario is one test.
check_conform() {
    local rc=0
    cd "$check_home/gcc"
    rm -f "$log/check-conform.count"
    make -s mcp-conform || rc=$?
    sed -n 's/^[0-9]* scenarios are expected: \([0-9]*\) pass, \([0-9]*\) lost.*/\1 \2 0/p' \
        "$log/check-conform.log" >"$log/check-conform.count"
    return "$rc"
}

# Programs that stop at their first fault; leaks in foreign libraries at exit are not ours.
check_sanitizers() {
    export ASAN_OPTIONS=abort_on_error=1:detect_leaks=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
    export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
}

# Settings of a running environment must not leak into tests.
check_settings() {
    local name
    for name in $(compgen -e KVASIR_) PGHOST PGPORT PGDATABASE PGUSER REDIS_URL; do
        case $name in KVASIR_DEV_* | KVASIR_TEST_*) ;; *) unset "$name" ;; esac
    done
    export PATH=$dev_bin:$PATH KVASIR_TEST_SYS=$sys KVASIR_TEST_DEV=1 KVASIR_TEST_WHOLE=1 \
        KVASIR_TEST_CHROMA=$chroma_home KVASIR_TEST_SCHEMAS=$schemas_home \
        KVASIR_TEST_MEMORY_SERVER=$memory_home KVASIR_TEST_MCP=$conform_home
    fetch_env "$sys/usr"
    [ ${#with[@]} -eq 0 ] || export "${with[1]}" # libraries that only unpacked programs need
}

check_places() {
    check_home=$top/.dev/check
    check_up=../../..
    KVASIR_DEV_SYS=$sys
    KVASIR_DEV_DIR=$check_home/stack
    base_places
}

check_parts() {
    local compiler
    check_part gcc check_build gcc
    if [ $check_rc -eq 0 ]; then
        check_part lint check_lint
        check_part gcc-tests check_tests gcc-tests
        check_part chroma check_chroma
        check_part conform check_conform
        check_part distcheck check_dist
    fi
    check_sanitizers
    unset KVASIR_TEST_DEV # ./dev itself is the same under sanitizers
    check_part asan check_build asan --enable-sanitize=address,undefined
    [ $check_rc -ne 0 ] || check_part asan-tests check_tests asan-tests
    check_part tsan check_build tsan --enable-sanitize=thread
    # shellcheck disable=SC2016 # make, not the shell, knows these
    [ $check_rc -ne 0 ] || check_part tsan-tests check_tests tsan-tests 'TESTS=$(unit_tests)'
    if compiler=$(command -v clang); then check_part clang check_build clang CC="$compiler"; fi
}

verb_check() {
    local began
    began=$(base_now)
    yes=0
    [ "${CI:-}" != true ] && [ "${1:-}" != -y ] || yes=1
    base_lock
    # shellcheck disable=SC2046 # one word or none
    packages_ensure up check $(chroma_packages)
    fetch_ensure
    pgvector_ensure
    chroma_ensure
    schemas_ensure
    memory_ensure
    conform_ensure
    check_places
    fetch_names
    check_settings
    check_parts
    base_say ""
    base_say "$(printf '%-12s %-7s %9s %7s %7s %7s' part result time passed failed skipped)"
    base_say "${check_rows%$'\n'}"
    base_say "whole run: $(base_since "$began") s; logs in $log"
    base_say "$check_passed passed, $check_failed failed"
    [ $check_failed -eq 0 ]
}
