/*
 * table: the tools are told apart, described and checked by schemas that say what they mean.
 */
#include "base/js.h"
#include "tool/rank_tools.h"
#include "tool/schema.h"
#include "tool/table.h"
#include "tool/toolset.h"

#include "suite.h"

#include <string.h>

static struct err err;

static const struct tool *
find(const char *name)
{
    memset(&err, 0, sizeof err);
    return tool_table_find(str_of(name), &err);
}

static void
test_found_by_every_name(void)
{
    const struct tool *tool;
    size_t i = 0;

    for (; (tool = tool_table_row(i)) != NULL; i++) {
        CU_ASSERT_PTR_EQUAL(find(tool->name), tool);
        for (size_t j = 0; tool->aliases[j] != NULL; j++)
            CU_ASSERT_PTR_EQUAL(find(tool->aliases[j]), tool);
    }
    CU_ASSERT(i >= 6);
}

static void
test_unknown(void)
{
    char lengthy[400];

    CU_ASSERT_PTR_NULL(find("vidensarkiv.serch"));
    CU_ASSERT_EQUAL(err.kind, ERR_MISSING);
    CU_ASSERT_STRING_EQUAL(
        err.text, "there is no tool vidensarkiv.serch (did you mean vidensarkiv.search?)");
    CU_ASSERT_PTR_NULL(find("zzzzzzzzzzz"));
    CU_ASSERT_STRING_EQUAL(err.text, "there is no tool zzzzzzzzzzz");
    CU_ASSERT_PTR_NULL(find(""));
    memset(lengthy, 'x', sizeof lengthy - 1);
    lengthy[sizeof lengthy - 1] = '\0';
    CU_ASSERT_PTR_NULL(find(lengthy));
}

static void
test_rows_are_whole(void)
{
    struct arena *arena = arena_new(4096);
    const struct tool *tool;

    memset(&err, 0, sizeof err);
    for (size_t i = 0; (tool = tool_table_row(i)) != NULL; i++) {
        struct json_object *schema = NULL;

        CU_ASSERT(js_parse(arena, str_of(tool->schema), &schema, &err));
        CU_ASSERT(schema_is_known(arena, schema, &err));
        CU_ASSERT(str_is(js_str(js_find(schema, "type")), "object"));
        CU_ASSERT(schema_accept(arena, schema, &err));
        if (tool->result == NULL) {
            CU_ASSERT_STRING_EQUAL(tool->toolsets, "legacy");
        } else {
            CU_ASSERT(js_parse(arena, str_of(tool->result), &schema, &err));
            CU_ASSERT(schema_accept(arena, schema, &err) &&
                      schema_is_known(arena, schema, &err));
            CU_ASSERT(str_is(js_str(js_find(schema, "type")), "object"));
        }
        CU_ASSERT(strcmp(tool->scope, "read") == 0 || strcmp(tool->scope, "write") == 0);
        CU_ASSERT_EQUAL(tool->read_only, strcmp(tool->scope, "read") == 0);
        CU_ASSERT_FALSE(tool->read_only && tool->destructive);
        CU_ASSERT(strlen(tool->says) > 20 && tool->title[0] != '\0' && tool->run != NULL);
    }
    CU_ASSERT_STRING_EQUAL(err.text, "");
    arena_free(arena);
}

/* Every word of a tool's toolsets is one, and each tool is in some. */
static void
test_toolsets(void)
{
    const struct toolset *toolset;
    const struct tool *tool;

    for (size_t i = 0; (tool = tool_table_row(i)) != NULL; i++) {
        size_t words = 1, in = 0;

        for (const char *at = tool->toolsets; *at != '\0'; at++)
            words += *at == ' ';
        for (size_t j = 0; (toolset = toolset_row(j)) != NULL; j++)
            in += toolset_has(toolset, tool);
        CU_ASSERT_EQUAL(in, words);
        CU_ASSERT(toolset_has(NULL, tool));
    }
    memset(&err, 0, sizeof err);
    CU_ASSERT_STRING_EQUAL(toolset_find(STR("graph"), &err)->name, "graph");
    CU_ASSERT_PTR_NULL(toolset_find(STR("grap"), &err));
    CU_ASSERT_EQUAL(err.kind, ERR_MISSING);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "there is no toolset grap; there are search, doc"));
    CU_ASSERT_PTR_NOT_NULL(strstr(err.text, ", prompts, system, sql, legacy"));
}

static void
test_ranked(void)
{
    static const char *const cases[][2] = {
        {"delete a collection", "collections.delete"},
        {"DELETING collections!", "collections.delete"},
        {"way between entities", "graph.path"},
        {"addObservations", "add_observations"},
    };
    struct arena *arena = arena_new(4096);
    struct rank_tools_hit *hits;
    size_t count;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        hits = rank_tools(arena, str_of(cases[i][0]), &count);
        CU_ASSERT(count > 0 && hits[0].score > 0);
        CU_ASSERT_STRING_EQUAL(hits[0].tool->name, cases[i][1]);
        for (size_t j = 1; j < count; j++)
            CU_ASSERT(
                hits[j - 1].score > hits[j].score ||
                (hits[j - 1].score == hits[j].score && hits[j - 1].place < hits[j].place));
    }
    rank_tools(arena, STR("?! --"), &count);
    CU_ASSERT_EQUAL(count, 0);
    rank_tools(arena, STR(""), &count);
    CU_ASSERT_EQUAL(count, 0);
    arena_free(arena);
}

static void
test_described(void)
{
    struct arena *arena = arena_new(4096);
    struct json_object *tree = NULL;
    struct buf buf;
    struct emit emit;

    buf_start(&buf, arena, 64);
    emit_start(&emit, &buf);
    tool_table_emit(find("knowledge.search"), "knowledge.search", &emit);
    memset(&err, 0, sizeof err);
    CU_ASSERT(js_parse(arena, str_of(buf.data), &tree, &err));
    CU_ASSERT(str_is(js_str(js_find(tree, "name")), "knowledge.search"));
    CU_ASSERT(js_bool(js_find(js_find(tree, "annotations"), "readOnlyHint"), false));
    CU_ASSERT_EQUAL(js_count(js_find(js_find(tree, "inputSchema"), "required")), 1);
    arena_free(arena);
}

SUITE("table", {"a tool is found by its name and its aliases", test_found_by_every_name},
      {"an unknown name is refused with the nearest", test_unknown},
      {"every row is whole and its schema is checked", test_rows_are_whole},
      {"every tool is in a toolset", test_toolsets},
      {"tools are found by words, the best first and in one order", test_ranked},
      {"a tool is described as agents expect", test_described});
