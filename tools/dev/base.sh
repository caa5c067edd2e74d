# shellcheck shell=bash
# base.sh: where things stand and how a step reports.
#
# Sockets have short plain names (a Unix socket address holds 107 bytes), so a deep checkout, or
# one with a space in its path, keeps its sockets in a folder of /tmp named by the path's checksum.

base_say() { printf '%s\n' "$*" >&3; }
base_warn() { printf 'warning: %s\n' "$*" >&3; }

# base_fail WHAT MEND: end this run; WHAT happened, and what the reader can do about it.
base_fail() {
    [ ! -d "${log:-}" ] || : >"$log/told"
    printf '\nfailed: %s\n' "$1" >&3
    [ -z "${2:-}" ] || printf 'mend:   %s\n' "$2" >&3
    exit 1
}

# True when the account that runs Postgres may walk into folder $1.
base_reachable() {
    [ -z "$pg_user" ] || setpriv --reuid="$pg_user" --regid="$pg_group" --clear-groups test -x "$1"
}

# Postgres refuses to run as root; root therefore lends it to an account without rights.
base_pg_account() {
    pg_user='' pg_group=''
    [ "$(id -u)" = 0 ] || return 0
    pg_user=nobody
    if getent passwd postgres >/dev/null; then pg_user=postgres; fi
    pg_group=$(id -gn "$pg_user")
}

base_hash() { printf %s "$1" | cksum | cut -d' ' -f1; }

# Decide every place once.  Nothing outside the checkout is used unless it has to be.
base_places() {
    exec 3>&1
    case $top in
    *:* | *$'\n'*) base_fail "the path of this checkout holds a ':' or a line break" \
        "move it to a plainer place; library paths cannot name it" ;;
    esac
    dev_home=${KVASIR_DEV_DIR:-$top/.dev}
    build=$top/.dev/build
    mkdir -p "$top/.dev" "$dev_home"
    dev_home=$(cd "$dev_home" && pwd -P)
    base_pg_account
    if ! base_reachable "$dev_home"; then
        dev_home=/var/lib/kvasir-dev-$(base_hash "$dev_home") # root's own folder is closed to others
        mkdir -p "$dev_home"
        chmod 0711 "$dev_home"
    fi
    sys=${KVASIR_DEV_SYS:-$dev_home/sys}
    log=$dev_home/log
    dev_bin=$dev_home/bin
    base_run_folder
    mkdir -p "$log" "$sys"
    port=${KVASIR_DEV_PORT:-}
    if [ -z "$port" ] && [ -f "$dev_home/port" ]; then port=$(cat "$dev_home/port"); fi
    port=${port:-8787}
    base_settings
}

base_run_folder() {
    run=$dev_home/run
    case $run in
    *[!A-Za-z0-9/._-]*) run=/tmp/kvasir-dev-$(id -u)-$(base_hash "$dev_home") ;;
    esac
    [ ${#run} -le 70 ] || run=/tmp/kvasir-dev-$(id -u)-$(base_hash "$dev_home")
    mkdir -p "$run"
    if [ -L "$run" ] || [ ! -O "$run" ]; then
        base_fail "$run belongs to someone else" \
            "remove it, or set KVASIR_DEV_DIR to a folder with a short plain path"
    fi
    chmod "$(base_mode)" "$run"
}

# Root must let the Postgres account through; anyone else shares with nobody.
base_mode() { if [ -n "$pg_user" ]; then echo 0711; else echo 0700; fi; }

# What the programs read, and what `./dev env` prints.
base_settings() {
    pg_port=5432 # only names the socket file: Postgres has no TCP port here
    PGHOST=$run/pg PGPORT=$pg_port PGDATABASE=kvasir PGUSER=kvasir_admin
    KVASIR_URL=http://127.0.0.1:$port
    REDIS_URL=unix:$run/redis.sock
    KVASIR_CONF=$dev_home/kvasir.conf
    KVASIR_MODE=development KVASIR_AUTH=open
    KVASIR_DATABASE="host=$PGHOST port=$pg_port dbname=kvasir user=kvasir_app"
    KVASIR_DATABASE_ENGINE="host=$PGHOST port=$pg_port dbname=kvasir user=kvasir_engine"
    KVASIR_DATABASE_ADMIN="host=$PGHOST port=$pg_port dbname=kvasir user=kvasir_admin"
    KVASIR_REDIS=$REDIS_URL
    KVASIR_RUN_DIR=$run
    KVASIR_MODEL_DIR=${KVASIR_MODEL_DIR:-$dev_home/models}
    KVASIR_TOOL_RATE=${KVASIR_TOOL_RATE:-0} # one developer's measurements are no abuse
    settings="KVASIR_URL PGHOST PGPORT PGDATABASE PGUSER REDIS_URL KVASIR_CONF KVASIR_MODE KVASIR_AUTH
        KVASIR_DATABASE KVASIR_DATABASE_ENGINE KVASIR_DATABASE_ADMIN KVASIR_REDIS KVASIR_RUN_DIR
        KVASIR_MODEL_DIR KVASIR_TOOL_RATE"
    # shellcheck disable=SC2086,SC2163 # a list of names on purpose
    export $settings
    export -n KVASIR_DEV_PORT KVASIR_DEV_DIR KVASIR_DEV_SYS # ours, no settings of the programs
    [ -f "$KVASIR_CONF" ] || echo '# Settings of this development environment: key = value' >"$KVASIR_CONF"
}

# base_setting NAME VALUE: one more setting of the programs, for this run.
base_setting() {
    export "$1=$2"
    settings="$settings $1"
}

base_now() { date +%s%N; }
base_since() { awk -v ns=$(($(base_now) - $1)) 'BEGIN { printf "%.1f", ns / 1e9 }'; }

# step NAME DID MEND FUNCTION [ARGS]: run one step, its chatter into its own log, and say one line;
# when it fails, say how it ended and MEND, and end this run.
#
# A step must be called by itself, never in a condition or before `||`: bash ignores `set -e` in
# all that is called from there, and a command that fails in the middle would go unseen.
step() {
    local name=$1 mend=$3
    step_run "$1" "$2" "${@:4}"
    [ $step_rc -ne 0 ] || return 0
    [ ! -f "$log/told" ] || exit 1
    base_fail "the step '$name'" "$mend"
}

# step_try NAME DID FUNCTION [ARGS]: the same, and leaves the outcome in $step_rc.
step_try() { step_run "$@"; }

step_run() {
    local name=$1 did=$2 began note
    shift 2
    began=$(base_now)
    [ ! -t 3 ] || printf '  %-10s ...\r' "$name" >&3
    rm -f "$log/$name.note" "$log/told"
    set +e
    (
        set -e
        "$@"
    ) >"$log/step-$name.log" 2>&1 </dev/null
    step_rc=$?
    set -e
    if [ $step_rc -ne 0 ]; then
        [ ! -f "$log/told" ] || return 0
        printf '  %-10s failed after %s s; the end of %s:\n' \
            "$name" "$(base_since "$began")" "$log/step-$name.log" >&3
        tail -n 8 "$log/step-$name.log" | sed 's/^/    | /' >&3
        return 0
    fi
    note=$did
    if [ -s "$log/$name.note" ]; then note=$(cat "$log/$name.note"); fi
    printf '  %-10s %-66s %6s s\n' "$name" "$note" "$(base_since "$began")" >&3
}

# step_note NAME SENTENCE: what this step's line shall say instead.
step_note() { printf '%s\n' "$2" >"$log/$1.note"; }

# One run of up, down or check at a time; the started programs must not inherit the lock.
base_lock() {
    exec 9>"$dev_home/lock"
    flock -w 1 9 || base_fail "another ./dev is at work in this checkout" "wait for it to end"
}
