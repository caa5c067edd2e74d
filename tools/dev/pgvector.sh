# shellcheck shell=bash
# pgvector.sh: a Postgres 15 to 18 that has pgvector 0.7 or newer.
#
# First choice: one that is installed with pgvector.  Second: Debian's packages of both, unpacked
# below .dev/sys (Debian 13).  Third, where Debian has no pgvector (Debian 12): a private copy of
# Postgres, and Debian's own source package of the next release built against it; Debian's
# Postgres finds its files relative to its program, so the copy is complete in itself.

# pgvector_good ROOT VERSION: is there a Postgres with a fitting pgvector below ROOT?
pgvector_good() {
    local control=$1/usr/share/postgresql/$2/extension/vector.control
    [ -x "$1/usr/lib/postgresql/$2/bin/postgres" ] && [ -f "$control" ] &&
        awk -F "'" '/^default_version/ { split($2, v, "."); good = v[1] > 0 || v[2] >= 7 }
            END { exit !good }' "$control"
}

# Sets pg_version and pg_bin; a database that exists already decides the version.
pgvector_find() {
    local version root versions='18 17 16 15'
    if [ -f "$dev_home/pgdata/PG_VERSION" ]; then versions=$(cat "$dev_home/pgdata/PG_VERSION"); fi
    for root in '' "$sys"; do
        for version in $versions; do
            pgvector_good "$root" "$version" || continue
            pg_version=$version pg_bin=$root/usr/lib/postgresql/$version/bin
            return 0
        done
    done
    return 1
}

pgvector_ensure() {
    pgvector_find && return 0
    step pgvector "Postgres with pgvector" \
        "check the network; or install Postgres 15 to 18 with its pgvector package, then './dev up' again" \
        pgvector_get
    pgvector_find || base_fail "the database in $dev_home/pgdata is of Postgres $(cat "$dev_home/pgdata/PG_VERSION"), \
which is not here" "install that version with pgvector, or start afresh: ./dev down --wipe"
}

pgvector_get() {
    local version
    fetch_open
    fetch_apt_ready
    for version in 18 17 16 15; do
        [ -n "$(apt-cache "${apt_options[@]}" madison "postgresql-$version-pgvector")" ] || continue
        fetch_debs "$sys" "postgresql-$version" "postgresql-client-$version" "postgresql-$version-pgvector"
        step_note pgvector "Postgres $version and pgvector, unpacked below ${sys#"$top"/}"
        fetch_close
        return 0
    done
    pgvector_build
    fetch_close
}

# Whether Postgres $1 is installed with all that an extension is built from: a server has the
# makefiles alone, its headers are a package of their own.
pgvector_buildable() {
    [ -x "/usr/lib/postgresql/$1/bin/postgres" ] &&
        [ -f "/usr/lib/postgresql/$1/lib/pgxs/src/makefiles/pgxs.mk" ] &&
        [ -f "/usr/include/postgresql/$1/server/postgres.h" ]
}

# The version to build against: installed with its headers, else what the mirror has.
pgvector_base() {
    local version
    for version in 18 17 16 15; do
        pgvector_buildable "$version" && echo "$version" && return 0
    done
    for version in 18 17 16 15; do
        [ -z "$(apt-cache "${apt_options[@]}" madison "postgresql-$version")" ] ||
            { echo "$version" && return 0; }
    done
    base_fail "neither the machine nor its mirror has Postgres 15 to 18" "install one of them"
}

# Everything is put together in a plain temporary folder first and moved to its place when it works.
pgvector_build() {
    local version tree=$fetch_dir/tree
    version=$(pgvector_base)
    mkdir -p "$tree/usr/lib/postgresql" "$tree/usr/share/postgresql" "$tree/usr/include"
    if pgvector_buildable "$version"; then
        cp -a "/usr/lib/postgresql/$version" "$tree/usr/lib/postgresql/"
        cp -a "/usr/share/postgresql/$version" "$tree/usr/share/postgresql/"
    else
        fetch_debs "$tree" "postgresql-$version" "postgresql-client-$version"
        pgvector_headers "$tree" "postgresql-server-dev-$version"
    fi
    cp -a /usr/include/postgresql "$tree/usr/include/"
    pgvector_source
    LD_LIBRARY_PATH=$(printf '%s:' "$tree"/usr/lib/*-linux-gnu*) make -s -C "$fetch_dir/source" -j2 \
        OPTFLAGS='' with_llvm=no PG_CONFIG="$tree/usr/lib/postgresql/$version/bin/pg_config" install
    chmod -R u+rwX,go+rX "$tree"
    cp -a "$tree/." "$sys/"
    step_note pgvector "built pgvector for a private copy of Postgres $version"
}

# Headers alone: the package also wants a whole LLVM, which a build without bitcode never uses.
pgvector_headers() {
    mkdir -p "$fetch_dir/debs"
    (cd "$fetch_dir/debs" && apt-get "${apt_options[@]}" download "$2")
    dpkg-deb -x "$fetch_dir"/debs/*.deb "$1"
    rm -rf "$fetch_dir/debs"
}

# Debian's source package, from the mirror that this machine's apt uses for Debian itself.
pgvector_source() {
    local mirror codename own=("${apt_options[@]}")
    # shellcheck disable=SC1091
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    # shellcheck disable=SC2016 # apt, not the shell, fills these in
    mirror=$(apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
        awk -v release="$codename" '$1 == release && $2 == "main" { print $3; exit }')
    [ -n "$mirror" ] || base_fail "apt names no mirror of Debian $codename" "add one to the sources of apt"
    fetch_private_apt "$fetch_dir/apt-source"
    printf 'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s trixie main\n' \
        "$mirror" >"$fetch_dir/source.list"
    apt_options+=(-o "Dir::Etc::sourcelist=$fetch_dir/source.list" -o Dir::Etc::sourceparts=/dev/null)
    apt-get "${apt_options[@]}" update
    (cd "$fetch_dir" && apt-get "${apt_options[@]}" source --download-only pgvector)
    apt_options=("${own[@]}")
    mkdir "$fetch_dir/source"
    tar -xf "$fetch_dir"/pgvector_*.orig.tar.* --strip-components=1 -C "$fetch_dir/source"
}
