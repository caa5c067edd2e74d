/*
 * rate: how often a caller may call a tool: the settings tool_rate and tool_rates, by
 * bus/limit.h.
 *
 * Each caller has a bucket for each tool, and one for all names that are no tool's.
 */
#ifndef TOOL_RATE_H
#define TOOL_RATE_H

#include "web/ctx.h"

#include <stdbool.h>

/* Is the setting tool_rates a list of name=number? */
bool rate_check(struct err *err);

/* Whether ctx->calling may be made now; ERR_LIMITED. */
bool rate_admit(struct ctx *ctx);

/* What is called by a name of no tool of this program has turned out to be there: from now on
   its calls are limited by themselves, and not with those of all names that are made up. */
void rate_prove(struct ctx *ctx);

#endif
