/*
 * schema_scan: the schema that a client gives with a new collection.
 *
 * It is written anew while it is read, known members only and defaults filled in, so that what
 * the database keeps can be told back as it is.
 */
#include "chroma/schema.h"

#include <string.h>

#define SPARSE_FUNCTION "{\"type\":\"unknown\"}"

struct reader {
    struct scan *scan;
    struct chroma_schema_given *given;
    struct emit emit;
    const char *key; /* NULL: the defaults */
    bool says;       /* something that is no default */
};

struct entry {
    const struct chroma_schema_index *index;
    bool enabled, has_enabled;
    struct str config; /* JSON */
};

static bool
is_key(const struct reader *reader, const char *key)
{
    return reader->key != NULL && strcmp(reader->key, key) == 0;
}

static void
refuse(struct reader *reader, const char *why, const char *which)
{
    err_set(&reader->given->refused, ERR_INPUT, "Validation error: schema: %s%.100s", why,
            which == NULL ? "" : which);
}

/* The two numbers that Chroma wants larger than one. */
static void
check_sizes(struct reader *reader, const struct config *config)
{
    static const enum config_setting least_two[] = {CONFIG_BATCH_SIZE, CONFIG_SYNC_THRESHOLD};

    for (size_t i = 0; i < sizeof least_two / sizeof least_two[0]; i++)
        if (str_is(config->settings[least_two[i]], "0") ||
            str_is(config->settings[least_two[i]], "1"))
            err_set(&reader->given->refused, ERR_INPUT,
                    "Failed to reconcile schema: Invalid HNSW configuration: batch_size and "
                    "sync_threshold are at least 2");
}

static bool
scan_vector_config(struct reader *reader, struct str *json)
{
    struct config config;
    struct str source;

    if (!config_scan_vector(reader->scan, &config, &source))
        return false;
    if (source.at != NULL && !str_is(source, CHROMA_SCHEMA_DOCUMENT))
        refuse(reader, "Vector index can only source from #document", NULL);
    check_sizes(reader, &config);
    reader->says = reader->says || !config_is_default(&config);
    if (is_key(reader, CHROMA_SCHEMA_EMBEDDING))
        reader->given->vector = config;
    *json = config_stored(&config, true, reader->scan->arena);
    return true;
}

static bool
refuse_member(struct scan *scan, struct str name)
{
    return scan_refuse(scan, ERR_SHAPE, "unknown field `%.*s`",
                       (int)(name.len < 60 ? name.len : 60), name.at);
}

static bool
sparse_member(struct scan *scan, struct str name, struct str *function, struct str *source,
              bool *bm25)
{
    if (str_is(name, "embedding_function"))
        return config_scan_function(scan, function);
    if (str_is(name, "source_key"))
        return scan_null(scan) || scan_string(scan, source);
    if (str_is(name, "bm25"))
        return scan_null(scan) || scan_bool(scan, bm25);
    return str_is(name, "algorithm") ? scan_skip(scan) : refuse_member(scan, name);
}

static bool
scan_sparse_config(struct reader *reader, struct str *json)
{
    struct str name, function = STR(SPARSE_FUNCTION), source = {NULL, 0};
    struct scan *scan = reader->scan;
    bool bm25 = false;
    struct emit emit;
    struct buf buf;

    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name)) {
        if (!sparse_member(scan, name, &function, &source, &bm25))
            return false;
    }
    buf_start(&buf, scan->arena, 100 + function.len);
    emit_start(&emit, &buf);
    emit_object(&emit, NULL);
    emit_raw(&emit, "embedding_function", function.at);
    if (source.at != NULL)
        emit_str(&emit, "source_key", source);
    emit_bool(&emit, "bm25", bm25);
    emit_object_end(&emit);
    reader->says =
        reader->says || bm25 || source.at != NULL || !str_is(function, SPARSE_FUNCTION);
    *json = (struct str){buf.data, buf.len};
    return scan->err->kind == ERR_NONE;
}

static bool
scan_empty_config(struct scan *scan, struct str *json)
{
    struct str name;

    if (!scan_object(scan))
        return false;
    if (scan_member(scan, &name))
        return refuse_member(scan, name);
    *json = STR("{}");
    return scan->err->kind == ERR_NONE;
}

static bool
scan_entry_config(struct reader *reader, struct entry *entry)
{
    if (entry->index == &chroma_schema_indexes[CHROMA_SCHEMA_VECTOR])
        return scan_vector_config(reader, &entry->config);
    if (entry->index == &chroma_schema_indexes[CHROMA_SCHEMA_SPARSE])
        return scan_sparse_config(reader, &entry->config);
    return scan_empty_config(reader->scan, &entry->config);
}

static void
check_place(struct reader *reader, const struct chroma_schema_index *index)
{
    bool is_vector = index == &chroma_schema_indexes[CHROMA_SCHEMA_VECTOR];
    const char *home = is_vector ? CHROMA_SCHEMA_EMBEDDING : CHROMA_SCHEMA_DOCUMENT;

    if ((!is_vector && index != &chroma_schema_indexes[CHROMA_SCHEMA_FTS]) ||
        is_key(reader, home))
        return;
    if (reader->key == NULL)
        refuse(reader,
               is_vector ? "Vector index cannot be enabled by default. It can only be enabled "
                           "on #embedding field."
                         : "Full text search / regular expression index cannot be enabled by "
                           "default. It can only be enabled on #document field.",
               NULL);
    else
        refuse(reader,
               is_vector ? "Vector index can only be enabled on #embedding field: "
                         : "Full text search / regular expression index can only be enabled on "
                           "#document field: ",
               reader->key);
}

static bool
enabled_otherwise(const struct reader *reader, const struct chroma_schema_index *index)
{
    if (is_key(reader, CHROMA_SCHEMA_DOCUMENT) && strcmp(index->kind, "string") == 0)
        return index == &chroma_schema_indexes[CHROMA_SCHEMA_FTS];
    return is_key(reader, CHROMA_SCHEMA_EMBEDDING) || index->enabled;
}

static bool
scan_entry(struct reader *reader, const struct chroma_schema_index *index)
{
    struct entry entry = {.index = index};
    struct scan *scan = reader->scan;
    struct str name;
    bool good = true;

    if (scan_null(scan))
        return true;
    if (!scan_object(scan))
        return false;
    while (good && scan_member(scan, &name)) {
        if (str_is(name, "enabled"))
            good = entry.has_enabled = scan_bool(scan, &entry.enabled);
        else
            good = str_is(name, "config") ? scan_entry_config(reader, &entry) : scan_skip(scan);
    }
    if (!good || scan->err->kind != ERR_NONE)
        return false;
    if (!entry.has_enabled || entry.config.at == NULL)
        return scan_refuse(scan, ERR_SHAPE, "missing field `%s`",
                           entry.has_enabled ? "config" : "enabled");
    if (entry.enabled)
        check_place(reader, index);
    reader->says = reader->says || entry.enabled != enabled_otherwise(reader, index);
    emit_object(&reader->emit, index->name);
    emit_bool(&reader->emit, "enabled", entry.enabled);
    emit_raw(&reader->emit, "config", str_copy(scan->arena, entry.config));
    emit_object_end(&reader->emit);
    return true;
}

/* The two keys that every collection has hold one kind of value. */
static void
check_kind(struct reader *reader, const char *kind)
{
    if (is_key(reader, CHROMA_SCHEMA_EMBEDDING) && strcmp(kind, "float_list") != 0)
        refuse(reader, "Embedding field cannot have any value types other than float_list: ",
               reader->key);
    if (is_key(reader, CHROMA_SCHEMA_DOCUMENT) && strcmp(kind, "string") != 0)
        refuse(reader,
               "Document field cannot have any value types other than string: ", reader->key);
}

static bool
scan_kind(struct reader *reader, const char *kind)
{
    struct scan *scan = reader->scan;
    struct str name;

    if (scan_null(scan))
        return true;
    if (!scan_object(scan))
        return false;
    check_kind(reader, kind);
    emit_object(&reader->emit, kind);
    while (scan_member(scan, &name)) {
        const struct chroma_schema_index *found = NULL;

        for (size_t i = 0; i < CHROMA_SCHEMA_INDEXES; i++)
            if (strcmp(chroma_schema_indexes[i].kind, kind) == 0 &&
                str_is(name, chroma_schema_indexes[i].name))
                found = &chroma_schema_indexes[i];
        if (!(found != NULL ? scan_entry(reader, found) : scan_skip(scan)))
            return false;
    }
    emit_object_end(&reader->emit);
    return scan->err->kind == ERR_NONE;
}

/* All kinds of value of one key, or of the defaults. */
static bool
scan_place(struct reader *reader, const char *name)
{
    struct scan *scan = reader->scan;
    struct str kind;

    if (!scan_object(scan))
        return false;
    emit_object(&reader->emit, name);
    while (scan_member(scan, &kind)) {
        const char *known = NULL;

        for (size_t i = 0; i < CHROMA_SCHEMA_INDEXES; i++)
            if (str_is(kind, chroma_schema_indexes[i].kind))
                known = chroma_schema_indexes[i].kind;
        if (!(known != NULL ? scan_kind(reader, known) : scan_skip(scan)))
            return false;
    }
    emit_object_end(&reader->emit);
    return scan->err->kind == ERR_NONE;
}

static bool
scan_keys(struct reader *reader)
{
    struct str key;

    if (!scan_object(reader->scan))
        return false;
    emit_object(&reader->emit, "keys");
    while (scan_member(reader->scan, &key)) {
        reader->key = str_copy(reader->scan->arena, key);
        if (is_key(reader, CHROMA_SCHEMA_DOCUMENT) || is_key(reader, CHROMA_SCHEMA_EMBEDDING))
            ;
        else if (key.len > 0 && key.at[0] == '#')
            refuse(reader,
                   "key cannot begin with '#'. Keys starting with '#' are reserved for system "
                   "use: ",
                   reader->key);
        else
            reader->says = true;
        if (!scan_place(reader, reader->key))
            return false;
    }
    reader->key = NULL;
    emit_object_end(&reader->emit);
    return reader->scan->err->kind == ERR_NONE;
}

static bool
scan_members(struct reader *reader)
{
    bool has_defaults = false, has_keys = false, good = true;
    struct scan *scan = reader->scan;
    struct str name;

    while (good && scan_member(scan, &name)) {
        if (str_is(name, "defaults")) {
            has_defaults = good = !has_defaults && scan_place(reader, "defaults");
        } else if (str_is(name, "keys")) {
            has_keys = good = !has_keys && scan_keys(reader);
        } else {
            if (str_is(name, "source_attached_function_id") && scan_peek(scan) != SCAN_NULL)
                refuse(reader,
                       "Cannot set source_attached_function_id. This field is reserved for "
                       "system use.",
                       NULL);
            good = scan_skip(scan);
        }
    }
    if (scan->err->kind != ERR_NONE)
        return false;
    if (!good)
        return scan_refuse(scan, ERR_SHAPE, "duplicate field");
    return (has_defaults && has_keys) || scan_refuse(scan, ERR_SHAPE, "missing field `%s`",
                                                     has_defaults ? "keys" : "defaults");
}

bool
chroma_schema_scan(struct scan *scan, struct chroma_schema_given *given)
{
    struct reader reader = {.scan = scan, .given = given};
    struct buf buf;

    *given = (struct chroma_schema_given){.json = {NULL, 0}};
    if (scan_null(scan))
        return true;
    if (!scan_object(scan))
        return false;
    buf_start(&buf, scan->arena, 1000);
    emit_start(&reader.emit, &buf);
    emit_object(&reader.emit, NULL);
    if (!scan_members(&reader))
        return false;
    emit_object_end(&reader.emit);
    if (buf.len > CONFIG_MOST)
        return scan_refuse(scan, ERR_INPUT, "is longer than %d bytes", CONFIG_MOST);
    if (reader.says)
        given->json = (struct str){buf.data, buf.len};
    return true;
}
