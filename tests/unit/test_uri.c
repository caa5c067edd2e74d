/*
 * test_uri: an address names a collection, a record or an entity, or nothing.
 */
#include "store/uri.h"

#include "suite.h"

static void
test_right(void)
{
    static const struct {
        const char *text, *collection, *kind, *item;
    } table[] = {
        {"kvasir://collections/notes", "notes", NULL, NULL},
        {"kvasir://collections/notes/records/1", "notes", "records", "1"},
        {"kvasir://collections/notes/entities/ada%20lovelace", "notes", "entities",
         "ada lovelace"},
        {"kvasir://collections/a%2Fb/records/%C3%BC%25", "a/b", "records", "\303\274%"},
        {"kvasir://collections/notes/records/%2e%2E", "notes", "records", ".."},
    };
    struct arena *arena = arena_new(256);
    struct uri uri;

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        CU_ASSERT_TRUE(uri_read(arena, str_of(table[i].text), &uri));
        CU_ASSERT_TRUE(str_is(uri.collection, table[i].collection));
        CU_ASSERT_TRUE(table[i].kind == NULL ? uri.kind.at == NULL
                                             : str_is(uri.kind, table[i].kind));
        CU_ASSERT_TRUE(table[i].item == NULL ? uri.item.at == NULL
                                             : str_is(uri.item, table[i].item));
    }
    arena_free(arena);
}

static void
test_wrong(void)
{
    static const char *const table[] = {
        "",
        "kvasir://",
        "kvasir://collections",
        "kvasir://collections/",
        "kvasir://collections/a/",
        "kvasir://collections/a/records",
        "kvasir://collections/a/records/",
        "kvasir://collections/a/records/b/c",
        "kvasir://collections/a/others/b",
        "kvasir://collections//records/b",
        "kvasir://collections/a/records/%",
        "kvasir://collections/a/records/%4",
        "kvasir://collections/a/records/%00",
        "kvasir://collections/%FF",
        "KVASIR://collections/a",
        "https://collections/a",
    };
    struct arena *arena = arena_new(256);
    struct uri uri;

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        CU_ASSERT_FALSE(uri_read(arena, str_of(table[i]), &uri));
    CU_ASSERT_FALSE(uri_read(arena, (struct str){NULL, 0}, &uri));
    arena_free(arena);
}

SUITE("uri", {"each kind of address comes apart, decoded", test_right},
      {"anything else names nothing", test_wrong});
