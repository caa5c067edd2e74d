# shellcheck shell=bash
# verbs.sh: the verbs of ./dev, one function each, and the table that names them.

verbs_table() {
    cat <<'END'
up [-y] [--fixtures]|install what is missing, build, start everything, load docs/, answer one search; --fixtures: serve what MCP's conformance suite calls
down [--wipe]|stop everything; --wipe also removes the data
status|what runs, since when, where
logs [NAME]|follow all logs, or one: postgres redis pool stream engine nginx
env|shell lines that point other programs here: eval "$(./dev env)"
psql [ARGS]|a SQL prompt in the development database
kvasir VERB ...|the built command against this environment
check|everything that must pass: builds, tests, linters, sanitizers
bench [NAME ...]|the measurements of tests/perf
eval DIR|how well search finds what it should, on the questions in DIR
help|these lines
END
}

verbs_known() { verbs_table | grep -E "^${1//[^a-z]/.}[ |]" >/dev/null; }

# The verb with the smallest edit distance to what was typed.
verbs_nearest() {
    verbs_table | sed 's/[ |].*//' | awk -v word="$1" '
        function least(a, b, c) { return a < b ? (a < c ? a : c) : (b < c ? b : c) }
        function distance(a, b,    i, j, d) {
            for (i = 0; i <= length(a); i++) d[i, 0] = i
            for (j = 0; j <= length(b); j++) d[0, j] = j
            for (i = 1; i <= length(a); i++)
                for (j = 1; j <= length(b); j++)
                    d[i, j] = least(d[i - 1, j] + 1, d[i, j - 1] + 1,
                        d[i - 1, j - 1] + (substr(a, i, 1) != substr(b, j, 1)))
            return d[length(a), length(b)]
        }
        { n = distance(word, $0); if (NR == 1 || n < best) { best = n; name = $0 } }
        END { print name }'
}

verb_help() {
    base_say "usage: ./dev VERB"
    verbs_table | awk -F '|' '{ printf "  %-18s %s\n", $1, $2 }' >&3
    base_say "settings: KVASIR_DEV_PORT (now $port), KVASIR_DEV_DIR (now $dev_home)"
}

verb_up() {
    local began
    yes=0
    [ "${CI:-}" != true ] || yes=1
    while [ $# -gt 0 ]; do
        case $1 in
        -y | --yes) yes=1 ;;
        --fixtures) base_setting KVASIR_FIXTURES on ;;
        *) base_fail "up does not know '$1'" "./dev up, or ./dev up -y to install packages without asking" ;;
        esac
        shift
    done
    began=$(base_now)
    base_lock
    nginx_port
    packages_ensure up
    fetch_ensure
    pgvector_ensure
    fetch_names
    build_ensure
    verbs_start
    data_docs
    data_search
    verbs_alive
    verbs_farewell "$began"
}

# Start what is dead or out of date, in the order of need.
verbs_start() {
    postgres_up
    redis_up
    data_migrate
    data_model
    pool_up
    engine_up
    nginx_up
    verbs_alive
    pool_check
}

# Some programs take a moment to find out that they cannot work.
verbs_alive() {
    local name
    for name in postgres redis pool stream engine nginx; do
        [ -f "$run/$name.pid" ] || continue
        proc_pid "$name" >/dev/null || { proc_tail "$name" &&
            base_fail "$name ended after its start" "read $log/$name.log, then './dev up' again"; }
    done
}

verbs_farewell() {
    base_say ""
    base_say "Kvasir is up on $KVASIR_URL after $(base_since "$1") s.  Three things to try:"
    base_say "  curl $KVASIR_URL/readyz"
    base_say "  ./dev kvasir search 'who keeps the tenants apart' --collection docs"
    base_say "  ./dev kvasir ingest ~/Documents --collection mine"
}

verb_down() {
    case ${1:-} in
    '' | --wipe) ;;
    *) base_fail "down does not know '$1'" "./dev down, or ./dev down --wipe to remove the data too" ;;
    esac
    base_lock
    proc_stop nginx QUIT 10
    proc_stop engine TERM 15
    proc_stop stream TERM 15
    proc_stop pool TERM 15
    proc_stop redis TERM 10
    proc_stop postgres INT 30
    proc_sweep nginx "$dev_home/nginx" 0
    proc_sweep postgres "$dev_home/pgdata" 5
    if [ "${1:-}" = --wipe ]; then
        rm -rf "$dev_home/pgdata" "$dev_home/redis" "$dev_home/nginx" "$dev_home/docs.print" "$log" "$run"
        case $dev_home in
        "$top"/*) ;;
        /var/lib/kvasir-dev-*) rm -rf "$dev_home" ;; # outside the checkout nothing of us shall stay
        esac
        base_say "stopped; the data is gone (programs and model are kept: rm -rf .dev removes all)"
    else
        base_say "stopped; the data stays in $dev_home"
    fi
}

verb_status() {
    local name pid down=0
    for name in postgres redis pool stream engine nginx; do
        if pid=$(proc_pid "$name"); then
            printf '%-10s up      pid %-8s for %s\n' "$name" "$pid" "$(verbs_age "$pid")" >&3
        else
            printf '%-10s down\n' "$name" >&3
            down=1
        fi
    done
    base_say "url        $KVASIR_URL"
    base_say "data       $dev_home"
    base_say "sockets    $run"
    return $down
}

verbs_age() {
    awk -v birth="$(proc_birth "$1")" -v ticks="$(getconf CLK_TCK)" '
        { s = int($1 - birth / ticks); printf "%d:%02d:%02d\n", s / 3600, s % 3600 / 60, s % 60 }' /proc/uptime
}

verb_logs() {
    local name all=()
    if [ $# -eq 0 ]; then
        for name in postgres redis pool stream engine nginx; do [ ! -f "$log/$name.log" ] || all+=("$log/$name.log"); done
        [ ${#all[@]} -gt 0 ] || base_fail "nothing has run yet" "./dev up"
        exec tail -n 20 -F "${all[@]}"
    fi
    [ -f "$log/$1.log" ] || base_fail "there is no log '$1'" \
        "one of: $(cd "$log" && printf '%s ' ./*.log | sed 's#\./##g; s/\.log//g')"
    exec tail -n 100 -F "$log/$1.log"
}

verb_env() {
    local name
    for name in $settings; do printf 'export %s=%q\n' "$name" "${!name}"; done
    # shellcheck disable=SC2016 # PATH is for the shell that reads this
    printf 'export PATH=%q:"$PATH"\n' "$build:$dev_bin"
}

verb_psql() {
    pgvector_find || base_fail "there is no Postgres yet" "./dev up"
    proc_pid postgres >/dev/null || base_fail "Postgres is not running" "./dev up"
    fetch_env "$pg_bin/psql"
    exec "${with[@]}" "$pg_bin/psql" "$@"
}

verb_kvasir() {
    local program
    program=$(build_program kvasir) || base_fail "the command is not built" "./dev up"
    exec "$program" "$@"
}

# Without a name: one measurement after the other.
verb_bench() {
    local name script scripts=("$top"/tests/perf/*.sh)
    [ $# -eq 0 ] || scripts=("$top/tests/perf/$1.sh")
    [ -x "${scripts[0]}" ] || base_fail "there is no measurement '${1:-}'" \
        "one of: $(cd "$top/tests/perf" && printf '%s ' *.sh | sed 's/\.sh//g')"
    proc_pid postgres >/dev/null || base_fail "nothing runs that could be measured" "./dev up"
    case ${1:-chroma} in chroma) chroma_ensure ;; *) chroma_place ;; esac
    case ${1:-mcp} in mcp) conform_ensure ;; *) conform_place ;; esac
    for script in "${scripts[@]}"; do
        base_say "${script##*/}"
        # shellcheck disable=SC2163 # the names are in the variable
        (for name in $settings; do export "$name"; done
         PATH=$build:$dev_bin:$PATH KVASIR_DEV_BUILD=$build KVASIR_TEST_CHROMA=$chroma_home \
         KVASIR_TEST_MCP=$conform_home "$script" "${@:2}")
    done
}

verb_eval() {
    [ $# -ge 1 ] || base_fail "eval wants a folder of questions" "./dev eval DIR"
    verb_kvasir eval "$@"
}
