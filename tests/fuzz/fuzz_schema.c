/*
 * fuzz_schema: any text as configuration, metadata or schema of a collection becomes JSON that
 * reads the same again, or a reason.
 */
#include "base/js.h"
#include "chroma/attributes.h"
#include "chroma/config.h"
#include "chroma/schema.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str
kept(struct arena *arena, int what, struct str text)
{
    struct chroma_schema_given schema;
    struct attributes attributes;
    struct err err = {0};
    struct config config;
    struct str json = {NULL, 0};
    struct scan scan;
    bool good;

    scan_start(&scan, text.at, text.len, arena, &err);
    if (what == 0 && (good = config_scan(&scan, &config)))
        json = config_stored(&config, true, arena);
    else if (what == 1 && (good = attributes_scan(&scan, "metadata", true, &attributes)))
        json = attributes.json;
    else if (what == 2 && (good = chroma_schema_scan(&scan, &schema)))
        json = schema.json;
    else
        good = false;
    good = good && scan_end(&scan);
    assert(good == (err.kind == ERR_NONE));
    return good ? json : (struct str){NULL, 0};
}

static void
tell(struct arena *arena, struct json_object *tree)
{
    struct chroma_schema schema = {
        .space = STR("l2"), .configuration = tree, .given = tree, .seen = tree};
    struct json_object *told;
    struct err err = {0};
    struct emit emit;
    struct buf buf;

    buf_start(&buf, arena, 1000);
    emit_start(&emit, &buf);
    emit_object(&emit, NULL);
    chroma_schema_emit(&emit, "schema", &schema, arena);
    config_emit(&emit, "configuration", STR("l2"), tree, arena);
    emit_object_end(&emit);
    assert(js_parse(arena, (struct str){buf.data, buf.len}, &told, &err));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(4096);

    for (int what = 0; what < 3; what++) {
        struct str json = kept(arena, what, (struct str){(const char *)data, size}), again;
        struct json_object *tree;
        struct err err = {0};

        if (json.at == NULL || !js_parse(arena, json, &tree, &err))
            continue;
        if (what == 0) /* a configuration is kept without the level "hnsw.space" */
            continue;
        again = kept(arena, what, json);
        assert(str_same(json, again));
        if (what == 2)
            tell(arena, tree);
    }
    arena_free(arena);
    return 0;
}
