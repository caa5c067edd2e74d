/*
 * llm: ask the language model for one JSON document, by all rules of asking.
 *
 * Reserve, call, settle; try again after 408, 409, 429, 5xx and silence, four times at most
 * with exponential pauses and full jitter, longer when Retry-After says so; stop at 401, 403
 * and 404; ask for json_object where schemas are unknown; let a reply that does not fit be
 * mended once.  No transaction is open while the model is waited for.
 */
#ifndef LLM_LLM_H
#define LLM_LLM_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "db/claims.h"
#include "db/conn.h"
#include "llm/endpoint.h"

#include <stdbool.h>
#include <stdint.h>

struct json_object;

enum llm_end {
    LLM_DONE,
    LLM_CUT,     /* the reply did not fit into llm_reply_tokens */
    LLM_REFUSED, /* the model would not */
    LLM_WRONG,   /* what it said was not what was asked for, even after mending, or the
                    endpoint does not take this request */
    LLM_DOWN,    /* it does not answer now, or too many wait for it */
    LLM_BUDGET,  /* the tenant's month does not hold the price */
    LLM_DENIED,  /* the endpoint takes no request of ours: a person has to look */
    LLM_GONE,    /* nobody waits any more */
    LLM_FAILED,  /* the ledger in Postgres did not answer */
};

/* Who asks. */
struct llm_caller {
    struct endpoint *endpoint;
    struct conn *conn;
    struct arena *arena;
    const struct claims *claims;
    struct str tenant; /* id, for the engine; absent: the tenant of the claims */
    int64_t deadline;  /* clock_us() */
    int stop;          /* whose hang-up ends it; -1: nobody's */
};

/* What is asked. */
struct llm_ask {
    const char *task; /* for the ledger */
    struct str rules; /* ours */
    struct str data;  /* foreign text, as JSON: it cannot leave its quotes */
    const char *schema_name, *schema;
    /* Whether the reply is of that shape; ERR_SHAPE when not.  It decides nothing else. */
    bool (*fits)(struct json_object *reply, struct err *err);
};

/* The reply, in the caller's arena.  But for LLM_DONE `err` holds the reason, in words that a
   client may read. */
enum llm_end llm_get(const struct llm_caller *caller, const struct llm_ask *ask,
                     struct json_object **reply_out, struct err *err);

/* What one asking would take, without asking: likely tokens, and the most that is reserved. */
struct llm_estimate {
    long prompt_tokens;
    int64_t likely_cost, most_cost; /* micro-USD */
};
struct llm_estimate llm_estimate(const struct endpoint *endpoint, struct arena *arena,
                                 const struct llm_ask *ask, size_t reply_bytes);

#endif
