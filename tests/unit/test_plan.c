/*
 * plan: passages that stay keep their ids, others get free numbers, the rest goes.
 */
#include "ingest/plan.h"

#include "base/buf.h"
#include "suite.h"

#include <string.h>

/* "id=hash id=hash" or "hash hash" into lists. */
static size_t
words_split(struct arena *arena, const char *text, struct ingest_known *old, struct str *hashes)
{
    size_t count = 0;
    char *copy = arena_strdup(arena, text), *rest = copy;

    for (char *word; (word = strsep(&rest, " ")) != NULL;) {
        char *equals = strchr(word, '=');

        if (*word == '\0')
            continue;
        if (equals != NULL)
            *equals = '\0';
        if (old != NULL)
            old[count] = (struct ingest_known){.id = str_of(word), .hash = str_of(equals + 1)};
        else
            hashes[count] = str_of(word);
        count++;
    }
    return count;
}

static const char *
planned(struct arena *arena, const char *old_text, const char *new_text)
{
    struct ingest_known old[16];
    struct str hashes[16];
    struct plan plan;
    struct buf buf;
    size_t olds = words_split(arena, old_text, old, NULL);
    size_t count = words_split(arena, new_text, NULL, hashes);

    plan_make(arena, "s", hashes, count, (struct ingest_list){old, olds}, &plan);
    buf_start(&buf, arena, 64);
    for (size_t i = 0; i < count; i++)
        buf_fmt(&buf, "%s%.*s ", plan.items[i].is_new ? "+" : "", (int)plan.items[i].id.len,
                plan.items[i].id.at);
    for (size_t i = 0; i < plan.drop_count; i++)
        buf_fmt(&buf, "-%.*s ", (int)plan.drop[i].len, plan.drop[i].at);
    return buf.data;
}

static void
test_plans(void)
{
    /* clang-format off */
    static const struct { const char *old, *now, *plan; } rows[] = {
        {"",                  "a b c",   "+s#0 +s#1 +s#2 "},
        {"s#0=a s#1=b",       "a b",     "s#0 s#1 "},
        {"s#0=a s#1=b",       "a c",     "s#0 +s#1 "},
        {"s#0=a s#1=b",       "x a b",   "+s#2 s#0 s#1 "},
        {"s#0=a s#1=b s#2=c", "c",       "s#2 -s#0 -s#1 "},
        {"s#0=a s#1=b s#2=c", "c x",     "s#2 +s#1 -s#0 "},
        {"s#0=a s#1=a",       "a a a",   "s#0 s#1 +s#2 "},
        {"s#0=a s#1=a",       "a",       "s#0 -s#1 "},
        {"s#0=a",             "",        "-s#0 "},
        {"other=a s#01=b",    "a c d",   "other +s#1 +s#2 -s#01 "},
        {"s#9999999=a",       "b a",     "+s#0 s#9999999 "},
        {"s#2=a s#0=b",       "n m a b", "+s#1 +s#3 s#2 s#0 "},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new(4096);
        const char *got = planned(arena, rows[i].old, rows[i].now);

        CU_ASSERT_STRING_EQUAL(got, rows[i].plan);
        if (strcmp(got, rows[i].plan) != 0)
            printf("\nrow %zu: %s\n", i, got);
        arena_free(arena);
    }
}

SUITE("plan", {"ids stay with their passages", test_plans});
