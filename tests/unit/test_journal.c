/*
 * journal: who was let in is known for a moment, and what cannot be written waits, up to a
 * number.
 */
#include "base/clock.h"
#include "tool/canon.h"
#include "tool/journal.h"

#include "suite.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define THREADS   4
#define LINES     2000
#define WAIT_MOST 4096 /* lines that gather, twice: those that go and those behind them */

static const struct claims open_claims = {
    .kind = CLAIMS_OPEN, .tenant = "t", .scope = "read", .request_id = "r"};
static const unsigned char digest[CANON_DIGEST];

static struct journal_line
line(void)
{
    return (struct journal_line){.tool = "notes.get",
                                 .wire = "mcp",
                                 .outcome = "ok",
                                 .event = "{\"tool\":\"notes.get\"}",
                                 .digest = digest};
}

static void
callers(void)
{
    struct journal *journal = journal_new("host=/nonexistent");
    struct claims key = {.kind = CLAIMS_KEY, .key_id = "k", .scope = "read"}, other;
    int64_t began = clock_us();

    memset(key.key_hash, 7, sizeof key.key_hash);
    CU_ASSERT_FALSE(journal_knows(journal, &key));
    journal_learn(journal, &key);
    CU_ASSERT_TRUE(journal_knows(journal, &key) || clock_us() - began > 900000);
    other = key;
    other.scope = "write";
    CU_ASSERT_FALSE(journal_knows(journal, &other));
    other = key;
    other.key_hash[31] = 8; /* the same id, and a key that is nearly the same */
    CU_ASSERT_FALSE(journal_knows(journal, &other));
    CU_ASSERT_FALSE(journal_knows(journal, &open_claims));
    while (clock_us() - began < 1100000)
        usleep(10000);
    CU_ASSERT_FALSE(journal_knows(journal, &key));
    journal_free(journal);
}

static void *
many(void *argument)
{
    struct journal_line said = line();
    size_t taken = 0;

    for (int i = 0; i < LINES; i++)
        taken += journal_put(argument, &open_claims, &said);
    return (void *)(uintptr_t)taken;
}

/* Postgres is not there: nothing is dropped in silence, and memory has an end. */
static void
full(void)
{
    struct journal *journal = journal_new("host=/nonexistent");
    pthread_t threads[THREADS];
    size_t taken = 0;

    for (int i = 0; i < THREADS; i++)
        CU_ASSERT_EQUAL(pthread_create(&threads[i], NULL, many, journal), 0);
    for (int i = 0; i < THREADS; i++) {
        void *count;

        pthread_join(threads[i], &count);
        taken += (size_t)(uintptr_t)count;
    }
    CU_ASSERT_TRUE(taken >= WAIT_MOST && taken <= 2 * WAIT_MOST);
    journal_free(journal);
}

SUITE("journal", {"a caller is known for a second, by key and scope", callers},
      {"what cannot be written waits, and too much is refused", full});
