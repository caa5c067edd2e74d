/*
 * sqltool: functions of the schema `tool_schema` as tools, called as the role `tool_role`.
 *
 * They have no rows in tool/table.h: the database describes them when somebody asks, and calls
 * them by what its catalogue says at that moment (sql/functions/sqltool_call.sql).
 */
#ifndef TOOL_SQLTOOL_H
#define TOOL_SQLTOOL_H

#include "base/emit.h"
#include "db/pipe.h"
#include "tool/tool.h"
#include "web/ctx.h"

#include <stdbool.h>

struct json_object;

bool sqltool_is_on(void);

/* Adds the question which of them the caller may call to a pipe; NULL: there are none. */
struct call *sqltool_list_call(struct pipe *pipe);
/* Then writes them, as MCP's tools/list describes tools, into an open array. */
void sqltool_list_emit(const struct call *call, struct emit *json);
/* Or their names alone; how many they are. */
long sqltool_names_emit(const struct call *call, struct emit *json);

#define SQLTOOL_NAME_MOST 128 /* bytes, as clients take names of tools */

/* Calls the one of this tool's name, inside of a call that has begun.  A failure is told by
   ctx->turn when somebody reads that, and by ERR_INPUT otherwise; ERR_MISSING: there is no such
   tool. */
bool sqltool_call(struct ctx *ctx, const struct tool *tool, struct json_object *args,
                  const char **result_out);

#endif
