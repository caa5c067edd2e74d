/*
 * ledger: what asking the language model costs, reserved before each call and settled after.
 *
 * A call is a row of kvasir.llm_call from before it is made.  Its price at most is taken from
 * the tenant's month with it (sql/functions/llm.sql); what it did not cost is given back after.
 * Who dies in between leaves the row open, and it counts in full: a budget is never exceeded.
 */
#ifndef LLM_LEDGER_H
#define LLM_LEDGER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "db/claims.h"
#include "db/conn.h"

#include <stdbool.h>
#include <stdint.h>

struct ledger {
    struct conn *conn;
    struct arena *arena;
    const struct claims *claims;
    struct str tenant; /* id; absent: the tenant of the claims */
    int stop;          /* what conn_watch() watches; not while a call is settled */
};

struct ledger_call {
    const char *task, *model;
    long attempt;       /* of one asking, from 1 */
    long prompt_tokens; /* then as told or estimated */
    long completion_tokens;
    int64_t cost;   /* micro-USD: the most, then what it was */
    long budget;    /* of a tenant's month in micro-USD, unless it has its own; 0: none */
    bool estimated; /* the endpoint did not tell */
    int64_t us;     /* how long it took */
    const char *outcome;
    struct str id; /* set by ledger_reserve() */
};

/* *granted_out is false when the month's budget does not hold so much. */
bool ledger_reserve(const struct ledger *ledger, struct ledger_call *call, bool *granted_out,
                    struct err *err);

/* In a short time of its own, whether anybody still waits or not. */
bool ledger_settle(const struct ledger *ledger, const struct ledger_call *call,
                   struct err *err);

#endif
