/*
 * openapi: the routes as an OpenAPI 3.1 document, for tools that make clients and pages of it.
 */
#ifndef APP_OPENAPI_H
#define APP_OPENAPI_H

#include <stdbool.h>

struct ctx;

bool openapi_get(struct ctx *ctx);

#endif
