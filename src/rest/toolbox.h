/*
 * toolbox: /v1/tools, the HTTP tools of a tenant.
 */
#ifndef REST_TOOLBOX_H
#define REST_TOOLBOX_H

#include "web/ctx.h"

#include <stdbool.h>

/* Handlers, as web/route.h has them. */
bool toolbox_list(struct ctx *ctx);
bool toolbox_add(struct ctx *ctx);
bool toolbox_remove(struct ctx *ctx);

#endif
