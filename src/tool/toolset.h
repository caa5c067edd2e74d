/*
 * toolset: parts of the registry that a client can ask for by the address /mcp/NAME.
 *
 * A model that is shown every tool chooses worse than one that is shown those of its task.
 */
#ifndef TOOL_TOOLSET_H
#define TOOL_TOOLSET_H

#include "base/err.h"
#include "base/str.h"
#include "tool/tool.h"

#include <stddef.h>

struct toolset {
    const char *name;
    const char *says;
};

const struct toolset *toolset_row(size_t index); /* NULL past the last */

/* ERR_MISSING with all names when there is no such toolset. */
const struct toolset *toolset_find(struct str name, struct err *err);

/* Is the tool in it?  NULL: all are. */
bool toolset_has(const struct toolset *toolset, const struct tool *tool);

/* Are functions of the database in it?  NULL: in all tools they are. */
bool toolset_is_sql(const struct toolset *toolset);

#endif
