# shellcheck shell=bash
# memory.sh: MCP's reference memory server, for the test that holds our nine tools against it.
#
# It stands in .dev/memory, in the version below, and is fetched again when that changes.
memory_version=2026.8.31

# Sets memory_home, which the tests know as KVASIR_TEST_MEMORY_SERVER.
memory_place() { memory_home=$dev_home/memory; }

memory_ensure() {
    memory_place
    if [ -f "$memory_home/have" ] && [ "$(cat "$memory_home/have")" = "$memory_version" ]; then return 0; fi
    step memory "MCP's reference memory server" \
        "check the network and the settings of npm, then run './dev check' again" memory_get
}

memory_get() {
    rm -rf "$memory_home"
    mkdir -p "$memory_home"
    npm install --prefix "$memory_home" --no-audit --no-fund --no-package-lock --ignore-scripts \
        "@modelcontextprotocol/server-memory@$memory_version"
    echo "$memory_version" >"$memory_home/have"
}
