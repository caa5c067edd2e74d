/*
 * table: every tool of this program.
 */
#ifndef TOOL_TABLE_H
#define TOOL_TABLE_H

#include "base/err.h"
#include "base/str.h"
#include "tool/tool.h"

#include <stddef.h>

/* Tools of a folder above, before all others; once, before any thread. */
void tool_table_add(const struct tool *const *more, size_t count);

const struct tool *tool_table_row(size_t index); /* NULL past the last */

/* By name or alias; ERR_MISSING with the nearest name when there is none.  `err` NULL: nobody
   reads that, and it is not looked for. */
const struct tool *tool_table_find(struct str name, struct err *err);

/* What a call can do: "read", "write", or "destructive". */
const char *tool_table_risk(const struct tool *tool);

/* One tool as MCP's tools/list describes it: name, title, description, inputSchema,
 * outputSchema, annotations. */
void tool_table_emit(const struct tool *tool, const char *name, struct emit *emit);

#endif
