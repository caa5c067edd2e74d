/*
 * usage: /v1/usage, what a tenant has spent on the language model.
 */
#ifndef REST_USAGE_H
#define REST_USAGE_H

#include "web/ctx.h"

#include <stdbool.h>

bool usage_get(struct ctx *ctx);

#endif
