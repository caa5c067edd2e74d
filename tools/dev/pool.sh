# shellcheck shell=bash
# pool.sh: the FastCGI program that answers requests.

pool_ready() { [ -S "$run/fcgi.sock" ]; }

pool_run() {
    local program print
    program=$(build_program kvasir-fcgi)
    print=$(proc_print "$program" "$(proc_settings)")
    if proc_current pool "$print"; then
        step_note pool "kvasir-fcgi was running"
        return 0
    fi
    proc_stop pool TERM 15
    rm -f "$run/fcgi.sock"
    proc_start pool "$print" "$program" --socket "$run/fcgi.sock"
    proc_wait pool 20 "read $log/pool.log" pool_ready
}

pool_up() {
    build_program kvasir-fcgi >/dev/null || return 0
    step pool "kvasir-fcgi answers requests" pool_run
}
