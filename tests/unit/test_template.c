/*
 * template: arguments reach the path and the query as data, and nothing else.
 */
#include "remote/template.h"

#include "base/js.h"
#include "suite.h"

#include <string.h>

static struct arena *arena;

static bool
is_template(const char *text)
{
    struct err err = {.kind = ERR_NONE};
    bool right = template_check(str_of(text), &err);

    CU_ASSERT_EQUAL(right, err.kind == ERR_NONE);
    return right;
}

static void
test_check(void)
{
    static const char *const right[] = {
        "https://a.example",
        "http://a.example/",
        "https://a.example:8443/x",
        "https://a.example/{a}/{b}",
        "https://a.example?q={query}",
        "https://[2606:4700::1]/x",
        "https://a.example/x%20y?a=1&b={b_1}",
        "http://127.0.0.1:1/",
    };
    static const char *const wrong[] = {
        "",
        "a.example/x",
        "ftp://a.example/",
        "file:///etc/passwd",
        "https://",
        "https:///x",
        "https://{host}/x",
        "https://a.{host}/",
        "https://a.example{x}/",
        "https://a.example:{port}/",
        "https://a.example:0/",
        "https://a.example:65536/",
        "https://a.example:/",
        "https://u:p@a.example/",
        "https://a@b.example/",
        "https://a.example/x#frag",
        "https://a.example/{",
        "https://a.example/{}",
        "https://a.example/{a b}",
        "https://a.example/}",
        "https://a.example/{a",
        "https://a.example/x y",
        "https://a.example/\r\nHost: b",
        "https://a.example\\@b/",
        "http://[::#]/",
        "http://[@b]/",
        "http://[::1/",
        "http://[fe80::1%eth0]/",
        "HTTPS://a.example/",
        "{scheme}://a.example/",
        "https://a.example/\"",
    };

    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++)
        if (!is_template(right[i]))
            CU_FAIL(right[i]);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (is_template(wrong[i]))
            CU_FAIL(wrong[i]);
}

/* The address, or "-" when it is refused. */
static const char *
expand(const char *template, const char *args, bool rest)
{
    struct err err = {.kind = ERR_NONE};
    struct json_object *tree;
    struct buf url;

    CU_ASSERT_TRUE_FATAL(js_parse(arena, str_of(args), &tree, &err));
    buf_start(&url, arena, 16);
    return template_expand(str_of(template), tree, rest, &url, &err) ? url.data : "-";
}

static void
test_expand(void)
{
    /* clang-format off */
    static const struct { const char *template, *args; bool rest; const char *url; } rows[] = {
        {"https://a/{x}/y",   "{\"x\":\"v\"}",             false, "https://a/v/y"},
        {"https://a/{x}",     "{\"x\":\"a/b?c#d&e=f%g h\"}", false, "https://a/a%2Fb%3Fc%23d%26e%3Df%25g%20h"},
        {"https://a/{x}",     "{\"x\":\"@b:c\"}",          false, "https://a/%40b%3Ac"},
        {"https://a/{x}",     "{\"x\":\"\\r\\nHost: b\"}", false, "https://a/%0D%0AHost%3A%20b"},
        {"https://a/{x}",     "{\"x\":\"\xc3\xa6\"}",      false, "https://a/%C3%A6"},
        {"https://a/{x}",     "{\"x\":-1.5}",              false, "https://a/-1.5"},
        {"https://a/{x}",     "{\"x\":true}",              false, "https://a/true"},
        {"https://a/{x}",     "{\"x\":[1,\"b\"]}",         false, "https://a/%5B1%2C%22b%22%5D"},
        {"https://a/{x}-{x}", "{\"x\":\"~._-\"}",          false, "https://a/~._--~._-"},
        {"https://a/?q={x}",  "{\"x\":\"\"}",              false, "https://a/?q="},
        {"https://a/?q={x}",  "{}",                        false, "https://a/?q="},
        {"https://a/{x}",     "{}",                        false, "-"},
        {"https://a/{x}",     "{\"x\":null}",              false, "-"},
        {"https://a/{x}",     "{\"x\":\"\"}",              false, "-"},
        {"https://a/{x}",     "{\"x\":\".\"}",             false, "-"},
        {"https://a/{x}/b",   "{\"x\":\"..\"}",            false, "-"},
        {"https://a/.{x}/b",  "{\"x\":\".\"}",             false, "-"},
        {"https://a/%2e{x}",  "{\"x\":\".\"}",             false, "-"},
        {"https://a/{x}{y}?", "{\"x\":\".\",\"y\":\".\"}", false, "-"},
        {"https://a/{x}",     "{\"x\":\"...\"}",           false, "https://a/..."},
        {"https://a/?q={x}",  "{\"x\":\"..\"}",            false, "https://a/?q=.."},
        {"https://a/b",       "{\"x\":1,\"y z\":\"&\"}",   true,  "https://a/b?x=1&y%20z=%26"},
        {"https://a/{x}?k=1", "{\"x\":1,\"y\":2}",         true,  "https://a/1?k=1&y=2"},
        {"https://a/{x}",     "{\"x\":1,\"y\":null}",      true,  "https://a/1"},
        {"https://a/b",       "{\"y\":2}",                 false, "https://a/b"},
    };
    /* clang-format on */

    arena = arena_new(4096);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT_STRING_EQUAL(expand(rows[i].template, rows[i].args, rows[i].rest),
                               rows[i].url);
    arena_free(arena);
}

static void
test_parts(void)
{
    CU_ASSERT_TRUE(str_is(template_host(STR("https://a.example:8443/x")), "a.example"));
    CU_ASSERT_TRUE(str_is(template_host(STR("http://[::1]/x")), "[::1]"));
    CU_ASSERT_TRUE(template_uses(STR("https://a/{x}?{y}"), "y"));
    CU_ASSERT_FALSE(template_uses(STR("https://a/{x}?{y}"), "z"));
    CU_ASSERT_FALSE(template_uses(STR("https://a/{xy}"), "x"));
}

SUITE("template", {"what may be declared", test_check}, {"each argument is data", test_expand},
      {"its parts are found", test_parts});
