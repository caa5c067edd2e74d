/*
 * config: a collection's configuration: space, settings of the index, embedding function.
 */
#include "chroma/config.h"

#include "base/digits.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

/* What clients name when their user chose none begins so. */
#define DEFAULT_FUNCTION "{\"type\":\"known\",\"name\":\"default\""

#define MOST_WHOLE "18446744073709551615" /* what an unsigned 64-bit number holds */

/* clang-format off */
static const struct setting {
    const char *name, *legacy, *otherwise;
    bool is_fraction, may_change;
    long legacy_least;
} settings[CONFIG_SETTINGS] = {
    [CONFIG_EF_CONSTRUCTION] = {"ef_construction", "hnsw:construction_ef",  "100",  false, false, 0},
    [CONFIG_MAX_NEIGHBORS]   = {"max_neighbors",   "hnsw:M",                "16",   false, true,  0},
    [CONFIG_EF_SEARCH]       = {"ef_search",       "hnsw:search_ef",        "100",  false, true,  0},
    [CONFIG_NUM_THREADS]     = {"num_threads",     "hnsw:num_threads",      NULL,   false, true,  0},
    [CONFIG_BATCH_SIZE]      = {"batch_size",      "hnsw:batch_size",       "100",  false, true,  2},
    [CONFIG_SYNC_THRESHOLD]  = {"sync_threshold",  "hnsw:sync_threshold",   "1000", false, true,  2},
    [CONFIG_RESIZE_FACTOR]   = {"resize_factor",   "hnsw:resize_factor",    "1.2",  true,  true,  0},
};
/* clang-format on */

static const char *const spann_known[] = {
    "search_nprobe",           "write_nprobe",    "space",
    "ef_construction",         "ef_search",       "max_neighbors",
    "reassign_neighbor_count", "split_threshold", "merge_threshold"};

static bool
is_whole(struct str text)
{
    size_t digits = 0;

    while (digits < text.len && text.at[digits] >= '0' && text.at[digits] <= '9')
        digits++;
    return digits == text.len && digits > 0 &&
           (digits < sizeof MOST_WHOLE - 1 ||
            (digits == sizeof MOST_WHOLE - 1 && memcmp(text.at, MOST_WHOLE, digits) <= 0));
}

static bool
space_is_known(struct str space)
{
    return str_is(space, "l2") || str_is(space, "cosine") || str_is(space, "ip");
}

static bool
scan_space(struct scan *scan, struct str *space)
{
    if (scan_null(scan))
        return true;
    if (!scan_string(scan, space))
        return false;
    return space_is_known(*space) ||
           scan_refuse(scan, ERR_SHAPE,
                       "unknown variant `%.*s`, expected one of `l2`, `cosine`, `ip`",
                       (int)(space->len < 60 ? space->len : 60), space->at);
}

static struct str
fraction(struct arena *arena, double value)
{
    char text[DIGITS_ROOM];
    size_t len = digits_double(text, value);

    return (struct str){arena_strdup(arena, text), len};
}

static bool
scan_setting(struct scan *scan, const struct setting *setting, struct str *json)
{
    struct str text;
    double value;

    if (scan_null(scan))
        return true;
    if (setting->is_fraction) {
        if (!scan_double(scan, &value))
            return false;
        *json = fraction(scan->arena, value);
        return true;
    }
    if (!scan_raw(scan, &text))
        return false;
    if (!is_whole(text))
        return scan_refuse(scan, ERR_SHAPE, "must be a whole number, not negative");
    *json = text;
    return true;
}

static bool
refuse_member(struct scan *scan, struct str name)
{
    return scan_refuse(scan, ERR_SHAPE, "unknown field `%.*s`",
                       (int)(name.len < 60 ? name.len : 60), name.at);
}

static bool
hnsw_member(struct scan *scan, struct str name, struct config *config, bool is_change)
{
    if (!is_change && str_is(name, "space"))
        return scan_space(scan, &config->space);
    for (size_t i = 0; i < CONFIG_SETTINGS; i++)
        if (str_is(name, settings[i].name) && (!is_change || settings[i].may_change))
            return scan_setting(scan, &settings[i], &config->settings[i]);
    return refuse_member(scan, name);
}

/* Chroma's other kind of index: its space counts, its settings mean nothing here. */
static bool
spann_member(struct scan *scan, struct str name, struct config *config, bool is_change)
{
    static const struct setting number = {.is_fraction = false};
    struct str unused;

    if (!is_change && str_is(name, "space"))
        return scan_space(scan, &config->space);
    for (size_t i = 0; i < sizeof spann_known / sizeof spann_known[0]; i++)
        if (str_is(name, spann_known[i]) &&
            (!is_change || str_is(name, "search_nprobe") || str_is(name, "ef_search")))
            return scan_setting(scan, &number, &unused);
    return refuse_member(scan, name);
}

static bool
scan_index(struct scan *scan, struct config *config, bool is_spann, bool is_change)
{
    struct str name;

    if (scan_null(scan))
        return true;
    *(is_spann ? &config->has_spann : &config->has_hnsw) = true;
    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name)) {
        if (!(is_spann ? spann_member(scan, name, config, is_change)
                       : hnsw_member(scan, name, config, is_change)))
            return false;
    }
    return scan->err->kind == ERR_NONE;
}

struct function {
    struct str type, name, settings;
};

static bool
function_member(struct scan *scan, struct str name, struct function *function)
{
    if (str_is(name, "type"))
        return scan_string(scan, &function->type);
    if (str_is(name, "name"))
        return scan_string(scan, &function->name);
    if (str_is(name, "config"))
        return scan_raw(scan, &function->settings);
    return scan_skip(scan);
}

static bool
function_check(struct scan *scan, const struct function *function)
{
    bool is_known = str_is(function->type, "known");

    if (function->type.at == NULL)
        return scan_refuse(scan, ERR_SHAPE, "missing field `type`");
    if (!is_known && !str_is(function->type, "legacy") && !str_is(function->type, "unknown"))
        return scan_refuse(scan, ERR_SHAPE,
                           "unknown variant, expected one of `legacy`, `known`, `unknown`");
    if (is_known && function->name.at == NULL)
        return scan_refuse(scan, ERR_SHAPE, "missing field `name`");
    if (is_known && function->settings.at == NULL)
        return scan_refuse(scan, ERR_SHAPE, "missing field `config`");
    return true;
}

static bool
scan_function(struct scan *scan, struct str *json)
{
    struct function function = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    struct emit emit;
    struct buf buf;
    struct str name;

    if (scan_null(scan))
        return true;
    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name)) {
        if (!function_member(scan, name, &function))
            return false;
    }
    if (scan->err->kind != ERR_NONE || !function_check(scan, &function))
        return false;
    if (function.settings.len > CONFIG_MOST)
        return scan_refuse(scan, ERR_INPUT, "is longer than %d bytes", CONFIG_MOST);
    buf_start(&buf, scan->arena, 64 + function.settings.len);
    emit_start(&emit, &buf);
    emit_object(&emit, NULL);
    emit_str(&emit, "type", function.type);
    if (str_is(function.type, "known")) {
        emit_str(&emit, "name", function.name);
        emit_raw(&emit, "config", str_copy(scan->arena, function.settings));
    }
    emit_object_end(&emit);
    *json = (struct str){buf.data, buf.len};
    return true;
}

static bool
scan_all(struct scan *scan, struct config *config, bool is_change)
{
    struct str name;
    bool good = true;

    *config = (struct config){.is_bad = false};
    if (scan_null(scan))
        return true;
    if (!scan_object(scan))
        return false;
    while (good && scan_member(scan, &name)) {
        if (str_is(name, "hnsw") || str_is(name, "spann"))
            good = scan_index(scan, config, str_is(name, "spann"), is_change);
        else if (str_is(name, "embedding_function"))
            good = scan_function(scan, &config->embedding_function);
        else
            good = scan_skip(scan);
    }
    if (!good || scan->err->kind != ERR_NONE)
        return false;
    return !(config->has_hnsw && config->has_spann) ||
           err_set(scan->err, ERR_INPUT, "Multiple vector index configurations provided");
}

bool
config_scan_function(struct scan *scan, struct str *json)
{
    return scan_function(scan, json);
}

static bool
vector_member(struct scan *scan, struct str name, struct config *config, struct str *source_key)
{
    if (str_is(name, "space"))
        return scan_space(scan, &config->space);
    if (str_is(name, "source_key"))
        return scan_null(scan) || scan_string(scan, source_key);
    if (str_is(name, "embedding_function"))
        return scan_function(scan, &config->embedding_function);
    if (str_is(name, "hnsw") || str_is(name, "spann"))
        return scan_index(scan, config, str_is(name, "spann"), false);
    return refuse_member(scan, name);
}

bool
config_scan_vector(struct scan *scan, struct config *config, struct str *source_key)
{
    struct str name;

    *config = (struct config){.is_bad = false};
    *source_key = (struct str){NULL, 0};
    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name)) {
        if (!vector_member(scan, name, config, source_key))
            return false;
    }
    return scan->err->kind == ERR_NONE;
}

bool
config_scan(struct scan *scan, struct config *config)
{
    return scan_all(scan, config, false);
}

bool
config_scan_change(struct scan *scan, struct config *config)
{
    return scan_all(scan, config, true);
}

static bool
legacy_number(const struct setting *setting, struct str json, struct arena *arena,
              struct str *to)
{
    struct err err = {.kind = ERR_NONE};
    struct scan scan;
    double value;

    scan_start(&scan, json.at, json.len, arena, &err);
    if (!scan_double(&scan, &value))
        return false;
    *to = setting->is_fraction ? fraction(arena, value) : json;
    return setting->is_fraction || (is_whole(json) && value >= (double)setting->legacy_least);
}

void
config_legacy(struct config *config, struct str key, struct str json, struct arena *arena)
{
    if (str_is(key, "hnsw:space")) {
        config->space = (struct str){json.at + 1, json.len - 2};
        config->is_bad = config->is_bad || json.at[0] != '"' || !space_is_known(config->space);
        return;
    }
    for (size_t i = 0; i < CONFIG_SETTINGS; i++)
        if (str_is(key, settings[i].legacy)) {
            config->is_bad = !legacy_number(&settings[i], json, arena, &config->settings[i]) ||
                             config->is_bad;
            return;
        }
    config->is_bad = true;
}

static bool
setting_is_default(const struct setting *setting, struct str json)
{
    long number;

    if (json.at == NULL)
        return true;
    if (setting->otherwise != NULL)
        return str_is(json, setting->otherwise);
    return str_to_long(json, 0, LONG_MAX, &number) && number == sysconf(_SC_NPROCESSORS_ONLN);
}

static bool
says_index(const struct config *config)
{
    bool says = config->space.at != NULL && !str_is(config->space, "l2");

    for (size_t i = 0; i < CONFIG_SETTINGS; i++)
        says = says || !setting_is_default(&settings[i], config->settings[i]);
    return says;
}

static bool
function_is_default(struct str json)
{
    return json.at == NULL || str_is(json, "{\"type\":\"unknown\"}") ||
           str_starts(json, DEFAULT_FUNCTION);
}

bool
config_is_default(const struct config *config)
{
    return !says_index(config) && function_is_default(config->embedding_function);
}

bool
config_join(struct config *config, const struct config *legacy, struct err *err)
{
    if (legacy->is_bad)
        return err_set(err, ERR_INPUT, "Failed to parse hnsw parameters from segment metadata");
    if (config->has_spann || says_index(config))
        return true;
    config->space = legacy->space;
    memcpy(config->settings, legacy->settings, sizeof config->settings);
    return true;
}

struct str
config_hnsw(const struct config *config, struct arena *arena)
{
    struct emit emit;
    struct buf buf;
    bool any = false;

    buf_start(&buf, arena, 200);
    emit_start(&emit, &buf);
    emit_object(&emit, NULL);
    for (size_t i = 0; i < CONFIG_SETTINGS; i++) {
        if (config->settings[i].at == NULL)
            continue;
        emit_raw(&emit, settings[i].name, str_copy(arena, config->settings[i]));
        any = true;
    }
    emit_object_end(&emit);
    return any ? (struct str){buf.data, buf.len} : (struct str){NULL, 0};
}

struct str
config_stored(const struct config *config, bool with_space, struct arena *arena)
{
    struct str hnsw = config_hnsw(config, arena);
    struct emit emit;
    struct buf buf;

    buf_start(&buf, arena, 100 + hnsw.len + config->embedding_function.len);
    emit_start(&emit, &buf);
    emit_object(&emit, NULL);
    if (with_space && config->space.at != NULL)
        emit_str(&emit, "space", config->space);
    if (hnsw.at != NULL)
        emit_raw(&emit, "hnsw", hnsw.at);
    if (config->embedding_function.at != NULL)
        emit_raw(&emit, "embedding_function", config->embedding_function.at);
    emit_object_end(&emit);
    return (struct str){buf.data, buf.len};
}

static void
emit_setting(struct emit *emit, enum config_setting which, struct json_object *hnsw,
             struct arena *arena)
{
    const struct setting *setting = &settings[which];
    struct json_object *value = js_find(hnsw, setting->name);

    if (value != NULL)
        emit_raw(emit, setting->name, js_text(arena, value));
    else if (setting->otherwise != NULL)
        emit_raw(emit, setting->name, setting->otherwise);
    else
        emit_long(emit, setting->name, sysconf(_SC_NPROCESSORS_ONLN));
}

void
config_emit(struct emit *emit, const char *name, struct str space, struct json_object *stored,
            struct arena *arena)
{
    static const enum config_setting shown[] = {CONFIG_EF_CONSTRUCTION, CONFIG_EF_SEARCH,
                                                CONFIG_MAX_NEIGHBORS, CONFIG_RESIZE_FACTOR,
                                                CONFIG_SYNC_THRESHOLD};
    struct json_object *hnsw = js_find(stored, "hnsw");
    struct json_object *function = js_find(stored, "embedding_function");

    emit_object(emit, name);
    emit_object(emit, "hnsw");
    emit_str(emit, "space", space);
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
        emit_setting(emit, shown[i], hnsw, arena);
    emit_object_end(emit);
    emit_null(emit, "spann");
    emit_raw(emit, "embedding_function", function == NULL ? NULL : js_text(arena, function));
    emit_object_end(emit);
}

void
config_emit_vector(struct emit *emit, struct str space, const char *source_key,
                   struct json_object *stored, struct arena *arena)
{
    struct json_object *hnsw = js_find(stored, "hnsw");
    struct json_object *function = js_find(stored, "embedding_function");

    emit_object(emit, "config");
    emit_str(emit, "space", space);
    if (function != NULL)
        emit_raw(emit, "embedding_function", js_text(arena, function));
    if (source_key != NULL)
        emit_text(emit, "source_key", source_key);
    emit_object(emit, "hnsw");
    for (enum config_setting i = 0; i < CONFIG_SETTINGS; i++)
        emit_setting(emit, i, hnsw, arena);
    emit_object_end(emit);
    emit_object_end(emit);
}
