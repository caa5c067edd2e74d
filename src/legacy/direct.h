/*
 * direct: what the older system answered at addresses of their own: /api/memory and /api/srag.
 *
 * Each is a tool under another address: its arguments are the request's body, its result the
 * answer, and all rules of tools hold.  Errors have the legacy shape {success: false, error,
 * kind} and the status that fits.  orgId is not looked at: the tenant is the caller's own.
 */
#ifndef LEGACY_DIRECT_H
#define LEGACY_DIRECT_H

#include <stdbool.h>

struct ctx;

bool legacy_direct_memory_ingest(struct ctx *ctx);
bool legacy_direct_memory_prompt(struct ctx *ctx);
bool legacy_direct_memory_search(struct ctx *ctx);
bool legacy_direct_srag_query(struct ctx *ctx);
bool legacy_direct_srag_document(struct ctx *ctx);
bool legacy_direct_srag_fact(struct ctx *ctx);

#endif
