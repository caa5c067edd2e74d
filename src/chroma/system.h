/*
 * system: what Chroma's clients ask before they work: is it there, what can it take, who am I.
 */
#ifndef CHROMA_SYSTEM_H
#define CHROMA_SYSTEM_H

#include "web/ctx.h"

#include <stdbool.h>

bool system_heartbeat(struct ctx *ctx);
bool system_version(struct ctx *ctx);
bool system_preflight(struct ctx *ctx);
bool system_health(struct ctx *ctx);
bool system_identity(struct ctx *ctx);
bool system_v1(struct ctx *ctx); /* the API before v2, which nobody serves any more */

#endif
