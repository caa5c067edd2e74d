/*
 * config: what is said of a new collection becomes what the database keeps, or a reason.
 *
 * Here are the readers of configurations, of metadata and of schemas, which share their rules.
 */
#include "chroma/attributes.h"
#include "chroma/config.h"
#include "chroma/schema.h"

#include "suite.h"

#include <string.h>

enum what { CREATE, CHANGE, METADATA, NEW_METADATA, SCHEMA };

static struct arena *arena;
static struct err err;
static struct config config;

static const char *
text_of(struct str json)
{
    return json.at == NULL ? "" : str_copy(arena, json);
}

/* What is kept of a text, or NULL with the reason in err. */
static const char *
kept(enum what what, const char *json)
{
    struct chroma_schema_given schema = {.refused = {.kind = ERR_NONE}};
    struct attributes attributes = {.refused = {.kind = ERR_NONE}};
    struct scan scan;
    bool good = false;

    memset(&err, 0, sizeof err);
    scan_start(&scan, json, strlen(json), arena, &err);
    switch (what) {
    case CREATE: good = config_scan(&scan, &config); break;
    case CHANGE: good = config_scan_change(&scan, &config); break;
    case METADATA:
    case NEW_METADATA:
        good = attributes_scan(&scan, "metadata", what == NEW_METADATA, &attributes);
        config = attributes.legacy;
        break;
    case SCHEMA:
        good = chroma_schema_scan(&scan, &schema);
        config = schema.vector;
        break;
    }
    if (!good || !scan_end(&scan))
        return NULL;
    if (attributes.refused.kind != ERR_NONE || schema.refused.kind != ERR_NONE) {
        err = attributes.refused.kind != ERR_NONE ? attributes.refused : schema.refused;
        return NULL;
    }
    if (what == CREATE || what == CHANGE)
        return text_of(config_stored(&config, true, arena));
    return text_of(what == SCHEMA ? schema.json : attributes.json);
}

#define FUNCTION "{\"type\":\"known\",\"name\":\"f\",\"config\":{\"b\": 1.0}}"
#define KEYS(of) "{\"defaults\":{},\"keys\":{" of "}}"
#define ENTRY(kind, name, enabled, config)                                                     \
    "{\"" kind "\":{\"" name "\":{\"enabled\":" enabled ",\"config\":" config "}}}"

static void
test_kept(void)
{
    static const struct {
        enum what what;
        const char *json, *kept;
    } cases[] = {
        {CREATE, "null", "{}"},
        {CREATE, "{\"hnsw\":null,\"spann\":null,\"embedding_function\":null,\"x\":[1]}", "{}"},
        {CREATE, "{\"hnsw\":{\"ef_search\":7,\"space\":\"ip\",\"resize_factor\":2}}",
         "{\"space\":\"ip\",\"hnsw\":{\"ef_search\":7,\"resize_factor\":2.0}}"},
        {CREATE, "{\"hnsw\":{\"ef_search\":18446744073709551615}}",
         "{\"hnsw\":{\"ef_search\":18446744073709551615}}"},
        {CREATE, "{\"spann\":{\"space\":\"cosine\",\"search_nprobe\":1}}",
         "{\"space\":\"cosine\"}"},
        {CREATE, "{\"embedding_function\":" FUNCTION "}",
         "{\"embedding_function\":" FUNCTION "}"},
        {CREATE, "{\"embedding_function\":{\"x\":1,\"type\":\"legacy\"}}",
         "{\"embedding_function\":{\"type\":\"legacy\"}}"},
        {CHANGE, "{\"hnsw\":{\"max_neighbors\":7,\"num_threads\":null}}",
         "{\"hnsw\":{\"max_neighbors\":7}}"},
        {METADATA, "null", ""},
        {METADATA, "{\"a\":1,\"b\":1.0,\"c\":1e300,\"d\":1e17,\"e\":9223372036854775808}",
         "{\"a\":1,\"b\":1.0,\"c\":1e300,\"d\":100000000000000000.0,"
         "\"e\":9.223372036854776e18}"},
        {METADATA, "{\"s\":\"\\u00e4\\\"\",\"t\":true}", "{\"s\":\"\\u00e4\\\"\",\"t\":true}"},
        {NEW_METADATA, "{\"a\":null,\"b\":-5}", "{\"b\":-5}"},
        {SCHEMA, "null", ""},
        {SCHEMA, KEYS(""), ""},
        {SCHEMA, KEYS("\"#document\":" ENTRY("string", "fts_index", "true", "{}")), ""},
        {SCHEMA, KEYS("\"a\":" ENTRY("int", "int_inverted_index", "false", "{}")),
         KEYS("\"a\":" ENTRY("int", "int_inverted_index", "false", "{}"))},
        {SCHEMA, KEYS("\"a\":{\"odd\":5}"), KEYS("\"a\":{}")},
        {SCHEMA, KEYS("\"s\":" ENTRY("sparse_vector", "sparse_vector_index", "true", "{}")),
         KEYS("\"s\":" ENTRY("sparse_vector", "sparse_vector_index", "true",
                             "{\"embedding_function\":{\"type\":\"unknown\"},"
                             "\"bm25\":false}"))},
    };

    arena = arena_new(4096);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *found = kept(cases[i].what, cases[i].json);

        CU_ASSERT_PTR_NOT_NULL(found);
        if (found == NULL || strcmp(found, cases[i].kept) != 0)
            printf("%s\n  kept %s %s\n", cases[i].json, found == NULL ? "nothing:" : found,
                   err.text);
        CU_ASSERT(found != NULL && strcmp(found, cases[i].kept) == 0);
    }
    arena_free(arena);
}

static void
test_refused(void)
{
    static const struct {
        enum what what;
        enum err_kind kind;
        const char *json, *says;
    } cases[] = {
        {CREATE, ERR_SHAPE, "5", "must be an object"},
        {CREATE, ERR_SHAPE, "{\"hnsw\":{\"space\":\"l3\"}}", "unknown variant `l3`"},
        {CREATE, ERR_SHAPE, "{\"hnsw\":{\"odd\":1}}", "hnsw.odd unknown field `odd`"},
        {CREATE, ERR_SHAPE, "{\"hnsw\":{\"ef_search\":-1}}", "hnsw.ef_search must be"},
        {CREATE, ERR_SHAPE, "{\"hnsw\":{\"ef_search\":1.0}}", "must be a whole number"},
        {CREATE, ERR_SHAPE, "{\"hnsw\":{\"ef_search\":18446744073709551616}}", "whole"},
        {CREATE, ERR_SHAPE, "{\"embedding_function\":{}}", "missing field `type`"},
        {CREATE, ERR_SHAPE, "{\"embedding_function\":{\"type\":\"x\"}}", "unknown variant"},
        {CREATE, ERR_SHAPE, "{\"embedding_function\":{\"type\":\"known\"}}", "field `name`"},
        {CREATE, ERR_INPUT, "{\"hnsw\":{},\"spann\":{}}", "Multiple vector index"},
        {CHANGE, ERR_SHAPE, "{\"hnsw\":{\"space\":\"l2\"}}", "unknown field `space`"},
        {CHANGE, ERR_SHAPE, "{\"spann\":{\"space\":\"l2\"}}", "unknown field `space`"},
        {METADATA, ERR_INPUT, "{}", "Metadata cannot be empty"},
        {METADATA, ERR_INPUT, "{\"\":1}", "key cannot be empty"},
        {METADATA, ERR_INPUT, "{\"#a\":1}", "cannot start with '#' or '$': #a"},
        {METADATA, ERR_SHAPE, "{\"a\":null}", "a data did not match"},
        {METADATA, ERR_SHAPE, "{\"a\":[1]}", "a data did not match"},
        {NEW_METADATA, ERR_SHAPE, "{\"a\":{}}", "a data did not match"},
        {SCHEMA, ERR_SHAPE, "{}", "missing field `defaults`"},
        {SCHEMA, ERR_SHAPE, "{\"defaults\":{}}", "missing field `keys`"},
        {SCHEMA, ERR_SHAPE, "{\"defaults\":{},\"keys\":{},\"keys\":{}}", "duplicate field"},
        {SCHEMA, ERR_SHAPE, KEYS("\"a\":{\"int\":{\"int_inverted_index\":{}}}"), "`enabled`"},
        {SCHEMA, ERR_SHAPE,
         KEYS("\"a\":" ENTRY("int", "int_inverted_index", "true", "{\"x\":1}")),
         "unknown field `x`"},
        {SCHEMA, ERR_INPUT, KEYS("\"#a\":{}"), "Keys starting with '#'"},
        {SCHEMA, ERR_INPUT, KEYS("\"a\":" ENTRY("string", "fts_index", "true", "{}")),
         "only be enabled on #document field: a"},
        {SCHEMA, ERR_INPUT, KEYS("\"#document\":{\"int\":{}}"), "other than string"},
        {SCHEMA, ERR_INPUT,
         KEYS("\"#embedding\":" ENTRY("float_list", "vector_index", "true",
                                      "{\"hnsw\":{\"batch_size\":1}}")),
         "at least 2"},
    };

    arena = arena_new(4096);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CU_ASSERT_PTR_NULL(kept(cases[i].what, cases[i].json));
        CU_ASSERT_EQUAL(err.kind, cases[i].kind);
        if (strstr(err.text, cases[i].says) == NULL)
            printf("%s\n  says %s\n", cases[i].json, err.text);
        CU_ASSERT_PTR_NOT_NULL(strstr(err.text, cases[i].says));
    }
    arena_free(arena);
}

static void
test_legacy(void)
{
    struct config legacy;

    arena = arena_new(4096);
    CU_ASSERT_PTR_NOT_NULL(kept(METADATA, "{\"hnsw:space\":\"ip\",\"hnsw:M\":5,\"a\":1}"));
    legacy = config;
    CU_ASSERT_PTR_NOT_NULL(kept(CREATE, "{\"hnsw\":{\"ef_search\":100}}"));
    CU_ASSERT(config_is_default(&config) && config_join(&config, &legacy, &err));
    CU_ASSERT_STRING_EQUAL(text_of(config_stored(&config, true, arena)),
                           "{\"space\":\"ip\",\"hnsw\":{\"max_neighbors\":5}}");
    CU_ASSERT_PTR_NOT_NULL(kept(CREATE, "{\"hnsw\":{\"ef_search\":7}}"));
    CU_ASSERT(!config_is_default(&config) && config_join(&config, &legacy, &err));
    CU_ASSERT_STRING_EQUAL(text_of(config_stored(&config, true, arena)),
                           "{\"hnsw\":{\"ef_search\":7}}");
    CU_ASSERT_PTR_NOT_NULL(kept(METADATA, "{\"hnsw:sync_threshold\":1}"));
    legacy = config;
    CU_ASSERT(!config_join(&config, &legacy, &err) && err.kind == ERR_INPUT);
    arena_free(arena);
}

SUITE("config", {"what is right is kept in one form", test_kept},
      {"what is wrong is refused with its place or its rule", test_refused},
      {"older clients' keys count where the configuration says nothing", test_legacy});
