/*
 * commit: several writes in one transaction, which takes place only if what was read before
 * still holds: .../conditional/commit.
 *
 * {"operations": [{"operation": "add", "payload": {..}}, ..], "read_ids": [..], "read_token":
 * n} A record of read_ids that has changed since it was read under the token is a 409 named
 * ConditionalWriteConflictError; a token that is not known (any more) is a 412 named
 * StaleReadError.
 */
#ifndef CHROMA_COMMIT_H
#define CHROMA_COMMIT_H

#include "web/ctx.h"

#include <stdbool.h>

bool commit_run(struct ctx *ctx);

/* After a refusal by the database: writes the answer to a stale read or a conflict, with its
   name; false when it was something else. */
bool commit_refused(struct ctx *ctx);

#endif
