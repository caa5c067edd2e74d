# shellcheck shell=bash
# schemas.sh: the official test suite of JSON Schema, for the test that holds our validator against it.
#
# The source package of Python's jsonschema carries the suite.  It stands in .dev/schemas, in the
# version below, and is fetched again when that changes.
schemas_version=4.26.0

# Sets schemas_home, which the tests know as KVASIR_TEST_SCHEMAS.
schemas_place() { schemas_home=$dev_home/schemas; }

schemas_ensure() {
    schemas_place
    if [ -f "$schemas_home/have" ] && [ "$(cat "$schemas_home/have")" = "$schemas_version" ]; then return 0; fi
    step schemas "the test suite of JSON Schema" \
        "check the network and the settings of pip, then run './dev check' again" schemas_get
}

schemas_get() {
    rm -rf "$schemas_home"
    mkdir -p "$schemas_home"
    python3 -m pip download --disable-pip-version-check --no-input --no-deps --no-binary jsonschema \
        -d "$schemas_home" "jsonschema==$schemas_version"
    tar -xzf "$schemas_home/jsonschema-$schemas_version.tar.gz" -C "$schemas_home" \
        --strip-components=2 "jsonschema-$schemas_version/json"
    [ -d "$schemas_home/tests/draft2020-12" ]
    echo "$schemas_version" >"$schemas_home/have"
}
