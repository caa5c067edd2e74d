/*
 * chroma_where: filters of Chroma's clients become a path and a tree, or a reason why not.
 */
#include "base/buf.h"
#include "chroma/where.h"
#include "suite.h"

#include <string.h>

static void
same(const char *got, const char *wanted, const char *of)
{
    if ((got == NULL) != (wanted == NULL) || (got != NULL && strcmp(got, wanted) != 0)) {
        fprintf(stderr, "%s\n  became %s\n  not    %s\n", of, got ? got : "nothing",
                wanted ? wanted : "nothing");
        CU_FAIL("another text");
    }
}

static void
test_made(void)
{
    static const struct {
        const char *where, *document, *path, *tree;
    } cases[] = {
        {NULL, NULL, NULL, NULL},
        {"null", "null", NULL, NULL},
        {"{\"s\":\"x\"}", NULL, "($.\"s\" == \"x\" && $.\"s\".type() != \"array\")", NULL},
        {"{\"$and\":[]}", NULL, NULL, NULL},
        {"{\"$or\":[]}", NULL, NULL, "[\"or\"]"},
        {"{\"$or\":[{\"$and\":[]},{\"i\":1}]}", NULL, NULL,
         "[\"or\",[\"and\"],[\"path\",\"($.\\\"i\\\" == 1 && $.\\\"i\\\".type() != "
         "\\\"array\\\")\"]]"},
        {"{\"$and\":[{\"i\":1},{\"#document\":{\"$contains\":\"a\"}}]}", NULL,
         "(($.\"i\" == 1 && $.\"i\".type() != \"array\"))", "[\"and\",[\"contains\",\"a\"]]"},
        {"{\"l\":{\"$contains\":2}}", NULL, "($.\"l\"[*] == 2 && $.\"l\".type() == \"array\")",
         "[\"float\",\"l\",false]"},
        {"{\"l\":{\"$contains\":2.0}}", NULL,
         "($.\"l\"[*] == 2.0 && $.\"l\".type() == \"array\")", "[\"float\",\"l\",true]"},
        {"{\"#id\":{\"$in\":[\"a\",\"b\"]}}", NULL, NULL, "[\"id\",[\"a\",\"b\"]]"},
        {"{\"#id\":{\"$ne\":\"a\"}}", NULL, NULL, "[\"not\",[\"id\",[\"a\"]]]"},
        {NULL, "{\"$contains\":\"a\\\"b\"}", NULL, "[\"contains\",\"a\\\"b\"]"},
        {"{\"#document\":{\"$contains\":\"a\"}}", "{\"$not_contains\":\"b\"}", NULL,
         "[\"and\",[\"contains\",\"a\"],[\"not\",[\"contains\",\"b\"]]]"},
        {NULL, "{\"$or\":[{\"$contains\":\"a\"},{\"$and\":[]}]}", NULL,
         "[\"or\",[\"contains\",\"a\"],[\"and\"]]"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *arena = arena_new(4096);
        struct chroma_filter made;
        struct err err = {.kind = ERR_NONE};

        CU_ASSERT(
            where_read(arena, str_of(cases[i].where), str_of(cases[i].document), &made, &err));
        same(made.path, cases[i].path, cases[i].where);
        same(made.tree, cases[i].tree, cases[i].where);
        arena_free(arena);
    }
}

/* A list too long to be spelled out. */
static void
test_long(void)
{
    struct arena *arena = arena_new(4096);
    struct chroma_filter made;
    struct err err = {.kind = ERR_NONE};
    struct buf buf;

    buf_start(&buf, arena, 1024);
    buf_text(&buf, "{\"i\":{\"$nin\":[0");
    for (long i = 1; i < 500; i++) {
        buf_byte(&buf, ',');
        buf_long(&buf, i);
    }
    buf_text(&buf, "]}}");
    CU_ASSERT(where_read(arena, (struct str){buf.data, buf.len}, str_of(NULL), &made, &err));
    CU_ASSERT_PTR_NULL(made.path);
    CU_ASSERT(strncmp(made.tree, "[\"not\",[\"in\",\"i\",[0,1,2,", 24) == 0);
    arena_free(arena);
}

static void
test_refused(void)
{
    static const char *const wheres[] = {
        "{}",
        "[]",
        "1",
        "\"x\"",
        "{\"a\":1,\"b\":2}",
        "{\"a\":null}",
        "{\"a\":[1]}",
        "{\"a\":{}}",
        "{\"a\":{\"$eq\":1,\"$ne\":2}}",
        "{\"a\":{\"$foo\":1}}",
        "{\"a\":{\"$eq\":null}}",
        "{\"a\":{\"$eq\":{}}}",
        "{\"a\":{\"$gt\":\"x\"}}",
        "{\"a\":{\"$gt\":true}}",
        "{\"a\":{\"$in\":[]}}",
        "{\"a\":{\"$in\":1}}",
        "{\"a\":{\"$in\":{\"b\":1}}}",
        "{\"a\":{\"$in\":[1,\"x\"]}}",
        "{\"a\":{\"$in\":[1,1.5]}}",
        "{\"a\":{\"$in\":[null]}}",
        "{\"a\":9223372036854775808}",
        "{\"a\":1e400}",
        "{\"a\":{\"$in\":[1.5,1e400]}}",
        "{\"a\":{\"$contains\":[1]}}",
        "{\"a\":{\"$contains\":null}}",
        "{\"a\":{\"$regex\":\"x\"}}",
        "{\"$and\":{}}",
        "{\"$and\":[{}]}",
        "{\"$or\":[1]}",
        "{\"$not\":[{\"a\":1}]}",
        "{\"$a\":1}",
        "{\"#document\":\"x\"}",
        "{\"#document\":{\"$contains\":1}}",
        "{\"#id\":{\"$in\":[1]}}",
        "{\"#id\":{\"$gt\":\"a\"}}",
        "{\"#id\":1}",
        "{\"a\":\"\\u0000\"}",
    };
    static const char *const documents[] = {
        "{}",
        "[]",
        "\"x\"",
        "{\"$contains\":1}",
        "{\"$contains\":null}",
        "{\"$eq\":\"x\"}",
        "{\"a\":\"x\"}",
        "{\"$contains\":\"a\",\"$not_contains\":\"b\"}",
        "{\"$and\":{}}",
        "{\"#document\":{\"$contains\":\"a\"}}",
        "{\"$not_\":\"x\"}",
    };
    struct arena *arena = arena_new(4096);
    struct chroma_filter made;

    for (size_t i = 0; i < sizeof wheres / sizeof wheres[0]; i++) {
        struct err err = {.kind = ERR_NONE};

        CU_ASSERT(!where_read(arena, str_of(wheres[i]), str_of(NULL), &made, &err));
        if (err.kind != ERR_INPUT || strncmp(err.text, "Invalid where clause: ", 22) != 0)
            fprintf(stderr, "%s: %s\n", wheres[i], err.text);
        CU_ASSERT(strncmp(err.text, "Invalid where clause: ", 22) == 0);
        CU_ASSERT_EQUAL(err.kind, ERR_INPUT);
    }
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        struct err err = {.kind = ERR_NONE};

        CU_ASSERT(!where_read(arena, str_of(NULL), str_of(documents[i]), &made, &err));
        CU_ASSERT(strncmp(err.text, "Invalid where document clause: ", 31) == 0);
        CU_ASSERT_EQUAL(err.kind, ERR_INPUT);
    }
    arena_free(arena);
}

SUITE("chroma_where", {"each filter becomes a path and a tree", test_made},
      {"a long list is searched", test_long}, {"what is no filter is refused", test_refused});
