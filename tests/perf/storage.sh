#!/bin/sh
# storage.sh: a table per collection against a partition per collection, in one run.
#
# Usage: storage.sh [COLLECTIONS]   with PGHOST, PGUSER of a server where databases may be made.
# Prints, for each of the two: the time to make the collections, the time of a point query in one
# of them, the bytes of a backend that has touched all, and how long another tenant's query waits
# when a collection is made and dropped while somebody reads for two seconds.
set -eu
count=${1:-300}
db=kvasir_storage_$$
q() { psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$db" "$@"; }
psql -X -q -d postgres -c "create database $db"
trap 'psql -X -q -d postgres -c "drop database $db with (force)"' EXIT
now() { date +%s%N; }
ms() { echo $(( ($(now) - $1) / 1000000 )); }

q <<SQL
create table part (collection bigint not null, seq bigint not null, id text not null, body text,
                   primary key (collection, seq)) partition by list (collection);
create schema own;
SQL

make_one() { # kind number
    case $1 in
    table) echo "create table own.t$2 (seq bigint primary key, id text not null, body text);
                 insert into own.t$2 select g, g, repeat('x', 100) from generate_series(1, 100) g;" ;;
    partition) echo "create table part_$2 partition of part for values in ($2);
                     insert into part select $2, g, g, repeat('x', 100) from generate_series(1, 100) g;" ;;
    esac
}
look_up() { # kind number: one record, as a statement with a literal for the collection
    case $1 in
    table) echo "select body from own.t$2 where seq = 50;" ;;
    partition) echo "select body from part where collection = $2 and seq = 50;" ;;
    esac
}
scan_one() { # kind: a reader that takes two seconds
    case $1 in
    table) echo "select count(*), pg_sleep(2) from own.t1;" ;;
    partition) echo "select count(*), pg_sleep(2) from part where collection = 1;" ;;
    esac
}
churn() { # kind: make and drop a collection
    make_one "$1" 999999
    case $1 in table) echo "drop table own.t999999;" ;; partition) echo "drop table part_999999;" ;; esac
}

printf '%-10s %10s %12s %14s %16s\n' kind 'make ms' 'lookups ms' 'backend kB' 'neighbour ms'
for kind in table partition; do
    start=$(now)
    i=1; while [ $i -le "$count" ]; do make_one $kind $i; i=$((i + 1)); done | q
    made=$(ms "$start")
    start=$(now)
    i=0; while [ $i -lt 2000 ]; do look_up $kind 7; i=$((i + 1)); done | q >/dev/null
    looked=$(ms "$start")
    kept=$({ i=1; while [ $i -le "$count" ]; do look_up $kind $i; i=$((i + 1)); done
             echo "select 'kB=' || sum(used_bytes) / 1024 from pg_backend_memory_contexts;"; } | q |
           sed -n 's/^kB=//p')
    scan_one $kind | q >/dev/null & reader=$!
    until [ "$(q -c "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and datname = '$db'")" -ge 1 ]; do :; done
    churn $kind | q & writer=$!
    until q -c "select 1 from pg_stat_activity where datname = '$db' and (query like '%999999%' and pid <> pg_backend_pid())" | grep -q 1; do
        kill -0 $writer 2>/dev/null || break
    done
    start=$(now)
    look_up $kind 9 | q >/dev/null
    waited=$(ms "$start")
    wait $reader $writer
    printf '%-10s %10s %12s %14s %16s\n' $kind "$made" "$looked" "$kept" "$waited"
done
