# shellcheck shell=bash
# data.sh: bring the database to this version, fetch the model, load the project's own docs.

# data_verb VERB: does the built command know this verb?
data_verb() {
    local kvasir
    kvasir=$(build_program kvasir) && "$kvasir" --help 2>/dev/null | grep -Ew -- "^ +$1" >/dev/null
}

data_kvasir() { "$(build_program kvasir)" "$@"; }

data_migrate_run() { data_kvasir migrate; }

data_migrate() {
    data_verb migrate || return 0
    step migrate "the database is at this version" \
        "read the lines above; './dev down --wipe' starts afresh" data_migrate_run
}

# Without a model there is still search by words, so a failing download only warns.
data_model() {
    [ "${KVASIR_MODEL:-}" != none ] || return 0
    data_verb model || return 0
    [ ! -f "$dev_home/model.ready" ] || [ ! -d "$KVASIR_MODEL_DIR" ] || return 0
    step_try model "embedding model is in place" data_kvasir model install
    if [ "$step_rc" -eq 0 ]; then
        touch "$dev_home/model.ready"
    else
        base_warn "the embedding model could not be fetched: search goes by words alone until \
'./dev kvasir model install' succeeds"
    fi
}

# Without the model the docs are still found by their words.
data_ingest_run() {
    local model=()
    [ -f "$dev_home/model.ready" ] || model=(--set model=none)
    data_kvasir "${model[@]}" ingest "$top/docs" --collection docs
    data_print >"$dev_home/docs.print"
}

# The docs are loaded again only when one of them has changed.
data_print() {
    {
        find "$top/docs" -type f -exec stat -c '%n %Y %s' {} + | LC_ALL=C sort
        find "$dev_home" -maxdepth 1 -name model.ready
    } | cksum
}

data_docs() {
    data_verb ingest || return 0
    [ "$(cat "$dev_home/docs.print" 2>/dev/null)" != "$(data_print)" ] || return 0
    step_try docs "docs/ is in collection 'docs'" data_ingest_run
    [ "$step_rc" -eq 0 ] || base_warn "docs/ could not be loaded: the lines above say why"
}

data_search() {
    local answer
    data_verb search || return 0
    [ -f "$dev_home/docs.print" ] || return 0
    base_say ""
    base_say "\$ ./dev kvasir search 'one transaction' --collection docs"
    if answer=$(data_kvasir search 'one transaction' --collection docs 2>&1 </dev/null); then
        head -n 12 <<<"$answer" | cut -c1-110 >&3
    else
        base_warn "the search failed: $(tail -n 1 <<<"$answer")"
    fi
}
