/*
 * test_event: events as CloudEvents 1.0 JSON.
 */
#include "bus/event.h"

#include "suite.h"

#include <string.h>

static void
whole(void)
{
    struct arena *arena = arena_new(1024);
    struct event event = {
        .id = STR("6f1e0d0a-0b1c-4d2e-8f3a-000000000001"),
        .tenant = STR("acme"),
        .type = STR("kvasir.collection.created"),
        .subject = STR("no\"tes"),
        .time = STR("2026-01-02T03:04:05.678901Z"),
        .data = STR("{\"a\": [1, null]}"),
        .request = STR("req-1"),
        .trace = STR("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    };
    struct buf json;

    buf_start(&json, arena, 16);
    event_write(&event, &json);
    CU_ASSERT_STRING_EQUAL(
        json.data,
        "{\"specversion\":\"1.0\",\"id\":\"6f1e0d0a-0b1c-4d2e-8f3a-000000000001\","
        "\"source\":\"/kvasir/acme\",\"type\":\"kvasir.collection.created\","
        "\"subject\":\"no\\\"tes\",\"time\":\"2026-01-02T03:04:05.678901Z\",\"tenant\":"
        "\"acme\","
        "\"requestid\":\"req-1\","
        "\"traceparent\":\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\","
        "\"datacontenttype\":\"application/json\",\"data\":{\"a\": [1, null]}}");
    arena_free(arena);
}

static void
without(void)
{
    struct arena *arena = arena_new(1024);
    struct event event = {
        .id = STR("i"), .tenant = STR("t"), .type = STR("x"), .subject = STR("")};
    struct buf json;

    buf_start(&json, arena, 16);
    event_write(&event, &json);
    CU_ASSERT_STRING_EQUAL(json.data,
                           "{\"specversion\":\"1.0\",\"id\":\"i\",\"source\":\"/kvasir/t\","
                           "\"type\":\"x\",\"tenant\":\"t\"}");
    arena_free(arena);
}

static void
encoded(void)
{
    struct arena *arena = arena_new(1024);
    struct event event = {.id = STR("i"), .tenant = STR("a b/c%\xc3\xa9~."), .type = STR("x")};
    struct buf json;

    buf_start(&json, arena, 16);
    event_write(&event, &json);
    CU_ASSERT_PTR_NOT_NULL(strstr(json.data, "\"source\":\"/kvasir/a%20b%2Fc%25%C3%A9~.\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(json.data, "\"tenant\":\"a b/c%\xc3\xa9~.\""));
    arena_free(arena);
}

SUITE("event", {"every attribute stands under its CloudEvents name", whole},
      {"an attribute without a value is left out", without},
      {"the source is a URI whatever the tenant's name", encoded});
