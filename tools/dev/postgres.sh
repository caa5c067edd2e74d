# shellcheck shell=bash
# postgres.sh: a private Postgres on a Unix socket that only this account (and root) can reach.
#
# "trust" is safe because nothing but that socket is opened: no TCP port, folder mode 0700.

postgres_as() {
    if [ -z "$pg_user" ]; then
        "$@"
    else
        setpriv --reuid="$pg_user" --regid="$pg_group" --clear-groups "$@"
    fi
}

postgres_conf() {
    local memory buffers
    memory=$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)
    buffers=$((memory / 16))
    [ $buffers -le 256 ] || buffers=256
    [ $buffers -ge 64 ] || buffers=64
    cat <<END
# Written by each './dev up'; put your own settings into postgresql.conf below the include line.
listen_addresses = ''
unix_socket_directories = '$run/pg'
unix_socket_permissions = 0700
port = $pg_port
max_connections = 120
shared_buffers = ${buffers}MB
maintenance_work_mem = $((buffers))MB
max_locks_per_transaction = 1024
jit = off
max_wal_size = 2GB
min_wal_size = 128MB
wal_compression = on
random_page_cost = 1.1
log_line_prefix = '%m %p %a '
log_min_duration_statement = 1000
END
    # A small /dev/shm (containers) makes parallel index builds fail.
    if [ "$(df -Pm /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')" -lt 512 ] 2>/dev/null ||
        [ ! -d /dev/shm ]; then
        echo "dynamic_shared_memory_type = mmap"
    fi
}

postgres_init() {
    local data=$dev_home/pgdata
    [ ! -s "$data/PG_VERSION" ] || [ ! -f "$data/kvasir.ready" ] || return 0
    rm -rf "$data" # a run that was cut off in the middle of initdb
    mkdir -m 0700 "$data"
    [ -z "$pg_user" ] || chown "$pg_user:$pg_group" "$data"
    fetch_env "$pg_bin/initdb"
    (cd / && postgres_as "${with[@]}" "$pg_bin/initdb" -D "$data" -U kvasir_admin -A trust \
        -E UTF8 --locale=C.UTF-8 --data-checksums)
    printf 'local all all trust\n' >"$data/pg_hba.conf"
    printf "include = 'kvasir.conf'\n" >>"$data/postgresql.conf"
    touch "$data/kvasir.ready"
}

# What a killed Postgres leaves behind; once its processes are gone, the pid in this file is nobody's.
postgres_leftovers() {
    proc_sweep postgres "$dev_home/pgdata" 5
    rm -f "$dev_home/pgdata/postmaster.pid" "$run/pg/.s.PGSQL.$pg_port" "$run/pg/.s.PGSQL.$pg_port.lock"
}

postgres_ready() { postgres_psql -d postgres -Atqc 'select 1'; }

postgres_psql() {
    fetch_env "$pg_bin/psql"
    "${with[@]}" "$pg_bin/psql" -X -h "$run/pg" -p "$pg_port" -U kvasir_admin "$@"
}

postgres_run() {
    local print data=$dev_home/pgdata
    postgres_init
    postgres_conf >"$data/kvasir.conf"
    chmod 0644 "$data/kvasir.conf"
    mkdir -p "$run/pg"
    chmod 0700 "$run/pg"
    [ -z "$pg_user" ] || chown "$pg_user:$pg_group" "$run/pg" "$data"/*.conf
    print=$(proc_print "$pg_bin/postgres" "$(cat "$data/kvasir.conf")")
    if ! proc_current postgres "$print"; then
        proc_stop postgres INT 30
        postgres_leftovers
        fetch_env "$pg_bin/postgres"
        # Postgres runs from a folder that it may enter, whatever folder ./dev was called in.
        cd /
        if [ -z "$pg_user" ]; then
            proc_start postgres "$print" "${with[@]}" "$pg_bin/postgres" -D "$data"
        else
            proc_start postgres "$print" setpriv --reuid="$pg_user" --regid="$pg_group" --clear-groups \
                "${with[@]}" "$pg_bin/postgres" -D "$data"
        fi
        proc_wait postgres 60 "read $log/postgres.log; './dev down --wipe' starts afresh" postgres_ready
    else
        step_note postgres "Postgres $pg_version was running"
    fi
    if [ -z "$(postgres_psql -d postgres -Atqc "select 1 from pg_database where datname = 'kvasir'")" ]; then
        postgres_psql -d postgres -qc 'create database kvasir'
    fi
}

postgres_up() {
    step postgres "Postgres $pg_version on a private socket" "read $log/postgres.log" postgres_run
}
