/*
 * who: the claims that a request's headers make.
 */
#include "access/who.h"

#include "access/keys.h"
#include "base/conf.h"
#include "suite.h"
#include "web/ctx.h"

#include <string.h>

#define KEY   "kv_abcdEF12_0123456789012345678901234567890123456789012"
#define TRACE "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

/* Admit a request with these two params under this setting. */
static struct ctx
admit(struct arena *arena, const char *setting, const char *first, const char *second)
{
    char **params = arena_take(arena, 5 * sizeof *params);
    struct request *request = arena_take(arena, sizeof *request);
    struct ctx ctx = {.arena = arena, .request = request};
    struct err err = {.kind = ERR_NONE};

    params[0] = arena_strdup(arena, "REQUEST_METHOD=GET");
    params[1] = arena_strdup(arena, "REQUEST_URI=/");
    params[2] = arena_strdup(arena, first);
    params[3] = arena_strdup(arena, second);
    CU_ASSERT(request_start(request, params, arena, &err));
    CU_ASSERT(conf_load(&setting, 1, &err));
    CU_ASSERT_EQUAL(who_admit(&ctx), ctx.err.kind == ERR_NONE);
    conf_free();
    return ctx;
}

static void
test_keys(void)
{
    /* clang-format off */
    static const struct { const char *setting, *header; enum claims_kind kind; } rows[] = {
        {"auth=key",  "HTTP_AUTHORIZATION=Bearer " KEY,   CLAIMS_KEY},
        {"auth=key",  "HTTP_AUTHORIZATION=bearer  " KEY,  CLAIMS_KEY},
        {"auth=key",  "HTTP_X_CHROMA_TOKEN=" KEY,         CLAIMS_KEY},
        {"auth=open", "HTTP_X_CHROMA_TOKEN=" KEY,         CLAIMS_KEY},
        {"auth=key",  "HTTP_AUTHORIZATION=Basic YTpi",    CLAIMS_NONE},
        {"auth=key",  "HTTP_AUTHORIZATION=Bearer x",      CLAIMS_NONE},
        {"auth=key",  "HTTP_AUTHORIZATION=",              CLAIMS_NONE},
        {"auth=key",  "HTTP_ACCEPT=*/*",                  CLAIMS_NONE},
        {"auth=open", "HTTP_ACCEPT=*/*",                  CLAIMS_OPEN},
        {"auth=open", "HTTP_X_CHROMA_TOKEN=something",    CLAIMS_OPEN},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new(4096);
        struct ctx ctx = admit(arena, rows[i].setting, rows[i].header, "A=");

        CU_ASSERT_EQUAL(ctx.claims.kind, rows[i].kind);
        CU_ASSERT_EQUAL(ctx.err.kind, rows[i].kind == CLAIMS_NONE ? ERR_AUTH : ERR_NONE);
        CU_ASSERT_PTR_NULL(strstr(ctx.err.text, "0123456789"));
        if (ctx.claims.kind == CLAIMS_KEY)
            CU_ASSERT_STRING_EQUAL(ctx.claims.key_id, "abcdEF12");
        if (ctx.claims.kind == CLAIMS_OPEN)
            CU_ASSERT_STRING_EQUAL(ctx.claims.tenant, "default_tenant");
        arena_free(arena);
    }
}

static void
test_trace(void)
{
    /* clang-format off */
    static const struct { const char *text; bool right; } rows[] = {
        {TRACE, true},
        {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0", false},
        {TRACE "0", false},
        {"01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false},
        {"00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false},
        {"00-00000000000000000000000000000000-b7ad6b7169203331-01", false},
        {"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false},
        {"00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01", false},
        {"", false},
    };
    /* clang-format on */
    struct arena *arena = arena_new(4096);
    struct ctx ctx = admit(arena, "auth=open", "HTTP_TRACEPARENT=" TRACE, "A=");

    CU_ASSERT_STRING_EQUAL(ctx.claims.trace, TRACE);
    ctx = admit(arena, "auth=open", "HTTP_TRACEPARENT=x", "A=");
    CU_ASSERT_PTR_NULL(ctx.claims.trace);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT_EQUAL(who_trace_valid(str_of(rows[i].text)), rows[i].right);
    CU_ASSERT_FALSE(who_trace_valid(str_of(NULL)));
    arena_free(arena);
}

SUITE("who", {"a key, or open doors, make claims; nothing else does", test_keys},
      {"a trace is passed on only when it is one", test_trace});
