/*
 * tool: something that an agent may call by name with JSON arguments.
 *
 * Each tool is one file that exports one constant of this type; src/tool/table.c lists them all
 * and src/tool/invoke.c calls them.  Wires only translate.
 */
#ifndef TOOL_TOOL_H
#define TOOL_TOOL_H

#include "base/emit.h"
#include "web/ctx.h"

#include <stdbool.h>

struct json_object;

/* Whether a call may go on as a task, for callers that can come again for its result. */
enum tool_task {
    TOOL_NEVER, /* it is answered at once */
    TOOL_MAY,   /* and for the others while they wait */
    TOOL_MUST,  /* and for nobody else */
};

struct tool {
    const char *name;
    const char *title;    /* for people */
    const char *says;     /* for agents: what it does and when to use it */
    const char *schema;   /* JSON Schema of the arguments, an object */
    const char *result;   /* JSON Schema of the result, an object; NULL: it is not told */
    const char *toolsets; /* names of tool/toolset.h with blanks between; NULL: in none */
    const char *scope;    /* read or write */
    bool read_only;       /* changes nothing */
    bool destructive;     /* may take something away */
    bool idempotent;      /* the same call again changes nothing more; what only reads is */
    bool open_world;      /* reaches beyond what Kvasir keeps */
    enum tool_task task;
    const char *aliases[3]; /* other names, the last one NULL */

    /* Writes one JSON object that fits `result`; the arguments fit the schema.  Its statements
       go through invoke_commit(), so that the call and its event are one transaction. */
    bool (*run)(struct ctx *ctx, struct json_object *args, struct emit *out);
};

#endif
