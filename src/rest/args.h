/*
 * args: small bodies as a tree, checked against a schema.
 */
#ifndef REST_ARGS_H
#define REST_ARGS_H

#include <stdbool.h>

struct ctx;
struct json_object;

/* The request's body, an object that fits; ERR_INPUT names what does not. */
bool args_read(struct ctx *ctx, const char *schema, struct json_object **args_out);

#endif
