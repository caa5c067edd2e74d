/*
 * reply: what goes back.
 */
#include "web/reply.h"

#include "suite.h"

#include <string.h>

static void
test_headers(void)
{
    struct arena *arena = arena_new(1024);
    struct reply reply;

    reply_start(&reply, arena);
    reply_header(&reply, "Location", "/v1/a");
    reply_header(&reply, "X-Evil", "a\r\nSet-Cookie: b");
    reply_header(&reply, "X-Evil\nY", "a");
    CU_ASSERT_STRING_EQUAL(reply.headers.data, "Location: /v1/a\r\n");
    arena_free(arena);
}

static void
test_json(void)
{
    struct arena *arena = arena_new(1024);
    struct reply reply;
    struct emit *json;

    reply_start(&reply, arena);
    CU_ASSERT_EQUAL(reply.status, 0);
    reply_json(&reply, 200);
    buf_text(&reply.body, "half an answer");
    json = reply_json(&reply, 201);
    emit_array(json, NULL);
    emit_long(json, NULL, 1);
    emit_array_end(json);
    CU_ASSERT_EQUAL(reply.status, 201);
    CU_ASSERT_STRING_EQUAL(reply.body.data, "[1]");
    arena_free(arena);
}

static void
test_problem(void)
{
    struct arena *arena = arena_new(1024);
    struct err err = {.kind = ERR_NONE};
    struct reply reply;

    reply_start(&reply, arena);
    buf_text(&reply.body, "half an answer");
    err_set(&err, ERR_MISSING, "no \"x\" here");
    reply_problem(&reply, &err, "id-1");
    CU_ASSERT_EQUAL(reply.status, 404);
    CU_ASSERT_STRING_EQUAL(reply.content_type, "application/problem+json");
    CU_ASSERT_STRING_EQUAL(reply.body.data,
                           "{\"type\":\"urn:kvasir:problem:missing\",\"title\":\"Not Found\","
                           "\"status\":404,\"detail\":\"no \\\"x\\\" here\","
                           "\"instance\":\"urn:kvasir:request:id-1\",\"request_id\":\"id-1\"}");
    CU_ASSERT_STRING_EQUAL(reply.headers.data, "");
    arena_free(arena);
}

static void
test_every_kind(void)
{
    for (enum err_kind kind = ERR_NONE; kind < ERR_KINDS; kind++) {
        struct arena *arena = arena_new(1024);
        struct err err = {.kind = kind, .text = "told", .detail = "secret"};
        struct reply reply;
        bool ours = kind == ERR_INTERNAL || kind == ERR_NONE;

        reply_start(&reply, arena);
        reply_problem(&reply, &err, "id");
        CU_ASSERT(reply.status >= 400 && reply.status < 600);
        CU_ASSERT_STRING_NOT_EQUAL(reply_reason(reply.status), "Unknown");
        CU_ASSERT_PTR_NULL(strstr(reply.body.data, "secret"));
        CU_ASSERT_EQUAL(strstr(reply.body.data, "told") == NULL, ours);
        CU_ASSERT_EQUAL(strstr(reply.headers.data, "Retry-After: 1\r\n") != NULL,
                        reply.status == 503);
        CU_ASSERT_EQUAL(strstr(reply.headers.data, "WWW-Authenticate: Bearer\r\n") != NULL,
                        reply.status == 401);
        arena_free(arena);
    }
}

SUITE("reply", {"a header with a line break is left out", test_headers},
      {"the last word on status and body counts", test_json},
      {"an error becomes a problem document", test_problem},
      {"each kind of error has a status, and ours keep their secrets", test_every_kind});
