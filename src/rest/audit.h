/*
 * audit: /v1/audit, who called which tool.
 */
#ifndef REST_AUDIT_H
#define REST_AUDIT_H

#include <stdbool.h>

struct ctx;

/* ?tool, ?outcome, ?caller, ?within (seconds), ?before (an id), ?limit: {calls, next}; next is
   the `before` of the page behind, or null. */
bool audit_get(struct ctx *ctx);

#endif
