# shellcheck shell=bash
# fetch.sh: unpack server programs from Debian's packages below .dev/sys, without installing them.
#
# apt checks the archive's signature as for an installation; nothing needs root, and no service,
# account or configuration of the machine is touched.  Libraries they need and the machine lacks
# come along and are found by LD_LIBRARY_PATH, which only these programs get.

# Options for a private apt: own lists and cache, the machine's sources and keys.
fetch_private_apt() {
    mkdir -p "$1/lists/partial" "$1/cache/archives/partial"
    apt_options=(-q -o "Dir::State::lists=$1/lists" -o "Dir::Cache=$1/cache" -o Debug::NoLocking=1)
}

# apt with the machine's lists when they know nginx, else with lists of our own.
fetch_apt_ready() {
    [ -z "${apt_ready:-}" ] || return 0
    apt_options=(-q -o Debug::NoLocking=1)
    [ -n "$(apt-cache madison nginx 2>/dev/null)" ] || fetch_apt_update
    apt_ready=1
}

fetch_apt_update() {
    fetch_private_apt "$fetch_dir/apt"
    apt-get "${apt_options[@]}" update || base_fail "the package lists cannot be fetched" \
        "check the network and the sources of apt, then run './dev up' again"
}

# Names among the packages that apt would add for "$@" which a program needs in order to run.
fetch_closure() {
    {
        printf '%s\n' "$@"
        apt-get "${apt_options[@]}" -s --no-install-recommends install "$@" | awk '/^Inst/ { print $2 }'
    } | awk -v named=" $* " '
        seen[$0]++ || /^libllvm/ || /-perl$/ { next }
        /^(lib|lua|redis-|valkey-)/ || index(named, " " $0 " ")'
}

# fetch_debs TREE PACKAGE...: unpack packages and the libraries they lack into TREE.
fetch_debs() {
    local tree=$1 names deb
    shift
    fetch_apt_ready
    mkdir -p "$fetch_dir/debs" "$tree"
    names=$(fetch_closure "$@") || names=''
    # shellcheck disable=SC2086
    if [ -z "$names" ] || ! (cd "$fetch_dir/debs" && apt-get "${apt_options[@]}" download $names); then
        fetch_apt_update # the machine's lists may name files that the mirror has replaced
        names=$(fetch_closure "$@")
        # shellcheck disable=SC2086
        (cd "$fetch_dir/debs" && apt-get "${apt_options[@]}" download $names) ||
            base_fail "packages could not be fetched: $names" "check the network, then run './dev up' again"
    fi
    for deb in "$fetch_dir"/debs/*.deb; do dpkg-deb -x "$deb" "$tree"; done
    rm -rf "$fetch_dir/debs"
}

# A plain, short, temporary folder: apt and make cannot work below a path with a space.
fetch_open() {
    fetch_dir=$run/fetch
    rm -rf "$fetch_dir"
    mkdir -p "$fetch_dir"
    chmod 0755 "$fetch_dir"
}

fetch_close() { rm -rf "$fetch_dir"; }

# fetch_program NAME: where a server program stands, the machine's own before an unpacked one.
fetch_program() {
    local place
    for place in /usr/sbin /usr/bin /usr/local/sbin /usr/local/bin "$sys/usr/sbin" "$sys/usr/bin"; do
        [ ! -x "$place/$1" ] || { printf '%s\n' "$place/$1" && return 0; }
    done
    return 1
}

# fetch_env PROGRAM: words to put before a command, so that an unpacked program finds its libraries.
fetch_env() {
    local folder path=
    with=()
    case $1 in
    "$sys"/*) ;;
    *) return 0 ;;
    esac
    for folder in "$sys"/usr/lib/*-linux-gnu* "$sys"/lib/*-linux-gnu*; do
        [ ! -d "$folder" ] || path=$path${path:+:}$folder
    done
    [ -z "$path" ] || with=(env "LD_LIBRARY_PATH=$path")
}

# A folder of short names for the programs of Postgres, Redis and nginx in use here, so that a person
# and the tests find them by PATH, unpacked or not.
fetch_names() {
    local program
    mkdir -p "$dev_bin"
    rm -f "$dev_bin"/*
    for program in "$pg_bin"/* "$(fetch_program nginx)" "$(redis_program)" "$(redis_cli)"; do
        fetch_env "$program"
        printf '#!/bin/sh\nexec%s "$@"\n' "$(printf ' %q' "${with[@]}" "$program")" >"$dev_bin/${program##*/}"
    done
    chmod +x "$dev_bin"/*
}

# The server programs that neither the machine nor .dev/sys has.
fetch_missing() {
    fetch_program nginx >/dev/null || echo nginx
    fetch_program valkey-server >/dev/null || fetch_program redis-server >/dev/null ||
        printf '%s\n' redis-server redis-tools
}

fetch_servers() {
    local missing
    missing=$(fetch_missing | tr '\n' ' ')
    fetch_open
    # shellcheck disable=SC2086
    fetch_debs "$sys" $missing
    fetch_close
    step_note servers "unpacked ${missing% } below ${sys#"$top"/}, not installed"
}

fetch_ensure() {
    [ -n "$(fetch_missing)" ] || return 0
    step servers "server programs" \
        "check the network; or install nginx and redis-server yourself, then run './dev up' again" fetch_servers
}
