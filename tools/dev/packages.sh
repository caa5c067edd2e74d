# shellcheck shell=bash
# packages.sh: find the Debian packages that are missing, name them, ask, install them.
#
# Only libraries and tools are installed, none of which brings a service.  Server programs are
# unpacked below .dev/sys by fetch.sh instead, so a machine's own nginx, Postgres or Redis (and
# which services it starts) stays as it was, and there is nothing to undo when we are interrupted.

packages_release() {
    local id version
    # shellcheck disable=SC1091
    id=$(. /etc/os-release && echo "${ID:-} ${ID_LIKE:-}")
    # shellcheck disable=SC1091
    version=$(. /etc/os-release && echo "${VERSION_ID:-}")
    case $id/$version in
    debian*/12*) echo 12 ;;
    *) echo 13 ;;
    esac
}

# packages_table WHEN: "name<tab>what for" of this release.
packages_table() {
    awk -F ' *[|] *' -v when="$1" -v release="$(packages_release)" '
        /^#/ || NF < 4 { next }
        $3 == when && (" " $2 " ") ~ (" " release " ") { print $1 "\t" $4 }' "$parts/packages.txt"
}

packages_has() {
    [ "$(dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | sort -u)" = installed ]
}

# packages_missing WHEN...: rows of the table that are not installed.
packages_missing() {
    local name purpose when
    for when in "$@"; do
        packages_table "$when" | while IFS=$'\t' read -r name purpose; do
            packages_has "$name" || printf '%s\t%s\n' "$name" "$purpose"
        done
    done
}

packages_ask() {
    if [ "$yes" = 1 ]; then return 0; fi
    [ -t 0 ] || base_fail "packages are missing and there is nobody to ask" \
        "run './dev up -y', or install them yourself: $1"
    printf 'Install them now? [Y/n] ' >&3
    read -r answer
    case $answer in
    '' | y* | Y* | j* | J*) ;;
    *) base_fail "not installed" "apt-get install --no-install-recommends $1" ;;
    esac
}

# packages_ensure WHEN...: install what is missing, after naming it.
packages_ensure() {
    local rows names
    command -v dpkg-query >/dev/null || base_fail "this is not a Debian system" \
        "install the libraries of tools/dev/packages.txt by hand, then build with configure and make"
    rows=$(packages_missing "$@")
    [ -n "$rows" ] || return 0
    names=$(cut -f1 <<<"$rows" | tr '\n' ' ')
    base_say "These Debian packages are missing:"
    awk -F '\t' '{ printf "  %-28s %s\n", $1, $2 }' <<<"$rows" >&3
    packages_ask "$names"
    step packages "installed $(wc -l <<<"$rows") Debian packages" \
        "see the log above; offline, install from your own mirror: apt-get install $names" \
        packages_install "$names"
}

packages_install() {
    local sudo=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || base_fail "installing packages needs root, and sudo is not here" \
            "as root: apt-get install --no-install-recommends $1"
        sudo=(sudo)
    fi
    local install=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y
        --no-install-recommends install)
    # shellcheck disable=SC2086 # names are words on purpose
    "${install[@]}" $1 && return 0
    "${sudo[@]}" apt-get update
    # shellcheck disable=SC2086
    "${install[@]}" $1
}
