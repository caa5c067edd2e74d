#!/bin/bash
# dev.sh: ./dev does what it says, in a copy of the tree whose path has a space and is too deep
# for a Unix socket: up, again, after kill -9 of each part, port taken, down, wipe.
#
# Runs where `./dev check` has set KVASIR_TEST_DEV, and KVASIR_TEST_SYS to the unpacked programs.
set -eu
[ -n "${KVASIR_TEST_DEV:-}" ] || { echo "KVASIR_TEST_DEV is not set"; exit 77; }
from=$(cd "${srcdir:-.}" && pwd)
work=$(mktemp -d)
copy="$work/a path with a space/that is far too long for the name of a Unix socket/and deeper still/kvasir"
export KVASIR_DEV_SYS=$KVASIR_TEST_SYS KVASIR_MODEL=none
export KVASIR_DEV_PORT=$((20000 + RANDOM % 12000))
unset KVASIR_TEST_DEV
case $KVASIR_DEV_SYS in /*) ;; *) echo "KVASIR_TEST_SYS is relative" && exit 1 ;; esac

finish() {
    (cd "$copy" && ./dev down --wipe && KVASIR_DEV_DIR="$work/other" ./dev down --wipe) || :
    rm -rf "$work"
}
# holds SENTENCE COMMAND...: the sentence is true when the command succeeds.
holds() {
    says=$1
    shift
    if "$@" >"$work/out" 2>&1; then
        echo "ok: $says"
    else
        echo "NOT SO: $says"
        tail -n 30 "$work/out"
        exit 1
    fi
}
fails_with() { # STATUS TEXT COMMAND...
    status=0 want=$1 text=$2
    shift 2
    "$@" >"$work/said" 2>&1 || status=$?
    cat "$work/said"
    [ "$status" = "$want" ] && grep -q "$text" "$work/said"
}
pids() { ./dev status | awk '$2 == "up" { print $1, $4 }'; }
pid_of() { pids | awk -v name="$1" '$1 == name { print $2 }'; }
built() { [ -x ".dev/build/$1" ]; }
parts() {
    echo postgres redis nginx
    if built kvasir-fcgi; then echo pool stream; fi
    if built kvasir-engine; then echo engine; fi
}
all_up() {
    for part in $(parts); do [ -n "$(pid_of "$part")" ] || { echo "$part is down" && return 1; }; done
}
answers() {
    [ "$(./dev psql -Atc 'select 1')" = 1 ] &&
        [ "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$KVASIR_DEV_PORT/livez")" = "$1" ]
}
same_pids() { ./dev up && pids >"$work/after" && diff "$work/before" "$work/after"; }
finds() {
    ./dev kvasir --help | grep -q '^  ingest ' || return 0
    [ "$(./dev kvasir search transaction --collection docs | wc -l)" -ge 3 ]
}
kill_part() {
    kill -9 "$(pid_of "$1")" && ./dev up && all_up && answers "$status_code"
}
data() { ./dev status | sed -n 's/^data *//p'; }
gone() { ! compgen -G "$1" >/dev/null; }
no_process() {
    for cwd in /proc/[0-9]*/cwd; do
        case $(readlink "$cwd" || :) in
        "$copy"/.dev/*) echo "still there: $cwd, $(cat "${cwd%cwd}comm")" && return 1 ;;
        esac
    done
}

trap finish EXIT
mkdir -p "$copy"
(cd "$from" && tar -cf - dev tools nginx src sql tests docs m4 configure.ac Makefile.am) | tar -xf - -C "$copy"
cd "$copy"

holds "an unknown verb names the nearest and exits 2" fails_with 2 "did you mean 'status'" ./dev statsu
holds "up brings everything up" ./dev up
holds "each part that is built runs" all_up
status_code=$(if built kvasir-fcgi; then echo 200; else echo 502; fi)
holds "Postgres and nginx answer" answers "$status_code"
holds "a search of the docs finds something" finds
pids >"$work/before"
holds "up again leaves what runs alone" same_pids
for part in $(parts); do
    holds "after kill -9 of $part, up mends it" kill_part "$part"
done
holds "a taken port is said, by whom, with another to take" \
    fails_with 1 "KVASIR_DEV_PORT=" env KVASIR_DEV_DIR="$work/other" ./dev up
holds "the holder of the port is named" grep -q "taken by nginx" "$work/said"
holds "down stops everything" ./dev down
holds "no process is left" no_process
holds "status then exits 1" fails_with 1 down ./dev status
holds "down keeps the data" ls "$(data)/pgdata/PG_VERSION"
holds "up finds the data again" ./dev up
place=$(data)
holds "wipe removes it" ./dev down --wipe
holds "the data is gone" gone "${place// /?}/pgdata*"
