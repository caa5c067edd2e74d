# shellcheck shell=bash
# build.sh: configure and make out of the tree, in .dev/build; only what is out of date.

build_needed_configure() {
    [ ! -x "$top/configure" ] || [ "$top/configure.ac" -nt "$top/configure" ] ||
        [ -n "$(find "$top/m4" -name '*.m4' -newer "$top/configure")" ] ||
        [ ! -f "$top/build-aux/install-sh" ]
}

# configure refuses an absolute source path with a space, so the build goes by a relative one.
build_run() {
    local before after
    if build_needed_configure; then (cd "$top" && autoreconf -i); fi
    mkdir -p "$build"
    cd "$build"
    [ -f Makefile ] || ../../configure --prefix=/usr
    before=$(build_print)
    make -s -j"$(nproc)" all
    after=$(build_print)
    if [ "$before" = "$after" ]; then step_note build "programs are up to date"; fi
}

build_print() { (stat -c '%n %Y %s' "$build"/kvasir* 2>/dev/null || :) | cksum; }

build_ensure() {
    step build "built the programs" "the log names the first error: $log/step-build.log" build_run
}

# build_program NAME: where a built program stands; false while this tree does not build it.
build_program() {
    [ -x "$build/$1" ] && printf '%s\n' "$build/$1"
}
