# shellcheck shell=bash
# nginx.sh: a private nginx in front, on loopback.

# The pid and name of whoever listens on TCP port $1 of this machine, as far as we may see.
nginx_holder() {
    local hex inode link
    hex=$(printf '%04X' "$1")
    inode=$(awk -v port=":$hex\$" '$2 ~ port && $4 == "0A" { print $10; exit }' \
        /proc/net/tcp /proc/net/tcp6 2>/dev/null)
    [ -n "$inode" ] || return 1
    for link in /proc/[0-9]*/fd/*; do
        [ "$(readlink "$link" 2>/dev/null)" = "socket:[$inode]" ] || continue
        link=${link%/fd/*}
        printf '%s (pid %s)\n' "$(cat "$link/comm")" "${link#/proc/}"
        return 0
    done
    echo "a program of another account"
}

nginx_free_port() {
    local candidate=$1
    while nginx_holder "$candidate" >/dev/null; do candidate=$((candidate + 1)); done
    echo "$candidate"
}

# Say early that the port is taken, unless our own nginx (or what a killed one left) has it.
nginx_port() {
    local holder
    proc_pid nginx >/dev/null && return 0
    proc_sweep nginx "$dev_home/nginx" 0
    holder=$(nginx_holder "$port") || return 0
    base_fail "port $port is taken by $holder" \
        "stop that program, or choose another port: KVASIR_DEV_PORT=$(nginx_free_port $((port + 1))) ./dev up"
}

# The shipped template with this environment's places filled in.
nginx_conf() {
    local account=''
    if [ "$(id -u)" = 0 ]; then account='user root;'; fi # sockets here are for one account only
    sed -e "s|@RUN_DIR@|$run|g" -e "s|@PORT@|$port|g" -e "s|@USER@|$account|g" \
        -e "s|@STATE_DIR@|${dev_home//|/\\|}/nginx|g" -e "s|@LOG_DIR@|${log//|/\\|}|g" \
        "$top/nginx/kvasir.conf.in"
}

nginx_ready() { curl -s -o /dev/null "http://127.0.0.1:$port/"; }

nginx_run() {
    local program print
    program=$(fetch_program nginx)
    mkdir -p "$dev_home/nginx"
    nginx_conf >"$dev_home/nginx/nginx.conf"
    print=$(proc_print "$program" "$(cat "$dev_home/nginx/nginx.conf")")
    if proc_current nginx "$print" && nginx_ready; then
        step_note nginx "nginx was running on $KVASIR_URL"
        return 0
    fi
    proc_stop nginx QUIT 10
    nginx_port
    fetch_env "$program"
    "${with[@]}" "$program" -t -p "$dev_home/nginx" -c "$dev_home/nginx/nginx.conf" -e "$log/nginx.log"
    cd "$dev_home/nginx" # by this folder its workers are recognised should the master be killed
    proc_start nginx "$print" "${with[@]}" "$program" -p "$dev_home/nginx" \
        -c "$dev_home/nginx/nginx.conf" -e "$log/nginx.log" -g 'daemon off;'
    printf '%s\n' "$port" >"$dev_home/port"
    proc_wait nginx 20 "read $log/nginx.log" nginx_ready
}

nginx_up() { step nginx "nginx on $KVASIR_URL" "read $log/nginx.log" nginx_run; }
