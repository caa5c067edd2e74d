/*
 * schema: which values of a collection's records are indexed, as Chroma's clients read it.
 */
#include "chroma/schema.h"

#include <string.h>

/* clang-format off */
const struct chroma_schema_index chroma_schema_indexes[CHROMA_SCHEMA_INDEXES] = {
    [CHROMA_SCHEMA_FTS]    = {"string",        "fts_index",             false, "{}"},
    [CHROMA_SCHEMA_STRING] = {"string",        "string_inverted_index", true,  "{}"},
    [CHROMA_SCHEMA_VECTOR] = {"float_list",    "vector_index",          false, NULL},
    [CHROMA_SCHEMA_SPARSE] = {"sparse_vector", "sparse_vector_index",   false, "{\"embedding_function\":{\"type\":\"unknown\"},\"bm25\":false}"},
    [CHROMA_SCHEMA_INT]    = {"int",           "int_inverted_index",    true,  "{}"},
    [CHROMA_SCHEMA_FLOAT]  = {"float",         "float_inverted_index",  true,  "{}"},
    [CHROMA_SCHEMA_BOOL]   = {"bool",          "bool_inverted_index",   true,  "{}"},
};
/* clang-format on */

struct writer {
    struct emit *emit;
    struct arena *arena;
    const struct chroma_schema *schema;
};

/* What was given for one index of one place, or NULL. */
static struct json_object *
given_for(struct json_object *place, const struct chroma_schema_index *index)
{
    return js_find(js_find(place, index->kind), index->name);
}

/* The vector index of the defaults: as given, else like that of the embeddings. */
static void
write_default_vector(const struct writer *to, struct json_object *given)
{
    struct json_object *config = js_find(given, "config");
    struct str space = js_str(js_find(config, "space"));

    if (to->schema->given == NULL)
        config_emit_vector(to->emit, to->schema->space, NULL, to->schema->configuration,
                           to->arena);
    else
        config_emit_vector(to->emit, space.at == NULL ? STR("l2") : space, NULL, config,
                           to->arena);
}

static void
write_index(const struct writer *to, const struct chroma_schema_index *index, bool enabled,
            struct json_object *given)
{
    struct json_object *config = js_find(given, "config");

    emit_object(to->emit, index->name);
    emit_bool(to->emit, "enabled", js_bool(js_find(given, "enabled"), enabled));
    if (index->config == NULL)
        write_default_vector(to, given);
    else
        emit_raw(to->emit, "config",
                 config != NULL ? js_text(to->arena, config) : index->config);
    emit_object_end(to->emit);
}

/* All indexes of one kind of value, as the defaults have them. */
static void
write_kind(const struct writer *to, const char *kind)
{
    struct json_object *defaults = js_find(to->schema->given, "defaults");

    emit_object(to->emit, kind);
    for (size_t i = 0; i < CHROMA_SCHEMA_INDEXES; i++) {
        const struct chroma_schema_index *index = &chroma_schema_indexes[i];

        if (strcmp(index->kind, kind) == 0)
            write_index(to, index, index->enabled, given_for(defaults, index));
    }
    emit_object_end(to->emit);
}

static bool
is_first_of_kind(size_t i)
{
    return i == 0 ||
           strcmp(chroma_schema_indexes[i - 1].kind, chroma_schema_indexes[i].kind) != 0;
}

static void
write_defaults(const struct writer *to)
{
    emit_object(to->emit, "defaults");
    for (size_t i = 0; i < CHROMA_SCHEMA_INDEXES; i++)
        if (is_first_of_kind(i))
            write_kind(to, chroma_schema_indexes[i].kind);
    emit_object_end(to->emit);
}

static void
write_document(const struct writer *to)
{
    const struct chroma_schema_index *fts = &chroma_schema_indexes[CHROMA_SCHEMA_FTS];
    const struct chroma_schema_index *inverted = &chroma_schema_indexes[CHROMA_SCHEMA_STRING];
    struct json_object *given =
        js_find(js_find(to->schema->given, "keys"), CHROMA_SCHEMA_DOCUMENT);

    emit_object(to->emit, CHROMA_SCHEMA_DOCUMENT);
    emit_object(to->emit, fts->kind);
    write_index(to, fts, true, given_for(given, fts));
    write_index(to, inverted, false, given_for(given, inverted));
    emit_object_end(to->emit);
    emit_object_end(to->emit);
}

static void
write_embedding(const struct writer *to)
{
    const struct chroma_schema_index *vector = &chroma_schema_indexes[CHROMA_SCHEMA_VECTOR];
    struct json_object *given =
        js_find(js_find(to->schema->given, "keys"), CHROMA_SCHEMA_EMBEDDING);

    emit_object(to->emit, CHROMA_SCHEMA_EMBEDDING);
    emit_object(to->emit, vector->kind);
    emit_object(to->emit, vector->name);
    emit_bool(to->emit, "enabled", js_bool(js_find(given_for(given, vector), "enabled"), true));
    config_emit_vector(to->emit, to->schema->space, CHROMA_SCHEMA_DOCUMENT,
                       to->schema->configuration, to->arena);
    emit_object_end(to->emit);
    emit_object_end(to->emit);
    emit_object_end(to->emit);
}

static bool
has_text(struct json_object *array, const char *text)
{
    for (size_t i = 0; i < js_count(array); i++)
        if (str_is(js_str(js_item(array, i)), text))
            return true;
    return false;
}

/* What was given as it was given, and each other kind of value that was seen. */
static void
write_key(const struct writer *to, const char *key)
{
    struct json_object *seen = js_find(to->schema->seen, key);
    struct json_object *given = js_find(js_find(to->schema->given, "keys"), key);
    struct js_place place = {NULL, NULL, NULL};

    emit_object(to->emit, key);
    while (js_next(given, &place))
        emit_raw(to->emit, place.name, js_text(to->arena, place.value));
    for (size_t i = 0; i < CHROMA_SCHEMA_INDEXES; i++)
        if (is_first_of_kind(i) && has_text(seen, chroma_schema_indexes[i].kind) &&
            !js_has(given, chroma_schema_indexes[i].kind))
            write_kind(to, chroma_schema_indexes[i].kind);
    emit_object_end(to->emit);
}

static bool
is_special(const char *key)
{
    return strcmp(key, CHROMA_SCHEMA_DOCUMENT) == 0 ||
           strcmp(key, CHROMA_SCHEMA_EMBEDDING) == 0;
}

static void
write_keys(const struct writer *to)
{
    struct json_object *given = js_find(to->schema->given, "keys");
    struct js_place place = {NULL, NULL, NULL};

    emit_object(to->emit, "keys");
    write_document(to);
    write_embedding(to);
    while (js_next(given, &place))
        if (!is_special(place.name))
            write_key(to, place.name);
    place = (struct js_place){NULL, NULL, NULL};
    while (js_next(to->schema->seen, &place))
        if (!js_has(given, place.name))
            write_key(to, place.name);
    emit_object_end(to->emit);
}

void
chroma_schema_emit(struct emit *emit, const char *name, const struct chroma_schema *schema,
                   struct arena *arena)
{
    struct writer to = {emit, arena, schema};

    emit_object(emit, name);
    write_defaults(&to);
    write_keys(&to);
    emit_object_end(emit);
}
