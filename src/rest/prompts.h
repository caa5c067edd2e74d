/*
 * prompts: /v1/prompts, one function a verb.
 */
#ifndef REST_PROMPTS_H
#define REST_PROMPTS_H

#include <stdbool.h>

struct ctx;

bool prompts_add(struct ctx *ctx);
bool prompts_list(struct ctx *ctx); /* of one agent, with statistics */
bool prompts_active(struct ctx *ctx);
bool prompts_activate(struct ctx *ctx);
bool prompts_report(struct ctx *ctx);

#endif
