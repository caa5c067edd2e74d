/*
 * resources: the legacy wire for reading a resource: GET /api/mcp/resources?uri=.
 *
 * {success: true, data} when the resource is JSON, {success: true, content} when it is text;
 * {success: false, error} with the status that fits: 400 without uri, 404 for one that is not
 * there.
 */
#ifndef LEGACY_RESOURCES_H
#define LEGACY_RESOURCES_H

#include "web/ctx.h"

#include <stdbool.h>

bool legacy_resources_read(struct ctx *ctx);

#endif
