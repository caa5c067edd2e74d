/*
 * completion: requests are as endpoints take them, and of replies only what is sound is taken.
 */
#include "llm/completion.h"

#include "base/js.h"
#include "suite.h"

#include <string.h>

static struct arena *arena;

static struct json_object *
written(bool plain)
{
    struct completion completion = {.model = "m",
                                    .turns = {{"system", STR("rules")}, {"user", STR("a\"b")}},
                                    .turns_count = 2,
                                    .schema_name = "s",
                                    .schema = "{\"type\":\"object\"}",
                                    .plain = plain,
                                    .most_tokens = 9};
    struct json_object *tree = NULL;
    struct err err = {.kind = ERR_NONE};
    struct buf text;

    buf_start(&text, arena, 16);
    completion_write(&completion, &text);
    CU_ASSERT_TRUE(js_parse(arena, (struct str){text.data, text.len}, &tree, &err));
    return tree;
}

static void
writes(void)
{
    struct json_object *tree, *format, *first;

    arena = arena_new(1024);
    tree = written(false);
    format = js_find(tree, "response_format");
    CU_ASSERT_TRUE(str_is(js_str(js_find(format, "type")), "json_schema"));
    CU_ASSERT_TRUE(js_bool(js_find(js_find(format, "json_schema"), "strict"), false));
    CU_ASSERT_EQUAL(js_long(js_find(tree, "temperature"), 1), 0);
    CU_ASSERT_EQUAL(js_long(js_find(tree, "max_tokens"), 0), 9);
    CU_ASSERT_TRUE(js_has(tree, "seed") && !js_has(tree, "tools"));
    CU_ASSERT_TRUE(
        str_is(js_str(js_find(js_item(js_find(tree, "messages"), 1), "content")), "a\"b"));
    tree = written(true);
    CU_ASSERT_TRUE(
        str_is(js_str(js_find(js_find(tree, "response_format"), "type")), "json_object"));
    first = js_item(js_find(tree, "messages"), 0);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(js_str(js_find(first, "content")).at, "{\"type\":\"object\"}"));
    arena_free(arena);
}

static bool
reads(const char *body, struct completion_reply *reply)
{
    struct err err = {.kind = ERR_NONE};
    bool read = completion_read(arena, str_of(body), reply, &err);

    CU_ASSERT_EQUAL(read, err.kind == ERR_NONE);
    return read;
}

#define MESSAGE(content, rest) "{\"choices\":[{\"message\":{\"content\":" content "}" rest "}]"

static void
replies(void)
{
    struct completion_reply reply;

    arena = arena_new(1024);
    CU_ASSERT_TRUE(reads(MESSAGE("\"{}\"", "") ",\"usage\":{\"prompt_tokens\":3,"
                                               "\"completion_tokens\":4}}",
                         &reply));
    CU_ASSERT_TRUE(str_is(reply.content, "{}") && reply.end == COMPLETION_WHOLE);
    CU_ASSERT_TRUE(reply.counted && reply.prompt_tokens == 3 && reply.completion_tokens == 4);
    CU_ASSERT_TRUE(reads(MESSAGE("\" ```json\\n{}\\n```\\n\"", "") "}", &reply));
    CU_ASSERT_TRUE(str_is(reply.content, "{}") && !reply.counted);
    CU_ASSERT_TRUE(reads(MESSAGE("\"```\"", "") "}", &reply));
    CU_ASSERT_TRUE(str_is(reply.content, "```"));
    CU_ASSERT_TRUE(reads(MESSAGE("\"{\"", ",\"finish_reason\":\"length\"") "}", &reply));
    CU_ASSERT_EQUAL(reply.end, COMPLETION_CUT);
    CU_ASSERT_TRUE(reads(MESSAGE("null", ",\"finish_reason\":\"length\"") "}", &reply));
    CU_ASSERT_EQUAL(reply.end, COMPLETION_CUT);
    CU_ASSERT_TRUE(reads(MESSAGE("\"\"", ",\"finish_reason\":\"content_filter\"") "}", &reply));
    CU_ASSERT_EQUAL(reply.end, COMPLETION_REFUSED);
    CU_ASSERT_TRUE(
        reads("{\"choices\":[{\"message\":{\"refusal\":\"no\",\"content\":null}}]}", &reply));
    CU_ASSERT_EQUAL(reply.end, COMPLETION_REFUSED);
    CU_ASSERT_TRUE(reads(MESSAGE("\"{}\"", "") ",\"usage\":{\"prompt_tokens\":-3,"
                                               "\"completion_tokens\":4}}",
                         &reply));
    CU_ASSERT_FALSE(reply.counted);
    arena_free(arena);
}

static void
refuses(void)
{
    static const char *const bodies[] = {"",
                                         "<html>",
                                         "[]",
                                         "{}",
                                         "{\"choices\":[]}",
                                         "{\"choices\":{\"message\":1}}",
                                         "{\"choices\":[{\"message\":{\"content\":[1]}}]}",
                                         MESSAGE("\"a\\u0000b\"", "") "}"};
    struct completion_reply reply;

    arena = arena_new(1024);
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        CU_ASSERT_FALSE(reads(bodies[i], &reply));
    CU_ASSERT_TRUE(
        str_is(completion_failure(arena, STR("{\"error\":{\"message\":\"x\"}}")), "x"));
    CU_ASSERT_TRUE(str_is(completion_failure(arena, STR("{\"error\":\"y\"}")), "y"));
    CU_ASSERT_PTR_NULL(completion_failure(arena, STR("no")).at);
    arena_free(arena);
}

SUITE("completion", {"a request says what is wanted", writes},
      {"a reply is taken as it ended", replies}, {"what is no completion is refused", refuses});
