# shellcheck shell=bash
# redis.sh: a private Redis (or Valkey) on a Unix socket, its log of writes on disk.

redis_program() { fetch_program valkey-server || fetch_program redis-server; }

redis_cli() { local server && server=$(redis_program) && printf '%s\n' "${server%-server}-cli"; }

redis_conf() {
    cat <<END
port 0
unixsocket $run/redis.sock
unixsocketperm 700
dir "$dev_home/redis"
appendonly yes
save ""
daemonize no
END
}

redis_ready() {
    local client
    client=$(redis_cli)
    fetch_env "$client"
    [ "$("${with[@]}" "$client" -s "$run/redis.sock" ping)" = PONG ]
}

redis_run() {
    local server print
    server=$(redis_program)
    mkdir -p "$dev_home/redis"
    chmod 0700 "$dev_home/redis"
    redis_conf >"$dev_home/redis/redis.conf"
    print=$(proc_print "$server" "$(redis_conf)")
    if proc_current redis "$print" && redis_ready; then
        step_note redis "Redis was running"
        return 0
    fi
    proc_stop redis TERM 10
    rm -f "$run/redis.sock"
    fetch_env "$server"
    proc_start redis "$print" "${with[@]}" "$server" "$dev_home/redis/redis.conf"
    proc_wait redis 20 "read $log/redis.log" redis_ready
}

redis_up() { step redis "Redis on a private socket" "read $log/redis.log" redis_run; }
