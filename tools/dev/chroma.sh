# shellcheck shell=bash
# chroma.sh: Chroma's own clients and server, for the tests that hold ours against them.
#
# The Python package brings the client and the server, the JavaScript one its client.  Both stand
# in .dev/chroma, in the versions that tests/chroma/ names, and are fetched again when those change.

# Sets chroma_home, which the tests know as KVASIR_TEST_CHROMA.
chroma_place() { chroma_home=$dev_home/chroma; }

# The tables of packages.txt that this machine needs for it.
chroma_packages() {
    command -v node >/dev/null && command -v npm >/dev/null || echo node
}

chroma_wanted() { cat "$top/tests/chroma/requirements.txt" "$top/tests/chroma/package.json"; }

chroma_ensure() {
    chroma_place
    if [ -f "$chroma_home/have" ] && [ "$(chroma_wanted)" = "$(cat "$chroma_home/have")" ]; then
        return 0
    fi
    step chroma "Chroma's clients and server" \
        "check the network and the settings of pip and npm, then run './dev check' again" chroma_get
}

chroma_get() {
    rm -rf "$chroma_home"
    mkdir -p "$chroma_home"
    python3 -m venv "$chroma_home/venv"
    "$chroma_home/venv/bin/pip" install --disable-pip-version-check --no-input \
        -r "$top/tests/chroma/requirements.txt"
    cp "$top/tests/chroma/package.json" "$chroma_home"
    (cd "$chroma_home" && npm install --no-audit --no-fund --no-package-lock --ignore-scripts --omit=optional)
    chroma_wanted >"$chroma_home/have"
}
