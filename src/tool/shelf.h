/*
 * shelf: resources and prompts that the program itself has, beside those that are stored.
 *
 * A folder above puts them there once, before any thread, as tool_table_add() does with tools.
 */
#ifndef TOOL_SHELF_H
#define TOOL_SHELF_H

#include "base/emit.h"
#include "web/ctx.h"

#include <stdbool.h>
#include <stddef.h>

struct json_object;

struct shelf_resource {
    const char *uri; /* with one {variable} it is a template */
    const char *name, *title, *says;
    const char *mime;
    const char *text;   /* of a resource; or */
    const char *base64; /* its bytes; or, of a template, */
    const char *(*made)(struct arena *arena, struct str variable); /* the text, made of that */
};

struct shelf_prompt {
    const char *name, *title, *says;
    const char *arguments; /* as MCP lists them: a JSON array */
    /* Writes messages into an open array; may end with questions, as a tool does (tool/turn.h).
     */
    bool (*get)(struct ctx *ctx, struct json_object *args, struct emit *messages);
};

void shelf_add(const struct shelf_resource *resources, size_t resources_count,
               const struct shelf_prompt *prompts, size_t prompts_count);

const struct shelf_resource *shelf_resource_row(size_t index); /* NULL past the last */
const struct shelf_prompt *shelf_prompt_row(size_t index);

/* By address; variable_out is what stood at a template's {variable}.  NULL: not here. */
const struct shelf_resource *shelf_resource_find(struct str uri, struct str *variable_out);
const struct shelf_prompt *shelf_prompt_find(struct str name);

bool shelf_is_template(const struct shelf_resource *resource);

#endif
