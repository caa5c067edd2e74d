/*
 * sqlstate: each error of Postgres reaches the client as the right kind, and nothing leaks.
 */
#include "db/sqlstate.h"

#include "suite.h"

#include <string.h>

static void
test_kinds(void)
{
    static const struct {
        const char *state;
        enum err_kind kind;
        bool final;
    } cases[] = {
        {"KV400", ERR_INPUT, false},       {"KV401", ERR_AUTH, false},
        {"KV403", ERR_DENIED, false},      {"KV404", ERR_MISSING, false},
        {"KV405", ERR_METHOD, false},      {"KV409", ERR_CONFLICT, false},
        {"KV410", ERR_ENDED, false},       {"KV413", ERR_TOO_LARGE, false},
        {"KV415", ERR_MEDIA, false},       {"KV422", ERR_SHAPE, false},
        {"KV501", ERR_UNAVAILABLE, false}, {"KV503", ERR_BUSY, false},
        {"KV999", ERR_INTERNAL, false},    {"08006", ERR_BUSY, true},
        {"22021", ERR_INPUT, false},       {"23505", ERR_CONFLICT, false},
        {"25006", ERR_BUSY, true},         {"40001", ERR_BUSY, false},
        {"40P01", ERR_BUSY, false},        {"42P01", ERR_UNAVAILABLE, false},
        {"3F000", ERR_UNAVAILABLE, false}, {"53100", ERR_BUSY, false},
        {"53300", ERR_BUSY, false},        {"55P03", ERR_BUSY, false},
        {"57014", ERR_TIMEOUT, false},     {"57P01", ERR_BUSY, true},
        {"57P03", ERR_BUSY, true},         {"XX000", ERR_INTERNAL, false},
        {NULL, ERR_INTERNAL, false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = {.kind = ERR_NONE};

        CU_ASSERT_FALSE(sqlstate_set_text(&err, cases[i].state, "why", "search"));
        CU_ASSERT_EQUAL(err.kind, cases[i].kind);
        CU_ASSERT_EQUAL(sqlstate_is_final(cases[i].state), cases[i].final);
    }
}

static void
test_words(void)
{
    struct err ours = {.kind = ERR_NONE}, theirs = {.kind = ERR_NONE};

    sqlstate_set_text(&ours, "KV404", "no collection books", "collection_drop");
    CU_ASSERT_STRING_EQUAL(ours.text, "no collection books");
    CU_ASSERT_STRING_EQUAL(ours.detail, "KV404 collection_drop: no collection books");
    sqlstate_set_text(&theirs, "23505", "key (name)=(secret) exists", "tenant_create");
    CU_ASSERT_PTR_NULL(strstr(theirs.text, "secret"));
    CU_ASSERT_PTR_NOT_NULL(strstr(theirs.detail, "secret"));
}

SUITE("sqlstate", {"each SQLSTATE has its kind", test_kinds},
      {"only our own functions speak to the client", test_words});
