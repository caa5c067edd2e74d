/*
 * test_client: capabilities as clients declare them, and as they are asked for.
 */
#include "mcp/client.h"

#include "base/js.h"
#include "suite.h"

static struct json_object *
parse(struct arena *arena, const char *text)
{
    struct json_object *tree = NULL;
    struct err err = {.kind = ERR_NONE};

    CU_ASSERT_TRUE(js_parse(arena, str_of(text), &tree, &err));
    return tree;
}

static void
test_can(void)
{
    static const struct {
        const char *text;
        unsigned can;
    } rows[] = {
        {"{}", 0},
        {"[]", 0},
        {"\"elicitation\"", 0},
        {"{\"elicitation\":{}}", TURN_FORM},
        {"{\"elicitation\":true}", 0},
        {"{\"elicitation\":{\"form\":{}}}", TURN_FORM},
        {"{\"elicitation\":{\"url\":{}}}", TURN_URL},
        {"{\"elicitation\":{\"form\":{},\"url\":{}},\"roots\":{\"listChanged\":true}}",
         TURN_FORM | TURN_URL | TURN_ROOTS},
        {"{\"sampling\":{},\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}",
         TURN_SAMPLING | TURN_TASKS},
        {"{\"sampling\":null,\"extensions\":{}}", 0},
    };
    struct arena *arena = arena_new(4096);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT_EQUAL(client_can(parse(arena, rows[i].text)), rows[i].can);
    CU_ASSERT_EQUAL(client_can(NULL), 0);
    arena_free(arena);
}

static void
test_needs(void)
{
    struct arena *arena = arena_new(4096);

    CU_ASSERT_EQUAL(client_needs(STR("elicitation/create"), NULL), TURN_FORM);
    CU_ASSERT_EQUAL(client_needs(STR("elicitation/create"), parse(arena, "{\"mode\":\"url\"}")),
                    TURN_URL);
    CU_ASSERT_EQUAL(client_needs(STR("sampling/createMessage"), NULL), TURN_SAMPLING);
    CU_ASSERT_EQUAL(client_needs(STR("roots/list"), NULL), TURN_ROOTS);
    CU_ASSERT_EQUAL(client_needs(STR("ping"), NULL), 0);
    CU_ASSERT_EQUAL(client_needs((struct str){NULL, 0}, NULL), 0);
    arena_free(arena);
}

/* What is written is read as the same. */
static void
test_back(void)
{
    for (unsigned can = 0; can < 32; can++) {
        struct arena *arena = arena_new(4096);
        struct emit json;
        struct buf text;

        buf_start(&text, arena, 64);
        emit_start(&json, &text);
        client_emit(&json, NULL, can);
        CU_ASSERT_EQUAL(client_can(parse(arena, text.data)),
                        (can & TURN_URL) != 0 ? can & ~(unsigned)TURN_FORM : can);
        arena_free(arena);
    }
}

SUITE("client", {"only objects declare", test_can}, {"each question needs one", test_needs},
      {"what is asked for is declared in the same words", test_back});
