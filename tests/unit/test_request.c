/*
 * request: what nginx's parameters become.
 */
#include "web/request.h"

#include "suite.h"

#include <string.h>

#define MOST 12

/* A list of params as FastCGI has it, from literals. */
static bool
start(struct request *request, struct arena *arena, struct err *err, const char *const *given)
{
    char **params = arena_take(arena, (MOST + 1) * sizeof *params);

    *err = (struct err){.kind = ERR_NONE};
    for (size_t i = 0; i < MOST && given[i] != NULL; i++)
        params[i] = arena_strdup(arena, given[i]);
    return request_start(request, params, arena, err);
}

#define START(...) start(&request, arena, &err, (const char *const[MOST + 1]){__VA_ARGS__})

static void
test_paths(void)
{
    /* clang-format off */
    static const struct { const char *uri, *path; } rows[] = {
        {"/",                 "/"},
        {"/a/b?x=1",          "/a/b"},
        {"/a%20b",            "/a b"},
        {"/a+b",              "/a+b"},
        {"/%C3%A6",           "/\xc3\xa6"},
        {"/a%2fb",            "/a/b"},
        {"/a%",               NULL}, /* broken escapes */
        {"/a%4",              NULL},
        {"/a%zz",             NULL},
        {"/a%00b",            NULL}, /* NUL */
        {"/%ff",              NULL}, /* not UTF-8 */
        {"/%c0%af",           NULL}, /* '/' in too many bytes */
        {"/%ed%a0%80",        NULL}, /* half a surrogate pair */
        {"a",                 NULL},
        {"http://x/a",        NULL},
    };
    /* clang-format on */
    struct arena *arena = arena_new(4096);
    struct request request;
    struct err err;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *uri = str_format(arena, "REQUEST_URI=%s", rows[i].uri);
        bool right = START("REQUEST_METHOD=GET", uri);

        CU_ASSERT_EQUAL(right, rows[i].path != NULL);
        CU_ASSERT_EQUAL(err.kind, right ? ERR_NONE : ERR_INPUT);
        if (right && rows[i].path != NULL)
            CU_ASSERT_STRING_EQUAL(request.path, rows[i].path);
    }
    CU_ASSERT(START("REQUEST_METHOD=GET", "SCRIPT_NAME=/a", "PATH_INFO=/b"));
    CU_ASSERT_STRING_EQUAL(request.path, "/a/b");
    CU_ASSERT_FALSE(START("REQUEST_URI=/a"));
    CU_ASSERT_FALSE(START("REQUEST_METHOD=GET"));
    arena_free(arena);
}

static void
test_ids(void)
{
    struct arena *arena = arena_new(4096);
    struct request request;
    struct err err;

    CU_ASSERT(START("REQUEST_METHOD=GET", "REQUEST_URI=/", "REQUEST_ID=a-1.B_2"));
    CU_ASSERT_STRING_EQUAL(request.id, "a-1.B_2");
    CU_ASSERT(START("REQUEST_METHOD=GET", "REQUEST_URI=/", "REQUEST_ID=a\r\nb: c"));
    CU_ASSERT_EQUAL(strlen(request.id), 36);
    CU_ASSERT(START("REQUEST_METHOD=GET", "REQUEST_URI=/"));
    CU_ASSERT_EQUAL(strlen(request.id), 36);
    CU_ASSERT_FALSE(START("REQUEST_METHOD=GET", "REQUEST_URI=/%", "REQUEST_ID=known"));
    CU_ASSERT_STRING_EQUAL(request.id, "known");
    arena_free(arena);
}

static void
test_headers(void)
{
    struct arena *arena = arena_new(4096);
    struct request request;
    struct err err;

    CU_ASSERT(START("REQUEST_METHOD=GET", "REQUEST_URI=/", "HTTP_X_CHROMA_TOKEN=abc",
                    "CONTENT_TYPE=text/plain", "HTTP_X=", "REMOTE_ADDR=127.0.0.1"));
    CU_ASSERT_STRING_EQUAL(request_header(&request, "x-chroma-token"), "abc");
    CU_ASSERT_STRING_EQUAL(request_header(&request, "Content-Type"), "text/plain");
    CU_ASSERT_STRING_EQUAL(request_header(&request, "x"), "");
    CU_ASSERT_PTR_NULL(request_header(&request, "x-chroma"));
    CU_ASSERT_PTR_NULL(request_header(&request, "authorization"));
    CU_ASSERT_PTR_NULL(request_header(
        &request, "a-name-that-is-longer-than-any-that-somebody-would-ask-for-in-a-program-x"));
    CU_ASSERT_STRING_EQUAL(request_cgi(&request, "REMOTE_ADDR"), "127.0.0.1");
    CU_ASSERT_STRING_EQUAL(request.remote, "127.0.0.1");
    arena_free(arena);
}

static void
test_query(void)
{
    struct arena *arena = arena_new(4096);
    struct request request;
    struct err err;
    long number = 7;

    CU_ASSERT(START("REQUEST_METHOD=GET", "REQUEST_URI=/",
                    "QUERY_STRING=a=1&b=x+y%26z&&c&d=&%65=six&a=2&big=99999999999999999999"));
    CU_ASSERT(str_is(request_query(&request, arena, "a"), "1"));
    CU_ASSERT(str_is(request_query(&request, arena, "b"), "x y&z"));
    CU_ASSERT(str_is(request_query(&request, arena, "c"), ""));
    CU_ASSERT(str_is(request_query(&request, arena, "d"), ""));
    CU_ASSERT(str_is(request_query(&request, arena, "e"), "six"));
    CU_ASSERT_PTR_NULL(request_query(&request, arena, "f").at);

    CU_ASSERT(request_query_long(&request, arena, "f", 1, 9, &number, &err));
    CU_ASSERT_EQUAL(number, 7);
    CU_ASSERT(request_query_long(&request, arena, "a", 1, 9, &number, &err));
    CU_ASSERT_EQUAL(number, 1);
    CU_ASSERT_FALSE(request_query_long(&request, arena, "big", 1, 9, &number, &err));
    CU_ASSERT_STRING_EQUAL(err.text, "big must be a whole number from 1 to 9.");
    err = (struct err){.kind = ERR_NONE};
    CU_ASSERT_FALSE(request_query_long(&request, arena, "d", 1, 9, &number, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_INPUT);

    CU_ASSERT_FALSE(START("REQUEST_METHOD=GET", "REQUEST_URI=/", "QUERY_STRING=a=%f"));
    CU_ASSERT_FALSE(START("REQUEST_METHOD=GET", "REQUEST_URI=/", "QUERY_STRING=a=%00"));
    CU_ASSERT_FALSE(START("REQUEST_METHOD=GET", "REQUEST_URI=/", "QUERY_STRING=a=%ff"));
    arena_free(arena);
}

static void
test_lengths(void)
{
    /* clang-format off */
    static const struct { const char *text; enum err_kind kind; size_t len; } rows[] = {
        {"",    ERR_NONE, 0},  {"0",   ERR_NONE, 0},  {"12", ERR_NONE, 12}, {"100", ERR_NONE, 100},
        {"101", ERR_TOO_LARGE, 0}, {"999999999999999999", ERR_TOO_LARGE, 0},
        {"-1",  ERR_INPUT, 0}, {"+1",  ERR_INPUT, 0}, {"1x", ERR_INPUT, 0}, {" 1",  ERR_INPUT, 0},
        {"99999999999999999999999999", ERR_INPUT, 0},
    };
    /* clang-format on */
    struct arena *arena = arena_new(4096);
    struct request request;
    struct err err;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t len = 1;

        START("REQUEST_METHOD=POST", "REQUEST_URI=/",
              str_format(arena, "CONTENT_LENGTH=%s", rows[i].text));
        CU_ASSERT_EQUAL(request_announced(&request, 100, &len, &err), rows[i].kind == ERR_NONE);
        CU_ASSERT_EQUAL(err.kind, rows[i].kind);
        CU_ASSERT_EQUAL(len, rows[i].len);
    }
    arena_free(arena);
}

static void
test_media(void)
{
    /* clang-format off */
    static const struct { const char *sent, *takes; bool right; } rows[] = {
        {"application/json",                NULL, true},
        {"Application/JSON; charset=utf-8", NULL, true},
        {"application/problem+json",        NULL, true},
        {"",                                NULL, true},
        {"text/plain",                      NULL, false},
        {"application/jsonx",               NULL, false},
        {"multipart/form-data; boundary=x", NULL, false},
        {"text/plain",                      "*",  true},
        {"text/html; charset=x",            "text/html", true},
        {"text/htm",                        "text/html", false},
    };
    /* clang-format on */
    struct arena *arena = arena_new(4096);
    struct request request;
    struct err err;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        START("REQUEST_METHOD=POST", "REQUEST_URI=/",
              str_format(arena, "CONTENT_TYPE=%s", rows[i].sent));
        CU_ASSERT(
            request_media(&request, rows[i].takes, &err)); /* no body: nothing to refuse */
        request.body = STR("{}");
        CU_ASSERT_EQUAL(request_media(&request, rows[i].takes, &err), rows[i].right);
        CU_ASSERT_EQUAL(err.kind, rows[i].right ? ERR_NONE : ERR_MEDIA);
    }
    arena_free(arena);
}

SUITE("request", {"paths are decoded, and refused when they cannot be stored", test_paths},
      {"an id is taken over only when it is plain", test_ids},
      {"headers are found by their HTTP name", test_headers},
      {"query parameters are decoded, the first of a name counts", test_query},
      {"announced lengths are numbers within the limit", test_lengths},
      {"bodies of another type are refused", test_media});
