# shellcheck shell=bash
# pool.sh: the FastCGI program: one process that answers requests, and one that holds open responses.

# pool_run NAME SOCKET [ARGS]: a kvasir-fcgi at that socket.
pool_run() {
    local name=$1 socket=$2 program print
    shift 2
    program=$(build_program kvasir-fcgi)
    print=$(proc_print "$program" "$(proc_settings)" "$@")
    if proc_current "$name" "$print"; then
        step_note "$name" "kvasir-fcgi was running"
        return 0
    fi
    proc_stop "$name" TERM 15
    rm -f "$socket"
    proc_start "$name" "$print" "$program" --socket "$socket" "$@"
    proc_wait "$name" 20 "read $log/$name.log" test -S "$socket"
}

# The whole way from nginx to Postgres and back.  The engine needs a moment to be heard of, so what
# is well but not yet wholly so gets some seconds.
pool_answers() {
    local status word until=$((SECONDS + 15))
    while :; do
        status=$(curl -s -o "$log/readyz.json" -w '%{http_code}' "$KVASIR_URL/readyz") || :
        word=$(sed -n '1s/^{"status":"\([a-z]*\)".*/\1/p' "$log/readyz.json")
        grep -q '"engine":{"status":"warn"' "$log/readyz.json" || break
        if [ $SECONDS -ge $until ]; then break; fi
        sleep 0.2
    done
    cat "$log/readyz.json"
    [ "$status" = 200 ]
    step_note ready "readyz says $word"
}

pool_check() {
    build_program kvasir-fcgi >/dev/null || return 0
    step ready "" "its own words are above; read $log/pool.log" pool_answers
}

pool_up() {
    build_program kvasir-fcgi >/dev/null || return 0
    step pool "kvasir-fcgi answers requests" "read $log/pool.log" pool_run pool "$run/fcgi.sock"
    step stream "kvasir-fcgi holds responses that stay open" "read $log/stream.log" \
        pool_run stream "$run/stream.sock" --set model=none --set threads=2
}
