/*
 * schema_scan: the schema that a client gives a new collection.
 */
#include "chroma/schema_scan.h"

#define DOCUMENT    "#document"
#define EMBEDDING   "#embedding"
#define SHOWN(name) (int)((name).len < 60 ? (name).len : 60), (name).at

struct place {
    struct schema_given *given;
    struct str key; /* absent: the defaults */
};

static bool
may_search_words(struct scan *scan, const struct place *place, bool is_enabled)
{
    return !is_enabled || place->key.at == NULL || str_is(place->key, DOCUMENT) ||
           err_set(scan->err, ERR_INPUT,
                   "Validation error: schema: Full text search / regular expression index can "
                   "only be enabled on #document field: %.*s",
                   SHOWN(place->key));
}

/* {"enabled": ..., "config": {...}} of the index `name`. */
static bool
scan_index(struct scan *scan, struct str name, struct place *place)
{
    bool is_vector = str_is(name, "vector_index") && str_is(place->key, EMBEDDING);
    bool is_enabled = false, good = true;
    struct str member;

    if (!scan_object(scan))
        return false;
    while (good && scan_member(scan, &member)) {
        if (str_is(member, "enabled"))
            good = scan_bool(scan, &is_enabled);
        else if (str_is(member, "config") && is_vector)
            good = config_scan_vector(scan, &place->given->config);
        else
            good = scan_skip(scan);
    }
    return good && scan->err->kind == ERR_NONE &&
           (!str_is(name, "fts_index") || may_search_words(scan, place, is_enabled));
}

/* The indexes of one kind of value. */
static bool
scan_kind(struct scan *scan, struct place *place)
{
    struct str name;

    if (scan_null(scan))
        return true;
    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name)) {
        if (!(scan_null(scan) || scan_index(scan, name, place)))
            return false;
    }
    return scan->err->kind == ERR_NONE;
}

static bool
scan_kinds(struct scan *scan, struct place *place)
{
    struct str kind;

    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &kind)) {
        if (!scan_kind(scan, place))
            return false;
    }
    return scan->err->kind == ERR_NONE;
}

static bool
scan_keys(struct scan *scan, struct schema_given *given)
{
    struct place place = {given, {NULL, 0}};
    struct str key;

    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &key)) {
        bool is_common = str_is(key, DOCUMENT) || str_is(key, EMBEDDING);

        if (!is_common && key.len > 0 && key.at[0] == '#')
            return err_set(scan->err, ERR_INPUT,
                           "Validation error: schema: key cannot begin with '#'. Keys starting "
                           "with '#' are reserved for system use: %.*s",
                           SHOWN(key));
        given->has_more = given->has_more || !is_common;
        place.key = key;
        if (!scan_kinds(scan, &place))
            return false;
    }
    return scan->err->kind == ERR_NONE;
}

static bool
scan_parts(struct scan *scan, struct schema_given *given)
{
    struct place defaults = {given, {NULL, 0}};
    bool has_defaults = false, has_keys = false, good = true;
    struct str name;

    if (!scan_object(scan))
        return false;
    while (good && scan_member(scan, &name)) {
        if (str_is(name, "defaults"))
            good = has_defaults = scan_kinds(scan, &defaults);
        else if (str_is(name, "keys"))
            good = has_keys = scan_keys(scan, given);
        else
            good = scan_skip(scan);
    }
    if (!good || scan->err->kind != ERR_NONE)
        return false;
    if (!has_defaults || !has_keys)
        return scan_refuse(scan, ERR_SHAPE, "missing field `%s`",
                           has_defaults ? "keys" : "defaults");
    return true;
}

bool
schema_scan(struct scan *scan, struct schema_given *given)
{
    struct scan again;

    *given = (struct schema_given){.has_more = false};
    if (scan_null(scan))
        return true;
    again = *scan;
    return scan_parts(&again, given) && scan_raw(scan, &given->json);
}

bool
schema_scan_reconcile(struct schema_given *given, struct config *config, struct err *err)
{
    if (given->json.at == NULL)
        return true;
    if (config_is_default(config)) {
        config_replace(config, &given->config);
        return true;
    }
    given->json = (struct str){NULL, 0};
    return (!given->has_more && config_is_default(&given->config)) ||
           err_set(err, ERR_INPUT,
                   "Failed to reconcile schema: Cannot set both collection config and schema "
                   "simultaneously");
}
