/*
 * proof: whether a caller's key is known, before work that costs much and comes before his
 * statements.
 *
 * A key is looked up with the first statement of a request (db/claims.h).  What embeds texts
 * has spent its time by then, and what asks Postgres nothing would never look: these ask here
 * first.
 */
#ifndef ACCESS_PROOF_H
#define ACCESS_PROOF_H

#include <stdbool.h>

struct ctx;

/* One trip to Postgres for a key that this process has not seen proven with this scope in the
   last minute.  What a key may do is decided with each statement still: a key that was revoked
   meanwhile gets nothing but this work.  False: ERR_AUTH, ERR_DENIED, or that of the trip. */
bool proof_need(struct ctx *ctx);

#endif
