/*
 * notice: each topic is the notification that its generation reads.
 */
#include "mcp/notice.h"

#include "suite.h"

static void
check(const char *tag, const char *topic, const char *said, const char *event)
{
    struct arena *arena = arena_new(1024);
    struct buf text;

    buf_start(&text, arena, 64);
    notice_event(tag, str_of(topic), str_of(said), &text);
    CU_ASSERT_STRING_EQUAL(text.data, event);
    arena_free(arena);
}

#define EVENT(method, params)                                                                  \
    "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/" method            \
    "\",\"params\":{" params "}}\n\n"
#define META "\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":\"q\"}"

static void
test_older(void)
{
    check(NULL, "tools", NULL, EVENT("tools/list_changed", ""));
    check(NULL, "prompts", NULL, EVENT("prompts/list_changed", ""));
    check(NULL, "resources", NULL, EVENT("resources/list_changed", ""));
    check(NULL, "resource x://\"", NULL, EVENT("resources/updated", "\"uri\":\"x://\\\"\""));
}

static void
test_newer(void)
{
    check("\"q\"", "tools", NULL, EVENT("tools/list_changed", META));
    check("\"q\"", "resource x://a", NULL,
          EVENT("resources/updated", META ",\"uri\":\"x://a\""));
    check("\"q\"", "task 1", "{\"taskId\": \"1\", \"_meta\": 3, \"ttlMs\": null}",
          EVENT("tasks", META ",\"taskId\":\"1\",\"ttlMs\":null"));
}

static void
test_nothing(void)
{
    check(NULL, "session s", "[]", "");
    check("1", "toolss", NULL, "");
    check("1", "task 1", NULL, "");
}

SUITE("notice", {"older clients read what changed", test_older},
      {"newer ones also of which subscription it is", test_newer},
      {"other topics, and tasks of which nothing is said, are no notification", test_nothing});
