/*
 * declaration: a tool that is an address, as a tenant declares it and as the database keeps it.
 *
 * {name, description, url, method, schema, headers, timeout_ms, retries, read_only}: the
 * arguments that url names go there, the others into the query, or into a JSON body for POST,
 * PUT and PATCH.
 */
#ifndef REMOTE_DECLARATION_H
#define REMOTE_DECLARATION_H

#include "base/emit.h"
#include "base/err.h"
#include "db/pipe.h"

#include <stdbool.h>

struct json_object;

struct declaration {
    struct str name, title, description, method, url, schema, headers, updated, tenant;
    long timeout_ms, retries;
    bool read_only;
};

/* Checks one and adds the statement that stores it; its only cell tells whether it is new.
   ERR_INPUT says what is wrong. */
bool declaration_put(struct pipe *pipe, struct arena *arena, struct json_object *given,
                     struct call **call_out, struct err *err);

/* One row of the statements http_tool_list and http_tool_find. */
struct declaration declaration_read(const struct call *call, size_t row);

/* As it was declared; secrets are there by name alone. */
void declaration_emit(struct emit *json, const struct declaration *declaration);

/* As MCP's tools/list describes it. */
void declaration_emit_tool(struct emit *json, const struct declaration *declaration);

/* Whether the setting tool_hosts lets this host be called. */
bool declaration_host_allowed(struct str host);

#endif
