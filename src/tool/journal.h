/*
 * journal: ends of calls that asked nothing of Postgres, written behind, many at once.
 *
 * A thread of its own writes what has gathered within some milliseconds: the same rows that
 * kvasir.call_end() would write one by one.  Only calls of callers that Postgres has let in
 * within the last second go this way; so a key that is revoked is good for a second more, for
 * tools that touch no data.  What waits is written before the process ends, and again when
 * Postgres comes back.
 */
#ifndef TOOL_JOURNAL_H
#define TOOL_JOURNAL_H

#include "base/err.h"
#include "db/claims.h"

#include <stdbool.h>
#include <stdint.h>

struct journal; /* opaque; belongs to the process, any thread may use it */

struct journal *journal_new(const char *conninfo);
void journal_free(struct journal *journal); /* when no thread uses it any more */

/* Postgres has let this caller do what claims->scope says, just now. */
void journal_learn(struct journal *journal, const struct claims *claims);
/* Whether it did so within the last second. */
bool journal_knows(struct journal *journal, const struct claims *claims);

struct journal_line {
    const char *tool, *wire, *outcome;
    const char *event; /* data of the event, whole */
    const unsigned char *digest;
    int64_t at_us; /* since 1970 */
    long ms;
};

/* Copies all that it needs.  False: too much waits, and the caller writes for himself. */
bool journal_put(struct journal *journal, const struct claims *claims,
                 const struct journal_line *line);

#endif
