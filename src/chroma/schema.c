/*
 * schema: which values of a collection's records are indexed, as Chroma's clients read it.
 */
#include "chroma/schema.h"

#include "chroma/config.h"

#include <string.h>

#define DOCUMENT  "#document"
#define EMBEDDING "#embedding"

/* clang-format off */
static const struct index {
    const char *kind, *name;
    bool enabled;
    const char *config; /* NULL: the collection's vector index */
} indexes[] = {
    {"string",        "fts_index",             false, "{}"},
    {"string",        "string_inverted_index", true,  "{}"},
    {"float_list",    "vector_index",          false, NULL},
    {"sparse_vector", "sparse_vector_index",   false, "{\"embedding_function\":{\"type\":\"unknown\"},\"bm25\":false}"},
    {"int",           "int_inverted_index",    true,  "{}"},
    {"float",         "float_inverted_index",  true,  "{}"},
    {"bool",          "bool_inverted_index",   true,  "{}"},
};
/* clang-format on */

#define INDEXES (sizeof indexes / sizeof indexes[0])

struct writer {
    struct emit *emit;
    struct arena *arena;
    const struct chroma_schema *schema;
};

/* What was given for one index of one place, or NULL. */
static struct json_object *
given_for(struct json_object *place, const struct index *index)
{
    return js_find(js_find(place, index->kind), index->name);
}

/* A given schema speaks of #embedding alone; its defaults stay what they were. */
static struct str
default_space(struct json_object *config)
{
    struct str given = js_str(js_find(config, "space"));

    return given.at != NULL ? given : STR("l2");
}

static void
write_index(const struct writer *to, const struct index *index, bool enabled,
            struct json_object *given, const char *source_key)
{
    struct json_object *config = js_find(given, "config");

    emit_object(to->emit, index->name);
    emit_bool(to->emit, "enabled", js_bool(js_find(given, "enabled"), enabled));
    if (index->config == NULL && source_key == NULL && to->schema->given != NULL)
        config_emit_vector(to->emit, default_space(config), NULL, NULL, to->arena);
    else if (index->config == NULL)
        config_emit_vector(to->emit, to->schema->space, source_key, to->schema->configuration,
                           to->arena);
    else
        emit_raw(to->emit, "config",
                 js_count(config) > 0 ? js_text(to->arena, config) : index->config);
    emit_object_end(to->emit);
}

/* All indexes of one kind of value, or only those that were given, in one place: a key, or the
   defaults. */
static void
write_kind(const struct writer *to, const char *kind, struct json_object *place,
           bool is_given_only)
{
    struct json_object *defaults = js_find(to->schema->given, "defaults");

    emit_object(to->emit, kind);
    for (size_t i = 0; i < INDEXES; i++) {
        struct json_object *given = given_for(place, &indexes[i]);

        if (strcmp(indexes[i].kind, kind) == 0 && (given != NULL || !is_given_only))
            write_index(to, &indexes[i], indexes[i].enabled,
                        given != NULL ? given : given_for(defaults, &indexes[i]), NULL);
    }
    emit_object_end(to->emit);
}

static bool
is_first_of_kind(size_t i)
{
    return i == 0 || strcmp(indexes[i - 1].kind, indexes[i].kind) != 0;
}

static void
write_defaults(const struct writer *to)
{
    emit_object(to->emit, "defaults");
    for (size_t i = 0; i < INDEXES; i++)
        if (is_first_of_kind(i))
            write_kind(to, indexes[i].kind, NULL, false);
    emit_object_end(to->emit);
}

static void
write_document(const struct writer *to)
{
    struct json_object *given = js_find(js_find(to->schema->given, "keys"), DOCUMENT);

    emit_object(to->emit, DOCUMENT);
    emit_object(to->emit, "string");
    write_index(to, &indexes[0], true, given_for(given, &indexes[0]), NULL);
    write_index(to, &indexes[1], false, given_for(given, &indexes[1]), NULL);
    emit_object_end(to->emit);
    emit_object_end(to->emit);
}

static void
write_embedding(const struct writer *to)
{
    emit_object(to->emit, EMBEDDING);
    emit_object(to->emit, "float_list");
    write_index(to, &indexes[2], true, NULL, DOCUMENT);
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

static void
write_key(const struct writer *to, const char *key)
{
    struct json_object *seen = js_find(to->schema->seen, key);
    struct json_object *given = js_find(js_find(to->schema->given, "keys"), key);

    emit_object(to->emit, key);
    for (size_t i = 0; i < INDEXES; i++)
        if (is_first_of_kind(i) &&
            (has_text(seen, indexes[i].kind) || js_has(given, indexes[i].kind)))
            write_kind(to, indexes[i].kind, given, !has_text(seen, indexes[i].kind));
    emit_object_end(to->emit);
}

static bool
is_special(const char *key)
{
    return strcmp(key, DOCUMENT) == 0 || strcmp(key, EMBEDDING) == 0;
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
