# shellcheck shell=bash
# engine.sh: the background half: event relay, index building, clean-up.

engine_run() {
    local program print
    program=$(build_program kvasir-engine)
    print=$(proc_print "$program" "$(proc_settings)")
    if proc_current engine "$print"; then
        step_note engine "kvasir-engine was running"
        return 0
    fi
    proc_stop engine TERM 15
    proc_start engine "$print" "$program"
}

engine_up() {
    build_program kvasir-engine >/dev/null || return 0
    step engine "kvasir-engine works in the background" "read $log/engine.log" engine_run
}
