# shellcheck shell=bash
# proc.sh: start, recognise and stop the processes of this environment.
#
# A pid alone proves nothing after a crash or a reboot, so a process is known by its pid AND its start
# time.  A fingerprint of program and settings says whether a living one is out of date.

# The start time of a pid in ticks since boot: field 22, counted behind the name in parentheses.
proc_birth() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    stat=${stat##*) }
    # shellcheck disable=SC2086 # splitting into fields is the point
    set -- $stat
    [ "$1" != Z ] || return 1
    printf '%s\n' "${20}"
}

# proc_pid NAME: the pid, if it is alive and ours.
proc_pid() {
    local pid birth print
    [ -f "$run/$1.pid" ] || return 1
    # shellcheck disable=SC2034 # the fingerprint is read by proc_current
    read -r pid birth print <"$run/$1.pid" || return 1
    [ -n "$birth" ] && [ "$(proc_birth "$pid")" = "$birth" ] || return 1
    printf '%s\n' "$pid"
}

# proc_print FILE TEXT...: fingerprint of a program file and of what it was told.
proc_print() {
    local file=$1
    shift
    { stat -Lc '%i %Y %s' "$file" && printf '%s\n' "$@"; } | cksum | tr ' ' -
}

# Everything that a program of ours reads at its start.
proc_settings() {
    env | LC_ALL=C sort | grep '^KVASIR_'
    cat "$KVASIR_CONF"
}

# proc_current NAME FINGERPRINT: alive and started with just this program and these settings.
proc_current() {
    local pid birth print
    proc_pid "$1" >/dev/null || return 1
    # shellcheck disable=SC2034
    read -r pid birth print <"$run/$1.pid"
    [ "$print" = "$2" ]
}

# proc_start NAME FINGERPRINT COMMAND...: in the background, output appended to log/NAME.log.
proc_start() {
    local name=$1 print=$2 pid
    shift 2
    : >>"$log/$name.log"
    setsid "$@" >>"$log/$name.log" 2>&1 </dev/null 3>&- 9>&- &
    pid=$!
    printf '%s %s %s\n' "$pid" "$(proc_birth "$pid")" "$print" >"$run/$name.pid"
}

# proc_wait NAME SECONDS MEND TEST...: until TEST holds; give up when the process is gone or time is over.
proc_wait() {
    local name=$1 seconds=$2 mend=$3 until
    shift 3
    until=$((SECONDS + seconds))
    until "$@" >/dev/null 2>&1; do
        if ! proc_pid "$name" >/dev/null; then
            proc_tail "$name"
            base_fail "$name ended while starting" "$mend"
        fi
        if [ $SECONDS -ge $until ]; then
            proc_tail "$name"
            base_fail "$name does not answer after $seconds s" "$mend"
        fi
        sleep 0.05
    done
}

proc_tail() {
    base_say ""
    base_say "the end of $log/$1.log:"
    tail -n 6 "$log/$1.log" | sed 's/^/    | /' >&3
}

# proc_stop NAME SIGNAL SECONDS: ask by signal; kill only what does not listen.
proc_stop() {
    local name=$1 pid until
    if pid=$(proc_pid "$name"); then
        kill -s "$2" "$pid" || :
        until=$((SECONDS + $3))
        while proc_pid "$name" >/dev/null; do
            if [ $SECONDS -ge $until ]; then
                base_warn "$name did not stop within $3 s; killed"
                kill -s KILL "$pid" || :
                until=$((SECONDS + 5))
            fi
            sleep 0.05
        done
    fi
    rm -f "$run/$name.pid"
}

# proc_sweep PROGRAM FOLDER SECONDS: end what a killed parent left: processes of that name whose
# working folder is FOLDER, which is ours alone.  They get SECONDS to notice by themselves.
proc_sweep() {
    local proc until=$((SECONDS + $3)) left
    while :; do
        left=()
        for proc in /proc/[0-9]*; do
            [ "$(readlink "$proc/cwd" 2>/dev/null)" = "$2" ] || continue
            [ "$(cat "$proc/comm" 2>/dev/null)" != "$1" ] || left+=("${proc#/proc/}")
        done
        [ ${#left[@]} -gt 0 ] || return 0
        [ $SECONDS -lt $until ] || kill -s TERM "${left[@]}" 2>/dev/null || :
        [ $SECONDS -lt $((until + 10)) ] || base_fail "$1 (pid ${left[*]}) of an earlier run does not end" \
            "end it by hand: kill -9 ${left[*]}"
        sleep 0.1
    done
}
